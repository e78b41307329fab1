"""Nodes: what stands on the map. GeoJSON (RFC 7946) with their public points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from config import remembered
from config.compiled import Compiled
from mapping import search
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.commands import merges
from mapping.models import PUBLIC, UNSHOWN, Node, NodeQuerySet, NodeTag, Source, Viewer
from mapping.models.hours import DAYS
from mapping.nodes import hours_description, occasions, opening_hours
from mapping.nodes.window import Window

from . import parameters as p
from .answers import GEOJSON, JSON, Written, answer, etag, page_links, stamp, written
from .problems import Problem
from .schemas import NodeCollection, NodeFeature

router = Router(tags=["nodes"])
PATH = "/api/v1/nodes"
# About a centimetre.
DECIMALS = 7
# Large, and told to nobody.
UNTOLD = (*UNSHOWN, "facts")
# Nodes that a process keeps as they are written, of a few kilobytes each.
MAX_WRITTEN = 2_000


@router.get(
    "/nodes",
    response=NodeCollection,
    summary="Find nodes",
    operation_id="listNodes",
    openapi_extra={
        "parameters": [
            p.Q, p.EXACT, p.NEAR, p.WITHIN, p.BBOX, p.CATEGORY, p.KIND, p.TAG, p.PLACE, p.WHEN, p.AT, p.OPEN, p.PERHAPS,
            p.FEATURE, p.LANGUAGE, p.FOR, p.AGE, p.CONFIRMED, p.CONNECTED, p.RUN_BY, p.SORT, p.PAGE, p.LIMIT,
        ]
    },
)  # fmt: skip
def list_nodes(request: HttpRequest) -> HttpResponse:
    """Everything that answers all of the parameters, as a FeatureCollection, page by page."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        page_copies.begin(request, for_everybody=True)
    # What is refused is refused to everybody alike, so nobody is looked up for it.
    found = search.answer(request.GET, max_limit=search.API_LIMIT).seen_by(viewer_for(request))

    def build() -> dict[str, Any]:
        nonlocal found
        page = None if found.query.when else found.page_numbers
        matched, corrected = found.total if page is None else page[0], {}
        if not matched and (better := found.corrected) is not None:
            corrected = {"corrected": {"asked": found.query.q, "q": better.query.q, "note": better.meaning.note}}
            found, matched = better, better.total
            page = None if found.query.when else found.page_numbers
        query = found.query
        asked = query.window
        if page is not None:
            features = features_of(request, page[1], found.viewer)
        else:
            nodes = list(with_details(found.page))
            on = occasions.first_in(asked, [it.pk for it in nodes]) if asked is not None else {}
            features = [feature(request, it, asked, on.get(it.pk)) for it in nodes]
        perhaps = {}
        if asked is not None and not query.perhaps:
            perhaps = {"numberPerhaps": found.perhaps}
        place = {"place": query.place.slug} if query.place else {}
        return {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(features),
            **perhaps,
            **corrected,
            "timeStamp": stamp(),
            "links": page_links(
                request,
                lambda page: query.url(PATH, **place, page=page),
                page=query.page,
                limit=query.limit,
                matched=matched,
                kind=GEOJSON,
            ),
            "features": features,
        }

    return answer(request, build, content_type=GEOJSON, tag=etag(request, clock=found.query.depends_on_time))


@router.get("/nodes/{uuid:uuid}", response=NodeFeature, summary="One node", operation_id="getNode")
def get_node(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One node with everything that is public about it, and where that came from."""
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    visible = Node.objects.visible_to(viewer)
    node = with_details(visible.filter(uuid=uuid)).first()
    if node is None:
        other = merges.redirected(uuid)
        if other is not None and visible.filter(pk=other.pk).exists():
            response = HttpResponse(status=308)
            response["Location"], response["Cache-Control"] = f"{PATH}/{other.uuid}", "no-cache"
            return response
        raise Problem(404, "There is no such node, or it is not public.")
    return answer(request, lambda: feature(request, node), content_type=GEOJSON)


def with_details(nodes: NodeQuerySet) -> NodeQuerySet:
    """With all that `feature` tells, in one query."""
    tags = NodeTag.objects.filter(content_object=OuterRef("pk")).order_by().values("tag__name")
    nodes = nodes.select_related("category", "place", "source", "opening_hours").defer(*UNTOLD, "place__boundary")
    return nodes.annotate(tag_names=ArraySubquery(tags))


def features_of(request: HttpRequest, page: list[tuple[int, float | None]], viewer: Viewer) -> list[Written]:
    """The nodes of these numbers as `feature` has them, each with how far away it is, where that was asked.

    What everybody is told of a node is written once for each state of the records.
    """
    site = f"{request.scheme}://{request.get_host()}"
    # The usual week follows the seasons.
    key = ("features", site, timezone.localdate())
    shelf: remembered.Shelf[tuple[str, str]] = remembered.get(key, lambda: remembered.Shelf(MAX_WRITTEN))
    pieces = shelf.find(pk for pk, _metres in page)
    missing = [pk for pk, _metres in page if pk not in pieces]
    if missing:
        made = {it.pk: _in_two(feature(request, it)) for it in _with_details(missing, viewer)}
        shelf.put(made)
        pieces = {**pieces, **made}
    return [
        Written(pieces[pk][0] + ("" if metres is None else f',"distance":{round(metres, 1)!r}') + pieces[pk][1])
        for pk, metres in page
        if pk in pieces
    ]


def _with_details(numbers: list[int], viewer: Viewer) -> Iterable[Node]:
    """What `viewer` may see of these, in no order."""
    if viewer.is_public:
        return _DETAILED.objects(ids=numbers)
    return _detailed(numbers, viewer)


def _detailed(ids: list[int], viewer: Viewer) -> NodeQuerySet:
    return with_details(Node.objects.visible_to(viewer).filter(pk__any_of=ids)).order_by()


_DETAILED = Compiled(lambda ids: _detailed(ids, PUBLIC), ids=list)


def _in_two(made: dict[str, Any]) -> tuple[str, str]:
    """A feature as JSON, parted where its properties end."""
    end = f'}},"links":{written(made["links"])}}}'
    return written(made).removesuffix(end), end


def feature(
    request: HttpRequest, node: Node, asked: Window | None = None, occasion: occasions.Occasion | None = None
) -> dict[str, Any]:
    """A node as a GeoJSON Feature with its public point only; `asked`: whether it is open then, or on (`occasion`)."""
    # Once, not for each of the links of a thousand nodes.
    site, page = f"{request.scheme}://{request.get_host()}", node.get_absolute_url()
    opens = getattr(node, "opening_hours", None)
    properties: dict[str, Any] = {
        "uuid": node.uuid,
        "name": node.name,
        "other_names": node.other_names,
        "kind": node.kind,
        "category": category(node),
        "summary": node.summary,
        "tags": sorted(node.tag_names),
        "place": node.place.slug if node.place else None,
        "address": node.public_address,
        "postcode": node.public_postcode,
        "phone": node.phone,
        "email": node.email,
        "website": node.website,
        "hours_text": node.hours_text,
        "opening_hours": opens.expression if opens else "",
        "hours_not_understood": opens.not_understood if opens else [],
        "hours": [_opening(*it) for it in hours_description.ordinary_rows(opens, timezone.localdate())],
        "step_free": node.step_free,
        "features": node.features,
        "languages": node.languages,
        "audiences": node.audiences,
        "min_age": node.min_age,
        "max_age": node.max_age,
        "capacity": node.capacity,
        "hire_rate": node.hire_rate,
        "hire_booking": node.hire_booking,
        "over_at": node.over_at,
        "precision": node.location_precision,
        "confirmed_at": node.confirmed_at,
        "confirmed_by": node.confirmed_by,
        "fading_since": node.fading_since,
        "updated_at": node.updated_at,
        "source": provenance(node.source),
        "url": f"{site}{page}",
    }
    if asked is not None and opens is not None:
        properties["open"] = opening_hours.state_when(opens, asked).value
    if occasion is not None:
        properties["on"] = {
            "starts_at": occasion.starts_at,
            "ends_at": occasion.ends_at,
            "all_day": occasion.all_day,
            "more": occasion.more,
        }
    distance = getattr(node, "distance", None)
    if distance is not None:
        properties["distance"] = round(distance, 1)
    return {
        "type": "Feature",
        "id": node.uuid,
        "geometry": point(node),
        "properties": properties,
        "links": [
            _link("self", f"{site}{PATH}/{node.uuid}", GEOJSON, node.name),
            _link("alternate", f"{site}{page}", "text/html", "Its page"),
            _link("connections", f"{site}/api/v1/connections?node={node.uuid}", JSON, "Its connections"),
        ],
    }


def _link(rel: str, href: str, kind: str, title: str) -> dict[str, str]:
    return {"rel": rel, "type": kind, "title": title, "href": href}


def point(node: Node) -> dict[str, Any] | None:
    """The public point as a GeoJSON geometry."""
    if node.public_point is None:
        return None
    return {"type": "Point", "coordinates": position(node)}


def position(node: Node) -> list[float]:
    return [round(node.public_point.x, DECIMALS), round(node.public_point.y, DECIMALS)]


def category(node: Node) -> dict[str, str] | None:
    it = node.category
    return {"slug": it.slug, "name": it.name, "group": it.group} if it else None


def provenance(source: Source | None) -> dict[str, str] | None:
    """Where a record came from and on what terms it may be used."""
    if source is None:
        return None
    names = ("slug", "title", "publisher", "licence", "licence_url", "attribution", "url")
    return {name: getattr(source, name) for name in names}


def _opening(weekday: int, opens: int | None, closes: int | None) -> dict[str, str | None]:
    return {"day": DAYS[weekday], "opens": _clock(opens), "closes": _clock(closes)}


def _clock(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    return "24:00" if minutes == 1440 else f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
