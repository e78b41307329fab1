"""How findings are written: shares, distances, lists, and what is escaped."""

from __future__ import annotations

import pytest

from mapping.network.findings.phrases import far, fill, listed, share


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0%"), (0, 5, "0%"), (1, 1000, "less than 1%"), (1, 3, "33%"), (999, 1000, "over 99%"), (5, 5, "100%")],
)
def test_shares_are_never_rounded_to_nothing_or_all(part, whole, said):
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "0 m"),
        (4, "0 m"),
        (346, "350 m"),
        (949, "950 m"),
        (1000, "1 km"),
        (1240, "1.2 km"),
        (9940, "9.9 km"),
        (14_400, "14 km"),
    ],
)
def test_distances_are_as_people_say_them(metres, said):
    assert far(metres) == said


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_lists(names, said):
    assert listed(names) == said


def test_texts_are_escaped_and_links_are_not():
    assert fill("{a} {b}", a="<i>", b=fill("<i>{c}", c="")) == "&lt;i&gt; <i>"
