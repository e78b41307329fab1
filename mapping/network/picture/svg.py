"""The server's picture on the network page: there at once, with or without JavaScript, in the state of the address.

The canvas (`mapping/static/mapping/js/network/page.js`) takes over with the same dots in the same places, so the box
(`viewBox`), the radii and the colours are those of its modules `canvas`, `colours` and `dots`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from mapping.graph.packed import Picture
from mapping.graph.snapshot import Snapshot
from mapping.models import Capital, NodeKind
from mapping.network.view import filter as view_filter
from mapping.network.view import labels as view_labels
from mapping.network.view.state import NetworkView

from . import appearance, captions
from .captions import Layout
from .overview import shape

# Links, lines and plain dots that a first picture holds; the canvas draws all there is.
MAX_LINKS, MAX_LINES, MAX_DOTS = 150, 1200, 2500
STOPS = 12
# Up to so many plain dots have their shape; more are squares, which are shorter to say.
MAX_PRECISE = 900

Dot = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """What `partials/network/view.html` draws, and what it says of it. `hub` : what is left out and said, or None where
    nothing hides the rest; `is_open` : whether it is left out."""

    box: tuple[float, float, float, float]
    letters: dict[str, float]
    islands: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    inner: list[dict[str, Any]]
    dots: list[Dot]
    names: list[dict[str, Any]]
    shapes: list[dict[str, Any]]
    colours: list[dict[str, Any]]
    nodes: int
    connections: int
    left_out: int
    notes: list[str]
    is_open: bool
    hub: captions.Hub | None


def leaves_hub_out(snapshot: Snapshot, picture: Picture, view: NetworkView) -> bool:
    """Whether the hubs of this picture are left out in this state: not where one looks at them, or at the ring."""
    if picture.islands is None or not picture.has_hub or not view.leaves_hub_out:
        return False
    focus = snapshot.by_uuid.get(view.focus.bytes) if view.focus else None
    return focus is None or not (focus in picture.islands.hubs or picture.islands.ring[focus])


def draw(
    snapshot: Snapshot,
    picture: Picture,
    view: NetworkView,
    way: Sequence[int] | None = None,
    *,
    closer: bool = False,
) -> Drawing:
    """Draw `view` of a network, with `way` between its two. Linear in its size, with a bound on what is sent.

    `closer` brings what is not faded near, for a picture that nobody can zoom.
    """
    is_open = leaves_hub_out(snapshot, picture, view)
    layout = Layout.of(picture, is_open=is_open)
    hubs = picture.islands.hubs.tolist() if picture.islands is not None and is_open else []
    looked = view_filter.look(snapshot, view, way, hubs)
    radii = _radii(picture, view)
    if picture.islands is not None and is_open:
        radii = np.where(picture.islands.ring, np.minimum(radii, appearance.RING_RADIUS), radii)
    marked = _marked(snapshot, picture, view)
    colour, colours = _colours(snapshot, picture, view, looked.nodes, marked)
    shown = np.flatnonzero(looked.nodes)
    order = shown[np.lexsort((shown, -radii[shown]))]
    important = order[np.lexsort((order, -radii[order], ~looked.near[order]))]
    linked = important[: min(MAX_LINKS, len(important))]
    edges = _most(snapshot, looked)
    dots = [_dot(snapshot, layout, int(i), radii, colour, looked) for i in linked]
    for number, dot in enumerate(dots):
        dot["stop"] = number < STOPS
    box = captions.open_box(layout) if is_open else _box(snapshot, picture, layout, view)
    if closer and not looked.near[shown].all():
        box = captions.closer_box(layout, looked.near & looked.nodes, box)
    letters = captions.letters(box)
    hub = captions.hub(snapshot, picture, view, looked.nodes, is_open=is_open)
    scene = captions.Scene(layout, picture, radii, looked.nodes, looked.near)
    return Drawing(
        box=box,
        letters=letters,
        islands=captions.islands(snapshot, scene),
        lines=_lines(snapshot, layout, looked, edges, radii),
        marks=_marks(snapshot, layout, np.setdiff1d(order[:MAX_DOTS], linked), radii, colour, looked),
        inner=_inner(layout, order[:MAX_DOTS], radii, marked, looked),
        # Large ones first, so that small ones lie on top.
        dots=dots,
        names=captions.names(snapshot, scene, important, letters, box, hub, closer=closer),
        shapes=_shapes(snapshot, shown),
        colours=colours,
        nodes=len(shown),
        connections=int(looked.edges.sum()),
        left_out=max(len(order) - MAX_DOTS, 0),
        notes=_notes(view, looked, len(edges)),
        is_open=is_open,
        hub=hub,
    )


def _box(snapshot: Snapshot, picture: Picture, layout: Layout, view: NetworkView) -> tuple[float, float, float, float]:
    """What is seen at first: all that has a connection of the sort asked for, stated or derived."""
    chosen = (
        np.full(len(snapshot.source), True) if view.stated == "all" else snapshot.derived == (view.stated != "stated")
    )
    nodes = np.unique(np.concatenate([snapshot.source[chosen], snapshot.target[chosen]]))
    left, right, top, bottom = 0.0, layout.width, 0.0, layout.height
    if len(nodes):
        x, y, room = layout.x[nodes], layout.y[nodes], _radii(picture, replace(view, size="connections"))[nodes]
        left, right = float((x - room).min()), float((x + room).max())
        top, bottom = float((y - room).min()), float((y + room).max())
    # Few dots lie in the middle, no larger than many would be.
    across = max(right - left + 2 * appearance.MARGIN, appearance.MIN_BOX[0])
    down = max(bottom - top + 2 * appearance.MARGIN, appearance.MIN_BOX[1])
    return (left + right - across) / 2, (top + bottom - down) / 2, across, down


def _radii(picture: Picture, view: NetworkView) -> NDArray[np.float64]:
    """In the unit of the positions."""
    values = picture.measures.get(view.size)
    if values is None:
        return np.full(len(picture.positions), appearance.SAME_RADIUS)
    if view.size == "connections":
        room = np.minimum(appearance.ROOM_BASE + np.sqrt(np.maximum(values, 1)), appearance.MAX_ROOM)
        return appearance.ROOM_SCALE * room
    most = np.nanmax(values, initial=0)
    share = 1 - np.minimum(values, 1) if view.size == "constraint" else values / (most or 1)
    smallest, largest = appearance.MIN_RADIUS, appearance.MAX_RADIUS
    return smallest + (largest - smallest) * np.sqrt(np.maximum(np.nan_to_num(share), 0))


def _marked(snapshot: Snapshot, picture: Picture, view: NetworkView) -> list[str]:
    """The mark in the dot of each organisation, by its family, where colours say what things are; "" for none."""
    if view.colour != "kind":
        return [""] * snapshot.size
    marks = [*(appearance.MARKS.get(it["slug"], "") for it in snapshot.tables["categories"]), ""]
    grey = [it["slug"] == appearance.MARKED for it in picture.colours]
    return [marks[it] if grey[at] else "" for it, at in zip(snapshot.category, picture.colour, strict=True)]


def _colours(
    snapshot: Snapshot, picture: Picture, view: NetworkView, shown: NDArray[np.bool_], marked: Sequence[str]
) -> tuple[list[str], list[dict[str, Any]]]:
    """The colour of each node (a slug of the design's), and what the colours mean, the most frequent first."""
    if view.colour == "kind":
        slugs = [picture.colours[it]["slug"] for it in picture.colour.tolist()]
        named = {(it["slug"], ""): it["label"] or _("Others") for it in picture.colours}
        named |= {(appearance.MARKED, mark): label for mark, label in view_labels.marks().items()}
        return slugs, _legend(list(zip(slugs, marked, strict=True)), shown, named)
    if view.colour == "none":
        return ["organisation"] * snapshot.size, []
    keys, label = _keys(snapshot, picture, view.colour)
    counts = Counter(key for key in keys if key is not None)
    first = sorted(counts, key=lambda key: (-counts[key], str(key)))[: len(appearance.COLOURS)]
    slug = dict(zip(first, appearance.COLOURS, strict=False))
    slugs = [slug.get(key, "other") for key in keys]
    named = {(slug[key], ""): str(label(key)) for key in first} | {("other", ""): _("Others")}
    return slugs, _legend([(it, "") for it in slugs], shown, named)


def _keys(snapshot: Snapshot, picture: Picture, by: str):
    """What tells nodes apart (None for nothing), and what that is called."""
    if by == "community":
        keys = [it if it >= 0 else None for it in picture.groups.tolist()]
        return keys, lambda key: picture.group_labels[key] or _("Group %(n)s") % {"n": key + 1}
    if by == "capital":
        capitals = [it["capital"] or None for it in snapshot.tables["categories"]]
        return [capitals[it] if it >= 0 else None for it in snapshot.category.tolist()], lambda key: Capital(key).label
    return picture.home.tolist(), lambda key: picture.places[key]["label"] or _("Elsewhere")


def _legend(
    looks: Sequence[tuple[str, str]], shown: NDArray[np.bool_], named: dict[tuple[str, str], str]
) -> list[dict[str, Any]]:
    """What colours mean, with a mark each or none."""
    counts = Counter(looks[index] for index in np.flatnonzero(shown).tolist())
    return [
        {
            "slug": slug,
            "mark": appearance.mark_path(mark, 9, 9, 6),
            "name": named.get((slug, mark), slug),
            "count": count,
        }
        for (slug, mark), count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    ]


def _most(snapshot: Snapshot, looked: view_filter.Looked) -> NDArray[np.int64]:
    """The connections that are drawn: what matters in this state first, then the strongest."""
    shown = np.flatnonzero(looked.edges)
    rank = np.lexsort((shown, -snapshot.support[shown], -snapshot.strength[shown], ~looked.bright[shown]))
    return shown[rank[:MAX_LINES]]


def _dot(snapshot, layout, i: int, radii, colour, looked) -> Dot:
    dot = {
        "x": round(float(layout.x[i]), 1),
        "y": round(float(layout.y[i]), 1),
        "r": round(float(radii[i]), 1),
        "kind": snapshot.tables["kinds"][snapshot.kind[i]],
        "name": snapshot.names[i],
        "url": reverse_node(snapshot, i),
        "colour": colour[i],
        "faded": not looked.near[i],
        "gone": bool(looked.gone[i]),
    }
    return {**dot, "shape": shape(dot)}


def reverse_node(snapshot: Snapshot, i: int) -> str:
    """The address of a node's page."""
    text = snapshot.uuids[i].tobytes().hex()
    uuid = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return reverse("node", kwargs={"uuid": uuid})


def _lines(snapshot, layout, looked, edges, radii) -> list[dict[str, Any]]:
    """One path for all lines that look the same, the faintest first."""
    parts: dict[str, list[str]] = defaultdict(list)
    rays: dict[str, list[str]] = defaultdict(list)
    heads: dict[str, list[str]] = defaultdict(list)
    directed = np.array([bool(it.get("directed")) for it in snapshot.tables["types"]] + [False])
    with_heads = len(edges) <= appearance.MAX_ARROWS
    counts = np.bincount(np.concatenate([snapshot.source, snapshot.target]), minlength=snapshot.size)
    hub = counts >= appearance.hub_connections(snapshot.size)
    strong = _standing_out(snapshot, looked)
    x, y = (np.round(np.nan_to_num(it)).astype(int) for it in (layout.x, layout.y))
    for e in edges.tolist():
        a, b = snapshot.source[e], snapshot.target[e]
        if looked.marked[e]:
            look = "marked"
        elif not looked.bright[e]:
            look = "faded"
        elif snapshot.derived[e]:
            look = "derived"
        else:
            look = "strong" if strong[e] else "stated"
        ray = look in ("stated", "strong") and (hub[a] or hub[b])
        (rays if ray else parts)[look].append(f"M{x[a]} {y[a]}L{x[b]} {y[b]}")
        if with_heads and not ray and directed[snapshot.type[e]]:
            heads[look].append(captions.arrow_head(layout.x[a], layout.y[a], layout.x[b], layout.y[b], radii[b]))
    order = ("faded", "derived", "stated", "strong", "marked")
    return [
        {
            "look": look,
            "count": len(parts[look]) + len(rays[look]),
            "d": "".join(parts[look]),
            "rays": "".join(rays[look]),
            "heads": "".join(heads[look]),
        }
        for look in order
        if parts[look] or rays[look]
    ]


def _standing_out(snapshot: Snapshot, looked: view_filter.Looked) -> NDArray[np.bool_]:
    """The connections that are drawn strongly: few, or none of them would stand out."""
    stated = looked.bright & ~snapshot.derived
    for strong, often in appearance.STANDING_OUT:
        found = stated & ((snapshot.strength >= strong) | (snapshot.support >= often))
        if found.sum() <= appearance.MAX_STANDING_OUT:
            return found
    return np.zeros(len(stated), dtype=bool)


def _marks(snapshot, layout, nodes, radii, colour, looked) -> list[dict[str, Any]]:
    """Plain dots: one path for those of a colour that look the same."""
    parts: dict[tuple[bool, str], list[str]] = defaultdict(list)
    kinds = snapshot.tables["kinds"]
    few = len(nodes) < MAX_PRECISE
    for i in nodes.tolist():
        x, y, r = (round(float(it), 1) if few else round(float(it)) for it in (layout.x[i], layout.y[i], radii[i]))
        kind = kinds[snapshot.kind[i]]
        if few and kind in (NodeKind.ACTIVITY, NodeKind.PROJECT):
            h = round(r * appearance.DIAMOND, 1)
            bit = f"M{x} {y - h:.1f}l{h} {h}l-{h} {h}l-{h} -{h}z"
        elif few and kind == NodeKind.PURPOSE:
            bit = f"M{x} {y - r:.1f}l{r} {1.8 * r:.1f}h{-2 * r:.1f}z"
        elif not few or kind == NodeKind.ASSET:
            side = round(appearance.SQUARE * r, 1 if few else None)
            bit = f"M{round(x - side / 2, 1):g} {round(y - side / 2, 1):g}h{side}v{side}h-{side}z"
        else:
            bit = f"M{x - r:.1f} {y}a{r} {r} 0 1 0 {2 * r:.1f} 0a{r} {r} 0 1 0-{2 * r:.1f} 0z"
        parts[bool(looked.near[i]), colour[i]].append(bit)
    return [{"colour": slug, "faded": not near, "d": "".join(bits)} for (near, slug), bits in sorted(parts.items())]


def _inner(layout, nodes, radii, marked, looked) -> list[dict[str, Any]]:
    """The marks in dots, those of faded ones apart; none where so many dots are drawn that all are squares."""
    if len(nodes) >= MAX_PRECISE:
        return []
    parts: dict[bool, list[str]] = {True: [], False: []}
    for i in nodes.tolist():
        if marked[i]:
            bit = appearance.mark_path(marked[i], float(layout.x[i]), float(layout.y[i]), float(radii[i]))
            parts[bool(looked.near[i])].append(bit)
    return [{"faded": not near, "d": "".join(bits)} for near, bits in parts.items() if bits]


def _shapes(snapshot: Snapshot, shown: NDArray[np.int64]) -> list[dict[str, Any]]:
    counts = np.bincount(snapshot.kind[shown], minlength=len(snapshot.tables["kinds"]))
    return [
        {"label": NodeKind(kind).label, "count": int(n), "shape": shape({"kind": kind, "x": 9, "y": 9, "r": 6})}
        for kind, n in zip(snapshot.tables["kinds"], counts, strict=True)
        if n
    ]


def _notes(view: NetworkView, looked: view_filter.Looked, drawn: int) -> list[str]:
    """What this picture does not show of what was asked, in words."""
    notes = []
    if view.layout == "ground":
        notes.append(_("Without JavaScript the dots stay where they are in the network; the map shows the ground."))
    if view.scenario:
        notes.append(_("Without JavaScript what a scenario takes away is not drawn; its own page tells all of it."))
    if view.since:
        notes.append(_("Without JavaScript what has changed is not marked in the picture."))
    if int(looked.nodes.sum()) > MAX_DOTS:
        notes.append(_("Without JavaScript only the best connected are drawn; the table has everyone."))
    if drawn < int(looked.edges.sum()):
        notes.append(_("Without JavaScript only the strongest connections are drawn."))
    if view.source and view.target and not looked.marked.any():
        notes.append(_("No way was found between the two over what is shown."))
    return notes
