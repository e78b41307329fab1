"""A group with an open space, its people, and a client for each."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from listings.models import Listing, ListingKind
from mapping.models import Visibility
from tests.factories import ListingFactory, MembershipFactory, UserFactory, open_space_of


def client_of(user=None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def only_for(group, **more) -> Listing:
    """A listing that only the members of a group see."""
    more = {"name": "SECRET supper", "place": group.place, "listing_kind": ListingKind.NOTICE, **more}
    return ListingFactory(visibility=Visibility.GROUP, group=group, organiser=group, **more)


@pytest.fixture
def space(group):
    return open_space_of(group)


@pytest.fixture
def people(group):
    """owner, editor and stranger, with the address of each in a client."""
    owner, editor, stranger = UserFactory(), UserFactory(), UserFactory()
    MembershipFactory(organisation=group, user=owner, role="owner")
    MembershipFactory(organisation=group, user=editor, role="editor")
    return SimpleNamespace(
        owner=owner, editor=editor, stranger=stranger,
        as_owner=client_of(owner), as_editor=client_of(editor), as_stranger=client_of(stranger), as_nobody=client_of(),
    )  # fmt: skip
