"""Positions of all nodes: apart, in clusters, the same every time, and where they were before."""

import random

import igraph
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import labels, layout, spacing
from mapping.graph.communities import communities
from mapping.graph.network import Network
from mapping.graph.positions import dot_radii, positions

GROUPS, MEMBERS = 8, 60


def town(seed=3):
    """Eight groups of sixty, tied within more than between, each somewhere on the ground; some points unknown."""
    rng = np.random.default_rng(seed)
    size = GROUPS * MEMBERS
    group = np.repeat(np.arange(GROUPS), MEMBERS)
    inside = [
        (base + a, base + b) for base in range(0, size, MEMBERS) for a, b in rng.integers(0, MEMBERS, size=(200, 2))
    ]
    across = rng.integers(0, size, size=(80, 2))
    angle = 2 * np.pi * np.arange(GROUPS) / GROUPS
    coordinates = 4000 * np.column_stack([np.cos(angle), np.sin(angle)])[group] + rng.normal(size=(size, 2)) * 600
    coordinates[::5] = np.nan
    return Network.of(size, np.vstack([inside, across])), group, coordinates


def extent(points):
    return float(np.ptp(points, axis=0).max())


def test_no_dot_lies_on_another():
    network, group, coordinates = town()
    points = positions(network, groups=group, coordinates=coordinates)
    assert spacing.overlapping(points, dot_radii(network)) == 0


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=90), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_every_network_is_placed_without_overlaps(edges, seed):
    network = Network.of(40, edges)
    rng = np.random.default_rng(seed)
    coordinates = rng.normal(size=(40, 2)) * 1000
    coordinates[rng.random(40) < 0.3] = np.nan
    points = positions(network, groups=rng.integers(-1, 4, size=40), coordinates=coordinates)
    assert np.isfinite(points).all()
    assert spacing.overlapping(points, dot_radii(network)) == 0


def test_the_same_network_is_placed_the_same_whatever_was_drawn_by_chance_before():
    network, group, coordinates = town()
    once = positions(network, groups=group, coordinates=coordinates)
    random.seed(99)
    igraph.set_random_number_generator(random)
    assert positions(network, groups=group, coordinates=coordinates).tolist() == once.tolist()


def test_groups_are_clusters():
    network, group, coordinates = town()
    points = positions(network, groups=group, coordinates=coordinates)
    middle = np.array([points[group == it].mean(axis=0) for it in range(GROUPS)])
    nearest = np.argmin(((points[:, None] - middle[None]) ** 2).sum(axis=2), axis=1)
    assert (nearest == group).mean() > 0.95


def test_groups_lie_towards_where_they_are_on_the_ground():
    network, group, coordinates = town()
    points = positions(network, groups=group, coordinates=coordinates)
    drawn = np.array([points[group == it].mean(axis=0) for it in range(GROUPS)])
    lies = np.array([np.nanmean(coordinates[group == it], axis=0) for it in range(GROUPS)])
    east = np.corrcoef(drawn[:, 0], lies[:, 0])[0, 1]
    # y grows downwards on a screen, north is up.
    north = np.corrcoef(-drawn[:, 1], lies[:, 1])[0, 1]
    assert min(east, north) > 0.6


def test_a_new_tie_moves_next_to_nothing():
    network, group, coordinates = town()
    before = positions(network, groups=group, coordinates=coordinates)
    changed = Network.of(network.size, np.vstack([network.edges, [[3, 400]]]))
    after = positions(changed, groups=group, coordinates=coordinates, previous=before)
    moved = np.hypot(*(after - before).T) / extent(before)
    assert np.median(moved) < 0.01
    assert moved.max() < 0.05


def test_a_new_node_comes_to_its_neighbours_and_the_others_stay():
    network, group, coordinates = town()
    before = positions(network, groups=group, coordinates=coordinates)
    size = network.size
    changed = Network.of(size + 2, np.vstack([network.edges, [[7, size], [9, size]]]))
    after = positions(
        changed,
        groups=[*group, group[7], -1],
        coordinates=np.vstack([coordinates, [[np.nan, np.nan]] * 2]),
        previous=np.vstack([before, [[np.nan, np.nan]] * 2]),
    )
    moved = np.hypot(*(after[:size] - before).T) / extent(before)
    assert np.median(moved) < 0.01
    beside = np.hypot(*(after[size] - after[[7, 9]].mean(axis=0)))
    assert beside < extent(before) / 8
    assert np.isfinite(after[size + 1]).all()
    assert spacing.overlapping(after, dot_radii(changed) * 0.9) == 0


def test_a_new_piece_comes_as_a_whole_beside_what_was_there():
    network, group, coordinates = town()
    before = positions(network, groups=group, coordinates=coordinates)
    size = network.size
    ring = [(size + n, size + (n + 1) % 12) for n in range(12)]
    changed = Network.of(size + 12, np.vstack([network.edges, ring]))
    after = positions(
        changed,
        groups=[*group, *[8] * 12],
        coordinates=np.vstack([coordinates, np.full((12, 2), np.nan)]),
        previous=np.vstack([before, np.full((12, 2), np.nan)]),
    )
    assert np.median(np.hypot(*(after[:size] - before).T)) < 0.01 * extent(before)
    assert extent(after[size:]) < extent(before) / 4
    assert spacing.overlapping(after, dot_radii(changed) * 0.9) == 0


def test_what_has_little_to_do_with_the_picture_before_is_laid_out_anew():
    network, group, coordinates = town()
    mostly_new = np.full((network.size, 2), np.nan)
    mostly_new[:20] = 0
    fresh = positions(network, groups=group, coordinates=coordinates)
    assert positions(network, groups=group, coordinates=coordinates, previous=mostly_new).tolist() == fresh.tolist()


def test_leaves_lie_around_what_they_hang_on():
    network = Network.of(43, [(0, 1), (1, 2), (0, 2), *((0, n) for n in range(3, 43))])
    points = positions(network, groups=[0] * 43, coordinates=np.full((43, 2), np.nan))
    far = np.hypot(*(points - points[0]).T)
    assert np.sort(far[3:]).max() < 110
    assert far[1:3].min() > np.median(far[3:])


def test_small_pieces_lie_around_the_large_one():
    pairs = [(n, n + 1) for n in range(60, 80, 2)]
    ring = [(n, (n + 1) % 60) for n in range(60)]
    network = Network.of(82, [*ring, *((n, (n + 7) % 60) for n in range(60)), *pairs])
    points = positions(network, groups=[0] * 60 + [-1] * 22, coordinates=np.full((82, 2), np.nan))
    far = np.hypot(*points.T)
    assert far[60:].min() > np.quantile(far[:60], 0.9)
    for one, other in pairs:
        assert np.hypot(*(points[one] - points[other])) < 40


@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_anything_can_be_placed_too(size):
    points = positions(Network.of(size, []), groups=[-1] * size, coordinates=np.full((size, 2), np.nan))
    assert points.shape == (size, 2)
    assert np.isfinite(points).all()


def test_all_at_one_point_on_the_ground_is_no_obstacle():
    network = Network.of(30, [(0, n) for n in range(1, 30)])
    points = positions(network, groups=[0] * 30, coordinates=np.zeros((30, 2)))
    assert spacing.overlapping(points, dot_radii(network)) == 0


def test_groups_that_are_found_again_give_the_same_places_by_another_name():
    network, group, coordinates = town()
    found = communities(network)
    once = positions(network, groups=found, coordinates=coordinates)
    renamed = positions(network, groups=np.where(found >= 0, found * 3 + 5, -1), coordinates=coordinates)
    assert renamed.tolist() == once.tolist()


def test_the_names_of_the_most_important_fit():
    network, group, coordinates = town()
    points = layout.positions(network, groups=group, coordinates=coordinates)
    # Twice as large as a dot of radius 5 would have it: about what fills a screen.
    points = 2 * (points - points.min(axis=0)) + 60
    radii = dot_radii(network)
    dots = [labels.Dot(x, y, r, "Stretford Public Hall") for (x, y), r in zip(points.tolist(), radii, strict=True)]
    wide, high = (float(it) + 120 for it in np.ptp(points, axis=0))
    order = np.argsort(-radii, kind="stable")[:40]
    placed = labels.place(dots, order, size=17, width=wide, height=high, most=20, first=order)
    assert len({it.dot for it in placed}) >= 12


@given(st.integers(2, 400), st.integers(0, 50))
@settings(max_examples=30, deadline=None)
def test_close_pairs_are_those_that_comparing_all_finds(size, seed):
    rng = np.random.default_rng(seed)
    points, reach = rng.normal(size=(size, 2)) * 40, rng.uniform(2, 5, size)
    reach[: size // 20] = 30
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    one, other = np.triu_indices(size, 1)
    near = far[one, other] < reach[one] + reach[other]
    expected = {(int(a), int(b)) for a, b in zip(one[near], other[near], strict=True)}
    found = [tuple(pair) for pair in spacing.close_pairs(points, reach).tolist()]
    assert set(found) == expected
    assert len(found) == len(expected)


def test_separated_dots_do_not_overlap_and_the_steady_one_stays():
    points = np.zeros((20, 2))
    reach = np.full(20, 5.0)
    mobility = np.ones(20)
    mobility[0] = 1e-6
    apart = spacing.separate(points, reach, mobility=mobility, rounds=400)
    assert spacing.overlapping(apart, reach, tolerance=0.05) == 0
    assert np.hypot(*apart[0]) < 0.1


def test_outer_nodes_lie_around_the_others_and_all_fill_the_frame():
    network, group, coordinates = town()
    outer = group >= 6
    points = positions(network, groups=group, coordinates=coordinates, outer=outer)
    radii = dot_radii(network)
    assert spacing.overlapping(points, radii) == 0
    middle = points[~outer].mean(axis=0)
    assert np.median(np.hypot(*(points[outer] - middle).T)) > np.quantile(np.hypot(*(points[~outer] - middle).T), 0.9)
    wide, high = np.ptp(points[~outer], axis=0)
    assert (np.pi * (1.2 * radii[~outer]) ** 2).sum() / (wide * high) > 0.2


def test_what_hangs_on_a_hub_and_its_clusters_lie_close_to_it():
    # A hub with 200 leaves, and 40 pairs of which one is tied with it.
    pairs = [tie for n in range(201, 281, 2) for tie in ((0, n), (n, n + 1))]
    network = Network.of(281, [*((0, n) for n in range(1, 201)), *pairs])
    points = positions(network, groups=[-1] * 281, coordinates=np.full((281, 2), np.nan))
    far = np.hypot(*(points - points[0]).T)
    assert far[201:].min() > np.median(far[1:201])
    assert far[201:].max() < 1.9 * far[1:201].max()
    assert spacing.overlapping(points, dot_radii(network)) == 0


def test_too_many_to_be_packed_one_by_one_lie_apart_too_and_in_clusters(monkeypatch):
    monkeypatch.setattr("mapping.graph.positions.MAX_PACKED", 100)
    network, group, coordinates = town()
    points = positions(network, groups=group, coordinates=coordinates, outer=group >= 6)
    assert spacing.overlapping(points, dot_radii(network)) == 0
    middle = np.array([points[group == it].mean(axis=0) for it in range(GROUPS)])
    nearest = np.argmin(((points[:, None] - middle[None]) ** 2).sum(axis=2), axis=1)
    assert (nearest == group).mean() > 0.95
