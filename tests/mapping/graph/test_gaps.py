"""Gaps in made networks of which we know them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import gaps
from mapping.graph.gaps import ALONE, GROUPS, HELD, UNMET, WHAT
from mapping.graph.network import Network
from mapping.graph.terrain import Terrain

from .test_terrain import terrain

CLIQUE = list(itertools.combinations(range(5), 2))


def clique(start: int, size: int = 5) -> list[tuple[int, int]]:
    return [(start + a, start + b) for a, b in itertools.combinations(range(size), 2)]


def test_two_groups_alike_without_a_tie_are_named_by_those_in_their_middle():
    words = {**{n: ["rowing"] for n in range(5)}, **{n: ["rowing"] for n in range(5, 10)}, 12: ["chess"], 13: ["chess"]}
    it = terrain(120, words, ties=[*clique(0), *clique(5), *clique(10)])
    [gap] = gaps.find(it)[GROUPS]
    assert {node // 5 for node in gap.nodes} == {0, 1}
    assert (gap.numbers["links"], gap.numbers["first"], gap.numbers["second"]) == (0, 5, 5)
    # 20 ends each of 60: 20 x 20 / 60.
    assert gap.numbers["expected"] == pytest.approx(20 * 20 / 60)
    assert [it.terms[term] for term in gap.terms] == ["rowing"]


def test_groups_with_as_many_ties_as_chance_gives_have_no_gap():
    words = {n: ["rowing"] for n in range(10)}
    ties = [*clique(0), *clique(5), *[(a, a + 5) for a in range(5)], *clique(20, 12)]
    assert gaps.find(terrain(120, words, ties=ties))[GROUPS] == []


def test_near_and_alike_but_without_a_way_are_unmet():
    it = terrain(60, {0: ["rowing"], 2: ["rowing"]}, at={0: (0, 0), 2: (200, 0)}, ties=[(0, 1), (2, 3)])
    [gap] = gaps.find(it)[UNMET]
    assert (gap.nodes, gap.numbers) == ((0, 2), {"metres": 200.0, "steps": 0})
    assert 0 < gap.score < 1


@pytest.mark.parametrize(("steps", "told"), [(1, False), (3, False), (4, True), (6, True)])
def test_far_begins_at_four_steps(steps, told):
    ties = list(itertools.pairwise(range(steps + 1)))
    it = terrain(60, {0: ["rowing"], steps: ["rowing"]}, at={0: (0, 0), steps: (200, 0)}, ties=ties)
    found = gaps.find(it)[UNMET]
    assert [gap.numbers["steps"] for gap in found] == ([steps] if told else [])


def test_a_way_through_a_hub_is_no_way():
    ties = [(0, n) for n in range(1, 41)]
    it = terrain(60, {1: ["rowing"], 2: ["rowing"]}, at={1: (0, 0), 2: (100, 0)}, ties=ties)
    assert [gap.nodes for gap in gaps.find(it)[UNMET]] == [(1, 2)]


def test_who_has_no_tie_is_shown_the_nearest_of_their_kind():
    words = {n: ["rowing"] for n in range(3)} | {3: ["chess"], 4: ["chess"]}
    at = {0: (0, 0), 1: (300, 0), 2: (900, 0), 3: (10, 0)}
    it = terrain(60, words, at=at, ties=[(1, 10), (2, 10), (3, 10)])
    [gap] = gaps.find(it)[ALONE]
    assert (gap.nodes, gap.numbers) == ((0, 1), {"metres": 300.0, "links": 1})


def test_things_are_not_last_sent_make_friends():
    acts = [n != 0 for n in range(60)]
    it = terrain(60, {0: ["rowing"], 1: ["rowing"]}, at={0: (0, 0), 1: (300, 0)}, ties=[(1, 10)], acts=acts)
    assert gaps.find(it)[ALONE] == []


def test_who_holds_two_parts_together_is_told_with_a_second_way_round():
    it = terrain(12, {}, ties=[*clique(0, 4), *clique(4, 4), (0, 8), (4, 8)])
    worst = gaps.find(it)[HELD][0]
    assert (worst.nodes, worst.members) == ((8,), ((0,), (4,)))
    assert worst.numbers == {"alone": 0, "pieces": 2, "cut_off": 4, "others": 8, "largest": 4}
    assert worst.score == pytest.approx(4 / 8)


def test_one_at_the_edge_is_no_point_of_failure():
    assert gaps.find(terrain(3, {}, ties=[(0, 1), (1, 2)]))[HELD] == []
    assert gaps.find(terrain(4, {}, ties=[(0, 1), (1, 2), (0, 2), (2, 3)]))[HELD] == []


def test_nobody_is_named_again_and_again():
    words = {n: ["rowing"] for n in range(12)}
    at = {n: (n * 10, 0) for n in range(12)}
    it = terrain(150, words, at=at, ties=[(n, 100 + n) for n in range(12)])
    named = [node for gap in gaps.find(it)[UNMET] for node in gap.nodes]
    assert named
    assert max(np.bincount(named)) <= gaps.MAX_OF_A_NODE


def test_a_key_stays_whatever_the_order_of_nodes():
    it = terrain(60, {0: ["a"], 2: ["a"]}, at={0: (0, 0), 2: (200, 0)}, ties=[(0, 1), (2, 3)])
    [gap] = gaps.find(it)[UNMET]
    assert gaps.key(gap, lambda node: f"n{9 - node}") == "unmet:n7:n9"


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_hardly_any_network_has_no_gaps(size):
    it = terrain(size, {n: ["a"] for n in range(size)})
    assert gaps.find(it) == {what: [] for what in WHAT}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_other_numbers_for_the_nodes_find_the_same_gaps(seed):
    random = np.random.default_rng(seed)
    size = 40
    words = {n: [f"w{random.integers(12)}"] for n in range(size)}
    at = {n: tuple(random.uniform(0, 1500, 2)) for n in range(size)}
    one = terrain(size, words, at=at, ties=random.integers(0, size, (45, 2)).tolist())
    name = random.permutation(size)
    metres = np.empty_like(one.metres)
    metres[name] = one.metres
    other = Terrain(
        network=Network.of(size, name[one.network.edges]),
        metres=metres,
        node=name[one.node],
        term=one.term,
        terms=one.terms,
        acts=one.acts,
    )
    for what in (ALONE, HELD):
        found, again = gaps.find(one)[what], gaps.find(other)[what]
        assert {tuple(name[list(gap.nodes)]) for gap in found} == {gap.nodes for gap in again}
