"""Zones in calendar files: right for every hour of the years that are used."""

from __future__ import annotations

import datetime
from datetime import UTC
from zoneinfo import ZoneInfo

import icalendar
import pytest

from listings.calendar.content_lines import written
from listings.calendar.time_zone import vtimezone

ZONES = {
    "Europe/London": 2,
    "Europe/Dublin": 2,
    "America/New_York": 2,
    "America/St_Johns": 2,
    "Australia/Lord_Howe": 2,
    "Pacific/Auckland": 2,
    "Asia/Karachi": 1,
    "Etc/UTC": 1,
    "Asia/Kathmandu": 1,
}


def test_london_is_two_rules():
    assert vtimezone(ZoneInfo("Europe/London"), 2026, 2028) == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/London",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T010000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "TZNAME:BST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19701025T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "TZNAME:GMT",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


@pytest.mark.parametrize("name", [*ZONES, "Africa/Casablanca", "Asia/Gaza"])
def test_every_day_is_read_back_right(name):
    """icalendar builds a tzinfo out of the VTIMEZONE: it has to say what zoneinfo says."""
    zone = ZoneInfo(name)
    lines = vtimezone(zone, 2026, 2027)
    observances = sum(it in ("BEGIN:STANDARD", "BEGIN:DAYLIGHT") for it in lines)
    assert observances == ZONES.get(name, observances)
    assert ("RRULE" in str(lines)) == (ZONES.get(name) == 2)
    read = icalendar.Timezone.from_ical(written(lines)).to_tz(lookup_tzid=False)
    day = datetime.datetime(2026, 1, 1, 4, tzinfo=UTC)
    while day.year < 2028:
        local = day.astimezone(zone)
        assert local.replace(tzinfo=read).utcoffset() == local.utcoffset(), local
        day += datetime.timedelta(hours=8)
