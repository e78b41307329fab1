"""What one group shares with the members of another: who sees it, and what the database lets nobody do."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from mapping.models import PUBLIC, Node, NodeShare, Revision, Viewer, Visibility
from tests.factories import NodeFactory, OrganisationFactory, decided

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(place):
    return OrganisationFactory(name="The other group", place=place)


@pytest.fixture
def secret(place, group):
    return NodeFactory(name="Quiet supper", place=place, visibility=Visibility.GROUP, group=group)


def shared(node, group, accepted=True) -> NodeShare:
    with decided():
        return NodeShare.objects.create(node=node, group=group, accepted_at=timezone.now() if accepted else None)


def sees(viewer: Viewer, node) -> bool:
    return Node.objects.visible_to(viewer).filter(pk=node.pk).exists()


def test_members_of_both_groups_see_it_and_nobody_else(secret, group, other, place):
    third = OrganisationFactory(place=place)
    shared(secret, other)
    assert sees(Viewer(user_id=1, group_ids=frozenset({group.pk})), secret)
    assert sees(Viewer(user_id=1, group_ids=frozenset({other.pk})), secret)
    assert not sees(Viewer(user_id=1, group_ids=frozenset({third.pk})), secret)
    assert not sees(Viewer(user_id=1, place_ids=frozenset({place.pk})), secret)
    assert not sees(PUBLIC, secret)


def test_what_is_offered_and_not_accepted_shows_to_nobody_more(secret, other):
    shared(secret, other, accepted=False)
    assert not sees(Viewer(user_id=1, group_ids=frozenset({other.pk})), secret)


def test_nobody_accepts_without_deciding_so(secret, other):
    with pytest.raises(ProgrammingError, match="another group"), transaction.atomic():
        NodeShare.objects.create(node=secret, group=other, accepted_at=timezone.now())
    offer = shared(secret, other, accepted=False)
    with pytest.raises(ProgrammingError, match="another group"), transaction.atomic():
        NodeShare.objects.filter(pk=offer.pk).update(accepted_at=timezone.now())


def test_it_is_shared_once_and_not_with_itself(secret, group, other):
    shared(secret, other)
    with pytest.raises(IntegrityError, match="node_share_once"), transaction.atomic():
        NodeShare.objects.create(node=secret, group=other)
    with pytest.raises(IntegrityError, match="node_share_is_of_another"), transaction.atomic():
        NodeShare.objects.create(node=group, group=group)


def test_shown_to_everybody_and_hidden_again_it_is_shared_with_nobody(secret, other):
    shared(secret, other)
    with decided():
        Node.objects.filter(pk=secret.pk).update(visibility=Visibility.PUBLIC)
    Node.objects.filter(pk=secret.pk).update(visibility=Visibility.GROUP)
    assert not NodeShare.objects.exists()
    assert not sees(Viewer(user_id=1, group_ids=frozenset({other.pk})), secret)


@pytest.mark.parametrize("how", ["deleted", "taken back"])
def test_whoever_ends_it_raises_the_floor_of_its_place(secret, other, place, how):
    share = shared(secret, other)
    Revision.objects.raise_for([place])
    before = Revision.objects.get(place=place).floor
    if how == "deleted":
        share.delete()
    else:
        NodeShare.objects.filter(pk=share.pk).update(accepted_at=None)
    Revision.objects.raise_for([])
    assert Revision.objects.get(place=place).floor > before


def test_an_offer_that_is_taken_back_withdraws_nothing(secret, other, place):
    offer = shared(secret, other, accepted=False)
    before = Revision.objects.get(place=place).floor
    offer.delete()
    Revision.objects.raise_for([])
    assert Revision.objects.get(place=place).floor == before
