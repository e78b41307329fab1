"""Places, categories and hours: what the database holds to."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from mapping.models import Category, Place
from tests.factories import CategoryFactory, NodeFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def test_a_place_may_come_again_with_a_later_release():
    old = PlaceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceFactory(release=datetime.date(2024, 5, 1))
    old.superseded_at = datetime.date(2024, 5, 1)
    old.save()
    new = PlaceFactory(release=datetime.date(2024, 5, 1))
    assert list(Place.objects.current()) == [new]


def test_a_place_is_superseded_after_its_release():
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceFactory(superseded_at=datetime.date(2000, 1, 1))


def test_a_ward_holds_what_lies_within_it():
    home = PlaceFactory()
    inside = NodeFactory(place=home)
    ward = PlaceFactory(slug="ward", code="E05000002", kind="ward", is_home=False)
    from mapping.models import Node

    assert list(Node.objects.of_place(ward)) == [inside]
    assert list(Node.objects.of_place(home)) == [inside]
    assert list(Place.objects.covering(inside.location).filter(kind="ward")) == [ward]


def test_descendants_are_found_at_every_depth():
    top = CategoryFactory(slug="food-help")
    middle = CategoryFactory(slug="food-bank", parent=top)
    bottom = CategoryFactory(slug="pantry", parent=middle)
    CategoryFactory(slug="faith")
    assert Category.objects.with_descendants(["food-help"]) == {top.pk, middle.pk, bottom.pk}
    assert Category.objects.with_descendants(["nothing"]) == set()
