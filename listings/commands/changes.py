"""What is different on one date: cancelled, moved, put back; and that nothing takes place after a day.

    changes.cancel(actor=Actor.of(user), user=user, listing=it, original="2026-12-08T10:00", note="No hall")

`original` is the local start that the date has by the rule (`Occurrence.original`). Each is one change, audited:
the sequence of the schedule is raised, its dates on record follow at once, and so does the place where it is live.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.commands import local_edits
from listings.commands.dates import keep_dates, keep_schedule
from listings.commands.listings import ListingError, locked
from listings.models import Listing, Occurrence
from listings.schedules.changes import ended, with_change, without
from listings.schedules.schedule import Change, Schedule
from listings.schedules.sentence import day_in_full
from mapping.commands.change import change
from mapping.models import Actor, Node, NodeState

# No date is moved further than this from today.
FURTHEST = datetime.timedelta(days=730)
MAX_NOTE = 300
END = "end dates"


class NoSuchDate(ListingError):
    """A date that the schedule does not have (any more), or that is over."""


def cancel(*, actor: Actor, user, listing: Listing, original: str, note: str = "") -> Listing:
    """Say that it does not take place on this date. It stays in the calendar, as cancelled."""

    def changed(dates: Schedule) -> Schedule:
        return with_change(dates, Change(_date_of(dates, original), cancelled=True, note=note[:MAX_NOTE]))

    return _apply(actor, user, listing, "cancel date", original, changed, note=note[:MAX_NOTE])


def move(
    *,
    actor: Actor,
    user,
    listing: Listing,
    original: str,
    starts: datetime.datetime | None = None,
    ends: datetime.datetime | None = None,
    venue: Node | None = None,
    where: str = "",
    note: str = "",
) -> Listing:
    """Have it at another time, in another place, or both, on this date. `starts` and `ends` are local; None: as ever.

    Raises `ListingError` where nothing is different, or where it would begin too far away or end before it begins.
    """
    if starts is not None and ends is not None and ends <= starts:
        raise ListingError(_("It would end before it starts."), _("Check both times."))
    if starts is not None and starts.date() > timezone.localdate() + FURTHEST:
        raise ListingError(_("That is more than two years away."), _("Check the year."))

    def changed(dates: Schedule) -> Schedule:
        at = _date_of(dates, original)
        if starts is None and venue is None and not where and not note:
            raise ListingError(_("Nothing is different on this date."), _("Say when or where it is instead."))
        new = Change(
            at, starts=starts, ends=ends, venue=venue.pk if venue else None, where=where[:300], note=note[:MAX_NOTE]
        )
        return with_change(dates, new)

    to = {"starts": str(starts or ""), "venue": str(venue or ""), "where": where[:300], "note": note[:MAX_NOTE]}
    return _apply(actor, user, listing, "move date", original, changed, **to)


def undo(*, actor: Actor, user, listing: Listing, original: str) -> Listing:
    """Have it on this date as on any other."""

    def changed(dates: Schedule) -> Schedule:
        return without(dates, _date_of(dates, original))

    return _apply(actor, user, listing, "put date back", original, changed)


def end(*, actor: Actor, user, listing: Listing, last: datetime.date) -> Listing:
    """Have no date after `last`. What was on before stays on record."""

    def changed(dates: Schedule) -> Schedule:
        try:
            return ended(dates, last)
        except ValueError:
            raise ListingError(
                _("No date would be left up to %(day)s.") % {"day": day_in_full(last)},
                _("Choose a later day, cancel single dates, or take it off the map."),
            ) from None

    return _apply(actor, user, listing, END, str(last), changed)


def _date_of(dates: Schedule, original: str) -> datetime.datetime:
    """The local start that is meant. Raises `NoSuchDate` where the schedule has none such, or it is over."""
    gone = NoSuchDate(
        _("This date is not there any more: the times were changed meanwhile, or it is over."),
        _("Look at the dates again."),
    )
    try:
        at = datetime.datetime.fromisoformat(original)
    except ValueError:
        raise gone from None
    if at.tzinfo is not None:
        raise gone
    # As the rule has it, wherever it was moved to since.
    span = next((it for it in without(dates, at).spans(at.date(), at.date()) if it.original == at), None)
    moved = next((it for it in dates.changes if it.original == at and it.starts), None)
    now = timezone.now()
    if span is None or (span.until <= now and (moved is None or dates.instant(moved.ends or moved.starts) <= now)):
        raise gone
    return at


def _apply(
    actor: Actor,
    user,
    listing: Listing,
    action: str,
    original: str,
    changed: Callable[[Schedule], Schedule],
    **said: str,
) -> Listing:
    with locked(listing) as listing:
        # At once, whoever it is: that something is not on is urgent, and true.
        if not permissions.may_change(user, listing):
            raise ListingError(
                _("This listing cannot be changed by you any more."), _("Ask a steward of the place to change it.")
            )
        dates = listing.schedule
        if dates is None:
            raise NoSuchDate(_("This has no dates of its own."), _("Change it as a whole instead."))
        with change(actor=actor, action=action, place=listing.place, target=listing) as it:
            it.data |= {"date": original, **{name: text for name, text in said.items() if text}}
            if not keep_schedule(listing, changed(dates)):
                it.nothing_changed()
                return listing
            keep_dates(listing)
            # Where it comes from a feed, that does not write over this.
            local_edits.note_schedule(listing, "" if action == END else original)
            # Whoever has the form open is told that it is another now.
            listing.save(update_fields=["updated_at"])
            if listing.state == NodeState.LIVE:
                it.touch_around([listing.pk])
            else:
                it.places.clear()
    return listing


def coming(listing: Listing):
    """The dates of `listing` on record that are not over, in order; cancelled ones are among them."""
    return Occurrence.objects.filter(listing=listing).not_over(timezone.now()).order_by("starts_at", "pk")
