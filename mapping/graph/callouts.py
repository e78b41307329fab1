"""Names beside a picture's dots that touch no dot and no other name; one that stands further off has a leader line,
which passes no dot and no name either.

    placed, taken = callouts(wanted, room=room_for(dots, 15, (0, 0, 800, 600)), size=15, most=12)

`hb/network/labels` does the same in the browser, step for step.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .labels import shortened
from .leaders import Bools, Floats, crosses, enters, passed, to_members
from .room import Room

# A letter of the widest typeface that a reader may have is so wide for its height.
LETTER = 0.59
# How far from what it names a name may stand, in heights of its letters; beyond `NEAR` of them there is a leader.
DISTANCES = (0.35, 0.7, 1.1, 1.7, 2.4, 3.3, 4.4, 6.2, 8.4, 11.0)
NEAR = 0.7
WAYS = 24
# From line to line of a name that has several, in heights of its letters.
LEADING = 1.2
# Letters of a line on a narrow screen, more or less; the name of an island has one line or more, four at most.
SLIM, MAX_LINES = 16, 4
# Free space around a name, in heights of its letters.
AIR = 0.14
# How far from a dot's rim a leader passes it, and the side of a cell of the room, in heights of the letters.
CLEAR, CELL = 0.12, 0.1
# The name of an island stands no further off than this, and no further than the other where there is much room.
LAND, SHORT = 9.0, 3.0
# What standing below costs a name that should stand above, and each line after the second.
ABOVE, LINE = 1.2, 0.25
# What it costs to stand nearer to another island than to one's own, or hardly (in heights of the letters) further.
MISTAKEN, BESIDE = 1.5, 0.5
# The name of an island may stand anywhere around, in steps of so many cells; so many places are kept.
STEP, MAX_SPOTS = 4, 200
# Of the places beside a dot.
MAX_BESIDE = 60
# Of so many that have no room none is named: the picture is full.
MAX_TRIED = 60
# So many of the best places are tried for who would have none, if another name moves; so many orders of names.
MAX_MOVES, MAX_ORDERS = 24, 3

Box = tuple[float, float, float, float]
NOTHING: Floats = np.zeros((0, 3))
# The ways around what is named, downwards first, and how far a text leans that way.
TURNS: Floats = np.column_stack([turn(np.arange(WAYS) / WAYS * 2 * np.pi + np.pi / 2) for turn in (np.cos, np.sin)])
LEAN: Floats = np.sign(np.round(TURNS, 6)) * np.minimum(1, np.abs(TURNS) * 1.5)


@dataclass(frozen=True)
class Wanted:
    """A name, in lines, and what it names: the middle and half of the width and height of that.

    forms : the same in other lines, each as good; members : (k, 3), the dots that it is made of with room around each,
    at one of which its leader ends; above : where it should stand.
    """

    key: int
    text: str
    x: float
    y: float
    half_width: float
    half_height: float
    forms: tuple[str, ...] = ()
    members: Floats | None = None
    above: bool = False


@dataclass(frozen=True)
class Callout:
    """key : of what was wanted; x, y : the middle of the text; text, in lines; leader : from what is named to the name,
    None where the name stands beside it."""

    key: int
    x: float
    y: float
    text: str
    leader: Box | None = None


@dataclass(frozen=True)
class Taken:
    """What no name may touch: boxes, and leaders."""

    boxes: tuple[Box, ...] = ()
    leaders: tuple[Box, ...] = ()


@dataclass(frozen=True, eq=False)
class _Spots:
    """Places for one name, the best first: middles (m, 2), boxes (m, 4), leaders (m, 4) with NaN for none."""

    it: Wanted
    texts: list[str]
    middles: Floats
    boxes: Floats
    leaders: Floats

    def clash(self, box: Floats, leader: Floats) -> Bools:
        """Which of them touch a name that stands there, or its leader, or cross that."""
        one, other = (self.boxes[:, :2] < box[2:]).T, (self.boxes[:, 2:] > box[:2]).T
        found = one[0] & one[1] & other[0] & other[1]
        led = ~np.isnan(self.leaders[:, 0])
        if led.any():
            found[led] |= enters(self.leaders[led], box[None, :2], box[None, 2:])
        if not np.isnan(leader[0]):
            found |= enters(leader[None], self.boxes[:, :2], self.boxes[:, 2:])
            if led.any():
                found[led] |= crosses(self.leaders[led], leader)
        return found


@dataclass
class _Chosen:
    spots: _Spots
    at: int

    @property
    def box(self) -> Floats:
        return self.spots.boxes[self.at]

    @property
    def leader(self) -> Floats:
        return self.spots.leaders[self.at]


def half_size(text: str, size: float) -> tuple[float, float]:
    r"""Half of the width and height of a text, in lines, with letters of `size`.

    Examples
    --------
    >>> [round(it, 1) for text in ("four", "four\nor 4") for it in half_size(text, 10)]
    [11.8, 5.5, 11.8, 11.5]
    """
    lines = text.split("\n")
    return max(map(len, lines)) * size * LETTER / 2, (0.55 + LEADING / 2 * (len(lines) - 1)) * size


def broken(text: str, lines: int) -> str:
    r"""A text in at most so many lines, none much longer than another.

    Examples
    --------
    >>> broken("447 are connected only to the council", 2)
    '447 are connected\nonly to the council'
    """
    most = -(-len(text) // lines)
    while True:
        found = textwrap.wrap(text, most, break_long_words=False, break_on_hyphens=False)
        if len(found) <= lines:
            return "\n".join(found)
        most += 1


def folded(text: str) -> tuple[str, ...]:
    """The name of an island in two lines, in three, in four, and in one."""
    return tuple(dict.fromkeys(broken(text, lines) for lines in (2, 3, MAX_LINES, 1)))


def slim(text: str) -> str:
    """A name in lines of some `SLIM` letters, for a narrow screen."""
    text = shortened(text) if len(text) > 3 * SLIM else text
    return broken(text, -(-len(text) // SLIM))


def room_for(dots: Floats, size: float, frame: Box) -> Room:
    """Where names with letters of `size` have room beside `dots`, (n, 3) float: x, y and radius."""
    cell = CELL * size
    return Room(dots, frame, cell, CLEAR * size + cell / 2)


def callouts(
    wanted: Sequence[Wanted], *, room: Room, size: float, most: int, taken: Taken | None = None, move: bool = False
) -> tuple[list[Callout], Taken]:
    """Name the first of `wanted` for which there is room.

    Parameters
    ----------
    wanted : the most important first.
    room : what no name and no leader may touch, and the frame that names stay in.
    size : height of the letters, in the unit of the picture.
    most : the largest number of names.
    taken : what no name and no leader may touch either.
    move : whether the first `most` are equal: a name moves to where it has room too, for one that would have none.

    Returns
    -------
    names, and all that is taken now.
    """
    taken = taken or Taken()
    tried = wanted[:MAX_TRIED]
    placed = _all_placed([_around(it, room, size, taken, _others(tried, it)) for it in tried[:most]]) if move else []
    for it in () if move else tried:
        if len(placed) == most:
            break
        _place(_beside(it, room, size, taken), placed)
    found = []
    for one in placed:
        x, y = one.spots.middles[one.at].tolist()
        leader = None if np.isnan(one.leader[0]) else _to_line(one, size)
        found.append(Callout(one.spots.it.key, round(x, 1), round(y, 1), one.spots.texts[one.at], leader))
    boxes = tuple(_box(it.box) for it in placed)
    return found, Taken((*taken.boxes, *boxes), (*taken.leaders, *(it.leader for it in found if it.leader)))


def _box(numbers: Floats) -> Box:
    left, top, right, bottom = numbers.tolist()
    return (left, top, right, bottom)


def _all_placed(wanted: list[_Spots]) -> list[_Chosen]:
    """As many names as can be: each may move for another, and who found no room at first has the first choice next."""
    best: list[_Chosen] = []
    for _ in range(MAX_ORDERS):
        placed: list[_Chosen] = []
        left = [spots for spots in wanted if not (_place(spots, placed) or _move(spots, placed))]
        if len(placed) > len(best):
            best = placed
        if not left:
            break
        wanted = [*left, *(it for it in wanted if it not in left)]
    return best


def _clash(spots: _Spots, placed: list[_Chosen]) -> Bools:
    found = np.zeros((len(placed), len(spots.boxes)), dtype=bool)
    for number, other in enumerate(placed):
        found[number] = spots.clash(other.box, other.leader)
    return found


def _place(spots: _Spots, placed: list[_Chosen]) -> bool:
    """Place a name where none is in its way, if it can be."""
    free = np.flatnonzero(~_clash(spots, placed).any(axis=0))
    if len(free):
        placed.append(_Chosen(spots, int(free[0])))
    return bool(len(free))


def _move(spots: _Spots, placed: list[_Chosen]) -> bool:
    """Place a name where one other alone is in its way, and that one elsewhere."""
    clash = _clash(spots, placed)
    stops: dict[int, Bools] = {}
    for at in np.flatnonzero(clash.sum(axis=0) == 1)[:MAX_MOVES].tolist():
        other = int(np.argmax(clash[:, at]))
        new = _Chosen(spots, at)
        moved = placed[other].spots
        if other not in stops:
            stops[other] = _clash(moved, [*placed[:other], *placed[other + 1 :]]).any(axis=0)
        stopped = stops[other] | moved.clash(new.box, new.leader)
        if not stopped.all():
            placed[other] = _Chosen(moved, int(np.argmin(stopped)))
            placed.append(new)
            return True
    return False


def _beside(it: Wanted, room: Room, size: float, taken: Taken) -> _Spots:
    """Where the name of a dot may stand: it touches nothing that is there already, nor does its leader."""
    text = it.text if "\n" in it.text else shortened(it.text)
    start = np.array([it.x, it.y]) + TURNS * np.array([it.half_width, it.half_height])
    far = np.array(DISTANCES)
    half = np.array(half_size(text, size))
    # (distances, ways, 2): the middles of the texts.
    middles = (start + TURNS * far[:, None, None] * size + LEAN * half).reshape(-1, 2)
    index = _free(middles, half, room, size, taken)
    if not len(index):
        return _Spots(it, [], middles[:0], np.zeros((0, 4)), np.zeros((0, 4)))
    gap, turn = far[index // WAYS], index % WAYS
    end = np.clip(start[turn], middles[index] - half, middles[index] + half)
    lines = np.concatenate([start[turn], end], axis=1)
    # Below first, then above, then aside, where all is equal.
    cost = gap + 0.02 * np.abs(TURNS[turn, 0])
    return _best(it, [(text, middles[index], half, lines, gap, cost)], room, size, taken)


def _around(it: Wanted, room: Room, size: float, taken: Taken, others: Floats) -> _Spots:
    """Where the name of an island may stand, which should not seem to belong to the dots of `others`."""
    # Near by first; further away only where there is little room.
    for reach in (SHORT, LAND):
        found = [_anywhere(it, text, room, size, taken, reach) for text in it.forms or (it.text,)]
        if sum(len(middles) for _, middles, *_ in found) >= MAX_SPOTS:
            break
    return _best(it, found, room, size, taken, others)


def _anywhere(it: Wanted, text: str, room: Room, size: float, taken: Taken, reach: float) -> tuple[Any, ...]:
    """The text, its places around an island (m, 2), half its size, leaders, how far off it stands, what that costs."""
    members = NOTHING if it.members is None else it.members
    half, middle = np.array(half_size(text, size)), np.array([it.x, it.y])
    far = np.array([it.half_width, it.half_height]) + half + reach * size
    middles = room.middles(half + AIR * size, middle - far, middle + far, STEP)
    middles = middles[_untaken(np.arange(len(middles)), middles, half, size, taken)]
    lines, gap = to_members(members, middles - half, middles + half)
    gap = gap / size
    near = gap <= reach
    middles, lines, gap = middles[near], lines[near], gap[near]
    away = middles - middle
    above = ABOVE * (1 + away[:, 1] / np.maximum(np.sqrt((away**2).sum(axis=1)), 1e-9)) / 2
    cost = gap + it.above * above + LINE * max(text.count("\n") - 1, 0)
    return text, middles, half, lines, gap, cost


def _free(middles: Floats, half: Floats, room: Room, size: float, taken: Taken) -> NDArray[np.int64]:
    """Where a text of that size has room."""
    low, high = middles - half - AIR * size, middles + half + AIR * size
    index = np.flatnonzero(room.free(np.concatenate([low, high], axis=1)))
    return _untaken(index, middles, half, size, taken)


def _untaken(index: NDArray[np.int64], middles: Floats, half: Floats, size: float, taken: Taken) -> NDArray[np.int64]:
    """Where no name and no leader is, of some places."""
    low, high = middles - half - AIR * size, middles + half + AIR * size
    if len(index) and taken.boxes:
        boxes = np.array(taken.boxes)
        over = (low[index, None] < boxes[:, 2:]) & (high[index, None] > boxes[:, :2])
        index = index[~over.all(axis=2).any(axis=1)]
    if len(index) and taken.leaders:
        index = index[~enters(np.array(taken.leaders), low[index, None], high[index, None]).any(axis=1)]
    return index


def _best(
    it: Wanted, found: list[tuple[Any, ...]], room: Room, size: float, taken: Taken, others: Floats = NOTHING
) -> _Spots:
    """The places that cost least of a name in several forms, whose leaders pass nothing that is there already."""
    texts = [text for text, middles, *_ in found for _ in middles]
    middles, lines, gap, cost = (np.concatenate([one[at] for one in found]) for at in (1, 3, 4, 5))
    half = np.concatenate([np.broadcast_to(one[2], one[1].shape) for one in found]) + AIR * size
    order = np.argsort(np.round(cost, 6), kind="stable")[: MAX_SPOTS if it.members is not None else MAX_BESIDE]
    half, middles, lines, gap, cost = (array[order] for array in (half, middles, lines, gap, cost))
    mistaken = to_members(others, middles - half, middles + half)[1] < (gap + BESIDE) * size
    again = np.argsort(np.round(cost + MISTAKEN * mistaken, 6), kind="stable")
    order, half, middles, lines, gap = (array[again] for array in (order, half, middles, lines, gap))
    led = gap > NEAR
    leaders = np.where(led[:, None], lines, np.nan)
    # A leader begins at the rim of its dot, in what is not clear of that: who crowds there is looked at one by one.
    skip = CLEAR * size + 2 * room.cell if it.members is None else 0.0
    good = room.clear(leaders[led], skip)
    if it.members is None and led.any():
        crowd = room.crowd(it.x, it.y, it.half_width + 2 * skip)
        good &= ~passed(leaders[led], crowd[:, :2], crowd[:, 2] + CLEAR * size)
    if taken.boxes and led.any():
        boxes = np.array(taken.boxes)
        good &= ~enters(leaders[led][:, None], boxes[:, :2], boxes[:, 2:]).any(axis=1)
    if taken.leaders and led.any():
        good &= ~crosses(leaders[led][:, None], np.array(taken.leaders)).any(axis=1)
    kept = np.ones(len(order), dtype=bool)
    kept[led] = good
    boxes = np.concatenate([middles - half, middles + half], axis=1)
    return _Spots(it, [texts[n] for n in order[kept].tolist()], middles[kept], boxes[kept], leaders[kept])


def _others(wanted: Sequence[Wanted], it: Wanted) -> Floats:
    return np.concatenate([one.members for one in wanted if one is not it and one.members is not None] or [NOTHING])


def _to_line(one: _Chosen, size: float) -> Box:
    """A leader to the side of a text ends where the line of letters there does."""
    left, top, right, bottom = np.round(one.leader, 1).tolist()
    x, y = one.spots.middles[one.at].tolist()
    lines = one.spots.texts[one.at].split("\n")
    row = int(np.clip((bottom - y) / (LEADING * size) + len(lines) / 2, 0, len(lines) - 1))
    half = half_size(lines[row], size)[0]
    return (left, top, round(min(max(right, x - half), x + half), 1), bottom)
