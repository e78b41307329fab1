"""Everything that goes wrong under /api/, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError, ValidationError

from config import refusals, unavailable
from config.errors import HereaboutsError
from mapping.search import QueryError, QueryProblem

CONTENT_TYPE = "application/problem+json"
METHODS = "GET, HEAD, OPTIONS"

logger = logging.getLogger(__name__)


class Problem(HereaboutsError):
    """An answer that is no success: it says what was wrong and what to do, `errors` for each parameter."""

    def __init__(self, status: int, detail: str, errors: Iterable[QueryProblem] = ()) -> None:
        super().__init__(detail, status=status)
        self.errors = tuple(errors)

    def response(self, request: HttpRequest) -> HttpResponse:
        errors = [
            {"parameter": it.field, "value": it.value, "message": it.message, "remedy": it.remedy} for it in self.errors
        ]
        body = refusals.details(request, self.status, str(self), errors)
        response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=CONTENT_TYPE, status=self.status)
        response["Cache-Control"] = "no-store"
        if self.status == HTTPStatus.METHOD_NOT_ALLOWED:
            response["Allow"] = METHODS
        return response


def refused(error: QueryError) -> Problem:
    """The problem that a question with faulty parameters is: 400, with every fault."""
    names = ", ".join(dict.fromkeys(it.field for it in error.problems))
    return Problem(400, f"Some parameters cannot be used: {names}. See errors.", error.problems)


def _of(error: Exception) -> Problem:
    """What to answer when `error` left a view. Says nothing of how things are made inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryError):
        return refused(error)
    if isinstance(error, HereaboutsError):
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("An API request failed: %s", error, exc_info=error)
        return Problem(error.status, str(error))
    if isinstance(error, Http404):
        return Problem(404, "There is nothing at this address, or it is not public.")
    if isinstance(error, ValidationError):
        return Problem(422, "Some values are not of the kind that the document says.")
    if isinstance(error, HttpError):
        return Problem(error.status_code, str(error))
    if isinstance(error, PermissionDenied):
        return Problem(403, "You may not see this.")
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "This request cannot be understood.")
    logger.exception("An API request failed.")
    return Problem(500, "Something went wrong here. It has been noted.")


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view of the API: problems instead of pages of errors, any site may read, GET and HEAD only."""

    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = request.method
        if method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Allow"] = METHODS
        elif method not in ("GET", "HEAD"):
            response = Problem(405, f"Only {METHODS} may be used: nothing is written here.").response(request)
        else:
            # Views know GET; the server leaves the body of an answer to HEAD away.
            request.method = "GET"
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:
                response = unavailable.answer(request, error) or _of(error).response(request)
            request.method = method
        # Open data: no cookie or key is needed, so none is allowed along.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Allow-Headers"] = "If-None-Match, Accept, Accept-Language"
        response["Access-Control-Expose-Headers"] = "ETag, Link"
        return response

    # The API reads only: there is nothing a forged request could do.
    wrapper.csrf_exempt = True  # type: ignore[attr-defined]
    wrapper.__name__ = getattr(view, "__name__", "api")
    return wrapper


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer any other address under /api/."""
    raise Problem(404, "There is nothing at this address. What there is: /api/v1/openapi.json.")
