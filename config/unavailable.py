"""When the database does not do what it is asked: which refusal says so (`config.refusals.REASONS`)."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator

import psycopg
from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from config.postgis.base import Busy
from config.refusals import refuse

logger = logging.getLogger(__name__)

# By what PostgreSQL says (Appendix A of its manual): five characters, or the two of a whole class.
BY_SQLSTATE = {
    "57014": "slow",  # query_canceled: statement_timeout
    "55P03": "contended",  # lock_not_available: lock_timeout
    "40P01": "contended",  # deadlock_detected
    "40001": "contended",  # serialization_failure
    "25P03": "slow",  # idle_in_transaction_session_timeout
    "25006": "away",  # read_only_sql_transaction: a standby that is not the primary yet
    "53": "busy",  # insufficient resources: connections, memory, disk
    "08": "away",  # connection exception
    "57": "away",  # operator intervention: shutting down, starting up
    "58": "away",  # system error
    "XX": None,  # internal error: a fault, of ours or of the server
}
SECONDS_BETWEEN_LINES = 10.0  # in the log, of the same thing
_told: dict[str, float] = {}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def why(error: BaseException | None) -> str | None:
    """Return the reason that `error`, or what it came from, is; None for a fault that waiting does not mend."""
    for found in _chain(error):
        if isinstance(found, Busy):
            return "busy"
        if isinstance(found, psycopg.Error) and found.sqlstate:
            reason = BY_SQLSTATE.get(found.sqlstate, BY_SQLSTATE.get(found.sqlstate[:2], ""))
            if reason != "":
                return reason
        if isinstance(found, (psycopg.OperationalError, OperationalError)) and found.__cause__ is None:
            return "away"
        if isinstance(found, (psycopg.InterfaceError, InterfaceError)) and "closed" in str(found):
            return "away"
        if isinstance(found, InternalError) and found.__cause__ is None:
            return None
    return None


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The refusal for `error`, noted in the log in one line; None when it is a fault."""
    reason = why(error)
    if reason is None:
        return None
    note(reason, error)
    return refuse(request, reason)


def note(reason: str, error: BaseException | None) -> None:
    now = time.monotonic()
    if now - _told.get(reason, -SECONDS_BETWEEN_LINES) >= SECONDS_BETWEEN_LINES:
        _told[reason] = now
        first = str(error).strip().splitlines()[:1]
        logger.warning("The database is %s: %s", reason, first[0] if first else type(error).__name__)


class UnavailableMiddleware:
    """Says what is the matter when the database fails a view. What fails other middleware: `server_error`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's page for what went wrong (500), unless it is the database that does not answer (503)."""
    refused = answer(request, sys.exc_info()[1])
    if refused is not None:
        return refused
    try:
        return HttpResponse(render_to_string("500.html", {"site_name": settings.WAGTAIL_SITE_NAME}), status=500)
    except Exception:  # it was the pages themselves that failed
        return HttpResponse("Something went wrong on our side.", status=500, content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's page for what cannot be understood (400).

    A session that could not be kept is one of these to Django, whatever the reason: 503 when it is the database.
    """
    return answer(request, exception) or defaults.bad_request(request, exception)
