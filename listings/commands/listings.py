"""Writes on listings: post, approve, send back, edit, keep their dates up to date.

    listings.post(actor=Actor.of(user), user=user, place=place, details=details)

Each is one transaction with an audit row; the revision of the place is raised when what the public sees changes.
"""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import permissions, trust
from listings.commands import listing_connections, local_edits
from listings.commands.dates import keep_dates, keep_schedule
from listings.commands.details import Details, Where
from listings.commands.search_text import searched
from listings.models import Hold, Listing, TrustLevel
from listings.models.hold import WORK_HOLDS
from listings.schedules.changes import carried
from mapping.access.disclosure import coarser
from mapping.commands.change import Change, change
from mapping.models import Actor, AuditEntry, ConfirmedBy, LocationPrecision, Node, NodeState, Place, Visibility
from mapping.search import spelling
from mapping.search.geocoding import tidy

MAX_A_DAY = 20


class ListingError(HereaboutsError):
    """A change that was refused; the text says what was wrong and what to do."""

    status = 409


class TooMany(ListingError):
    """Somebody posts more in a day than one person would."""

    status = 429


class Changed(ListingError):
    """Somebody else changed it since it was read."""


class AlreadyDecided(ListingError):
    """Two people decided at once: the second is told what the first did."""


def post(
    *,
    actor: Actor,
    user,
    place: Place,
    details: Details,
    uuid: uuids.UUID | None = None,
    held_for: Sequence[str] = (),
    made_up: bool = False,
) -> Listing:
    """Post a listing: it waits for a steward, or is live at once when a trusted group, or somebody whom the stewards
    trust, posts it.

    `uuid` names the attempt: sending the same one twice returns the listing that the first made. `held_for`: why the
    guard of the form wants it read first (`Hold`); kept with what waits, and a reason to wait for those who are
    trusted too, except for the work of their browser. `made_up`: an example, which says of nobody that they are
    connected.
    Raises `TooMany` above `MAX_A_DAY` a day.
    """
    if uuid is not None and (made := Listing.objects.filter(uuid=uuid, posted_by=user).first()):
        return made
    since = timezone.now() - datetime.timedelta(days=1)
    if Listing.objects.filter(posted_by=user, created_at__gt=since).count() >= MAX_A_DAY:
        raise TooMany(
            _("You have posted %(number)s things since yesterday, which is as many as one person may.")
            % {"number": MAX_A_DAY},
            _("Post the next one tomorrow, or ask a steward of the place to help."),
        )
    holds, live = _judged(user, place, details, held_for)
    try:
        with transaction.atomic():
            return _post(actor, user, place, details, uuid or uuids.uuid4(), live, holds, made_up)
    except IntegrityError:
        # The same form, sent twice at the same moment: the other one won.
        if made := Listing.objects.filter(uuid=uuid, posted_by=user).first():
            return made
        if uuid is None or not Node.objects.filter(uuid=uuid).exists():
            raise
    # An id that is another record's, out of an address that somebody made up.
    return post(actor=actor, user=user, place=place, details=details, held_for=held_for, made_up=made_up)


def _judged(user, place: Place, details: Details, held_for: Sequence[str]) -> tuple[list[str], bool]:
    """For what it is held, and whether it is live at once."""
    level = trust.level(user, place)
    relied_on = _is_trusted(user, details) or level in (TrustLevel.TRUSTED, TrustLevel.STEWARD)
    holds = [it for it in held_for if not (relied_on and it in WORK_HOLDS)]
    if level == TrustLevel.NEW and not relied_on:
        holds.append(Hold.FIRST)
    return holds, relied_on and not holds


def _judged_again(before: Sequence[str], held_for: Sequence[str]) -> list[str]:
    """Why it waits after an edit: what is of the person and the browser stays, what is of the words is judged anew."""
    kept = [it for it in before if it in (*WORK_HOLDS, Hold.FIRST)]
    return [*dict.fromkeys([*held_for, *kept])]


def _post(actor, user, place, details, uuid, live, holds, made_up) -> Listing:
    listing = Listing(
        uuid=uuid,
        name=details.name,
        place=place,
        posted_by=user,
        state=NodeState.LIVE if live else NodeState.PENDING,
        confirmed_at=timezone.now() if live else None,
        held_for=holds,
        confirmed_by=ConfirmedBy.GROUP if live else ConfirmedBy.NOBODY,
    )
    with change(actor=actor, action="post listing", place=place, target=listing) as it:
        _fill(it, listing, details)
        if not made_up:
            listing_connections.keep(it, listing, actor=actor, said_by=user)
        it.data["state"] = listing.state
        if holds:
            it.data["held_for"] = [str(it) for it in holds]
        if not live:
            # Nobody sees it yet, so what is cached stays right.
            it.places.clear()
    return listing


def edit(
    *,
    actor: Actor,
    user,
    listing: Listing,
    details: Details,
    seen: str = "",
    decided: bool = False,
    held_for: Sequence[str] | None = None,
) -> Listing:
    """Change a listing. One that was sent back waits again; a live one stays live.

    `seen` is the `version` that was read. Raises `Changed` when there is a newer one, `ListingError` when `user`
    may not change it at once (it may have been decided since they opened it): see `proposals.propose`. `decided`:
    somebody who may has decided it, and it is done now. `held_for`: what the guard says of the words that are there
    now; what waits is judged by them, and not by those that it had.
    """
    with locked(listing) as listing:
        if not decided and not edits_at_once(user, listing, details):
            raise ListingError(
                _("This listing cannot be changed by you any more."), _("Ask a steward of the place to change it.")
            )
        must_be(listing, seen)
        with change(actor=actor, action="edit listing", place=listing.place, target=listing) as it:
            before = {name: str(getattr(listing, name)) for name in _AUDITED}
            of_feed = local_edits.values_of(listing)
            was_live = listing.state == NodeState.LIVE
            if listing.state == NodeState.DRAFT:
                listing.state = NodeState.PENDING
                listing.decision_note = ""
            elif was_live:
                _confirm(listing, _confirmer(user, listing))
            if held_for is not None and listing.state == NodeState.PENDING:
                listing.held_for = it.data["held_for"] = _judged_again(listing.held_for, held_for)
            _fill(it, listing, details)
            listing_connections.keep(it, listing, actor=actor, said_by=user if listing.posted_by_id else None)
            local_edits.note(listing, of_feed)
            after = {name: str(getattr(listing, name)) for name in _AUDITED}
            changed = {name: [before[name], after[name]] for name in _AUDITED if before[name] != after[name]}
            # Of what only a group sees the audit tells no words.
            it.data["changed"] = sorted(changed) if listing.visibility == Visibility.GROUP else changed
            if listing.state == NodeState.LIVE or was_live:
                it.touch_around([listing.pk])
            else:
                it.places.clear()
    return listing


def _confirm(listing: Listing, by: ConfirmedBy) -> None:
    """Whoever writes it down says that it holds."""
    listing.confirmed_at, listing.confirmed_by, listing.fading_since = timezone.now(), by, None


def _confirmer(user, listing: Listing) -> ConfirmedBy:
    """As whom somebody confirms what they edit."""
    if permissions.posts_for(user, listing.organiser):
        return ConfirmedBy.GROUP
    return ConfirmedBy.POSTER if listing.posted_by_id == user.pk else ConfirmedBy.STEWARD


def edits_at_once(user, listing: Listing, details: Details) -> bool:
    """Whether `details` by `user` count as soon as they are saved.

    What is live is put into the name of another group only by whoever posts for that group, or by a steward.
    """
    if not permissions.can_edit(user, listing):
        return False
    return listing.state != NodeState.LIVE or not _speaks_for_others(user, listing, details)


def _speaks_for_others(user, listing: Listing, details: Details) -> bool:
    """Whether an edit puts a listing in the name of a group that its editor does not post for."""
    same = (details.organiser, details.organiser_name) == (listing.organiser, listing.organiser_name)
    return not (same or permissions.posts_for(user, details.organiser) or permissions.decides_for(user, listing))


# What the audit keeps of an edit. Contact details are left out: they are personal.
_AUDITED = (
    "name", "summary", "listing_kind", "category", "organiser", "organiser_name", "venue", "online",
    "address", "postcode", "cost", "step_free", "features", "audiences", "languages", "min_age", "max_age", "capacity",
    "hire_rate", "expires_at", "schedule",
)  # fmt: skip


def approve(*, actor: Actor, listing: Listing, seen: str = "") -> Listing:
    """Publish a listing that waits. Raises `AlreadyDecided` when it does not wait any more.

    `seen` is the `version` that the steward read: raises `Changed` rather than publish what nobody has read.
    """
    with locked(listing) as listing:
        must_wait(listing)
        must_be(listing, seen)
        with change(actor=actor, action="approve listing", place=listing.place, target=listing) as it:
            it.touch_around([listing.pk])
            it.loosens(state=[str(listing.state), NodeState.LIVE])
            listing.state = NodeState.LIVE
            listing.decision_note = ""
            listing.held_for = []
            _confirm(listing, ConfirmedBy.STEWARD)
            listing.save()
            keep_dates(listing)
            listing_connections.keep(it, listing, actor=actor, said_by=listing.posted_by)
            spelling.learn([listing])
    return listing


def reject(*, actor: Actor, listing: Listing, reason: str, seen: str = "") -> Listing:
    """Send a waiting listing back to its poster, who may change it and send it again.

    Raises `ListingError` without a reason, `AlreadyDecided` when it does not wait any more, `Changed` when there is a
    newer version than `seen`.
    """
    reason = tidy(reason)[:500]
    if not reason:
        raise ListingError(_("Say why you send it back: the poster reads your words."))
    with locked(listing) as listing:
        must_wait(listing)
        must_be(listing, seen)
        with change(actor=actor, action="send back listing", place=listing.place, target=listing) as it:
            listing.state = NodeState.DRAFT
            listing.decision_note = reason
            listing.save()
            it.data["reason"] = reason
            it.places.clear()
    return listing


def _fill(it: Change, listing: Listing, details: Details) -> None:
    """Write `details` into the listing and save it with its dates."""
    before = None if listing._state.adding else listing.schedule
    for name, value in details.fields().items():
        setattr(listing, name, value)
    if not details.dates_stay and (details.schedule is None or before is None):
        # With dates it is over after the last of them; what was set for one that has them stays.
        listing.expires_at = expiry(listing.place, details)
    keep_precision(it, listing, details.where, details.precision)
    listing.search_extra = searched(listing)
    listing.save()
    dates = details.schedule
    if dates is not None and before is not None:
        # One-off changes are no part of the form: they stay, on the dates that there still are.
        dates = replace(dates, changes=carried(before, dates))
    if not details.dates_stay:
        keep_schedule(listing, dates)
        keep_dates(listing)
    spelling.learn([listing])


def expiry(place: Place, details: Details) -> datetime.datetime | None:
    """The end of the day until which it is shown, on the clocks of its place."""
    if details.expires is None:
        return None
    zone = ZoneInfo(place.timezone or settings.TIME_ZONE)
    return datetime.datetime.combine(details.expires + datetime.timedelta(days=1), datetime.time(), zone)


def keep_precision(it: Change, listing: Listing, where: Where, precision: str) -> None:
    """How exactly it is shown: never more than was decided before, unless whoever writes has chosen that."""
    # What the place itself allows; a venue's own precision is seen to by the database.
    natural = LocationPrecision.EXACT if where.venue else where.precision
    before = None if listing._state.adding else listing.own_precision
    wanted = coarser(natural, precision or before or LocationPrecision.EXACT)
    if before is not None and coarser(before, wanted) != wanted:
        it.loosens(location_precision=[str(before), str(wanted)])
    listing.own_precision = wanted
    # At a venue it may be shown less exactly than that, and the database says so.
    at_venue = where.venue is not None and before is not None
    listing.location_precision = coarser(listing.location_precision, wanted) if at_venue else wanted


def _is_trusted(user, details: Details) -> bool:
    organiser = details.organiser
    return organiser is not None and organiser.trusted and permissions.posts_for(user, organiser)


@contextmanager
def locked(listing: Listing):
    """The listing as it is now, locked until the end: two people cannot decide at once."""
    with transaction.atomic():
        yield (
            Listing.objects.select_for_update(of=("self", "node_ptr"))
            .select_related("place", "organiser")
            .get(pk=listing.pk)
        )


def version(listing: Listing) -> str:
    """Return what tells one state of a listing from the next."""
    return listing.updated_at.isoformat()


def must_be(listing: Listing, seen: str) -> None:
    if seen and seen != version(listing):
        words = {"name": listing.name}
        raise Changed(
            _("Somebody changed “%(name)s” since you opened it.") % words, _("Read it again before you go on.")
        )


def must_wait(listing: Listing) -> None:
    if listing.state == NodeState.PENDING:
        return
    last = AuditEntry.objects.filter(
        target_uuid=listing.uuid, action__in=("approve listing", "send back listing")
    ).first()
    done = _("approved") if listing.state == NodeState.LIVE else _("sent back")
    words = {"name": listing.name, "done": done, "who": last.actor if last else _("somebody else")}
    raise AlreadyDecided(_("“%(name)s” was already %(done)s by %(who)s.") % words)
