"""Copies of public pages: the state is read before anything that a page shows, so none has what was withdrawn."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.http import HttpResponse

from cms.views import serve
from config import remembered
from mapping.models import Connection, Node, NodeKind, NodeState, Place
from tests.factories import PlaceFactory
from tests.mapping.views.copies.asking import PAGES, ask, kept

pytestmark = pytest.mark.django_db(transaction=True)

STATE = "mapping_page_state"
# Which place it is has to be known for its state to be read.
WHICH_PLACE = 'SELECT "mapping_place"."id" AS "pk" FROM "mapping_place"'
MORE = (
    "/trafford/map/?near=53.44,-2.30",
    "/trafford/calendar/sheet/",
    "/trafford/calendar.svg",
    "/trafford/picture.png",
    "/trafford/picture.svg",
    "/trafford/network/compare/",
    "/trafford/network/gaps/",
    "/trafford/network/paths/",
    "/trafford/network/without/",
    "/node/{node}",
    "/node/{node}?card",
    "/node/{node}/calendar/",
    "/node/{node}/calendar.ics",
    "/node/{node}/qr.svg",
    "/connections/{connection}/",
    "/api/v1/categories",
    "/api/v1/places",
    "/api/v1/places/trafford",
    "/api/v1/nodes",
    "/api/v1/nodes/{node}",
    "/api/v1/connections",
    "/api/v1/connections?place=trafford",
    "/search/?q=bank",
)


@pytest.fixture
def other(site):
    """With one place alone, the search of the whole site leads there."""
    remembered.forget()
    serve.forget()
    return PlaceFactory(slug="salford", code="E2", name="Salford")


def address_of(path: str) -> str:
    organisation = Node.objects.filter(kind=NodeKind.ORGANISATION).order_by("pk").first()
    return path.format(node=organisation.uuid, connection=Connection.objects.get().uuid)


@pytest.mark.parametrize("path", [*PAGES, *MORE])
def test_the_state_is_read_first(other, path):
    path, asked = address_of(path), []

    def note(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        assert ask(path).status_code == 200
    assert kept() == 1
    before = asked[: next(n for n, sql in enumerate(asked) if STATE in sql)]
    assert [it for it in before if not it.startswith(WHICH_PLACE)] == []


def ask_while(change, path: str) -> HttpResponse:
    """Ask for `path`, while somebody else calls `change` in the moment before the state is read."""
    done = []

    def elsewhere():
        try:
            change()
        finally:
            connection.close()

    def between(execute, sql, *rest):
        if STATE in sql and not done:
            done.append(1)
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join(30)
        return execute(sql, *rest)

    with connection.execute_wrapper(between):
        answer = ask(path)
    assert done
    return answer


def withdraw():
    for node in Node.objects.filter(kind=NodeKind.ORGANISATION):
        node.state = NodeState.DRAFT
        node.save()


def retire():
    Place.objects.filter(slug="trafford").update(is_home=False, boundary=None)


def rename():
    Place.objects.filter(slug="trafford").update(slug="trafford-of-old")


GONE = (
    ("/node/{node}/qr.svg", withdraw, 404),
    ("/trafford/calendar.svg", retire, 404),
    ("/trafford/calendar.ics", retire, 404),
    ("/trafford/picture.png", retire, 404),
    ("/trafford/picture.svg", retire, 404),
    ("/trafford/network/export/connections.graphml", retire, 404),
    ("/api/v1/connections?place=trafford", rename, 400),
    ("/search/?q=bank", retire, 302),
)


@pytest.mark.parametrize(("path", "change", "status"), GONE, ids=[it[0] for it in GONE])
def test_what_changes_in_the_last_moment_is_in_no_copy(other, path, change, status):
    path = address_of(path)
    assert ask_while(change, path).status_code == status
    assert kept() == 0
    assert ask(path).status_code == status
