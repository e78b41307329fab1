"""Every write is one transaction with an actor, an audit row and a raised revision."""

from datetime import UTC, datetime, timedelta

import pytest

from mapping.commands.change import change
from mapping.models import Actor, AuditEntry, Node, Revision
from tests.factories import NodeFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_change_leaves_an_audit_row_and_raises_the_revision_once(place):
    node = NodeFactory(place=place)
    user = UserFactory()
    before = place.revision_number
    Revision.objects.filter(place=place).update(raised_at=datetime(2020, 1, 1, tzinfo=UTC))
    with change(actor=Actor.of(user), action="rename", place=place, target=node) as it:
        it.data["from"] = node.name
        it.touch(place.pk)
    entry = AuditEntry.objects.get(action="rename")
    assert (entry.user, entry.action, entry.target_uuid) == (user, "rename", node.uuid)
    assert entry.data == {"from": node.name}
    assert place.revision_number == before + 1
    assert Revision.objects.get(place=place).raised_at > entry.at - timedelta(minutes=1)
    assert place.revision_token == f"{place.slug}.{before + 1}"


def test_the_first_change_of_a_place_makes_its_revision():
    place = PlaceFactory(slug="new", code="E05000001")
    assert place.revision_number == 0
    with change(actor=Actor.command("test"), action="first", place=place):
        pass
    assert place.revision_number > 0


def test_a_failed_change_leaves_nothing(place):
    before = place.revision_number
    with (
        pytest.raises(RuntimeError),
        change(actor=Actor.command("test"), action="fail", place=place),
    ):
        NodeFactory(place=place)
        raise RuntimeError
    assert not Node.objects.exists()
    assert not AuditEntry.objects.exists()
    assert place.revision_number == before


def test_a_change_that_found_nothing_to_do_leaves_no_trace(place):
    before = place.revision_number
    with change(actor=Actor.command("test"), action="look", place=place) as it:
        it.nothing_changed()
    assert not AuditEntry.objects.exists()
    assert place.revision_number == before


def test_several_places_are_raised_together(place):
    other = PlaceFactory(slug="other", code="E08000010")
    with change(actor=Actor.command("test"), action="both", place=place) as it:
        it.touch(other)
        it.touch(None)
    assert Revision.objects.get(place=other).number > 0


def test_what_belongs_to_no_place_raises_every_home(place):
    other = PlaceFactory(slug="other", code="E08000010")
    before = place.revision_number
    with change(actor=Actor.command("test"), action="everywhere") as it:
        it.touch_everywhere()
    assert place.revision_number == before + 1
    assert Revision.objects.get(place=other).number > 0
