"""Every sentence on what would be lost, and on what distance explains, recomputed with networkx."""

from __future__ import annotations

import re
from itertools import combinations
from math import floor

import networkx
import numpy as np
import pytest

from mapping.graph import proximity
from mapping.graph.removal import remove
from mapping.graph.robustness import robustness
from mapping.network.findings.phrases import share
from mapping.network.gaps import description as gaps_description
from mapping.network.gaps.finder import Gaps
from mapping.network.removal import curves
from mapping.network.removal import description as removal_description
from mapping.network.removal.answer import Answer

from .recomputed import EACH, matched, numbers, parts_of, told


def removal_of(snapshot, analysis, gone):
    keep = ~snapshot.derived
    found = Answer(None, snapshot, None, None, None, analysis, nodes=np.asarray(gone, dtype=np.int64), keep=keep)
    found.removal = remove(snapshot.network(keep), found.nodes, analysis.group)
    return {it.slug: it.text for it in removal_description.facts(found, None)}, found.removal


@EACH
def test_what_would_be_lost_if_some_closed(graph, snapshot):
    analysis, _, _ = told(snapshot)
    everybody = sorted(graph)
    best = sorted(graph, key=lambda it: -graph.degree(it))
    for gone in (best[:1], best[:3], everybody[::4]):
        if not gone or not any(graph.degree(it) for it in gone):
            continue
        said, removal = removal_of(snapshot, analysis, gone)
        left = graph.copy()
        left.remove_nodes_from(gone)
        ends = set(gone)
        lost = sum(
            1
            for i in np.flatnonzero(~snapshot.derived)
            if int(snapshot.source[i]) in ends or int(snapshot.target[i]) in ends
        )
        total = int((~snapshot.derived).sum())
        assert numbers(said["size"])[-2:] == [lost, total]
        alone = [it for it in left if graph.degree(it) and not left.degree(it)]
        assert numbers(said["alone"]) == ([len(alone)] if alone else [])
        before = [set(it) - ends for it in networkx.connected_components(graph)]
        largest = max((len(it) for it in before), default=0)
        after = max(map(len, networkx.connected_components(left)), default=0)
        text = said["apart"]
        if "would keep" in text:
            assert matched("has {} member", text) == [largest] and largest == after
        else:
            assert matched("has {} members now; then the largest would have {}.", text) == [largest, after]
        parts = matched("Parts of two or more: {} now, {} then.", text)
        counts = [sum(len(it) > 1 for it in before), len(parts_of(left))]
        assert parts == (counts if counts[0] != counts[1] else None)
        cut = matched("{} of it would still have", text)
        assert cut == ([len(removal.cut_off)] if len(removal.cut_off) else None)
        if cut:
            mains = [it for it in before if len(it) == largest]
            # Of parts of one size any may be the one that is told of.
            assert cut[0] in {
                sum(bool(left.degree(n)) for n in it)
                - max((len(c) for c in networkx.connected_components(left.subgraph(it))), default=0)
                for it in mains
            }
        count = len(left)
        reach = [
            sum(len(it) * (len(it) - 1) // 2 for it in some) for some in (before, networkx.connected_components(left))
        ]
        if "reach" in said:
            figures = re.match(
                r"Of the ([\d,]+) pairs of those who stay, ([\d,]+) have a way to each other now \(.*?\); "
                r"([\d,]+) would",
                said["reach"],
            )
            assert [int(it.replace(",", "")) for it in figures.groups()] == [count * (count - 1) // 2, *reach]
        else:
            assert reach[0] == reach[1]
        if "longer" in said:
            pairs = [
                (networkx.shortest_path_length(graph, a, b), far)
                for a, ways in networkx.all_pairs_shortest_path_length(left)
                for b, far in ways.items()
                if a != b
            ]
            assert matched("({} pairs, counted from either end)", said["longer"]) == [len(pairs)]
            now, then = (round(sum(it) / len(pairs), 1) for it in zip(*pairs, strict=True))
            figures = [float(it) for it in re.findall(r"(\d+\.\d)", said["longer"])]
            assert figures == pytest.approx([then, now] if len(figures) == 2 else [now], abs=0.1)


@EACH
def test_how_it_stands_losing_more_and_more(graph, snapshot):
    network = snapshot.network(~snapshot.derived)
    if not len(network.edges):
        return
    found = robustness(network)
    text = curves.sentence(found)
    joined = graph.subgraph([it for it in graph if graph.degree(it)])
    largest = max(map(len, networkx.connected_components(joined)))
    assert matched("has {} of the {} that are connected", text) == [largest, len(joined)]
    assert matched("the mean of {} draws", text) == [20]
    # The most connected first, counted anew after each.
    left, gone = networkx.Graph(joined), floor(0.1 * len(joined) + 1e-9)
    for _ in range(gone):
        left.remove_node(min(left, key=lambda it: (-left.degree(it), it)))
    held = max(map(len, networkx.connected_components(left)), default=0)
    assert text.endswith(f"if the best connected tenth went, {share(held, largest)}.")
    error = float(re.search(r"give or take ([\d.]+) percentage points", text)[1])
    assert error >= 100 * found.by_chance.error[5] - 1e-9


@EACH
def test_what_distance_explains(graph, snapshot):
    network = snapshot.network(~snapshot.derived)
    comparison = proximity.compare(network, snapshot.metres)
    said = gaps_description.distance(Gaps({}, comparison, None, [], [], [], 1))
    place = {it: snapshot.metres[it] for it in graph if not np.isnan(snapshot.metres[it, 0])}
    known = [tuple(sorted(it)) for it in graph.edges() if it[0] in place and it[1] in place]
    if not known:
        assert said == ["No two that are connected are both on the map, so there is nothing to put beside distance."]
        return
    assert numbers(said[0])[0] == len(known)

    def length(pair):
        return float(np.hypot(*(place[pair[0]] - place[pair[1]])))

    nodes = sorted({it for pair in known for it in pair})
    closest = sorted(combinations(nodes, 2), key=lambda it: (length(it), it))[: len(known)]
    hits = len(set(known) & set(closest))
    assert numbers(said[1])[0] == hits
    rest = len(known) - hits
    assert (matched("{} connection", said[3]) if rest else None) == ([rest] if rest else None)
    longest = max(map(length, closest))
    assert all(length(it) >= longest - 1e-6 for it in set(known) - set(closest))
