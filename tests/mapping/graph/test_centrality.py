"""Centrality: against networkx, closed forms, and sampled values within the error they state."""

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import centrality, measures
from mapping.graph.network import Network


@st.composite
def networks(draw, most=14):
    size = draw(st.integers(1, most))
    node = st.integers(0, size - 1)
    return Network.of(size, draw(st.lists(st.tuples(node, node), max_size=40)))


def peer(network):
    graph = networkx.Graph()
    graph.add_nodes_from(range(network.size))
    graph.add_edges_from(network.edges.tolist())
    return graph


def in_order(values):
    return [value for _, value in sorted(values.items())]


def scattered(size, ties, seed=1):
    """A few hubs, many leaves, and what lies between."""
    draw = np.random.default_rng(seed)
    ends = (size * draw.random((ties, 2)) ** [3.0, 1.0]).astype(np.int64)
    return Network.of(size, draw.permutation(size)[ends])


@given(networks())
@settings(max_examples=40, deadline=None)
def test_exact_values_are_those_of_networkx(network):
    graph = peer(network)
    assert centrality.betweenness(network).values == pytest.approx(in_order(networkx.betweenness_centrality(graph)))
    expected = np.array(in_order(networkx.harmonic_centrality(graph))) / max(network.size - 1, 1)
    assert centrality.harmonic(network).values == pytest.approx(expected)
    assert centrality.pagerank(network) == pytest.approx(
        in_order(networkx.pagerank(graph, tol=1e-10, max_iter=1000)), abs=1e-6
    )


@given(networks(), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_with_every_node_drawn_sampled_betweenness_is_exact(network, more):
    found = centrality.betweenness(network, exact_limit=0, pivots=network.size + more)
    assert found.values == pytest.approx(measures.betweenness(network))
    assert found.error == 0


def test_sampled_values_lie_within_the_error_they_state():
    network = scattered(1500, 5000)
    exact = centrality.betweenness(network, exact_limit=10**12)
    found = centrality.betweenness(network, exact_limit=0, pivots=400)
    off = np.abs(found.values - exact.values)
    assert not found.exact and found.pivots >= 300
    assert (off <= found.error).mean() >= 0.99
    assert 0 < found.error < 0.02


def test_sampled_closeness_lies_within_the_error_it_states():
    network = scattered(1500, 5000)
    exact = centrality.harmonic(network, exact_limit=10**12)
    found = centrality.harmonic(network, exact_limit=0, pivots=300)
    off = np.abs(found.values - exact.values)
    assert exact.exact and found.pivots == 300
    assert (off <= found.error).mean() >= 0.95
    assert 0 < found.error < 0.05


@pytest.mark.parametrize("measure", [centrality.betweenness, centrality.harmonic])
def test_the_same_seed_gives_the_same_sample_and_another_another(measure):
    network = scattered(400, 1200)
    one, again, other = (measure(network, exact_limit=0, pivots=50, seed=seed).values.tolist() for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_more_nodes_drawn_bring_a_smaller_error():
    network = scattered(1000, 4000)
    few, many = (centrality.harmonic(network, exact_limit=0, pivots=count).error for count in (50, 500))
    assert many < few


def test_leaves_are_counted_and_not_drawn():
    star = Network.of(200, [(0, n) for n in range(1, 200)])
    found = centrality.betweenness(star, exact_limit=0, pivots=5)
    assert found.values[0] == pytest.approx(1)
    assert found.values[1:].max() == 0


def test_pieces_are_not_joined_by_sampling():
    two = Network.of(60, [*((0, n) for n in range(1, 30)), *((30, n) for n in range(31, 60))])
    assert centrality.betweenness(two, exact_limit=0, pivots=3).values == pytest.approx(measures.betweenness(two))


def test_a_ring_is_the_same_all_around():
    ring = Network.of(9, [(n, (n + 1) % 9) for n in range(9)])
    assert np.ptp(centrality.betweenness(ring).values) == pytest.approx(0)
    # Steps 1, 2, 3, 4, two of each: 2 (1 + 1/2 + 1/3 + 1/4) / 8.
    assert centrality.harmonic(ring).values == pytest.approx(25 / 48)
    assert centrality.pagerank(ring) == pytest.approx(1 / 9)


def test_far_more_than_64_sources_walk_together():
    path = Network.of(600, [(n, n + 1) for n in range(599)])
    expected = sum(1 / step for step in range(1, 600)) / 599
    assert centrality.harmonic(path).values[0] == pytest.approx(expected)


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_other_names_change_no_value(network, random):
    names = list(range(network.size))
    random.shuffle(names)
    renamed = Network.of(network.size, np.asarray(names)[network.edges])
    assert centrality.harmonic(renamed).values[names] == pytest.approx(centrality.harmonic(network).values)
    assert centrality.pagerank(renamed)[names] == pytest.approx(centrality.pagerank(network))


@given(networks())
@settings(max_examples=40, deadline=None)
def test_a_lonely_node_more_leaves_the_order_of_the_others(network):
    more = Network.of(network.size + 1, network.edges)
    scale = (network.size - 1) / network.size
    assert centrality.harmonic(more).values[:-1] == pytest.approx(centrality.harmonic(network).values * scale)
    assert centrality.harmonic(more).values[-1] == 0


def test_nothing_and_one_node_have_values():
    for size in (0, 1):
        bare = Network.of(size, [])
        assert centrality.betweenness(bare).values.tolist() == [0.0] * size
        assert centrality.harmonic(bare).values.tolist() == [0.0] * size
        assert centrality.pagerank(bare).tolist() == [1.0] * size
