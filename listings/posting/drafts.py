"""What somebody has typed and not sent yet, each draft under an id of its own (`models.PostDraft`).

A draft belongs to the session that began it, by a secret that stays when one signs in, and then to the person too.
The session, and with it the cookie, begins with the first draft.
"""

from __future__ import annotations

import copy
import datetime
import secrets
import uuid as uuids
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils import timezone

from listings.commands import listings
from listings.commands.details import AT_HOME, Details
from listings.models import Listing, PostDraft
from listings.schedules.schedule import Schedule
from mapping.access.disclosure import coarser
from mapping.commands import retention
from mapping.models import LocationPrecision, LocationSource, Node, Viewer, Visibility

from .fact_fields import typed_facts
from .forms import PostForm
from .repeat_choice import Often
from .typed_schedule import typed_when
from .when_fields import WhenFields
from .where_fields import At

OWNER = "post_owner"
# Of the time when a session held one draft and no more.
BEFORE = "post_draft"
MAX_DRAFTS = 50
KEPT = datetime.timedelta(days=90)


def id_of(text: str | None) -> uuids.UUID | None:
    """The id that a form or an address names; None when it names none."""
    try:
        return uuids.UUID(text) if text else None
    except ValueError:
        return None


def mine(request: HttpRequest):
    """The drafts of whoever asks, the newest first. Asks for no session where none has begun."""
    _take_over(request)
    owner, user = request.session.get(OWNER), request.user
    theirs = Q(owner=owner) if owner else Q(pk__in=[])
    if user.is_authenticated:
        theirs |= Q(user=user)
        if owner:
            # Begun before signing in: found from now on wherever they sign in.
            PostDraft.objects.filter(owner=owner, user=None).update(user=user)
    return PostDraft.objects.filter(theirs)


def begun(request: HttpRequest, *, but: uuids.UUID | None = None) -> list[PostDraft]:
    """New listings that were begun and not sent, without the one that is being written."""
    return list(mine(request).filter(listing=None).exclude(pk=but)[:MAX_DRAFTS])


def read(request: HttpRequest, draft: uuids.UUID | None) -> PostDraft | None:
    """Return their draft of this id; without an id the only one that they have. None for any other."""
    if draft is not None:
        return mine(request).filter(pk=draft).first()
    found = begun(request)
    return found[0] if len(found) == 1 else None


def keep(
    request: HttpRequest,
    draft: uuids.UUID | None,
    place: str,
    fields: Mapping[str, Any],
    *,
    listing: uuids.UUID | None = None,
) -> PostDraft:
    """Keep what was typed under this id; under a new one when there is none, or when it is somebody else's."""
    owner = request.session.get(OWNER)
    if not owner:
        owner = request.session[OWNER] = secrets.token_urlsafe(32)
    user = request.user if request.user.is_authenticated else None
    if draft is None or PostDraft.objects.filter(pk=draft).exclude(pk__in=mine(request).values("pk")).exists():
        draft = uuids.uuid4()
    values = {"place": place, "typed": dict(fields), "listing": listing}
    if user is not None:
        values["user"] = user
    kept, made = PostDraft.objects.update_or_create(
        pk=draft, defaults=values, create_defaults={**values, "owner": owner, "user": user}
    )
    if made:
        # A visitor cannot fill the database: the oldest go.
        stale = PostDraft.objects.filter(owner=owner).values_list("pk", flat=True)[MAX_DRAFTS:]
        PostDraft.objects.filter(pk__in=list(stale)).delete()
    return kept


def forget(draft: PostDraft) -> None:
    """Let go of a draft that was sent, or that its owner threw away."""
    PostDraft.objects.filter(pk=draft.pk).delete()


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what nobody has touched for `KEPT`. Returns how many."""
    old = PostDraft.objects.filter(updated_at__lt=(now or timezone.now()) - KEPT)
    return retention.let_go(old, action="delete old drafts")


def _take_over(request: HttpRequest) -> None:
    """Give the draft of an older session a row."""
    before = request.session.get(BEFORE)
    if not isinstance(before, dict):
        return
    del request.session[BEFORE]
    if isinstance(before.get("typed"), dict):
        keep(request, id_of(str(before.get("uuid"))), str(before.get("place", ""))[:80], before["typed"])


# Of one field; that for single dates takes 400 of them.
MAX_TYPED = 8000
MAX_CHOICES = 60


def typed(form_data) -> dict[str, Any]:
    """Return what was typed into a form, field by field, for a draft: bounded texts; lists where several are ticked."""
    found: dict[str, Any] = {}
    for name in (*PostForm.base_fields, *WhenFields.names(), "place"):
        if name == "leave_empty" or not form_data.get(name):
            continue
        several = getattr(PostForm.base_fields.get(name), "widget", None)
        if isinstance(several, CheckboxSelectMultiple):
            # A test may give a dict, where a request has a `QueryDict`.
            given = form_data.getlist(name) if hasattr(form_data, "getlist") else form_data[name]
            found[name] = [_plain(it)[:100] for it in given[:MAX_CHOICES]]
        else:
            found[name] = _plain(form_data[name])
    return found


def _plain(value: object) -> str:
    # A text of the database holds no NUL.
    return str(value).replace("\0", "")[:MAX_TYPED]


def typed_from(listing: Listing, viewer: Viewer) -> dict[str, Any]:
    """Return what one would have typed to post `listing`, to begin an edit with.

    A venue or group that `viewer` may not see (any more) is not named: left as it is, it stays.
    """
    return _typed(listing, viewer, listing.schedule, elsewhere=listing.has_dates_from_elsewhere)


def typed_of(details: Details, listing: Listing, viewer: Viewer) -> dict[str, Any]:
    """Return what `typed_from` would return once `listing` says `details`. Nothing is written."""
    would = copy.copy(listing)
    for name, value in details.fields().items():
        setattr(would, name, value)
    natural = LocationPrecision.EXACT if details.where.venue else details.where.precision
    would.own_precision = coarser(natural, details.precision or listing.own_precision)
    if not details.dates_stay:
        would.expires_at = listings.expiry(listing.place, details)
    return _typed(would, viewer, details.schedule, elsewhere=details.dates_stay)


def _typed(listing: Listing, viewer: Viewer, schedule: Schedule | None, *, elsewhere: bool) -> dict[str, Any]:
    if listing.online:
        at = At.ONLINE
    elif AT_HOME in listing.features and not listing.venue_id:
        at = At.HOME
    elif listing.venue_id:
        at = At.VENUE
    elif listing.location is None and listing.visibility == Visibility.GROUP:
        at = At.SAID
    else:
        at = At.ADDRESS if listing.location_source == LocationSource.POSTCODE else At.PIN
    point = listing.location if at == At.PIN else None
    others = [pk for pk in (listing.venue_id, listing.organiser_id) if pk]
    seen = set(Node.objects.visible_to(viewer).filter(pk__in=others).values_list("pk", flat=True))
    venue = listing.venue if listing.venue_id in seen else None
    organiser = listing.organiser if listing.organiser_id in seen else None
    natural = LocationPrecision.POSTCODE if at == At.ADDRESS else LocationPrecision.EXACT
    return {
        "name": listing.name,
        "summary": listing.summary,
        "listing_kind": listing.listing_kind,
        "category": listing.category.slug if listing.category else "",
        "organisation": str(organiser.uuid) if organiser else "",
        "organisation_name": organiser.name if organiser else "" if listing.organiser_id else listing.organiser_name,
        **({"repeats": Often.AS_BEFORE} if elsewhere else typed_when(schedule)),
        "expires": _expires(listing) if schedule is None else "",
        "at": at,
        "venue": venue.name if venue else "",
        "venue_choice": str(listing.venue.uuid) if listing.venue else "",
        "address": listing.address if at not in (At.VENUE, At.SAID) else "",
        "where_said": listing.address if at == At.SAID else "",
        "postcode": listing.postcode if at == At.ADDRESS else "",
        "point": f"{point.y:.6f}, {point.x:.6f}" if point else "",
        "precision": LocationPrecision.EXACT if listing.own_precision == natural else listing.own_precision,
        **typed_facts(listing),
    }


def _expires(listing: Listing) -> str:
    """The last day on which it is shown, where it has no date that says so."""
    if listing.expires_at is None:
        return ""
    zone = ZoneInfo(listing.place.timezone or settings.TIME_ZONE)
    return (listing.expires_at - datetime.timedelta(microseconds=1)).astimezone(zone).date().isoformat()
