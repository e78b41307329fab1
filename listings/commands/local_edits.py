"""What somebody changed here of a listing that comes from a feed: the feed does not write over it.

before = values_of(listing)
...                                     # the edit
note(listing, before)
"""

from __future__ import annotations

from dataclasses import replace

from listings.models import FeedItem, Listing

# What a feed writes, by the name that people see (`labels` in listings.feeds.health).
FIELDS = ("name", "summary", "listing_kind", "category", "where", "cost", "website", "schedule")
ONE_DATE = "change:"


def values_of(listing: Listing) -> dict[str, object]:
    """What a feed could write, as it is now."""
    return {
        "name": listing.name,
        "summary": listing.summary,
        "listing_kind": listing.listing_kind,
        "category": listing.category_id,
        "where": (listing.venue_id, listing.online, listing.address, listing.postcode, listing.location),
        "cost": listing.cost,
        "website": listing.website,
        "schedule": _dates(listing),
    }


def _dates(listing: Listing):
    """The schedule without what only matters with bank holidays."""
    schedule = listing.schedule
    return schedule if schedule is None or schedule.not_on_holidays else replace(schedule, nation="")


def note(listing: Listing, before: dict[str, object]) -> set[str]:
    """Note what an edit changed, where the listing comes from a feed. Returns it; call it inside the edit's change."""
    item = FeedItem.objects.filter(listing=listing).first()
    if item is None:
        return set()
    after = values_of(listing)
    changed = {name for name in FIELDS if before[name] != after[name]}
    _add(item, changed)
    return changed


def note_schedule(listing: Listing, original: str = "") -> None:
    """Note that one date ("2026-12-08T10:00") was cancelled, moved or put back here; or, without it, all dates."""
    item = FeedItem.objects.filter(listing=listing).first()
    if item is not None:
        _add(item, {f"{ONE_DATE}{original}" if original else "schedule"})


def _add(item: FeedItem, names: set[str]) -> None:
    if names - set(item.local_fields):
        item.local_fields = sorted({*item.local_fields, *names})
        item.save(update_fields=["local_fields"])
