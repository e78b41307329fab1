"""`/post/<uuid>/edit/`: change a listing that one may change."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from listings.access import permissions
from listings.commands import listings
from listings.models import Listing
from listings.posting import drafts
from listings.posting.forms import PostForm
from mapping.access.viewers import viewer_for
from mapping.models import Actor, NodeState

from .compose import form_response, only_the_dates, page_context


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The same form as for posting, filled in. Somebody else's listing is not there.

    Whoever was signed out meanwhile signs in and finds what they typed.
    """
    if not request.user.is_authenticated:
        return _sign_in_first(request, uuid)
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
            request, "listings/posting/cannot_edit.html", page_context(listing.place, listing=listing), status=403
        )
    if request.method != "POST":
        given = drafts.id_of(request.GET.get("draft"))
        draft = drafts.read(request, given) if given else None
        if draft is not None and draft.listing == listing.uuid:
            typed = draft.typed
        else:
            typed = drafts.typed_from(listing, viewer_for(request))
        form = PostForm(initial=typed, place=listing.place, user=request.user, listing=listing)
        return form_response(request, form, listing=listing, seen=listings.version(listing))
    seen = request.POST.get("seen", "")
    form = PostForm(request.POST, place=listing.place, user=request.user, listing=listing)
    if "preview" in request.POST:
        return only_the_dates(request, form, listing=listing, seen=seen)
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
    drafts.mine(request).filter(listing=listing.uuid).delete()
    messages.success(request, _("Your changes to “%(name)s” are kept.") % {"name": listing.name})
    return redirect("post")


def _sign_in_first(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Lead to signing in and back, with what was typed: a session may end while somebody writes."""
    back = reverse("post-edit", args=[uuid])
    if request.method == "POST":
        draft = drafts.keep(request, None, "", drafts.typed(request.POST), listing=uuid)
        back = f"{back}?draft={draft.uuid}"
    return redirect_to_login(back)
