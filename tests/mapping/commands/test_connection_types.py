"""A place's own types of connections, and those that it hides."""

import pytest
from django.test import Client

from mapping.commands import connection_types
from mapping.commands.connection_types import TypeRefused
from mapping.connections import sentences
from mapping.maps import connection_lines
from mapping.models import PUBLIC, Actor, AuditEntry, Connection, ConnectionType, Node, Revision, Viewer
from mapping.network import snapshots
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def rivals(place):
    return ConnectionTypeFactory(slug="competes_with", forward="competes with", reverse="competes with", directed=False)


@pytest.fixture
def rivalry(place, rivals):
    ends = {"source": OrganisationFactory(name="RIVAL ONE"), "target": OrganisationFactory(name="RIVAL TWO")}
    return StatementFactory(connection=ConnectionFactory(**ends, type=rivals)).connection


def add(place, **more):
    words = {"forward": "mends things for", "reverse": "has things mended by", "meaning": "Repairs."}
    return connection_types.add(actor=ACTOR, place=place, **{**words, **more})


def test_a_place_adds_a_type_that_only_it_offers(place, rivals):
    kind = add(place, source_kinds=["organisation"])
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    assert set(connection_types.offered(place)) == {kind, rivals}
    assert set(connection_types.offered(salford)) == {rivals}
    assert (kind.slug, kind.allows("person", "asset")) == ("mends_things_for", False)
    assert AuditEntry.objects.get().data["slug"] == kind.slug


def test_its_slug_is_never_one_of_the_vocabularys(place):
    ConnectionTypeFactory(slug="lends_to", forward="lends things to")
    assert add(place, forward="lends to").slug == "lends_to_2"


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"forward": " "}, "both readings"),
        ({"reverse": ""}, "both readings"),
        ({"forward": "x" * 61}, "60"),
        ({"tie": "knotting"}, "bonding"),
        ({"target_kinds": ["ghost"]}, "ghost"),
        ({"forward": "Competes with"}, "already"),
    ],
    ids=["empty", "one reading", "long", "tie", "kind", "again"],
)
def test_what_makes_no_type_is_refused_in_words(place, rivals, more, word):
    with pytest.raises(TypeRefused, match=word):
        add(place, **more)
    assert ConnectionType.objects.count() == 1


def test_what_reads_the_same_both_ways_needs_one_reading(place):
    assert add(place, forward="sings with", reverse="", directed=False).reverse == "sings with"


def test_there_is_an_end_to_a_places_own_types(place, monkeypatch):
    monkeypatch.setattr(connection_types, "MAX_OF_A_PLACE", 0)
    with pytest.raises(TypeRefused, match="already"):
        add(place)


def told(place, connection) -> dict[str, bool]:
    """Which readers tell of the connection."""
    client, name = Client(), "competes with"
    place.refresh_from_db()
    place = type(place).objects.get(pk=place.pk)
    hall = connection.source
    drawn = client.get(f"/maps/{place.revision_token}/lines.json?node={hall.uuid}").content.decode()
    return {
        "node page": name in client.get(hall.get_absolute_url()).content.decode().lower(),
        "its page": client.get(connection.get_absolute_url()).status_code == 200,
        "lines": bool(connection_lines.strongest(place, PUBLIC)),
        "lines.json": "RIVAL" in drawn,
        "API": "RIVAL" in client.get("/api/v1/connections").content.decode(),
        "list": "RIVAL TWO" in client.get(f"/trafford/list/?connected={hall.uuid}").content.decode(),
        "network": "RIVAL" in client.get("/trafford/network/?sort=name").content.decode(),
        "sentences": bool(sentences.connections_of(hall, PUBLIC)),
        "snapshot": len(snapshots.load(place, PUBLIC).connections) > 0,
        "everything": Connection.objects.visible_to(Viewer(sees_everything=True)).exists(),
    }


def test_a_hidden_type_disappears_from_every_reader_and_comes_back(place, records, rivals, rivalry):
    Connection.objects.exclude(pk=rivalry.pk).delete()
    Revision.objects.raise_for([place])
    assert [it for it, tells in told(place, rivalry).items() if not tells] == []
    assert connection_types.hide(actor=ACTOR, place=place, kind=rivals)
    assert [it for it, tells in told(place, rivalry).items() if tells] == []
    assert rivals not in connection_types.offered(place)
    assert not connection_types.hide(actor=ACTOR, place=place, kind=rivals)
    assert connection_types.show(actor=ACTOR, place=place, kind=rivals)
    assert [it for it, tells in told(place, rivalry).items() if not tells] == []


def test_another_place_goes_on_showing_it(place, rivals):
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    ends = [OrganisationFactory(place=salford) for _ in range(2)]
    theirs = StatementFactory(connection=ConnectionFactory(source=ends[0], target=ends[1], type=rivals)).connection
    connection_types.hide(actor=ACTOR, place=place, kind=rivals)
    assert theirs in Connection.objects.visible_to(PUBLIC)


def test_those_at_the_other_end_in_another_place_are_told_anew(place, rivals):
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    Revision.objects.get_or_create(place=salford)
    between = ConnectionFactory(source=OrganisationFactory(), target=OrganisationFactory(place=salford), type=rivals)
    StatementFactory(connection=between)
    before = Revision.objects.get(place=salford).number
    connection_types.hide(actor=ACTOR, place=place, kind=rivals)
    assert Revision.objects.get(place=salford).number == before + 1
    assert between not in Connection.objects.visible_to(PUBLIC)


def test_only_an_own_type_that_nobody_used_is_removed(place, rivals):
    with pytest.raises(TypeRefused, match="everybody"):
        connection_types.remove(actor=ACTOR, place=place, kind=rivals)
    used, unused = add(place), add(place, forward="waters plants for")
    ConnectionFactory(type=used, source=NodeFactory(), target=NodeFactory())
    with pytest.raises(TypeRefused, match="in use"):
        connection_types.remove(actor=ACTOR, place=place, kind=used)
    connection_types.remove(actor=ACTOR, place=place, kind=unused)
    assert set(ConnectionType.objects.filter(place=place)) == {used}
    assert Node.objects.exists()
