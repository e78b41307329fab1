"""What a group has, in a frame on any site; the question `run_by` behind it; the code that its own page offers."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from html import unescape

import pytest
from django.http import QueryDict
from django.utils import timezone

from cms.models import Widget
from cms.models.widget import WidgetView
from cms.widget_form import WidgetForm
from mapping import search
from mapping.models import NodeState, Place, Visibility
from tests.factories import ListingFactory, NodeFactory, OrganisationFactory, takes_place
from tests.listings.groups.people import member, signed_in

pytestmark = pytest.mark.django_db
VIEWS = ("list", "calendar", "map")


@pytest.fixture
def choir(place):
    """A group with one listing that has a date tomorrow; another has one beside it."""
    group = OrganisationFactory(place=place, name="Sale Choir")
    other = OrganisationFactory(place=place, name="Chess Club")
    for name, organiser in (("Singing together", group), ("Chess evening", other), ("Nobody's walk", None)):
        takes_place(
            ListingFactory(place=place, name=name, organiser=organiser), timezone.now() + datetime.timedelta(days=1)
        )
    return group


def url(group, view: str = "list") -> str:
    return f"/embed/group/{group.uuid}/{view}/"


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("view", VIEWS)
def test_it_shows_what_the_group_has_and_nothing_else(client, choir, view):
    response = client.get(url(choir, view))
    page = text(response)
    assert response.status_code == 200 and "Singing together" in page and "What is on with Sale Choir" in page
    assert "Chess evening" not in page and "walk" not in page
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response and "unsafe" not in response["Content-Security-Policy"]
    assert ("<script" in page) == (view == "map")


@pytest.mark.parametrize("view", VIEWS)
def test_it_needs_no_cookies_and_knows_nobody(client, choir, view):
    ListingFactory(place=choir.place, name="Key holders", organiser=choir, visibility=Visibility.GROUP, group=choir)
    waits = ListingFactory(place=choir.place, name="Waits", organiser=choir, state=NodeState.PENDING)
    first = client.get(url(choir, view))
    assert not first.cookies
    client.force_login(member(choir), backend="django.contrib.auth.backends.ModelBackend")
    again = client.get(url(choir, view))
    assert "Key holders" not in text(again) and waits.name not in text(again)
    assert "Cookie" not in again.get("Vary", "") and "public" in again["Cache-Control"]


def test_the_map_of_it_asks_for_the_groups_dots_only(client, choir):
    page = text(client.get(url(choir, "map")))
    scripts = json.loads(unescape(re.search(r'data-scripts="([^"]+)"', page)[1]))
    [script] = [it for it in scripts if "embed.js" in it]
    assert f"run_by={choir.uuid}" in script
    assert f"run_by={choir.uuid}" in text(client.get(script))


def test_what_is_no_group_on_the_map_is_not_there(client, choir, place):
    hidden = OrganisationFactory(place=place, visibility=Visibility.MEMBERS)
    draft = OrganisationFactory(place=place, state=NodeState.DRAFT)
    for group in (hidden, draft, NodeFactory(place=place), OrganisationFactory(place=None)):
        assert client.get(url(group)).status_code == 404
    assert client.get(f"/embed/group/{uuid.uuid4()}/list/").status_code == 404
    assert client.get(url(choir, "nonsense")).status_code == 404
    assert client.post(url(choir)).status_code == 405


def test_a_group_without_anything_says_so(client, place):
    empty = OrganisationFactory(place=place, name="New group")
    for view in VIEWS:
        assert "There is nothing here yet." in text(client.get(url(empty, view)))


@pytest.mark.parametrize("view", VIEWS)
def test_the_number_of_queries_does_not_grow(client, choir, view, django_assert_max_num_queries):
    for number in range(15):
        listing = ListingFactory(place=choir.place, name=f"Song {number}", organiser=choir)
        takes_place(listing, timezone.now() + datetime.timedelta(days=2 + number))
    with django_assert_max_num_queries(14):
        client.get(url(choir, view))


# --- the question


def asked(place, **params) -> search.Found:
    given = QueryDict(mutable=True)
    given.update(params)
    return search.answer(given, place)


def test_it_is_a_question_of_the_one_door(choir, place):
    found = asked(place, run_by=str(choir.uuid))
    assert [it.name for it in found.matching] == ["Singing together"]
    assert found.query.query_string == f"run_by={choir.uuid}"
    assert [it["label"] for it in found.removable] == ["Run by Sale Choir"]
    assert asked(place, run_by=str(choir.uuid), q="chess").total == 0


@pytest.mark.parametrize("value", ["nonsense", "8a1e3f5e-7c36-4f0a-9d0e-0d6a4a1b2c3d", "hidden", "asset"])
def test_what_is_not_known_is_refused_rather_than_left_out(choir, place, value):
    known = {
        "hidden": OrganisationFactory(place=place, visibility=Visibility.MEMBERS),
        "asset": NodeFactory(place=place),
    }
    with pytest.raises(search.QueryError) as raised:
        asked(place, run_by=str(known[value].uuid) if value in known else value)
    [problem] = raised.value.problems
    assert problem.field == "run_by" and problem.remedy


def test_the_api_takes_and_refuses_the_same(client, choir):
    found = client.get("/api/v1/nodes", {"run_by": str(choir.uuid)}).json()
    assert [it["properties"]["name"] for it in found["features"]] == ["Singing together"]
    assert client.get("/api/v1/nodes", {"run_by": str(uuid.uuid4())}).status_code == 400


def test_a_stewards_widget_can_be_of_one_group_too(client, choir, place):
    given = {"name": "Choir", "place": place.pk, "view": "calendar", "height": 500, "allowed_origins": ""}
    bad = WidgetForm({**given, "query": f"run_by={uuid.uuid4()}"}, places=Place.objects.all())
    assert "query" in bad.errors
    form = WidgetForm({**given, "query": f"/trafford/list/?run_by={choir.uuid}"}, places=Place.objects.all())
    assert form.is_valid(), form.errors
    page = text(client.get(form.save().get_absolute_url()))
    assert "Singing together" in page and "Chess evening" not in page


def test_a_widget_of_a_group_that_is_gone_says_so(client, choir, place):
    widget = Widget.objects.create(name="x", place=place, query=f"run_by={choir.uuid}", view=WidgetView.CALENDAR)
    choir.state = NodeState.ARCHIVED
    choir.save()
    page = text(client.get(widget.get_absolute_url()))
    assert "This widget cannot show anything just now" in page and "no group" in page and "Singing" not in page


# --- the code on the group's own page


def snippets(page: str) -> dict[str, str]:
    return {key: unescape(code) for key, code in re.findall(r'<textarea id="snippet-([^"]+)"[^>]*>([^<]*)<', page)}


def test_the_groups_own_page_offers_it_to_copy(client, choir, settings):
    settings.SITE_URL = "https://map.example.org"
    choir.name = 'Sale "Choir" & friends'
    choir.save()
    offered = snippets(text(signed_in(member(choir)).get(f"/groups/{choir.uuid}/")))
    for view in VIEWS:
        code = offered[f"frame-{view}"]
        attributes = {key: unescape(value) for key, value in re.findall(r'([a-z]+)="([^"]*)"', code)}
        assert code.startswith("<iframe ") and code.endswith("></iframe>")
        assert attributes["src"] == f"https://map.example.org{url(choir, view)}"
        assert attributes["title"] == 'What is on with Sale "Choir" & friends'
        assert attributes["loading"] == "lazy" and int(attributes["height"]) >= 400
        assert client.get(url(choir, view)).status_code == 200


def test_a_group_that_not_everybody_sees_has_no_code(place):
    group = OrganisationFactory(place=place, visibility=Visibility.MEMBERS)
    page = text(signed_in(member(group)).get(f"/groups/{group.uuid}/"))
    assert not [key for key in snippets(page) if key.startswith("frame-")]
