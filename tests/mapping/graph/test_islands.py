"""A network without its hub: who is left out, who stands in the ring, where the islands lie."""

from __future__ import annotations

import numpy as np
import pytest

from mapping.graph import measures
from mapping.graph.communities import find_communities
from mapping.graph.islands import Islands, hiding, holding, islands, touching_only
from mapping.graph.network import Network
from mapping.graph.positions import dot_radii
from mapping.graph.spacing import overlapping

LEAVES, SIZES = 60, (9, 6, 5, 4, 3, 3, 2, 2, 2, 2)


def dandelion() -> Network:
    """Node 0 joined with 60 leaves, and with the first of some groups: stars of 9, 6, 5, ... nodes."""
    edges = [(0, leaf) for leaf in range(1, LEAVES + 1)]
    at = LEAVES + 1
    for size in SIZES:
        edges += [(0, at), *((at, at + k) for k in range(1, size))]
        at += size
    return Network.of(at, edges)


@pytest.fixture(scope="module")
def network() -> Network:
    return dandelion()


@pytest.fixture(scope="module")
def found(network) -> Islands:
    return laid_out(network)


def laid_out(network: Network, **more) -> Islands:
    hubs = measures.hubs(network)
    groups = find_communities(network, apart=hubs).groups
    coordinates = np.full((network.size, 2), np.nan)
    return islands(network, groups=groups, hubs=hubs, coordinates=coordinates, **more)


def test_the_hub_is_left_out_and_everybody_else_who_is_joined_has_a_place(network, found):
    assert found.hubs.tolist() == [0]
    there = ~np.isnan(found.positions).any(axis=1)
    assert np.flatnonzero(~there).tolist() == [0]


def test_who_touches_the_hub_alone_stands_outside_all_others(network, found):
    assert np.flatnonzero(found.ring).tolist() == list(range(1, LEAVES + 1))
    inner = found.positions[LEAVES + 1 :]
    # Seen from the middle: beyond every other dot in that direction.
    for x, y in found.positions[1 : LEAVES + 1]:
        way = np.array([x, y]) / np.hypot(x, y)
        aside = np.abs(inner @ [-way[1], way[0]]) < 10
        assert np.all(inner[aside] @ way < np.hypot(x, y))


def test_no_dots_overlap(network, found):
    rest = network.without(found.hubs)
    assert overlapping(found.positions[1:], np.minimum(dot_radii(rest), 5.0)[1:]) == 0


def test_the_ring_is_open_below_for_its_number(found):
    x, y, wide = found.gap
    ring = found.positions[found.ring]
    assert not np.any((np.abs(ring[:, 0] - x) < wide / 2 - 1) & (ring[:, 1] > 0))
    assert abs(y - ring[:, 1].max()) < 20


def test_groups_are_islands_with_water_between_them(network, found):
    at = LEAVES + 1
    middles = []
    for size in SIZES[:4]:
        points = found.positions[at : at + size]
        middles.append((points.mean(axis=0), np.hypot(*(points - points.mean(axis=0)).T).max()))
        at += size
    for number, (one, reach) in enumerate(middles):
        for other, far in middles[number + 1 :]:
            assert np.hypot(*(one - other)) > 0.8 * (reach + far)


def test_who_is_of_one_sort_stands_side_by_side_in_the_ring(network):
    sorts = np.arange(network.size) % 3
    ring = np.flatnonzero((it := laid_out(network, sorts=sorts)).ring)
    x, y = it.positions[ring].T
    around = np.argsort(np.arctan2(-x, y))
    changes = np.count_nonzero(np.diff(sorts[ring][around]))
    assert changes <= 4


def test_the_same_network_gives_the_same_picture(network, found):
    again = laid_out(network)
    assert np.array_equal(again.positions, found.positions, equal_nan=True)


def test_a_hub_that_hides_nothing_is_left_where_it_is():
    # Joined with all of them, but they are joined with each other too.
    edges = [(0, n) for n in range(1, 41)] + [(n, n % 40 + 1) for n in range(1, 41)]
    network = Network.of(41, edges)
    assert measures.hubs(network).tolist() == [0]
    assert hiding(network, [0]).tolist() == []
    it = islands(network, groups=np.zeros(41), hubs=[0], coordinates=np.full((41, 2), np.nan))
    assert it.positions.shape == (0, 2) and not it.ring.any() and len(it.hubs) == 0


def test_a_star_alone_is_a_ring_without_islands():
    network = Network.of(31, [(0, n) for n in range(1, 31)])
    it = islands(network, groups=np.full(31, -1), hubs=[0], coordinates=np.full((31, 2), np.nan))
    assert it.ring.sum() == 30 and not np.isnan(it.positions[1:]).any()


def test_who_touches_two_hubs_and_nobody_else_is_of_the_ring():
    network = Network.of(5, [(0, 2), (1, 2), (0, 3), (3, 4)])
    assert touching_only(network, [0, 1]).tolist() == [False, False, True, False, False]


def test_who_holds_others_beside_the_hub(network):
    told = holding(network, [0])
    firsts, at = [], LEAVES + 1
    for size in SIZES:
        if size > 2:
            firsts.append((at, size - 1))
        at += size
    assert told == sorted(firsts, key=lambda it: (-it[1], it[0]))
