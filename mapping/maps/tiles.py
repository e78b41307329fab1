"""Vector tiles of nodes, straight from PostGIS. All SQL of tiles is in this file.

A tile is one of the Web Mercator grid (EPSG:3857; OGC 17-083r4, WebMercatorQuad; y grows southwards), encoded
as Mapbox Vector Tile 2.1: one layer `nodes`, extent 4096. A feature is a point with

- `c`: slug of the category's group, `i`: name of its icon, `n`: how many nodes it stands for;
- where it is more than 1: `p`, how many of them are background (`mapping.models.Rank`), unless none is;
- where all but one are, or it is 1: that one's `uuid` and `name`, and `r`, its rank unless that is ordinary.

From `DETAIL_ZOOM` on every node is a feature. Below it, and where a tile would hold more than `TILE_MAX_FEATURES`,
the nodes of one cell of a grid (`cells`) are one feature: in their midst, in the colour of the group that most of
them belong to. Only the point that the public may see is ever read (`point_3857`).

Features up to one cell outside a tile are in it too, but for wide views (up to zoom 10), where that would be many more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import F, FloatField, Func

from config.errors import HereaboutsError
from mapping.models import PUBLIC, Node, NodeKind, Place, Rank, Viewer

from .tile_cache import At

if TYPE_CHECKING:
    from mapping.search.query import Query

LAYER = "nodes"
EXTENT = 4096
MAX_ZOOM = 22
DETAIL_ZOOM = 14
# Cells along a side of a tile, by the first zoom that has so many: a dot of a tile drawn at 512 pixels gets 16 pixels,
# and in wide views, where nearly every dot stands for many and has a number in it, 26.
CELLS = ((11, 32), (0, 20))
HALF_WORLD = 20037508.342789244  # metres: half the side of the square that EPSG:3857 maps the world to
ALL = "all"
# Raise it when the contents of a tile of the same records change, so that no kept copy answers for a new one.
FORMAT = 4

_REVISION = re.compile(r"([a-z0-9_-]{1,80})\.(0|[1-9][0-9]{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)


class TileError(HereaboutsError):
    """A tile that cannot be given: `status` for HTTP, and a plain message."""

    status = 400


class Malformed(TileError):
    """The address is not one of a tile."""


class NoSuchTile(TileError):
    """The address is well formed, but there is nothing there: outside the grid, no such place or revision."""

    status = 404


class Gone(TileError):
    """Something was withdrawn since that revision: ask for the current one."""

    status = 410


@dataclass(frozen=True)
class Address:
    """A tile of the grid: zoom 0 to 22, column, row."""

    z: int
    x: int
    y: int

    @classmethod
    def parse(cls, z: str, x: str, y: str) -> Address:
        """Read an address from the parts of a URL. Raises `Malformed` or `NoSuchTile`."""
        for text in (z, x, y):
            if not _NUMBER.fullmatch(text):
                raise Malformed("Zoom, column and row of a tile are whole numbers, as in 14/8084/5294.")
        address = cls(int(z), int(x), int(y))
        side = 1 << address.z if 0 <= address.z <= MAX_ZOOM else 0
        if not (0 <= address.x < side and 0 <= address.y < side):
            raise NoSuchTile(
                "There is no such tile.", f"Zoom is 0 to {MAX_ZOOM}; a zoom has 2 to its power columns and rows."
            )
        return address

    @property
    def side(self) -> float:
        """The length of a side, in metres of EPSG:3857."""
        return 2 * HALF_WORLD / (1 << self.z)

    @property
    def west(self) -> float:
        return -HALF_WORLD + self.x * self.side

    @property
    def north(self) -> float:
        return HALF_WORLD - self.y * self.side

    @property
    def cells(self) -> int:
        return next(cells for zoom, cells in CELLS if self.z >= zoom)

    @property
    def margin(self) -> float:
        """How far outside features are in the tile too, in its units."""
        return EXTENT / self.cells if self.z >= CELLS[0][0] else 0.0

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres of EPSG:3857, with the margin."""
        margin = self.side * self.margin / EXTENT
        west, north = self.west, self.north
        return west - margin, north - self.side - margin, west + self.side + margin, north + margin


@dataclass(frozen=True)
class Tile:
    """The bytes of a tile, and the number and floor of the revision that they were read at. No bytes: nothing there."""

    at: At
    content: bytes

    @property
    def number(self) -> int:
        return self.at.number


def parse_revision(text: str) -> tuple[str, int]:
    """Split `trafford.12` into the place's slug (or `all`) and the number. Raises `Malformed`."""
    match = _REVISION.fullmatch(text)
    if not match:
        raise Malformed("A revision is the name of a place and a number, as in trafford.12.")
    return match[1], int(match[2])


def revision_token(place: Place | None) -> str:
    """The revision to put into the address of a tile of `place`, or of all places, at this moment."""
    slug = place.slug if place else ALL
    return f"{slug}.{current_number(slug)}"


# --- the number of a revision ------------------------------------------------------------------------------------

_OF_PLACE = """
SELECT p.id, COALESCE(r.number, 0) AS number, COALESCE(r.floor, 0) AS floor
FROM mapping_place p LEFT JOIN mapping_revision r ON r.place_id = p.id
WHERE p.slug = %s AND p.superseded_at IS NULL AND p.is_home"""

# What happens in any place may show in an area that keeps no map of its own, and among all places.
_OF_ALL = """
SELECT NULL::bigint AS id, COALESCE(sum(number), 0)::bigint AS number, COALESCE(max(floor_of_all), 0) AS floor
FROM mapping_revision"""


def current_number(slug: str) -> int:
    """The number that tiles of the place `slug` (or `all`) are read at now. Raises `NoSuchTile`."""
    return current(slug).number


def asked(text: str, at: At | None = None) -> tuple[str, int, At]:
    """Read the revision of an address: the place's slug, the number, and what is current (`at`, or read now).

    Raises `Malformed`; `NoSuchTile` for a number that is still to come, or no such place; `Gone` below the floor.
    """
    slug, number = parse_revision(text)
    at = at or current(slug)
    check(number, at)
    return slug, number, at


def check(number: int, at: At) -> None:
    """Raise `NoSuchTile` for a number that is still to come, `Gone` for one below the floor."""
    if number > at.number:
        raise NoSuchTile("There is no such revision yet.")
    if number < at.floor:
        raise Gone("Something was withdrawn since this revision.", "/<place>/revision.json tells the current one.")


def current(slug: str) -> At:
    """The number that addresses of the place `slug` (or `all`) have now, and the floor. Raises `NoSuchTile`."""
    row = connection.read_one(_OF_ALL, []) if slug == ALL else connection.read_one(_OF_PLACE, [slug])
    if row is None:
        _area(slug)
        row = connection.read_one(_OF_ALL, [])
    return At(row[1], row[2])


def _area(slug: str) -> Place:
    place = Place.objects.current().filter(slug=slug).first()
    if place is None:
        raise NoSuchTile("There is no place of that name.")
    return place


# --- the points that a tile is made of ---------------------------------------------------------------------------

# What everybody sees and is not over; the same as Node.objects.visible_to(PUBLIC).current(), which a test compares.
_PUBLIC_POINTS = """
SELECT n.id, n.uuid, n.name, n.kind, n.category_id, ST_X(n.point_3857) AS x, ST_Y(n.point_3857) AS y
FROM mapping_node n
WHERE n.point_3857 && ST_MakeEnvelope(%s, %s, %s, %s, 3857) AND n.state = 'live' AND n.visibility = 'public'
    AND (n.over_at IS NULL OR n.over_at > now())"""
# To count them, the same from the index "node_of_wide_tiles" alone: the width of their rows, of which little is asked,
# would be most of what a wide tile costs. It knows points as PostgreSQL itself has them.
_COUNTED_POINTS = """
SELECT n.id, NULL::uuid, NULL::text, n.kind, n.category_id, ST_X(n.point_3857) AS x, ST_Y(n.point_3857) AS y
FROM mapping_node n
WHERE n.point_3857::point <@ box(point(%s, %s), point(%s, %s)) AND n.state = 'live' AND n.visibility = 'public'
    AND (n.over_at IS NULL OR n.over_at > now())"""
_OF_THAT_PLACE = " AND n.place_id = place.id"


def _chosen_points(place: Place | None, viewer: Viewer, query: Query | None, address: Address) -> tuple[str, tuple]:
    """SQL and parameters of what `viewer` sees of `query` around a tile, with the columns of _PUBLIC_POINTS."""
    nodes = Node.objects.visible_to(viewer).current()
    if place is not None:
        nodes = nodes.of_place(place)
    if query is not None:
        nodes = query.restrict(nodes, viewer)
    box = Polygon.from_bbox(address.box())
    box.srid = 3857
    nodes = nodes.filter(point_3857__bboverlaps=box)
    rows = nodes.order_by().values_list(
        "id",
        "uuid",
        "name",
        "kind",
        "category_id",
        Func(F("point_3857"), function="ST_X", output_field=FloatField()),
        Func(F("point_3857"), function="ST_Y", output_field=FloatField()),
    )
    return rows.query.sql_with_params()


# --- the tile ----------------------------------------------------------------------------------------------------

_COLOUR = "COALESCE(c.\"group\", CASE kind WHEN 'organisation' THEN 'organisation' ELSE 'other' END)"
# What takes place at a time is looked for first, whatever it is about.
_RANK = f"CASE kind WHEN '{NodeKind.ACTIVITY}' THEN {Rank.FIRST:d} ELSE COALESCE(c.rank, {Rank.ORDINARY:d}) END"
_TOLD_RANK = f"NULLIF({_RANK}, {Rank.ORDINARY:d})"

# Parameters: those of {place}, those of {points}, the limit, then west, scale, north, scale.
# An aggregate of everything below one lateral join: the number and the tile come from one statement, so from one
# snapshot of the database.
_DETAIL = f"""
SELECT place.number, place.floor, t.n, t.tile
FROM ({{place}}) place
CROSS JOIN LATERAL (
    SELECT count(*) AS n, ST_AsMVT(f, '{LAYER}', {EXTENT}, 'geom') AS tile
    FROM (
        SELECT ST_MakePoint(round((p.x - %s) * %s), round((%s - p.y) * %s)) AS geom,
               p.uuid::text AS uuid, p.name, {_COLOUR} AS c, c.icon AS i, 1 AS n, {_TOLD_RANK} AS r
        FROM (SELECT * FROM ({{points}}) q (id, uuid, name, kind, category_id, x, y) ORDER BY id LIMIT %s) p
        LEFT JOIN mapping_category c ON c.id = p.category_id
        ORDER BY p.id
    ) f
) t"""

# The box test of PostGIS is one of single precision, so a few points beyond the buffer come along: their cells are
# incomplete, and are left out at the end (earlier, the condition would mislead the planner about the number of rows).
# OFFSET 0: the coordinates are worked out once, not for each use. The colour of most is the greatest "number, colour".
# What is done for every point is done with integers: one number for a cell (row by row, so that ordering by it is
# ordering by row and column), one for what a kind adds to its category, and counts that stay short through every sum.
_ROW = 64  # more than the cells of a row, with those beside it
_COUNTS_SQL = f"""
SELECT place.number, place.floor, t.n, t.tile
FROM ({{place}}) place
CROSS JOIN LATERAL (
    SELECT count(*) AS n, ST_AsMVT(f, '{LAYER}', {EXTENT}, 'geom') AS tile
    FROM (
        SELECT ST_MakePoint(round(d.x), round(d.y)) AS geom, o.uuid::text AS uuid, o.name, c.icon AS i, d.n,
               CASE WHEN o.id IS NULL THEN d.c ELSE {_COLOUR} END AS c,
               {_TOLD_RANK} AS r, CASE WHEN d.n > 1 THEN d.p END AS p
        FROM (
            SELECT cell, sum(n)::int AS n, sum(p)::int AS p, sum(sx) / sum(n) AS x, sum(sy) / sum(n) AS y,
                   substr(max(lpad(n::text, 12, '0') || colour), 13) AS c, COALESCE(min(first), min(one)) AS one
            FROM (
                SELECT cell, colour, sum(n)::int AS n, sum(sx) AS sx, sum(sy) AS sy, min(one) AS one,
                       (sum(n) FILTER (WHERE is_background))::int AS p,
                       min(one) FILTER (WHERE NOT is_background) AS first
                FROM (
                    SELECT cell, n, sx, sy, one,
                           COALESCE(c."group", CASE kind WHEN 2 THEN 'organisation' ELSE 'other' END) AS colour,
                           kind <> 1 AND COALESCE(c.rank, {Rank.ORDINARY:d}) = {Rank.BACKGROUND:d} AS is_background
                    FROM (
                        SELECT (floor(y / {{cell}}) * {_ROW} + floor(x / {{cell}}))::int AS cell, category_id,
                               CASE WHEN kind = '{NodeKind.ACTIVITY}' THEN 1
                                    WHEN category_id IS NULL AND kind = '{NodeKind.ORGANISATION}' THEN 2
                                    ELSE 0 END AS kind,
                               count(*)::int AS n, sum(x) AS sx, sum(y) AS sy, min(id) AS one
                        FROM (
                            SELECT id, kind, category_id, (x - %s) * %s AS x, (%s - y) * %s AS y
                            FROM ({{points}}) q (id, uuid, name, kind, category_id, x, y)
                            OFFSET 0
                        ) units
                        GROUP BY 1, 2, 3
                    ) cells
                    LEFT JOIN mapping_category c ON c.id = cells.category_id
                ) known
                GROUP BY 1, 2
            ) colours
            GROUP BY 1
        ) d
        LEFT JOIN mapping_node o ON o.id = CASE WHEN d.n = 1 OR d.n - d.p = 1 THEN d.one END
        LEFT JOIN mapping_category c ON c.id = o.category_id
        WHERE d.x >= -{{margin}} AND d.x < {EXTENT} + {{margin}} AND d.y >= -{{margin}} AND d.y < {EXTENT} + {{margin}}
        ORDER BY d.cell
    ) f
) t"""


def _statement(shape: str, address: Address, place: str, points: str) -> str:
    sql = _DETAIL if shape == "detail" else _COUNTS_SQL
    return sql.format(place=place, points=points, cell=EXTENT / address.cells, margin=address.margin)


_PUBLIC_SQL = {
    (scope, shape, cells): _statement(shape, Address(zoom, 0, 0), place, points + of_that)
    for scope, place, of_that in (("place", _OF_PLACE, _OF_THAT_PLACE), ("all", _OF_ALL, ""))
    for shape, points in (("detail", _PUBLIC_POINTS), ("counts", _COUNTED_POINTS))
    for zoom, cells in CELLS
}


def build(slug: str, address: Address, *, viewer: Viewer = PUBLIC, query: Query | None = None) -> Tile:
    """Make one tile of the place `slug` (or `all`), as `viewer` sees it, of what `query` finds.

    Raises `NoSuchTile` when there is no such place.
    """
    row = None
    if viewer.is_public and query is None:
        row = _build_public(slug, address)
    return _tile(row or _build_chosen(slug, address, viewer, query))


def public_statement(slug: str, shape: str, address: Address) -> tuple[str, list]:
    """The statement of a tile that everybody may see; `shape` is "detail" or "counts".

    Returns SQL and parameters; also for benchmarks, and the test of its plan.
    """
    scope, head = ("all", []) if slug == ALL else ("place", [slug])
    return _PUBLIC_SQL[scope, shape, address.cells], [*head, *_parameters(shape, address, address.box())]


def _shapes(address: Address) -> tuple[str, ...]:
    return ("detail", "counts") if address.z >= DETAIL_ZOOM else ("counts",)


def _is_whole(shape: str, row: tuple | None) -> bool:
    return shape == "counts" or row is None or row[2] <= settings.TILE_MAX_FEATURES


def _tile(row: tuple) -> Tile:
    return Tile(At(row[0], row[1]), bytes(row[3]) if row[2] else b"")


def _parameters(shape: str, address: Address, points: tuple) -> list:
    scale = EXTENT / address.side
    limit = [settings.TILE_MAX_FEATURES + 1] if shape == "detail" else []
    return [address.west, scale, address.north, scale, *points, *limit]


def _build_public(slug: str, address: Address) -> tuple | None:
    row = None
    for shape in _shapes(address):
        # One plan does for every small tile; for a large one the number of points decides between plans.
        row = connection.read_one(*public_statement(slug, shape, address), prepare=shape == "detail")
        if _is_whole(shape, row):
            break
    return row


def _build_chosen(slug: str, address: Address, viewer: Viewer, query: Query | None) -> tuple:
    place = None if slug == ALL else _area(slug)
    points, parameters = _chosen_points(place, viewer, query, address)
    head, head_parameters = (_OF_PLACE, [slug]) if place and place.is_home else (_OF_ALL, [])
    row = None
    for shape in _shapes(address):
        sql = _statement(shape, address, head, points)
        row = connection.read_one(sql, [*head_parameters, *_parameters(shape, address, parameters)], prepare=False)
        if _is_whole(shape, row):
            break
    if row is None:
        raise NoSuchTile("There is no place of that name.")
    return row
