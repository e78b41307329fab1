"""What the tests of this room begin with."""

from __future__ import annotations

import pytest

from listings.models import ListingKind
from tests.factories import ListingFactory, UserFactory
from tests.listings.freshness.asking import aged


@pytest.fixture
def poster(db):
    return UserFactory(email="ann@example.org")


@pytest.fixture
def service(place, poster):
    """A service of hers, made and confirmed a year ago."""
    return aged(ListingFactory(name="Repair advice", place=place, listing_kind=ListingKind.SERVICE, posted_by=poster))
