"""Work out the network of a place and keep it: the picture, the measures, what stands out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, OuterRef, Subquery

from ..graph import findings, labels, layout, selection
from ..graph.findings import Findings
from ..graph.network import Network
from ..models import (
    SUPPORTING_KINDS,
    Category,
    Connection,
    GraphSnapshot,
    Node,
    NodeKind,
    Place,
    Revision,
    Statement,
)
from ..viewers import PUBLIC

VERSION = 1
# A few hundred dots are a picture, more are a cloud; the table holds the rest.
DRAWN_MOST = 450
LISTED_MOST = 5000
KEPT = 3
WIDTH = 1000.0
BORDER = 26.0
WIDE_TEXT, NARROW_TEXT = 17.0, 36.0
# Told as a number when they hang on one node: things, not groups of people.
COUNTABLE_KINDS = {NodeKind.ASSET}


@dataclass(frozen=True)
class Built:
    """What `build` did: `fresh` when nothing was to be done."""

    snapshot: GraphSnapshot
    fresh: bool


def revision_of(place: Place) -> int:
    """The number of the place now, without what the object may remember of it."""
    return Revision.objects.filter(place=place).values_list("number", flat=True).first() or 0


def build(place: Place, *, force: bool = False) -> Built:
    """Work out and keep the network of `place` as everybody may see it, for its revision.

    Does nothing when that is there already. Keeps the last `KEPT` revisions. Reads connections in one query
    and their nodes in another. The picture is the same whenever the records are.
    """
    with transaction.atomic():
        # One process at a time works on a place; the others find it done.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('graph'), %s)", [place.pk])
        number = revision_of(place)
        kept = GraphSnapshot.objects.filter(place=place, revision=number).first()
        if kept is not None and not force and kept.payload.get("version") == VERSION:
            return Built(kept, fresh=True)
        snapshot, _ = GraphSnapshot.objects.update_or_create(
            place=place, revision=number, defaults={"payload": payload(place)}
        )
        old = GraphSnapshot.objects.filter(place=place).order_by("-revision")
        GraphSnapshot.objects.filter(pk__in=[it.pk for it in old[KEPT:]]).delete()
    return Built(snapshot, fresh=False)


def payload(place: Place) -> dict[str, Any]:
    """The network of a place as everybody may see it, ready to be drawn, listed and told."""
    rows = _connections(place)
    ids = sorted({pk for row in rows for pk in (row["source_id"], row["target_id"])})
    number = {pk: index for index, pk in enumerate(ids)}
    nodes = _nodes(ids)
    network = Network.of(
        len(ids),
        [(number[row["source_id"]], number[row["target_id"]]) for row in rows],
        [row["supports"] for row in rows],
    )
    found = findings.find(network)
    strength = np.zeros(len(ids))
    np.add.at(strength, network.edges.ravel(), np.repeat(network.weights, 2))
    countable = np.array([nodes[pk].kind in COUNTABLE_KINDS for pk in ids], dtype=bool)
    # What holds a group together, and what is told of in words, is drawn before anything else.
    told = np.zeros(len(ids))
    told[[*found.best, *(it.node for it in found.bridges), *found.hubs.tolist()]] = 1e6
    chosen = selection.select(network, importance=strength + told, countable=countable, most=DRAWN_MOST)
    picture = _picture(network, found, chosen, strength, [nodes[pk] for pk in ids])
    # Drawn nodes come first, and so their numbers are those of the picture.
    rest = np.setdiff1d(np.arange(len(ids)), chosen.drawn)
    rest = rest[np.lexsort((rest, -found.degree[rest]))]
    order = [*picture.pop("order"), *rest.tolist()][:LISTED_MOST]
    position = {node: index for index, node in enumerate(order)}
    types = _types(rows)
    return {
        "version": VERSION,
        "connections": len(rows),
        "connected": len(ids),
        "drawn": len(chosen.drawn),
        "types": types,
        "nodes": [
            {
                **_told(nodes[ids[node]], place),
                "degree": int(found.degree[node]),
                "between": round(float(found.betweenness[node]), 6),
                "linked": int(found.linked_neighbours[node]),
                "group": int(found.group[node]),
                "holds": bool(found.articulation[node]),
                **(picture["places"][index] if index < len(picture["places"]) else {}),
            }
            for index, node in enumerate(order)
        ],
        "edges": _edges(rows, number, position, len(chosen.drawn), [it["slug"] for it in types]),
        "more": _left_out(rows, number, position, chosen, nodes),
        "height": picture["height"],
        "labels": picture["labels"],
        "findings": _findings(found, position, [nodes[pk] for pk in ids]),
        "colours": _colours(nodes.values()),
        "sources": _sources(rows),
    }


def _connections(place: Place) -> list[dict[str, Any]]:
    """Public connections with an end in the place, each with the number of statements, in one query."""
    support = (
        Statement.objects.visible_to(PUBLIC)
        .filter(connection=OuterRef("pk"), kind__in=SUPPORTING_KINDS)
        .order_by()
        .values("connection")
    )
    return list(
        Connection.objects.visible_to(PUBLIC)
        .of_place(place)
        .annotate(
            supports=Subquery(support.annotate(it=Count("pk")).values("it")),
            said_in=Subquery(
                Statement.objects.visible_to(PUBLIC)
                .filter(connection=OuterRef("pk"), kind__in=SUPPORTING_KINDS)
                .order_by("pk")
                .values("by_source__title")[:1]
            ),
        )
        .order_by("pk")
        .values(
            "source_id", "target_id", "type__slug", "type__forward", "type__reverse",
            "type__position", "supports", "said_in",
        )
    )  # fmt: skip


def _nodes(ids: list[int]) -> dict[int, Node]:
    fields = (
        "uuid", "name", "kind", "place_id", "public_point", "category__name",
        "category__plural", "category__group",
    )  # fmt: skip
    return {it.pk: it for it in Node.objects.filter(pk__in=ids).select_related("category").only(*fields)}


def _told(node: Node, place: Place) -> dict[str, Any]:
    colour = node.category.group if node.category else "other"
    if node.category is None and node.kind == NodeKind.ORGANISATION:
        colour = "organisation"
    told = {
        "uuid": str(node.uuid),
        "name": node.name,
        "kind": node.kind,
        "what": node.category.name if node.category else "",
        "colour": colour,
    }
    if node.place_id != place.pk:
        # Its own place's number is not ours: it is looked at again whenever this is shown.
        told["outside"] = True
    return told


def _picture(
    network: Network,
    found: Findings,
    chosen: selection.Selection,
    strength: np.ndarray,
    nodes: list[Node],
) -> dict[str, Any]:
    """Where the drawn nodes lie, within `WIDTH` and a height, and what is written beside them."""
    drawn = chosen.drawn
    if not len(drawn):
        return {"order": [], "places": [], "height": 0, "labels": {"wide": [], "narrow": [], "inside": []}}
    part = network.only(drawn)
    back = {int(node): index for index, node in enumerate(drawn)}
    hubs = np.array([back[int(it)] for it in found.hubs if int(it) in back], dtype=np.int64)
    radii = np.minimum(3.2 + 1.9 * np.sqrt(strength[drawn]), 15)
    radii[hubs] = 34
    ground = np.array(
        [(point.x * 0.6, point.y) if (point := nodes[it].public_point) else (np.nan, np.nan) for it in drawn]
    )
    plan = layout.layout(
        part,
        radii=radii,
        groups=found.group[drawn],
        hubs=hubs,
        order=-strength[drawn],
        ground=ground,
    )
    left, top, wide, high = plan.extent
    scale = min((WIDTH - 2 * BORDER) / max(wide, 1), 2.5)
    shift = (WIDTH - scale * wide) / 2
    x = (plan.positions[:, 0] - left) * scale + shift
    y = (plan.positions[:, 1] - top) * scale + BORDER
    height = round(high * scale + 2 * BORDER, 1)
    # The most joined come first: that is the order of the keyboard and of the table.
    order = np.lexsort((drawn, -found.degree[drawn]))
    dots = [labels.Dot(float(x[i]), float(y[i]), float(radii[i] * scale), nodes[drawn[i]].name) for i in order]
    where = {int(i): k for k, i in enumerate(order)}
    first = [where[int(it)] for it in hubs]
    centres = [where[back[int(g.members[0])]] for g in found.groups if int(g.members[0]) in back]
    naming = list(dict.fromkeys([*first, *centres, *range(len(dots))]))
    size = {"width": WIDTH, "height": height}
    inside = {index: lines for index in first if (lines := labels.within(dots[index], WIDE_TEXT))}
    # On a phone there is room for the hubs and the largest groups.
    few = [*first, *(it for it in centres[:8] if it not in first)]
    outside = [index for index in naming if index not in inside]
    return {
        "order": drawn[order].tolist(),
        "places": [{"x": round(it.x, 1), "y": round(it.y, 1), "r": round(it.radius, 1)} for it in dots],
        "height": height,
        "labels": {
            "wide": [vars(it) for it in labels.place(dots, outside, size=WIDE_TEXT, most=26, first=first, **size)],
            "narrow": [
                vars(it) for it in labels.place(dots, few, size=NARROW_TEXT, most=4, over=2, first=first, **size)
            ],
            "inside": [{"dot": index, "lines": lines} for index, lines in inside.items()],
        },
    }


def _types(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter((r["type__position"], r["type__slug"], r["type__forward"], r["type__reverse"]) for r in rows)
    return [
        {"slug": slug, "forward": forward, "reverse": reverse, "count": count}
        for (_, slug, forward, reverse), count in sorted(counts.items())
    ]


def _edges(
    rows: list[dict[str, Any]],
    number: dict[int, int],
    position: dict[int, int],
    drawn: int,
    types: list[str],
) -> list[list[int]]:
    """Source, target and type of every connection between two drawn nodes."""
    edges = []
    for row in rows:
        source = position.get(number[row["source_id"]], drawn)
        target = position.get(number[row["target_id"]], drawn)
        if source < drawn and target < drawn:
            edges.append([source, target, types.index(row["type__slug"])])
    return edges


def _left_out(
    rows: list[dict[str, Any]],
    number: dict[int, int],
    position: dict[int, int],
    chosen: selection.Selection,
    nodes: dict[int, Node],
) -> list[dict[str, Any]]:
    """What was left out around a drawn node, by the verb as read from that node: "owns", 180, asset."""
    counts: Counter[tuple[int, str, str]] = Counter()
    seen: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for row in rows:
        source, target = number[row["source_id"]], number[row["target_id"]]
        for leaf, owner, verb, pk in (
            (target, source, row["type__forward"], row["target_id"]),
            (source, target, row["type__reverse"], row["source_id"]),
        ):
            key = (owner, verb, nodes[pk].kind)
            if chosen.owner.get(leaf) == owner and leaf not in seen[key]:
                seen[key].add(leaf)
                counts[key] += 1
    return [
        {"node": position[owner], "verb": verb, "kind": kind, "count": count}
        for (owner, verb, kind), count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    ]


def _findings(found: Findings, position: dict[int, int], nodes: list[Node]) -> dict[str, Any]:
    """The findings, by the numbers that nodes have in the payload. Who is beyond `LISTED_MOST` is not told."""
    groups = []
    for group in found.groups:
        centre = int(group.members[0])
        if centre in position:
            words = Counter(
                (it.plural or it.name) if (it := nodes[member].category) else "" for member in group.members
            )
            what, often = max(words.items(), key=lambda it: (it[1], it[0]))
            groups.append(
                {
                    "centre": position[centre],
                    "size": len(group.members),
                    "mostly": what if what and often * 2 > len(group.members) else "",
                }
            )
    return {
        "best": [position[it] for it in found.best if it in position],
        "bridges": [
            {
                "node": position[it.node],
                "alone": it.alone,
                "pieces": it.pieces,
                "cut_off": it.cut_off,
            }
            for it in found.bridges
            if it.node in position
        ],
        "groups": groups,
        "hubs": [position[it] for it in found.hubs.tolist() if it in position],
        "hub_only": found.hub_only,
        "edge": found.edge,
        "pieces": found.pieces[:1] + [len(found.pieces)] if found.pieces else [0, 0],
        "second_piece": found.pieces[1] if len(found.pieces) > 1 else 0,
        "ties": found.ties,
    }


def _colours(nodes) -> list[dict[str, Any]]:
    """The colours that occur, each with its name, the most common first."""
    counts = Counter(
        it.category.group if it.category else ("organisation" if it.kind == NodeKind.ORGANISATION else "other")
        for it in nodes
    )
    names = dict(Category.objects.filter(slug__in=counts).values_list("slug", "name"))
    return [
        {"slug": slug, "name": names.get(slug, ""), "count": count}
        for slug, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    ]


def _sources(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter(row["said_in"] for row in rows if row["said_in"])
    return [{"title": title, "count": count} for title, count in counts.most_common(12)]
