"""Measures of networks: against networkx's figures, by hand, and under relabelling."""

import json

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import measures
from mapping.graph.communities import communities, modularity
from mapping.graph.network import Network

STAR = Network.of(5, [(0, 1), (0, 2), (0, 3), (0, 4)])
PATH = Network.of(4, [(0, 1), (1, 2), (2, 3)])


@st.composite
def networks(draw):
    size = draw(st.integers(1, 12))
    node = st.integers(0, size - 1)
    return Network.of(size, draw(st.lists(st.tuples(node, node), max_size=30)))


def test_ties_become_simple_and_add_up():
    network = Network.of(3, [(1, 0), (0, 1), (2, 2)], [1, 2, 5])
    assert network.edges.tolist() == [[0, 1]]
    assert network.weights.tolist() == [3]


def test_two_connections_of_one_pair_are_one_way():
    """igraph 1.0.0, which we ask, would count two (findings/two-connections-are-two-ways.sh)."""
    ring = [(0, 1), (1, 3), (0, 2), (2, 3)]
    twice = Network.of(4, [*ring, (1, 0)])
    assert measures.betweenness(twice).tolist() == pytest.approx(measures.betweenness(Network.of(4, ring)).tolist())
    assert measures.betweenness(twice) == pytest.approx([1 / 6] * 4)


@pytest.mark.parametrize("edges", [[(0, 3)], [(-1, 0)]])
def test_ties_to_no_node_are_refused(edges):
    with pytest.raises(ValueError, match="0 to 2"):
        Network.of(3, edges)


def test_a_weight_for_each_tie_is_needed():
    with pytest.raises(ValueError, match="weights"):
        Network.of(3, [(0, 1)], [1, 2])


def test_an_empty_network_has_nothing_to_measure():
    nothing = Network.of(0, [])
    assert measures.degree(nothing).tolist() == []
    assert measures.components(nothing).tolist() == []
    assert measures.betweenness(nothing).tolist() == []
    assert communities(nothing).tolist() == []
    assert measures.hubs(nothing).tolist() == []


def test_what_falls_apart_without_the_middle_of_a_star():
    [falling] = measures.falling(STAR, np.array([0]))
    assert (falling.alone, falling.pieces, falling.cut_off) == (4, 0, 3)


def test_what_falls_apart_in_a_path():
    assert measures.articulation_points(PATH).tolist() == [1, 2]
    assert measures.bridges(PATH).tolist() == [[0, 1], [1, 2], [2, 3]]
    first, second = measures.falling(PATH, np.array([1, 2]))
    assert (first.alone, first.pieces, first.cut_off) == (1, 1, 1)
    assert second.node == 2


def test_only_what_touches_very_many_is_a_hub():
    assert measures.hubs(STAR).tolist() == []
    big = Network.of(30, [(0, n) for n in range(1, 30)])
    assert measures.hubs(big).tolist() == [0]


@given(networks())
@settings(max_examples=60, deadline=None)
def test_measures_agree_with_networkx(network):
    peer = networkx.Graph()
    peer.add_nodes_from(range(network.size))
    peer.add_edges_from(network.edges.tolist())
    assert measures.degree(network).tolist() == [d for _, d in sorted(peer.degree)]
    assert measures.betweenness(network) == pytest.approx(
        [v for _, v in sorted(networkx.betweenness_centrality(peer).items())]
    )
    assert set(measures.articulation_points(network).tolist()) == set(networkx.articulation_points(peer))
    assert {tuple(it) for it in measures.bridges(network).tolist()} == {
        tuple(sorted(it)) for it in networkx.bridges(peer)
    }
    assert measures.components(network).max(initial=-1) + 1 == networkx.number_connected_components(peer)


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_other_names_change_no_measure(network, random):
    names = list(range(network.size))
    random.shuffle(names)
    renamed = Network.of(network.size, np.asarray(names)[network.edges] if len(network.edges) else [])
    assert measures.degree(renamed)[names].tolist() == measures.degree(network).tolist()
    assert measures.betweenness(renamed)[names] == pytest.approx(measures.betweenness(network))


@given(networks())
@settings(max_examples=40, deadline=None)
def test_a_lonely_node_more_leaves_pieces_and_bridges_alone(network):
    more = Network.of(network.size + 1, network.edges, network.weights)
    assert measures.bridges(more).tolist() == measures.bridges(network).tolist()
    assert measures.degree(more)[:-1].tolist() == measures.degree(network).tolist()
    assert communities(more)[-1] == -1


@pytest.mark.parametrize(
    "name",
    ["karate", "les_miserables_nx", "davis_southern_women", "florentine_families", "email_eu_core"],
)
def test_benchmark_networks_give_the_known_figures(data_folder, name):
    oracle = json.loads((data_folder / "graphs" / "oracle_networkx.json").read_text())[name]
    peer = networkx.Graph(networkx.read_graphml(data_folder / "graphs" / f"{name}.graphml"))
    number = {node: index for index, node in enumerate(peer)}
    network = Network.of(len(number), [(number[a], number[b]) for a, b in peer.edges])
    assert measures.components(network).max() + 1 == oracle["components"]
    assert len(measures.bridges(network)) == oracle["bridges"]
    assert len(measures.articulation_points(network)) == oracle["articulation_points"]
    between = measures.betweenness(network)
    for node, value in oracle["betweenness_normalised_top10"]:
        assert between[number[node]] == pytest.approx(value, abs=1e-6)
    found = modularity(network, communities(network, smallest=1))
    assert found >= oracle["louvain_best_of_20_modularity_unweighted"] - 0.01


def test_groups_are_the_same_every_time_and_good():
    peer = networkx.karate_club_graph()
    network = Network.of(34, list(peer.edges))
    groups = communities(network)
    assert groups.tolist() == communities(network).tolist()
    assert modularity(network, groups) > 0.41
    assert np.bincount(groups).tolist() == sorted(np.bincount(groups).tolist(), reverse=True)


def test_groups_are_looked_for_without_the_hub():
    triangles = [(1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6)]
    network = Network.of(8, [*triangles, *((0, n) for n in range(1, 8))])
    assert communities(network, apart=[0]).tolist() == [-1, 0, 0, 0, 1, 1, 1, -1]
