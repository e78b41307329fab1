"""Connections: who is tied to whom, what supports that, and lines for a map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from ninja import Router

from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import SUPPORTING_KINDS, Connection, Node, Place, Statement, Viewer
from mapping.search import unknown
from mapping.search.parameters import API_LIMIT, DEFAULT_LIMIT, MAX_PAGE, QueryError, Reader

from . import parameters as p
from .answers import GEOJSON, JSON, answer, etag, page_links, stamp
from .nodes import position, provenance
from .schemas import ConnectionList

router = Router(tags=["connections"])
PATH = "/api/v1/connections"
# Told of each connection; `weight` counts all.
MAX_STATEMENTS = 20
# Read of each: more statements than this about one tie are not summed.
STATEMENTS_READ = 500


@router.get(
    "/connections",
    response=ConnectionList,
    summary="List connections",
    operation_id="listConnections",
    openapi_extra={"parameters": [p.PLACE, p.NODE, p.TYPE, p.FORMAT, p.PAGE, p.LIMIT]},
)
def list_connections(request: HttpRequest) -> HttpResponse:
    """Connections that are supported by a statement which the caller may see, between nodes they may see."""
    page_copies.begin(request, for_everybody=viewer_for(request).user_id is None)
    reader = Reader(request.GET)
    place = _place(reader)
    node = _uuid(reader)
    types = reader.slugs("type")
    form = reader.choices(
        "format", ("json", "geojson"), "“%(value)s” is not a format of connections.", "Use json or geojson."
    )
    page = reader.whole("page", 1, MAX_PAGE, 1)
    limit = reader.whole("limit", 1, API_LIMIT, DEFAULT_LIMIT)
    reader.problems += unknown.problems(request.GET, ("place", "node", "type", "format", "page", "limit"))
    if reader.problems:
        raise QueryError(reader.problems)
    lines = "geojson" in form
    viewer = viewer_for(request)
    asked = {
        "place": [place.slug] if place else [],
        "node": [node] if node else [],
        "type": list(types),
        "format": ["geojson"] if lines else [],
        "limit": [limit] if limit != DEFAULT_LIMIT else [],
    }

    def url(number: int) -> str:
        text = urlencode({**asked, "page": [number] if number > 1 else []}, doseq=True)
        return f"{PATH}?{text}" if text else PATH

    def build() -> dict[str, Any]:
        found = Connection.objects.visible_to(viewer)
        if place is not None:
            found = _of_place(found, place)
        if node is not None:
            found = found.filter(Q(source__uuid=node) | Q(target__uuid=node))
        if types:
            found = found.filter(type__slug__in=types)
        if lines:
            found = found.filter(source__public_point__isnull=False, target__public_point__isnull=False)
        matched = found.count()
        rows = list(_with_details(found, viewer)[(page - 1) * limit : page * limit])
        head = {
            "numberMatched": matched,
            "numberReturned": len(rows),
            "timeStamp": stamp(),
            "links": page_links(request, url, page=page, limit=limit, matched=matched, kind=GEOJSON if lines else JSON),
        }
        if lines:
            return {"type": "FeatureCollection", **head, "features": [_line(it) for it in rows]}
        named = _named(rows, viewer)
        return {**head, "connections": [_record(it, named) for it in rows]}

    return answer(request, build, content_type=GEOJSON if lines else JSON, tag=etag(request))


def _place(reader: Reader) -> Place | None:
    slug = reader.first("place")
    if not slug:
        return None
    place = Place.objects.current().filter(slug=slug).first()
    if place is None:
        reader.refuse("place", slug, "There is no place “%(value)s” here.", "The places are listed at /api/v1/places.")
    return place


def _uuid(reader: Reader):
    """`node`, read as `connected` is: the problem is told of under its own name."""
    return Reader({"connected": reader.first("node")}, _Renamed(reader.problems)).connected()


class _Renamed(list):
    """Problems of `connected`, handed on as problems of `node`."""

    def __init__(self, problems) -> None:
        super().__init__()
        self.problems = problems

    def append(self, problem) -> None:
        self.problems.append(type(problem)("node", problem.value, problem.message, problem.remedy))


def _of_place(found, place: Place):
    if place.is_home:
        return found.of_place(place)
    inside = Node.objects.of_place(place).values("pk")
    return found.filter(Q(source__in=inside) | Q(target__in=inside))


def _with_details(found, viewer: Viewer):
    """With both ends and the statements that `viewer` may see, in a fixed number of queries."""
    statements = (
        Statement.objects.visible_to(viewer)
        .select_related("by_source", "by_node")
        .annotate(
            rank=Window(
                RowNumber(), partition_by=[F("connection_id")], order_by=[F("said_on").desc(nulls_last=True), F("pk")]
            )
        )
        .filter(rank__lte=STATEMENTS_READ)
        .order_by("connection_id", "rank")
    )
    ends = [f"{end}__{name}" for end in ("source", "target") for name in ("uuid", "name", "kind", "public_point")]
    return (
        found.select_related("type", "source", "target")
        .only("uuid", "type", "type__slug", "type__forward", "type__reverse", "type__directed", "type__tie", *ends)
        .prefetch_related(Prefetch("statements", statements, to_attr="said"))
        .order_by("pk")
    )


def _named(rows: list[Connection], viewer: Viewer) -> set[int]:
    """Ids of the groups among the authors that `viewer` may see by name."""
    ids = {said.by_node_id for it in rows for said in it.said} - {None}
    if not ids:
        return set()
    return set(Node.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def _summary(it: Connection) -> dict[str, Any]:
    supporting = [said for said in it.said if said.kind in SUPPORTING_KINDS]
    authors = {said.by_node_id for said in supporting}
    amounts = [said for said in supporting if said.amount is not None]
    currencies = {said.currency for said in amounts}
    one = len(currencies) == 1
    begun = [said.held_from for said in supporting if said.held_from]
    ended = [said.held_to for said in supporting]
    return {
        "uuid": it.uuid,
        "type": {
            "slug": it.type.slug,
            "forward": it.type.forward,
            "reverse": it.type.reverse,
            "directed": it.type.directed,
            "tie": it.type.tie,
        },
        "source": _end(it.source),
        "target": _end(it.target),
        "weight": len(supporting),
        "mutual": {it.source_id, it.target_id} <= authors,
        "derived": all(said.is_derived for said in supporting),
        "disputed": len(supporting) < len(it.said),
        "strength": round(sum(said.strength for said in supporting) / max(len(supporting), 1), 1),
        "held_from": min(begun, default=None),
        "held_to": max(ended) if ended and all(ended) else None,
        "amount": sum(said.amount for said in amounts) if one else None,
        "currency": currencies.pop() if one else "",
    }


def _end(node: Node) -> dict[str, Any]:
    return {"uuid": node.uuid, "name": node.name, "kind": node.kind}


def _record(it: Connection, named: set[int]) -> dict[str, Any]:
    return {**_summary(it), "statements": [_statement(said, named) for said in it.said[:MAX_STATEMENTS]]}


def _statement(said: Statement, named: set[int]) -> dict[str, Any]:
    by, name = "person", ""
    if said.by_rule:
        by, name = "rule", said.by_rule
    elif said.by_source:
        by, name = "source", said.by_source.title
    elif said.by_node_id:
        by, name = "group", said.by_node.name if said.by_node_id in named else ""
    return {
        "uuid": said.uuid,
        "kind": said.kind,
        "said_by": by,
        "name": name,
        "rule": said.by_rule,
        "licence": said.by_source.licence if said.by_source else "",
        "said_on": said.said_on,
        "held_from": said.held_from,
        "held_to": said.held_to,
        "strength": said.strength,
        "amount": said.amount,
        "currency": said.currency,
        "note": said.note,
        "evidence_url": said.evidence_url,
        "source": provenance(said.by_source),
    }


def _line(it: Connection) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": it.uuid,
        "geometry": {"type": "LineString", "coordinates": [position(it.source), position(it.target)]},
        "properties": _summary(it),
    }
