"""A tour and the words by keyboard and without JavaScript; a steward's editor under the admin's strict policy."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_steward
from cms.models import TourPage
from cms.tour_draft import draft_tour
from mapping.models import Actor

ACTOR = Actor.command("test")


@pytest.fixture
def tour(neighbourhood) -> TourPage:
    return draft_tour(actor=ACTOR, place=neighbourhood, publish=True)


def test_the_arrow_keys_turn_pages_and_leave_fields_alone(visit, tour):
    reader = visit()
    page = reader.go("/trafford/tour/")
    for key, there in (("ArrowRight", "?step=1"), ("ArrowRight", "?step=2"), ("ArrowLeft", "?step=1")):
        page.keyboard.press(key)
        reader.wait(f"location.search === '{there}' && document.readyState === 'complete'")
    page.locator("#header-search, .search-box__input").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.evaluate("location.search") == "?step=1"
    assert reader.errors == [] and reader.foreign_requests == []


def test_every_step_is_read_without_javascript(visit, tour):
    page = visit(javascript=False).go("/trafford/tour/")
    page.get_by_role("link", name="Start").click()
    seen = [page.locator("h1").inner_text()]
    while page.get_by_role("link", name="Next", exact=True).count():
        page.get_by_role("link", name="Next", exact=True).click()
        assert page.locator(".network-view__picture").count() == 1
        seen.append(page.locator("h1").inner_text())
    assert seen == [it.title for it in tour.steps.all()]


def test_a_reader_walks_from_node_to_node_without_javascript(visit, neighbourhood):
    page = visit(javascript=False).go("/trafford/network/words/")
    page.get_by_role("link", name="connected to (Trafford Council)").click()
    walk = page.locator("#walk")
    assert "Trafford Council is connected to 3 others." in walk.inner_text()
    walk.get_by_role("link", name="Urmston Singers").click()
    assert "Urmston Singers is connected to 1 other." in page.locator("#walk").inner_text()


def test_a_reader_sorts_and_filters_the_table_by_keyboard(visit, neighbourhood):
    reader = visit(width=375)
    page = reader.go("/trafford/network/words/")
    page.get_by_role("link", name="Near to everyone").focus()
    page.keyboard.press("Enter")
    reader.wait("location.search === '?sort=harmonic'")
    page.get_by_label("Name", exact=True).fill("singers")
    page.keyboard.press("Enter")
    reader.wait("document.querySelectorAll('#table tbody tr').length === 1")
    assert "Urmston Singers" in page.locator("#table tbody").inner_text()


def test_a_steward_edits_a_tour_without_breaking_the_policy(visit, tour, live_server):
    client = Client()
    client.force_login(ensure_steward("ann@example.org", tour.place))
    reader = visit()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    reader.context.add_cookies([cookie])
    page = reader.go(f"/admin/pages/{tour.pk}/edit/")
    reader.wait("document.querySelectorAll('[data-inline-panel-child]').length >= 5")
    before = page.locator("[data-inline-panel-child]").count()
    page.get_by_role("button", name="Add step").first.click()
    reader.wait(f"document.querySelectorAll('[data-inline-panel-child]').length > {before}")
    assert not [it for it in reader.errors if "script-src" in it]
