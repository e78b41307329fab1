"""What people are told about their bookings. That it was told is noted first: nobody is written to twice."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from config import letters
from listings.commands import bookings
from listings.commands.booking_where import in_words
from listings.models import Booking, BookingNotice, BookingState, Occurrence

MAX_AT_ONCE = 300


def send(booking: Booking, request: HttpRequest | None = None) -> bool:
    """Send what is noted for one booking, if anything is. Returns whether a letter went out.

    A worker that is killed in between leaves a letter out rather than send it twice; what the mail server does not take
    is due again.
    """
    booking.refresh_from_db()
    notice = booking.notice
    if not notice:
        return False
    mine = Booking.objects.filter(pk=booking.pk, notice=notice).update(notice=BookingNotice.NONE)
    if not mine or booking.date.starts_at <= timezone.now():
        # It has begun, or is over: nothing can be done about it any more.
        return False
    listing = booking.date.listing
    row = Occurrence.objects.filter(listing=listing, original=booking.date.original).select_related("venue").first()
    with timezone.override(listing.place.timezone if listing.place_id else timezone.get_default_timezone()):
        sent = letters.send(
            f"listings/taking_part/mail/{notice}.txt",
            to=booking.email,
            context={
                "booking": booking,
                "date": booking.date,
                "listing": listing,
                "where": in_words(listing, row),
                "other": _other(booking) if notice == BookingNotice.TWICE else None,
                "hours": int(bookings.HELD.total_seconds() // 3600),
                "terms": getattr(listing, "booking_terms", None),
            },
            about=f"booking {booking.uuid}",
            request=request,
            language=booking.language,
        )
    if not sent:
        Booking.objects.filter(pk=booking.pk, notice=BookingNotice.NONE).update(notice=notice)
    return sent


def _other(booking: Booking) -> Booking | None:
    """The booking of the same address and date that stays."""
    theirs = Booking.objects.filter(date=booking.date_id, email=booking.email)
    return theirs.exclude(state=BookingState.ENDED).first()


def send_due() -> int:
    """Send what is noted, at most `MAX_AT_ONCE` letters. Returns how many."""
    waits = Booking.objects.exclude(notice="").select_related("date__listing__place", "date__listing__booking_terms")
    return sum(send(it) for it in waits.order_by("pk")[:MAX_AT_ONCE])
