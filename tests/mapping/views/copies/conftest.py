"""A small site whose pages are kept."""

from __future__ import annotations

import datetime
import threading

import pytest

from cms.commands import ensure_pages
from mapping.answers.page_copies import shelf
from mapping.models import Actor
from mapping.views import overview
from tests.factories import CategoryFactory, ConnectionFactory, NodeFactory, OrganisationFactory, StatementFactory
from tests.mapping.views.copies.asking import forget


@pytest.fixture
def site(place, settings):
    settings.PAGE_COPIES_MB = 8
    forget()
    shelf.ask_again_at = 0.0
    ensure_pages(place, Actor.command("test"))
    bank = CategoryFactory(slug="food-bank", name="Food bank", plural="Food banks", parent=CategoryFactory(slug="help"))
    NodeFactory(name="Bank of food", category=bank)
    a, b = OrganisationFactory(name="The Hub"), OrganisationFactory(name="The Spoke")
    StatementFactory(connection=ConnectionFactory(source=a, target=b))
    yield place
    forget()
    shelf.close()


@pytest.fixture
def no_minute_ends():
    """Wait for the next minute when this one is nearly over: pages that say what is open now are new then."""
    if datetime.datetime.now().second > 50:
        threading.Event().wait(61 - datetime.datetime.now().second)


@pytest.fixture
def made(monkeypatch):
    """How often the front page was made."""
    times = []
    page = overview._page
    monkeypatch.setattr(overview, "_page", lambda *words: times.append(1) or page(*words))
    return times
