"""Tables, GeoJSON, RSS and Atom, and pages with schema.org data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.feeds.events import FeedKind, FeedLink, FeedStatus
from listings.feeds.readers import read
from listings.feeds.readers.moments import Times, Unreadable, read_date, read_days, read_times

from .calendars import LONDON, YEAR, at, said, starts

NEAR = date(2026, 7, 1)


def take(data: str | bytes, **options):
    return read(data.encode() if isinstance(data, str) else data, home=LONDON, window=YEAR, **options)


@pytest.mark.parametrize(
    "text", ["14/07/2026", "14.7.26", "14 July 2026", "Tue 14th July 2026", "2026-07-14", "14 Jul", "July 14, 2026"]
)
def test_dates_as_people_write_them(text):
    assert read_date(text, NEAR) == date(2026, 7, 14)


def test_without_a_year_it_is_the_next_one():
    assert read_date("3 February", NEAR) == date(2027, 2, 3)
    assert read_date("29 Feb", NEAR) == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["", "soon", "31/02/2026", "14/13/2026", "every Tuesday"])
def test_what_is_no_date_is_not_guessed(text):
    with pytest.raises(Unreadable):
        read_date(text, NEAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7pm", Times(time(19))),
        ("7.30 p.m.", Times(time(19, 30))),
        ("19:30", Times(time(19, 30))),
        ("19:00 - 21:00", Times(time(19), time(21))),
        ("7-9pm", Times(time(19), time(21))),
        ("7 to 9 pm", Times(time(19), time(21))),
        ("11am until 1pm", Times(time(11), time(13))),
        ("11-1pm", Times(time(11), time(13))),
        ("10.30-12 noon", Times(time(10, 30), time(12))),
        ("noon", Times(time(12))),
        ("all day", Times()),
        ("", Times()),
    ],
)
def test_times_as_people_write_them(text, expected):
    assert read_times(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10am-12noon", Times(time(10), time(12))),
        ("10-12noon", Times(time(10), time(12))),
        ("12noon-2pm", Times(time(12), time(14))),
        ("9.30am-12midday", Times(time(9, 30), time(12))),
        ("7pm-12midnight", Times(time(19), time(0))),
        ("11am-1", Times(time(11), time(13))),
        ("10am to 12", Times(time(10), time(12))),
        ("7pm-9.30", Times(time(19), time(21, 30))),
        ("10pm-2", Times(time(22), time(2))),
        ("9.30am-2.30", Times(time(9, 30), time(14, 30))),
        ("9.30am-2.30pm", Times(time(9, 30), time(14, 30))),
        ("noon - 2", Times(time(12), time(14))),
        ("10.30-12", Times(time(10, 30), time(12))),
        ("19.30-21", Times(time(19, 30), time(21))),
        ("22:00-02:00", Times(time(22), time(2))),
        ("7pm-09:00", Times(time(19), time(9))),
        ("11am-11", Times(time(11), time(23))),
        ("10.30-1", Times(time(10, 30))),
        ("7.30pm - late", Times(time(19, 30))),
        ("7pm-9 (doors 6.30)", Times(time(19), time(21))),
    ],
)
def test_an_end_is_in_the_half_of_the_day_that_comes_first(text, expected):
    """chrono-node 2.10.3 (npm) has 22:00, and ends at night (findings/chrono-node-ten-to-noon-is-at-night.sh)."""
    assert read_times(text) == expected


SHEET = """Sale Community Hall: what's on,,,,
,,,,
Event,Date,Time,Venue,Details,Price
Coffee morning,14/07/2026,10am-12 noon,"The Hall, M33 7XZ",Cake,Free
Coffee morning,21/07/2026,10am-12 noon,"The Hall, M33 7XZ",Cake,Free
Ceilidh,25 July 2026,7.30pm,Library,,£5
Fair,1 August 2026,,Park,,
,02/08/2026,10am,Park,,
Lost,sometime,10am,Park,,
Undated,,10am,Park,,
"""


def test_a_sheet_is_read_with_its_problems_by_row():
    reading = take(SHEET)
    found = [(it.name, len(it.occurrences)) for it in reading.events]
    assert found == [("Coffee morning", 2), ("Ceilidh", 1), ("Fair", 1)]
    coffee, ceilidh, fair = reading.events
    assert (coffee.location, coffee.description, coffee.cost) == ("The Hall, M33 7XZ", "Cake", "Free")
    assert coffee.occurrences[0].ends == at("2026-07-14T12:00:00+01:00")
    assert ceilidh.occurrences[0].ends is None
    assert (fair.occurrences[0].starts, fair.occurrences[0].ends) == (date(2026, 8, 1), date(2026, 8, 2))
    assert [str(it)[:30] for it in reading.problems] == [
        "row 8: There is no title. Say ", "row 9: “sometime” is not a dat", "row 10: “Undated” has no date.",
    ]  # fmt: skip


def test_a_date_moved_in_a_sheet_is_the_same_event():
    before, after = take(SHEET), take(SHEET.replace("21/07/2026", "22/07/2026"))
    assert [it.uid for it in before.events] == [it.uid for it in after.events]


def test_a_table_may_have_other_separators_ids_and_ends():
    text = (
        "ID;Title;Start date;Start time;End date;End time;Status\n"
        "7;Festival;24/07/2026;18:00;26/07/2026;17:00;\n8;Talk;25/07/2026;20:00;;02:00;cancelled\n"
    )
    festival, talk = take(text).events
    assert (festival.uid, festival.occurrences[0].ends) == ("7", at("2026-07-26T17:00:00+01:00"))
    assert talk.occurrences[0].ends == at("2026-07-26T02:00:00+01:00")
    assert talk.occurrences[0].status == FeedStatus.CANCELLED


def test_an_end_in_its_own_column_is_read_by_the_beginning():
    text = "Title,Date,Start,End\nLunch,14/07/2026,9.30am,2.30\nClub,15/07/2026,10am,12noon\nDisco,17/07/2026,9pm,2\n"
    assert [it.occurrences[0].ends for it in take(text).events] == [
        at("2026-07-14T14:30:00+01:00"), at("2026-07-15T12:00:00+01:00"), at("2026-07-18T02:00:00+01:00"),
    ]  # fmt: skip


def test_a_table_without_headings_says_which_it_wants():
    assert "Call the columns Title, Date" in said(take("a,b\n1,2\n", format="csv"))


def test_geojson():
    feature = {
        "type": "Feature",
        "id": "x1",
        "geometry": {"type": "Point", "coordinates": [-2.3, 53.4]},
        "properties": {"name": "Repair café", "start": "2026-07-14T10:00", "end": "2026-07-14T12:00", "venue": "Hall"},
    }
    reading = take(json.dumps({"type": "FeatureCollection", "features": [feature, {"type": "Feature"}]}))
    (found,) = reading.events
    assert (found.uid, found.point, found.location) == ("x1", (-2.3, 53.4), "Hall")
    assert starts(reading) == ["2026-07-14T10:00:00+01:00"]
    assert "feature 2: It has no properties." in said(reading)


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>Radio Sale</title><link>https://radio.example.org/</link>
<item><title>Episode 3</title><guid>ep3</guid><link>https://radio.example.org/3</link>
<description>&lt;p&gt;With &lt;b&gt;music&lt;/b&gt;&lt;/p&gt;</description>
<pubDate>Tue, 14 Jul 2026 10:00:00 +0100</pubDate>
<enclosure url="https://radio.example.org/3.mp3" type="audio/mpeg" length="1"/></item>
<item><link>https://radio.example.org/4</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:yt="http://www.youtube.com/xml/schemas/2015"><title>Sale TV</title>
<entry><id>yt:video:abc</id><yt:videoId>abc</yt:videoId><title>Council live</title>
<link rel="alternate" href="https://video.example.org/abc"/><published>2026-07-14T18:00:00+00:00</published></entry></feed>"""


def test_a_podcast_is_notices_with_something_to_hear():
    reading = take(RSS)
    (found,) = reading.events
    assert reading.title == "Radio Sale"
    assert (found.uid, found.kind, found.url) == ("ep3", FeedKind.NOTICE, "https://radio.example.org/3")
    assert found.description == "With music"
    assert found.published == datetime(2026, 7, 14, 9, tzinfo=UTC)
    assert found.links == (FeedLink("https://radio.example.org/3.mp3", "audio"),)
    assert "entry 2: It has no title." in said(reading)


def test_a_livestream_has_something_to_watch():
    (found,) = take(ATOM).events
    assert found.links == (FeedLink("https://video.example.org/abc", "video"),)


def test_rss_opens_no_file_and_follows_no_entity(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
    text = RSS.replace("<rss", f"{doctype}<rss", 1).replace("Episode 3", "Episode &x;")
    assert "do not read" not in repr(take(text))
    assert not read(str(secret).encode(), home=LONDON, window=YEAR).events


PAGE = """<!DOCTYPE html><html><head><title>x</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebPage", "name": "Home"},
 {"@type": ["MusicEvent"], "@id": "https://example.org/e#1", "name": "Band &amp; tea",
  "startDate": "2026-07-14T19:30:00+01:00",
  "endDate": "2026-07-14T22:00+01:00", "url": "/e", "description": "<p>Loud</p>",
  "location": {"@type": "Place", "name": "Hall", "address": {"streetAddress": "1 High St", "postalCode": "M33 7XZ"},
               "geo": {"latitude": 53.4, "longitude": "-2.3"}},
  "organizer": {"name": "Friends"}, "offers": [{"price": "5.00", "priceCurrency": "GBP"}]},
 {"@type": "Event", "name": "Fair", "startDate": "2026-08-01", "endDate": "2026-08-02", "isAccessibleForFree": true,
  "eventStatus": "https://schema.org/EventCancelled"},
 {"@type": "Event", "name": "No date"}]}</script>
<script type="application/ld+json">[{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item":
 {"@type": "Event", "name": "Class", "eventSchedule": {"@type": "Schedule", "startDate": "2026-07-07",
  "startTime": "10:00", "endTime": "11:00", "repeatFrequency": "P2W", "byDay": "https://schema.org/Tuesday",
  "endDate": "2026-08-04", "scheduleTimezone": "Europe/London"}}}]}]</script>
<script type="application/ld+json">{broken</script></head></html>"""


def test_a_page_with_events_in_schema_org_s_words():
    reading = take(PAGE, address="https://example.org/whats-on/")
    band, fair, repeated = reading.events
    assert (band.uid, band.url, band.cost) == ("https://example.org/e#1", "https://example.org/e", "£5.00")
    assert (band.name, band.description, band.organiser) == ("Band & tea", "Loud", "Friends")
    assert (band.location, band.point) == ("Hall, 1 High St, M33 7XZ", (-2.3, 53.4))
    assert band.occurrences[0].ends == at("2026-07-14T22:00:00+01:00")
    assert (fair.cost, fair.status, fair.occurrences[0].ends) == ("Free", FeedStatus.CANCELLED, date(2026, 8, 3))
    assert [it.starts.isoformat()[:16] for it in repeated.occurrences] == [
        "2026-07-07T10:00", "2026-07-21T10:00", "2026-08-04T10:00",
    ]  # fmt: skip
    assert repeated.occurrences[0].ends - repeated.occurrences[0].starts == timedelta(hours=1)
    assert "It has no name or no startDate." in said(reading) and "is not JSON" in said(reading)


def test_a_page_that_names_its_calendar_leads_there():
    page = '<html><head><link rel="alternate" type="text/calendar" href="/cal.ics"></head><body></body></html>'
    assert "https://example.org/cal.ics" in said(take(page, address="https://example.org/whats-on/"))


@pytest.mark.parametrize("data", ["{", "[1, 2", '{"a": 1}', "[]", '{"type": "Feature"}', "[" * 100_000, "<x/>"])
def test_what_is_no_feed_is_a_problem(data):
    reading = take(data)
    assert not reading.events and reading.problems


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.sampled_from(["Event", "2026-07-14"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["@type", "name", "startDate", "location", "geo", "offers", "eventSchedule", "type",
                             "features", "properties", "geometry", "coordinates", "@graph", "subEvent"]),
            inner, max_size=5,
        ),
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda it: json.dumps(it).encode()),
    JSON.map(lambda it: f'<html><script type="application/ld+json">{json.dumps(it)}</script>'.encode()),
    st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=4).map(
        lambda rows: ("Title,Date,Time,End\n" + "\n".join(",".join(row) for row in rows)).encode()
    ),
    st.text(max_size=40).map(lambda it: f"<rss><channel><item>{it}</item>".encode()),
))  # fmt: skip
def test_nothing_ends_in_a_traceback(data):
    reading = take(data)
    assert all(it.uid and it.name for it in reading.events) and all(str(it) for it in reading.problems)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1-3 Dec 2026", date(2026, 12, 1), date(2026, 12, 3)),
        ("1st & 2nd December 2026", date(2026, 12, 1), date(2026, 12, 2)),
        ("Sat 28 Nov - Wed 2 Dec 2026", date(2026, 11, 28), date(2026, 12, 2)),
        ("30 December 2026 to 2 January 2027", date(2026, 12, 30), date(2027, 1, 2)),
        ("14 July, 7 to 9 pm", date(2026, 7, 14), date(2026, 7, 14)),
        ("10-12 noon 14 July 2026", date(2026, 7, 14), date(2026, 7, 14)),
        ("14/07/2026", date(2026, 7, 14), date(2026, 7, 14)),
    ],
)
def test_several_days_in_one_cell_are_all_of_them(text, first, last):
    """dateutil 2.9.0.post0 reads "1-3 Dec 2026" as 3 December 2001 (findings/dateutil-from-and-to.sh)."""
    assert read_days(text, NEAR) == (first, last)


@pytest.mark.parametrize("text", ["1 and 8 December 2026", "3-1 Dec 2026", "2 Jan 2027 - 30 Dec 2026"])
def test_days_with_a_gap_between_them_are_not_one_event(text):
    with pytest.raises(Unreadable):
        read_days(text, NEAR)


LIVE = """<?xml version="1.0"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>
<title>Sale Community Radio</title><link>https://radio.example.org/</link>
<podcast:liveItem status="pending" start="2026-12-05T19:00:00+00:00" end="2026-12-05T21:00:00+00:00">
<title>The carol concert, live</title><guid>live-1</guid><link>https://radio.example.org/live</link>
<enclosure url="stream.mp3" type="audio/mpeg" length="0"/></podcast:liveItem>
<item><title>Last week</title><guid>item-1</guid><link>/last</link>
<enclosure url="a.mp3" type="audio/mpeg" length="1"/></item>
</channel></rss>"""


def test_a_livestream_is_an_event_with_its_time_and_link():
    """feedparser 6.0.14 (PyPI) makes its title, link and enclosure the feed's (findings/feedparser-live-item.sh)."""
    reading = take(LIVE, address="https://radio.example.org/feed.xml")
    live, item = reading.events
    assert reading.title == "Sale Community Radio"
    assert (live.name, live.url, live.kind) == (
        "The carol concert, live", "https://radio.example.org/live", FeedKind.EVENT,
    )  # fmt: skip
    assert live.occurrences[0].starts == datetime(2026, 12, 5, 19, tzinfo=UTC)
    assert live.links == (FeedLink("https://radio.example.org/stream.mp3", "audio"),)
    # A relative address is one of the feed's own site.
    assert (item.url, item.links[0].url) == ("https://radio.example.org/last", "https://radio.example.org/a.mp3")
