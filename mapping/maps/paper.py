"""The map of a page of results as it stands on paper: every result with its number, drawn here (SVG), without a script.

    sheet = paper.sheet(place, cards)     # None where nothing has a place on the ground

It shows what the list beside it shows, not the whole place: the boundary, the roads of the place's basemap and the
names of towns say where that is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.html import strip_tags

from config import remembered
from mapping.models import Place, Units
from mapping.network.picture import boundary
from mapping.nodes.distances import MILE, YARD, reach

from . import basemap, roads

# Of A4, in CSS pixels: within its margins, and a little more than a third of its height.
WIDTH, HEIGHT = 690, 390
MARGIN, LEAST_SPAN = 26, 500.0  # pixels; metres across at least
METRES_PER_DEGREE = 111_195.0
RADIUS = 8.5  # of the disc that holds a number
# Where a number may stand when its place is taken: in rings around it, so many directions each.
RINGS, WAYS = 9, 12
# Lengths of the scale bar in metres; it is at most so many pixels long.
LENGTHS = {
    Units.MILES: (100 * YARD, 200 * YARD, 400 * YARD, MILE / 2, *(MILE * n for n in (1, 2, 5, 10, 20, 50))),
    Units.KM: (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000),
}
MAX_BAR = 170
LETTER, LINE = 6.2, 14.0  # how wide and how high the letters of a town's name are, about

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Mark:
    """The number of a result: where it stands, and the point that it means, in pixels."""

    number: int
    x: float
    y: float
    at_x: float
    at_y: float

    @property
    def is_moved(self) -> bool:
        return (self.x, self.y) != (self.at_x, self.at_y)


@dataclass(frozen=True)
class Sheet:
    """A picture of `WIDTH` by `HEIGHT` pixels; `outline`: the `d` of an SVG path; `towns`: x, y, name."""

    outline: str
    towns: list[tuple[int, int, str]]
    marks: list[Mark]
    # How long so much is on the ground: pixels, words.
    bar: tuple[int, str]
    # Where is looked from, and how far: x, y, radius in pixels.
    here: tuple[int, int, int] | None = None
    # Main roads and small streets, each the `d` of an SVG path, and whose they are.
    roads: str = ""
    streets: str = ""
    credit: str = ""
    width: int = WIDTH
    height: int = HEIGHT


def sheet(place: Place, cards: Sequence[dict[str, Any]], here: dict[str, Any] | None = None) -> Sheet | None:
    """Return the picture of `cards` (`mapping.nodes.cards`), each by its place in the order, from 1.

    `here`: where they are looked for from (`Results.here`). None where no card has a place on the ground.
    """
    points = [(n, it["lon"], it["lat"]) for n, it in enumerate(cards, start=1) if it["lat"] is not None]
    if not points:
        return None
    spot = [(0, here["lon"], here["lat"])] if here else []
    pixel, pixels_per_metre, box = _frame([*spot, *points])
    marks = _marks([(n, *pixel(lon, lat)) for n, lon, lat in points])
    under = remembered.get(("under a map on paper", place.pk), lambda: boundary.outline(place))
    rings = [[pixel(lon, lat) for lon, lat in ring] for ring in under["rings"]]
    towns = [(*pixel(it["lon"], it["lat"]), it["name"]) for it in under["towns"]]
    circle = (*pixel(here["lon"], here["lat"]), round(here["metres"] * pixels_per_metre)) if here else None
    ground = basemap.current(place.slug)
    main = small = roads.NOTHING
    if ground:
        main, small = roads.in_box(ground.roads, box, (box[2] - box[0]) / WIDTH)
    return Sheet(
        _outline(rings),
        _free(towns, marks),
        marks,
        _bar(pixels_per_metre, place.units),
        circle,
        roads=_lines(main, box),
        streets=_lines(small, box),
        credit=strip_tags(ground.attribution) if ground and len(main.corners) + len(small.corners) else "",
    )


def _lines(lines: roads.Lines, box: roads.Box) -> str:
    """Each line from its first corner, then from corner to corner."""
    if not len(lines.corners):
        return ""
    west, south, east, north = box
    at = np.rint((lines.corners - (west, north)) * (WIDTH / (east - west), HEIGHT / (south - north))).astype(int)
    begins = np.diff(lines.which, prepend=-1) != 0
    steps = np.diff(at, axis=0, prepend=0)
    steps[begins] = at[begins]
    # A corner that is on the pixel of the one before says nothing.
    kept = begins | steps.any(axis=1)
    texts = list(map(str, steps[kept].ravel().tolist()))
    # What follows a relative move is a relative line; one that is a single pixel is then no error.
    for first in np.flatnonzero(begins[kept]).tolist():
        texts[2 * first] = f"M0 0m{texts[2 * first]}"
    return " ".join([*texts, ""])


def _bar(pixels_per_metre: float, units: str) -> tuple[int, str]:
    lengths = LENGTHS[Units(units)]
    metres = next((it for it in reversed(lengths) if it * pixels_per_metre <= MAX_BAR), lengths[0])
    return round(metres * pixels_per_metre), reach(round(metres), units)


def _frame(points: list[tuple[int, float, float]]):
    """From degrees to pixels (all points fit, a single one with its surroundings), pixels in a metre, and the box."""
    lons, lats = [lon for _n, lon, _lat in points], [lat for _n, _lon, lat in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    squeeze = math.cos(math.radians(lat))
    wide = max((max(lons) - min(lons)) * squeeze * METRES_PER_DEGREE, LEAST_SPAN)
    high = max((max(lats) - min(lats)) * METRES_PER_DEGREE, LEAST_SPAN * HEIGHT / WIDTH)
    scale = METRES_PER_DEGREE * min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def pixel(x: float, y: float) -> tuple[int, int]:
        return round(WIDTH / 2 + (x - lon) * squeeze * scale), round(HEIGHT / 2 - (y - lat) * scale)

    half_wide, half_high = WIDTH / 2 / squeeze / scale, HEIGHT / 2 / scale
    return pixel, scale / METRES_PER_DEGREE, (lon - half_wide, lat - half_high, lon + half_wide, lat + half_high)


def _marks(points: list[tuple[int, int, int]]) -> list[Mark]:
    """Each number on its point, or as near to it as no other number is."""
    taken: list[tuple[float, float]] = []
    marks = []
    for number, at_x, at_y in points:
        x, y = next(
            ((x, y) for x, y in _around(at_x, at_y) if _is_free(x, y, taken)),
            (at_x, at_y),
        )
        taken.append((x, y))
        marks.append(Mark(number, x, y, at_x, at_y))
    return marks


def _around(x: float, y: float):
    yield x, y
    for ring in range(1, RINGS + 1):
        for way in range(WAYS):
            turn = 2 * math.pi * (way + ring % 2 / 2) / WAYS
            reach = ring * 1.2 * RADIUS
            yield round(x + reach * math.cos(turn), 1), round(y + reach * math.sin(turn), 1)


def _is_free(x: float, y: float, taken: list[tuple[float, float]]) -> bool:
    inside = RADIUS <= x <= WIDTH - RADIUS and RADIUS <= y <= HEIGHT - RADIUS
    return inside and all(math.hypot(x - it_x, y - it_y) >= 2 * RADIUS + 1 for it_x, it_y in taken)


def _outline(rings: list[list[tuple[int, int]]]) -> str:
    """Those rings that may be seen; in a close view of the middle of a place there is none."""
    seen = [ring for ring in rings if any(_is_in_view(*pair) for pair in zip(ring, ring[1:], strict=False))]
    return "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "z" for ring in seen)


def _is_in_view(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the box of a side touches the picture."""
    across = min(one[0], other[0]) <= WIDTH and max(one[0], other[0]) >= 0
    return across and min(one[1], other[1]) <= HEIGHT and max(one[1], other[1]) >= 0


def _free(towns: list[tuple[int, int, str]], marks: list[Mark]) -> list[tuple[int, int, str]]:
    """The names that lie in the picture, on no number and on no other name; the largest towns come first."""
    boxes: list[Box] = [(it.x - RADIUS, it.y - RADIUS, it.x + RADIUS, it.y + RADIUS) for it in marks]
    shown = []
    for x, y, name in towns:
        half = len(name) * LETTER / 2
        box = (x - half, y - LINE / 2, x + half, y + LINE / 2)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
        if inside and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            shown.append((x, y, name))
    return shown


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
