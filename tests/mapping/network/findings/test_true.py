"""Every figure in the words of 300 networks, read out of the sentence and worked out again with networkx."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import unescape
from itertools import combinations
from math import asin, cos, floor, radians, sin, sqrt

import networkx
import numpy as np
import pytest
from django.utils.html import strip_tags

from mapping.graph import proximity
from mapping.graph.analysis import analyse
from mapping.graph.removal import remove
from mapping.graph.robustness import robustness
from mapping.network.findings import Words, bridges
from mapping.network.findings import facts as findings_facts
from mapping.network.findings.distance import MIN_CONNECTED, MIN_PAIRS
from mapping.network.findings.phrases import link, share
from mapping.network.gaps import description as gaps_description
from mapping.network.gaps.finder import Gaps
from mapping.network.removal import curves
from mapping.network.removal import description as removal_description
from mapping.network.removal.answer import Answer

from .graphs import networks

NETWORKS = networks(300)
EACH = pytest.mark.parametrize(("graph", "snapshot"), [it[1:] for it in NETWORKS], ids=[it[0] for it in NETWORKS])
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"


def numbers(text: str) -> list[float]:
    """The figures of a text in their order; names of nodes and words in brackets with a unit aside."""
    return [float(it.replace(",", "")) for it in re.findall(NUMBER, re.sub(r"Node \d+", "Node", text))]


def plain(markup) -> str:
    return unescape(strip_tags(str(markup)))


def matched(pattern: str, text: str) -> list[int] | None:
    """The figures where {} stands in a pattern, or None when the text has no such sentence."""
    found = re.search(re.escape(pattern).replace(r"\{\}", NUMBER).replace(r"\{name\}", "(?:Node \\d+)"), text)
    return [int(it.replace(",", "")) for it in found.groups()] if found else None


def parts_of(graph: networkx.Graph) -> list[set[int]]:
    """Components of two and more, the largest first."""
    return sorted((it for it in networkx.connected_components(graph) if len(it) > 1), key=len, reverse=True)


@cache
def told(snapshot):
    analysis = analyse(snapshot)
    facts = findings_facts.gather(snapshot, analysis)
    return analysis, facts, {it.slug: it for it in Words(facts).sections}


def node_in(text: str) -> int:
    return int(re.search(r"Node (\d+)", text)[1])


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
    assert [numbers(it)[0] for it in said] == [it for it in degrees[:5] if it > 1]
    assert all(graph.degree(node_in(it)) == numbers(it)[0] for it in said)


def check_apart(text: str, graph: networkx.Graph, gone: set[int]) -> None:
    """What would come apart without some nodes: each sentence beside what networkx finds."""
    left = graph.copy()
    left.remove_nodes_from(gone)
    mine = [it for it in networkx.connected_components(graph) if it & gone and len(it) > 1]
    there = set().union(*mine) - gone
    after = [it for it in networkx.connected_components(left) if it <= there]
    alone = sum(len(it) == 1 for it in after)
    pieces = sorted((len(it) for it in after if len(it) > 1), reverse=True)
    held = sum(bool(it - gone) for it in mine)
    told_alone = matched(", {} would have no connection to anyone else here.", text)
    assert told_alone == ([alone] if alone else None), text
    apart = matched("would fall into {} parts; the largest would have {}.", text)
    assert apart == ([len(pieces), pieces[0]] if len(pieces) > held else None), text
    if apart:
        who = matched("the {} others in the same", text) or matched("The other {} in the same", text)
        assert who == [sum(pieces)], text
        assert (matched("in the same {} parts", text) or [1]) == [held]
        now = len(parts_of(graph))
        whole = matched("In all there would be {} parts of two or more; there are {} now.", text)
        assert whole == ([len(parts_of(left)), now] if now > held else None), text
    if "everyone else would still be joined as before" in text:
        assert all(networkx.has_path(left, *pair) for it in mine for pair in combinations(sorted(it - gone), 2))


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


def test_there_are_300_networks_of_many_shapes():
    assert len(NETWORKS) == 300
    shapes = [it[1] for it in NETWORKS]
    assert any(not it.number_of_edges() for it in shapes)
    assert any(len(it) == 2 for it in shapes)
    assert sum(len(parts_of(it)) > 1 for it in shapes) > 60
    assert sum(bool(analyse(it[2]).hubs.size) for it in NETWORKS) > 20
    assert max(map(len, shapes)) > 100
