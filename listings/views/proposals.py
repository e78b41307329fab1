"""`/proposals/<uuid>/`: what somebody proposed, what was decided and why; taken back, appealed, decided by a group."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from listings.access import permissions
from listings.commands import proposals
from listings.models import Listing, Proposal, ProposalKind
from listings.moderation import decision_letters, decisions
from mapping.models import Actor, NodeState


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """For whoever made it; a suggestion also for the editors of its group. Stewards go to the queue."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("proposal", args=[uuid]))
    found = Proposal.objects.with_what_is_shown().filter(uuid=uuid).first()
    if found is None:
        raise Http404
    # What was published at once does not wait: it is noted for stewards alone.
    mine = found.by_user_id == request.user.pk and found.kind != ProposalKind.AFTERWARDS
    ours = _is_of_their_group(request.user, found)
    if not mine and not ours:
        if permissions.decides_proposal(request.user, found):
            return redirect("queue-proposal", uuid=uuid)
        raise Http404
    if request.method == "POST":
        return _posted(request, found, mine=mine, ours=ours)
    return _page(request, found, mine=mine, ours=ours)


def _is_of_their_group(user, found: Proposal) -> bool:
    group = permissions.group_of(found.node) if found.kind == ProposalKind.SUGGESTION else None
    return group is not None and permissions.posts_for(user, group)


def _page(
    request: HttpRequest, found: Proposal, *, mine: bool, ours: bool, problem: str = "", status: int = 200
) -> HttpResponse:
    reading = decisions.read(found)
    place = found.node.place
    context = {
        "proposal": found,
        "node": reading.node,
        "reading": reading,
        "place": place,
        "place_url": place.get_absolute_url() if place else "",
        "section": "post",
        "is_live": reading.node.state == NodeState.LIVE,
        "is_listing": isinstance(reading.node, Listing),
        "mine": mine,
        "may_decide": found.is_open and ours and permissions.decides_proposal(request.user, found),
        "may_withdraw": mine and found.is_open and found.kind in (ProposalKind.CHANGE, ProposalKind.SUGGESTION),
        "may_appeal": mine and found.may_appeal,
        "typed_words": request.POST.get("words", ""),
        "errors": [{"field_id": "", "message": problem}] if problem else [],
    }
    return render(request, "listings/moderation/proposal.html", context, status=status)


def _posted(request: HttpRequest, found: Proposal, *, mine: bool, ours: bool) -> HttpResponse:
    who = {"actor": Actor.of(request.user), "user": request.user, "proposal": found}
    do, words = request.POST.get("do"), request.POST.get("words", "")
    seen = request.POST.get("seen", "")
    try:
        if do == "withdraw" and mine:
            proposals.withdraw(**who)
            messages.success(request, _("It is taken back. “%(name)s” stays as it is.") % {"name": found.node.name})
        elif do == "appeal" and mine:
            proposals.appeal(**who, words=words)
            messages.success(request, _("A steward reads it again. We write to you when it is decided."))
        elif do == "approve" and ours:
            chosen = {key[7:]: value for key, value in request.POST.items() if key.startswith("choose-")}
            with transaction.atomic():
                decision_letters.note_proposal(decisions.approve(**who, chosen=chosen, seen=seen))
            messages.success(request, _("“%(name)s” says so now.") % {"name": found.node.name})
        elif do == "refuse" and ours:
            with transaction.atomic():
                decision_letters.note_proposal(proposals.refuse(**who, reason=words, seen=seen))
            messages.success(request, _("It is not taken up."))
        else:
            raise Http404
    except HereaboutsError as error:
        found = Proposal.objects.with_what_is_shown().get(pk=found.pk)
        return _page(request, found, mine=mine, ours=ours, problem=str(error), status=getattr(error, "status", 409))
    return redirect("proposal", uuid=found.uuid)
