"""What falls apart without some nodes, beside networkx and by hand."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.graph.network import Network
from mapping.graph.removal import remove


@st.composite
def networks(draw):
    size = draw(st.integers(1, 12))
    node = st.integers(0, size - 1)
    ties = draw(st.lists(st.tuples(node, node), max_size=24))
    gone = draw(st.sets(node, max_size=4))
    labels = draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
    return Network.of(size, ties), sorted(gone), np.array(labels)


def plain(network: Network) -> nx.Graph:
    graph = nx.Graph(network.edges.tolist())
    graph.add_nodes_from(range(network.size))
    return graph


@given(networks())
def test_all_counts_are_those_of_networkx(given_):
    network, gone, labels = given_
    found = remove(network, gone, labels)
    before, after = plain(network), plain(network)
    after.remove_nodes_from(gone)
    left = set(after)
    alone = {it for it in left if before.degree(it) and not after.degree(it)}
    assert set(found.alone.tolist()) == alone
    assert (found.ties, found.ties - found.lost) == (before.number_of_edges(), after.number_of_edges())
    parts = [set(it) & left for it in nx.connected_components(before)]
    parts_after = list(nx.connected_components(after))
    assert found.largest_before == max(map(len, parts), default=0)
    assert found.largest_after == max(map(len, parts_after), default=0)
    assert found.pieces_before == sum(len(it) > 1 for it in parts)
    assert found.pieces_after == sum(len(it) > 1 for it in parts_after)
    cut_off = set(found.cut_off.tolist())
    assert not cut_off & alone and (not cut_off or any(cut_off < it for it in parts if len(it) == found.largest_before))
    pairs = list(itertools.combinations(sorted(left), 2))
    for share, graph in ((found.reach_before, before), (found.reach_after, after)):
        reached = sum(nx.has_path(graph, one, other) for one, other in pairs)
        assert share == pytest.approx(reached / len(pairs) if pairs else 0)


@given(networks())
def test_distances_are_those_of_the_pairs_that_still_have_a_way(given_):
    network, gone, _ = given_
    found = remove(network, gone).distances
    before, after = plain(network), plain(network)
    after.remove_nodes_from(gone)
    far = [
        (nx.shortest_path_length(before, one, other), nx.shortest_path_length(after, one, other))
        for one, other in itertools.combinations(sorted(after), 2)
        if nx.has_path(after, one, other)
    ]
    if not far:
        assert found is None
    else:
        assert (found.before, found.after) == tuple(map(pytest.approx, np.mean(far, axis=0)))
        assert (found.pairs, found.exact, found.error) == (2 * len(far), True, 0)


@given(networks())
def test_groups_split_by_their_own_ties(given_):
    network, gone, labels = given_
    splits = {it.label: (it.members, it.before, it.after, it.largest) for it in remove(network, gone, labels).splits}
    wanted = {}
    for label in range(3):
        members = np.flatnonzero(labels == label).tolist()
        within = plain(network).subgraph(members)
        left = [it for it in members if it not in gone]
        before = {frozenset(it) & set(left) for it in nx.connected_components(within)} - {frozenset()}
        after = list(nx.connected_components(within.subgraph(left)))
        if len(after) > len(before):
            wanted[label] = (len(left), len(before), len(after), max(map(len, after)))
    assert splits == wanted


@given(networks())
def test_a_node_more_that_nothing_joins_changes_only_the_share_of_pairs(given_):
    network, gone, labels = given_
    larger = Network(network.size + 1, network.edges, network.weights)
    one, other = remove(network, gone, labels), remove(larger, gone, np.append(labels, -1))
    assert one.alone.tolist() == other.alone.tolist()
    assert one.splits == other.splits and one.distances == other.distances
    assert other.reach_after <= one.reach_after


def test_taking_nothing_away_changes_nothing():
    found = remove(Network.of(4, [(0, 1), (1, 2)]), [])
    assert (found.lost, len(found.alone), found.largest_before, found.largest_after) == (0, 0, 3, 3)


def test_without_the_middle_of_a_star_everybody_is_alone():
    """A council that funds six, of whom two know each other: the golden numbers."""
    network = Network.of(7, [(0, it) for it in range(1, 7)] + [(1, 2)])
    found = remove(network, [0], np.array([-1, 0, 0, 0, 1, 1, 1]))
    assert found.alone.tolist() == [3, 4, 5, 6]
    assert (found.ties, found.lost) == (7, 6)
    assert (found.largest_before, found.largest_after) == (6, 2)
    assert (found.reach_before, found.reach_after) == (1.0, pytest.approx(2 / 30))
    assert found.splits == []


def test_a_large_network_is_sampled_and_says_how_far_it_may_be_off():
    rng = np.random.default_rng(2)
    network = Network.of(400, rng.integers(0, 400, (1200, 2)))
    gone = np.argsort(-np.bincount(network.edges.ravel(), minlength=400))[:40]
    exact = remove(network, gone).distances
    sampled = remove(network, gone, exact_most=100).distances
    assert exact.exact and not sampled.exact and sampled.error > 0
    assert sampled.after - sampled.before == pytest.approx(exact.after - exact.before, abs=2 * sampled.error)
    assert sampled == remove(network, gone, exact_most=100).distances


@pytest.mark.parametrize("node", [-1, 3])
def test_a_node_that_is_not_there_is_refused(node):
    with pytest.raises(ValueError, match="Nodes are 0 to 2"):
        remove(Network.of(3, [(0, 1)]), [node])


def test_a_network_of_nobody():
    assert remove(Network.of(0, []), []).distances is None
