"""Writes on bookings: book, confirm, cancel, move up from the waiting list, call off.

    booking = bookings.book(listing=listing, date=date, email="ann@example.org", people=2, name="Ann")
    bookings.confirm(booking=booking)

The row of the date is locked by whoever changes how many places are taken, so two cannot take the last one. What people
are to be told is noted with the change (`Booking.notice`), and sent afterwards (`listings.taking_part.letters`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import (
    TAKING,
    Booking,
    BookingDate,
    BookingNotice,
    BookingState,
    BookingTerms,
)
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, NodeRedirect, NodeState
from mapping.search.geocoding import tidy

# Whoever holds the link of a letter. No name is kept of them in the audit.
READER = Actor(label="a reader of a letter")
JOB = Actor.command("keep_bookings")
# A place is held for so long until the address is confirmed.
HELD = datetime.timedelta(hours=24)
# So many dates of one address that are not confirmed yet: it takes places from others.
MAX_HELD = 5
MAX_OF_ADDRESS = 30
# What was booked is forgotten so long after the date.
KEPT = datetime.timedelta(days=30)


class BookingRefused(HereaboutsError):
    """A booking that cannot be taken or changed; the text says why and what to do."""

    status = 409


class TooManyBookings(BookingRefused):
    status = 429


def book(
    *,
    date: BookingDate,
    email: str,
    people: int,
    name: str = "",
    now: datetime.datetime | None = None,
) -> Booking:
    """Hold places for an address until it is confirmed; on the waiting list where there are too few.

    An address that has booked this date already gets that booking back, and its letter again. Raises `BookingRefused`
    when the date has begun, does not take place, or is full without a waiting list; `TooManyBookings`.
    """
    now, email = now or timezone.now(), email.strip().lower()
    with transaction.atomic():
        # Before the date, here as everywhere: how many an address has is counted over all dates.
        _lock_address(email)
        date = locked_date(date)
        terms = BookingTerms.objects.get(listing=date.listing_id)
        _must_be_bookable(date, terms, now)
        if people < 1 or people > terms.max_people:
            raise BookingRefused(_("One booking is for %(most)d people at most.") % {"most": terms.max_people})
        known = Booking.objects.filter(date=date, email=email).exclude(state=BookingState.ENDED).first()
        if known is not None:
            # What they are to be told already (it moved, say) is not lost by that.
            Booking.objects.filter(pk=known.pk, notice=BookingNotice.NONE).update(notice=BookingNotice.CONFIRM)
            return known
        mine = Booking.objects.filter(email=email, date__starts_at__gt=now).exclude(state=BookingState.ENDED)
        if mine.count() >= MAX_OF_ADDRESS or mine.filter(confirmed_at=None).count() >= MAX_HELD:
            raise TooManyBookings(
                _("This address has as many bookings as one may have."),
                _("Confirm or cancel some of them first, by the links in their letters."),
            )
        fits = date.places is None or date.taken + people <= date.places
        if not fits and not terms.has_waiting_list:
            raise BookingRefused(_full(date), _("Choose another date."))
        with change(actor=READER, action="book", place=date.listing.place_id, target=date.listing) as it:
            it.places.clear()
            booking = Booking.objects.create(
                date=date,
                email=email,
                name=tidy(name)[:100],
                people=people,
                state=BookingState.HELD if fits else BookingState.WAITING,
                held_until=now + HELD if fits else None,
                language=(get_language() or "")[:10],
                notice=BookingNotice.CONFIRM,
            )
            it.data["booking"] = str(booking.uuid)
            _count(date)
    return booking


def _lock_address(email: str) -> None:
    """One booking of an address at a time, whatever the date; until the transaction ends. PostgreSQL hashes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('booking of address'), hashtext(%s))", [email])


def _full(date: BookingDate) -> str:
    left = date.left or 0
    if left:
        return _("There are only %(left)d places left.") % {"left": left}
    return _("All places are taken.")


def confirm(*, booking: Booking, now: datetime.datetime | None = None) -> Booking:
    """Say that the address is theirs: it is booked, or keeps its turn on the waiting list.

    Whose place was let go meanwhile gets one again if there is one, else a turn. Raises `BookingRefused` when it has
    begun, was called off, or is full without a waiting list.
    """
    now = now or timezone.now()
    with transaction.atomic():
        date = locked_date(booking.date)
        booking = Booking.objects.select_for_update().get(pk=booking.pk)
        if booking.state == BookingState.BOOKED or (booking.state == BookingState.WAITING and booking.confirmed_at):
            return booking
        if booking.state == BookingState.ENDED and (booking.words or booking.confirmed_at):
            raise BookingRefused(_("This booking was cancelled."), _("Book again if you would like to come after all."))
        terms = BookingTerms.objects.get(listing=date.listing_id)
        _must_be_bookable(date, terms, now, open_too=False)
        again = Booking.objects.filter(date=date, email=booking.email).exclude(state=BookingState.ENDED)
        if again.exclude(pk=booking.pk).exists():
            raise BookingRefused(_("This address has another booking for that date."))
        has_place = booking.state == BookingState.HELD
        fits = has_place or date.places is None or date.taken + booking.people <= date.places
        if not fits and not terms.has_waiting_list:
            raise BookingRefused(_full(date), _("The place was held for a day, and nobody confirmed it."))
        with change(actor=READER, action="confirm booking", place=date.listing.place_id, target=date.listing) as it:
            it.places.clear()
            it.data["booking"] = str(booking.uuid)
            booking.state = BookingState.BOOKED if fits else BookingState.WAITING
            booking.confirmed_at, booking.held_until, booking.ended_at = now, None, None
            booking.notice = BookingNotice.NONE
            booking.save()
            _count(date)
    return booking


def cancel(*, booking: Booking, actor: Actor = READER, words: str = "", by_organiser: bool = False) -> Booking:
    """Give a place back; the next who waits gets it. An organiser says why: raises `BookingRefused` without words.

    Cancelling twice changes nothing.
    """
    words = tidy(words)[:500]
    if by_organiser and not words:
        raise BookingRefused(_("Say why you cancel it: they read your words."))
    with transaction.atomic():
        date = locked_date(booking.date)
        booking = Booking.objects.select_for_update().get(pk=booking.pk)
        if booking.state == BookingState.ENDED:
            return booking
        with change(actor=actor, action="cancel booking", place=date.listing.place_id, target=date.listing) as it:
            it.places.clear()
            it.data |= {"booking": str(booking.uuid), "by_organiser": by_organiser}
            _end(booking, words, BookingNotice.ORGANISER if by_organiser else BookingNotice.NONE)
            _count(date)
            terms = BookingTerms.objects.filter(listing=date.listing_id).first()
            if terms is not None:
                move_up(date.pk, terms)
    return booking


def _end(booking: Booking, words: str, notice: BookingNotice) -> None:
    # Once ended by a person it counts as answered, so that its old link does not bring it back by itself.
    booking.confirmed_at = booking.confirmed_at or timezone.now()
    booking.state, booking.ended_at, booking.held_until = BookingState.ENDED, timezone.now(), None
    booking.words, booking.notice = words, notice
    booking.save()


def note_came(*, booking: Booking, actor: Actor, came: bool = True) -> Booking:
    """Say that they came (or, after all, did not). Raises `BookingRefused` for one without a place."""
    with transaction.atomic():
        booking = Booking.objects.select_for_update().select_related("date__listing").get(pk=booking.pk)
        if booking.state != BookingState.BOOKED:
            raise BookingRefused(_("This booking has no place."))
        with change(
            actor=actor, action="note who came", place=booking.date.listing.place_id, target=booking.date.listing
        ) as it:
            it.places.clear()
            it.data |= {"booking": str(booking.uuid), "came": came}
            if bool(booking.came_at) == came:
                it.nothing_changed()
            else:
                booking.came_at = timezone.now() if came else None
                booking.save(update_fields=["came_at"])
    return booking


def release(*, now: datetime.datetime | None = None, most: int = 500) -> int:
    """Let go what nobody confirmed in time, and let those who wait move up. Returns how many were let go."""
    now, done = now or timezone.now(), 0
    late = Booking.objects.filter(state=BookingState.HELD, held_until__lte=now).values_list("pk", "date_id", "uuid")
    for pk, date_id, uuid in list(late[:most]):
        with transaction.atomic():
            date = locked_date(BookingDate(pk=date_id))
            listing = date.listing
            with change(actor=JOB, action="release booking", place=listing.place_id, target=listing) as it:
                it.places.clear()
                # Confirmed meanwhile, it is not theirs to lose.
                gone = Booking.objects.filter(pk=pk, state=BookingState.HELD, held_until__lte=now).update(
                    state=BookingState.ENDED, ended_at=now, notice=BookingNotice.NONE
                )
                if not gone:
                    it.nothing_changed()
                    continue
                done += 1
                _count(date)
                terms = BookingTerms.objects.filter(listing=date.listing_id).first()
                it.data |= {"booking": str(uuid), "moved_up": move_up(date.pk, terms) if terms is not None else 0}
    return done


def note_reminders(*, now: datetime.datetime | None = None, most: int = 500) -> int:
    """Note who is to be reminded: those with a place on a date within the next day. Returns how many."""
    now = now or timezone.now()
    # Not of what was taken off the map meanwhile; what was merged takes place all the same.
    merged = Exists(NodeRedirect.objects.filter(uuid=OuterRef("date__listing__uuid")))
    soon = Booking.objects.filter(
        Q(date__listing__state=NodeState.LIVE) | merged,
        state=BookingState.BOOKED,
        reminded_at=None,
        notice=BookingNotice.NONE,
        date__cancelled_at=None,
        date__starts_at__gt=now,
        date__starts_at__lte=now + datetime.timedelta(hours=30),
        # Who has booked a moment ago knows.
        confirmed_at__lt=now - datetime.timedelta(hours=20),
    )
    ids = list(soon.values_list("pk", flat=True)[:most])
    return Booking.objects.filter(pk__in=ids).update(reminded_at=now, notice=BookingNotice.REMINDER)


def purge(now: datetime.datetime | None = None) -> int:
    """Forget bookings thirty days after their date. Returns how many rows that were."""
    old = (now or timezone.now()) - KEPT
    return retention.let_go(BookingDate.objects.filter(starts_at__lt=old), action="delete old bookings")


def erase(rows: Iterable[Booking]) -> int:
    """Delete these bookings for the person's sake, and give their places back."""
    done = 0
    for row in rows:
        with transaction.atomic():
            date = locked_date(row.date)
            done += Booking.objects.filter(pk=row.pk).delete()[0]
            _count(date)
            terms = BookingTerms.objects.filter(listing=date.listing_id).first()
            if terms is not None:
                move_up(date.pk, terms)
    return done


def move_up(date_id: int, terms: BookingTerms) -> int:
    """Give free places to those who wait, in their order; who needs more than are left lets others pass."""
    date = BookingDate.objects.select_for_update().get(pk=date_id)
    now, moved = timezone.now(), 0
    if date.starts_at <= now or date.cancelled_at is not None:
        return 0
    waiting = Booking.objects.filter(date=date, state=BookingState.WAITING, confirmed_at__isnull=False)
    for booking in waiting.order_by("made_at", "pk"):
        if date.places is not None and date.taken + booking.people > date.places:
            continue
        booking.state, booking.notice = BookingState.BOOKED, BookingNotice.MOVED_UP
        booking.save(update_fields=["state", "notice"])
        _count(date)
        moved += 1
    return moved


def _count(date: BookingDate) -> None:
    """Write down how many places are taken: the database refuses too many.

    Where two listings became one there may be more taken than it offers (`recount`): until people cancel there are so
    many places, and nobody moves up.
    """
    taken = Booking.objects.filter(date=date, state__in=TAKING).aggregate(n=Sum("people"))["n"] or 0
    values = {"taken": taken}
    if date.original and date.places is not None and taken < date.places:
        offered = BookingTerms.objects.filter(listing=date.listing_id).values_list("places", flat=True).first()
        if offered is not None and offered < date.places:
            values["places"] = date.places = max(offered, taken)
    BookingDate.objects.filter(pk=date.pk).update(**values)
    date.taken = taken


def recount(date_id: int) -> None:
    """Bring a date in line with its bookings, which were moved here or away: places, who has one, who moves up.

    Nobody loses a place that they were promised: are there more than it offers, it has as many as are taken.
    """
    date = locked_date(BookingDate(pk=date_id))
    terms = BookingTerms.objects.filter(listing=date.listing_id).first()
    if terms is None or date.cancelled_at is not None:
        return
    offered = terms.places if date.original else date.places
    taken = Booking.objects.filter(date=date, state__in=TAKING).aggregate(n=Sum("people"))["n"] or 0
    places = None if offered is None else max(offered, taken, 1)
    BookingDate.objects.filter(pk=date.pk).update(taken=taken, places=places)
    move_up(date.pk, terms)


def _must_be_bookable(date: BookingDate, terms: BookingTerms, now: datetime.datetime, *, open_too: bool = True) -> None:
    if date.cancelled_at is not None:
        raise BookingRefused(_("It does not take place on that date."), _("Choose another date."))
    if date.starts_at <= now:
        raise BookingRefused(_("It has begun, so it cannot be booked any more."), _("Choose another date."))
    if date.listing.state != NodeState.LIVE or (open_too and not terms.is_open):
        raise BookingRefused(_("It takes no bookings at the moment."))


def locked_date(date: BookingDate) -> BookingDate:
    return BookingDate.objects.select_for_update(of=("self",)).select_related("listing").get(pk=date.pk)
