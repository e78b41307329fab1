"""Pairs that are near each other, in SQL, where "near" depends on how dense it is there.

How far around a node is near it is the distance to its `DENSITY`-th nearest, between `LEAST` and `MOST` metres: some
doors along the street in a centre, the next hamlet in the country. Two are near each other when each is near the other
and among the `cap` nearest of the other. Only what does something is looked at (groups, activities, projects), where
the public may know it to the postcode or better, and at the point that the public may know.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from .rules import AT_ONE_POINT, RULES

DENSITY = 4
LEAST, MOST = 60, 800
# Read for each node: enough that those at one point as well are told apart.
LISTED = 12

_MAY = """{it}.place_id = %(place)s AND {it}.state = 'live' AND {it}.visibility = 'public'
    AND {it}.kind IN ('organisation', 'activity', 'project') AND {it}.location_precision <> 'area'
    AND {it}.point_3857 IS NOT NULL"""

NEAR = f"""
WITH listed AS (
    SELECT a.id AS node, b.id AS other, b.metres,
        row_number() OVER (PARTITION BY a.id ORDER BY b.apart, b.lot, b.id) AS place
    FROM mapping_node a
    -- Metres of EPSG:3857 are longer than those on the ground, the more the further north.
    CROSS JOIN LATERAL (SELECT cos(radians(ST_Y(a.public_point))) AS scale) AS ground
    CROSS JOIN LATERAL (
        SELECT n.id, n.point_3857 <-> a.point_3857 AS apart,
            hashint8(least(n.id, a.id) * 1000003 + greatest(n.id, a.id)) AS lot,
            round((n.point_3857 <-> a.point_3857)
                * cos(radians((ST_Y(n.public_point) + ST_Y(a.public_point)) / 2)))::int AS metres
        FROM mapping_node n
        WHERE {_MAY.format(it="n")} AND n.id <> a.id
          AND ST_DWithin(n.point_3857, a.point_3857, {MOST} / ground.scale)
        ORDER BY n.point_3857 <-> a.point_3857, hashint8(least(n.id, a.id) * 1000003 + greatest(n.id, a.id)), n.id
        LIMIT greatest(%(cap)s, {LISTED})
    ) AS b
    WHERE {_MAY.format(it="a")} AND (NOT %(part)s OR a.id = ANY (%(around)s))
), reach AS (
    SELECT node, greatest({LEAST}, coalesce(max(metres) FILTER (WHERE place = {DENSITY}), {MOST})) AS metres
    FROM listed GROUP BY node
)
INSERT INTO derive_wanted
SELECT 'near', a.node, a.other, 1,
    CASE WHEN a.metres < 15 THEN %(at_one)s ELSE replace(%(apart)s, '{{metres}}', round(a.metres, -1)::text) END,
    ARRAY[]::bigint[]
FROM listed a JOIN listed b ON b.node = a.other AND b.other = a.node
JOIN reach ra ON ra.node = a.node JOIN reach rb ON rb.node = b.node
WHERE a.node < a.other AND a.place <= %(cap)s AND b.place <= %(cap)s AND a.metres <= least(ra.metres, rb.metres)
  AND (NOT %(part)s OR a.node = ANY (%(scope)s) OR a.other = ANY (%(scope)s))
"""

_AROUND = f"""
SELECT DISTINCT n.id FROM (
    SELECT point_3857 AS point FROM mapping_node WHERE id = ANY (%(nodes)s) AND point_3857 IS NOT NULL
    UNION ALL SELECT ST_SetSRID(it::geometry, 3857) FROM unnest(%(points)s::text[]) AS it
) AS centre JOIN mapping_node n ON {_MAY.format(it="n")}
    -- A little further than `MOST`, whatever the latitude of either end.
    AND ST_DWithin(n.point_3857, centre.point, {MOST * 1.05}
        / cos(radians(ST_Y(ST_Transform(centre.point, 4326)))))
"""


def around(cursor: CursorWrapper, place: int, nodes: list[int], points: list[str] = ()) -> list[int]:
    """The nodes whose nearest may change when something changes at `nodes` or `points` (hex WKB, EPSG:3857)."""
    cursor.execute(_AROUND, {"place": place, "nodes": nodes, "points": list(points)})
    return sorted({row[0] for row in cursor.fetchall()} | set(nodes))


def keep_near(cursor: CursorWrapper, place: int, cap: int, *, scope: list[int] | None = None) -> None:
    """Put the pairs to keep into `derive_wanted`: all, or those with an end in `scope`."""
    part = scope is not None
    cursor.execute(NEAR, parameters(place, cap, scope, around(cursor, place, scope) if part else []))


def parameters(place: int, cap: int, scope: list[int] | None, reached: list[int]) -> dict:
    """The parameters of `NEAR`."""
    return {
        "place": place,
        "cap": cap,
        "part": scope is not None,
        "scope": scope or [],
        "around": reached,
        "at_one": str(AT_ONE_POINT),
        "apart": str(RULES["near"].rationale),
    }
