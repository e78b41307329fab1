"""Calendar files as Google, Outlook and ical-generator write them: read, kept, their venues matched."""

from __future__ import annotations

from pathlib import Path

import pytest

from listings.models import Listing, Occurrence
from mapping.models import NodeState

from .calendars import LONDON
from .conftest import NOW

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"


def on(name: str) -> list[str]:
    rows = Occurrence.objects.filter(listing__name=name).order_by("starts_at")[:4]
    return [f"{it.starts_at.astimezone(LONDON):%a %d %b %H:%M} {it.status}" for it in rows]


@pytest.fixture
def library(place):
    from tests.factories import CategoryFactory, NodeFactory

    CategoryFactory(slug="library")
    return NodeFactory(place=place, name="Sale Library", postcode="M33 7SL", category__slug="library")


def test_google(read_in, feed, hall, library):
    outcome = read_in((DATA / "google.ics").read_text(encoding="utf-8"), now=NOW)
    assert [str(it) for it in outcome.problems] == []
    yoga = Listing.objects.get(name="Gentle yoga")
    assert yoga.venue_id == hall.pk and yoga.state == NodeState.LIVE
    assert yoga.summary == "Bring a mat and a blanket.\nBook: https://example.org/yoga"
    # Every second Tuesday; once cancelled, once moved to the library.
    assert yoga.schedule.repeat.text == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    assert on("Gentle yoga") == ["Tue 07 Jul 10:00 on", "Thu 23 Jul 14:00 moved", "Tue 18 Aug 10:00 on",
                                 "Tue 01 Sep 10:00 on"]  # fmt: skip
    assert Occurrence.objects.get(listing=yoga, status="moved").venue_id == library.pk
    fair = Listing.objects.get(name="Summer fair")
    assert fair.occurrences.get().all_day and on("Summer fair") == ["Sat 25 Jul 00:00 on"]
    # Written in UTC, and shown on the clocks of the place.
    assert on("Committee (open to all)") == ["Wed 15 Jul 19:30 on"]
    assert Listing.objects.get(name="Committee (open to all)").online


def test_outlook(read_in, feed, hall):
    outcome = read_in((DATA / "outlook.ics").read_text(encoding="utf-8"), now=NOW)
    assert [str(it) for it in outcome.problems] == []
    choir = Listing.objects.get(name="Community choir")
    assert choir.venue_id == hall.pk
    assert choir.schedule.repeat.text == "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270625"
    assert on("Community choir") == ["Fri 31 Jul 19:00 on", "Fri 28 Aug 19:00 cancelled", "Fri 25 Sep 19:00 on",
                                     "Fri 30 Oct 19:00 on"]  # fmt: skip
    assert choir.summary == "All voices welcome.\nNo need to read music."
    walk = Listing.objects.get(name="Canal walk")
    assert on("Canal walk") == ["Sun 12 Jul 10:30 on"] and walk.address == "Meet at the lock, M33 7XX"


ICAL_GENERATOR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//sebbo.net//ical-generator//EN
TIMEZONE-ID:Europe/London
X-WR-TIMEZONE:Europe/London
BEGIN:VEVENT
UID:a@example.org
SEQUENCE:0
DTSTAMP:20260701T090000
DTSTART;TZID=Europe/London:20261020T190000
DTEND;TZID=Europe/London:20261020T200000
RRULE:FREQ=WEEKLY;UNTIL=20261103T190000
SUMMARY:Evening class
END:VEVENT
END:VCALENDAR
"""


def test_ical_generator(read_in, feed):
    """11.1.2 ends a series without a Z; dateutil 2.9 refuses it (findings/ical-generator-until-without-z.sh)."""
    outcome = read_in(ICAL_GENERATOR.replace("\n", "\r\n"), now=NOW)
    assert [str(it) for it in outcome.problems] == []
    # The last date counts, and clocks go back between.
    assert on("Evening class") == ["Tue 20 Oct 19:00 on", "Tue 27 Oct 19:00 on", "Tue 03 Nov 19:00 on"]
