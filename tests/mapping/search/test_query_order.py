"""In which order results come when nothing says so."""

import pytest

from mapping.models import Node
from mapping.search.query import Query
from tests.factories import CategoryFactory, NodeFactory

pytestmark = pytest.mark.django_db


def test_what_one_can_walk_to_comes_before_what_has_no_place(place):
    category = CategoryFactory(slug="food-bank")
    NodeFactory(place=place, name="A charity somewhere", category=category, location=None)
    NodeFactory(place=place, name="B bank round the corner", category=category)
    query = Query.from_params({}, place)
    names = [node.name for node in query.apply(Node.objects.all())]
    assert names == ["B bank round the corner", "A charity somewhere"]
