"""The front page of a place: what is here in numbers and words, what is on, and what lies underneath."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import facets, freshness, opening, underneath
from ..cards import card, cards
from ..details import upcoming
from ..models import Connection, Node, NodeKind, Place, Source
from ..parameters import DAYS
from ..query import Query
from ..viewers import Viewer, viewer_for

NEXT_THINGS = 3
# The groups of categories behind "Find help" and "Join in".
HELP = ("food-help", "health")
JOIN = ("sport-play", "arts-heritage", "learning", "faith", "community-space", "green-space")
WORDS_SHOWN = 2


def overview(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show a place."""
    viewer = viewer_for(request)
    return freshness.answer(request, place, viewer, lambda: _page(request, place, page, viewer), by_the_minute=True)


def _page(request: HttpRequest, place: Place, page, viewer: Viewer) -> HttpResponse:
    query = Query(place=place)
    home = place.get_absolute_url()
    tree, counts = facets.by_category(query, viewer)
    tops = [_category(it, counts[it.pk], home) for it in tree if it.parent_id is None]
    kinds = dict(
        query.restrict(Node.objects.visible_to(viewer), viewer).order_by().values_list("kind").annotate(n=Count("pk"))
    )
    connections = Connection.objects.visible_to(viewer).of_place(place).order_by().count()
    network = underneath.of(place)
    branches = {slug: [] for slug in (*HELP, *JOIN)}
    for it in tree:
        if it.parent_id is not None and counts[it.pk] and it.group in branches:
            branches[it.group].append(_category(it, counts[it.pk], home))
    context: dict[str, Any] = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "page": page,
        "section": "overview",
        "numbers": _numbers(kinds, connections),
        "words": _words(place, tops),
        "categories": tops,
        "next_things": _next_things(place, viewer),
        "open_now_url": Query(place=place, open="now").url(f"{home}list/"),
        "help": _largest(branches, HELP, 6),
        "join": _largest(branches, JOIN, 6),
        "help_url": f"{home}list/?{urlencode([('category', slug) for slug in HELP])}",
        "join_url": f"{home}list/?{urlencode([('kind', NodeKind.ACTIVITY.value)])}",
        "activities": kinds.get(NodeKind.ACTIVITY, 0),
        "network": network if network is not None and not network.is_empty else None,
        "network_words": network.sections[:WORDS_SHOWN] if network is not None and not network.is_empty else [],
        "sources": Source.objects.filter(records__node__place=place).distinct(),
        "canonical": request.build_absolute_uri(home),
    }
    return TemplateResponse(request, "mapping/overview.html", context)


def _category(category, count: int, home: str) -> dict[str, Any]:
    return {
        "label": category.plural or category.name,
        "count": count,
        "url": f"{home}list/?{urlencode({'category': category.slug})}",
        "icon": category.icon,
        "kind": category.group,
        "disabled": not count,
    }


def _largest(branches: dict[str, list], groups: tuple[str, ...], most: int) -> list[dict[str, Any]]:
    """The categories of these groups that hold most, in the order of the groups."""
    every = [it for slug in groups for it in branches[slug]]
    chosen = sorted(every, key=lambda it: -it["count"])[:most]
    return [it for it in every if it in chosen]


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


def _words(place: Place, tops: list[dict[str, Any]]) -> str:
    """Return what there is most of, in a sentence."""
    most = sorted((it for it in tops if it["count"]), key=lambda it: -it["count"])[:3]
    if not most:
        return _("Nothing is on the map of %(place)s yet.") % {"place": place.name}
    names = [it["label"][:1].lower() + it["label"][1:] for it in most]
    listed = (
        names[0]
        if len(names) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(names[:-1]),
            "last": names[-1],
        }
    )
    return _("What people have written down about %(place)s so far: above all %(kinds)s.") % {
        "place": place.name,
        "kinds": listed,
    }


def _next_things(place: Place, viewer: Viewer) -> list[dict[str, Any]]:
    """The next three things that are on; where fewer are known, what is open today and closes last."""
    now = timezone.localtime()
    coming = upcoming(place, viewer, now, NEXT_THINGS)
    nodes = {it.pk: it for it in Node.objects.for_cards().filter(pk__in=[it.node_id for it in coming])}
    found = [{**card(nodes[it.node_id], now), "when": it.when} for it in coming if it.node_id in nodes]
    if len(found) < NEXT_THINGS:
        today = Query(place=place, open=DAYS[now.weekday()])
        nodes_open = (
            today.restrict(Node.objects.visible_to(viewer), viewer)
            .exclude(pk__in=nodes)
            .filter(hours__in=opening.still_to_come(now))
            .order_by("hours__opens", "name", "pk")
            .for_cards()
        )
        shown: dict[int, Node] = {}
        for node in nodes_open[: NEXT_THINGS * 3]:
            shown.setdefault(node.pk, node)
        found += cards(list(shown.values())[: NEXT_THINGS - len(found)], now)
    return found
