"""The network of a place as JSON: what its page draws, lists and tells, for one revision and one class of viewers.

`payload(snapshot, found)` returns a dict with these keys. "Position" is a place in `nodes`; nodes that are drawn come
first, then the others, the most connected first, `MAX_LISTED` in all. Everything counts stated connections;
derived ones are counted in `derived` alone.

    version, revision, viewers
    connections   how many of any type; derived: how many that rules alone support
    connected     how many nodes have a stated connection; drawn: how many of them the picture shows
    nodes         [{uuid, name, kind, what (its category), colour, mark (of the family of organisations that it is
                  of, "" for none), outside (only when kept by another place),
                  degree (different others), between, linked, group (number, -1 for none), holds (others would come
                  apart without it), x, y, r (only of drawn ones, in the picture's frame), at: [x, y] (where it lies
                  in the layout of all nodes), measures: {strength, pagerank, harmonic, core, clustering,
                  constraint (null: none), out, in}}]
    edges         [[position, position, place in types], ...] between drawn nodes
    types         [{slug, forward, reverse, count, density, mutual, returned (null without a direction)}]
    errors        {measure: how far a value may be off, 95 times in 100}, of sampled measures only
    pivots        {measure: how many nodes were drawn}
    groups        [{number (the same from revision to revision), size, centre: position, words: [text, ...] that set
                  it apart, share (of members that have the first word), within, leaving: ties}], the largest first
    whole         {density, transitivity, modularity, pieces: [size, ...] at most 20, kind_assortativity,
                  group_assortativity (null: nothing to judge), mean_degree}
    balance       {bonding, bridging, linking, unknown, within, between}
    bands         [{nearest, farthest (null: no end), pairs, joined, share}], metres
    capitals      {capital: how many nodes}, "" for none
    findings      {best, between, joining, hubs: [position, ...], bridges: [{node: position, alone, pieces, cut_off}],
                  groups: [{centre, size, mostly, number, words}], inmost: [how many, joined with how many each],
                  hub_only, edge, ties, pieces: [largest, how many], second_piece}
    more          what was left out around a drawn node: [{node: position, verb, kind, count}]
    height, labels of the picture; colours: [{slug, name, count}]; sources: [{title, count}]
"""

from __future__ import annotations

import math
import uuid
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

import numpy as np
from django.db.models import Count

from mapping.graph import findings, selection
from mapping.graph.analysis import Analysis
from mapping.graph.findings import Findings
from mapping.graph.snapshot import Snapshot
from mapping.models import PUBLIC, SUPPORTING_KINDS, Category, Connection, NodeKind, Statement, Viewer
from mapping.network.picture import appearance
from mapping.network.picture.overview_layout import frame

from .analysis_store import StoredAnalysis

VERSION = 5
# A few hundred dots are a picture, more are a cloud; the table holds the rest.
MAX_DRAWN = 450
MAX_LISTED = 5000
MAX_PIECES = 20
# Told as a number when they hang on one node: things, not groups of people.
COUNTABLE_KINDS = {NodeKind.ASSET}
MORE_MEASURES = {
    "strength": 2,
    "pagerank": 6,
    "harmonic": 4,
    "core": 0,
    "clustering": 4,
    "constraint": 4,
    "out": 0,
    "in": 0,
}


def payload(snapshot: Snapshot, worked: StoredAnalysis, viewer: Viewer = PUBLIC) -> dict[str, Any]:
    """The network of a snapshot, ready to be drawn, listed and told. Two queries: names of colours, of sources."""
    analysis = worked.analysis
    found = findings.find_in(analysis)
    network, strength = analysis.network, analysis.measures["strength"]
    joined = np.flatnonzero(found.degree)
    keep = snapshot.pick(stated=True)
    kinds = snapshot.tables["kinds"]
    countable = np.isin(snapshot.kind, [kinds.index(it) for it in COUNTABLE_KINDS])
    # What holds a group together, and what is told of in words, is drawn before anything else.
    told = np.zeros(snapshot.size)
    told[[*found.best, *(it.node for it in found.bridges), *found.hubs.tolist()]] = 1e6
    chosen = selection.select(network, importance=strength + told, countable=countable, most=MAX_DRAWN)
    picture = frame(snapshot, network, found, chosen, strength)
    # Drawn nodes come first, and so their numbers are those of the picture.
    rest = np.setdiff1d(joined, chosen.drawn)
    rest = rest[np.lexsort((rest, -found.degree[rest]))]
    order = [*picture.pop("order"), *rest.tolist()][:MAX_LISTED]
    position = {node: index for index, node in enumerate(order)}
    colours = _colours_of(snapshot)
    nodes = [_node(snapshot, worked, found, colours, node) for node in order]
    for node, place in zip(nodes, picture.pop("places"), strict=False):
        node |= place
    types = [number for number in range(len(snapshot.tables["types"])) if (snapshot.type[keep] == number).any()]
    return {
        "version": VERSION,
        "revision": snapshot.tables["revision"],
        "viewers": snapshot.tables["viewers"],
        "connections": int(keep.sum()),
        "derived": int((~keep).sum()),
        "connected": len(joined),
        "drawn": len(chosen.drawn),
        "types": _types(snapshot, analysis, types),
        "nodes": nodes,
        "edges": _edges(snapshot, keep, position, len(chosen.drawn), types),
        "more": _left_out(snapshot, keep, position, chosen),
        **picture,
        **_facts(analysis),
        "groups": _groups(analysis, position),
        "findings": _findings(snapshot, found, position),
        "colours": _colours(colours[joined].tolist()),
        "sources": _sources(snapshot, viewer),
    }


def _colours_of(snapshot: Snapshot) -> np.ndarray:
    """What gives each node its colour: the top of its category; groups of people without one have their own."""
    groups = np.array([*(it["group"] for it in snapshot.tables["categories"]), "other"], dtype=object)
    colours = groups[snapshot.category]
    people = snapshot.tables["kinds"].index(NodeKind.ORGANISATION)
    colours[(snapshot.category < 0) & (snapshot.kind == people)] = "organisation"
    return colours


def _node(
    snapshot: Snapshot, worked: StoredAnalysis, found: Findings, colours: np.ndarray, node: int
) -> dict[str, Any]:
    category = int(snapshot.category[node])
    told = {
        "uuid": str(uuid.UUID(bytes=snapshot.uuids[node].tobytes())),
        "name": snapshot.names[node],
        "kind": snapshot.tables["kinds"][int(snapshot.kind[node])],
        "what": snapshot.tables["categories"][category]["name"] if category >= 0 else "",
        "colour": colours[node],
        "mark": _mark(snapshot, category) if colours[node] == appearance.MARKED else "",
        "degree": int(found.degree[node]),
        "between": round(float(found.betweenness[node]), 6),
        "linked": int(found.linked_neighbours[node]),
        "group": int(found.group[node]),
        "holds": bool(found.articulation[node]),
        "at": [round(float(it), 1) for it in worked.positions[node]],
        "measures": {
            name: _number(worked.analysis.measures[name][node], digits) for name, digits in MORE_MEASURES.items()
        },
    }
    if snapshot.place[node] != snapshot.tables["place_id"]:
        # Its own place's number is not ours: it is looked at again whenever this is shown.
        told["outside"] = True
    return told


def _mark(snapshot: Snapshot, category: int) -> str:
    """What tells an organisation's family apart in its dot."""
    return appearance.MARKS.get(snapshot.tables["categories"][category]["slug"], "") if category >= 0 else ""


def _number(value: float, digits: int) -> float | int | None:
    """A number as JSON has it: none for what cannot be said."""
    if not math.isfinite(value):
        return None
    return round(float(value), digits) if digits else int(value)


def _types(snapshot: Snapshot, analysis: Analysis, numbers: list[int]) -> list[dict[str, Any]]:
    facts = {it.number: it for it in analysis.types}
    return [
        {
            **{key: snapshot.tables["types"][number][key] for key in ("slug", "forward", "reverse")},
            "count": facts[number].count,
            "density": _number(facts[number].density, 8),
            "mutual": facts[number].mutual,
            "returned": _number(facts[number].returned, 4),
        }
        for number in numbers
    ]


def _facts(analysis: Analysis) -> dict[str, Any]:
    whole = analysis.whole
    return {
        "errors": {name: _number(analysis.errors[name], 6) for name in analysis.pivots},
        "pivots": analysis.pivots,
        "whole": {
            "density": _number(whole.density, 8),
            "transitivity": _number(whole.transitivity, 4),
            "modularity": _number(whole.modularity, 4),
            "pieces": list(whole.pieces[:MAX_PIECES]),
            "kind_assortativity": _number(whole.kind_assortativity, 4),
            "group_assortativity": _number(whole.group_assortativity, 4),
            "mean_degree": _number(2 * whole.ties / whole.joined, 2) if whole.joined else 0,
        },
        "balance": asdict(analysis.balance) if analysis.balance else {},
        "bands": [asdict(it) for it in analysis.bands],
        "capitals": analysis.capitals,
    }


def _edges(
    snapshot: Snapshot, keep: np.ndarray, position: dict[int, int], drawn: int, types: list[int]
) -> list[list[int]]:
    """Source, target and type of every stated connection between two drawn nodes."""
    where = np.full(snapshot.size, drawn, dtype=np.int64)
    where[list(position)] = list(position.values())
    place = np.full(max(types, default=-1) + 1, -1, dtype=np.int64)
    place[types] = np.arange(len(types))
    source, target = where[snapshot.source[keep]], where[snapshot.target[keep]]
    both = (source < drawn) & (target < drawn)
    return np.column_stack([source[both], target[both], place[snapshot.type[keep][both]]]).tolist()


def _left_out(
    snapshot: Snapshot, keep: np.ndarray, position: dict[int, int], chosen: selection.Selection
) -> list[dict[str, Any]]:
    """What was left out around a drawn node, by the verb as read from that node: "owns", 180, asset."""
    owner = np.full(snapshot.size, -1, dtype=np.int64)
    owner[list(chosen.owner)] = list(chosen.owner.values())
    kinds, types = snapshot.tables["kinds"], snapshot.tables["types"]
    seen: dict[tuple[int, str, str], set[int]] = defaultdict(set)
    for leaves, owners, reading in (
        (snapshot.target, snapshot.source, "forward"),
        (snapshot.source, snapshot.target, "reverse"),
    ):
        for row in np.flatnonzero(keep & (owner[leaves] == owners)).tolist():
            leaf = int(leaves[row])
            seen[int(owners[row]), types[int(snapshot.type[row])][reading], kinds[int(snapshot.kind[leaf])]].add(leaf)
    return [
        {"node": position[owner], "verb": verb, "kind": kind, "count": len(leaves)}
        for (owner, verb, kind), leaves in sorted(seen.items(), key=lambda it: (-len(it[1]), it[0]))
    ]


def _groups(analysis: Analysis, position: dict[int, int]) -> list[dict[str, Any]]:
    """The groups. One whose centre is beyond `MAX_LISTED` is not told."""
    return [
        {
            "number": it.number,
            "size": len(it.members),
            "centre": position[it.centre],
            "words": [word.text for word in it.words],
            "share": round(it.words[0].share, 3) if it.words else 0,
            "within": it.within,
            "leaving": it.leaving,
        }
        for it in analysis.groups
        if it.centre in position
    ]


def _findings(snapshot: Snapshot, found: Findings, position: dict[int, int]) -> dict[str, Any]:
    """The findings, by the numbers that nodes have in the payload. Who is beyond `MAX_LISTED` is not told."""

    def listed(nodes: list[int]) -> list[int]:
        return [position[it] for it in nodes if it in position]

    return {
        "best": listed(found.best),
        "between": listed(found.between),
        "joining": listed(found.joining),
        "inmost": list(found.inmost),
        "bridges": [
            {"node": position[it.node], "alone": it.alone, "pieces": it.pieces, "cut_off": it.cut_off}
            for it in found.bridges
            if it.node in position
        ],
        "groups": [
            {
                "centre": position[it.centre],
                "size": len(it.members),
                "mostly": _mostly(snapshot, it.members),
                "number": it.number,
                "words": [word.text for word in it.words],
            }
            for it in found.groups
            if it.centre in position
        ],
        "hubs": listed(found.hubs.tolist()),
        "hub_only": found.hub_only,
        "edge": found.edge,
        "pieces": [found.pieces[0], len(found.pieces)] if found.pieces else [0, 0],
        "second_piece": found.pieces[1] if len(found.pieces) > 1 else 0,
        "ties": found.ties,
    }


def _mostly(snapshot: Snapshot, members: np.ndarray) -> str:
    """The category of more than half of the members, in plural."""
    numbers, often = np.unique(snapshot.category[members], return_counts=True)
    number = int(numbers[often.argmax()])
    if number < 0 or often.max() * 2 <= len(members):
        return ""
    category = snapshot.tables["categories"][number]
    return category["plural"] or category["name"]


def _colours(slugs: list[str]) -> list[dict[str, Any]]:
    """The colours that occur, each with its name, the most common first."""
    counts = Counter(slugs)
    names = dict(Category.objects.filter(slug__in=counts).values_list("slug", "name"))
    return [
        {"slug": slug, "name": names.get(slug, ""), "count": count}
        for slug, count in sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    ]


def _sources(snapshot: Snapshot, viewer: Viewer) -> list[dict[str, Any]]:
    """Which datasets say so, each with how many connections of the place it supports."""
    seen = Connection.objects.visible_to(viewer).of_place(snapshot.tables["place_id"])
    counts = (
        Statement.objects.visible_to(viewer)
        .filter(connection__in=seen.order_by().values("pk"), kind__in=SUPPORTING_KINDS, by_source__isnull=False)
        .order_by()
        .values("by_source__title")
        .annotate(count=Count("connection", distinct=True))
        .order_by("-count", "by_source__title")[:12]
    )
    return [{"title": it["by_source__title"], "count": it["count"]} for it in counts]
