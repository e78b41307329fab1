"""`/post/<uuid>/edit/`: change a listing. What is live changes at once for those who may; else the change waits."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from listings.access import permissions
from listings.commands import listings, proposal_rows, proposals
from listings.models import Hold, Listing, Proposal, ProposalKind
from listings.moderation import decision_letters, decisions, diff, letters
from listings.posting import drafts
from listings.posting.forms import PostForm
from mapping.access.viewers import viewer_for
from mapping.models import Actor, NodeState

from .compose import form_response, only_the_dates


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The same form as for posting, filled in. Somebody else's listing is not there.

    Whoever was signed out meanwhile signs in and finds what they typed. `?proposal=` is for a steward who makes
    something of a change and publishes it; `?again=` for whoever sends one again.
    """
    if not request.user.is_authenticated:
        return _sign_in_first(request, uuid)
    listing = (
        Listing.objects.select_related("place", "category", "organiser", "venue")
        .exclude(state=NodeState.ARCHIVED)
        .filter(uuid=uuid)
        .first()
    )
    if listing is None or listing.place is None or not permissions.may_change(request.user, listing):
        raise Http404
    decided = _to_decide(request, listing)
    waiting = None if decided else own_change(request.user, listing)
    more = {
        "listing": listing,
        "decided": decided,
        "waiting": waiting,
        "at_once": bool(decided) or permissions.can_edit(request.user, listing),
    }
    if request.method != "POST":
        form = PostForm(
            initial=_typed(request, listing, decided, waiting), place=listing.place, user=request.user, listing=listing
        )
        seen = proposal_rows.seen_of(decided, listing) if decided else listings.version(listing)
        return form_response(request, form, seen=seen, **more)
    seen = request.POST.get("seen", "")
    form = PostForm(request.POST, place=listing.place, user=request.user, listing=listing)
    if "preview" in request.POST:
        return only_the_dates(request, form, seen=seen, **more)
    if not form.is_valid():
        return form_response(request, form, status=422, seen=seen, **more)
    try:
        done = _keep(request, listing, form, seen, decided)
    except listings.ListingError as error:
        form.add_error(None, str(error))
        if isinstance(error, listings.Changed):
            form.add_error(None, _("What you typed is below; sending it again replaces what is there now."))
        listing.refresh_from_db()
        if decided:
            decided.refresh_from_db()
        seen = proposal_rows.seen_of(decided, listing) if decided else listings.version(listing)
        return form_response(request, form, status=409, seen=seen, **more)
    drafts.mine(request).filter(listing=listing.uuid).delete()
    return done


def own_change(user, listing: Listing) -> Proposal | None:
    """The change of this listing that they have sent and that waits."""
    mine = Proposal.objects.open().filter(node=listing, by_user=user, kind=ProposalKind.CHANGE)
    return mine.select_related("revision").first()


def _to_decide(request: HttpRequest, listing: Listing) -> Proposal | None:
    """The change that a steward makes something of."""
    given = drafts.id_of(request.POST.get("proposal") or request.GET.get("proposal"))
    if given is None or not permissions.decides_for(request.user, listing):
        return None
    return (
        Proposal.objects.open().with_what_is_shown().filter(uuid=given, node=listing, kind=ProposalKind.CHANGE).first()
    )


def _typed(
    request: HttpRequest, listing: Listing, decided: Proposal | None, waiting: Proposal | None
) -> dict[str, Any]:
    """What the form begins with: a draft, a change that waits or is sent again, or what is there."""
    given = drafts.id_of(request.GET.get("draft"))
    draft = drafts.read(request, given) if given else None
    if draft is not None and draft.listing == listing.uuid:
        return draft.typed
    now = drafts.typed_from(listing, viewer_for(request))
    again = drafts.id_of(request.GET.get("again"))
    mine = Proposal.objects.filter(by_user=request.user, node=listing, kind=ProposalKind.CHANGE)
    before = decided or waiting or (mine.select_related("revision").filter(uuid=again).first() if again else None)
    return diff.merge(before.base, before.typed, now)[0] if before is not None else now


def _keep(request: HttpRequest, listing: Listing, form: PostForm, seen: str, decided: Proposal | None) -> HttpResponse:
    user, actor, viewer = request.user, Actor.of(request.user), viewer_for(request)
    if decided is not None:
        with transaction.atomic():
            decision_letters.note_proposal(
                decisions.approve_edited(actor=actor, user=user, proposal=decided, details=form.details, seen=seen)
            )
        messages.success(request, _("“%(name)s” says what you have written.") % {"name": listing.name})
        return redirect("queue")
    # What the guard noticed is read first, whoever wrote it, except by those who would read it.
    read_first = listing.state == NodeState.LIVE and not form.is_for_members
    held = form.held_for if read_first and not permissions.decides_for(user, listing) else []
    if listings.edits_at_once(user, listing, form.details) and not held:
        before = drafts.typed_from(listing, viewer)
        # Never the one without the other: what is live at once is read afterwards.
        with transaction.atomic():
            listing = listings.edit(
                actor=actor, user=user, listing=listing, details=form.details, seen=seen, held_for=form.held_for
            )
            if read_first and listing.state == NodeState.LIVE and not permissions.decides_for(user, listing):
                after = drafts.typed_from(listing, viewer)
                proposals.published(actor=actor, user=user, listing=listing, typed=after, base=before)
        messages.success(request, _("Your changes to “%(name)s” are kept.") % {"name": listing.name})
        return redirect("post")
    base, typed = drafts.typed_from(listing, viewer), drafts.typed_of(form.details, listing, viewer)
    if not diff.changed(base, typed):
        messages.info(request, _("Nothing of it is different from what “%(name)s” says now.") % {"name": listing.name})
        return redirect("post")
    made = proposals.propose(
        actor=actor, user=user, listing=listing, typed=typed, base=base, seen=seen,
        held_for=", ".join(str(Hold(it).label) for it in held),
    )  # fmt: skip
    letters.received(made, request)
    return redirect("proposal", uuid=made.uuid)


def _sign_in_first(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Lead to signing in and back, with what was typed: a session may end while somebody writes."""
    back = reverse("post-edit", args=[uuid])
    if request.method == "POST":
        draft = drafts.keep(request, None, "", drafts.typed(request.POST), listing=uuid)
        back = f"{back}?draft={draft.uuid}"
    return redirect_to_login(back)
