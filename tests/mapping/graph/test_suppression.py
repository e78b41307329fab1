"""Small numbers cannot be read, nor worked out from totals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mapping.graph import suppression


def test_five_and_none_are_told_and_one_to_four_are_not():
    assert suppression.small([0, 1, 4, 5, 100]).tolist() == [False, True, True, False, False]


def test_a_lone_small_cell_takes_the_smallest_others_along():
    hidden = suppression.table([[2, 9, 30], [8, 7, 20], [10, 11, 12]])
    assert np.argwhere(hidden).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_a_table_of_large_numbers_is_told_whole():
    assert not suppression.table([[5, 6], [7, 8]]).any()


@given(arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(0, 30)))
def test_no_line_misses_one_cell_alone(counts):
    hidden = suppression.table(counts)
    assert hidden[:-1, :-1][suppression.small(counts)].all()
    assert 1 not in hidden.sum(axis=0)
    assert 1 not in hidden.sum(axis=1)


@given(arrays(np.int64, st.tuples(st.integers(2, 5), st.integers(2, 4)), elements=st.integers(0, 12)))
def test_what_is_hidden_cannot_be_solved_for(counts):
    """Each row and column gives one equation: a cell is determined when its unit vector lies in what they span."""
    hidden = suppression.table(counts)
    lines = [np.isin(np.argwhere(hidden)[:, axis], it) for axis in (0, 1) for it in range(hidden.shape[axis])]
    matrix = np.array(lines, dtype=float)
    unknown = range(matrix.shape[1])
    if not matrix.shape[1]:
        return
    rank = np.linalg.matrix_rank(matrix)
    for index in range(len(unknown)):
        unit = np.zeros(len(unknown))
        unit[index] = 1
        assert np.linalg.matrix_rank(np.vstack([matrix, unit])) > rank


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 10, 0.0), (5, 10, 0.5), (10, 10, 1.0), (1, 10, None), (9, 10, None), (2, 4, None), (0, 0, None)],
)
def test_a_share_is_told_when_neither_side_is_small(part, whole, told):
    assert suppression.share(part, whole) == told
