"""Every figure in the words of 300 networks, read out of the sentence and worked out again with networkx."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

import networkx
import numpy as np
import pytest

from mapping.graph.analysis import analyse
from mapping.network.findings import Words, bridges, central
from mapping.network.findings import facts as findings_facts
from mapping.network.findings.distance import MIN_CONNECTED, MIN_PAIRS
from mapping.network.findings.phrases import link, share

from .recomputed import EACH, NETWORKS, check_apart, matched, node_in, numbers, parts_of, plain, told


@EACH
def test_how_many_are_connected(graph, snapshot):
    _, facts, found = told(snapshot)
    joined = [it for it in graph if graph.degree(it)]
    assert numbers(Words(facts).counted) == [len(joined), int((~snapshot.derived).sum())]
    assert bool(found) == bool(joined)


@EACH
def test_who_is_best_connected(graph, snapshot):
    _, _, found = told(snapshot)
    degrees = sorted((it[1] for it in graph.degree()), reverse=True)
    if "best" not in found:
        assert not degrees or degrees[0] < 2
        return
    section = found["best"]
    assert numbers(plain(section.text)) == [sum(it > 0 for it in degrees)]
    said = [plain(it) for it in section.items]
    first = [it for it in degrees[:5] if it > 1]
    # Who has a few, as many have, is no headline beside somebody who has more.
    standing_out = [it for it in first if it >= central.FEW]
    assert [numbers(it)[0] for it in said] == (standing_out or first)
    assert all(graph.degree(node_in(it)) == numbers(it)[0] for it in said)


@EACH
def test_who_holds_the_rest_together(graph, snapshot):
    _, _, found = told(snapshot)
    section = found.get("beyond")
    if section is None:
        return
    rest = graph.copy()
    rest.remove_nodes_from([int(it) for it in re.findall(r"Node (\d+)", plain(section.text))])
    held = [(node_in(plain(it)), numbers(plain(it))) for it in section.items]
    for node, (number,) in held:
        assert number == sum(rest.degree(it) == 1 for it in rest[node]) > 1
    assert [it for _, it in held] == sorted((it for _, it in held), reverse=True)


@EACH
def test_what_holds_it_together(graph, snapshot):
    _, _, found = told(snapshot)
    if not found:
        return
    cut = set(networkx.articulation_points(graph))
    section = found["bridges"]
    if not cut:
        assert not section.items and "all others that have a way to each other now would still have one" in section.text
        return
    joined = sum(1 for it in graph if graph.degree(it))
    assert numbers(plain(section.text))[:2] == [len(cut), joined]
    assert (len(section.items) < len(cut)) == ("of them." in section.text)
    for it in map(plain, section.items):
        assert node_in(it) in cut
        check_apart(it, graph, {node_in(it)})


@EACH
def test_what_falls_away_without_several(graph, snapshot):
    analysis, _, found = told(snapshot)
    joined = [it for it in graph if graph.degree(it)]
    for gone in (joined[:1], joined[:2], joined[::3], joined[-3:]):
        if not gone:
            continue
        names = [link(findings_facts.named(snapshot, it)) for it in gone]
        text = plain(bridges.without(names, findings_facts.losing(analysis, gone)).text)
        check_apart(text, graph, set(gone))


@EACH
def test_the_groups(graph, snapshot):
    analysis, _, found = told(snapshot)
    if not found:
        return
    text = plain(found["groups"].text)
    joined = sum(1 for it in graph if graph.degree(it))
    hubs = {int(it) for it in re.findall(r"Node (\d+) \(connected to", text)}
    assert all(graph.degree(it) >= max(20, 0.2 * (joined - 1)) for it in hubs)
    assert [int(it) for it in re.findall(r"\(connected to (\d+)\)", text)] == [
        graph.degree(int(it)) for it in re.findall(r"Node (\d+) \(connected to", text)
    ]
    labels = np.unique(analysis.group[analysis.group >= 0])
    members = [set(np.flatnonzero(analysis.group == it).tolist()) for it in labels]
    rest = graph.copy()
    rest.remove_nodes_from(hubs)
    assert all(networkx.is_connected(rest.subgraph(it)) and len(it) >= 3 for it in members)
    if not members:
        assert "forms a group" in text
        return
    assert matched("{} of the {} that are connected", text) == [sum(map(len, members)), joined]
    assert matched("{} group", text) == [len(members)]
    sizes = sorted(map(len, members), reverse=True)
    said = [plain(it) for it in found["groups"].items]
    more = matched("and {} more", said[-1])
    assert more == ([len(sizes) - 6] if len(sizes) > 6 else None)
    assert [int(numbers(it)[-1]) for it in said[: 6 if more else None]] == sizes[:6]


@EACH
def test_the_edge(graph, snapshot):
    analysis, _, found = told(snapshot)
    text = plain(found["edge"].text) if "edge" in found else ""
    joined = sum(1 for it in graph if graph.degree(it))
    parts = parts_of(graph)
    single = sum(degree == 1 for _, degree in graph.degree())
    apart = "All {} are in {} parts that are not joined to each other: the largest has {} members, the next {}."
    assert matched(apart, text) == ([joined, len(parts), len(parts[0]), len(parts[1])] if len(parts) > 1 else None)
    said = matched("{} of {} are connected to one other", text) or matched("{} of {} is connected to one other", text)
    assert said == ([single, joined] if single else None)
    hubs = set(analysis.hubs.tolist())
    only = sum(1 for it in graph if graph.degree(it) and it not in hubs and set(graph[it]) <= hubs) if hubs else 0
    said = matched("{} of the {} that are connected are connected to nobody but", text) or matched(
        "{} of the {} that are connected is connected to nobody but", text
    )
    assert said == ([only, joined] if only else None)


@EACH
def test_who_is_on_the_way_between_others(graph, snapshot):
    _, _, found = told(snapshot)
    joined = graph.subgraph([it for it in graph if graph.degree(it)])
    between = networkx.betweenness_centrality(joined)
    if "between" not in found:
        assert not any(it > 1e-12 for it in between.values())
        return
    section = found["between"]
    assert numbers(plain(section.text)) == [len(joined)]
    for it in map(plain, section.items):
        # Sums in another order may round the other way.
        value = between[node_in(it)]
        assert it.split(" ", 2)[2] in {share(value * it, 1) for it in (1 - 1e-9, 1, 1 + 1e-9)}
    assert len(section.items) == min(5, sum(it > 1e-12 for it in between.values()))


@EACH
def test_the_most_closely_knit(graph, snapshot):
    _, _, found = told(snapshot)
    joined = graph.subgraph([it for it in graph if graph.degree(it)])
    cores = networkx.core_number(joined)
    most = max(cores.values(), default=0)
    core = joined.subgraph([it for it in joined if cores[it] == most])
    if most < 2:
        assert "inmost" not in found
        return
    text = plain(found["inmost"].text)
    assert numbers(text)[:3] == [len(core), len(joined), most]
    assert min(degree for _, degree in core.degree()) >= most
    parts = networkx.number_connected_components(core)
    assert matched("They are in {} parts", text) == ([parts] if parts > 1 else None)


def metres(one, other) -> float:
    (lon1, lat1), (lon2, lat2) = ([radians(it) for it in point] for point in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


@EACH
def test_how_far_connections_reach(graph, snapshot):
    # In kilometres, so that what is said can be counted again without rounding.
    snapshot = dataclasses.replace(snapshot, tables=snapshot.tables | {"units": "km"})
    _, _, found = told(snapshot)
    place = {it: snapshot.point[it] for it in graph if not np.isnan(snapshot.point[it, 0])}
    known = [it for it in graph.edges() if it[0] in place and it[1] in place]
    if "distance" not in found:
        assert not known
        return
    text = plain(found["distance"].text)
    if graph.number_of_edges() > 1:
        assert numbers(text)[:2] == [len(known), graph.number_of_edges()]
    lengths = sorted(metres(place[a], place[b]) for a, b in known)
    said = re.search(r"Most of them, (\d+) \(.*\), are within ([\d.,]+) (m|km)\.", text)
    if said:
        reach = float(said[2].replace(",", "")) * (1000 if said[3] == "km" else 1)
        assert int(said[1]) == pytest.approx(sum(it <= reach for it in lengths), abs=1)
        assert 2 * int(said[1]) > len(known)
    said = re.search(r"no longer than about ([\d.,]+) (m|km)", text)
    if said:
        middle = float(said[1].replace(",", "")) * (1000 if said[2] == "km" else 1)
        assert middle == pytest.approx(float(np.median(lengths)), rel=0.05, abs=60)
    joined = [it for it in place if graph.degree(it)]
    pairs = [(metres(place[a], place[b]), graph.has_edge(a, b)) for a, b in combinations(joined, 2)]
    near = [it[1] for it in pairs if it[0] < 250]
    far = [it[1] for it in pairs if it[0] >= 4_000]
    compared = re.search(
        r"Of the ([\d,]+) pairs less than 250 m apart ([\d,]+) are connected \(.*?\), of the ([\d,]+) pairs 4 km apart "
        r"or more ([\d,]+)",
        text,
    )
    if compared:
        said = [int(it.replace(",", "")) for it in compared.groups()]
        # A plane is good to a thousandth: a pair or two may lie on the other side of a bound.
        assert said == pytest.approx([len(near), sum(near), len(far), sum(far)], rel=0.01, abs=3)
        assert min(said[0], said[2]) >= MIN_PAIRS and said[1] + said[3] >= MIN_CONNECTED
        close, wide = said[1] / said[0], said[3] / said[2]
        assert ("What is near is connected more often." in text) == (close > 2 * wide)
        assert ("What is far is connected more often." in text) == (wide > 2 * close)
    else:
        assert "connected more often" not in text
        assert min(len(near), len(far)) < MIN_PAIRS + 3 or sum(near) + sum(far) < MIN_CONNECTED + 1


@EACH
def test_kinds_of_connection_and_who_says_so(graph, snapshot):
    _, _, found = told(snapshot)
    if not found:
        return
    kinds = snapshot.tables["types"]
    stated = np.flatnonzero(~snapshot.derived)
    counts = Counter(kinds[snapshot.type[it]]["slug"] for it in stated)
    assert matched("{} kind", plain(found["types"].text)) == [len(counts)]
    for it in map(plain, found["types"].items):
        slug = re.match(r"“(.*?)”", it)[1]
        mine = [i for i in stated if kinds[snapshot.type[i]]["slug"] == slug]
        pairs = {frozenset((int(snapshot.source[i]), int(snapshot.target[i]))) for i in mine}
        nodes = set().union(*pairs)
        assert numbers(it)[:2] == [counts[slug], len(nodes)]
        assert f", {share(len(pairs) / (len(nodes) * (len(nodes) - 1) / 2), 1)} of the pairs" in it
        mutual = matched("; {} is stated by both", it) or matched("; {} are stated by both", it) or [0]
        assert mutual == [int(snapshot.mutual[mine].sum())]
    text = plain(found["said"].text)
    assert numbers(text)[0] == len(stated)
    both = matched("{} of them was stated by both", text) or matched("{} of them were stated by both", text) or [0]
    assert both == [int(snapshot.mutual[stated].sum())]
    derived = matched("{} more was worked out", text) or matched("{} more were worked out", text) or [0]
    assert derived == [int(snapshot.derived.sum())]
    disputed = matched("{} is disputed:", text) or matched("{} are disputed:", text) or [0]
    assert disputed == [int(snapshot.disputed.sum())]
    by_tie = Counter(kinds[snapshot.type[it]]["tie"] for it in stated)
    section = found["balance"]
    known = len(stated) - by_tie[""]
    if known:
        assert numbers(plain(section.text)) == ([known, len(stated)] if by_tie[""] else [known])
        for it in map(plain, section.items):
            tie = re.search(r"\((\w+)\)", it)[1]
            assert numbers(it)[0] == by_tie[tie]
            assert it.endswith(share(by_tie[tie], known))
    else:
        assert numbers(plain(section.text)) == [by_tie[""]]


def test_there_are_300_networks_of_many_shapes():
    assert len(NETWORKS) == 300
    shapes = [it[1] for it in NETWORKS]
    assert any(not it.number_of_edges() for it in shapes)
    assert any(len(it) == 2 for it in shapes)
    assert sum(len(parts_of(it)) > 1 for it in shapes) > 60
    assert sum(bool(analyse(it[2]).hubs.size) for it in NETWORKS) > 20
    assert max(map(len, shapes)) > 100
