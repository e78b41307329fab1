"""Map + list: found, filtered, explained, kept short, and safe whatever is asked."""

import json
import re
from html import unescape

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.commands import ensure_pages
from mapping.models import Actor, GazetteerEntry, NodeState, Postcode, Revision, Visibility
from mapping.search import spelling
from tests.factories import (
    CategoryFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    opens,
)

pytestmark = pytest.mark.django_db

NASTY = [
    "q=%00",
    "q=" + "x" * 10_000,
    "q=%F0%9F%8F%A0",
    "q='; DROP TABLE mapping_node; --",
    "q=%22%22%22",
    "q=a:*%26|!()",
    "near=%00",
    "near=91,181",
    "near=nowhere",
    "near=53.4,-2.3&within=99999999999999999999",
    "bbox=3,2,1,0",
    "bbox=nan,inf,-inf,0",
    "bbox=1,2,3,4,5,6",
    "category=%27--&category=" + "a" * 500,
    "kind=ghost&kind=asset",
    "open=never",
    "open=2026-99-99T99:99",
    "connected=not-a-uuid",
    "sort=price",
    "page=-1",
    "page=99999999999999999999",
    "page=9999",
    "limit=0",
    "limit=1e9",
    "exact=1&typed=%3Cscript%3Ealert(1)%3C/script%3E&near=53.4,-2.3",
    "%FF%FE=%C0%80",
    "&".join(f"category=c{n}" for n in range(200)),
]


def at(lon, lat):
    return Point(lon, lat, srid=4326)


@pytest.fixture
def site(place):
    """Trafford with its pages and a few things in it."""
    ensure_pages(place, Actor.command("test"))
    food = CategoryFactory(slug="food-help", name="Food help", position=1, icon="grocery")
    bank = CategoryFactory(slug="food-bank", name="Food bank", plural="Food banks", parent=food, position=2)
    park = CategoryFactory(slug="park", name="Park", plural="Parks", position=3)
    CategoryFactory(slug="faith", name="Faith", position=4)
    wednesday = NodeFactory(name="Stretford Food Bank", category=bank, location=at(-2.300, 53.450), search_extra="Food")
    opens(wednesday, "We 10:00-16:00; PH off")
    NodeFactory(name="Longford Park", category=park, location=at(-2.290, 53.445), search_extra="Park")
    NodeFactory(name="Far Park", category=park, location=at(-2.400, 53.380), search_extra="Park")
    OrganisationFactory(name="Friends of Longford Park", category=None, location=None)
    Postcode.objects.create(code="M320TH", point=at(-2.30, 53.45))
    GazetteerEntry.objects.create(name="Sale", district="Trafford", point=at(-2.32, 53.42))
    for district, lon in [("Birmingham", -1.93), ("Telford and Wrekin", -2.48)]:
        GazetteerEntry.objects.create(name="Ladywood", district=district, point=at(lon, 52.5))
    spelling.rebuild()
    return place


def names(response) -> list[str]:
    found = re.findall(r'class="card__name"><a [^>]*>([^<]+)<', response.content.decode())
    return [name.strip() for name in found]


def title(response) -> str:
    return re.search(r'id="results-title">([^<]*)<', response.content.decode())[1].strip()


def test_everything_in_the_place_is_listed_in_the_order_of_a_guide(client, site):
    response = client.get("/trafford/list/")
    assert names(response) == ["Stretford Food Bank", "Far Park", "Longford Park", "Friends of Longford Park"]
    assert title(response) == "4 results in Trafford"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=park", ["Far Park", "Longford Park", "Friends of Longford Park"]),
        ("category=food-help", ["Stretford Food Bank"]),
        ("category=food-help&category=park", ["Stretford Food Bank", "Far Park", "Longford Park"]),
        ("kind=organisation", ["Friends of Longford Park"]),
        ("open=wed", ["Stretford Food Bank"]),
        ("open=thu", []),
        ("near=M32+0TH", ["Stretford Food Bank", "Longford Park"]),
        ("near=M32+0TH&q=park", ["Longford Park"]),
        ("bbox=-2.31,53.44,-2.28,53.46&sort=name", ["Longford Park", "Stretford Food Bank"]),
        ("limit=2&page=2", ["Longford Park", "Friends of Longford Park"]),
        ("limit=2&page=99", ["Longford Park", "Friends of Longford Park"]),
    ],
)
def test_the_url_says_what_is_shown(client, site, query, found):
    response = client.get(f"/trafford/list/?{query}")
    if found:
        assert sorted(names(response)) == sorted(found)
    else:
        assert title(response).startswith("Nothing found")


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("M32 0TH", "near=M32+0TH"),
        (" m320th ", "near=M32+0TH"),
        ("Sale", "near=Sale,+Trafford"),
        ("food bank in Sale", "near=Sale,+Trafford&q=food+bank"),
        ("food bank M32 0TH", "near=M32+0TH&q=food+bank"),
        ("food bank open on Wednesday", "when=wed&q=food+bank"),
    ],
)
def test_places_and_postcodes_become_part_of_the_url(client, site, typed, leads_to):
    response = client.get("/trafford/map/", {"q": typed, "category": "park"})
    assert response.status_code == 302
    assert QueryDict(response["Location"].split("?")[1]) == QueryDict(f"category=park&{leads_to}")


def test_distances_are_said_in_words(client, site):
    page = client.get("/trafford/list/?near=M32+0TH").content.decode()
    assert "right here" in page and "0.5 miles, 11 min walk" in page
    assert "2 results within 1 mile of M32 0TH" in page


def test_a_slip_is_mended_and_the_exact_words_are_a_link_away(client, site):
    page = client.get("/trafford/list/?q=fodo+bnak").content.decode()
    assert "Stretford Food Bank" in page
    assert "Nothing matches “fodo bnak”. These are results for “food bank”." in page
    assert 'value="fodo bnak"' in page
    link = re.search(r'href="([^"]*exact=1)"', page)[1].replace("&amp;", "&")
    assert title(client.get(link)) == "Nothing found for “fodo bnak” in Trafford"


def test_several_places_of_one_name_are_asked_about(client, site):
    page = client.get("/trafford/list/?q=Ladywood").content.decode()
    assert "Which do you mean?" in page
    assert "near=Ladywood,+Birmingham" in page and "near=Ladywood,+Telford+and+Wrekin" in page
    outside = client.get("/trafford/list/?near=Ladywood,+Birmingham").content.decode()
    assert "Ladywood is outside Trafford" in outside


def test_an_ambiguous_place_in_the_url_is_asked_about_too(client, site):
    page = client.get("/trafford/list/?near=Ladywood").content.decode()
    assert "There are several places called “Ladywood”." in page
    assert "near=Ladywood,+Birmingham" in page


def test_nothing_found_offers_the_nearest_that_matches_and_fewer_conditions(client, site):
    page = client.get("/trafford/list/?near=M32+0TH&within=500&category=park").content.decode()
    assert "Nothing found" in page
    assert page.index("The nearest that does match") < page.index("Longford Park")
    assert "1 result of any sort" in page and "2 results anywhere in the place" in page
    assert "Tell us what is missing" in page


def test_a_problem_is_said_and_everything_else_is_kept(client, site):
    page = client.get("/trafford/list/?q=park&open=later&near=M99+9ZZ").content.decode()
    assert "“later” is not a time that can be searched." in page
    assert "We do not know the postcode “M99 9ZZ”." in page
    assert 'value="park"' in page and "Longford Park" in page


def test_filters_count_what_each_choice_would_leave(client, site):
    page = client.get("/trafford/list/?category=park").content.decode()
    options = dict(re.findall(r'value="([\w-]+)"(?:(?!value=).)*?chip__count">(\d+)<', page, re.S))
    assert (options["food-help"], options["park"]) == ("1", "2")
    assert re.search(r'value="faith"[^>]* disabled', page)
    assert re.search(r'value="park"[^>]* checked', page)
    assert not re.search(r'value="park"[^>]* disabled', page)


def test_kinds_and_days_are_counted_too(client, site):
    page = client.get("/trafford/list/").content.decode()
    options = dict(re.findall(r'value="([\w-]+)"(?:(?!value=).)*?chip__count">(\d+)<', page, re.S))
    assert (options["asset"], options["organisation"], options["wed"], options["thu"]) == ("3", "1", "1", "0")


def test_a_chosen_group_offers_its_branches(client, site):
    assert 'value="food-bank"' not in client.get("/trafford/list/").content.decode()
    assert 'value="food-bank"' in client.get("/trafford/list/?category=food-help").content.decode()


def test_a_branch_chosen_beside_its_group_narrows_it(client, site):
    NodeFactory(name="Community Meal", category=CategoryFactory(slug="food-help"))
    both = client.get("/trafford/list/?category=food-help&category=food-bank")
    assert names(both) == ["Stretford Food Bank"]


@pytest.mark.parametrize("who", ["anonymous", "stranger", "member", "group member", "superuser"])
def test_everybody_sees_just_what_they_may(client, site, who, django_user_model):
    group = OrganisationFactory(name="The Group", place=site)
    NodeFactory(name="Public", place=site)
    NodeFactory(name="For members", place=site, visibility=Visibility.MEMBERS)
    NodeFactory(name="For the group", place=site, visibility=Visibility.GROUP, group=group)
    for state in (NodeState.DRAFT, NodeState.PENDING, NodeState.ARCHIVED):
        NodeFactory(name=f"A {state} one", place=site, state=state)
    user = django_user_model.objects.create(username="reader", is_superuser=who == "superuser")
    if who == "member":
        PlaceRoleFactory(user=user, place=site, role="member")
    if who == "group member":
        MembershipFactory(user=user, organisation=group, role="viewer")
    if who != "anonymous":
        client.force_login(user)
    seen = set(names(client.get("/trafford/list/")))
    expected = {"Public"}
    if who in ("member", "superuser"):
        expected.add("For members")
    if who in ("group member", "superuser"):
        expected.add("For the group")
    hidden = {"Public", "For members", "For the group", "A draft one", "A pending one", "A archived one"}
    assert seen & hidden == expected
    cache = client.get("/trafford/list/")["Cache-Control"]
    assert ("public" in cache) is (who == "anonymous")


@pytest.mark.parametrize("view", ["map", "list"])
@pytest.mark.parametrize("query", NASTY, ids=lambda text: text[:30])
def test_nothing_that_is_asked_breaks_the_page(client, site, view, query):
    response = client.get(f"/trafford/{view}/?{query}")
    assert response.status_code in (200, 302)
    assert b"<script>alert" not in response.content


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("q near within bbox category kind tag open connected sort page limit exact typed".split()),
        st.text(max_size=60),
        max_size=5,
    )
)
def test_no_text_at_all_breaks_the_page(params):
    ensure_pages(PlaceFactory(), Actor.command("test"))
    assert Client().get("/trafford/list/", params, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["/trafford/", "/trafford/map/", "/trafford/list/", "/trafford/list/?q=park"])
def test_the_number_of_queries_does_not_grow(client, site, path):
    def more(count):
        for n in range(count):
            node = NodeFactory(name=f"Park {n}", category=CategoryFactory(slug="park"))
            opens(node, f"Mo-Su 07:{n + 10}-23:59; PH off")

    more(4)
    client.get(path)  # content types, sites and the like are looked up once
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    more(18)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) <= len(few), [it["sql"][:100] for it in many]
    assert len(many) <= 30


def test_what_has_not_changed_is_not_sent_again(client, site):
    first = client.get("/trafford/list/?q=park")
    again = client.get("/trafford/list/?q=park", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    other = client.get("/trafford/list/?q=food", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    Revision.objects.all().raise_for([site])
    changed = client.get("/trafford/list/?q=park", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_kept_page_is_not_given_to_somebody_else(client, site, django_user_model):
    first = client.get("/trafford/list/")
    client.force_login(django_user_model.objects.create(username="reader"))
    again = client.get("/trafford/list/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200


def test_htmx_gets_the_results_alone(client, site):
    page = client.get("/trafford/list/?q=park", headers={"HX-Request": "true"}).content.decode()
    assert "Longford Park" in page and 'id="results"' in page
    assert "<html" not in page and "<form" not in page


def test_the_list_loads_nothing_of_the_map(client, site):
    page = client.get("/trafford/list/").content.decode()
    assert "leaflet" not in page and "hb-map" not in page and "importmap" not in page
    assert "leaflet" in client.get("/trafford/map/").content.decode()


@pytest.mark.parametrize("path", ["/trafford/", "/trafford/map/", "/trafford/list/", "/search/", "/"])
def test_readers_get_no_cookies(client, site, path):
    response = client.get(path, follow=True)
    assert response.status_code == 200
    assert not response.cookies and not client.cookies


def test_wide_screens_ask_for_the_maps_files_with_the_page(client, place):
    ensure_pages(place, Actor.command("test"))
    page = client.get("/trafford/map/").content.decode()
    links = {
        unescape(address): (rel, media)
        for rel, address, media in re.findall(r'<link rel="(\w+)" as="\w+" href="([^"]+)"\s+media="([^"]+)">', page)
    }
    scripts = json.loads(unescape(re.search(r'data-scripts="([^"]+)"', page)[1]))
    styles = re.search(r'data-styles="([^"]+)"', page)[1]
    assert set(links) == {*scripts, styles} and len(scripts) > 2
    assert {media for _, media in links.values()} == {"(min-width: 56rem)"}
    # A script that is fetched as what it is not is fetched twice.
    assert {it for it, (rel, _) in links.items() if rel == "modulepreload"} == {it for it in scripts if "/js/" in it}
    assert "preload" not in client.get("/trafford/list/").content.decode()
