"""Everything of a group as one ZIP: what it is and what it has as JSON, its listings as a table, its dates."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from listings.models import Listing, Organisation
from listings.schedules.sentence import sentence
from mapping.writers.tables import table

# A request makes it; more than this is left out, and the file says so.
MAX_LISTINGS = 2000
COLUMNS = (
    "id", "name", "kind", "state", "category", "summary", "when", "cost", "venue", "address", "postcode", "website",
    "confirmed", "over", "url",
)  # fmt: skip


def archive(
    group: Organisation,
    listings: Sequence[Listing],
    venues: Mapping[int, str],
    calendar: bytes,
    absolute: Callable[[str], str],
) -> bytes:
    """The ZIP: `group.json`, `listings.csv`, `calendar.ics`. The team is not in it: their addresses are their own.

    `venues`: the names (by id) of those that whoever asks may see.
    """
    rows = [row(it, venues, absolute) for it in listings]
    document = {
        "group": {
            "id": str(group.uuid),
            "name": group.name,
            "summary": group.summary,
            "category": group.category.slug if group.category else "",
            "address": group.address,
            "postcode": group.postcode,
            "phone": group.phone,
            "email": group.email,
            "website": group.website,
            "facts": group.facts,
            "trusted": group.trusted,
            "confirmed": _moment(group.confirmed_at),
            "url": absolute(group.get_absolute_url()),
        },
        "feeds": [{"url": it.url, "paused": it.paused} for it in group.feeds.order_by("pk")[:200]],
        "listings": rows,
        # As many as there may be: there are more, most likely.
        "complete": len(rows) < MAX_LISTINGS,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("group.json", json.dumps(document, ensure_ascii=False, indent=1))
        made.writestr("listings.csv", "".join(table(COLUMNS, ([it[name] for name in COLUMNS] for it in rows))))
        made.writestr("calendar.ics", calendar)
    return out.getvalue()


def row(listing: Listing, venues: Mapping[int, str], absolute: Callable[[str], str]) -> dict[str, Any]:
    """One listing by the names of `COLUMNS`."""
    schedule = listing.schedule
    return {
        "id": str(listing.uuid),
        "name": listing.name,
        "kind": listing.listing_kind,
        "state": listing.state,
        "category": listing.category.slug if listing.category else "",
        "summary": listing.summary,
        "when": sentence(schedule) if schedule is not None else "",
        "cost": listing.cost,
        "venue": venues.get(listing.venue_id or 0, ""),
        "address": listing.address,
        "postcode": listing.postcode,
        "website": listing.website,
        "confirmed": _moment(listing.confirmed_at),
        "over": _moment(listing.over_at),
        "url": absolute(listing.get_absolute_url()),
    }


def _moment(value) -> str:
    return value.isoformat(timespec="seconds") if value is not None else ""
