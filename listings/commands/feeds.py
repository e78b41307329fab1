"""Writes on feeds: added, said yes to, paused, removed; and which venue a location in words means.

What they say is kept by `feed_items`. Who may do it is asked by the views.
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.commands.details import Where
from listings.commands.feed_items import leave_the_map
from listings.commands.listings import keep_precision
from listings.models import Feed, FeedItem, Organisation, VenueAlias
from mapping.commands.change import change
from mapping.models import Actor, Category, NodeState

MAX_FEEDS = 20
# Listings that an answer moves within a request.
MAX_MOVED = 200


class FeedRefused(HereaboutsError):
    """A feed that cannot be added or changed; the text says why and what to do."""

    status = 409


def add(*, actor: Actor, user, organisation: Organisation, url: str, category: Category | None = None) -> Feed:
    """Add the feed of an organisation; the address is one that `feed_address` gave. It is read as soon as can be.

    Raises `FeedRefused` when it is there already, or there are too many.
    """
    if organisation.place_id is None:
        raise FeedRefused(_("This group has no place yet."), _("Ask a steward to put it into one."))
    if Feed.objects.filter(organisation=organisation).count() >= MAX_FEEDS:
        raise FeedRefused(
            _("A group may have %(number)s calendars.") % {"number": MAX_FEEDS}, _("Remove one that is not needed.")
        )
    feed = Feed(
        organisation=organisation,
        url=url,
        category=category,
        added_by=user,
        next_read_at=timezone.now(),
        # Read first, and shown to whoever added it.
        preview={},
    )
    try:
        with change(actor=actor, action="add feed", place=organisation.place_id, target=feed) as it:
            it.places.clear()
            feed.save()
            it.data |= {"organisation": str(organisation.uuid), "url": url}
    except IntegrityError:
        raise FeedRefused(_("This calendar is one of the group's already.")) from None
    return feed


def accept(*, actor: Actor, feed: Feed) -> None:
    """Say that what was read may come in: it is read again, and kept."""
    with change(actor=actor, action="accept feed", place=feed.organisation.place_id, target=feed) as it:
        it.places.clear()
        if not Feed.objects.filter(pk=feed.pk, preview__isnull=False).update(preview=None, next_read_at=timezone.now()):
            it.nothing_changed()
    feed.refresh_from_db()


def pause(*, actor: Actor, feed: Feed, paused: bool) -> None:
    """Stop reading a feed, or go on. What came from it stays as it is meanwhile."""
    action = "pause feed" if paused else "go on with feed"
    with change(actor=actor, action=action, place=feed.organisation.place_id, target=feed) as it:
        it.places.clear()
        values = {"paused": paused} if paused else {"paused": False, "failures": 0, "next_read_at": timezone.now()}
        if not Feed.objects.filter(pk=feed.pk).exclude(paused=paused).update(**values):
            it.nothing_changed()
    feed.refresh_from_db()


def read_soon(feed: Feed) -> None:
    """Have it read at the next opportunity, whatever its headers said."""
    Feed.objects.filter(pk=feed.pk).update(next_read_at=timezone.now(), etag="", last_modified="", content_hash="")
    feed.refresh_from_db()


def remove(*, actor: Actor, feed: Feed, now: datetime.datetime | None = None) -> int:
    """Remove a feed: what is still to come of it leaves the map, what took place stays. Returns how many left."""
    place, now = feed.organisation.place_id, now or timezone.now()
    with change(actor=actor, action="remove feed", place=place, target=feed) as it:
        it.places.clear()
        kept = leave_the_map(it, list(feed.items.select_related("listing")), now)
        it.data |= {"url": feed.url, "taken_out": kept}
        Feed.objects.filter(pk=feed.pk).delete()
    return kept


def follow_again(*, actor: Actor, item: FeedItem) -> None:
    """Let the feed write everything of this event again."""
    feed = item.feed
    with change(actor=actor, action="follow feed again", place=feed.organisation.place_id, target=item.listing) as it:
        it.places.clear()
        it.data["fields"] = list(item.local_fields)
        FeedItem.objects.filter(pk=item.pk).update(local_fields=[], fingerprint="")
    read_soon(feed)


def note_reading(feed: Feed, **values) -> None:
    """Write down what a reading left: when, what failed, what to ask with next. No reader sees it."""
    Feed.objects.filter(pk=feed.pk).update(**values)
    for name, value in values.items():
        setattr(feed, name, value)


# --- which venue


def teach(*, actor: Actor, user, organisation: Organisation, text: str, key: str, where: Where, venue) -> int:
    """Say which venue (None: none on the map) a location in words means; its events are there at once.

    key : the location folded, as aliases are kept; where : of the venue. Returns how many listings moved at once.
    """
    place = organisation.place_id
    with change(actor=actor, action="teach venue", place=place, target=venue or organisation) as it:
        it.places.clear()
        VenueAlias.objects.update_or_create(
            place_id=place, organisation=organisation, text=key, defaults={"venue": venue, "taught_by": user}
        )
        rows = FeedItem.objects.filter(feed__organisation=organisation, location_text=text, listing__isnull=False)
        rows.update(venue_confidence=1.0)
        moved = []
        if venue is not None:
            for row in rows.select_related("listing")[:MAX_MOVED]:
                listing = row.listing
                if "where" in row.local_fields or listing.venue_id == venue.pk:
                    continue
                listing.venue, listing.online = venue, False
                keep_precision(it, listing, where, "")
                listing.save()
                moved.append(listing)
            # What is left, and single dates elsewhere, follow with the next reading.
            rows.update(fingerprint="")
            organisation.feeds.update(content_hash="", etag="", last_modified="", next_read_at=timezone.now())
        live = [listing.pk for listing in moved if listing.state == NodeState.LIVE]
        if live:
            it.touch_around(live)
            it.touch(place)
        it.data |= {"text": text[:300], "listings": len(moved)}
    return len(moved)
