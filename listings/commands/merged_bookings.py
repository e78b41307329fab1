"""The bookings of two listings that are merged: a step of `mapping.commands.merges`, taken back with the merge.

Every date that people booked is the kept listing's: on the date of its calendar that is at that time; where it has
none, as a date of its own, which the group may call off with a few words. Are there bookings on both sides they come
together: nobody loses a place that they were promised, and no more are given out until there are fewer than it offers.
Who is to be told of another time or place is found as for any date that moved (`follow_dates`, `follow_places`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands import bookings
from listings.commands.booking_where import is_elsewhere
from listings.models import Booking, BookingDate, BookingNotice, BookingState, BookingTerms, Occurrence
from mapping.commands.journal import Entry, Journal
from mapping.models import Node

from .booking_dates import ABOUT_THEN

# The better of two bookings of one address stays.
_WORST_FIRST = [BookingState.WAITING, BookingState.HELD, BookingState.BOOKED]


def move(journal: Journal, kept: Node, dropped: Node) -> None:
    """Move what was booked of `dropped` to `kept`, with its terms where `kept` takes no bookings."""
    terms = BookingTerms.objects.filter(listing=dropped.pk).first()
    if terms is None:
        return
    # Whoever books at this moment waits, or is waited for.
    both = BookingDate.objects.select_for_update().filter(listing__in=[kept.pk, dropped.pk]).order_by("pk")
    dates = list(both)
    if not BookingTerms.objects.filter(listing=kept.pk).exists():
        # Its key is the listing: those of the dropped one stay, for the day on which the merge is taken back.
        journal.create(_same_terms(terms, kept))
    there = {it.original: it for it in dates if it.listing_id == kept.pk and it.original}
    for date in dates:
        if date.listing_id != dropped.pk:
            continue
        if date.original:
            _move_date(journal, date, kept, there)
        else:
            journal.set(date, listing_id=kept.pk)
    for pk in BookingDate.objects.filter(listing=kept.pk).order_by("pk").values_list("pk", flat=True):
        bookings.recount(pk)


def _same_terms(terms: BookingTerms, kept: Node) -> BookingTerms:
    said = {it.attname: getattr(terms, it.attname) for it in BookingTerms._meta.concrete_fields}
    return BookingTerms(**{**said, "listing_id": kept.pk})


def _give_terms(kept: Node, dropped: Node) -> None:
    terms = BookingTerms.objects.filter(listing=dropped.pk).first()
    if terms is not None and not BookingTerms.objects.filter(listing=kept.pk).exists():
        _same_terms(terms, kept).save(force_insert=True)


def _move_date(journal: Journal, date: BookingDate, kept: Node, there: dict[str, BookingDate]) -> None:
    row = _same_date(date, kept)
    original = row.original if row is not None else ""
    other = there.get(original) if original else None
    if other is None:
        # Its times stay as they were known: where the calendar says others, people are told.
        journal.set(date, listing_id=kept.pk, original=original)
        if original:
            there[original] = date
    elif date.cancelled_at is None and other.cancelled_at is None:
        _join(journal, date, other)
    else:
        # One of the two was called off, and who booked knows it.
        journal.set(date, listing_id=kept.pk, original="")


def _same_date(date: BookingDate, kept: Node) -> Occurrence | None:
    """The date of the kept listing's calendar: the one that begins then, else the only one about then."""
    rows = Occurrence.objects.on().filter(listing=kept.pk)
    found = rows.filter(starts_at=date.starts_at).first()
    if found is not None:
        return found
    about = list(rows.filter(starts_at__range=(date.starts_at - ABOUT_THEN, date.starts_at + ABOUT_THEN))[:2])
    return about[0] if len(about) == 1 else None


def _join(journal: Journal, date: BookingDate, other: BookingDate) -> None:
    """Let the bookings of `date` be `other`'s. Whoever is on both has one booking from here on."""
    standing = Booking.objects.exclude(state=BookingState.ENDED)
    known = {it.email: it for it in standing.filter(date=other)}
    codes = set(Booking.objects.filter(date=other).values_list("code", flat=True))
    for booking in standing.filter(date=date, email__in=known):
        worse = min(booking, known[booking.email], key=lambda it: (_WORST_FIRST.index(it.state), it.people))
        now = timezone.now()
        journal.set(
            worse,
            state=str(BookingState.ENDED),
            ended_at=now,
            confirmed_at=worse.confirmed_at or now,
            held_until=None,
            words=_("It was listed twice, and you have another booking for it, which stays."),
        )
        if other.starts_at > now:
            Booking.objects.filter(pk=worse.pk).update(notice=BookingNotice.TWICE)
    for booking in Booking.objects.filter(date=date, code__in=codes):
        journal.set(booking, code=bookings.new_code())
    moved = list(Booking.objects.filter(date=date).values_list("pk", flat=True))
    journal.move(Booking.objects.filter(pk__in=moved), "date", other.pk)
    _tell(moved, date, other)
    BookingDate.objects.filter(pk=date.pk).update(taken=0)


def _tell(pks: Iterable[int], before: BookingDate, now: BookingDate) -> None:
    """Note what people of `before` are to know of the date that is theirs now; nothing where it is the same."""
    theirs = Booking.objects.filter(pk__in=pks).exclude(state=BookingState.ENDED)
    if now.starts_at <= timezone.now():
        return
    if before.starts_at != now.starts_at:
        theirs.update(notice=BookingNotice.MOVED, reminded_at=None)
    elif is_elsewhere(before.where, now.where):
        theirs.update(notice=BookingNotice.ELSEWHERE, reminded_at=None)


def taken_back(entries: list[Entry], kept: Node, dropped: Node) -> None:
    """After a merge was taken back: count both listings' dates anew, and tell whom it concerns."""
    label = Booking._meta.label
    Booking.objects.filter(Q(date__listing=kept.pk) | Q(date__listing=dropped.pk), notice=BookingNotice.TWICE).exclude(
        state=BookingState.ENDED
    ).update(notice=BookingNotice.NONE)
    known = {it.pk: it for it in BookingDate.objects.filter(listing__in=[kept.pk, dropped.pk])}
    if any(it.listing_id == kept.pk for it in known.values()):
        # Booked anew since: the terms that it had from the other stay with it.
        _give_terms(kept, dropped)
    for entry in entries:
        if entry["what"] == "move" and entry["model"] == label and {entry["before"], entry["after"]} <= known.keys():
            _tell(entry["pks"], known[entry["after"]], known[entry["before"]])
    for pk in sorted(known):
        bookings.recount(pk)
