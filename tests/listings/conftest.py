"""Fixtures of the tests of listings."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.factories import CategoryFactory, NodeFactory


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def dance_hall(place):
    """A hall to dance in, with a category to put a listing in."""
    CategoryFactory(slug="dance")
    return NodeFactory(place=place, name="Sale Hall", postcode="M33 7XX", address="1 Tatton Road")
