"""How the feeds of a group are: what was read, what is wrong, which locations nobody knows, what was changed here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.commands.local_edits import ONE_DATE
from listings.models import Feed, FeedItem
from mapping.models import Node

from .venues import SURE, Venues

MAX_QUESTIONS = 10
MAX_EDITED = 50

# What a feed writes, as people call it.
LABELS = {
    "name": _("the name"),
    "summary": _("what happens there"),
    "listing_kind": _("what sort of thing it is"),
    "category": _("where in the guide it is"),
    "where": _("where it is"),
    "cost": _("the cost"),
    "website": _("the web page"),
    "schedule": _("the dates"),
}


@dataclass(frozen=True)
class VenueQuestion:
    """A location in words of which nobody is sure, how many events it has, and what it may be, best first."""

    text: str
    events: int
    choices: tuple[Node, ...]


@dataclass(frozen=True)
class Edited:
    """An event that was changed here, and what of it the feed does not write any more, in words."""

    item: FeedItem
    fields: tuple[str, ...]


def questions(feed: Feed) -> list[VenueQuestion]:
    """The locations to ask about, those with the most events first."""
    unsure = (
        FeedItem.objects.filter(
            Q(venue_confidence__isnull=True) | Q(venue_confidence__lt=SURE), feed=feed, gone_at=None
        )
        .filter(listing__isnull=False, listing__venue__isnull=True, listing__online=False)
        .filter(Q(listing__over_at__isnull=True) | Q(listing__over_at__gt=timezone.now()))
        .exclude(location_text="")
        .exclude(local_fields__contains=["where"])
    )
    rows = unsure.values("location_text").annotate(n=Count("pk")).order_by("-n", "location_text")[:MAX_QUESTIONS]
    venues = Venues(feed.organisation)
    return [VenueQuestion(it["location_text"], it["n"], venues.match(it["location_text"]).choices) for it in rows]


def edited(feed: Feed) -> list[Edited]:
    """What was changed here, and wins."""
    rows = (
        feed.items.exclude(local_fields=[])
        .filter(listing__isnull=False)
        .select_related("listing", "feed__organisation")[:MAX_EDITED]
    )
    return [Edited(row, fields_in_words(row)) for row in rows]


def fields_in_words(item: FeedItem) -> tuple[str, ...]:
    """What of an event the feed does not write any more."""
    words = [str(LABELS[name]) for name in LABELS if name in item.local_fields]
    if any(it.startswith(ONE_DATE) for it in item.local_fields):
        words.append(str(_("single dates")))
    return tuple(words)
