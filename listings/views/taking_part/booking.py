"""Booking a date or signing up for a shift (`/node/<uuid>/book/`), and one's own booking (`/bookings/<uuid>/`)."""

from __future__ import annotations

import io
import uuid as uuids
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config import letters as post_office
from config.forms import error_list
from listings.commands import booking_dates, bookings
from listings.models import Booking, BookingState, BookingTerms, Listing
from listings.taking_part import letters
from listings.taking_part.dates import choices
from listings.taking_part.forms import BookForm
from listings.views.letter_links import may_be_gone
from mapping.access.viewers import viewer_for

FOLDER = "listings/taking_part"


def zone_of(listing: Listing) -> ZoneInfo:
    return ZoneInfo(listing.place.timezone if listing.place_id else settings.TIME_ZONE)


# Nothing is done in anybody's name: a place is held only, until the address itself says yes. So no cookie is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The form; a POST holds the places and sends the letter that asks to confirm."""
    listing = Listing.objects.visible_to(viewer_for(request)).select_related("place").filter(uuid=uuid).first()
    terms = BookingTerms.objects.filter(listing=listing, is_open=True).first() if listing is not None else None
    if listing is None or terms is None:
        raise Http404
    with timezone.override(zone_of(listing)):
        return _book(request, listing, terms)


def _book(request: HttpRequest, listing: Listing, terms: BookingTerms) -> HttpResponse:
    coming = choices(listing, terms)
    posted = request.POST if request.method == "POST" else None
    form = BookForm(posted, request=request, choices=coming, terms=terms)
    context = {"listing": listing, "place": listing.place, "terms": terms, "coming": coming, "form": form}
    if posted is None or not form.is_valid():
        errors = error_list(form) if form.is_bound else []
        return render(request, f"{FOLDER}/book.html", context | {"errors": errors}, status=422 if errors else 200)
    chosen, data = form.choices[form.cleaned_data["date"]], form.cleaned_data
    try:
        date = chosen.date or booking_dates.date_for(listing=listing, row=chosen.row, terms=terms)
        booking = bookings.book(date=date, email=data["email"], people=data.get("people", 1), name=data["name"])
    except bookings.BookingRefused as error:
        errors = [{"field_id": "", "message": str(error)}]
        return render(request, f"{FOLDER}/book.html", context | {"errors": errors}, status=error.status)
    sent = letters.send(booking, request)
    # The same page whether or not the address had booked before: nobody learns who comes.
    return render(request, f"{FOLDER}/asked.html", context | {"email": data["email"], "sent": sent, "chosen": chosen})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def booking(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """How it stands, with the code to show. A POST confirms or cancels; opening it does nothing."""
    found = _found(uuid)
    if found is None:
        return _private(render(request, f"{FOLDER}/gone.html", status=404))
    errors, status = [], 200
    if request.method == "POST":
        try:
            if "cancel" in request.POST:
                bookings.cancel(booking=found)
                _tell_who_moved_up(found, request)
            elif "confirm" in request.POST:
                bookings.confirm(booking=found)
            else:
                return _private(_page(request, found, [], 422))
            return redirect("booking", uuid=uuid)
        except bookings.BookingRefused as error:
            errors, status = [{"field_id": "", "message": str(error)}], error.status
            found = _found(uuid)
    return _private(_page(request, found, errors, status))


def _found(uuid: uuids.UUID) -> Booking | None:
    related = ("date__listing__place", "date__listing__booking_terms")
    return Booking.objects.select_related(*related).filter(uuid=uuid).first()


def _tell_who_moved_up(found: Booking, request: HttpRequest) -> None:
    for it in Booking.objects.filter(date=found.date_id).exclude(notice="").exclude(pk=found.pk)[:20]:
        letters.send(it, request)


def _page(request: HttpRequest, found: Booking, errors: list, status: int) -> HttpResponse:
    date, listing = found.date, found.date.listing
    now = timezone.now()
    ahead = 0
    if found.state == BookingState.WAITING:
        ahead = Booking.objects.filter(
            date=date, state=BookingState.WAITING, confirmed_at__isnull=False, made_at__lt=found.made_at
        ).count()
    is_over = date.starts_at <= now
    context = {
        "booking": found,
        "date": date,
        "listing": listing,
        "place": listing.place,
        "terms": getattr(listing, "booking_terms", None),
        "ahead": ahead,
        "is_over": is_over,
        "is_booked": found.state == BookingState.BOOKED,
        "may_confirm": not is_over
        and date.cancelled_at is None
        and found.confirmed_at is None
        and (found.state != BookingState.ENDED or not found.words),
        "may_cancel": not is_over and found.state != BookingState.ENDED,
        "errors": errors,
    }
    with timezone.override(zone_of(listing)):
        return render(request, f"{FOLDER}/booking.html", context, status=status)


@require_safe
def code(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The code to show as a picture: whoever stands at the door and may, opens it and sees the booking."""
    found = _found(uuid)
    if found is None or found.state != BookingState.BOOKED:
        raise Http404
    door = reverse("bookings-door", args=[found.date.listing.uuid])
    address = f"{post_office.site_address(request)}{door}?code={found.code}"
    picture = io.BytesIO()
    # Of so few letters a smaller kind would be made that hardly any telephone reads.
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=4, xmldecl=False, svgns=True, light="#fff", dark="#000", omitsize=True
    )
    return _private(HttpResponse(picture.getvalue(), content_type="image/svg+xml"))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
