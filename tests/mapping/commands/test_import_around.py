"""What an import of nodes does to those around them: neighbours in other places, and persons."""

import pytest

from mapping.commands import nodes
from mapping.models import PUBLIC, Actor, Connection, Node, NodeKind, NodeState, Revision, Visibility
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.nodes import NodeRow
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
SOURCE = SourceFacts(slug="halls", title="Halls", publisher="Somebody")


def bring(place, *rows, source=SOURCE):
    return nodes.import_nodes(actor=Actor.command("test"), rows=rows, source=source, place=place)


def row(**more) -> NodeRow:
    return NodeRow(**{"row": 1, "key": "1", "name": "The hall", "kind": "asset", "categories": ("library",), **more})


@pytest.fixture
def salford(place):
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    Revision.objects.get_or_create(place=salford)
    return salford


@pytest.fixture
def hall(place, salford):
    """A hall that an import made, which somebody in Salford works with."""
    CategoryFactory(slug="library")
    bring(place, row())
    hall = Node.objects.get(name="The hall")
    StatementFactory(connection=ConnectionFactory(source=OrganisationFactory(place=salford), target=hall))
    return hall


def number(place) -> int:
    return Revision.objects.get(place=place).number


@pytest.mark.parametrize("more", [{"visibility": Visibility.MEMBERS}, {"name": "The old hall"}], ids=["hid", "renamed"])
def test_a_place_learns_that_a_neighbour_elsewhere_was(place, salford, hall, more):
    before = number(salford), number(place)
    bring(place, row(**more))
    assert (number(salford), number(place)) == (before[0] + 1, before[1] + 1)
    assert Connection.objects.visible_to(PUBLIC).exists() == ("name" in more)


def test_a_place_learns_what_another_source_added_to_a_neighbour(place, salford, hall):
    other = SourceFacts(slug="more-halls", title="More halls", publisher="Somebody")
    identified = {"identifiers": (("GB-CHC", "123"),)}
    bring(place, row(**identified))
    before = number(salford)
    bring(place, row(website="https://example.org", **identified), source=other)
    assert Node.objects.get(pk=hall.pk).website and number(salford) == before + 1


def test_nothing_new_raises_nothing(place, salford, hall):
    before = number(salford)
    bring(place, row())
    assert number(salford) == before


def test_a_person_in_a_file_is_kept_as_a_draft_and_said_to_be(place):
    CategoryFactory(slug="library")
    outcome = bring(place, row(name="Ada", kind=NodeKind.PERSON))
    assert Node.objects.get(name="Ada").state == NodeState.DRAFT
    assert any("Persons kept as drafts: 1" in note for note in outcome.notes)
