"""How a network stands losing more and more nodes."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.graph import robustness as module
from mapping.graph.network import Network
from mapping.graph.robustness import robustness


@st.composite
def networks(draw):
    size = draw(st.integers(2, 12))
    node = st.integers(0, size - 1)
    return Network.of(size, draw(st.lists(st.tuples(node, node), max_size=24)))


@given(networks(), st.randoms(use_true_random=False))
def test_the_largest_piece_after_each_removal_is_that_of_networkx(network, random):
    order = list(range(network.size))
    random.shuffle(order)
    graph = nx.Graph(network.edges.tolist())
    graph.add_nodes_from(range(network.size))
    wanted = []
    for node in [None, *order]:
        if node is not None:
            graph.remove_node(node)
        wanted.append(max(map(len, nx.connected_components(graph)), default=0))
    assert module._held(network, np.array(order)).tolist() == wanted


@given(networks())
def test_the_most_joined_go_first_counted_anew_after_each(network):
    graph = nx.Graph(network.edges.tolist())
    graph.add_nodes_from(range(network.size))
    for node in module._by_degree(network).tolist():
        assert graph.degree(node) == max(dict(graph.degree).values())
        graph.remove_node(node)
    assert len(graph) == 0


@given(networks())
def test_curves_begin_whole_and_never_rise(network):
    found = robustness(network)
    for curve in (found.by_chance, found.by_degree, found.by_betweenness):
        assert 0 <= curve.robustness <= 0.5
        assert (np.diff(curve.held) <= 1e-12).all()
        assert not found.size or curve.held[0] == 1


def test_a_star_falls_with_its_middle():
    found = robustness(Network.of(11, [(0, it) for it in range(1, 11)]))
    assert found.by_degree.held[-1] == pytest.approx(1 / 11)
    assert found.by_degree.robustness < found.by_chance.robustness


def test_a_complete_network_is_as_robust_as_can_be():
    size = 20
    found = robustness(Network.of(size, [(a, b) for a in range(size) for b in range(a)]))
    assert found.by_degree.robustness == pytest.approx((size - 1) / (2 * size))


def test_the_same_network_gives_the_same_curves():
    network = Network.of(30, np.random.default_rng(1).integers(0, 30, (60, 2)))
    assert robustness(network).by_chance.held.tolist() == robustness(network).by_chance.held.tolist()


def test_those_without_ties_are_not_counted():
    ties = [(0, 1), (1, 2)]
    assert robustness(Network.of(3, ties)).by_degree.robustness == robustness(Network.of(9, ties)).by_degree.robustness


def test_a_network_of_nobody_has_flat_curves():
    assert robustness(Network.of(0, [])).by_chance.held.sum() == 0
