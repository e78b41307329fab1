"""Whatever a calendar says, it is kept or told of: no reading of a feed ends in a traceback."""

from __future__ import annotations

import pytest

from listings.models import Listing, Occurrence

from .calendars import calendar, event

pytestmark = pytest.mark.django_db

LONG = "x" * 3000
DAYS = ",".join(f"2027{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29))
ODD = {
    "long": event("DTSTART:20261001T100000Z", f"DESCRIPTION:{LONG * 10}", f"LOCATION:{LONG}", f"URL:https://example.org/{LONG}",
                  f"CATEGORIES:{LONG}", uid=LONG, name=LONG),
    "empty": "BEGIN:VEVENT\nDTSTART:20261001T100000Z\nEND:VEVENT",
    "no name": "BEGIN:VEVENT\nUID:n\nDTSTART:20261001T100000Z\nSUMMARY:\nEND:VEVENT",
    "signs": event(
        "DTSTART:20261001T100000Z", "LOCATION:%_\\'\"<b>", name="\u202e<script>alert(1)</script> \x07{{ x }} %s"
    ),
    "far": event("DTSTART:99991231T235959Z", "DURATION:P3000D"),
    "old": event("DTSTART:00010101T000000Z", "RRULE:FREQ=YEARLY"),
    "no length": event("DTSTART:20261001T100000Z", "DTEND:20261001T100000Z"),
    "for months": event("DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20270901"),
    "for years": event("DTSTART:20200101T000000Z", "DTEND:20300101T000000Z"),
    "every hour": event("DTSTART:20260701T000000Z", "DURATION:PT30M", "RRULE:FREQ=HOURLY;INTERVAL=3"),
    "twice in autumn": event("DTSTART:20261025T003000Z", "RRULE:FREQ=HOURLY;COUNT=3"),
    "lost hour": event("DTSTART;TZID=Europe/London:20270328T011500", "DTEND;TZID=Europe/London:20270328T014500"),
    "only an override": event("RECURRENCE-ID:20261001T100000Z", "DTSTART:20261002T100000Z"),
    "future moved": event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261001T100000Z", "DTSTART:20261002T100000Z"),
    "all day and not": event("DTSTART;VALUE=DATE:20261001", "RRULE:FREQ=DAILY;COUNT=3") + "\n"
    + event("RECURRENCE-ID;VALUE=DATE:20261002", "DTSTART:20261002T100000Z", "LOCATION:Hall"),
    "bad point": event("DTSTART:20261001T100000Z", "GEO:53.4;-2.3", "LOCATION:Hall"),
    "pole": event("DTSTART:20261001T100000Z", "GEO:90;180"),
    "with seconds": event("DTSTART:20261001T100017Z", "DURATION:PT10S"),
    "many exceptions": event(
        "DTSTART;TZID=Europe/London:20261001T100000", "RRULE:FREQ=DAILY", f"EXDATE;VALUE=DATE:{DAYS}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_event_is_kept_or_told_of(read_in, name):
    text = calendar(ODD[name], event("DTSTART:20261002T100000Z", uid="plain", name="Plain"))
    outcome = read_in(text)
    assert outcome.failure == "" and Listing.objects.filter(name="Plain").exists()
    assert Listing.objects.count() > 1 or outcome.problems or name in ("far",)
    # And again, otherwise: it is compared with what is on record.
    read_in(text.replace("Plain", "Plainer"))
    before = list(Occurrence.objects.order_by("pk").values())
    read_in(text.replace("Plain", "Plainest"))
    assert list(Occurrence.objects.order_by("pk").values()) == before
    assert Listing.objects.filter(name="Plainest").count() == 1


def test_half_a_character_is_no_trouble(read_in, feed):
    from listings.feeds.sync import sync_bytes

    from .conftest import ACTOR, NOW

    text = calendar(event("DTSTART:20261001T100000Z", name="Caf\u00e9")).encode("latin-1")
    assert sync_bytes(feed, text, actor=ACTOR, now=NOW).kept.created == 1
    assert Listing.objects.get().name == "Café"
    assert sync_bytes(feed, text + b"\xff\xfe\x00\xd8", actor=ACTOR, now=NOW).failure == ""
