"""`/admin/trust/`: whose posts are live at once in a place: who is trusted, who may well be, one button for each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from listings.access.trust import OFFERED_AFTER
from listings.commands import trust
from listings.models import Listing, Trust
from mapping.models import Actor, Place, PlaceRole, PlaceRoleKind

from .looked_after import places_looked_after

MAX_PLACES = 20
SHOWN = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Of each place that one looks after: those whom it trusts, and those of whom enough was published."""
    tables = [
        {"place": it, "trusted": _trusted(it), "offered": _offered(it)}
        for it in places_looked_after(request).order_by("name")[:MAX_PLACES]
    ]
    title = _("Trusted people")
    titles = {"header_title": title, "page_title": title, "header_icon": "user"}
    return render(request, "cms/admin/trust.html", {"tables": tables, "least": OFFERED_AFTER, **titles})


@require_POST
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Trust one person in one place (`do=grant`), or no more (`do=revoke`)."""
    place = places_looked_after(request).filter(slug=slug).first()
    if place is None:
        raise Http404
    user = get_object_or_404(get_user_model(), pk=pk)
    who = {"actor": Actor.of(request.user), "by": request.user, "user": user, "place": place}
    words = {"who": user.email or user.get_username(), "place": place.name}
    if request.POST.get("do") == "revoke":
        # The answer names an address: of others than those on the page nobody learns it by their number.
        if not Trust.objects.filter(user=user, place=place).exists() and not _has_posted(user, place):
            raise Http404
        trust.revoke(**who)
        messages.success(request, _("What %(who)s posts in %(place)s waits again. What is live stays.") % words)
    elif request.POST.get("do") == "grant":
        # Nobody is trusted of whom nothing is known: their number is not to be guessed either.
        if not _has_posted(user, place):
            raise Http404
        trust.grant(**who)
        messages.success(request, _("What %(who)s posts in %(place)s is live at once from now on.") % words)
    return redirect("trust")


def _has_posted(user, place: Place) -> bool:
    return Listing.objects.filter(posted_by=user, place=place).exists()


def _trusted(place: Place) -> list[Trust]:
    return list(Trust.objects.filter(place=place).select_related("user", "by")[:SHOWN])


def _offered(place: Place) -> list[dict]:
    """Who posted what was published, often enough, and is neither trusted nor a steward: most first."""
    known = Trust.objects.filter(place=place).values("user")
    stewards = PlaceRole.objects.filter(place=place, role=PlaceRoleKind.STEWARD).values("user")
    posted = Listing.objects.filter(place=place, confirmed_at__isnull=False, posted_by__is_active=True)
    return list(
        posted.exclude(posted_by__in=known)
        .exclude(posted_by__in=stewards)
        .exclude(posted_by__is_superuser=True)
        .values("posted_by", "posted_by__email")
        .annotate(number=Count("pk"))
        .filter(number__gte=OFFERED_AFTER)
        .order_by("-number", "posted_by")[:SHOWN]
    )
