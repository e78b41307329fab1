"""What somebody has typed and not sent yet. It lies in their session, which begins with their first draft."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import HttpRequest

from mapping.models import LocationSource

from .forms import ONCE, WEEKLY, At, PostForm
from .models import Listing, Repeats

KEY = "post_draft"


@dataclass(frozen=True)
class Draft:
    """`uuid` becomes the listing's, so that sending the draft twice makes one listing."""

    uuid: uuid.UUID
    place: str
    typed: dict[str, str]


def keep(request: HttpRequest, place: str, fields: dict[str, str]) -> Draft:
    """Keep what was typed for the place of this slug, in the place of what was kept before."""
    before = read(request)
    draft = Draft(before.uuid if before else uuid.uuid4(), place, fields)
    request.session[KEY] = {"uuid": str(draft.uuid), "place": place, "typed": fields}
    return draft


def read(request: HttpRequest) -> Draft | None:
    """Return the draft; None when there is none. Asks for no session where none has begun."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict):
        return None
    try:
        return Draft(uuid.UUID(kept["uuid"]), kept["place"], dict(kept["typed"]))
    except (KeyError, TypeError, ValueError):
        # Kept by an older version: better to begin anew than to fail.
        return None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def typed(form_data) -> dict[str, str]:
    """Return what was typed into a form, field by field, for a draft: texts only, of bounded length."""
    return {
        name: str(form_data.get(name, ""))[:2000]
        for name in (*PostForm.base_fields, "place")
        if form_data.get(name) and name != "leave_empty"
    }


def typed_from(listing: Listing) -> dict[str, str]:
    """Return what one would have typed to post `listing`, to begin an edit with."""
    schedule = listing.schedule
    if listing.online:
        at = At.ONLINE
    elif listing.venue_id:
        at = At.VENUE
    else:
        at = At.ADDRESS if listing.location_source == LocationSource.POSTCODE else At.PIN
    point = listing.location if at == At.PIN else None
    return {
        "name": listing.name,
        "summary": listing.summary,
        "listing_kind": listing.listing_kind,
        "category": listing.category.slug if listing.category else "",
        "organisation": str(listing.organiser.uuid) if listing.organiser else "",
        "organisation_name": listing.organiser.name if listing.organiser else listing.organiser_name,
        "repeats": WEEKLY if listing.repeats == Repeats.WEEKLY else ONCE,
        "date": schedule.first.isoformat() if schedule else "",
        "starts": f"{schedule.starts:%H:%M}" if schedule else "",
        "ends": f"{schedule.ends:%H:%M}" if schedule and schedule.ends else "",
        "until": schedule.until.isoformat() if schedule and schedule.until else "",
        "at": at,
        "venue": listing.venue.name if listing.venue else "",
        "venue_choice": str(listing.venue.uuid) if listing.venue else "",
        "address": listing.address if at != At.VENUE else "",
        "postcode": listing.postcode if at == At.ADDRESS else "",
        "point": f"{point.y:.6f}, {point.x:.6f}" if point else "",
        "cost": listing.cost,
        "step_free": listing.step_free,
        "email": listing.email,
        "phone": listing.phone,
        "website": listing.website,
    }
