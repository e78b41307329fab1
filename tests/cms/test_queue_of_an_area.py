"""The queue of somebody who looks after a part of a place: what lies in it, to decide; of the rest nothing."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.commands import freshness
from listings.models import ListingKind
from mapping.commands import merges
from mapping.models import (
    Actor,
    CandidateState,
    LocationPrecision,
    MatchCandidate,
    Node,
    NodeMerge,
    NodeState,
    OpeningHours,
    PlaceKind,
)
from tests.factories import ListingFactory, NodeFactory, OrganisationFactory, PlaceFactory, UserFactory, opens
from tests.listings.freshness.asking import aged

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
INSIDE, OUTSIDE = Point(-2.32, 53.42, srid=4326), Point(-2.40, 53.50, srid=4326)


@pytest.fixture
def of_the_ward(place) -> Client:
    """Somebody who looks after Sale Moor, in which INSIDE lies and OUTSIDE does not, and not after Trafford."""
    ensure_pages(place, ACTOR)
    ward = PlaceFactory(
        name="Sale Moor",
        slug="sale-moor",
        kind=PlaceKind.WARD,
        code="E05000001",
        is_home=False,
        boundary=MultiPolygon(Polygon.from_bbox((-2.33, 53.41, -2.31, 53.43)), srid=4326),
    )
    client = Client()
    client.force_login(ensure_steward("ward@example.org", ward), backend="django.contrib.auth.backends.ModelBackend")
    return client


def pair(place, first, second, name="Hall", **more) -> MatchCandidate:
    """Two that may be one, at two points."""
    one = OrganisationFactory(place=place, name=f"{name} one", location=first, **more)
    two = OrganisationFactory(place=place, name=f"{name} two", location=second, **more)
    return MatchCandidate.objects.create(first=one, second=two, score=0.9, reason="alike names")


def text(response) -> str:
    return response.content.decode()


def test_pairs_in_the_area_wait_and_are_decided(of_the_ward, place):
    found = pair(place, INSIDE, INSIDE)
    for url in ("/admin/queue/", "/admin/duplicates/"):
        assert "Hall one" in text(of_the_ward.get(url)), url
    assert of_the_ward.get(f"/admin/duplicates/{found.pk}/").status_code == 200
    of_the_ward.post(f"/admin/duplicates/{found.pk}/", {"do": "two"})
    found.refresh_from_db()
    assert found.state == CandidateState.DIFFERENT
    of_the_ward.get("/admin/")  # Where what was just done is said.
    assert "Hall one" not in text(of_the_ward.get("/admin/queue/"))


@pytest.mark.parametrize("where", [(OUTSIDE, OUTSIDE), (INSIDE, OUTSIDE), (OUTSIDE, INSIDE), (INSIDE, None)])
def test_a_pair_of_which_one_lies_outside_is_not_theirs(of_the_ward, place, where):
    found = pair(place, *where)
    for url in ("/admin/queue/", "/admin/duplicates/"):
        assert "Hall" not in text(of_the_ward.get(url)), url
    assert of_the_ward.get(f"/admin/duplicates/{found.pk}/").status_code == 404
    for given in ({"do": "two"}, {"do": "merge", "keep": "first"}):
        of_the_ward.post(f"/admin/duplicates/{found.pk}/", given)
        found.refresh_from_db()
        assert found.state == CandidateState.WAITING
    assert not NodeMerge.objects.exists()


def test_a_merge_is_taken_back_where_both_lay_in_the_area(of_the_ward, place):
    made = {}
    for name, where in (("In", INSIDE), ("Out", OUTSIDE)):
        two = pair(place, where, where, name)
        made[name] = merges.merge(actor=ACTOR, kept=two.first, dropped=two.second)
    page = text(of_the_ward.get("/admin/duplicates/merged/"))
    assert "In one" in page and "Out one" not in page
    assert of_the_ward.post(f"/admin/duplicates/merged/{made['Out'].pk}/undo/").status_code == 404
    assert Node.objects.get(name="Out two").state == NodeState.ARCHIVED
    assert of_the_ward.post(f"/admin/duplicates/merged/{made['In'].pk}/undo/").status_code == 302
    assert Node.objects.get(name="In two").state == NodeState.LIVE


def test_side_by_side_says_no_more_of_where_they_lie_than_the_public_knows(of_the_ward, place, client):
    hidden = {"address": "7 Zebra Lane", "postcode": "M33 7ZZ", "location_precision": LocationPrecision.AREA}
    at = Point(-2.31811, 53.42122, srid=4326)
    found = pair(place, at, at, **hidden)
    url = f"/admin/duplicates/{found.pk}/"
    page = text(of_the_ward.get(url))
    assert "7 Zebra Lane" not in page and "M33 7ZZ" not in page and "-2.31811" not in page
    client.force_login(ensure_steward("ann@example.org", place))
    page = text(client.get(url))
    assert "7 Zebra Lane" in page and "-2.31811" in page


def test_hours_in_doubt_in_the_area_wait_and_are_corrected(of_the_ward, place):
    doubt = {"questions": ["Noon or midnight?"]}
    inside = opens(NodeFactory(place=place, name="Pantry", location=INSIDE), "Sa 12:00-15:00", **doubt)
    outside = opens(NodeFactory(place=place, name="Larder", location=OUTSIDE), "Sa 12:00-15:00", **doubt)
    assert "1 set of opening hours is in doubt" in text(of_the_ward.get("/admin/queue/"))
    page = text(of_the_ward.get("/admin/opening-hours/"))
    assert "Pantry" in page and "Larder" not in page
    said = {"hours_text": "", "expression": "Sa 00:00-15:00; PH off"}
    assert of_the_ward.get(f"/admin/opening-hours/{outside.pk}/").status_code == 404
    assert of_the_ward.post(f"/admin/opening-hours/{outside.pk}/", said).status_code == 404
    assert of_the_ward.post(f"/admin/opening-hours/{inside.pk}/", said).status_code == 302
    assert OpeningHours.objects.get(node=inside).expression == "Sa 00:00-15:00; PH off"
    assert OpeningHours.objects.get(node=outside).expression == "Sa 12:00-15:00"
    assert "Nothing waits" in text(of_the_ward.get("/admin/queue/?source=hours"))


def test_stewards_of_the_whole_place_see_hours_of_all_of_it_in_one_row(of_the_ward, place, client):
    for name, where in (("Pantry", INSIDE), ("Larder", OUTSIDE), ("Online", None)):
        opens(NodeFactory(place=place, name=name, location=where), "Sa 12:00-15:00", questions=["Really?"])
    client.force_login(ensure_steward("ann@example.org", place))
    assert "3 sets of opening hours are in doubt" in text(client.get("/admin/queue/"))


def test_what_faded_in_the_area_waits_and_is_confirmed(of_the_ward, place):
    nodes = {}
    for name, where in (("Repair advice", INSIDE), ("Debt advice", OUTSIDE)):
        nodes[name] = aged(
            ListingFactory(
                name=name, place=place, location=where, listing_kind=ListingKind.SERVICE, posted_by=UserFactory()
            )
        )
        freshness.fade(actor=ACTOR, node=nodes[name])
    outside, inside = nodes["Debt advice"], nodes["Repair advice"]
    for url in ("/admin/queue/", "/stewards/stale/"):
        page = text(of_the_ward.get(url))
        assert "Repair advice" in page and "Debt advice" not in page, url
    ids = [str(it.uuid) for it in nodes.values()]
    of_the_ward.post("/stewards/stale/", {"node": str(outside.uuid)})
    of_the_ward.post("/admin/queue/bulk/", {"do": "confirm-stale", "rows": f"confirm-stale {outside.uuid}"})
    outside.refresh_from_db()
    assert outside.fading_since is not None
    of_the_ward.post("/stewards/stale/", {"node": ids})
    for it in nodes.values():
        it.refresh_from_db()
    assert inside.fading_since is None and outside.fading_since is not None


def test_a_member_of_the_area_still_sees_nothing_of_it(place, of_the_ward):
    stranger = Client()
    stranger.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    found = pair(place, INSIDE, INSIDE)
    for url in (f"/admin/duplicates/{found.pk}/", "/admin/opening-hours/", "/stewards/stale/"):
        assert stranger.post(url, {"do": "two"}).status_code in (302, 403, 404, 405), url
    found.refresh_from_db()
    assert found.state == CandidateState.WAITING
