"""Writes on the links of a listing: its livestream, a recording, a programme."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import Listing, ListingLink
from mapping.commands.change import change
from mapping.models import Actor, NodeState
from mapping.search.geocoding import tidy

from .listings import locked

MAX_LINKS = 10


class LinkRefused(HereaboutsError):
    """A link that cannot be added; the text says why."""

    status = 409


def add(*, actor: Actor, listing: Listing, kind: str, url: str, words: str = "") -> ListingLink:
    """Add a link (https or http), or change the words of one that is there. Raises `LinkRefused` beyond `MAX_LINKS`."""
    with (
        locked(listing) as listing,
        change(actor=actor, action="add link", place=listing.place, target=listing) as it,
    ):
        _touch(it, listing)
        it.data["url"] = url
        if ListingLink.objects.filter(listing=listing).exclude(url=url).count() >= MAX_LINKS:
            raise LinkRefused(
                _("There are %(most)d links, which is as many as there may be.") % {"most": MAX_LINKS},
                _("Remove one first."),
            )
        return ListingLink.objects.update_or_create(
            listing=listing, url=url, defaults={"kind": kind, "words": tidy(words)[:120]}
        )[0]


def remove(*, actor: Actor, listing: Listing, pk: int) -> None:
    """Take a link away; one that is not there any more is no error."""
    with change(actor=actor, action="remove link", place=listing.place, target=listing) as it:
        _touch(it, listing)
        if not ListingLink.objects.filter(listing=listing, pk=pk).delete()[0]:
            it.nothing_changed()


def _touch(it, listing: Listing) -> None:
    if listing.state != NodeState.LIVE:
        it.places.clear()
