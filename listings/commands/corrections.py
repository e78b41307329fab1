"""Facts that somebody suggested and a person found right: written into a listing, or into any other node."""

from __future__ import annotations

from collections.abc import Mapping

from listings.models import Listing
from mapping.commands import corrections
from mapping.commands.change import change
from mapping.models import Actor, Node
from mapping.search import spelling

from . import local_edits
from .listings import locked
from .search_text import searched

# Of a listing; its hours are its dates.
OF_LISTING = ("name", "summary", "address", "cost", "phone", "email", "website")


def correct(*, actor: Actor, node: Node, values: Mapping[str, str]) -> None:
    """Write `values` by name of field. A calendar or a file that is read again does not write over them."""
    listing = Listing.objects.filter(pk=node.pk).first()
    if listing is None:
        corrections.correct(actor=actor, node=node, values=values)
        return
    with locked(listing) as listing:
        with change(actor=actor, action=corrections.CORRECT, place=listing.place, target=listing) as it:
            before = local_edits.values_of(listing)
            names = [name for name in OF_LISTING if name in values and getattr(listing, name) != values[name]]
            if not names:
                it.nothing_changed()
                return
            for name in names:
                setattr(listing, name, values[name])
            listing.search_extra = searched(listing)
            listing.save()
            local_edits.note(listing, before)
            spelling.learn([listing])
            it.data["fields"] = names
            it.touch_around([listing.pk])
