"""`/post/<uuid>/links/`: the livestream of a listing, and what else there is of it elsewhere."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from listings.access import permissions
from listings.commands import listing_links
from listings.models import Listing, ListingLink
from listings.taking_part.forms import LinkForm
from mapping.models import Actor

from .booking import FOLDER
from .group import looked_after


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@looked_after
def links(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The links there are, and one more. POST `add`, or `remove` with the number of one.

    Everybody sees them at once, so they are for those whose changes count at once.
    """
    if not permissions.can_edit(request.user, listing):
        raise Http404
    form = LinkForm(request.POST if "add" in request.POST else None)
    errors, status = [], 200
    if "remove" in request.POST:
        number = request.POST["remove"]
        if number.isdecimal() and len(number) < 15:
            listing_links.remove(actor=Actor.of(request.user), listing=listing, pk=int(number))
        return redirect("listing-links", uuid=listing.uuid)
    if request.method == "POST":
        if form.is_valid():
            try:
                listing_links.add(actor=Actor.of(request.user), listing=listing, **form.cleaned_data)
                return redirect("listing-links", uuid=listing.uuid)
            except listing_links.LinkRefused as error:
                errors, status = [{"field_id": "", "message": str(error)}], error.status
        else:
            errors, status = error_list(form), 422
        if not errors:
            errors = [{"field_id": "", "message": _("Nothing was sent. Fill in the form, then press the button.")}]
    found = ListingLink.objects.filter(listing=listing)
    context = {"listing": listing, "place": listing.place, "form": form, "links": found, "errors": errors}
    return render(request, f"{FOLDER}/links.html", context, status=status)
