"""Calendar files as people's programs write them, and as they break."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings.feeds.events import FeedStatus, Window
from listings.feeds.readers import MAX_BYTES, read

from .calendars import LONDON, YEAR, at, calendar, event, ours, said, starts, their_starts, theirs, zone


def test_the_texts_of_an_event_are_plain():
    text = calendar(
        "X-WR-CALNAME:Friends of the Park\\, Sale",
        event(
            "DTSTART:20260714T100000Z",
            "DESCRIPTION:<p>Bring a <b>mat</b>.</p><ul><li>Tea</li></ul><script>alert(1)</script>"
            '<a href="https://example.org/book">Book</a> &amp\\; come',
            "LOCATION:The Hall\\, 1 High Street\\, M33 7XZ",
            "URL:https://example.org/yoga",
            "CATEGORIES:Exercise,Older people",
            'ORGANIZER;CN="Jo Bloggs":mailto:jo@example.org',
            "GEO:53.4;-2.3",
            "SEQUENCE:3",
        ),
    )
    reading = ours(text)
    (found,) = reading.events
    assert reading.title == "Friends of the Park, Sale"
    assert found.description == "Bring a mat.\n\n- Tea\n\nBook (https://example.org/book) & come"
    assert (found.location, found.point) == ("The Hall, 1 High Street, M33 7XZ", (-2.3, 53.4))
    assert (found.url, found.categories) == ("https://example.org/yoga", ("Exercise", "Older people"))
    assert (found.organiser, found.sequence) == ("Jo Bloggs", 3)


def test_no_e_mail_address_is_kept():
    organiser = "ORGANIZER;CN=jo@example.org:mailto:jo@example.org"
    assert not ours(calendar(event("DTSTART:20260714T100000Z", organiser))).events[0].organiser


def test_a_description_for_outlook_is_used_where_the_plain_one_is_missing():
    rich = "X-ALT-DESC;FMTTYPE=text/html:<html><head><style>p{}</style></head><p>Soup<br>and tea</p></html>"
    assert ours(calendar(event("DTSTART:20260714T100000Z", rich))).events[0].description == "Soup\nand tea"


def test_a_floating_time_is_on_the_clocks_of_the_place():
    assert starts(ours(calendar(event("DTSTART:20260714T100000")))) == ["2026-07-14T10:00:00+01:00"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GMT Standard Time", "+01:00"),
        ('"GMT Standard Time"', "+01:00"),
        ("W. Europe Standard Time", "+02:00"),
        ("/mozilla.org/20070129_1/Europe/London", "+01:00"),
        ("tzone://Microsoft/Utc", "+00:00"),
        ("europe/london", "+01:00"),
        ("London", "+01:00"),
        ("GMT-0500", "-05:00"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "+01:00"),
    ],
)
def test_names_of_zones(name, expected):
    reading = ours(calendar(event(f"DTSTART;TZID={name}:20260714T100000")))
    assert starts(reading) == [f"2026-07-14T10:00:00{expected}"]


def test_a_zone_that_the_file_defines_from_1601_has_its_summer():
    text = calendar(
        zone("GMT Standard Time", "+0000", "+0100"),
        event("DTSTART;TZID=GMT Standard Time:20260326T100000", "RRULE:FREQ=DAILY;COUNT=5"),
    )
    expected = [f"2026-03-{day}T10:00:00+0{int(day >= 29)}:00" for day in range(26, 31)]
    assert starts(ours(text)) == expected == their_starts(text)


def test_a_zone_that_is_not_known_is_read_as_the_place_s_and_said():
    reading = ours(calendar(event("DTSTART;TZID=Europe/Lodnon:20260714T100000")))
    assert starts(reading) == ["2026-07-14T10:00:00+01:00"]
    assert "line 7: Nobody says what the time zone “Europe/Lodnon” is" in said(reading)


def test_an_rdate_may_have_a_length_of_its_own():
    text = calendar(
        event(
            "DTSTART;TZID=Europe/London:20260706T100000",
            "DTEND;TZID=Europe/London:20260706T110000",
            "RDATE;VALUE=PERIOD;TZID=Europe/London:20260708T100000/PT3H,20260710T100000/20260710T103000",
        )
    )
    lengths = [(it.ends - it.starts) / timedelta(minutes=1) for _, it in ours(text).occurrences()]
    assert lengths == [60, 180, 30]
    assert starts(ours(text)) == their_starts(text)


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/London:20260707T100000",
        "EXDATE:20260707T090000Z",
        "EXDATE;TZID=America/New_York:20260707T050000",
        "EXDATE;VALUE=DATE:20260707",
        "EXDATE:20260707T100000",
    ],
)
def test_an_exdate_is_a_time_or_a_date_in_any_zone(exdate):
    text = calendar(event("DTSTART;TZID=Europe/London:20260706T100000", "RRULE:FREQ=DAILY;COUNT=3", exdate))
    assert starts(ours(text)) == ["2026-07-06T10:00:00+01:00", "2026-07-08T10:00:00+01:00"]


def test_the_last_working_day_of_each_month():
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
    text = calendar(event("DTSTART;TZID=Europe/London:20260130T100000", rule))
    assert [it[:10] for it in starts(ours(text))] == ["2026-01-30", "2026-02-27", "2026-03-31"]


def test_whole_days():
    text = calendar(event("DTSTART;VALUE=DATE:20260714", "DTEND;VALUE=DATE:20260717"))
    (found,) = ours(text).events[0].occurrences
    assert (found.starts, found.ends, found.all_day, found.original) == (
        date(2026, 7, 14), date(2026, 7, 17), True, "2026-07-14",
    )  # fmt: skip


def test_of_two_versions_the_newer_counts():
    newer = event("DTSTART:20260715T100000Z", "SEQUENCE:2", name="New")
    older = event("DTSTART:20260714T100000Z", "SEQUENCE:1", name="Old")
    for text in (calendar(newer, older), calendar(older, newer)):
        assert [it.name for it in ours(text).events] == ["New"]
        assert "same UID" in said(ours(text))


def test_a_file_that_cancels_has_nothing_live():
    text = calendar("METHOD:CANCEL", event("DTSTART:20260714T100000Z"))
    assert starts(ours(text)) == []
    assert ours(text).events[0].occurrences[0].status == FeedStatus.CANCELLED


def test_one_occurrence_may_be_elsewhere():
    text = calendar(
        event("DTSTART:20260706T100000Z", "RRULE:FREQ=DAILY;COUNT=2", "LOCATION:Hall"),
        event("RECURRENCE-ID:20260707T100000Z", "DTSTART:20260707T100000Z", "LOCATION:Library"),
    )
    assert [it.location for _, it in ours(text).occurrences()] == [None, "Library"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing in it."),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "This is a web page, not a calendar"),
        (b"%PDF-1.7 ...", "This is a PDF, not a calendar."),
        (b"\x00\x01\x02", "This is not a calendar"),
        (b"hello", "This is not a calendar"),
    ],
)
def test_what_is_no_calendar_is_said_in_a_sentence(data, sentence):
    reading = read(data, home=LONDON, window=YEAR)
    assert not reading.events and sentence in said(reading)


def test_a_broken_line_spoils_nothing_else():
    text = calendar(event("DTSTART:20260714T100000Z", "this is no line"), event("DTSTART:20260715T100000Z", uid="b"))
    assert len(starts(ours(text))) == 2
    assert "line 8: “this is no line” is not a line of a calendar" in said(ours(text))


def test_a_file_that_was_cut_short_keeps_what_is_whole():
    text = calendar(event("DTSTART:20260714T100000Z"), event("DTSTART:20260715T100000Z", uid="b"))
    cut = text[: text.rindex("DTSTART")]
    assert starts(ours(cut)) == ["2026-07-14T10:00:00+00:00"]
    assert "The event that begins here has no end" in said(ours(cut))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=FORTNIGHTLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;UNTIL=soon",
        "INTERVAL=2",
        "X" * 5000,
    ],
)
def test_a_rule_that_cannot_be_followed_is_left_out_and_said(rule):
    text = calendar(event("DTSTART:20260101T100000Z", f"RRULE:{rule}"), event("DTSTART:20260714T100000Z", uid="b"))
    assert starts(ours(text)) == ["2026-07-14T10:00:00+00:00"]
    assert "line 4: “Yoga” was left out" in said(ours(text))


def test_only_so_many_dates_of_one_event_are_taken():
    text = calendar(event("DTSTART:20260101T100000Z", "RRULE:FREQ=HOURLY;COUNT=900"))
    reading = ours(text, Window(date(2026, 1, 1), date(2026, 12, 31), LONDON, occurrences=50))
    assert len(starts(reading)) == 50 and "more than 50 dates" in said(reading)


def test_a_file_that_is_too_large_is_not_read():
    assert "larger than 10 MB" in said(read(b"x" * (MAX_BYTES + 1), home=LONDON, window=YEAR))


def test_blocks_within_blocks_without_end_are_no_trouble():
    for block in ("VALARM", "VEVENT"):
        assert ours("BEGIN:VCALENDAR\n" + f"BEGIN:{block}\n" * 500).events == []


RULES = st.one_of(
    st.builds(lambda n, d: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(sorted(d))}", st.integers(1, 4),
              st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1)),
    st.builds(lambda n, d: f"FREQ=MONTHLY;BYDAY={n}{d}", st.sampled_from([1, 2, 3, 4, -1]),
              st.sampled_from(["MO", "WE", "SU"])),
    st.builds(lambda d: f"FREQ=MONTHLY;BYMONTHDAY={d}", st.integers(1, 31)),
    st.builds(lambda n: f"FREQ=DAILY;INTERVAL={n}", st.integers(1, 40)),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rule=RULES,
    ending=st.sampled_from(["", ";COUNT=7", ";UNTIL=20260901T120000Z"]),
    day=st.dates(date(2025, 6, 1), date(2026, 6, 1)),
    hour=st.integers(3, 22),
    skipped=st.integers(0, 60),
    name=st.sampled_from(["Europe/London", "America/New_York", "Australia/Sydney"]),
)
def test_series_are_those_of_the_library(rule, ending, day, hour, skipped, name):
    begin = f"{day:%Y%m%d}T{hour:02}0000"
    exdate = f"EXDATE;TZID={name}:{day + timedelta(days=skipped):%Y%m%d}T{hour:02}0000"
    text = calendar(event(f"DTSTART;TZID={name}:{begin}", "DURATION:PT90M", f"RRULE:{rule}{ending}", exdate))
    assert sorted(map(at, starts(ours(text)))) == sorted(it["DTSTART"].dt for it in theirs(text))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(
    st.text(max_size=30),
    st.sampled_from(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "DTSTART:20260714T100000Z",
                     "DTSTART;VALUE=DATE:20260714", "DTEND:20260101", "RRULE:FREQ=DAILY;COUNT=3", "UID:a", "EXDATE:x",
                     "RECURRENCE-ID;RANGE=THISANDFUTURE:20260715", "DURATION:-P1D", "RDATE:20260714/P1D", "GEO:a;b",
                     "SEQUENCE:many", "STATUS:CANCELLED", "BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE"]),
), max_size=25))  # fmt: skip
def test_no_file_ends_in_a_traceback(lines):
    reading = ours("BEGIN:VCALENDAR\n" + "\n".join(lines))
    # What was read can be kept, and what was not is said.
    assert all(it.uid for it in reading.events) and all(str(it) for it in reading.problems)
