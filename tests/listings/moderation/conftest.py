"""What the tests of this room begin with."""

from __future__ import annotations

import pytest

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings
from mapping.models import Actor
from tests.factories import NodeFactory
from tests.listings.commands.test_listings import post
from tests.listings.moderation.changing import ACTOR


@pytest.fixture
def hall(place):
    return NodeFactory(name="Sale Hall", place=place)


@pytest.fixture
def steward(place):
    ensure_pages(place, ACTOR)
    return ensure_steward("ann@example.org", place)


@pytest.fixture
def live(place, steward):
    return listings.approve(actor=Actor.of(steward), listing=post(place))
