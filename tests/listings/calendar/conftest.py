"""Listings with dates, for the tests of calendars."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cms.commands import ensure_pages
from listings.schedules.schedule import Schedule, Slot
from mapping.models import Actor
from tests.listings.nodes.test_facts import live

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def town(place):
    """The home place, with its pages."""
    ensure_pages(place, Actor.command("test"))
    place.refresh_from_db()
    return place


@pytest.fixture
def on(town):
    """Put something on: `on("Tea dance", days=3, at="10:00-11:30", repeat=None, **details)`; a live listing."""

    def make(name: str, days: int = 0, at: str = "10:00-11:30", repeat=None, schedule=None, **more):
        starts, _hyphen, ends = at.partition("-")
        times = () if not at else (
            Slot.between(
                datetime.time.fromisoformat(starts), datetime.time.fromisoformat(ends) if ends else None
            ),
        )  # fmt: skip
        first = timezone.localdate() + datetime.timedelta(days=days)
        given = Schedule(first=first, times=times, zone=LONDON, repeat=repeat, **(schedule or {}))
        return live(town, name=name, schedule=given, **more)

    return make
