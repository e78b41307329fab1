"""Links of a listing: there are never more than there may be, however many add one at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from listings.commands import listing_links
from listings.models import ListingLink
from mapping.models import Actor
from tests.factories import ListingFactory

ACTOR = Actor.command("test")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_add_the_last_one(monkeypatch):
    monkeypatch.setattr(listing_links, "MAX_LINKS", 1)
    listing = ListingFactory()
    barrier, refused = threading.Barrier(2), []

    def work(number):
        try:
            barrier.wait()
            listing_links.add(
                actor=ACTOR, listing=listing, kind="programme", url=f"https://example.org/{number}", words="Programme"
            )
        except listing_links.LinkRefused:
            refused.append(number)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for it in workers:
        it.start()
    for it in workers:
        it.join()
    assert len(refused) == 1 and ListingLink.objects.count() == 1
