"""A page that a job makes: it says so, and comes back by itself; without JavaScript by a link."""

import dataclasses

import pytest
from django.db import connection

from mapping.answers import bounds, kinds
from mapping.jobs import answers
from mapping.models import Answer, AnswerState
from mapping.network import readiness, snapshots

from .conftest import quiet

PATH = "/trafford/network/words/"


@pytest.fixture
def large(neighbourhood, monkeypatch, settings, tmp_path):
    """The neighbourhood, for which every bound is too small."""
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    snapshots.forget()
    bounds._sizes.clear()
    for slug, kind in kinds.KINDS.items():
        monkeypatch.setitem(kinds.KINDS, slug, dataclasses.replace(kind, connections=0, nodes=0))
    monkeypatch.setattr(readiness, "MAX_ANALYSED", 0)
    yield neighbourhood
    # These tables are not ours, so they are not emptied after a test; a page that is being closed may still ask.
    quiet()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'make_answer'")


def work() -> None:
    for key in Answer.objects.filter(state=AnswerState.PENDING).values_list("key", flat=True):
        answers.make(key)


def test_it_comes_back_by_itself(large, visit):
    visit = visit()
    page = visit.go(PATH)
    assert "This is being worked out" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Look again").is_visible()
    work()
    # Nobody touches it.
    visit.wait("!document.querySelector('[data-waiting]') && document.body.innerText.includes('Trafford Council')", 60)
    assert not visit.errors and not visit.foreign_requests


def test_without_javascript_a_link_looks_again(large, visit):
    page = visit(javascript=False).go(PATH)
    again = page.get_by_role("link", name="Look again")
    work()
    again.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    text = page.locator("main").inner_text()
    assert "Trafford Council" in text and "being worked out" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_can_be_read_by_everybody(large, visit, width, scheme, request):
    visit = visit(width=width, scheme=scheme)
    page = visit.go(PATH)
    assert page.locator("[data-waiting]").is_visible()
    assert visit.axe() == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
