"""The analysis of a network: known figures of benchmark graphs, and what must not change anything."""

import dataclasses
import json

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import analysis, findings
from mapping.graph.analysis import MEASURES, analyse
from mapping.graph.network import Network
from mapping.network.view import state

from .small import snapshot_of
from .test_centrality import networks, scattered

GRAPHS = ["karate", "les_miserables_nx", "davis_southern_women", "florentine_families", "email_eu_core"]


@pytest.mark.parametrize("name", GRAPHS)
def test_benchmark_graphs_give_the_known_figures(data_folder, name):
    oracle = json.loads((data_folder / "graphs" / "oracle_networkx.json").read_text())[name]
    peer = networkx.Graph(networkx.read_graphml(data_folder / "graphs" / f"{name}.graphml"))
    number = {node: index for index, node in enumerate(peer)}
    found = analyse(Network.of(len(number), [(number[a], number[b]) for a, b in peer.edges]))
    nodes, ties = found.network.size, found.whole.ties
    assert (nodes, len(set(found.piece.tolist()))) == (oracle["nodes"], oracle["components"])
    assert len(found.bridges) == oracle["bridges"]
    assert int(found.articulation.sum()) == oracle["articulation_points"]
    assert found.whole.transitivity == pytest.approx(oracle["transitivity"], abs=1e-6)
    assert found.measures["clustering"].mean() == pytest.approx(oracle["avg_clustering"], abs=1e-6)
    assert 2 * ties / (nodes * (nodes - 1)) == pytest.approx(oracle["density"], abs=1e-6)
    for node, value in oracle["betweenness_normalised_top10"]:
        assert found.measures["betweenness"][number[node]] == pytest.approx(value, abs=1e-6)
    assert all(error == 0 for error in found.errors.values())


def test_it_has_every_measure_that_a_picture_can_show():
    assert set(state.SIZES) - {"same"} <= set(MEASURES)
    found = analyse(scattered(30, 60))
    assert set(found.measures) == set(found.errors) == set(MEASURES)
    assert all(len(it) == 30 for it in found.measures.values())


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_other_names_change_nothing(network, random):
    names = list(range(network.size))
    random.shuffle(names)
    one = analyse(network)
    other = analyse(Network.of(network.size, np.asarray(names)[network.edges], network.weights))
    for measure in MEASURES:
        assert other.measures[measure][names] == pytest.approx(one.measures[measure], nan_ok=True, abs=1e-6)
    assert other.articulation[names].tolist() == one.articulation.tolist()
    assert other.whole.modularity == pytest.approx(one.whole.modularity)
    assert other.whole.pieces == one.whole.pieces
    assert sorted(len(it.members) for it in other.groups) == sorted(len(it.members) for it in one.groups)


@given(networks())
@settings(max_examples=30, deadline=None)
def test_a_lonely_node_more_leaves_what_is_not_a_share_of_all(network):
    one, more = analyse(network), analyse(Network.of(network.size + 1, network.edges, network.weights))
    for measure in ("connections", "linked", "strength", "core", "clustering", "constraint"):
        assert np.array_equal(one.measures[measure], more.measures[measure][:-1], equal_nan=True)
    assert more.group.tolist() == [*one.group.tolist(), -1]
    # As text, because what cannot be said is NaN, which equals nothing.
    assert str(dataclasses.replace(more.whole, nodes=one.whole.nodes)) == str(one.whole)


def test_more_statements_of_a_tie_leave_everything_but_its_strength_and_groups():
    ties = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4)]
    once = analyse(snapshot_of(5, ties))
    often = analyse(snapshot_of(5, [{"ends": it, "support": 4} for it in ties]))
    for measure in set(MEASURES) - {"strength"}:
        assert once.measures[measure].tolist() == often.measures[measure].tolist()
    assert often.measures["strength"].tolist() == (4 * once.measures["strength"]).tolist()
    assert once.group.tolist() == often.group.tolist()


def test_two_types_between_the_same_two_are_one_tie():
    rows = [{"ends": (0, 1), "type": "a"}, {"ends": (1, 0), "type": "b"}, {"ends": (1, 2), "type": "a"}]
    found = analyse(snapshot_of(3, rows))
    assert found.measures["connections"].tolist() == [1, 2, 1]
    assert (found.whole.connections, found.whole.ties) == (3, 2)
    assert (found.measures["out"].tolist(), found.measures["in"].tolist()) == ([1, 2, 0], [1, 1, 1])


def test_derived_connections_count_only_when_asked_for():
    rows = [(0, 1), {"ends": (1, 2), "derived": True}]
    stated, every = analyse(snapshot_of(3, rows)), analyse(snapshot_of(3, rows), stated_only=False)
    assert stated.measures["connections"].tolist() == [1, 1, 0]
    assert every.measures["connections"].tolist() == [1, 2, 1]
    assert (stated.whole.joined, every.whole.joined) == (2, 3)


def test_what_was_kept_of_the_first_stages_gives_the_same():
    network = scattered(60, 150)
    measured = analysis.measure(network)
    group = analysis.group_labels(network, measured.hubs)
    one, other = analyse(network), analyse(network, measured=measured, group=group)
    assert one.group.tolist() == other.group.tolist()
    assert str(one.whole) == str(other.whole)


def test_large_networks_say_how_many_were_drawn_and_how_far_off_it_may_be():
    found = analyse(scattered(1500, 4000), exact_limit=0)
    assert set(found.pivots) == {"betweenness", "harmonic"}
    assert found.errors["betweenness"] > 0 and found.errors["harmonic"] > 0
    assert found.errors["core"] == 0


@pytest.mark.parametrize("size", [0, 1, 2])
def test_nobody_and_one_and_two_without_a_tie(size):
    found = analyse(snapshot_of(size))
    assert (found.whole.joined, found.whole.density, found.groups) == (0, 0.0, [])
    told = findings.find_in(found)
    assert (told.best, told.bridges, told.between, told.joining) == ([], [], [], [])
    assert (told.inmost, told.edge, told.hub_only, told.pieces) == ((0, 0), 0, 0, [])


def test_findings_of_one_tie_name_nobody_as_central():
    told = findings.find_in(analyse(snapshot_of(2, [(0, 1)])))
    assert (told.best, told.bridges, told.between, told.edge) == ([], [], [], 2)
    assert told.inmost == (2, 1)


def test_findings_say_who_joins_others_that_are_not_joined():
    two = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 6), (6, 3), (6, 7)]
    told = findings.find(Network.of(8, two))
    assert told.joining[0] == 6
    assert told.between[0] == 6
    assert told.bridges[0].node == 6
