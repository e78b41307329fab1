"""Who is joined with whom, what sets groups apart: closed forms, networkx, and nothing made up for nobody."""

import dataclasses

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import mixing, naming
from mapping.graph.network import Network

from .small import snapshot_of
from .test_centrality import networks, peer, scattered


@given(networks(), st.lists(st.integers(0, 3), min_size=14, max_size=14))
@settings(max_examples=40, deadline=None)
def test_assortativity_is_that_of_networkx(network, kinds):
    graph = peer(network)
    networkx.set_node_attributes(graph, dict(enumerate(kinds)), "kind")
    found = mixing.assortativity(network, kinds[: network.size])
    if np.isnan(found):
        assert len({kinds[it] for it in network.edges.ravel().tolist()}) < 2
    else:
        assert found == pytest.approx(networkx.attribute_assortativity_coefficient(graph, "kind"))


def test_assortativity_goes_from_only_across_to_only_within():
    square = Network.of(4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    assert mixing.assortativity(square, [0, 1, 0, 1]) == -1
    assert np.isnan(mixing.assortativity(square, [0, 0, 0, 0]))
    assert np.isnan(mixing.assortativity(square, [-1, -1, -1, -1]))


def test_facts_of_types_count_density_and_returns():
    found = snapshot_of(
        3,
        [
            {"ends": (0, 1), "type": "funds"},
            {"ends": (1, 0), "type": "funds"},
            {"ends": (1, 2), "type": "funds"},
            {"ends": (0, 2), "type": "works-with"},
        ],
    )
    found.tables["types"][1]["directed"] = False
    funds, works = mixing.by_type(found)
    assert (funds.count, funds.density, funds.returned) == (3, 0.5, pytest.approx(2 / 3))
    assert (works.count, works.density) == (1, pytest.approx(1 / 3))
    assert np.isnan(works.returned)


def test_nothing_has_no_facts():
    nothing = snapshot_of(0)
    assert mixing.by_type(nothing) == []
    assert mixing.decay(nothing.network(), nothing.metres) == []
    assert mixing.capitals(nothing) == {}
    assert mixing.balance(nothing, nothing.network(), np.zeros(0, dtype=np.int64)) == mixing.Balance(0, 0, 0, 0, 0, 0)


def test_the_balance_is_of_types_and_of_groups():
    ends = [(0, 1, "a"), (1, 2, "a"), (2, 3, "b"), (3, 4, "c"), (0, 4, "d")]
    found = snapshot_of(5, [{"ends": it[:2], "type": it[2]} for it in ends])
    for it, tie in zip(found.tables["types"], ("bonding", "bridging", "linking", ""), strict=True):
        it["tie"] = tie
    groups = np.array([0, 0, 0, 1, -1])
    assert mixing.balance(found, found.network(), groups) == mixing.Balance(2, 1, 1, 1, 2, 1)


def test_decay_counts_every_pair_of_located_nodes_once():
    draw = np.random.default_rng(1)
    network = scattered(80, 200)
    metres = draw.uniform(0, 6000, (80, 2))
    metres[:10] = np.nan
    bands = mixing.decay(network, metres)
    assert sum(it.pairs for it in bands) == 70 * 69 // 2
    assert sum(it.joined for it in bands) == int((network.edges >= 10).all(axis=1).sum())
    assert all(it.share == it.joined / it.pairs for it in bands)


def test_decay_of_very_many_pairs_is_drawn_and_near_the_truth(monkeypatch):
    network = scattered(300, 900)
    metres = np.random.default_rng(2).uniform(0, 9000, (300, 2))
    exact = mixing.decay(network, metres)
    monkeypatch.setattr(mixing, "MAX_PAIRS", 10)
    drawn = mixing.decay(network, metres)
    assert [it.joined for it in drawn] == [it.joined for it in exact]
    assert [it.pairs for it in drawn] == pytest.approx([it.pairs for it in exact], rel=0.05, abs=20)


def test_capitals_are_those_of_categories():
    found = snapshot_of(4, categories=["hall", "park", "hall", None])
    for it, capital in zip(found.tables["categories"], ("physical", "natural"), strict=True):
        it["capital"] = capital
    assert mixing.capitals(found) == {"physical": 2, "": 1, "natural": 1}
    assert mixing.capitals(found, [1]) == {"natural": 1}


class TestNaming:
    def named(self, groups, categories, tags=()):
        found = snapshot_of(len(groups), categories=categories)
        names = sorted({tag for it in tags for tag in it})
        rows = [sorted(names.index(tag) for tag in it) for it in tags] or [[] for _ in groups]
        found.tables["tags"] = names
        return naming.words(
            dataclasses.replace(
                found,
                tags=np.array([it for row in rows for it in row], dtype=np.int32),
                tag_starts=np.cumsum([0, *(len(row) for row in rows)]),
            ),
            np.array(groups),
        )

    def test_words_are_what_a_group_has_more_often(self):
        found = self.named([0, 0, 0, 1, 1, 1], ["school"] * 3 + ["club"] * 3)
        assert [it.text for it in found[0]] == ["schools"]
        assert (found[0][0].share, found[0][0].lift) == (1, 2)
        assert [it.text for it in found[1]] == ["clubs"]

    def test_what_everybody_has_says_nothing(self):
        assert self.named([0, 0, 1, 1], ["school"] * 4) == {0: [], 1: []}

    def test_what_one_member_has_says_nothing(self):
        assert self.named([0, 0, 0, 1, 1, 1], ["pub", "school", "club", "school", "club", "park"])[0] == []

    def test_tags_count_beside_categories_and_a_word_is_told_once(self):
        found = self.named([0, 0, 1, 1], ["food", "food", None, None], [["foods", "warm"], ["foods", "warm"], [], []])
        assert sorted(it.text for it in found[0]) == ["foods", "warm"]

    def test_at_most_three(self):
        tags = [["a", "b", "c", "d"]] * 3 + [[]] * 3
        assert len(self.named([0, 0, 0, 1, 1, 1], [None] * 6, tags)[0]) == 3

    def test_who_is_in_no_group_names_none(self):
        assert self.named([-1, -1], ["school", "school"]) == {}
