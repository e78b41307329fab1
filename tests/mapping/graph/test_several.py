"""The few best ways out of one search, beside Yen's method and networkx."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.graph.paths import Paths
from mapping.graph.several import several

from .small import snapshot_of

SPREAD = [(-2.3 + 0.01 * number**1.5, 53.4 + 0.007 * number) for number in range(40)]


def drawn(seed: int, size: int, ties: int):
    """A network in which hardly two ways are alike: everybody lies somewhere else."""
    rng = np.random.default_rng(seed)
    rows = [
        {"ends": (one, other), "strength": strong, "support": support}
        for one, other, strong, support in zip(
            rng.integers(0, size, ties).tolist(),
            # Some are far more popular than others.
            (size * rng.random(ties) ** 2.5).astype(int).tolist(),
            rng.integers(1, 6, ties).tolist(),
            rng.integers(1, 9, ties).tolist(),
            strict=True,
        )
        if one != other
    ]
    return snapshot_of(size, rows, points=SPREAD[:size])


@pytest.mark.parametrize("by_strength", [False, True])
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(3, 40),
    dense=st.floats(0.8, 6),
    most=st.integers(2, 6),
    longer=st.sampled_from([None, 0, 1, 2, 4]),
    closed=st.sets(st.integers(2, 39), max_size=3),
)
def test_what_one_search_tells_is_what_a_search_for_every_turning_tells(
    by_strength, seed, size, dense, most, longer, closed
):
    snapshot = drawn(seed, size, int(size * dense))
    finder = Paths.of(snapshot)
    cost = finder.weakness if by_strength else None
    keep = snapshot.support < 8
    shut = {it for it in closed if it < size}
    one = several(finder.adjacency, 0, 1, most, keep=keep, cost=cost, closed=shut, longer=longer)
    assert one is None or one == finder._best(0, 1, most, keep, cost, shut, longer)


@given(seed=st.integers(0, 10**6))
def test_what_it_tells_costs_what_networkx_says(seed):
    snapshot = drawn(seed, 30, 150)
    finder, graph = Paths.of(snapshot), nx.Graph()
    weak = finder.weakness.tolist()
    for one, other, cost in zip(snapshot.source.tolist(), snapshot.target.tolist(), weak, strict=True):
        if not graph.has_edge(one, other) or graph[one][other]["cost"] > cost:
            graph.add_edge(one, other, cost=cost)
    found = several(finder.adjacency, 2, 3, 3, cost=finder.weakness)
    if found is not None and {2, 3} <= set(graph):
        them = list(itertools.islice(nx.shortest_simple_paths(graph, 2, 3, weight="cost"), len(found)))
        assert [it.cost for it in found] == [nx.path_weight(graph, it, "cost") for it in them]
        assert all(nx.path_weight(graph, it.nodes, "cost") == it.cost for it in found)


def test_most_questions_are_answered_by_one_search():
    told = 0
    for seed in range(50):
        finder = Paths.of(drawn(seed, 40, 200))
        told += several(finder.adjacency, 20, 30, 3, cost=finder.weakness) is not None
    assert told > 35


def test_a_way_that_ends_within_the_reach_of_its_beginning_is_found():
    # The target's side has one way in, so that the source's side goes on past it.
    ties = [(0, 2), (2, 1), (2, 3), (3, 1), *((0, it) for it in range(4, 8)), *((2, it) for it in range(4, 8))]
    finder = Paths.of(snapshot_of(8, ties, points=SPREAD[:8]))
    assert [it.nodes for it in finder.between(0, 1, most=2)] == [(0, 2, 1), (0, 2, 3, 1)]


def test_no_way_is_told_from_cannot_tell():
    apart = Paths.of(snapshot_of(4, [(0, 1), (2, 3)])).adjacency
    assert several(apart, 0, 3, 2) == []
    assert several(apart, 0, 1, 2) is None


def test_ways_alike_in_everything_are_left_to_the_slower_search():
    alike = Paths.of(snapshot_of(4, [(0, 1), (1, 3), (0, 2), (2, 3)])).adjacency
    assert several(alike, 0, 3, 2) is None
