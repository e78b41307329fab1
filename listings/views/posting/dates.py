"""`/post/<uuid>/dates/`: what is different on single dates. Cancel one, move it, put it back, end them all."""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from listings.access import permissions
from listings.commands import changes, proposals
from listings.commands.listings import ListingError
from listings.models import Listing, Occurrence
from listings.nodes.date_lines import date_lines, original_in_words
from listings.posting import drafts
from listings.posting.change_fields import EndForm, MoveForm
from listings.schedules.changes import without
from listings.schedules.schedule import Schedule
from listings.schedules.sentence import clock, sentence
from mapping.access.viewers import viewer_for
from mapping.models import Actor, NodeState

from .compose import page_context

PER_PAGE = 20


def _found(request: HttpRequest, uuid: uuids.UUID) -> tuple[Listing, Schedule] | HttpResponse:
    """The listing and its schedule; instead of them the page of whoever may not change it."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("post-dates", args=[uuid]))
    listing = (
        Listing.objects.select_related("place", "organiser", "venue", "schedule_row")
        .exclude(state=NodeState.ARCHIVED)
        .filter(uuid=uuid, place__isnull=False)
        .first()
    )
    if listing is None:
        raise Http404
    if not permissions.may_change(request.user, listing):
        raise Http404
    dates = listing.schedule
    if dates is None:
        raise Http404
    return listing, dates


@never_cache
@require_safe
def dates(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The next dates, twenty a page, each with what can be done about it."""
    found = _found(request, uuid)
    return found if isinstance(found, HttpResponse) else _list_page(request, *found)


def _list_page(
    request: HttpRequest, listing: Listing, schedule: Schedule, form: EndForm | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(changes.coming(listing), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    with timezone.override(schedule.zone):
        form = form or EndForm()
        context = page_context(
            listing.place,
            listing=listing,
            sentence=sentence(schedule),
            repeats=schedule.repeats,
            page=page,
            dates=[
                {"row": row, "line": line, "is_changed": row.original in _changed(schedule)}
                for row, line in zip(rows, date_lines(rows, viewer_for(request)), strict=True)
            ],
            form=form,
            errors=error_list(form) if form.is_bound else [],
        )
        return render(request, "listings/posting/dates.html", context, status=status)


def _changed(schedule: Schedule) -> set[str]:
    pattern = "%Y-%m-%d" if schedule.is_all_day else "%Y-%m-%dT%H:%M"
    return {f"{it.original:{pattern}}" for it in schedule.changes}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, uuid: uuids.UUID, original: str) -> HttpResponse:
    """One date: another time or place for it. Posted with `do` it is cancelled, moved, or put back."""
    found = _found(request, uuid)
    if isinstance(found, HttpResponse):
        return found
    listing, schedule = found
    # A text of the database holds no NUL.
    wanted = original.replace("\0", " ")[:40]
    row = changes.coming(listing).filter(original=wanted).select_related("venue").first()
    if row is None:
        if request.method == "POST":
            messages.warning(request, _("This date is not there any more. These are the dates now."))
            return redirect("post-dates", uuid=uuid)
        raise Http404
    who = {"actor": Actor.of(request.user), "user": request.user, "listing": listing, "original": row.original}
    with timezone.override(schedule.zone):
        when = original_in_words(row)
        do = request.POST.get("do", "move") if request.method == "POST" else ""
        if do == "cancel":
            note = " ".join(request.POST.get("note", "").replace("\0", "").split())
            return _done(request, uuid, lambda: changes.cancel(**who, note=note), _("%(when)s is cancelled."), when)
        if do == "undo":
            said = _("%(when)s is on again, as ever.")
            return _done(request, uuid, lambda: changes.undo(**who), said, when)
        form = _move_form(request, listing, schedule, row)
        if do != "move":
            return _one_page(request, listing, row, form)
        if form.is_valid():
            try:
                with transaction.atomic():
                    moved = changes.move(**who, **form.to)
                    _for_review(request, moved, _("%(when)s is moved.") % {"when": when})
            except ListingError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("What is different on %(when)s is kept.") % {"when": when})
                _say_lost_hour(request, listing, row.original, form.to["starts"])
                return redirect("post-dates", uuid=uuid)
        return _one_page(request, listing, row, form, status=422)


def _say_lost_hour(request: HttpRequest, listing: Listing, original: str, asked: datetime.datetime | None) -> None:
    """Say so where it was moved into the hour that is left out in spring."""
    row = Occurrence.objects.filter(listing=listing, original=original).first()
    if asked is not None and row is not None and (starts := _local(row.starts_at)) != asked:
        words = {"asked": clock(asked.time()), "starts": clock(starts.time())}
        messages.warning(
            request,
            _("There is no %(asked)s in that night: the clocks go forward. It begins at %(starts)s.") % words,
        )


def _for_review(request: HttpRequest, listing: Listing, said: str) -> None:
    """Dates change at once, whoever it is. Of what is live a steward reads afterwards that they did."""
    if listing.state == NodeState.LIVE and not permissions.decides_for(request.user, listing):
        typed = drafts.typed_from(listing, viewer_for(request))
        proposals.published(
            actor=Actor.of(request.user), user=request.user, listing=listing, typed=typed, base=typed, said=said
        )


def _done(request: HttpRequest, uuid: uuids.UUID, do: Callable[[], Listing], said: str, when: str) -> HttpResponse:
    try:
        with transaction.atomic():
            _for_review(request, do(), said % {"when": when})
    except ListingError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, said % {"when": when})
    return redirect("post-dates", uuid=uuid)


def _move_form(request: HttpRequest, listing: Listing, schedule: Schedule, row: Occurrence) -> MoveForm:
    starts, ends = _local(row.starts_at), _local(row.ends_at)
    initial = {
        "date": starts.date(),
        "starts": starts.time(),
        "ends": ends.time() if ends and not row.all_day else None,
        "venue": row.venue.name if row.venue else "",
        "venue_choice": row.venue.uuid if row.venue else None,
        "where": row.where,
        "note": row.note,
    }
    at = datetime.datetime.fromisoformat(row.original)
    by_rule = next((it for it in without(schedule, at).spans(at.date(), at.date()) if it.original == at), None)
    was, ended = (_local(by_rule.starts), _local(by_rule.ends)) if by_rule else (starts, ends)
    return MoveForm(
        request.POST if request.method == "POST" else None,
        place=listing.place,
        was=was,
        ended=ended,
        all_day=row.all_day,
        initial=initial,
    )


def _local(instant: datetime.datetime | None) -> datetime.datetime | None:
    return timezone.make_naive(instant, timezone.get_current_timezone()) if instant else None


def _one_page(
    request: HttpRequest, listing: Listing, row: Occurrence, form: MoveForm, status: int = 200
) -> HttpResponse:
    [line] = date_lines([row], viewer_for(request))
    context = page_context(
        listing.place,
        listing=listing,
        row=row,
        line=line,
        form=form,
        errors=error_list(form) if form.is_bound else [],
    )
    return render(request, "listings/posting/date.html", context, status=status)


@never_cache
@require_POST
def end(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Have no date after a day."""
    found = _found(request, uuid)
    if isinstance(found, HttpResponse):
        return found
    listing, schedule = found
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            last = form.cleaned_data["last"]
            with transaction.atomic():
                ended = changes.end(actor=Actor.of(request.user), user=request.user, listing=listing, last=last)
                _for_review(request, ended, _("No dates after %(day)s.") % {"day": date_format(last)})
        except ListingError as error:
            form.add_error("last", str(error))
        else:
            messages.success(request, _("There are no dates after that day any more."))
            return redirect("post-dates", uuid=uuid)
    return _list_page(request, listing, schedule, form, status=422)
