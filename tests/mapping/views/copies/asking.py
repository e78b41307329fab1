"""Asking for a page as somebody who was never here, and counting the copies that are kept."""

from __future__ import annotations

from django.db import connection
from django.http import HttpResponse
from django.test import Client

HOST = {"host": "testserver"}
PAGES = (
    "/trafford/",
    "/trafford/map/?q=bank",
    "/trafford/list/",
    "/trafford/network/",
    "/trafford/network/words/",
    "/api/v1/nodes?place=trafford",
    "/trafford/calendar/",
    "/trafford/calendar.ics",
)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mapping_page_copy")


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_page_copy")
        return cursor.fetchone()[0]


def reader(**headers: str) -> Client:
    """Somebody who was never here: another client for each, so that no cookie goes along."""
    return Client(headers=HOST | {name.replace("_", "-"): value for name, value in headers.items()})


def ask(path: str, **headers: str) -> HttpResponse:
    return reader(**headers).get(path)
