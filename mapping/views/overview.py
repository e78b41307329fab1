"""The front page of a place: what is here in numbers and words, what is on, and what lies underneath."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import remembered
from config.templatetags import design
from mapping import search
from mapping.access.viewers import viewer_for
from mapping.answers import bounds
from mapping.maps.preview import WIDTH, height_of
from mapping.models import Category, Connection, Node, NodeKind, Place, PlaceFreshness, Source, SourceRecord, Viewer
from mapping.network import place_network
from mapping.network.state import Ready
from mapping.nodes import opening_hours
from mapping.nodes.cards import card, cards
from mapping.nodes.providers import upcoming
from mapping.nodes.window import zone_of

from . import conditional
from .answers import pages

NEXT_THINGS = 3
# The groups of categories behind "Find help", and the categories behind "Join in".
HELP = ("food-help", "health")
JOIN = (
    "sports-club",
    "community-group",
    "friends-group",
    "faith-group",
    "community-centre",
    "community-hub",
    "youth-centre",
    "allotment",
    "library",
    "leisure-centre",
    "arts-centre",
)
CHIPS = 6
WORDS_SHOWN = 2
# How many of what is open today are looked at to choose three.
LOOKED_AT = 100


def overview(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show a place."""
    viewer = viewer_for(request)
    response = conditional.answer(
        request, place, viewer, lambda: _page(request, place, page, viewer), by_the_minute=True
    )
    if (getattr(response, "context_data", None) or {}).get("is_waiting"):
        # The network will be there without a new revision, so nobody may be told that nothing has changed.
        del response["ETag"]
        response["Cache-Control"] = "no-store"
    return response


def _network(request: HttpRequest, place: Place, viewer: Viewer) -> dict[str, Any]:
    """What the page shows of the network: at once, or what a job made of it, or that it is being worked out."""
    if not pages.is_at_once(place, viewer, "overview"):
        part = pages.part(request, place, "overview")
        made = part.value["html"] if part.is_ready else ""
        return {"network_made": mark_safe(made), "network_part": part, "is_waiting": not part.is_ready}
    state = place_network.load(place, viewer)
    if not isinstance(state, Ready) and not bounds.are_lifted():
        return {"network_part": pages.Part(state.slug), "is_waiting": True}
    network = state.get()
    if network.is_empty:
        return {"network": None, "network_words": []}
    return {"network": network, "network_words": network.sections[:WORDS_SHOWN]}


def make_network(request: HttpRequest, place: Place) -> JsonResponse:
    """The part of the page that shows the network, as a job makes it."""
    home = place.get_absolute_url()
    tours = getattr(getattr(place, "page", None), "tours", ())
    context = {"place_url": home, "tours": tours, **_network(request, place, viewer_for(request))}
    # Our own template escapes what is in it.
    return JsonResponse({"html": render_to_string("mapping/partials/places/network.html", context)})


def _page(request: HttpRequest, place: Place, page, viewer: Viewer) -> HttpResponse:
    home = place.get_absolute_url()
    found = search.answer({}, place, viewer)
    context: dict[str, Any] = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "page": page,
        "section": "overview",
        "next_things": (next_things := _next_things(found)),
        "open_today": _open_today(found, NEXT_THINGS - len(next_things)),
        "open_now_url": found.query.url(f"{home}list/", when="now"),
        "canonical": request.build_absolute_uri(home),
        # Of each minute there is another page, and all but the above is as it was.
        **remembered.get(
            ("overview", place.pk, request.get_host()),
            lambda: _lasting(request, place, page, viewer, found),
            keep=lambda it: not it.get("is_waiting"),
        ),
    }
    design.want(request, context["icons"])
    return TemplateResponse(request, "mapping/places/overview.html", context)


def _lasting(request: HttpRequest, place: Place, page, viewer: Viewer, found: search.Found) -> dict[str, Any]:
    """What changes with the state of the place alone: the words for it, and the rest of the page below what is on."""
    home = place.get_absolute_url()
    tree, counts = found.by_category
    tops = [_category(it, counts[it.pk], home) for it in tree if it.parent_id is None]
    kinds = dict(found.matching.order_by().values_list("kind").annotate(n=Count("pk")))
    connections = Connection.objects.visible_to(viewer).of_place(place).order_by().count()
    help_ = [it for it in tree if it.group in HELP and it.parent_id is not None]
    join = [it for it in tree if it.slug in JOIN]
    words, network = _words(place, kinds), _network(request, place, viewer)
    if "network" in network and network["network"] is None:
        # The page says that nobody has said any: what only rules know of is not counted beside that.
        connections = 0
    context: dict[str, Any] = {
        "place": place,
        "place_url": home,
        "page": page,
        "numbers": _numbers(kinds, connections),
        "words": words,
        "freshness": PlaceFreshness.objects.filter(place=place, counted__gt=0).first(),
        "categories": tops,
        "picture": {"width": WIDTH, "height": height_of(place)} if place.boundary else None,
        "help": _largest(help_, counts, home),
        "join": _largest(join, counts, home),
        "help_url": f"{home}list/?{urlencode([('category', slug) for slug in HELP])}",
        "join_url": f"{home}list/?{urlencode([('kind', NodeKind.ACTIVITY.value)])}",
        "activities": kinds.get(NodeKind.ACTIVITY, 0),
        **network,
    }
    # By itself, so that it is known which icons it shows.
    alone = HttpRequest()
    return {
        "words": words,
        "lasting": mark_safe(render_to_string("mapping/partials/places/lasting.html", context, alone)),
        "icons": frozenset(design.wanted(alone)),
        "sources": list(_sources(place, viewer)),
        "is_waiting": network.get("is_waiting", False),
    }


def _sources(place: Place, viewer: Viewer):
    """Where what the viewer sees here comes from; a source of hidden records alone is not told of."""
    seen = Node.objects.visible_to(viewer).filter(place=place).values("pk")
    return Source.objects.filter(Exists(SourceRecord.objects.filter(source=OuterRef("pk"), node__in=seen)))


def _category(category, count: int, home: str) -> dict[str, Any]:
    return {
        "label": category.plural or category.name,
        "count": count,
        "url": f"{home}list/?{urlencode({'category': category.slug})}",
        "icon": category.icon,
        "kind": category.group,
        "disabled": not count,
    }


def _largest(categories: list[Category], counts: Counter[int], home: str) -> list[dict[str, Any]]:
    """Those of these categories that hold most, in the order of the guide."""
    most = set(sorted((it.pk for it in categories if counts[it.pk]), key=lambda pk: -counts[pk])[:CHIPS])
    return [_category(it, counts[it.pk], home) for it in categories if it.pk in most]


def _numbers(kinds: dict[str, int], connections: int) -> list[tuple[str, str]]:
    """Return the large numbers of the place, each with what it counts."""
    organisations = kinds.get(NodeKind.ORGANISATION, 0)
    activities = kinds.get(NodeKind.ACTIVITY, 0)
    others = sum(kinds.values()) - organisations - activities
    counted = [
        (others, ngettext("place to go", "places to go", others)),
        (organisations, ngettext("group or organisation", "groups and organisations", organisations)),
        (activities, ngettext("thing that is on", "things that are on", activities)),
        (connections, ngettext("connection between them", "connections between them", connections)),
    ]
    return [(formats.number_format(n, force_grouping=True), words) for n, words in counted if n]


def _words(place: Place, kinds: dict[str, int]) -> str:
    """Say what this is, in a sentence."""
    total = sum(kinds.values())
    if not total:
        return _("Nothing is on the map of %(place)s yet.") % {"place": place.name}
    return _(
        "%(n)s places, groups and things to do in %(place)s: where they are, when they are open, "
        "and how they lean on one another."
    ) % {"n": formats.number_format(total, force_grouping=True), "place": place.name}


def _next_things(found: search.Found) -> list[dict[str, Any]]:
    """The next three things that are on, in the order of time. What is only open is no event: `_open_today`."""
    now = timezone.localtime()
    coming = upcoming(found.place, found.viewer, now, NEXT_THINGS)
    nodes = {it.pk: it for it in Node.objects.for_cards().filter(pk__in=[it.node_id for it in coming])}
    return [{**card(nodes[it.node_id], now), "when": it.when} for it in coming if it.node_id in nodes]


def _open_today(found: search.Found, room: int) -> list[dict[str, Any]]:
    """Cards of `room` places that are still open today, the soonest of each sort before the second of any."""
    if room <= 0:
        return []
    now = timezone.localtime()
    coming = opening_hours.still_to_come(now, zone_of(found.place)).filter(node=OuterRef("pk")).order_by("period")
    nodes = (
        found.matching.exclude(kind=NodeKind.ACTIVITY)
        .annotate(opens=Subquery(coming.values("period__startswith")[:1]))
        .filter(opens__isnull=False)
        .order_by("category__position", "opens", "name", "pk")
        .for_cards()
    )
    sorts: dict[int | None, list[Node]] = {}
    for node in nodes[:LOOKED_AT]:
        sorts.setdefault(node.category_id, []).append(node)
    rounds = zip_longest(*sorts.values())
    mixed = list({node.pk: node for row in rounds for node in row if node is not None}.values())
    return cards(mixed[:room], now)
