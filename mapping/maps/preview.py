"""A place as a still picture: its boundary and a dot for everything on its map. Made here: nobody else is asked.

Drawn as an SVG for the front page of the place and as a PNG for where the address of that page is shared
(`mapping.views.picture`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import SnapToGrid
from django.db.models import F, FloatField, Func

from mapping.models import Node, NodeQuerySet, Place

WIDTH, MIN_HEIGHT, MAX_HEIGHT, MARGIN = 480, 220, 400, 10
# A dot is this wide; what lies nearer together than half of it is one dot.
DOT = 5
# Of a large place no more are read than fill the picture: it shows where things are, and counts nothing.
MAX_READ, MAX_DOTS = 20_000, 2_000
OTHER = "other"

Point = tuple[int, int]  # pixels from the left and from the top


@dataclass(frozen=True)
class Preview:
    """A picture of `WIDTH` by `height` pixels: rings of the boundary, and dots by the slug that colours them."""

    height: int
    rings: list[list[Point]]
    dots: dict[str, list[Point]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def outline(self) -> str:
        """The boundary as the `d` of an SVG path."""
        return "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "z" for ring in self.rings)

    @property
    def marks(self) -> list[tuple[str, str]]:
        """For each colour the `d` of one path: lines of no length, which round ends make dots."""
        return [(colour, _path(dots)) for colour, dots in self.dots.items()]


def _path(dots: list[Point]) -> str:
    """Each from the one before, which is half the text of naming each from the corner."""
    steps = [(x - left, y - top) for (left, top), (x, y) in zip([(0, 0), *dots], dots, strict=False)]
    return "".join(f"m{x} {y}h0" for x, y in steps)


def preview(place: Place, nodes: NodeQuerySet) -> Preview | None:
    """Return the picture of `place` with `nodes`, which its viewer sees; None for one without a boundary.

    Two queries, however many nodes there are.
    """
    if place.boundary is None:
        return None
    west, _south, _east, north = place.boundary.extent
    squeeze, wide, high, scale = _scale(place)
    height = height_of(place)
    left, top = (WIDTH - wide * scale) / 2, (height - high * scale) / 2

    def pixel(x: float, y: float) -> Point:
        return round(left + (x - west) * squeeze * scale), round(top + (north - y) * scale)

    return Preview(height, _rings(place, pixel, 1 / scale), _dots(nodes, pixel, DOT / 2 / scale))


def height_of(place: Place) -> int:
    """Return how high the picture of a place with a boundary is, in pixels."""
    _squeeze, _wide, high, scale = _scale(place)
    return max(MIN_HEIGHT, math.ceil(high * scale) + 2 * MARGIN)


def _scale(place: Place) -> tuple[float, float, float, float]:
    """How much shorter a degree of longitude is; width and height in degrees of latitude; pixels in one of those."""
    west, south, east, north = place.boundary.extent
    # It is shorter the further north it is.
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    return squeeze, wide, high, min((WIDTH - 2 * MARGIN) / wide, (MAX_HEIGHT - 2 * MARGIN) / high)


def _rings(place: Place, pixel, tolerance: float) -> list[list[Point]]:
    simple = Func(F("boundary"), tolerance, function="ST_SimplifyPreserveTopology", output_field=GeometryField())
    shape = Place.objects.filter(pk=place.pk).values_list(simple, flat=True).get()
    polygons = shape if shape.geom_type == "MultiPolygon" else [shape]
    return [[pixel(x, y) for x, y, *_z in polygon.exterior_ring.coords] for polygon in polygons]


def _number(function: str, cell: float) -> Func:
    """A coordinate of the cell, as a number: two thousand geometries would take longer than all else."""
    return Func(SnapToGrid("public_point", cell), function=function, output_field=FloatField())


def _dots(nodes: NodeQuerySet, pixel, cell: float) -> dict[str, list[Point]]:
    """One dot for each colour and cell of the grid (degrees); the order of a query is not to be seen in the picture."""
    some = nodes.located().order_by().values("pk")[:MAX_READ]
    rows = (
        Node.objects.filter(pk__in=some)
        .annotate(x=_number("ST_X", cell), y=_number("ST_Y", cell), colour=F("category__group"))
        .order_by()
        .values_list("colour", "x", "y")
        .distinct()[:MAX_DOTS]
    )
    found: dict[str, set[Point]] = {}
    for colour, x, y in rows:
        found.setdefault(colour or OTHER, set()).add(pixel(x, y))
    return {colour: sorted(found[colour]) for colour in sorted(found)}
