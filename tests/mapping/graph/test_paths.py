"""Paths between two nodes, beside networkx and by hand."""

from __future__ import annotations

import gc
import itertools
import weakref

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.graph.paths import STEPS, STRENGTH, Choice, Paths

from .small import snapshot_of

DIAMOND = [(0, 1), (1, 3), (0, 2), (2, 3), (3, 4)]
MOST = 5


@st.composite
def networks(draw):
    size = draw(st.integers(2, 9))
    node = st.integers(0, size - 1)
    tie = st.tuples(node, node).filter(lambda it: it[0] != it[1])
    ties = draw(st.lists(st.tuples(tie, st.sampled_from([1, 2, 2.5, 3, 4, 5]), st.integers(1, 4)), max_size=24))
    rows = [{"ends": ends, "strength": strong, "support": support} for ends, strong, support in ties]
    return snapshot_of(size, rows)


def weighed(snapshot, by):
    """The same for networkx: the cheapest of parallel connections."""
    graph, weakness = nx.Graph(), Paths.of(snapshot).weakness
    graph.add_nodes_from(range(snapshot.size))
    for number, (one, other) in enumerate(zip(snapshot.source.tolist(), snapshot.target.tolist(), strict=True)):
        cost = 1 if by == STEPS else int(weakness[number])
        if not graph.has_edge(one, other) or graph[one][other]["cost"] > cost:
            graph.add_edge(one, other, cost=cost)
    return graph


@pytest.mark.parametrize("by", [STEPS, STRENGTH])
@given(snapshot=networks())
def test_the_best_paths_cost_what_networkx_says_and_are_all_different(by, snapshot):
    graph, found = weighed(snapshot, by), Paths.of(snapshot)
    for source, target in itertools.combinations(range(min(snapshot.size, 4)), 2):
        paths = found.between(source, target, Choice(by=by), most=MOST)
        try:
            them = list(itertools.islice(nx.shortest_simple_paths(graph, source, target, weight="cost"), MOST))
        except nx.NetworkXNoPath:
            them = []
        assert [it.cost for it in paths] == [nx.path_weight(graph, it, "cost") for it in them]
        assert len({it.nodes for it in paths}) == len(paths)
        assert all(len(set(it.nodes)) == len(it.nodes) for it in paths)
        assert all(nx.path_weight(graph, it.nodes, "cost") == it.cost for it in paths)


@given(snapshot=networks())
def test_all_paths_are_found_when_all_are_asked_for(snapshot):
    everything = set(map(tuple, nx.all_simple_paths(weighed(snapshot, STEPS), 0, 1)))
    found = Paths.of(snapshot).between(0, 1, most=len(everything) + 1)
    assert {it.nodes for it in found} == everything


@given(snapshot=networks(), gone=st.sets(st.integers(2, 8)))
def test_avoiding_nodes_is_as_if_they_were_not_there(snapshot, gone):
    gone = {it for it in gone if it < snapshot.size}
    graph = weighed(snapshot, STEPS)
    graph.remove_nodes_from(gone)
    found = Paths.of(snapshot).between(0, 1, Choice(avoiding=tuple(sorted(gone))))
    there_is = nx.has_path(graph, 0, 1)
    assert [it.cost for it in found] == ([nx.shortest_path_length(graph, 0, 1)] if there_is else [])


@given(snapshot=networks())
def test_there_and_back_are_equally_far(snapshot):
    found = Paths.of(snapshot)
    there = [it.cost for it in found.between(0, 1, most=3)]
    assert there == [it.cost for it in found.between(1, 0, most=3)]


def test_a_path_to_itself_has_no_hops():
    (path,) = Paths.of(snapshot_of(2, [(0, 1)])).between(1, 1, most=3)
    assert (path.nodes, path.hops, path.cost, path.metres) == ((1,), (), 0, 0)


def test_no_way_gives_no_path():
    assert Paths.of(snapshot_of(4, [(0, 1), (2, 3)])).between(0, 3, most=3) == []


def test_all_parallel_connections_of_a_hop_are_told():
    ties = [{"ends": (0, 1), "type": "funds"}, {"ends": (1, 0), "type": "hosts"}, (1, 2)]
    (path,) = Paths.of(snapshot_of(3, ties)).between(0, 2)
    assert [hop.connections for hop in path.hops] == [(0, 1), (2,)]


def test_of_two_equally_short_ways_the_stronger_is_first():
    ties = [(0, 1), (1, 3), {"ends": (0, 2), "strength": 5}, (2, 3)]
    assert [it.nodes for it in Paths.of(snapshot_of(4, ties)).between(0, 3, most=2)] == [(0, 2, 3), (0, 1, 3)]


def test_of_two_equally_strong_ways_the_better_supported_is_first():
    ties = [(0, 1), (1, 3), {"ends": (0, 2), "support": 2}, (2, 3)]
    assert Paths.of(snapshot_of(4, ties)).between(0, 3)[0].nodes == (0, 2, 3)


def test_of_two_equally_supported_ways_the_shorter_on_the_ground_is_first():
    points = [(-2.30, 53.44), (-2.20, 53.50), (-2.301, 53.441), (-2.302, 53.442)]
    ties = [(0, 1), (1, 3), (0, 2), (2, 3)]
    assert Paths.of(snapshot_of(4, ties, points=points)).between(0, 3)[0].nodes == (0, 2, 3)


def test_of_ways_alike_in_everything_the_one_over_the_lower_node_is_first():
    assert Paths.of(snapshot_of(5, DIAMOND)).between(0, 4)[0].nodes == (0, 1, 3, 4)


def test_by_strength_a_detour_over_strong_ties_beats_a_weak_one():
    ties = [{"ends": (0, 2), "strength": 1}, {"ends": (0, 1), "strength": 5}, {"ends": (1, 2), "strength": 5}]
    found = Paths.of(snapshot_of(3, ties))
    assert found.between(0, 2)[0].nodes == (0, 2)
    assert found.between(0, 2, Choice(by=STRENGTH))[0].nodes == (0, 1, 2)


def test_types_and_derived_connections_and_days_are_left_out_when_asked():
    ties = [
        {"ends": (0, 3), "type": "near", "derived": True},
        {"ends": (0, 1), "type": "funds"},
        {"ends": (1, 3), "type": "funds"},
        {"ends": (0, 2), "span": (0, 10)},
        {"ends": (2, 4)},
        {"ends": (4, 3)},
    ]
    found = Paths.of(snapshot_of(5, ties))
    assert found.between(0, 3)[0].nodes == (0, 3)
    assert found.between(0, 3, Choice(stated=True))[0].nodes == (0, 1, 3)
    assert found.between(0, 3, Choice(stated=True, without_types=("funds",)))[0].nodes == (0, 2, 4, 3)
    assert found.between(0, 3, Choice(stated=True, without_types=("funds",), day=11)) == []
    assert found.between(0, 3, Choice(types=("funds",)))[0].nodes == (0, 1, 3)


def test_a_hub_is_avoided_unless_it_is_an_end():
    # Node 0 is joined with everybody; 1 and 2 have a way of three steps of their own.
    ties = [(0, it) for it in range(1, 30)] + [(1, 3), (3, 4), (4, 2)]
    found = Paths.of(snapshot_of(30, ties))
    assert found.hubs == (0,)
    assert found.between(1, 2)[0].nodes == (1, 0, 2)
    assert found.between(1, 2, Choice(avoiding_hubs=True))[0].nodes == (1, 3, 4, 2)
    assert found.between(1, 0, Choice(avoiding_hubs=True))[0].nodes == (1, 0)


def test_metres_are_those_on_the_ground_and_unknown_ones_are_counted():
    # A degree of latitude is 111.19 km on the sphere.
    points = [(-2.3, 53.40), (-2.3, 53.41), None]
    (path,) = Paths.of(snapshot_of(3, [(0, 1), (1, 2)], points=points)).between(0, 2)
    assert path.metres == pytest.approx(1111.9, abs=0.5)
    assert [hop.metres is None for hop in path.hops] == [False, True] and path.unlocated == 1


def test_where_two_parts_come_nearest_on_the_ground():
    points = [(-2.30, 53.44), (-2.30, 53.46), (-2.30, 53.47), (-2.30, 53.50), None]
    found = Paths.of(snapshot_of(5, [(0, 1), (2, 3)], points=points))
    one, other, metres = found.nearest(0, 3)
    assert (one, other) == (1, 2) and metres == pytest.approx(1111.9, abs=0.5)
    assert found.nearest(3, 0)[:2] == (2, 1)
    assert found.nearest(0, 1) is None and found.nearest(0, 4) is None


def test_a_snapshot_that_nobody_needs_goes_with_its_finder():
    snapshot = snapshot_of(2, [(0, 1)])
    gone = weakref.ref(Paths.of(snapshot))
    del snapshot
    gc.collect()
    assert gone() is None


def test_much_longer_ways_can_be_left_out():
    ties = [(0, 1), (0, 2), (2, 3), (3, 4), (4, 1)]
    found = Paths.of(snapshot_of(5, ties))
    assert [it.cost for it in found.between(0, 1, most=3)] == [1, 4]
    assert [it.cost for it in found.between(0, 1, Choice(longer=2), most=3)] == [1]


def test_the_finder_of_a_snapshot_is_made_once():
    snapshot = snapshot_of(2, [(0, 1)])
    assert Paths.of(snapshot) is Paths.of(snapshot)


@pytest.mark.parametrize(("source", "target", "most"), [(0, 9, 1), (-1, 0, 1), (0, 1, 0)])
def test_what_cannot_be_asked_is_refused(source, target, most):
    with pytest.raises(ValueError):
        Paths.of(snapshot_of(2, [(0, 1)])).between(source, target, most=most)


def test_a_network_of_nobody_and_one_without_connections():
    assert Paths.of(snapshot_of(0)).hubs == ()
    assert Paths.of(snapshot_of(2)).between(0, 1) == []


def test_relabelling_changes_nothing_but_the_labels():
    rng = np.random.default_rng(3)
    ties = [tuple(it) for it in rng.integers(0, 40, (80, 2)).tolist() if it[0] != it[1]]
    name = rng.permutation(40)
    renamed = [(int(name[one]), int(name[other])) for one, other in ties]
    first, second = Paths.of(snapshot_of(40, ties)), Paths.of(snapshot_of(40, renamed))
    for target in range(1, 20):
        costs = [it.cost for it in first.between(0, target, most=3)]
        assert costs == [it.cost for it in second.between(int(name[0]), int(name[target]), most=3)]
