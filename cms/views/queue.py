"""`/admin/waiting/`: what groups have posted and nobody has decided yet, with two buttons each."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from listings.access import permissions
from listings.commands import listings
from listings.models import Listing
from listings.nodes.good_to_know import good_to_know
from listings.posting import mail
from listings.posting.preview import preview
from mapping.answers import store
from mapping.commands import publication
from mapping.models import Actor, AuditEntry, Node, NodeState

from .duplicates import candidates_for

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """One listing of the queue, why it waits, and when it takes place."""

    listing: Listing
    why: str
    when: str
    dates: list[str]
    notes: list[str]
    known: list[dict]
    version: str


def waiting_for(user):
    """The listings that this user is asked to decide, oldest first."""
    return (
        permissions.to_decide(user, Listing.objects.filter(state=NodeState.PENDING))
        .select_related("place", "category", "organiser", "venue", "posted_by", "schedule_row")
        .prefetch_related("schedule_row__changes")
        .order_by("updated_at", "pk")
    )


def off_the_map_for(user):
    """What was taken off the map last, in the places that this user looks after."""
    nodes = permissions.to_decide(user, Node.objects.all())
    return publication.off_the_map(nodes).select_related("place").order_by("-updated_at", "pk")[:PER_PAGE]


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The queue. Stewards see the places they look after; superusers all."""
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied
    page = Paginator(waiting_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    sent_back = set(
        AuditEntry.objects.filter(action="send back listing", target_uuid__in=[it.uuid for it in page]).values_list(
            "target_uuid", flat=True
        )
    )
    rows = [_row(it, it.uuid in sent_back) for it in page]
    return render(
        request,
        "cms/admin/waiting.html",
        {
            "rows": rows,
            "page": page,
            "off": off_the_map_for(request.user),
            "questions": store.report(permissions.places_to_decide_in(request.user)),
            "candidates": candidates_for(request.user).order_by().count(),
            "header_title": _("Waiting"),
            "page_title": _("Waiting"),
            "header_icon": "time",
        },
    )


def _row(listing: Listing, was_sent_back: bool) -> Row:
    """What a steward reads of it: all that was answered."""
    schedule = listing.schedule
    said = preview(schedule) if schedule is not None else None
    return Row(
        listing=listing,
        why=_why(listing, was_sent_back),
        when=said.sentence if said else "",
        dates=said.dates if said else [],
        notes=said.notes if said else [],
        known=good_to_know(listing),
        version=listings.version(listing),
    )


def _why(listing: Listing, was_sent_back: bool) -> str:
    if was_sent_back:
        return _("You or another steward sent it back, and it was changed.")
    if listing.organiser is None and listing.organiser_name:
        return _("New, from a group that is not on the map yet.")
    if listing.organiser is None:
        return _("New, and posted without a group.")
    if not listing.organiser.trusted:
        return _("New, from a group whose posts are read first.")
    return _("New, from somebody who is not an editor of this group.")


def _listing(request: HttpRequest, uuid: uuids.UUID) -> Listing:
    """The listing, for those who may decide it. Of others' listings nobody learns even that they exist."""
    listing = Listing.objects.select_related("place", "posted_by").filter(uuid=uuid).first()
    if listing is None or not permissions.decides_for(request.user, listing):
        raise Http404
    return listing


@require_POST
def approve(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Publish a listing and tell its poster."""
    listing = _listing(request, uuid)
    try:
        listing = listings.approve(actor=Actor.of(request.user), listing=listing, seen=request.POST.get("seen", ""))
    except listings.ListingError as error:
        messages.warning(request, str(error))
    else:
        told = mail.approved(listing, request)
        text = _("“%(name)s” is live.") % {"name": listing.name}
        messages.success(request, f"{text} {_told(told)}")
    return redirect("waiting")


@require_POST
def send_back(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send a listing back with a reason and tell its poster."""
    listing = _listing(request, uuid)
    try:
        listing = listings.reject(actor=Actor.of(request.user), listing=listing, reason=request.POST.get("reason", ""))
    except listings.ListingError as error:
        messages.warning(request, str(error))
    else:
        told = mail.sent_back(listing, request)
        text = _("“%(name)s” was sent back.") % {"name": listing.name}
        messages.success(request, f"{text} {_told(told)}")
    return redirect("waiting")


def _told(told: bool) -> str:
    if told:
        return _("Its poster has been told.")
    return _("The e-mail to its poster could not be sent; they see it on their page of posts.")


def summary_for(user) -> tuple[int, str, str]:
    """How many listings wait for this user, in words, and where: for the admin's first page."""
    number = waiting_for(user).count()
    words = ngettext("%(n)s listing waits for you", "%(n)s listings wait for you", number)
    return number, words % {"n": number}, reverse("waiting")
