"""What is withdrawn raises the floor of its places: older addresses are gone, others stay, nobody keeps them long."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from mapping.commands import connection_types, consents
from mapping.commands.change import change
from mapping.maps.tile_cache import tiles as kept_tiles
from mapping.models import (
    Actor,
    Consent,
    Node,
    NodeKind,
    NodeState,
    Revision,
    Statement,
    TouchedPlace,
    Visibility,
)
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
    decided,
)

pytestmark = pytest.mark.django_db
FIRST = 50
ACTOR = Actor.command("test")
HERE = Point(-2.3205, 53.4265, srid=4326)
TILE = "nodes/14/8086/5304.mvt"


@pytest.fixture
def other(place):
    other = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    Revision.objects.get_or_create(place=other)
    return other


@pytest.fixture
def town(place, other):
    """A hall, tied to a club of another place; a person who is shown."""
    hall = NodeFactory(name="Hall", place=place, location=HERE)
    club = OrganisationFactory(name="Club", place=other)
    said = StatementFactory(connection=ConnectionFactory(source=club, target=hall))
    person = NodeFactory(name="Ada", place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
    consent = consents.record(actor=ACTOR, node=person, wording="Yes.", given_on=datetime.date(2026, 3, 1))
    Revision.objects.update(number=FIRST)
    return {"hall": hall, "club": club, "said": said, "consent": consent}


def floors() -> dict[str, bool]:
    """Of each place, whether its first revision is gone."""
    with connection.cursor() as cursor:
        # As at the end of a transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert not TouchedPlace.objects.exists()
    return {it.place.slug: it.floor > FIRST for it in Revision.objects.select_related("place")}


def hall(**values):
    return lambda town: Node.objects.filter(pk=town["hall"].pk).update(**values)


def said(**values):
    return lambda town: Statement.objects.filter(pk=town["said"].pk).update(**values)


BOTH = {"trafford": True, "salford": True}
WITHDRAWALS = {
    "archived": (hall(state=NodeState.ARCHIVED), BOTH),
    "sent back": (hall(state=NodeState.PENDING), BOTH),
    "for members": (hall(visibility=Visibility.MEMBERS), BOTH),
    "coarsened": (hall(location_precision="area"), BOTH),
    "off the map": (hall(location=None, location_source=""), BOTH),
    "deleted": (lambda town: town["hall"].delete(), BOTH),
    "of no place any more": (hall(place=None), BOTH),
    "statement withdrawn": (said(withdrawn_at=timezone.now()), BOTH),
    "statement for members": (said(visibility=Visibility.MEMBERS), BOTH),
    "statement deleted": (lambda town: town["said"].delete(), BOTH),
    "statement turned": (said(kind="disagrees"), BOTH),
    "source deleted": (lambda town: town["said"].by_source.delete(), BOTH),
    "consent ended": (
        lambda town: Consent.objects.filter(pk=town["consent"].pk).update(withdrawn_at=timezone.now()),
        {"trafford": True, "salford": False},
    ),
    "type hidden": (
        lambda town: connection_types.hide(actor=ACTOR, place=town["hall"].place, kind=town["said"].connection.type),
        BOTH,
    ),
}
EDITS = {
    "renamed": hall(name="Another name"),
    "described": hall(summary="Another summary"),
    "moved": hall(location=Point(-2.33, 53.43, srid=4326)),
    "made": lambda town: NodeFactory(name="New", place=town["hall"].place),
    "stated": lambda town: StatementFactory(connection=ConnectionFactory(target=town["hall"])),
    "statement noted": said(note="Another note"),
    "a draft thrown away": lambda town: NodeFactory(place=town["hall"].place, state=NodeState.DRAFT).delete(),
}


@pytest.mark.parametrize("name", WITHDRAWALS)
@pytest.mark.parametrize("how", ["in a change", "by itself"])
def test_whoever_withdraws_something_raises_the_floor_of_all_places_that_told_of_it(town, name, how):
    do, raised = WITHDRAWALS[name]
    assert True not in floors().values()
    before = {it.place.slug: it.number for it in Revision.objects.select_related("place")}
    if how == "in a change":
        with change(actor=ACTOR, action="withdraw", place=town["hall"].place):
            do(town)
    else:
        do(town)
    assert floors() == raised
    after = {it.place.slug: it.number for it in Revision.objects.select_related("place")}
    assert {slug for slug in after if after[slug] > before[slug]} >= {slug for slug in raised if raised[slug]}


@pytest.mark.parametrize("name", EDITS)
def test_an_ordinary_edit_leaves_every_address_valid(town, name):
    with change(actor=ACTOR, action="edit", place=town["hall"].place):
        EDITS[name](town)
    assert floors() == {"trafford": False, "salford": False}


def test_what_is_shown_again_raises_no_floor(town):
    hall(visibility=Visibility.MEMBERS)(town)
    floors()
    Revision.objects.update(number=FIRST, floor=0)
    with change(actor=ACTOR, action="show", place=town["hall"].place) as it:
        it.loosens()
        hall(visibility=Visibility.PUBLIC)(town)
    assert floors()["trafford"] is False


def test_what_belongs_to_no_place_is_withdrawn_from_all(town):
    node = NodeFactory(place=None)
    Node.objects.filter(pk=node.pk).update(state=NodeState.ARCHIVED)
    assert floors() == BOTH


def test_a_change_may_say_that_it_withdraws_what_no_trigger_sees(place):
    with change(actor=ACTOR, action="withdraw", place=place) as it:
        it.withdraws(place, None)
    revision = Revision.objects.get(place=place)
    assert revision.floor == revision.number > 1


def test_an_error_leaves_the_floor_where_it_was(town):
    with pytest.raises(RuntimeError), change(actor=ACTOR, action="withdraw", place=town["hall"].place):
        hall(state=NodeState.ARCHIVED)(town)
        raise RuntimeError
    assert floors()["trafford"] is False


@pytest.mark.django_db(transaction=True)
def test_a_writer_who_tells_nobody_raises_it_with_the_end_of_the_transaction(place):
    node = NodeFactory(place=place)
    before = place.revision_number
    with transaction.atomic():
        Node.objects.filter(pk=node.pk).update(state=NodeState.ARCHIVED)
        assert Revision.objects.get(place=place).floor == 0
    revision = Revision.objects.get(place=place)
    assert (revision.number, revision.floor) == (before + 1, before + 1)
    assert not TouchedPlace.objects.exists()


# --- the addresses


def withdraw(place) -> None:
    node = NodeFactory(place=place)
    with change(actor=ACTOR, action="withdraw", place=place):
        Node.objects.filter(pk=node.pk).update(state=NodeState.ARCHIVED)


ADDRESSES = {
    "tile": f"/tiles/{{}}/{TILE}",
    "map_script": "/maps/{}/explore.js",
    "map_lines": "/maps/{}/lines.json",
    "network_graph": "/network/{}/graph.bin",
    "network_identities": "/network/{}/ids.bin?part=0",
    "network_path": "/network/{}/path.json",
    "network_without": "/network/{}/without.json",
}


def test_every_address_with_a_revision_is_listed_here():
    found = set()

    def walk(patterns):
        for it in patterns:
            if hasattr(it, "url_patterns"):
                walk(it.url_patterns)
            elif "revision>" in str(it.pattern):
                found.add(it.name)

    walk(get_resolver().url_patterns)
    assert found == set(ADDRESSES)


@pytest.fixture
def numbers(town, place):
    """A number below the floor, the floor, and the current one."""
    Revision.objects.raise_for([place])
    withdraw(place)
    floor = place.revision_number
    Revision.objects.raise_for([place])
    return floor - 1, floor, floor + 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_below_the_floor_it_is_gone_and_from_there_on_valid(client, numbers, name):
    below, floor, current = numbers
    gone = client.get(ADDRESSES[name].format(f"trafford.{below}"))
    assert (gone.status_code, gone["Cache-Control"]) == (410, "no-store")
    assert gone.content.decode().strip().endswith(".")
    for number in (floor, current):
        answer = client.get(ADDRESSES[name].format(f"trafford.{number}"))
        assert answer.status_code in (200, 204), answer.content
    assert client.get(ADDRESSES[name].format(f"trafford.{current + 1}")).status_code == 404


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_shared_cache_keeps_it_for_a_minute_at_most(client, numbers, name):
    for number in numbers[1:]:
        said = client.get(ADDRESSES[name].format(f"trafford.{number}"))["Cache-Control"]
        parts = dict(part.strip().partition("=")[::2] for part in said.split(","))
        assert "no-cache" in parts or "no-store" in parts or int(parts["max-age"]) <= 60
        assert "immutable" not in parts and "stale-while-revalidate" not in parts


@pytest.mark.parametrize("who", ["a member", "somebody without a role"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_whoever_is_signed_in_gets_no_shared_answer(client, numbers, place, name, who):
    client.force_login(PlaceRoleFactory(place=place).user if who == "a member" else UserFactory())
    below, floor, current = numbers
    for number in (floor, current):
        answer = client.get(ADDRESSES[name].format(f"trafford.{number}"))
        assert answer.status_code in (200, 204)
        assert answer["Cache-Control"] == "private, no-store"
    assert client.get(ADDRESSES[name].format(f"trafford.{below}")).status_code == 410


def test_a_copy_that_somebody_holds_is_no_reason_to_say_that_nothing_changed(client, numbers):
    below, _, current = numbers
    tag = client.get(f"/tiles/trafford.{current}/{TILE}")["ETag"]
    assert client.get(f"/tiles/trafford.{below}/{TILE}", headers={"if-none-match": tag}).status_code == 410
    assert client.get(f"/tiles/trafford.{current}/{TILE}", headers={"if-none-match": tag}).status_code == 304


def test_what_tells_of_all_places_goes_with_a_withdrawal_in_any(client, town, place, other):
    total = sum(Revision.objects.values_list("number", flat=True))
    assert client.get(f"/tiles/all.{total}/{TILE}").status_code == 200
    withdraw(other)
    assert client.get(f"/tiles/all.{total}/{TILE}").status_code == 410
    total = sum(Revision.objects.values_list("number", flat=True))
    assert client.get(f"/tiles/all.{total}/{TILE}").status_code == 200
    Revision.objects.raise_for([place])
    assert client.get(f"/tiles/all.{total}/{TILE}").status_code == 200


def test_the_current_revision_is_told(client, numbers, place):
    answer = client.get("/trafford/revision.json")
    assert answer.json() == {"revision": f"trafford.{numbers[2]}"}
    assert answer["Cache-Control"] == "no-store" and not answer.cookies
    total = sum(Revision.objects.values_list("number", flat=True))
    assert client.get("/all/revision.json").json() == {"revision": f"all.{total}"}
    assert client.get("/nowhere/revision.json").status_code == 404


def test_a_kept_tile_is_gone_at_the_next_request_of_the_process_that_withdrew(
    client, place, settings, django_capture_on_commit_callbacks
):
    settings.TILE_CACHE_MB = 1
    kept_tiles.clear()
    node = NodeFactory(location=HERE, name="The refuge", place=place)
    url = f"/tiles/trafford.1/{TILE}"
    assert b"The refuge" in client.get(url).content
    assert b"The refuge" in client.get(url).content
    with django_capture_on_commit_callbacks(execute=True), change(actor=ACTOR, action="hide", place=place):
        Node.objects.filter(pk=node.pk).update(visibility=Visibility.MEMBERS)
    assert client.get(url).status_code == 410
    assert b"The refuge" not in client.get(f"/tiles/trafford.2/{TILE}").content
    kept_tiles.clear()


def test_what_another_process_withdrew_is_gone_within_a_second(client, place, settings, monkeypatch):
    settings.TILE_CACHE_MB = 1
    kept_tiles.clear()
    node = NodeFactory(location=HERE, name="The refuge", place=place)
    url = f"/tiles/trafford.1/{TILE}"
    client.get(url)
    Node.objects.filter(pk=node.pk).update(visibility=Visibility.MEMBERS)
    floors()
    # This process has not heard of it: it trusts the number that it read.
    assert client.get(url).status_code == 200
    later = kept_tiles._numbers["trafford"][1] + 1.0
    monkeypatch.setattr("mapping.maps.tile_cache.monotonic", lambda: later)
    assert client.get(url).status_code == 410
    kept_tiles.clear()


def test_showing_and_hiding_at_once_ends_hidden(town, place):
    with decided():
        hall(visibility=Visibility.MEMBERS)(town)
    assert floors()["trafford"] is True
