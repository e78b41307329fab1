"""Where a good guess at icalendar 7.3.2 and recurring-ical-events 3.8.2 is wrong: what they do, and what we do.

Each test names the source in the package. When a first half fails after an upgrade, the library has changed, and what
we do about it can go.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib.metadata import version

import icalendar
import pytest
import recurring_ical_events
from icalendar.timezone import tzp

from listings.feeds.events import FeedStatus, Window

from .calendars import LONDON, at, calendar, event, ours, said, starts, their_starts, theirs, zone


def test_the_versions_are_those_that_were_measured():
    assert version("icalendar") == "7.3.2"
    assert version("recurring-ical-events") == "3.8.2"


def test_a_custom_zone_of_one_file_is_not_that_of_the_next():
    """icalendar 7.3.2, timezone/tzp.py, `cache_timezone_component`: the first file that defines it wins."""
    first = calendar(zone("Customized Time Zone", "+0500"), event("DTSTART;TZID=Customized Time Zone:20260714T100000"))
    second = calendar(zone("Customized Time Zone", "-0300"), event("DTSTART;TZID=Customized Time Zone:20260714T100000"))
    tzp.use_zoneinfo()
    icalendar.Calendar.from_ical(first)
    remembered = icalendar.Calendar.from_ical(second).walk("VEVENT")[0]["DTSTART"].dt
    assert remembered.utcoffset() == timedelta(hours=5), "the library forgets by itself now"
    assert starts(ours(first)) == ["2026-07-14T10:00:00+05:00"]
    assert starts(ours(second)) == ["2026-07-14T10:00:00-03:00"]


def test_a_file_without_the_definition_does_not_get_that_of_another():
    """The same memory: a file that only names the zone."""
    ours(calendar(zone("Customized Time Zone", "+0500"), event("DTSTART;TZID=Customized Time Zone:20260714T100000")))
    bare = calendar(event("DTSTART;TZID=Customized Time Zone:20260714T100000"))
    assert starts(ours(bare)) == ["2026-07-14T10:00:00+01:00"]
    assert "Customized Time Zone" in said(ours(bare))
    assert icalendar.Calendar.from_ical(bare).walk("VEVENT")[0]["DTSTART"].dt.tzinfo is None


def test_the_zone_that_everybody_knows_beats_what_the_file_makes_of_its_name():
    """icalendar 7.3.2, timezone/tzp.py, `cache_timezone_component`: a known name is not cached."""
    text = calendar(zone("Europe/London", "+0500"), event("DTSTART;TZID=Europe/London:20260714T100000"))
    assert their_starts(text) == ["2026-07-14T10:00:00+01:00"]
    assert starts(ours(text)) == ["2026-07-14T10:00:00+01:00"]


def test_bst_comes_back_without_a_zone():
    """icalendar 7.3.2, timezone/tzp.py, `timezone`: None for a name of no table, and the time is naive."""
    text = calendar(event("DTSTART;TZID=BST:20260714T100000"))
    assert theirs(text)[0]["DTSTART"].dt.tzinfo is None
    assert starts(ours(text)) == ["2026-07-14T10:00:00+01:00"]
    assert not ours(text).problems


def test_gmt_is_the_zone_that_the_file_defines_by_that_name():
    """icalendar 7.3.2, timezone/tzp.py: GMT is known, and at +00:00 all year, whatever the file says of it."""
    text = calendar(zone("GMT", "+0000", "+0100"), event("DTSTART;TZID=GMT:20260714T100000"))
    assert their_starts(text) == ["2026-07-14T10:00:00+00:00"]
    assert starts(ours(text)) == ["2026-07-14T10:00:00+01:00"]
    bare = calendar(event("DTSTART;TZID=GMT:20260714T100000"))
    assert starts(ours(bare)) == ["2026-07-14T10:00:00+00:00"]


@pytest.mark.parametrize("name", ["(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "GMT/BST", "British Summer Time"])
def test_quoted_names_come_back_without_a_zone(name):
    """icalendar 7.3.2, timezone/tzp.py, `_lookup_ids`: names as Outlook shows them are in no table."""
    text = calendar(event(f'DTSTART;TZID="{name}":20260714T100000'))
    assert theirs(text)[0]["DTSTART"].dt.tzinfo is None
    assert starts(ours(text)) == ["2026-07-14T10:00:00+01:00"]


def test_a_name_with_a_colon_is_read_without_its_quotes_too():
    """icalendar 7.3.2, parser/content_line.py, `raw_parts`: the value begins at the first colon."""
    text = calendar(event("DTSTART;TZID=(UTC+00:00) Dublin, Edinburgh, Lisbon, London:20260714T100000"))
    with pytest.raises(icalendar.error.BrokenCalendarProperty):
        theirs(text)
    assert starts(ours(text)) == ["2026-07-14T10:00:00+01:00"]


MOVED_ON = calendar(
    event("DTSTART:20260706T100000Z", "DTEND:20260706T110000Z", "RRULE:FREQ=DAILY;COUNT=6"),
    event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260708T100000Z",
        "DTSTART:20260708T120000Z",
        "DTEND:20260708T130000Z",
        "SEQUENCE:1",
    ),
)


def test_what_follows_this_and_future_is_known_by_its_start():
    """recurring-ical-events 3.8.2, adapters/component.py, `as_component`: one RECURRENCE-ID for all of them."""
    ids = [it["RECURRENCE-ID"].dt for it in theirs(MOVED_ON)]
    assert len(ids) == 6 and len(set(ids)) == 3
    reading = ours(MOVED_ON)
    assert starts(reading) == sorted(their_starts(MOVED_ON))
    originals = [it.original for _, it in reading.occurrences()]
    assert originals == [f"2026-07-{day:02}T10:00" for day in range(6, 12)]
    assert [it.ends.isoformat() for _, it in reading.occurrences()][-1] == "2026-07-11T13:00:00+00:00"


def test_cancelled_ones_are_given_like_others():
    """recurring-ical-events 3.8.2, series/rrule.py, `between`: STATUS is not looked at."""
    text = calendar(
        event("DTSTART:20260706T100000Z", "RRULE:FREQ=DAILY;COUNT=2"),
        event("RECURRENCE-ID:20260707T100000Z", "DTSTART:20260707T100000Z", "STATUS:CANCELLED"),
    )
    assert len(theirs(text)) == 2
    assert starts(ours(text)) == ["2026-07-06T10:00:00+00:00"]
    assert [it.status for _, it in ours(text).occurrences()] == [FeedStatus.CONFIRMED, FeedStatus.CANCELLED]


def test_results_are_in_order_of_time():
    """recurring-ical-events 3.8.2, series/rrule.py, `between`: "The result does not need to be ordered"."""
    text = calendar(
        event("DTSTART:20260706T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        event("RECURRENCE-ID:20260706T100000Z", "DTSTART:20260801T100000Z"),
        event("DTSTART:20260101T100000Z", uid="b@example.org"),
    )
    their = [it["DTSTART"].dt.isoformat() for it in theirs(text)]
    assert their != sorted(their)
    assert starts(ours(text)) == sorted(their)


def test_a_window_of_one_day_is_that_day():
    """recurring-ical-events 3.8.2, query.py, `between`: from a date to the same date lies nothing."""
    text = calendar(event("DTSTART;TZID=Europe/London:20260714T100000", "RRULE:FREQ=DAILY;COUNT=3"))
    day = date(2026, 7, 15)
    assert recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(day, day) == []
    assert starts(ours(text, Window(day, day, LONDON))) == ["2026-07-15T10:00:00+01:00"]


def test_a_day_is_one_of_london_for_events_in_utc():
    """recurring-ical-events 3.8.2, util.py, `make_comparable`: a window without a zone takes that of the event."""
    # Half past midnight in London, the day before in UTC.
    text = calendar(event("DTSTART:20260713T233000Z"), event("DTSTART:20260714T233000Z", uid="b@example.org"))
    day = date(2026, 7, 14)
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
    assert [it["UID"] for it in query.between(day, day + timedelta(days=1))] == ["b@example.org"]
    assert starts(ours(text, Window(day, day, LONDON))) == ["2026-07-13T23:30:00+00:00"]


def test_what_began_the_evening_before_is_found():
    """recurring-ical-events 3.8.2, series/rrule.py, `rrule_between`: windows of dates forget the hours of a length."""
    text = calendar(event("DTSTART:20260713T200000Z", "DTEND:20260714T080000Z"))
    day = date(2026, 7, 14)
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
    assert query.between(day, day + timedelta(days=1)) == []
    assert starts(ours(text, Window(day, day, LONDON))) == ["2026-07-13T20:00:00+00:00"]


def test_24_hours_are_not_a_day():
    """icalendar 7.3.2, prop/dt/duration.py: PT24H and P1D are one timedelta, which Python adds on the clock."""
    text = calendar(event("DTSTART;TZID=Europe/London:20260328T180000", "DURATION:PT24H"))
    assert theirs(text)[0]["DTEND"].dt == at("2026-03-29T18:00:00+01:00")
    # 28 March has 24 hours until 19:00 of the day when clocks go forward.
    assert ours(text).events[0].occurrences[0].ends == at("2026-03-29T19:00:00+01:00")
    day = calendar(event("DTSTART;TZID=Europe/London:20260328T180000", "DURATION:P1D"))
    assert ours(day).events[0].occurrences[0].ends == at("2026-03-29T18:00:00+01:00")


def test_what_lies_in_the_lost_hour_lasts_as_long_as_it_always_does():
    """recurring-ical-events 3.8.2, series/rrule.py, `between`: start and end are the same instant."""
    text = calendar(
        event(
            "DTSTART;TZID=Europe/London:20260328T013000",
            "DTEND;TZID=Europe/London:20260328T023000",
            "RRULE:FREQ=DAILY;COUNT=3",
        )
    )
    their = sorted(theirs(text), key=lambda it: it["DTSTART"].dt)[1]
    assert their["DTSTART"].dt.timestamp() == their["DTEND"].dt.timestamp()
    reading = ours(text)
    lost = reading.events[0].occurrences[1]
    assert lost.starts.timestamp() == at("2026-03-29T02:30:00+01:00").timestamp()
    assert lost.ends.timestamp() - lost.starts.timestamp() == 3600
    assert lost.is_shifted and "left out when clocks go forward" in said(reading)


def test_an_override_by_a_date_replaces_the_occurrence_of_that_day():
    """recurring-ical-events 3.8.2, util.py, `to_recurrence_ids`: a date is a midnight, when nothing begins."""
    text = calendar(
        event("DTSTART;TZID=Europe/London:20260706T100000", "RRULE:FREQ=DAILY;COUNT=3"),
        event("RECURRENCE-ID;VALUE=DATE:20260707", "DTSTART;TZID=Europe/London:20260707T150000"),
    )
    assert len(theirs(text)) == 4
    assert starts(ours(text)) == [f"2026-07-{day}:00:00+01:00" for day in ("06T10", "07T15", "08T10")]
    assert [it.original for _, it in ours(text).occurrences()][1] == "2026-07-07T10:00"


def test_the_last_day_counts_when_until_is_a_date():
    """recurring-ical-events 3.8.2, series/rrule.py, `create_rule_with_start`: the date becomes its midnight in UTC."""
    text = calendar(event("DTSTART;TZID=Europe/London:20260706T100000", "RRULE:FREQ=DAILY;UNTIL=20260708"))
    assert len(theirs(text)) == 2
    assert starts(ours(text)) == [f"2026-07-0{day}T10:00:00+01:00" for day in (6, 7, 8)]


@pytest.mark.parametrize("until", ["20260708T140000Z", "20260708T100000"])
def test_until_is_read_in_utc_and_on_the_clocks_of_the_event(until):
    """recurring-ical-events 3.8.2, the same: a local UNTIL is read as UTC, hours off where zones are far from it."""
    text = calendar(event("DTSTART;TZID=America/New_York:20260706T100000", f"RRULE:FREQ=DAILY;UNTIL={until}"))
    assert len(theirs(text)) == (3 if until.endswith("Z") else 2)
    assert starts(ours(text)) == [f"2026-07-0{day}T10:00:00-04:00" for day in (6, 7, 8)]


def test_a_rule_of_another_calendar_spoils_no_other_event():
    """recurring-ical-events 3.8.2, series/rrule.py: RSCALE (RFC 7529) fails the whole file."""
    text = calendar(
        event("DTSTART;VALUE=DATE:20260217", "RRULE:RSCALE=CHINESE;FREQ=YEARLY", name="New Year"),
        event("DTSTART:20260706T100000Z", uid="b@example.org"),
    )
    with pytest.raises(recurring_ical_events.BadRuleStringFormat):
        theirs(text)
    assert starts(ours(text)) == ["2026-07-06T10:00:00+00:00"]
    assert "New Year" in said(ours(text)) and "RSCALE=CHINESE" in said(ours(text))


def test_the_zone_of_the_calendar_is_applied_once():
    """recurring-ical-events 3.8.2, __init__.py, `of`: X-WR-TIMEZONE is applied by it, through x-wr-timezone 2.0.1."""
    text = calendar(
        "X-WR-TIMEZONE:Europe/London",
        event("DTSTART:20260316T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
        event("DTSTART:20260714T100000", uid="b@example.org"),
    )
    expected = ["2026-03-16T10:00:00+00:00", "2026-03-23T10:00:00+00:00", "2026-03-30T10:00:00+01:00"]
    assert starts(ours(text)) == [*expected, "2026-07-14T10:00:00+01:00"] == their_starts(text)


def test_an_exdate_takes_away_no_other_hour():
    """recurring-ical-events 3.8.2, util.py, `to_recurrence_ids`: figures in UTC match local ones of another."""
    text = calendar(
        event(
            "DTSTART;TZID=Europe/London:20260706T100000",
            "RRULE:FREQ=DAILY;COUNT=2;BYHOUR=10,11",
            "EXDATE:20260706T100000Z",
        )
    )
    assert len(theirs(text)) == 0 or their_starts(text) == ["2026-07-07T10:00:00+01:00"]
    assert starts(ours(text)) == ["2026-07-06T10:00:00+01:00"]
