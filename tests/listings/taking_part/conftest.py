"""What the tests of this room begin with."""

from __future__ import annotations

import pytest

from tests.factories import UserFactory
from tests.listings.taking_part.booking import an_event


@pytest.fixture
def poster(db):
    return UserFactory(email="group@example.org", is_superuser=True)


@pytest.fixture
def event(place):
    return an_event(place)
