"""A group with a calendar, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listings.feeds.sync import sync_bytes
from listings.models import Feed, Listing
from mapping.models import Actor
from tests.factories import CategoryFactory, NodeFactory, OrganisationFactory
from tests.mapping.jobs.conftest import queue, start_worker  # noqa: F401 - a worker as a process of its own

ACTOR = Actor(label="test")
# A Monday in summer.
NOW = datetime(2026, 7, 6, 8, tzinfo=UTC)


@pytest.fixture
def group(place):
    CategoryFactory(slug="event")
    CategoryFactory(slug="community-group")
    return OrganisationFactory(place=place, name="Friends of Sale", trusted=True, category__slug="community-group")


@pytest.fixture
def feed(group):
    return Feed.objects.create(organisation=group, url="https://example.org/calendar.ics")


@pytest.fixture
def hall(place):
    CategoryFactory(slug="village-hall")
    return NodeFactory(
        place=place,
        name="Sale Community Hall",
        postcode="M33 7XZ",
        address="1 Tatton Road",
        category__slug="village-hall",
    )


@pytest.fixture
def read_in(feed):
    """Reads a text as what the feed says, at a time; gives the outcome."""

    def take(text: str, now: datetime = NOW, of: Feed | None = None):
        of = of or feed
        of.refresh_from_db()
        return sync_bytes(of, text.encode(), actor=ACTOR, now=now)

    return take


def listing(uid: str = "a@example.org") -> Listing:
    return Listing.objects.get(feed_item__uid=uid)


def dates(uid: str = "a@example.org") -> list[str]:
    """The occurrences on record as "2026-07-06T10:00Z on"."""
    rows = listing(uid).occurrences.order_by("starts_at")
    return [f"{it.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ} {it.status}" for it in rows]
