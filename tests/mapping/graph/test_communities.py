"""Groups: independent of names and of lonely nodes, steady from revision to revision, as good as they get."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import canonical
from mapping.graph.communities import communities, modularity, relabelled
from mapping.graph.network import Network

from .test_centrality import scattered


@st.composite
def weighted(draw, most=12):
    size = draw(st.integers(2, most))
    node = st.integers(0, size - 1)
    ties = draw(st.lists(st.tuples(node, node, st.integers(1, 3)), max_size=30))
    return Network.of(size, [it[:2] for it in ties], [it[2] for it in ties])


def renamed(network, names):
    return Network.of(network.size, np.asarray(names)[network.edges], network.weights)


def partition(groups):
    return {frozenset(np.flatnonzero(groups == it).tolist()) for it in np.unique(groups[groups >= 0])}


@given(weighted(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_other_names_leave_the_modularity(network, random):
    names = list(range(network.size))
    random.shuffle(names)
    other = renamed(network, names)
    assert modularity(other, communities(other)) == pytest.approx(modularity(network, communities(network)))


@given(weighted(), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_lonely_nodes_leave_the_groups(network, more):
    larger = Network.of(network.size + more, network.edges, network.weights)
    assert communities(larger).tolist() == [*communities(network).tolist(), *[-1] * more]


@given(weighted())
@settings(max_examples=30, deadline=None)
def test_saying_a_tie_in_parts_leaves_the_groups(network):
    """A tie of weight 3, or three statements of weight 1: it is the same network."""
    parts = np.repeat(network.edges, network.weights.astype(int), axis=0)
    assert communities(Network.of(network.size, parts)).tolist() == communities(network).tolist()


def test_the_network_that_once_came_out_worse_with_a_lonely_node():
    for seed in range(12):
        network = scattered(24, 40, seed)
        larger = Network.of(25, network.edges, network.weights)
        assert modularity(larger, communities(larger)) == pytest.approx(modularity(network, communities(network)))


@pytest.mark.parametrize("seed", range(4))
def test_small_networks_get_the_best_groups_there_are(seed):
    network = scattered(6, 9, seed)
    found = modularity(network, communities(network, smallest=1))
    best = max(modularity(network, np.array(labels)) for labels in itertools.product(range(3), repeat=6))
    assert found >= best - 1e-9


@given(weighted(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_canonical_order_gives_one_network_for_all_names(network, random):
    names = list(range(network.size))
    random.shuffle(names)
    other = renamed(network, names)
    one, two = network.only(canonical.order(network).nodes), other.only(canonical.order(other).nodes)
    assert one.edges.tolist() == two.edges.tolist()
    assert one.weights.tolist() == two.weights.tolist()


def test_rings_that_look_alike_from_within_are_told_apart():
    rings = [(0, 1), (1, 2), (0, 2), *((3 + n, 3 + (n + 1) % 6) for n in range(6))]
    network = Network.of(9, rings)
    other = renamed(network, [8, 3, 5, 0, 7, 1, 2, 6, 4])
    one, two = (it.only(canonical.order(it).nodes) for it in (network, other))
    assert one.edges.tolist() == two.edges.tolist()


class TestRelabelled:
    def test_what_is_the_same_keeps_its_number(self):
        before = np.array([5, 5, 5, 2, 2, -1])
        assert relabelled(np.array([0, 0, 0, 1, 1, 1]), before).tolist() == [5, 5, 5, 2, 2, 2]

    def test_of_two_halves_the_larger_keeps_it(self):
        assert relabelled(np.array([1, 1, 0, 0, 0]), np.array([4, 4, 4, 4, 4])).tolist() == [5, 5, 4, 4, 4]

    def test_of_two_that_join_the_larger_gives_it(self):
        assert relabelled(np.array([0, 0, 0, 0, 0]), np.array([7, 7, 1, 1, 1])).tolist() == [1] * 5

    def test_a_number_is_never_used_for_another_group(self):
        found = relabelled(np.array([0, 0, 0, 1, 1, 1]), np.array([3, 3, 3, -1, -1, -1]))
        assert found.tolist() == [3, 3, 3, 4, 4, 4]

    def test_without_groups_before_or_now_nothing_happens(self):
        assert relabelled(np.array([-1, -1]), np.array([1, 2])).tolist() == [-1, -1]
        assert relabelled(np.array([0, 0]), np.array([-1, -1])).tolist() == [0, 0]

    @given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=40))
    @settings(max_examples=30, deadline=None)
    def test_it_only_ever_renames(self, pairs):
        groups, before = (np.array(it, dtype=np.int64) for it in zip(*pairs, strict=True))
        # Labels come without gaps.
        groups = np.where(groups < 0, -1, np.unique(np.maximum(groups, 0), return_inverse=True)[1])
        assert partition(relabelled(groups, before)) == partition(groups)


def test_little_change_leaves_most_labels():
    network = scattered(400, 1200)
    first = communities(network)
    changed = Network.of(401, [*network.edges.tolist(), (400, 1), (400, 2)])
    second = communities(changed, before=np.append(first, -1))
    both = (second[:-1] >= 0) & (first >= 0)
    assert (second[:-1][both] == first[both]).mean() > 0.8
    assert modularity(changed, second) >= modularity(changed, communities(changed)) - 0.01


def test_groups_that_no_longer_hold_are_given_up():
    two = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]
    assert communities(Network.of(6, two), before=np.array([0, 1, 0, 1, 0, 1])).tolist() in (
        [0, 0, 0, 1, 1, 1],
        [1, 1, 1, 0, 0, 0],
    )
