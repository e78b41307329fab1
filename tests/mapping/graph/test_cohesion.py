"""Triangles, cores, clustering, constraint: against networkx, closed forms, and under other names."""

import networkx
import numpy as np
import pytest
from hypothesis import given, settings

from mapping.graph import cohesion, triangles
from mapping.graph.network import Network

from .test_centrality import in_order, networks, peer, scattered


@given(networks())
@settings(max_examples=40, deadline=None)
def test_they_agree_with_networkx(network):
    graph = peer(network)
    assert cohesion.core(network).tolist() == in_order(networkx.core_number(graph))
    assert cohesion.clustering(network) == pytest.approx(in_order(networkx.clustering(graph)))
    assert cohesion.transitivity(network) == pytest.approx(networkx.transitivity(graph))
    assert cohesion.constraint(network) == pytest.approx(in_order(networkx.constraint(graph)), nan_ok=True)
    assert 3 * len(list(triangles_of(network))) == sum(networkx.triangles(graph).values())


def triangles_of(network, **more):
    for part in triangles.triangles(network, **more):
        yield from (tuple(it) for it in part.tolist())


@pytest.mark.parametrize("chunk", [1, 7, 10_000])
def test_every_triangle_is_found_once_whatever_the_pieces(chunk):
    network = scattered(300, 2500)
    found = list(triangles_of(network, chunk=chunk))
    assert len(found) == len(set(found)) == sum(networkx.triangles(peer(network)).values()) // 3
    for edges in found[:50]:
        assert len(set(network.edges[list(edges)].ravel().tolist())) == 3


@given(networks())
@settings(max_examples=40, deadline=None)
def test_linked_neighbours_are_those_joined_with_another_one(network):
    graph = peer(network)
    expected = [
        sum(any(graph.has_edge(one, other) for other in graph[node]) for one in graph[node])
        for node in range(network.size)
    ]
    assert cohesion.linked_neighbours(network).tolist() == expected


@pytest.mark.parametrize("size", [3, 5, 8])
def test_everybody_joined_with_everybody(size):
    full = Network.of(size, [(a, b) for a in range(size) for b in range(a)])
    assert cohesion.core(full).tolist() == [size - 1] * size
    assert cohesion.clustering(full).tolist() == [1.0] * size
    # p = 1 / d for each, and d - 1 ways through a third: d (1 / d + (d - 1) / d^2)^2.
    d = size - 1
    assert cohesion.constraint(full) == pytest.approx(d * (1 / d + (d - 1) / d**2) ** 2)


def test_who_joins_strangers_is_constrained_little():
    star = Network.of(6, [(0, n) for n in range(1, 6)])
    assert cohesion.constraint(star).tolist() == pytest.approx([0.2, 1, 1, 1, 1, 1])


def test_a_lonely_node_has_no_constraint_and_changes_nothing():
    network = scattered(100, 300)
    more = Network.of(101, network.edges)
    assert np.isnan(cohesion.constraint(more)[-1])
    for measure in (cohesion.core, cohesion.clustering, cohesion.constraint, cohesion.linked_neighbours):
        assert np.array_equal(measure(more)[:-1], measure(network), equal_nan=measure is cohesion.constraint)


def test_a_hub_of_many_thousands_costs_no_pairs_of_its_neighbours():
    network = Network.of(60_001, [*((0, n) for n in range(1, 60_001)), (1, 2), (2, 3)])
    assert len(list(triangles_of(network))) == 2
    assert cohesion.linked_neighbours(network)[0] == 3
