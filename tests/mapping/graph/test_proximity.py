"""Stated ties beside those that distance alone would give."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.graph import proximity
from mapping.graph.network import Network


def line(size: int, step: float = 100.0) -> np.ndarray:
    return np.array([(n * step, 0.0) for n in range(size)]).reshape(-1, 2)


def test_neighbours_along_a_street_are_explained_by_distance():
    found = proximity.compare(Network.of(5, [(n, n + 1) for n in range(4)]), line(5))
    assert (found.nearest.hits, found.nearest.precision, found.nearest.jaccard) == (4, 1.0, 1.0)
    assert found.explained.all()
    assert not len(found.surprising)
    assert found.nearest.chance == pytest.approx(4 / 10)


def test_a_tie_across_town_surprises():
    found = proximity.compare(Network.of(6, [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5)]), line(6))
    far = found.stated[found.surprising[0]].tolist()
    assert far == [0, 5]
    assert found.metres[found.surprising[0]] == 500
    # Four lie between, from either end.
    assert found.closer[found.surprising[0]] == 4
    assert (found.nearest.hits, found.nearest.jaccard) == (4, pytest.approx(4 / 6))


def test_those_who_are_nowhere_take_no_part():
    coordinates = line(4)
    coordinates[3] = np.nan
    found = proximity.compare(Network.of(4, [(0, 1), (1, 3)]), coordinates)
    assert found.stated.tolist() == [[0, 1]]
    assert found.located == 2


def test_gravity_pulls_towards_who_has_many_ties():
    ties = [(0, n) for n in range(1, 7)]
    coordinates = np.array([(0, 0), *[(400 + n, 400 * n) for n in range(1, 7)]], dtype=float)
    found = proximity.compare(Network.of(7, ties), coordinates)
    assert found.gravity.hits > found.nearest.hits


@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_any_network_has_an_answer(size):
    found = proximity.compare(Network.of(size, []), line(size))
    assert (found.nearest.precision, found.nearest.jaccard, len(found.surprising)) == (0, 0, 0)


def test_the_closest_pairs_are_the_closest_of_all():
    """The tree looks at the nearest of each; that must give what looking at all pairs gives."""
    random = np.random.default_rng(5)
    coordinates = random.uniform(0, 1000, (60, 2))
    coordinates[:20] /= 50  # a dense centre
    pairs = proximity._nearest(coordinates, 150)
    one, other = np.triu_indices(60, 1)
    all_of_them = np.sort(np.hypot(*(coordinates[one] - coordinates[other]).T))[:150]
    assert np.allclose(np.sort(np.hypot(*(coordinates[pairs[:, 0]] - coordinates[pairs[:, 1]]).T)), all_of_them)


def test_above_the_limit_gravity_looks_at_the_nearest_and_the_largest(monkeypatch):
    random = np.random.default_rng(6)
    coordinates = random.uniform(0, 1000, (200, 2))
    network = Network.of(200, random.integers(0, 200, (400, 2)))
    whole = proximity.compare(network, coordinates)
    monkeypatch.setattr(proximity, "EVERY_PAIR", 100)
    part = proximity.compare(network, coordinates)
    assert abs(part.gravity.hits - whole.gravity.hits) <= 0.1 * len(whole.stated)
