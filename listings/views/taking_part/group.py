"""`/post/<uuid>/bookings/`: who comes, for those who look after a listing: terms, shifts, lists, the door."""

from __future__ import annotations

import csv
import datetime
import io
import uuid as uuids
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.forms import error_list
from listings.access import permissions
from listings.commands import booking_dates
from listings.commands import bookings as commands
from listings.models import ALPHABET, Booking, BookingDate, BookingState, BookingTerms, Listing
from listings.taking_part import letters
from listings.taking_part.dates import choices
from listings.taking_part.forms import ShiftForm, TermsForm
from mapping.models import Actor, NodeState
from mapping.writers.tables import safe_cell

from .booking import FOLDER, zone_of

# Of one date so many bookings are listed; more than a hall holds.
MAX_LISTED = 2000


def looked_after(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever looks after the listing, and its stewards; for others it is not there. Times are its place’s.

    Also where what they write of it waits for a steward: who comes is theirs to know.
    """

    @wraps(view)
    def checked(request: HttpRequest, uuid: uuids.UUID, **more) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        listing = (
            Listing.objects.select_related("place", "organiser").exclude(state=NodeState.ARCHIVED).filter(uuid=uuid)
        ).first()
        if listing is None or not permissions.may_change(request.user, listing):
            raise Http404
        with timezone.override(zone_of(listing)):
            return view(request, listing, **more)

    return checked


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@looked_after
def index(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The terms, the dates with how many come, and shifts to add. POST `save` or `add`."""
    terms = BookingTerms.objects.filter(listing=listing).first()
    form = TermsForm(
        request.POST if "save" in request.POST else None, instance=terms or BookingTerms(listing=listing, is_open=True)
    )
    shift = ShiftForm(request.POST if "add" in request.POST else None)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if form.is_bound and form.is_valid():
                booking_dates.set_terms(actor=Actor.of(request.user), listing=listing, **form.cleaned_data)
                _tell(listing, request)
                messages.success(request, _("Saved."))
                return redirect("bookings", uuid=listing.uuid)
            if shift.is_bound and shift.is_valid():
                _add(request, listing, shift.cleaned_data)
                messages.success(request, _("The shift is added."))
                return redirect("bookings", uuid=listing.uuid)
        except commands.BookingRefused as error:
            problem, status = str(error), error.status
        if not problem:
            status = 422
    errors = [it for one in (form, shift) if one.is_bound for it in error_list(one)]
    if problem:
        errors.insert(0, {"field_id": "", "message": problem})
    now = timezone.now()
    saved = BookingTerms.objects.filter(listing=listing).first()
    recent = BookingDate.objects.filter(listing=listing, starts_at__gt=now - commands.KEPT, starts_at__lte=now)
    return render(
        request,
        f"{FOLDER}/bookings.html",
        {
            "listing": listing,
            "place": listing.place,
            "terms": saved,
            "form": form,
            "shift": shift,
            "coming": choices(listing, saved, now) if saved else [],
            "past": recent.order_by("-starts_at")[:20],
            "kept": commands.KEPT.days,
            "errors": errors,
        },
        status=status,
    )


def _add(request: HttpRequest, listing: Listing, data: dict) -> None:
    if not BookingTerms.objects.filter(listing=listing).exists():
        booking_dates.set_terms(
            actor=Actor.of(request.user), listing=listing, is_open=True, is_shifts=True, max_people=1
        )
    zone = zone_of(listing)
    starts = datetime.datetime.combine(data["day"], data["starts"], zone)
    ends = None
    if data["ends"] is not None:
        # One that ends before it begins goes on after midnight.
        day = data["day"] + datetime.timedelta(days=int(data["ends"] <= data["starts"]))
        ends = datetime.datetime.combine(day, data["ends"], zone)
    booking_dates.add_shift(
        actor=Actor.of(request.user),
        listing=listing,
        starts_at=starts,
        ends_at=ends,
        needed=data["needed"],
        label=data["label"],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@looked_after
def one_date(request: HttpRequest, listing: Listing, date: uuids.UUID) -> HttpResponse:
    """Who comes on one date. POST: `came` or `not_came` (a booking), `cancel` (a booking, `words`), `call_off`."""
    found = get_object_or_404(BookingDate, listing=listing, uuid=date)
    errors, status, typed = [], 200, ""
    if request.method == "POST":
        actor = Actor.of(request.user)
        typed = request.POST.get("words", "")[:1000]
        try:
            if "call_off" in request.POST:
                booking_dates.call_off(date=found, actor=actor, words=typed)
            elif "cancel" in request.POST:
                booking = _booking(found, request.POST["cancel"])
                commands.cancel(booking=booking, actor=actor, words=typed, by_organiser=True)
            elif "came" in request.POST or "not_came" in request.POST:
                came = "came" in request.POST
                booking = _booking(found, request.POST["came" if came else "not_came"])
                commands.note_came(booking=booking, actor=actor, came=came)
            _tell(listing, request)
            return redirect("bookings-date", uuid=listing.uuid, date=found.uuid)
        except commands.BookingRefused as error:
            errors, status = [{"field_id": "id_words", "message": str(error)}], error.status
    rows = list(found.bookings.all()[:MAX_LISTED])
    context = {
        "listing": listing,
        "place": listing.place,
        "date": found,
        "booked": [it for it in rows if it.state == BookingState.BOOKED],
        "held": [it for it in rows if it.state == BookingState.HELD],
        "waiting": [it for it in rows if it.state == BookingState.WAITING and it.confirmed_at],
        "ended": [it for it in rows if it.state == BookingState.ENDED and it.confirmed_at],
        "is_over": found.starts_at <= timezone.now(),
        "typed": typed,
        "errors": errors,
    }
    return render(request, f"{FOLDER}/date.html", context, status=status)


def _booking(date: BookingDate, text: str) -> Booking:
    try:
        return get_object_or_404(Booking.objects.select_related("date__listing"), date=date, uuid=uuids.UUID(text))
    except ValueError:
        raise Http404 from None


def _tell(listing: Listing, request: HttpRequest) -> None:
    """Send at once what was noted just now; what is more than a request should send, the job does."""
    waits = Booking.objects.filter(date__listing=listing).exclude(notice="")
    for it in waits.select_related("date__listing__place")[:20]:
        letters.send(it, request)


@never_cache
@require_safe
@looked_after
def file(request: HttpRequest, listing: Listing, date: uuids.UUID) -> HttpResponse:
    """The list of a date as CSV. No cell can start a formula."""
    found = get_object_or_404(BookingDate, listing=listing, uuid=date)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Name"), _("E-mail"), _("People"), _("State"), _("Code"), _("Came")])
    for it in found.bookings.exclude(state=BookingState.ENDED)[:MAX_LISTED]:
        row = (it.name, it.email, it.people, it.get_state_display(), it.code, _("yes") if it.came_at else "")
        writer.writerow([safe_cell(str(cell)) for cell in row])
    # With a mark at its beginning, by which spreadsheets know that it is UTF-8.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bookings-{found.starts_at:%Y-%m-%d}.csv"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@looked_after
def door(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Look up the code of a ticket (`?code=`); a POST says that they came."""
    typed = (request.POST if request.method == "POST" else request.GET).get("code", "")
    code = "".join(it for it in typed.upper() if it in ALPHABET)[:10]
    found = None
    if code:
        # The nearest in time: a code is one for each date, and dates have their own.
        rows = Booking.objects.filter(date__listing=listing, code=code).select_related("date__listing")
        found = min(rows[:20], key=lambda it: abs(it.date.starts_at - timezone.now()), default=None)
    problem = ""
    if request.method == "POST" and found is not None:
        try:
            commands.note_came(booking=found, actor=Actor.of(request.user))
            return redirect(f"{request.path}?code={code}")
        except commands.BookingRefused as error:
            problem = str(error)
    context = {
        "listing": listing,
        "place": listing.place,
        "code": code,
        "typed": typed[:20],
        "booking": found,
        "is_booked": found is not None and found.state == BookingState.BOOKED,
        "is_today": found is not None
        and timezone.localtime(found.date.starts_at).date() == timezone.localtime().date(),
        "errors": [{"field_id": "", "message": problem}] if problem else [],
    }
    return render(request, f"{FOLDER}/door.html", context, status=409 if problem else 200)
