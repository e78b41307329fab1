"""Places, categories and hours: what the database holds to."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from mapping.models import Category, OpeningHours, Place
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


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"),
    [(7, 540, 600), (0, 600, 600), (0, 600, 540), (0, 600, None), (0, 1500, 1600), (0, 10, 2881)],
)
def test_the_database_refuses_broken_hours(weekday, opens, closes):
    node = NodeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(node=node, weekday=weekday, opens=opens, closes=closes)


def test_a_day_without_known_hours_is_said_once():
    node = NodeFactory()
    OpeningHours.objects.create(node=node, weekday=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(node=node, weekday=2)
