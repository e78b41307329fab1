"""Two first edits of what is live, at the same moment: a steward reads one row that says the later."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from listings.commands import proposals
from listings.models import Proposal, ProposalKind
from mapping.models import Actor
from tests.at_once import both
from tests.factories import ListingFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_second_finds_the_row_of_the_first(monkeypatch):
    ann = UserFactory(email="ann@example.org")
    listing = ListingFactory(place=PlaceFactory(), posted_by=ann)
    keep, inside = proposals.keep, threading.Barrier(2)

    def slowly(*args, **more):
        # Both at once where nothing keeps them apart; else the one waits in vain for the other.
        with suppress(threading.BrokenBarrierError):
            inside.wait(timeout=1)
        return keep(*args, **more)

    monkeypatch.setattr(proposals, "keep", slowly)

    def edit(name: str):
        typed, base = {"name": name}, {"name": listing.name}
        return lambda: proposals.published(actor=Actor.of(ann), user=ann, listing=listing, typed=typed, base=base)

    assert both(edit("Tango"), edit("Waltz")) == [None, None]
    row = Proposal.objects.get(node=listing, kind=ProposalKind.AFTERWARDS)
    assert row.revision.content["typed"]["name"] in ("Tango", "Waltz")
    assert row.revision.content["base"]["name"] == listing.name
