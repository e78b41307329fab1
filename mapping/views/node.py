"""The page of one node: what, when, where, who it is connected to, and how we know."""

from __future__ import annotations

import copy
import uuid as uuids
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from config import remembered
from config.compiled import Compiled
from mapping import search
from mapping.access.permissions import contributor_of
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.commands import merges
from mapping.connections import sentences
from mapping.maps import builder
from mapping.models import PUBLIC, Node, NodeKind, NodeQuerySet, Place, Viewer
from mapping.nodes import facts, hours_description, linked_data
from mapping.nodes.cards import card, cards
from mapping.nodes.distances import units_of
from mapping.nodes.providers import AskedTime, actions_for, cards_for, sections_for
from mapping.nodes.time_description import over_since, question_in_words

from . import conditional

NEARBY = 5
# What everybody may see is asked in the same words each time.
_PUBLIC = Compiled(lambda uuid: _seen(PUBLIC).filter(uuid=uuid), uuid=uuids.UUID)


def node(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show a node that the reader may see; 404 for any other, whether it exists or not.

    `?card` gives its card alone, for what is picked on a map.
    """
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    found = _PUBLIC.first(uuid=uuid) if viewer.is_public else _seen(viewer).filter(uuid=uuid).first()
    if found is not None and found.place_id is not None:
        of_place = ("place of", found.place_id)
        found.place = copy.copy(remembered.get(of_place, lambda: Place.objects.get(pk=found.place_id)))
    if found is None:
        other = merges.redirected(uuid)
        if other is None or not Node.objects.visible_to(viewer).filter(pk=other.pk).exists():
            raise Http404
        # For ever, but not unasked: a merge can be taken back for some time.
        card_alone = "?card" if "card" in request.GET else ""
        response = HttpResponsePermanentRedirect(other.get_absolute_url() + card_alone)
        response["Cache-Control"] = "no-cache"
        return response
    make = _card if "card" in request.GET else _page
    return conditional.answer(request, None, viewer, lambda: make(request, found, viewer), by_the_minute=True)


def _seen(viewer: Viewer) -> NodeQuerySet:
    return Node.objects.visible_to(viewer).for_cards().select_related("source")


def _asked(request: HttpRequest, found: Node) -> AskedTime | None:
    """The time that the address asks for: what is on then, and what the card says."""
    given = {name: request.GET.get(name, "") for name in ("when", "at", "open")}
    query = search.answer(given, found.place, lenient=True).query
    return AskedTime(query.window, question_in_words(query.when, query.at)) if query.window is not None else None


def _card(request: HttpRequest, found: Node, viewer: Viewer) -> HttpResponse:
    asked = _asked(request, found)
    near = search.answer({"near": request.GET.get("near", "")}, found.place, viewer, lenient=True)
    found.distance = near.metres_to(found)
    [shown] = cards([found], timezone.localtime(), asked.window if asked else None, units_of(found.place))
    return TemplateResponse(request, "mapping/partials/nodes/card.html", {"card": shown})


def _page(request: HttpRequest, found: Node, viewer: Viewer) -> HttpResponse:
    now = timezone.localtime()
    place = found.place
    place_url = place.get_absolute_url() if place is not None and place.is_home else ""
    url = request.build_absolute_uri(found.get_absolute_url())
    sections = sections_for(found, viewer, _asked(request, found))
    opens = getattr(found, "opening_hours", None)
    actions = actions_for(request.user, found)
    own = contributor_of(request)
    # Nothing else is on at certain times, or costs something.
    said = cards_for([found.pk]).get(found.pk) if found.kind == NodeKind.ACTIVITY else None
    shown = card(found, now, said)
    context: dict[str, Any] = {
        "node": found,
        "over_since": over_since(found, now),
        "place": place,
        "place_url": place_url,
        "search_url": f"{place_url}map/" if place_url else "/search/",
        "crumbs": facts.crumbs(found, place_url),
        "card": shown,
        "description": facts.description(found, shown["kind_name"]),
        "before": [facts.tidy_section(it) for it in sections if it.position < 0],
        "after": [facts.tidy_section(it) for it in sections if it.position >= 0],
        "only_date": any(it.only_date for it in sections),
        "hours": opens,
        "week": hours_description.week(opens, now.astimezone(opens.zone).date()) if opens else None,
        "facts": facts.facts(found),
        "contact": (contact := facts.contact(found)),
        "call": next((it for it in contact if it.get("url", "").startswith("tel:")), None),
        "where": facts.where(found),
        "tags": facts.tags(found, place_url),
        "connections": sentences.connections_of(found, viewer),
        "may_unpublish": own is not None and own.looks_after(found),
        "edit_url": next((it.url for it in actions if it.edits), ""),
        "own_actions": [it for it in actions if it.own],
        "actions": [it for it in actions if not it.own],
        "nearby": cards(_nearby(found, viewer), now, units=units_of(place)),
        "origins": facts.origins(found),
        "canonical": url,
        "linked_data": linked_data.script(found, url, viewer),
    }
    if found.public_point is not None:
        context |= builder.node_parts(found)
    return TemplateResponse(request, "mapping/nodes/node.html", context)


def _nearby(found: Node, viewer: Viewer) -> list[Node]:
    """The nearest other nodes, each with its distance."""
    point = found.public_point
    return search.nearest(round(point.x, 5), round(point.y, 5), found.pk, viewer, NEARBY) if point is not None else []
