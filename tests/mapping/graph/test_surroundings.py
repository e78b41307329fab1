"""What is within reach on the ground, and what no longer is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping.graph import surroundings
from mapping.graph.surroundings import inside, missed, plane

place = st.tuples(st.integers(-30, 30), st.integers(-30, 30))


@given(st.lists(st.tuples(place, st.integers(-1, 2), st.booleans()), max_size=25))
def test_who_misses_what_is_as_counted_one_by_one(rows):
    metres = np.array([(100.0 * x, 100.0 * y) for (x, y), _, _ in rows]).reshape(-1, 2)
    category = np.array([it for _, it, _ in rows], dtype=np.int64)
    gone = np.array([it for _, _, it in rows], dtype=bool)
    wanted = {}
    for kind in {int(it) for it in category[gone] if it >= 0}:
        for who in np.flatnonzero(~gone).tolist():
            far = np.hypot(*(metres - metres[who]).T)
            near = (category == kind) & (far <= 1000)
            if near[gone].any() and not near[~gone].any():
                wanted.setdefault(kind, []).append(who)
    assert {it.category: it.who.tolist() for it in missed(metres, category, gone)} == wanted


def test_it_says_how_far_the_next_is():
    metres = np.array([[0.0, 0], [500, 0], [3000, 0]])
    (found,) = missed(metres, np.array([-1, 4, 4]), np.array([False, True, False]))
    assert (found.category, found.closed, found.remaining, found.nearest.tolist()) == (4, 1, 1, [3000.0])


def test_the_last_one_leaves_none():
    (found,) = missed(np.array([[0.0, 0], [500, 0]]), np.array([-1, 4]), np.array([False, True]))
    assert found.remaining == 0 and np.isinf(found.nearest).all()


def test_who_is_not_on_the_map_misses_nothing_and_is_missed_by_nobody():
    metres = np.array([[np.nan, np.nan], [0, 0], [np.nan, np.nan]])
    assert missed(metres, np.array([-1, -1, 4]), np.array([False, False, True])) == []


def test_inside_counts_the_edge_and_leaves_out_who_is_nowhere():
    points = np.array([[0.5, 0.5], [1, 1], [2, 2], [np.nan, np.nan]])
    assert inside(points, shapely.box(0, 0, 1, 1)).tolist() == [True, True, False, False]


def test_a_degree_of_latitude_is_111_kilometres():
    north = plane(np.array([[-2.3, 53.0], [-2.3, 54.0], [np.nan, np.nan]]))
    assert north[1, 1] - north[0, 1] == pytest.approx(111_195, abs=1) and np.isnan(north[2]).all()


def test_nobody_anywhere():
    assert np.isnan(plane(np.full((2, 2), np.nan))).all()
    assert missed(np.empty((0, 2)), np.empty(0, dtype=int), np.empty(0, dtype=bool)) == []


def test_a_tree_finds_what_comparing_each_with_each_finds(monkeypatch):
    draw = np.random.default_rng(3)
    metres = draw.uniform(0, 8_000, (400, 2))
    category = draw.integers(-1, 4, 400)
    gone = draw.random(400) < 0.3
    few = missed(metres, category, gone)
    monkeypatch.setattr(surroundings, "MAX_PAIRS", 0)
    many = missed(metres, category, gone)
    assert len(few) == len(many) > 0
    for one, other in zip(few, many, strict=True):
        assert one.category == other.category and one.who.tolist() == other.who.tolist()
        assert one.nearest == pytest.approx(other.nearest)
