"""`/admin/live/`: everything on the map, and what was taken off it; `/admin/live/<uuid>/`: one history."""

from __future__ import annotations

import uuid as uuids
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from listings.access import permissions
from listings.models import Listing, ListingKind, Organisation, Proposal
from listings.moderation import audit
from mapping.commands import publication
from mapping.models import AuditEntry, Node, NodeKind, NodeState

from .queue import require_steward, titles

PER_PAGE = 30
# Counting a country takes long, and nobody turns so many pages.
MAX_FOUND = 3000
HISTORY = 100


class BoundedPaginator(Paginator):
    """Counts no further than `MAX_FOUND`."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:MAX_FOUND].count()


def _nodes(request: HttpRequest) -> QuerySet:
    nodes = permissions.to_decide(request.user, Node.objects.all())
    if request.GET.get("state") == "off":
        nodes = publication.off_the_map(nodes).order_by("-updated_at", "pk")
    else:
        nodes = nodes.filter(state=NodeState.LIVE).order_by("name", "pk")
    words = _one_line(request.GET.get("q", ""))
    if words:
        nodes = nodes.filter(name__plain__contains=words)
    kind = request.GET.get("kind", "")
    if kind in NodeKind.values:
        nodes = nodes.filter(kind=kind)
    elif kind in ListingKind.values:
        nodes = nodes.filter(pk__in=Listing.objects.filter(listing_kind=kind).values("pk"))
    group = _one_line(request.GET.get("group", ""))
    if group:
        groups = permissions.to_decide(request.user, Organisation.objects.all()).filter(name__plain__contains=group)
        ids = groups.order_by().values("pk")
        nodes = nodes.filter(Q(pk__in=ids) | Q(pk__in=Listing.objects.filter(organiser__in=ids).values("pk")))
    return nodes


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A page of it, by name. `?q=`, `?kind=`, `?group=`, `?place=`, `?state=off`, `?p=`."""
    require_steward(request)
    places = list(permissions.places_to_decide_in(request.user).defer("boundary"))
    nodes = _nodes(request)
    place = next((it for it in places if it.slug == request.GET.get("place")), None)
    if place is not None:
        nodes = nodes.filter(place=place)
    page = BoundedPaginator(nodes.select_related("place", "category"), PER_PAGE).get_page(request.GET.get("p"))
    shown = list(page)
    listings = Listing.objects.select_related("organiser").in_bulk([it.pk for it in shown])
    waiting = set(Proposal.objects.open().filter(node__in=[it.pk for it in shown]).values_list("node", flat=True))
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "kind", "group", "place", "state")}
    context = {
        "rows": [{"node": it, "listing": listings.get(it.pk), "waits": it.pk in waiting} for it in shown],
        "page": page,
        "most": MAX_FOUND,
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "kinds": [*ListingKind.choices, *[it for it in NodeKind.choices if it[0] != NodeKind.ACTIVITY]],
        "places": places if len(places) > 1 else [],
        **titles(_("Everything live"), "site"),
    }
    return render(request, "cms/admin/live.html", context)


@require_safe
def one(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What became of one thing: who did what, when, and what was proposed and decided."""
    require_steward(request)
    node = permissions.to_decide(request.user, Node.objects.select_related("place")).filter(uuid=uuid).first()
    if node is None:
        raise Http404
    rows = AuditEntry.objects.filter(target_uuid=uuid)[:HISTORY]
    context = {
        "node": node,
        "is_listing": Listing.objects.filter(pk=node.pk).exists(),
        "is_live": node.state == NodeState.LIVE,
        "off": publication.unpublication(node),
        "rows": [{"entry": it, "words": audit.meaning(it), "note": _note(it)} for it in rows],
        "proposals": Proposal.objects.with_what_is_shown().filter(node=node)[:HISTORY],
        **titles(node.name, "history"),
    }
    return render(request, "cms/admin/live_one.html", context)


def _note(entry: AuditEntry) -> str:
    data = entry.data
    said = data.get("reason") or data.get("answer") or data.get("words") or data.get("note") or ""
    fields = data.get("fields") or list(data.get("changed") or ())
    return str(said) if said else ", ".join(str(it) for it in fields)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:100]
