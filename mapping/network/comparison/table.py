"""A place beside places like it: how connected each is, from what everybody may see, small numbers left out.

    table = comparison.of(place, "ward")

What is like a place: the other home places of its kind; or its own parts of one kind (wards, towns), side by side.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from mapping.graph import measures, suppression
from mapping.graph.snapshot import Snapshot
from mapping.models import PUBLIC, Node, NodeKind, Place, Revision
from mapping.network import snapshots

COLUMNS = (
    ("groups", (NodeKind.ORGANISATION,)),
    ("assets", (NodeKind.ASSET,)),
    ("activities", (NodeKind.ACTIVITY, NodeKind.PROJECT)),
    ("others", (NodeKind.PURPOSE, NodeKind.PERSON)),
)
ACTING = (NodeKind.ORGANISATION, NodeKind.ACTIVITY, NodeKind.PROJECT)
# Places side by side, and nodes looked at: a page, not a census.
MAX_AREAS = 60
MAX_NODES = 200_000
KEPT = 8
_kept: OrderedDict[tuple, Table] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Row:
    """One area. counts : nodes by `COLUMNS`, None where left out; total : of all; each measure None where left out.

    each : connections that a connected node has on average; density : share of all pairs of connected nodes that are
    connected; outward : share of the connections that lead out of the area; unconnected : share of groups, activities
    and projects without any connection. Hubs are left out (`graph.measures.hubs`): as nodes of the first, with their
    connections of the next two.
    """

    name: str
    is_here: bool
    counts: tuple[int | None, ...]
    total: int | None
    each: float | None
    density: float | None
    unconnected: float | None
    outward: float | None


@dataclass(frozen=True)
class Table:
    """Rows by name, and the sum of their counts. `hidden`: some are left out."""

    kind: str
    columns: tuple[str, ...]
    rows: list[Row]
    counts: tuple[int | None, ...] = ()
    total: int | None = None
    hidden: bool = False


@dataclass(frozen=True, eq=False)
class _Nodes:
    """Public nodes. kind : (n,) place in NodeKind; edges : (m, 2), each pair once, -1 for an end elsewhere."""

    kind: NDArray[np.int64]
    connected: NDArray[np.bool_]
    hub: NDArray[np.bool_]
    edges: NDArray[np.int64]
    point: NDArray[np.float64]
    home: NDArray[np.int64]


def kinds_of(place: Place) -> list[str]:
    """The kinds of areas that `place` can be looked at by: its own kind first, when there are others of it."""
    current = Place.objects.current().order_by()
    inside = current.filter(parent=place, is_home=False, boundary__isnull=False)
    found = list(inside.order_by("kind").values_list("kind", flat=True).distinct())
    peers = current.homes().filter(kind=place.kind).exclude(pk=place.pk).exists()
    return ([place.kind] if peers else []) + [it for it in found if not (peers and it == place.kind)]


def places_of(place: Place) -> list[Place]:
    """The places that a comparison reads: this one, and its like."""
    peers = Place.objects.current().homes().filter(kind=place.kind).exclude(pk=place.pk).order_by("name")
    return [place, *peers[:MAX_AREAS]]


def compare(place: Place, kind: str) -> Table:
    """Return the places of `kind` side by side. Four queries and the snapshots, once for each state of all places."""
    revisions = tuple(Revision.objects.order_by("pk").values_list("pk", "number"))
    key = (place.pk, kind, revisions)
    found = _kept.get(key) or (_of_homes(place) if kind == place.kind else _of_parts(place, kind))
    with _lock:
        _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _of_parts(place: Place, kind: str) -> Table:
    """The parts of a place: what lies within each boundary, at the points that the public may know."""
    areas = list(
        Place.objects.current()
        .filter(parent=place, kind=kind, is_home=False, boundary__isnull=False)
        .order_by("name")[:MAX_AREAS]
    )
    nodes = _nodes([place], [snapshots.load(place, PUBLIC)])
    shapes = [shapely.from_wkb(bytes(it.boundary.wkb)) for it in areas]
    shapely.prepare(shapes)
    within = [shapely.contains_xy(shape, nodes.point[:, 0], nodes.point[:, 1]) for shape in shapes]
    return _table(kind, [(it.name, False) for it in areas], within, nodes)


def _of_homes(place: Place) -> Table:
    """The home places of one kind."""
    homes = list(Place.objects.current().homes().filter(kind=place.kind).order_by("name")[:MAX_AREAS])
    nodes = _nodes(homes, [snapshots.load(it, PUBLIC) for it in homes])
    within = [nodes.home == it.pk for it in homes]
    return _table(place.kind, [(it.name, it.pk == place.pk) for it in homes], within, nodes)


def _nodes(places: list[Place], seen: list[Snapshot]) -> _Nodes:
    """Every public node of some places, with their stated connections. One query besides the snapshots."""
    rows = list(
        Node.objects.visible_to(PUBLIC)
        .current()
        .filter(place__in=places)
        .order_by("pk")
        .values_list("pk", "kind", "place_id", "public_point")[:MAX_NODES]
    )
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    pairs = [
        np.sort(it.ids[np.column_stack([it.source, it.target])[it.pick(stated=True)]], axis=1).reshape(-1, 2)
        for it in seen
    ]
    ties = np.unique(np.vstack([np.zeros((0, 2), dtype=np.int64), *pairs]), axis=0)
    connected = np.isin(ids, ties)
    # An end in another place is no node here: -1.
    found = np.searchsorted(ids, ties)
    edges = np.where(ids[np.minimum(found, len(ids) - 1)] == ties, found, -1) if len(ids) else ties[:0]
    return _Nodes(
        kind=np.array([NodeKind.values.index(row[1]) for row in rows], dtype=np.int64),
        connected=connected,
        hub=np.isin(ids, np.concatenate([it.ids[measures.hubs(it.network(it.pick(stated=True)))] for it in seen])),
        edges=edges,
        point=np.array([row[3].coords if row[3] else (np.nan, np.nan) for row in rows]).reshape(-1, 2),
        home=np.array([row[2] for row in rows], dtype=np.int64),
    )


def _table(kind: str, areas: list[tuple[str, bool]], within: list[NDArray[np.bool_]], nodes: _Nodes) -> Table:
    columns = [[NodeKind.values.index(it) for it in kinds] for _, kinds in COLUMNS]
    counts = np.array([[int((inside & np.isin(nodes.kind, it)).sum()) for it in columns] for inside in within])
    counts = counts.reshape(len(areas), len(columns))
    used = np.flatnonzero(counts.any(axis=0)) if len(areas) else np.zeros(0, dtype=np.int64)
    counts = counts[:, used]
    if not len(areas) or not len(used):
        return Table(kind, (), [])
    left_out = suppression.table(counts)
    rows = [
        Row(
            name=name,
            is_here=here,
            counts=_told(counts[at], left_out[at, :-1]),
            total=_told(counts[at : at + 1].sum(axis=1), left_out[at : at + 1, -1])[0],
            # How many there are must not follow from how they are connected.
            **_measures(inside, nodes, told=not left_out[at, -1]),
        )
        for at, ((name, here), inside) in enumerate(zip(areas, within, strict=True))
    ]
    sums = counts.sum(axis=0)
    return Table(
        kind=kind,
        columns=tuple(COLUMNS[it][0] for it in used),
        rows=rows,
        counts=_told(sums, left_out[-1, :-1]),
        total=_told(sums.sum(keepdims=True), left_out[-1:, -1])[0],
        hidden=bool(left_out.any()),
    )


def _told(numbers: NDArray[np.int64], left_out: NDArray[np.bool_]) -> tuple[int | None, ...]:
    return tuple(None if gone else int(it) for it, gone in zip(numbers, left_out, strict=True))


def _measures(inside: NDArray[np.bool_], nodes: _Nodes, *, told: bool) -> dict[str, float | None]:
    if not told:
        return dict.fromkeys(("each", "density", "unconnected", "outward"))
    # Whom a fifth of all are connected to would be all that the area of its office is told by.
    usual = inside & ~nodes.hub
    connected = int((usual & nodes.connected).sum())
    acting = inside & np.isin(nodes.kind, [NodeKind.values.index(it) for it in ACTING])
    known = nodes.edges >= 0
    of_usual = int((known & usual[nodes.edges]).sum())
    ends = (known & usual[nodes.edges])[~(known & nodes.hub[nodes.edges]).any(axis=1)]
    both, across = int(ends.all(axis=1).sum()), int((ends.sum(axis=1) == 1).sum())
    whole = connected >= suppression.MIN_CELL
    return {
        "each": of_usual / connected if whole and not suppression.small(of_usual) else None,
        "density": both / (connected * (connected - 1) / 2) if whole and not suppression.small(both) else None,
        "unconnected": suppression.share(int((acting & ~nodes.connected).sum()), int(acting.sum())),
        "outward": suppression.share(across, both + across),
    }
