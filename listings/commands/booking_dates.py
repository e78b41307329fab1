"""Writes on the dates that people book: on what terms, shifts of their own, what moves with the calendar.

booking_dates.set_terms(actor=actor, listing=listing, is_open=True, places=12)
booking_dates.follow_dates()        # by a job: dates that moved or were called off; who booked is told
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands.booking_where import where_of
from listings.commands.bookings import BookingRefused, locked_date, move_up
from listings.models import (
    Booking,
    BookingDate,
    BookingNotice,
    BookingState,
    BookingTerms,
    Listing,
    Occurrence,
)
from mapping.commands.change import change
from mapping.models import Actor, NodeState
from mapping.search.geocoding import tidy

logger = logging.getLogger(__name__)

MAX_SHIFTS = 200
# A date that another one takes the place of is not further from it.
ABOUT_THEN = datetime.timedelta(hours=12)


def set_terms(
    *,
    actor: Actor,
    listing: Listing,
    is_open: bool,
    is_shifts: bool = False,
    places: int | None = None,
    max_people: int = 4,
    has_waiting_list: bool = True,
    words: str = "",
) -> BookingTerms:
    """Turn bookings on or off and say how. Raises `BookingRefused` when more are booked than there would be places."""
    with change(actor=actor, action="set booking terms", place=listing.place, target=listing) as it:
        if listing.state == NodeState.LIVE:
            it.touch_around([listing.pk])
        else:
            it.places.clear()
        it.data |= {"open": is_open, "places": places}
        dates = BookingDate.objects.select_for_update().filter(
            listing=listing, starts_at__gt=timezone.now(), cancelled_at=None
        )
        dates = dates.exclude(original="")
        most = max((date.taken for date in dates), default=0)
        if places is not None and most > places:
            raise BookingRefused(
                _("%(taken)d places of one date are taken already, so there cannot be only %(places)d.")
                % {"taken": most, "places": places},
                _("Cancel some of its bookings first, or offer more places."),
            )
        terms, _made = BookingTerms.objects.update_or_create(
            listing=listing,
            defaults={
                "is_open": is_open,
                "is_shifts": is_shifts,
                "places": places,
                "max_people": max_people,
                "has_waiting_list": has_waiting_list,
                "words": tidy(words)[:500],
            },
        )
        ids = [date.pk for date in dates]
        BookingDate.objects.filter(pk__in=ids).update(places=places)
        for pk in ids:
            move_up(pk, terms)
    return terms


def add_shift(
    *,
    actor: Actor,
    listing: Listing,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime | None,
    needed: int,
    label: str = "",
) -> BookingDate:
    """Add a shift with a time of its own. Raises `BookingRefused` for one that is over, or beyond `MAX_SHIFTS`."""
    if starts_at <= timezone.now():
        raise BookingRefused(_("This shift has begun already. Give a time to come."))
    if BookingDate.objects.filter(listing=listing, original="", starts_at__gt=timezone.now()).count() >= MAX_SHIFTS:
        raise BookingRefused(_("There are %(most)d shifts to come, which is as many as there may be.")
                             % {"most": MAX_SHIFTS})  # fmt: skip
    with change(actor=actor, action="add shift", place=listing.place, target=listing) as it:
        it.places.clear()
        return BookingDate.objects.create(
            listing=listing,
            starts_at=starts_at,
            ends_at=ends_at,
            places=needed,
            label=tidy(label)[:200],
            where=where_of(listing, None),
        )


def date_for(*, listing: Listing, row: Occurrence, terms: BookingTerms) -> BookingDate:
    """The date on record of an occurrence, made when the first one books it."""
    found, _made = BookingDate.objects.get_or_create(
        listing=listing,
        original=row.original,
        defaults={
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "places": terms.places,
            "where": where_of(listing, row),
        },
    )
    return found


def call_off(*, date: BookingDate, actor: Actor, words: str) -> BookingDate:
    """Say that a shift does not take place, and why. Raises `BookingRefused` for dates of the calendar."""
    words = tidy(words)[:500]
    if date.original:
        raise BookingRefused(_("Cancel the date in the calendar: everybody who booked is told."))
    if not words:
        raise BookingRefused(_("Say why you cancel it: they read your words."))
    now = timezone.now()
    with transaction.atomic():
        date = locked_date(date)
        with change(actor=actor, action="call off shift", place=date.listing.place_id, target=date.listing) as it:
            it.places.clear()
            Booking.objects.filter(date=date).exclude(state=BookingState.ENDED).update(
                state=BookingState.ENDED, ended_at=now, notice=BookingNotice.CALLED_OFF, words=words, held_until=None
            )
            BookingDate.objects.filter(pk=date.pk).update(cancelled_at=now, taken=0)
    date.refresh_from_db()
    return date


def follow_dates(*, now: datetime.datetime | None = None, most: int = 500) -> int:
    """Bring booked dates in line with the calendar: some have moved, some are called off. Returns how many."""
    now = now or timezone.now()
    row = Occurrence.objects.filter(listing=OuterRef("listing"), original=OuterRef("original"))
    coming = BookingDate.objects.filter(starts_at__gt=now, cancelled_at=None).exclude(original="")
    other = coming.annotate(
        starts=Subquery(row.values("starts_at")[:1]),
        ends=Coalesce(Subquery(row.values("ends_at")[:1]), F("starts")),
        status=Subquery(row.values("status")[:1]),
    ).filter(
        Q(starts=None)
        | Q(status=Occurrence.Status.CANCELLED)
        | Q(starts__gt=F("starts_at"))
        | Q(starts__lt=F("starts_at"))
        | ~Q(ends=Coalesce("ends_at", "starts_at"))
    )
    found = list(other.order_by("starts_at", "pk")[:most])
    done = 0
    for date in found:
        try:
            with transaction.atomic():
                _follow(locked_date(date), now)
        except Exception:
            # One that fails must not hold up the others, nor the letters that follow; it is tried again.
            logger.exception("The booked date %s could not be brought in line.", date.uuid)
        else:
            done += 1
    return done


def _follow(date: BookingDate, now: datetime.datetime) -> None:
    row = Occurrence.objects.filter(listing=date.listing_id, original=date.original).first() or _successor(date)
    theirs = Booking.objects.filter(date=date).exclude(state=BookingState.ENDED)
    if row is None or row.status == Occurrence.Status.CANCELLED:
        theirs.update(state=BookingState.ENDED, ended_at=now, notice=BookingNotice.CALLED_OFF, held_until=None)
        BookingDate.objects.filter(pk=date.pk).update(cancelled_at=now, taken=0)
        return
    theirs.update(notice=BookingNotice.MOVED, reminded_at=None)
    BookingDate.objects.filter(pk=date.pk).update(original=row.original, starts_at=row.starts_at, ends_at=row.ends_at)


def _successor(date: BookingDate) -> Occurrence | None:
    """The date that takes the place of one that the schedule has no more: the only one about then that is new.

    A series that begins half an hour later from now on has other dates, and people still come.
    """
    booked = BookingDate.objects.filter(listing=date.listing_id).exclude(original="").values("original")
    about = (date.starts_at - ABOUT_THEN, date.starts_at + ABOUT_THEN)
    rows = Occurrence.objects.on().filter(listing=date.listing_id, starts_at__range=about).exclude(original__in=booked)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None
