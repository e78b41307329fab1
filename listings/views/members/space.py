"""`/groups/<uuid>/space/`: what only members of a group see; posting into it; sharing with other groups."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from listings.access import permissions, spaces
from listings.commands import shares
from listings.commands import spaces as commands
from listings.members import reading
from listings.members.forms import ShareForm, SpacePostForm
from listings.models import Listing, Space
from mapping.access.viewers import viewer_for
from mapping.models import Actor, NodeShare, Visibility

from .pages import page, space_of, to_sign_in


@never_cache
@require_safe
def space(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What is inside; whoever is no member reads how to become one."""
    found = space_of(request, uuid)
    viewer = viewer_for(request)
    if not spaces.may_enter(viewer, found):
        if found.is_open:
            return redirect("group-join", uuid=uuid)
        raise Http404
    edits = permissions.posts_for(request.user, found.organisation)
    offers = reading.offers_to(found) if edits else []
    return page(request, "space", found, inside=reading.inside(found, viewer), edits=edits, offers=offers)


def _edited(request: HttpRequest, uuid: uuids.UUID) -> Space | None:
    """The open space of a group that this person posts for; None for somebody who has to sign in. Raises Http404."""
    if not request.user.is_authenticated:
        return None
    found = space_of(request, uuid)
    if not permissions.posts_for(request.user, found.organisation) or not found.is_open:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Post a notice or an event that only members see: it is there at once."""
    found = _edited(request, uuid)
    if found is None:
        return to_sign_in(request.path)
    form = SpacePostForm(request.POST if request.method == "POST" else None, space=found)
    if request.method != "POST" or not form.is_valid():
        errors = error_list(form) if form.is_bound else []
        return page(request, "new", found, status=422 if errors else 200, form=form, errors=errors)
    try:
        listing = commands.post(
            actor=Actor.of(request.user),
            user=request.user,
            space=found,
            details=form.details,
            uuid=form.cleaned_data["key"],
        )
    except commands.SpaceError as error:
        problem = [{"field_id": "", "message": str(error)}]
        return page(request, "new", found, status=error.status, form=form, errors=problem)
    messages.success(request, _("“%(name)s” is there. Only members see it.") % {"name": listing.name})
    return redirect("space", uuid=uuid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, uuid: uuids.UUID, listing: uuids.UUID) -> HttpResponse:
    """Offer something to the members of another group; its editors accept. Also: with whom it is shared now."""
    found = _edited(request, uuid)
    if found is None:
        return to_sign_in(request.path)
    viewer = viewer_for(request)
    own = Listing.objects.visible_to(viewer).filter(visibility=Visibility.GROUP, group_id=found.organisation_id)
    shown = own.filter(uuid=listing).first()
    if shown is None:
        raise Http404
    form = ShareForm(request.POST if request.method == "POST" else None, place=found.home, viewer=viewer)
    errors, status = [], 200
    if request.method == "POST":
        if form.is_valid():
            try:
                shares.offer(actor=Actor.of(request.user), user=request.user, listing=shown, group=form.found)
            except shares.ShareError as error:
                errors, status = [{"field_id": "", "message": str(error)}], error.status
            else:
                messages.success(request, _("It is offered. Their editors decide whether their members see it."))
                return redirect(request.path)
        else:
            errors, status = error_list(form), 422
    rows = NodeShare.objects.filter(node=shown.pk).select_related("group").order_by("pk")
    return page(request, "share", found, status=status, listing=shown, form=form, shares=rows, errors=errors)


@never_cache
@require_POST
def shared(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Accept what is offered, or end it: editors of either group."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    found = NodeShare.objects.select_related("node__place", "group").filter(uuid=uuid).first()
    if found is None:
        # It was ended by the other one; also the second press of the same button.
        raise Http404
    actor, user = Actor.of(request.user), request.user
    try:
        if request.POST.get("action") == "accept":
            shares.accept(actor=actor, user=user, share=found)
            messages.success(request, _("Your members see it now."))
        elif request.POST.get("action") == "end":
            shares.end(actor=actor, user=user, share=found)
            messages.success(request, _("It is shared no more."))
        else:
            raise Http404
    except shares.NotYours:
        raise Http404 from None
    ours = permissions.organisations_of(user).filter(pk=found.group_id).first()
    if ours is None:
        ours = permissions.organisations_of(user).get(pk=found.node.group_id)
    return redirect("space", uuid=ours.uuid)
