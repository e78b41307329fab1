"""The dates of listings answer `when` as opening hours do, at every door, in order of time."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import QueryDict

from cms.commands import ensure_pages
from mapping import search
from mapping.models import PUBLIC, Actor, Node, NodeState, Postcode, Visibility
from mapping.models.hours import DAYS
from mapping.nodes import occasions
from mapping.nodes.time_description import UNBROKEN
from mapping.nodes.window import NAMED, window
from mapping.search.query import Query
from tests.factories import (
    CategoryFactory,
    ListingFactory,
    NodeFactory,
    PlaceFactory,
    opens,
    takes_place,
)
from tests.mapping.search.test_answer import DOORS

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


# A Monday.
NOW = at("2026-11-30T12:00")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    def is_now(text: str) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(text))

    is_now("2026-11-30T12:00")
    return is_now


@pytest.fixture
def town(place):
    """Trafford with a week's programme, all in one tile."""
    ensure_pages(place, Actor.command("test"))
    CategoryFactory(slug="allotment")
    here = {"place": place, "location": Point(-2.3205, 53.4265, srid=4326), "category": None}
    yoga = ListingFactory(name="Yoga", **here)
    for day in ("2026-11-30", "2026-12-07", "2026-12-14"):
        takes_place(yoga, at(f"{day}T19:00"), at(f"{day}T20:30"))
    takes_place(ListingFactory(name="Quiz", **here), at("2026-11-30T18:00"))
    takes_place(ListingFactory(name="Disco", **here), at("2026-12-04T20:00"), at("2026-12-05T02:00"))
    takes_place(ListingFactory(name="Fair", **here), at("2026-12-05T10:00"), at("2026-12-06T16:00"))
    takes_place(ListingFactory(name="Lunch", **here), at("2026-11-30T11:30"), at("2026-11-30T13:00"))
    takes_place(ListingFactory(name="Called off", **here), at("2026-11-30T19:00"), status="cancelled")
    takes_place(ListingFactory(name="Draft", state=NodeState.DRAFT, **here), at("2026-11-30T19:00"))
    takes_place(ListingFactory(name="Members", visibility=Visibility.MEMBERS, **here), at("2026-11-30T19:00"))
    ListingFactory(name="Offer", **here)
    opens(NodeFactory(name="Allotments", kind="asset", **here), "24/7")
    opens(NodeFactory(name="Library", kind="asset", **here), "Mo-Fr 09:00-19:00; Sa 10:00-16:00; PH off")
    opens(NodeFactory(name="Class with hours", kind="activity", **here), "Tu 10:00-12:00; PH off")
    Postcode.objects.create(code="M337XZ", point=here["location"])
    return place


ON = {
    "when=now": {"Lunch", "Allotments", "Library"},
    "when=today": {"Yoga", "Quiz", "Lunch", "Allotments", "Library"},
    "when=tonight": {"Yoga", "Quiz", "Allotments", "Library"},
    "when=tonight&kind=activity": {"Yoga", "Quiz"},
    "when=tomorrow&kind=activity": {"Class with hours"},
    "when=tue&kind=activity": {"Class with hours"},
    "open=mon&kind=activity": {"Yoga", "Quiz", "Lunch"},
    "when=fri&kind=activity": {"Disco"},
    "when=weekend&kind=activity": {"Fair"},
    "when=sun": {"Fair", "Allotments"},
    "when=week&at=morning&kind=activity": {"Class with hours", "Fair"},
    "when=2026-12-07T19:30&kind=activity": {"Yoga"},
    "when=2026-12-07T20:30&kind=activity": set(),
    "when=2026-12-05T01:00&kind=activity": {"Disco"},
    "when=2026-12-06..2026-12-14&kind=activity": {"Yoga", "Fair", "Class with hours"},
    "when=2026-12-08..&at=19:00-20:00&kind=activity": {"Yoga"},
    "when=2027-06-01..2027-06-02&kind=activity": {"Class with hours"},
}


@pytest.mark.parametrize("door", DOORS)
def test_dates_and_hours_are_one_filter_at_every_door(client, town, door):
    # A second home, so that the search of all places does not lead into the only one.
    ensure_pages(PlaceFactory(name="Leeds", slug="leeds", code="E2", boundary=None), Actor.command("test"))
    assert {text: DOORS[door](client, town, text) for text in ON} == ON


def names(place, text: str) -> list[str]:
    found = search.answer(QueryDict(text), place, lenient=True, path="/x/")
    if found.elsewhere:
        found = search.answer(QueryDict(found.elsewhere.split("?")[1]), place, lenient=True, path="/x/")
    return [it["name"] for it in found.results.cards]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("what's on tonight", ["Quiz", "Yoga"]),
        ("what's on today", ["Lunch", "Quiz", "Yoga"]),
        ("what's on", ["Lunch", "Quiz", "Yoga", "Class with hours", "Disco", "Fair"]),
        ("what's on this weekend near M33 7XZ", ["Fair"]),
        ("yoga tonight", ["Yoga"]),
        ("yoga on tuesday", []),
        ("events tomorrow", ["Class with hours"]),
        ("library open now", ["Library"]),
        ("library on saturday", ["Library"]),
        ("library on sunday", []),
        ("disco friday night", ["Disco"]),
    ],
)
def test_words_answer_in_order_of_time(town, typed, found):
    assert names(town, f"q={typed}") == found


def test_what_is_dated_comes_before_what_is_just_open(town):
    assert names(town, "when=today&sort=date") == ["Lunch", "Quiz", "Yoga", "Allotments", "Library"]


def test_cards_say_the_time_that_was_asked_for(town, now):
    def when(text: str) -> dict[str, str]:
        found = search.answer(QueryDict(text), town, lenient=True, path="/x/")
        return {it["name"]: it["when"].replace(UNBROKEN, " ") for it in found.results.cards}

    assert when("when=tonight&kind=activity") == {"Quiz": "Tonight 6 pm", "Yoga": "Tonight 7 pm to 8.30 pm"}
    assert when("when=2026-12-14&kind=activity") == {"Yoga": "Monday 14 December 7 pm to 8.30 pm"}
    assert when("when=fri&kind=activity") == {"Disco": "Friday 8 pm to 2 am (Saturday)"}
    assert when("when=weekend")["Library"] == "Saturday 10 am to 4 pm"
    assert when("when=2026-11-30..2026-12-20&q=yoga")["Yoga"] == "Tonight 7 pm to 8.30 pm, and 2 more times"


def test_the_results_say_what_was_asked(town):
    def said(text: str) -> str:
        return search.answer(QueryDict(text), town, lenient=True, path="/x/").results.count_text

    assert said("when=tonight&kind=activity") == "2 results in Trafford, tonight"
    assert said("when=sun") == "2 results in Trafford, open or happening on Sunday"
    assert said("q=yoga&when=tomorrow&at=evening") == (
        "Nothing found for “yoga” in Trafford, open or happening tomorrow evening"
    )


def test_nothing_found_offers_any_time(town):
    found = search.answer(QueryDict("q=yoga&when=tomorrow"), town, lenient=True, path="/x/")
    assert ("1 result at any time", "/x/?q=yoga") in [(it.text, it.url) for it in found.results.other_ways]


def test_the_clock_of_the_place_decides_which_day_it_is(town, now):
    # Half past eleven on Sunday night: the weekend is nearly over.
    now("2026-12-06T23:30")
    assert names(town, "when=weekend&kind=activity") == []
    now("2026-12-05T01:30")
    assert names(town, "when=now&kind=activity") == ["Disco"]
    # What began on Friday evening and ends at two is Friday's.
    assert names(town, "when=today&kind=activity") == ["Fair"]


def test_counts_are_those_of_asking_one_by_one(town, django_assert_num_queries):
    nodes = Node.objects.visible_to(PUBLIC).of_place(town)
    asked = {value: window(value, "", LONDON) for value in (*NAMED, *DAYS)}
    with django_assert_num_queries(1):
        counted = occasions.counts(nodes, asked)
    assert counted == {value: occasions.within(nodes, it).count() for value, it in asked.items()}
    assert counted["tonight"] == 4 and counted["now"] == 3
    evenings = {value: window(value, "evening", LONDON) for value in ("today", "tomorrow", "weekend", "fri")}
    assert occasions.counts(nodes, evenings) == {
        value: occasions.within(nodes, it).count() for value, it in evenings.items()
    }


def test_choices_that_would_leave_nothing_cannot_be_chosen(client, town):
    page = client.get("/trafford/list/?q=yoga").content.decode()
    assert 'name="when" value="tonight"' in page
    # In the markup: the value, then whether it is disabled.
    disabled = {value: "disabled" in page.split(f'value="{value}"')[1].split(">")[0] for value in ("tonight", "tue")}
    assert disabled == {"tonight": False, "tue": True}
    assert '<option value="date"' in client.get("/trafford/list/?when=today").content.decode()
    assert '<option value="date"' not in page
    assert 'type="date" name="when"' in page


def test_of_a_choice_and_a_date_the_date_counts(client, town):
    """The form sends both; a date is written only by somebody who means it."""
    assert Query.from_params(QueryDict("when=tonight&when=2026-12-05")).when == "2026-12-05"
    assert Query.from_params(QueryDict("when=tonight&when=")).when == "tonight"


def test_the_api_says_when_it_is_on(client, town):
    body = client.get("/api/v1/nodes?when=2026-11-30..2026-12-20&q=yoga&place=trafford").json()
    [feature] = body["features"]
    assert feature["properties"]["on"] == {
        "starts_at": "2026-11-30T19:00:00Z",
        "ends_at": "2026-11-30T20:30:00Z",
        "all_day": False,
        "more": 2,
    }


class TestPages:
    @pytest.fixture
    def hall(self, town):
        hall = NodeFactory(name="Hall", place=town, category=None)
        choir = ListingFactory(name="Choir", place=town, venue=hall, category=None)
        takes_place(choir, at("2026-12-01T19:00"), at("2026-12-01T20:00"))
        moved = takes_place(ListingFactory(name="Chess", place=town, category=None), at("2026-12-05T14:00"))
        type(moved).objects.filter(pk=moved.pk).update(venue=hall, status="moved")
        return hall

    def test_the_page_of_a_venue_takes_the_filter(self, client, hall):
        def on(text: str) -> set[str]:
            page = client.get(f"{hall.get_absolute_url()}?{text}").content.decode()
            section = page.split("<h2>What is on")[1].split("</section>")[0]
            return {name for name in ("Choir", "Chess") if name in section}

        assert on("") == {"Choir", "Chess"}
        assert on("when=tomorrow") == {"Choir"}
        assert on("when=weekend") == {"Chess"}
        assert on("when=week&at=evening") == {"Choir"}
        assert on("when=tonight") == set()
        page = client.get(f"{hall.get_absolute_url()}?when=weekend").content.decode()
        assert "What is on (this weekend)" in page
        # What cannot be read is as if it were not there.
        assert on("when=someday") == {"Choir", "Chess"}

    def test_the_card_that_a_map_shows_says_the_time_that_was_asked_for(self, client, town):
        yoga = Node.objects.get(name="Yoga").get_absolute_url()
        card = client.get(f"{yoga}?card&when=2026-12-14").content.decode().replace(UNBROKEN, " ")
        assert "Monday 14 December 7 pm to 8.30 pm" in card
        assert "14 December" not in client.get(f"{yoga}?card").content.decode()


def test_an_area_is_read_once_and_answers_the_same(town, monkeypatch, django_assert_max_num_queries):
    opens(NodeFactory(name="Asks", place=town, kind="asset", category=None), '"by appointment"')
    for text in ("when=tonight&near=M33+7XZ", "when=weekend&near=M33+7XZ&sort=name&limit=2&page=2",
                 "when=today&bbox=-2.33,53.41,-2.31,53.43&sort=date", "when=now&near=M33+7XZ&perhaps=1",
                 "when=tonight&near=M33+7XZ&kind=activity&page=9"):  # fmt: skip
        with django_assert_max_num_queries(4):
            found = search.answer(QueryDict(text), town)
            once = (found.total, found.perhaps, [(node.name, round(node.distance or 0) if found.query.near else 0)
                                                 for node in found.page])  # fmt: skip
        assert found._at_that_time is not None, text
        monkeypatch.setattr("mapping.search.in_order.MAX_READ", 0)
        found = search.answer(QueryDict(text), town)
        page = [(node.name, round(node.distance or 0) if found.query.near else 0) for node in found.page]
        assert once == (found.total, found.perhaps, page), text
        monkeypatch.undo()
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_dates_of_few_are_looked_up_one_after_another(place):
    """Not read as a whole, which a UNION ALL of narrowed tables would be."""
    Node.objects.bulk_create([Node(name=f"N{n}", kind="activity", state="live", place=place) for n in range(1000)])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_listing (node_ptr_id, listing_kind, organiser_name, online, cost, decision_note) "
            "SELECT id, 'event', '', false, '', '' FROM mapping_node"
        )
        cursor.execute(
            "INSERT INTO listings_occurrence "
            '(listing_id, starts_at, ends_at, until_at, original, status, all_day, "where", note) '
            "SELECT node_ptr_id, day, NULL, day + interval '2 hours', day::text, 'on', false, '', '' "
            "FROM listings_listing, generate_series(timestamptz '2026-11-30 10:00+00', '2027-01-28', '1 day') day"
        )
        cursor.execute("ANALYZE mapping_node, listings_listing, listings_occurrence")
    nodes = Node.objects.order_by()
    few = nodes.filter(pk__in=list(nodes.values_list("pk", flat=True)[:20]))
    for value in ("weekend", "week", "2026-12-05"):
        sql, params = occasions.within(few, window(value, "", LONDON)).query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "occurrence_of_listing" in plan and "Seq Scan on listings_occurrence" not in plan, plan
