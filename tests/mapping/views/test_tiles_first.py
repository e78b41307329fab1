"""Tiles that are answered before Django is asked: the same answers, and only where nobody in particular asks."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.core.handlers.wsgi import WSGIHandler
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from mapping.models import Revision
from mapping.views import tiles as view
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db

HERE = Point(-2.3205, 53.4265, srid=4326)
TILE = "/tiles/trafford.{}/nodes/14/8086/5304.mvt"


@pytest.fixture
def nodes(place):
    return [NodeFactory(location=HERE, name=f"Stretford Public Hall, room {number}") for number in range(12)]


def django(environ, start_response):
    start_response("299 Django was asked", [])
    return [b"Django"]


def ask(application, path, **more) -> tuple[str, dict[str, str], bytes]:
    """Status, head and body of an answer, by WSGI."""
    environ = RequestFactory().generic(more.pop("method", "GET"), path, **more).environ
    came: list = []
    body = b"".join(application(environ, lambda status, head: came.extend([status, head])))
    return came[0], dict(came[1]), body


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (2, {}),
        (1, {}),
        (2, {"HTTP_ACCEPT_ENCODING": "br, gzip"}),
        (2, {"HTTP_IF_NONE_MATCH": "W/"}),
        (2, {"method": "HEAD"}),
    ],
)
def test_the_answer_is_that_of_django(place, nodes, number, more):
    Revision.objects.raise_for([place])
    path = TILE.format(number)
    assert ask(view.TilesFirst(django), path, **more) == ask(_whole_site, path, **more)


def _whole_site(environ, start_response):
    """Our middleware, as the site has it, without what the first application does."""
    response = view.TileMiddleware(lambda request: pytest.fail("went on"))(WSGIHandler.request_class(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def test_what_the_reader_has_is_304_and_nothing_there_204(place, nodes):
    site = view.TilesFirst(django)
    _, head, _ = ask(site, TILE.format(1))
    status, again, body = ask(site, TILE.format(1), HTTP_IF_NONE_MATCH=head["ETag"])
    assert (status, again["ETag"], body) == ("304 Not Modified", head["ETag"], b"")
    assert ask(site, "/tiles/trafford.1/nodes/14/0/0.mvt")[0] == "204 No Content"


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (TILE.format(1), {"HTTP_COOKIE": "a=b; sessionid=abc"}),
        (TILE.format(1), {"method": "POST"}),
        (TILE.format(1) + "?open=now", {}),
        (TILE.format(9), {}),
        ("/tiles/trafford.1/nodes/14/8086/5304", {}),
        ("/tiles/trafford.x/nodes/14/8086/5304.mvt", {}),
        ("/trafford/map/", {}),
    ],
)
def test_all_else_is_djangos(nodes, path, more):
    assert ask(view.TilesFirst(django), path, **more)[2] == b"Django"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_fails_is_djangos_to_tell_of(nodes, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error("The database is away")

    monkeypatch.setattr(view, "build", fail)
    assert ask(view.TilesFirst(django), TILE.format(1))[2] == b"Django"


def test_who_asks_by_http_is_sent_on_where_the_site_wants_https(nodes, settings):
    settings.SECURE_SSL_REDIRECT = True
    site = view.TilesFirst(django)
    assert ask(site, TILE.format(1))[2] == b"Django"
    assert ask(site, TILE.format(1), secure=True)[0] == "200 OK"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask(site, TILE.format(1), secure=True)[2] == b"Django"
    assert ask(site, TILE.format(1), HTTP_X_FORWARDED_PROTO="https")[0] == "200 OK"
