"""Pictures: no dot on another, groups apart, the same every time, what to leave out, names that fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import findings, labels, measures, selection
from mapping.graph.communities import communities
from mapping.graph.layout import layout
from mapping.graph.network import Network

HUB = [(0, n) for n in range(1, 61)]
GROUPS = [(1, 2), (2, 3), (1, 3), (4, 5), (4, 6), (4, 7), (4, 8), (8, 9)]
TOWN = Network.of(61, [*HUB, *GROUPS])


def draw(network, **more):
    hubs = measures.hubs(network)
    more.setdefault("radii", 3 + np.sqrt(measures.degree(network)))
    return layout(network, groups=communities(network, apart=hubs), hubs=hubs, **more)


def overlaps(positions, radii):
    far = np.sqrt(((positions[:, None] - positions[None]) ** 2).sum(axis=2))
    np.fill_diagonal(far, np.inf)
    return int((far < (radii[:, None] + radii[None]) - 0.1).sum()) // 2


def test_no_dot_lies_on_another():
    radii = 3 + np.sqrt(measures.degree(TOWN))
    assert overlaps(draw(TOWN).positions, radii) == 0


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), min_size=1, max_size=60), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_no_dot_lies_on_another_in_any_network(edges, seed):
    network = Network.of(30, edges)
    coordinates = np.random.default_rng(seed).normal(size=(30, 2))
    coordinates[::3] = np.nan
    radii = np.full(30, 4.0)
    plan = draw(network, radii=radii, coordinates=coordinates)
    assert np.isfinite(plan.positions).all()
    assert overlaps(plan.positions, radii) == 0


def test_the_same_network_gives_the_same_picture():
    assert draw(TOWN).positions.tolist() == draw(TOWN).positions.tolist()


def test_the_hub_is_in_the_middle_and_what_matters_is_near_it():
    order = np.arange(61.0)
    plan = draw(TOWN, order=order)
    assert plan.positions[0].tolist() == [0, 0]
    far = np.hypot(*plan.positions.T)
    assert far[10] < far[30] < far[60]


def test_groups_lie_apart():
    discs = draw(TOWN).discs
    for number, one in enumerate(discs):
        for other in discs[:number]:
            assert np.hypot(*(one.centre - other.centre)) >= one.radius + other.radius


def test_groups_lie_towards_where_they_are_on_the_ground():
    triangles = [(1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6)]
    network = Network.of(40, [*triangles, *((0, n) for n in range(1, 40))])
    coordinates = np.full((40, 2), np.nan)
    coordinates[1:4], coordinates[4:7] = [0, 10], [0, -10]  # the first in the north, the second in the south
    positions = draw(network, coordinates=coordinates).positions
    assert positions[1:4, 1].mean() < 0 < positions[4:7, 1].mean()


def test_one_node_and_none_can_be_drawn():
    assert draw(Network.of(1, [])).positions.tolist() == [[0, 0]]
    assert draw(Network.of(0, [])).discs == []


def test_many_leaves_of_things_become_a_number():
    countable = np.zeros(61, dtype=bool)
    countable[20:] = True
    chosen = selection.select(TOWN, importance=np.zeros(61), countable=countable, most=100)
    assert chosen.drawn.tolist() == list(range(20))
    assert chosen.left_out == {0: 41}


def test_when_there_is_no_room_the_least_important_leaves_go_first():
    importance = np.arange(61.0)
    chosen = selection.select(TOWN, importance=importance, countable=np.zeros(61, dtype=bool), most=15)
    assert chosen.drawn.tolist() == [*range(10), *range(56, 61)]
    assert chosen.left_out == {0: 46}


def test_unconnected_nodes_are_not_drawn():
    chosen = selection.select(Network.of(3, [(0, 1)]), importance=[1, 1, 9], countable=[False] * 3, most=9)
    assert chosen.drawn.tolist() == [0, 1]


def test_findings_of_a_town_around_a_hub():
    found = findings.find(TOWN)
    assert found.hubs.tolist() == [0]
    assert found.best[0] == 0
    assert found.hub_only == 51
    assert [len(it.members) for it in found.groups] == [4, 3]
    assert found.groups[0].members[0] == 4
    assert found.pieces == [61]
    assert found.bridges[0].node == 0
    assert found.bridges[0].alone == 51
    assert found.linked_neighbours[1] == 3  # the hub, 2 and 3


def test_names_avoid_each_other_and_stay_inside():
    dots = [labels.Dot(x, 100, 5, "A name of some length") for x in (100, 110, 300, 495)]
    placed = labels.place(dots, range(4), size=15, width=500, height=200, most=9)
    assert {it.dot for it in placed} >= {0, 2}
    boxes = []
    for it in placed:
        wide = len(it.text) * 15 * labels.LETTER
        left = {"start": it.x, "middle": it.x - wide / 2, "end": it.x - wide}[it.anchor]
        assert 0 <= left and left + wide <= 500
        boxes.append((left, it.y, left + wide))
    for number, (left, y, right) in enumerate(boxes):
        for left_2, y_2, right_2 in boxes[:number]:
            assert abs(y - y_2) > 14 or right <= left_2 or right_2 <= left


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Short", "Short"),
        ("Inspiring Learners Multi Academy Trust", "Inspiring Learners Multi…"),
        ("x" * 60, "x" * 29 + "…"),
    ],
)
def test_long_names_are_cut_between_words(name, short):
    assert labels.shortened(name) == short


def test_the_graph_package_imports_no_django():
    import subprocess
    import sys

    code = "import sys, mapping.graph.findings, mapping.graph.layout, mapping.graph.labels, mapping.graph.selection;"
    code += "sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
