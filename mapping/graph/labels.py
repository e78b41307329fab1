"""Names on a picture: the most important ones that fit without covering each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A letter of a humanist typeface is about half as wide as it is high.
LETTER = 0.53
LONGEST = 30


@dataclass(frozen=True)
class Dot:
    """What may be named: where it is, how large, and its name."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True)
class Label:
    """dot : which dot; x, y : where the text's baseline starts, is centred or ends; anchor : start, middle, end."""

    dot: int
    x: float
    y: float
    anchor: str
    text: str


def place(
    dots: Sequence[Dot],
    order: Sequence[int],
    *,
    size: float,
    width: float,
    height: float,
    most: int,
    over: int = 0,
    first: Sequence[int] = (),
) -> list[Label]:
    """Name the dots of `order`, the most important first, as long as there is room.

    Parameters
    ----------
    dots : all dots of the picture.
    order : which of them to try to name.
    size : height of the letters, in the unit of the picture.
    width, height : of the picture; names stay inside.
    most : the largest number of names.
    over : how many small dots a name may lie upon (it is drawn with a rim of paper).
    first : dots whose name may lie upon any number of small ones.
    """
    taken: list[tuple[float, float, float, float]] = []
    x_of, y_of, r_of = np.array([(it.x, it.y, it.radius) for it in dots], dtype=np.float64).reshape(-1, 3).T
    is_large = r_of >= size * 0.45
    labels: list[Label] = []
    for index in order:
        if len(labels) == most:
            break
        dot = dots[index]
        text = shortened(dot.name)
        wide = len(text) * size * LETTER
        gap = dot.radius + size * 0.3
        for anchor, x, y in (
            ("middle", dot.x, dot.y + gap + size * 0.75),
            ("middle", dot.x, dot.y - gap),
            ("start", dot.x + gap, dot.y + size * 0.35),
            ("end", dot.x - gap, dot.y + size * 0.35),
        ):
            left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
            box = (left, y - size * 0.85, left + wide, y + size * 0.25)
            if box[0] < 0 or box[2] > width or box[1] < 0 or box[3] > height:
                continue
            if any(_overlap(box, other) for other in taken):
                continue
            aside = np.hypot(np.clip(x_of, box[0], box[2]) - x_of, np.clip(y_of, box[1], box[3]) - y_of) < r_of
            aside[index] = False
            if (aside & is_large).any():
                continue
            hidden = int(aside.sum())
            if hidden > over and index not in first:
                continue
            taken.append((box[0] - size * 0.4, box[1], box[2] + size * 0.4, box[3]))
            labels.append(Label(index, round(x, 1), round(y, 1), anchor, text))
            break
    return labels


def within(dot: Dot, size: float) -> list[str]:
    """The name of a large dot as lines to be written inside it; empty when it does not fit."""
    lines = dot.name.split()
    high = len(lines) * size * 1.1
    for number, line in enumerate(lines):
        off = abs((number - (len(lines) - 1) / 2) * size * 1.1) + size / 2
        room = dot.radius**2 - off**2
        if room < 0 or len(line) * size * LETTER / 2 > room**0.5 * 0.96:
            return []
    return lines if high < 2 * dot.radius else []


def shortened(name: str) -> str:
    """A name of at most `LONGEST` letters, cut between words where that can be."""
    if len(name) <= LONGEST:
        return name
    cut = name[: LONGEST - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{(head if space and len(head) > LONGEST / 2 else cut).rstrip(' ,-(&')}…"


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
