"""`/post/`: what posting takes, where to begin, and what this person has posted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from listings.access import permissions, teams
from listings.models import UNDECIDED, Listing, Proposal, ProposalKind, ProposalStatus
from listings.posting import drafts
from mapping.models import NodeState, Place

SHOWN = 50


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page of posting. It sets no cookie: nothing has been begun."""
    homes = list(Place.objects.current().homes().defer("boundary"))
    mine = []
    if request.user.is_authenticated:
        mine = _with_what_was_decided(request.user, list(permissions.listings_of(request.user)[:SHOWN]))
    asked = request.GET.get("place")
    place = next((it for it in homes if it.slug == asked), homes[0] if len(homes) == 1 else None)
    return render(
        request,
        "listings/posting/start.html",
        {
            "homes": homes,
            "place": place,
            "place_url": place.get_absolute_url() if place else "",
            "section": "post",
            "mine": mine,
            "groups": list(teams.groups_of(request.user).order_by("name", "pk")[:SHOWN]),
            "begun": drafts.begun(request),
        },
    )


def _with_what_was_decided(user, mine: list[Listing]) -> list[Listing]:
    """Each with the newest of its proposals that its poster should know of. One query."""
    known = [*UNDECIDED, ProposalStatus.SENT_BACK, ProposalStatus.REFUSED]
    rows = Proposal.objects.filter(by_user=user, node__in=[it.pk for it in mine])
    newest: dict[int, Proposal] = {}
    for it in rows.exclude(kind__in=(ProposalKind.SUGGESTION, ProposalKind.AFTERWARDS)).order_by("created_at", "pk"):
        newest[it.node_id] = it
    for listing in mine:
        found = newest.get(listing.pk)
        listing.decisions = [found] if found is not None and found.status in known else []
        # Refused for good, and not merely taken off.
        listing.is_refused = (
            bool(listing.decisions) and found.kind == ProposalKind.NEW and listing.state == NodeState.ARCHIVED
        )
    return mine
