"""`/post/<uuid>/edit/`: change a listing that one may change."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mapping.commands.change import Actor
from mapping.models import NodeState

from .. import drafts, permissions
from ..commands import listings
from ..forms import PostForm
from ..models import Listing
from .compose import form_response, page_context


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The same form as for posting, filled in. Somebody else's listing is not there."""
    listing = (
        Listing.objects.select_related("place", "category", "organiser", "venue")
        .exclude(state=NodeState.ARCHIVED)
        .filter(uuid=uuid)
        .first()
    )
    if listing is None or listing.place is None:
        raise Http404
    if not permissions.can_edit(request.user, listing):
        if listing.posted_by_id != request.user.pk:
            raise Http404
        return render(
            request, "listings/cannot_edit.html", page_context(listing.place, listing=listing), status=403
        )
    if request.method != "POST":
        form = PostForm(
            initial=drafts.typed_from(listing), place=listing.place, user=request.user, is_edit=True
        )
        return form_response(request, form, listing=listing, seen=listings.version(listing))
    seen = request.POST.get("seen", "")
    form = PostForm(request.POST, place=listing.place, user=request.user, is_edit=True)
    if not form.is_valid():
        return form_response(request, form, status=422, listing=listing, seen=seen)
    try:
        listing = listings.edit(
            actor=Actor.of(request.user), user=request.user, listing=listing, details=form.details, seen=seen
        )
    except listings.ListingError as error:
        form.add_error(None, str(error))
        if isinstance(error, listings.Changed):
            form.add_error(None, _("What you typed is below; sending it again replaces what is there now."))
        listing.refresh_from_db()
        return form_response(request, form, status=409, listing=listing, seen=listings.version(listing))
    messages.success(request, _("Your changes to “%(name)s” are kept.") % {"name": listing.name})
    return redirect("post")
