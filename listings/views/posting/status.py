"""`/post/<uuid>/`: how a post stands, for whoever posted it."""

from __future__ import annotations

import copy
import uuid as uuids

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from listings.access import permissions
from listings.models import Listing, Proposal, ProposalKind
from listings.posting.status import history, in_words, usual_wait
from mapping.models import NodeState, Visibility

from .compose import page_context


@never_cache
@require_safe
def status(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Waiting since when, what a steward said, what became of it. Nobody else's is there."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("post-status", args=[uuid]))
    return _page(request, uuid)


@never_cache
@require_safe
def sent(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The same, with thanks: it was just sent."""
    if not request.user.is_authenticated:
        raise Http404
    return _page(request, uuid, thanks=True)


def _page(request: HttpRequest, uuid: uuids.UUID, thanks: bool = False) -> HttpResponse:
    listings = Listing.objects.select_related("place", "organiser", "schedule_row")
    listing = listings.filter(uuid=uuid, posted_by=request.user, place__isnull=False).first()
    if listing is None or (
        listing.visibility == Visibility.GROUP and not permissions.may_change(request.user, listing)
    ):
        raise Http404
    waits = listing.state == NodeState.PENDING
    usual = usual_wait(listing.place) if waits else None
    happened = history(listing)
    context = page_context(
        listing.place,
        listing=listing,
        thanks=thanks,
        waits=waits,
        since=next((it.when for it in happened), listing.created_at),
        usual=in_words(usual) if usual is not None else "",
        happened=happened,
        proposal=_newest(request.user, listing),
        change_at_once=_changes_at_once(request.user, listing),
        only_for=listing.group if listing.visibility == Visibility.GROUP else None,
        can_edit=permissions.may_change(request.user, listing),
    )
    return render(request, "listings/posting/status.html", context)


def _changes_at_once(user, listing: Listing) -> bool:
    """Whether a change of theirs is live at once, once the listing is."""
    live = copy.copy(listing)
    live.state = NodeState.LIVE
    return permissions.can_edit(user, live)


def _newest(user, listing: Listing) -> Proposal | None:
    """What they proposed or appealed last, and what became of it."""
    kinds = (ProposalKind.CHANGE, ProposalKind.NEW)
    return Proposal.objects.filter(node=listing, by_user=user, kind__in=kinds).order_by("-created_at", "-pk").first()
