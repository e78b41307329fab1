"""What nodes are compared by: rare words tell, common ones do not; near pairs are found whatever lies between."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.graph.network import Network
from mapping.graph.snapshot import Snapshot
from mapping.graph.terrain import Terrain, on_plane


def terrain(size: int, words: dict[int, list[str]], *, at=None, ties=(), acts=None) -> Terrain:
    """A terrain of nodes with words, on a line 10 km apart unless `at` says where."""
    names = sorted({word for those in words.values() for word in those})
    pairs = np.array([(node, names.index(word)) for node, those in words.items() for word in those]).reshape(-1, 2)
    metres = np.array([(n * 10_000.0, 0.0) for n in range(size)]).reshape(-1, 2)
    for node, point in (at or {}).items():
        metres[node] = point
    return Terrain(
        network=Network.of(size, list(ties)),
        metres=metres,
        node=pairs[:, 0].astype(np.int64),
        term=pairs[:, 1].astype(np.int64),
        terms=names,
        acts=np.ones(size, dtype=bool) if acts is None else np.array(acts, dtype=bool),
    )


def test_what_two_of_many_have_tells_more_than_what_four_have():
    it = terrain(100, {0: ["rowing"], 1: ["rowing", "music"], 2: ["music"], 3: ["music"], 4: ["music"]})
    rowing, music = it.specific[it.terms.index("rowing")], it.specific[it.terms.index("music")]
    assert 0 < music < rowing < 1


def test_what_everybody_or_one_alone_has_tells_nothing():
    it = terrain(40, {**{n: ["open"] for n in range(1, 40)}, 0: ["alone", "open"]})
    assert it.specific.tolist() == [0, 0]


def test_two_that_share_nothing_are_not_alike():
    it = terrain(30, {0: ["a"], 1: ["a", "b"], 2: ["b"]})
    assert it.likeness(0, 2) == 0
    assert it.likeness(0, 1) == it.likeness(1, 0) > 0


def test_alike_pairs_are_near_and_each_once():
    it = terrain(30, {n: ["a"] for n in range(4)}, at={0: (0, 0), 1: (100, 0), 2: (200, 0), 3: (5000, 0)})
    everybody = np.arange(30)
    pairs = it.alike_pairs(everybody, everybody, within=1000, nearest=5)
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 2]]


def test_who_is_nowhere_is_near_nobody():
    it = terrain(30, {0: ["a"], 1: ["a"]}, at={0: (np.nan, np.nan), 1: (0, 0)})
    assert not len(it.alike_pairs(np.arange(30), np.arange(30), within=1e9, nearest=5))


@pytest.mark.parametrize("size", [0, 1, 2])
def test_small_terrains_have_an_answer(size):
    it = terrain(size, {n: ["a"] for n in range(size)})
    everybody = np.arange(size)
    assert it.alike_pairs(everybody, everybody, within=10, nearest=3).shape[1] == 2
    assert len(it.of_node) == size


def test_the_plane_is_that_of_snapshots():
    points = np.array([[-2.3, 53.4], [-2.4, 53.5], [np.nan, np.nan]])
    metres = on_plane(points)
    like = Snapshot.metres.func(type("It", (), {"point": points, "size": 3}))
    assert np.allclose(metres, like, equal_nan=True)
