"""How findings are written: shares, distances, lists, and what is escaped."""

from __future__ import annotations

import pytest

from mapping.models import Units
from mapping.network.findings.phrases import far, fill, listed, share


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0%"), (0, 5, "0%"), (1, 1000, "less than 1%"), (1, 3, "33%"), (999, 1000, "over 99%"), (5, 5, "100%")],
)
def test_shares_are_never_rounded_to_nothing_or_all(part, whole, said):
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("metres", "miles", "kilometres"),
    [
        (0, "0 yards", "0 m"),
        (4, "0 yards", "0 m"),
        (346, "380 yards", "350 m"),
        (949, "0.6 miles", "950 m"),
        (1000, "0.6 miles", "1 km"),
        (1609, "1 mile", "1.6 km"),
        (1240, "0.8 miles", "1.2 km"),
        (9940, "6.2 miles", "9.9 km"),
        (14_400, "8.9 miles", "14 km"),
        (40_000, "25 miles", "40 km"),
    ],
)
def test_distances_are_as_people_of_the_place_say_them(metres, miles, kilometres):
    assert far(metres, Units.MILES) == miles
    assert far(metres, Units.KM) == kilometres


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_lists(names, said):
    assert listed(names) == said


def test_texts_are_escaped_and_links_are_not():
    assert fill("{a} {b}", a="<i>", b=fill("<i>{c}", c="")) == "&lt;i&gt; <i>"
