"""Why a request is not answered as it was asked, in plain words: as a page, and as problem details (RFC 9457).

None of this needs the database, a session, or what somebody has typed; so it can be said when nothing else can.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from config.errors import HereaboutsError
from config.serving.answers import HTML, PROBLEM, Refusal, wants_page

logger = logging.getLogger(__name__)

LARGEST_FORM = 200_000  # characters of a form that are given back to be sent again


@dataclass(frozen=True)
class Reason:
    """What is the matter (`title`, `detail`), with which status, and after how many seconds to try again."""

    status: int
    title: str
    detail: str
    seconds: int


REASONS = {
    "away": Reason(
        503,
        _("We cannot reach our records just now"),
        _("The site is running, but the database that keeps its records does not answer. That rarely lasts long."),
        5,
    ),
    "busy": Reason(
        503,
        _("Too many people are asking at once"),
        _("The site is busy, and could not get to this in time."),
        5,
    ),
    "slow": Reason(
        503,
        _("That took too long"),
        _("We stopped, so that others need not wait. Ask for less: one place, a smaller area, fewer kinds."),
        30,
    ),
    "contended": Reason(
        503,
        _("Somebody else is changing the same thing"),
        _("We waited for them to finish, but it took too long."),
        5,
    ),
    "late": Reason(
        408,
        _("What you sent did not arrive in time"),
        _("The connection was too slow, or was cut off in the middle."),
        5,
    ),
    "too large": Reason(
        413,
        _("What you sent is too large"),
        _("At most 20 MB can be sent at once. Make the picture or the file smaller."),
        5,
    ),
    "too many": Reason(
        429,
        _("Too much was asked from your connection"),
        _("Whoever shares it with you is counted too. It works again in a moment."),
        10,
    ),
}
REASONS["crowded"] = REASONS["busy"]


def refuse(request: HttpRequest, why: str, *, seconds: float | None = None) -> HttpResponse:
    """Return the answer that says `why`, as a page or as problem details, whichever `request` reads."""
    reason = REASONS[why]
    wait = max(1, math.ceil(reason.seconds if seconds is None else seconds))
    if _wants_page(request):
        response = HttpResponse(page(why, request), status=reason.status, content_type=HTML)
    else:
        response = _data(request, reason.status, f"{reason.title}. {reason.detail}")
    response["Retry-After"] = str(wait)
    return _sealed(response)


def tell(request: HttpRequest, error: HereaboutsError) -> HttpResponse:
    """Return the answer that says what was wrong and what to do, as a page or as problem details.

    A fault of ours (5xx) goes into the log with its traceback; nobody is shown one.
    """
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", request.path, error, exc_info=error)
    if not _wants_page(request):
        return _with_wait(_data(request, error.status, str(error)), error)
    fault = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    context = {
        "status": error.status,
        "title": _("Something went wrong on our side") if fault else _("That cannot be done"),
        "detail": error.message or error.remedy,
        "remedy": error.remedy if error.message else "",
        "is_final": True,
        "sent": request.method not in ("GET", "HEAD"),
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    response = HttpResponse(render_to_string("refused.html", context), status=error.status, content_type=HTML)
    return _with_wait(response, error)


def _with_wait(response: HttpResponse, error: HereaboutsError) -> HttpResponse:
    if error.seconds is not None:
        response["Retry-After"] = str(error.seconds)
    return _sealed(response)


def details(request: HttpRequest, status: int, detail: str, errors: Sequence[object] = ()) -> dict[str, object]:
    """Problem details (RFC 9457). errors : one for each parameter, where several are faulty."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.get_full_path(),
    }
    return {**body, "errors": list(errors)} if errors else body


def _wants_page(request: HttpRequest) -> bool:
    return wants_page(request.path, request.headers.get("Accept", ""))


def _data(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    response = JsonResponse(details(request, status, detail), status=status, content_type=PROBLEM)
    if request.path.startswith("/api/"):
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Retry-After"
    return response


def _sealed(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    response._has_been_logged = True  # in one line, by who refuses; not by Django for every request, with a traceback
    return response


def page(why: str, request: HttpRequest | None = None) -> str:
    reason = REASONS[why]
    sent = request is not None and request.method not in ("GET", "HEAD")
    return render_to_string(
        "refused.html",
        {
            "status": reason.status,
            "title": reason.title,
            "detail": reason.detail,
            "sent": sent or (request is None and why in ("late", "too large")),
            "address": request.get_full_path() if request is not None else "",
            "fields": fields(request) if sent else [],
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )


def fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What came with a form, so that it can be sent again with one button; nothing of files, or of very long ones."""
    try:
        if request.FILES:
            return []
        found = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # it could not be read: then there is nothing to give back
        return []
    return found if sum(len(name) + len(value) for name, value in found) <= LARGEST_FORM else []


def prepared() -> dict[str, Refusal]:
    """The refusals that the server gives by itself, without a thread (config/serving)."""
    return {
        why: Refusal(
            REASONS[why].status,
            HTTPStatus(REASONS[why].status).phrase,
            f"{REASONS[why].title}. {REASONS[why].detail}",
            page(why).encode(),
            REASONS[why].seconds,
        )
        for why in ("late", "crowded", "too large", "too many")
    }
