"""Writes on saved replies: kept, changed, removed. What was sent with one before stays as it was sent.

keep(actor=actor, place=place, title="No date", text="Please say when it is on.")
"""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import SavedReply
from mapping.commands.change import change
from mapping.models import Actor, Place
from mapping.search.geocoding import tidy

MAX_OF_PLACE = 40


class ReplyRefused(HereaboutsError):
    """A saved reply that cannot be kept; the text says why and what to do."""

    status = 422


def starters() -> list[tuple[str, str]]:
    """Replies to begin with, as (title, words): for a place that has none."""
    return [
        (_("No date or time"), _("Please say on which days it is on, and from when to when. Then send it again.")),
        (
            _("Not clear where"),
            _("We could not tell where this is. Please choose the venue from the list, or give an address."),
        ),
        (_("It is here already"), _("This is in the guide already, so we have kept the one that was here first.")),
        (
            _("Not from here"),
            _("This guide is for what people of this place can go to or use. We think that this is somewhere else."),
        ),
        (
            _("Advertising"),
            _("We leave out advertising for shops and firms. A community event or service of yours is welcome."),
        ),
    ]


def keep(*, actor: Actor, place: Place, title: str, text: str, reply: SavedReply | None = None) -> SavedReply:
    """Keep a new reply, or change `reply`. Raises `ReplyRefused` for an empty one, a title that is taken, too many."""
    title, text = tidy(title)[:80], text.strip()
    if not title or not text:
        raise ReplyRefused(_("A saved reply needs a title to choose it by, and the words that are sent."))
    new = reply is None
    if new and SavedReply.objects.filter(place=place).count() >= MAX_OF_PLACE:
        raise ReplyRefused(
            _("%(place)s has %(number)s saved replies, which is as many as there may be.")
            % {"place": place.name, "number": MAX_OF_PLACE},
            _("Change or remove one that nobody uses."),
        )
    reply = reply or SavedReply(place=place)
    if not new and (reply.title, reply.text) == (title, text):
        return reply
    reply.title, reply.text = title, text
    try:
        with change(actor=actor, action="keep saved reply", place=place, target=title) as it:
            it.places.clear()
            it.data["new"] = new
            reply.save()
    except IntegrityError:
        raise ReplyRefused(
            _("There is a saved reply called “%(title)s” already.") % {"title": title}, _("Choose another title.")
        ) from None
    return reply


def begin(*, actor: Actor, place: Place) -> int:
    """Give a place that has none the replies to begin with. Returns how many."""
    if SavedReply.objects.filter(place=place).exists():
        return 0
    with change(actor=actor, action="begin saved replies", place=place) as it:
        it.places.clear()
        made = [SavedReply(place=place, title=title, text=text) for title, text in starters()]
        # Pressed twice at the same moment: each is there once.
        SavedReply.objects.bulk_create(made, ignore_conflicts=True)
        it.data["number"] = len(made)
    return len(made)


def remove(*, actor: Actor, reply: SavedReply) -> bool:
    """Remove one. Returns False when it was gone already."""
    with change(actor=actor, action="remove saved reply", place=reply.place, target=reply.title) as it:
        it.places.clear()
        gone = bool(SavedReply.objects.filter(pk=reply.pk).delete()[0])
        if not gone:
            it.nothing_changed()
    return gone
