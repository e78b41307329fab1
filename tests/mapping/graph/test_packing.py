"""Pieces side by side: apart, near the middle, the same every time, rings outside what went before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.graph import spacing
from mapping.graph.packing import pack


def dots(count, reach=5.0):
    """A row of dots that touch."""
    return np.column_stack([2 * reach * np.arange(count), np.zeros(count)]), np.full(count, reach)


def placed(pieces, places):
    points = np.vstack([points + place for (points, _), place in zip(pieces, places, strict=True)])
    return points, np.concatenate([reach for _, reach in pieces])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_no_two_pieces_overlap(counts, seed):
    pieces = [dots(count) for count in counts]
    home = np.random.default_rng(seed).normal(size=(len(pieces), 2)) * 40
    points, reach = placed(pieces, pack(pieces, home, np.zeros(len(pieces), dtype=np.int64)))
    assert spacing.overlapping(points, reach) == 0


def test_pieces_fill_a_frame_that_is_wider_than_high():
    pieces = [dots(1) for _ in range(300)]
    points, reach = placed(pieces, pack(pieces, np.zeros((300, 2)), np.zeros(300, dtype=np.int64)))
    wide, high = np.ptp(points, axis=0) + 10
    assert wide / high == pytest.approx(4 / 3, rel=0.12)
    assert (np.pi * reach**2).sum() / (wide * high) > 0.28


def test_a_later_ring_lies_around_an_earlier_one():
    pieces = [dots(1) for _ in range(120)]
    ring = np.repeat([0, 1], 60)
    places = pack(pieces, np.zeros((120, 2)), ring)
    inner, outer = np.abs(places[ring == 0]), np.abs(places[ring == 1])
    assert not ((outer[:, 0] < inner[:, 0].max() / 2) & (outer[:, 1] < inner[:, 1].max() / 2)).any()
    assert np.hypot(*outer.T).min() > np.median(np.hypot(*inner.T))


def test_a_piece_lies_towards_where_it_belongs():
    pieces = [dots(40), dots(3), dots(3)]
    places = pack(pieces, np.array([[0.0, 0.0], [-300.0, 0.0], [300.0, 0.0]]), np.array([0, 1, 1]))
    assert places[1, 0] < places[0, 0] < places[2, 0]


def test_the_same_pieces_get_the_same_places():
    pieces = [dots(count) for count in (5, 3, 3, 1, 1, 8)]
    home = np.zeros((6, 2))
    ring = np.array([0, 0, 1, 1, 2, 0])
    assert pack(pieces, home, ring).tolist() == pack(pieces, home, ring).tolist()
