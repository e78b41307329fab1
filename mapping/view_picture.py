"""The picture of a network in a chosen state, drawn by the server: for saved views and the steps of tours.

What the state leaves out stays faintly where it is, so that a reader who steps from one view to the next keeps their
bearings. What was taken away is an empty ring.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import network_picture, snapshots, underneath
from .commands import graph
from .graph import labels
from .graph.snapshot import Snapshot
from .models import Place
from .network_view import NetworkView
from .viewers import Viewer

EPOCH = datetime.date(1970, 1, 1).toordinal()
# Colours of groups, in the order of their size: those of the eight kinds, which are told apart by every eye.
PALETTE = (
    "community-space", "food-help", "green-space", "health", "learning", "sport-play", "faith", "arts-heritage",
)  # fmt: skip
NAMES_MOST = 18
SMALLEST, LARGEST = 4.0, 16.0
PLAIN = 6.0


@dataclass(frozen=True)
class Shown:
    """What `partials/view_picture.html` draws; `missing` while the network is being worked out."""

    width: int = 0
    height: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    dots: list[dict[str, Any]] = field(default_factory=list)
    faint: str = ""
    rings: str = ""
    names: list[dict[str, Any]] = field(default_factory=list)
    kept: int = 0
    total: int = 0
    missing: bool = False
    empty: bool = False


def of(place: Place, viewer: Viewer, view: NetworkView) -> Shown:
    """Return what `viewer` sees of `place` in this state."""
    network = underneath.of(place, viewer)
    if network is None:
        return Shown(missing=True)
    if network.is_empty:
        return Shown(empty=True)
    snapshot = snapshots.of(place, viewer)
    return draw(network.payload, snapshot, view)


def draw(payload: dict[str, Any], snapshot: Snapshot, view: NetworkView) -> Shown:
    """Draw the nodes that have a place in `payload`, those of `view` before the others."""
    drawn = list(payload["nodes"][: payload["drawn"]])
    at = {bytes.fromhex(it["uuid"].replace("-", "")): number for number, it in enumerate(drawn)}
    index = np.array([snapshot.by_uuid.get(uuid, -1) for uuid in at], dtype=np.int64)
    edges, nodes, way = chosen(snapshot, view)
    number_of = np.full(snapshot.size + 1, -1, dtype=np.int64)
    number_of[index[index >= 0]] = np.flatnonzero(index >= 0)
    gone = {it.bytes for it in view.without}
    dots, faint, rings = [], [], []
    for number, it in enumerate(drawn):
        here = index[number]
        if bytes.fromhex(it["uuid"].replace("-", "")) in gone:
            rings.append(_circle(it, it["r"]))
        elif here < 0 or not nodes[here]:
            faint.append(_circle(it, 2.5))
        else:
            dots.append({**it, "number": number, "r": _radius(it, view), "colour": _colour(it, view)})
    order = sorted(range(len(dots)), key=lambda n: -dots[n]["r"])
    spots = [labels.Dot(it["x"], it["y"], it["r"], it["name"]) for it in dots]
    size = {"width": graph.WIDTH, "height": payload["height"]}
    names = labels.place(spots, order, size=graph.WIDE_TEXT, most=NAMES_MOST, over=1, **size)
    few = labels.place(spots, order, size=graph.NARROW_TEXT, most=5, over=4, **size)
    return Shown(
        width=int(graph.WIDTH),
        height=int(np.ceil(payload["height"])),
        lines=_lines(drawn, snapshot, edges, number_of, set(way)),
        dots=[
            {**it, "url": network_picture.url_of(it), "shape": network_picture.shape(it), "label": it["name"]}
            for it in dots
        ],
        faint="".join(faint),
        rings="".join(rings),
        names=[{**vars(it), "size": "wide"} for it in names] + [{**vars(it), "size": "narrow"} for it in few],
        kept=int(nodes.sum()),
        total=snapshot.size,
    )


def chosen(snapshot: Snapshot, view: NetworkView) -> tuple[NDArray[np.bool_], NDArray[np.bool_], list[int]]:
    """What `view` leaves: connections (m,) bool, nodes (n,) bool, and the nodes of the way between two, in order.

    A node is left when it is of the kinds asked for and has a connection that is left, or stands in the focus.
    """
    keep = snapshot.pick(
        types=view.types,
        without_types=view.hide,
        stated={"stated": True, "derived": False}.get(view.stated),
        least=view.least,
        day=view.day.toordinal() - EPOCH if view.day else None,
    )
    nodes = np.ones(snapshot.size, dtype=bool)
    if view.kinds:
        nodes &= np.isin(snapshot.kind, [i for i, it in enumerate(snapshot.tables["kinds"]) if it in view.kinds])
    if view.groups:
        tops = [i for i, it in enumerate(snapshot.tables["categories"]) if it["group"] in view.groups]
        nodes &= np.isin(snapshot.category, tops)
    for it in view.without:
        if it.bytes in snapshot.by_uuid:
            nodes[snapshot.by_uuid[it.bytes]] = False
    keep &= nodes[snapshot.source] & nodes[snapshot.target]
    way: list[int] = []
    if view.source and view.target:
        way = _way(snapshot, keep, view)
        if way:
            nodes = np.isin(np.arange(snapshot.size), way)
    elif view.focus and view.focus.bytes in snapshot.by_uuid:
        nodes = _around(snapshot, keep, snapshot.by_uuid[view.focus.bytes], view.steps)
    keep &= nodes[snapshot.source] & nodes[snapshot.target]
    joined = np.zeros(snapshot.size, dtype=bool)
    joined[snapshot.source[keep]] = joined[snapshot.target[keep]] = True
    if view.focus and view.focus.bytes in snapshot.by_uuid:
        joined[snapshot.by_uuid[view.focus.bytes]] = True
    return keep, nodes & joined, way


def _around(snapshot: Snapshot, keep: NDArray[np.bool_], centre: int, steps: int) -> NDArray[np.bool_]:
    near = np.zeros(snapshot.size, dtype=bool)
    near[centre] = True
    for _ in range(steps):
        reached = keep & (near[snapshot.source] | near[snapshot.target])
        near[snapshot.source[reached]] = near[snapshot.target[reached]] = True
    return near


def _way(snapshot: Snapshot, keep: NDArray[np.bool_], view: NetworkView) -> list[int]:
    ends = [snapshot.by_uuid.get(it.bytes) for it in (view.source, view.target) if it]
    if None in ends or len(set(ends)) < 2:
        return []
    found = snapshot.network(keep).igraph.get_shortest_paths(ends[0], ends[1])
    return list(found[0]) if found else []


def _radius(node: dict[str, Any], view: NetworkView) -> float:
    if view.size == "same":
        return PLAIN
    if view.size == "connections":
        return node["r"]
    share = min(max(node.get("shares", {}).get(view.size, 0.0), 0.0), 1.0)
    return round(SMALLEST + (LARGEST - SMALLEST) * share**0.5, 1)


def _colour(node: dict[str, Any], view: NetworkView) -> str:
    if view.colour == "community":
        return PALETTE[node["group"]] if 0 <= node["group"] < len(PALETTE) else "other"
    if view.colour == "none":
        return "organisation"
    return node["colour"]


def _lines(
    drawn: Sequence[dict[str, Any]],
    snapshot: Snapshot,
    keep: NDArray[np.bool_],
    number_of: NDArray[np.int64],
    way: set[int],
) -> list[dict[str, Any]]:
    """One path for what is left, one more for the way between two."""
    parts: dict[bool, list[str]] = {False: [], True: []}
    done = set()
    for source, target in zip(snapshot.source[keep].tolist(), snapshot.target[keep].tolist(), strict=True):
        pair = (min(source, target), max(source, target))
        a, b = int(number_of[source]), int(number_of[target])
        if pair in done or a < 0 or b < 0:
            continue
        done.add(pair)
        one, other = drawn[a], drawn[b]
        on_way = source in way and target in way
        parts[on_way].append(f"M{one['x']:.0f} {one['y']:.0f}L{other['x']:.0f} {other['y']:.0f}")
    return [{"way": on_way, "d": "".join(bits)} for on_way, bits in parts.items() if bits]


def _circle(node: dict[str, Any], r: float) -> str:
    return f"M{node['x'] - r:.1f} {node['y']}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z"
