"""The order of nodes: one network for all numberings as far as the budget goes, and never more steps than that."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.generate_structured import FAMILIES, renumbered, structured
from mapping.graph import canonical, refinement
from mapping.graph.communities import communities, find_communities
from mapping.graph.network import Network

NETWORKS = list(structured(200))
# Families of which every network among the 200 is put in order within the budget.
ALWAYS_SETTLED = (
    "Paley", "multipartite", "random tree", "balanced tree", "random regular", "copies", "town", "drawn at random",
    "star of stars", "bipartite without a matching", "barbell", "torus or grid", "path", "caterpillar",
    "weighted circulant",
)  # fmt: skip


@pytest.fixture
def looked(monkeypatch):
    """How many neighbours were looked at, and in how many rounds: counted where it is done."""
    seen = {"rounds": 0, "neighbours": 0}
    around = refinement.Ties.around

    def counted(self, nodes):
        places, counts = around(self, nodes)
        seen["rounds"] += 1
        seen["neighbours"] += len(places)
        return places, counts

    monkeypatch.setattr(refinement.Ties, "around", counted)
    return seen


@pytest.mark.parametrize(("name", "network"), NETWORKS, ids=[name for name, _ in NETWORKS])
def test_the_budget_is_never_passed_and_holds_for_all_numberings(name, network, looked):
    found = canonical.order(network)
    assert found.steps <= found.budget
    assert looked["rounds"] * refinement.ROUND + looked["neighbours"] <= found.steps
    assert sorted(found.nodes.tolist()) == list(range(network.size))
    other = renumbered(network, seed=len(name))
    again = canonical.order(other)
    assert again.steps <= again.budget
    if name.rpartition(" ")[0] in ALWAYS_SETTLED:
        assert found.settled and again.settled
    if found.settled and again.settled:
        one, two = network.only(found.nodes), other.only(again.nodes)
        assert one.edges.tolist() == two.edges.tolist()
        assert one.weights.tolist() == two.weights.tolist()


def test_the_networks_are_of_every_family_and_of_up_to_3000_nodes():
    assert {name.rpartition(" ")[0] for name, _ in NETWORKS} == set(FAMILIES)
    assert 1_000 < max(network.size for _, network in NETWORKS) <= 3_000


@pytest.mark.parametrize("budget", [0, 7_999, 50_000, 400_000, 3_000_000])
def test_a_smaller_budget_is_kept_too(budget):
    for _, network in NETWORKS[:56]:
        found = canonical.order(network, budget)
        assert found.steps <= budget
        assert sorted(found.nodes.tolist()) == list(range(network.size))


def test_what_the_budget_does_not_reach_keeps_the_order_of_numbers():
    star = Network.of(6, [(3, n) for n in (0, 1, 2, 4, 5)])
    found = canonical.order(star, budget=0)
    assert not found.settled
    assert found.nodes.tolist() == [0, 1, 2, 4, 5, 3]


def test_what_is_too_dense_to_be_looked_at_once_is_not_looked_at():
    dense = Network.of(2_400, np.argwhere(np.triu(np.ones((2_400, 2_400)), 1)))
    found = canonical.order(dense)
    assert (found.settled, found.steps) == (False, 0)


@given(
    st.integers(2, 9).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1), st.sampled_from([1.0, 2.0]))),
            st.permutations(range(size)),
        )
    )
)
def test_any_small_network_is_settled_and_one_for_all_numberings(made):
    size, ties, names = made
    network = Network.of(size, [it[:2] for it in ties], [it[2] for it in ties])
    other = Network.of(size, np.asarray(names)[network.edges], network.weights)
    found, again = canonical.order(network), canonical.order(other)
    assert found.settled and again.settled
    one, two = network.only(found.nodes), other.only(again.nodes)
    assert one.edges.tolist() == two.edges.tolist()
    assert one.weights.tolist() == two.weights.tolist()


def test_lonely_nodes_change_nothing():
    network = dict(NETWORKS)["town 3"]
    larger = Network.of(network.size + 7, network.edges, network.weights)
    assert communities(larger)[: network.size].tolist() == communities(network).tolist()


def test_groups_say_whether_another_order_could_give_others():
    networks = dict(NETWORKS)
    assert find_communities(networks["town 3"]).settled
    assert not find_communities(networks["projective plane 3"]).settled


def test_a_colour_and_a_kind_of_tie_are_not_mistaken_for_each_other():
    network = Network.of(5, [(0, 2), (0, 3), (0, 4), (1, 4), (2, 3), (2, 4)], [1, 1, 2, 2, 3, 1])
    other = Network.of(5, np.array([2, 3, 4, 1, 0])[network.edges], network.weights)
    one, two = (it.only(canonical.order(it).nodes) for it in (network, other))
    assert one.edges.tolist() == two.edges.tolist()
    assert one.weights.tolist() == two.weights.tolist()


def test_thousands_of_small_networks_come_out_alike():
    """Small ones with several kinds of ties are where a mistake shows."""
    draw = np.random.default_rng(7)
    for _ in range(2_000):
        size = int(draw.integers(3, 10))
        ties = draw.integers(0, size, (int(draw.integers(1, 3 * size)), 2))
        network = Network.of(size, ties, draw.integers(1, 4, len(ties)))
        other = Network.of(size, draw.permutation(size)[network.edges], network.weights)
        one, two = (it.only(canonical.order(it).nodes) for it in (network, other))
        assert one.edges.tolist() == two.edges.tolist()
        assert one.weights.tolist() == two.weights.tolist()
