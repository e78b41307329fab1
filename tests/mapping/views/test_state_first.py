"""A page is made of nothing that was read before the state that it is kept under (ADR 0028)."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_pages
from cms.tour_draft import draft_tour
from cms.views import serve
from config import remembered
from mapping.answers import page_copies, store
from mapping.answers.page_copies import shelf
from mapping.commands.change import change
from mapping.models import Actor, Answer, Place, Visibility
from mapping.views.answers import pages
from tests.factories import ConnectionFactory, OrganisationFactory, StatementFactory

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")


@pytest.fixture
def site(place, settings):
    settings.PAGE_COPIES_MB = 8
    shelf.ask_again_at = 0.0
    serve.forget()
    remembered.forget()
    ensure_pages(place, ACTOR)
    yield place
    serve.forget()
    remembered.forget()
    shelf.close()


def ask(path: str):
    return Client(headers={"host": "testserver"}).get(path)


@pytest.fixture
def before_state(monkeypatch):
    """Let something happen just before the state is read, which is where a change of somebody else may fall."""

    def let(happen, reading: int = 1) -> None:
        read, times = page_copies.state, []

        def state(*words):
            times.append(1)
            if len(times) == reading:
                happen()
            return read(*words)

        monkeypatch.setattr(page_copies, "state", state)

    return let


@pytest.mark.parametrize(
    "path",
    ["/node/{uuid}", "/node/{uuid}?card", "/node/{uuid}/calendar/", "/node/{uuid}/calendar.ics", "connection",
     "/api/v1/nodes/{uuid}"],
)  # fmt: skip
def test_what_is_hidden_while_its_page_is_made_is_in_no_copy(site, before_state, path):
    hub, spoke = OrganisationFactory(name="The Hub"), OrganisationFactory(name="The Spoke")
    connection = ConnectionFactory(source=hub, target=spoke)
    StatementFactory(connection=connection)
    url = connection.get_absolute_url() if path == "connection" else path.format(uuid=hub.uuid)
    assert ask(url).status_code == 200

    def hide() -> None:
        with change(actor=ACTOR, action="hide", place=site, target=hub):
            hub.visibility = Visibility.MEMBERS
            hub.save()

    with change(actor=ACTOR, action="note", place=site, target=spoke):
        spoke.description = "Another"
        spoke.save()
    before_state(hide)
    ask(url)
    assert ask(url).status_code == 404


@pytest.mark.parametrize("reading", [1, 2])
def test_a_place_that_is_renamed_while_its_page_is_found_has_its_new_name(site, before_state, reading):
    before_state(lambda: Place.objects.filter(pk=site.pk).update(name="New Trafford"), reading)
    ask("/trafford/list/")
    assert b"New Trafford" in ask("/trafford/list/").content


def test_a_place_that_is_renamed_while_the_api_finds_it_has_its_new_name(site, before_state):
    before_state(lambda: Place.objects.filter(pk=site.pk).update(name="New Trafford"))
    ask("/api/v1/places/trafford")
    assert b"New Trafford" in ask("/api/v1/places/trafford").content


@pytest.mark.parametrize("reading", [1, 2])
def test_a_tour_that_is_taken_back_while_it_is_found_is_in_no_copy(site, before_state, reading):
    StatementFactory(connection=ConnectionFactory(source=OrganisationFactory(), target=OrganisationFactory()))
    tour = draft_tour(actor=ACTOR, place=site, publish=True)
    url = f"/trafford/{tour.slug}/"
    before_state(tour.unpublish, reading)
    ask(url)
    assert ask(url).status_code == 404


@pytest.mark.parametrize(("size", "may"), [(1_000, True), (4_000_000, False)])
def test_a_large_answer_is_in_no_memory(size, may):
    assert pages._may_be_remembered((store.Outcome(store.READY, Answer(size=size)), {})) is may
