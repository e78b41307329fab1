"""Pairs that are near each other, in SQL, where "near" depends on how dense it is there.

How far around a node is near it is the distance to its `DENSITY`-th nearest, between `MIN_METRES` and `MAX_METRES`:
some doors along the street in a centre, the next hamlet in the country. Two are near each other when each is near the
other and among the `cap` nearest of the other. Only what does something is looked at (groups, activities, projects),
where the public may know it to the postcode or better, and at the point that the public may know.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from .rules import AT_ONE_POINT, RULES

DENSITY = 4
MIN_METRES, MAX_METRES = 60, 800
# Read for each node. Where more than these are at one point, that they are says nothing, and none is near another.
LISTED = 32

_MAY = """{it}.place_id = %(place)s AND {it}.state = 'live' AND {it}.visibility = 'public'
    AND {it}.kind IN ('organisation', 'activity', 'project') AND {it}.location_precision <> 'area'
    AND {it}.point_3857 IS NOT NULL AND ({it}.over_at IS NULL OR {it}.over_at > now())"""

_START = """
DROP TABLE IF EXISTS derive_near;
CREATE TEMP TABLE derive_near (id bigint, point geometry, lat float) ON COMMIT DROP;
"""
# An index of its own: among a thousand benches the nearest group would be far down the list of the nearest nodes.
_LOAD = f"""
INSERT INTO derive_near SELECT n.id, n.point_3857, ST_Y(n.public_point) FROM mapping_node n
WHERE {_MAY.format(it="n")};
CREATE INDEX derive_near_point ON derive_near USING gist (point);
ANALYZE derive_near;
"""

_NEAREST = f"""
    CROSS JOIN LATERAL (
        SELECT n.id, n.lat, n.point <-> a.point AS apart FROM derive_near n
        ORDER BY n.point <-> a.point LIMIT greatest(%(cap)s, {LISTED}) + 1
    ) AS b
"""
_PARTNERS = f"SELECT DISTINCT b.id FROM derive_near a {_NEAREST} WHERE a.id = ANY (%(scope)s)"
NEAR = f"""
WITH read AS (
    SELECT a.id AS node, a.lat AS lat_a, b.*,
        count(*) OVER (PARTITION BY a.id) AS read, max(b.apart) OVER (PARTITION BY a.id) AS last
    FROM derive_near a {_NEAREST}
    WHERE NOT %(part)s OR a.id = ANY (%(around)s)
), listed AS (
    SELECT node, id AS other,
        -- Metres of EPSG:3857 are longer than those on the ground, the more the further north.
        round(apart * cos(radians((lat + lat_a) / 2)))::int AS metres,
        row_number() OVER (
            PARTITION BY node ORDER BY apart, hashint8(least(id, node) * 1000003 + greatest(id, node)), id
        ) AS place
    FROM read
    -- Of those that are equally far the index gives any: what the list ends in the middle of is left out.
    WHERE id <> node AND (read <= greatest(%(cap)s, {LISTED}) OR apart < last)
      AND apart * cos(radians((lat + lat_a) / 2)) <= {MAX_METRES}
), reach AS (
    SELECT node, greatest({MIN_METRES}, coalesce(max(metres) FILTER (WHERE place = {DENSITY}), {MAX_METRES})) AS metres
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

AROUND = f"""
SELECT DISTINCT n.id FROM (
    SELECT point_3857 AS point FROM mapping_node WHERE id = ANY (%(nodes)s) AND point_3857 IS NOT NULL
    UNION ALL SELECT ST_SetSRID(it::geometry, 3857) FROM unnest(%(points)s::text[]) AS it
) AS centre JOIN mapping_node n ON {_MAY.format(it="n")}
    -- A little further than `MAX_METRES`, whatever the latitude of either end.
    AND ST_DWithin(n.point_3857, centre.point, {MAX_METRES * 1.05}
        / cos(radians(ST_Y(ST_Transform(centre.point, 4326)))))
"""


def around(cursor: CursorWrapper, place: int, nodes: list[int], points: list[str] = ()) -> list[int]:
    """The nodes whose nearest may change when something changes at `nodes` or `points` (hex WKB, EPSG:3857)."""
    cursor.execute(AROUND, {"place": place, "nodes": nodes, "points": list(points)})
    return sorted({row[0] for row in cursor.fetchall()} | set(nodes))


def keep_near(cursor: CursorWrapper, place: int, cap: int, *, scope: list[int] | None = None) -> None:
    """Put the pairs to keep into `derive_wanted`: all, or those with an end in `scope`."""
    load(cursor, place)
    partners: list[int] = []
    if scope is not None:
        cursor.execute(_PARTNERS, parameters(cap, scope, []))
        partners = [row[0] for row in cursor.fetchall()]
    cursor.execute(NEAR, parameters(cap, scope, [*(scope or []), *partners]))


def load(cursor: CursorWrapper, place: int) -> None:
    """Read who may be near whom, with an index of the ground."""
    cursor.execute(_START)
    cursor.execute(_LOAD, {"place": place})


def parameters(cap: int, scope: list[int] | None, reached: list[int]) -> dict:
    """The parameters of `NEAR`."""
    return {
        "cap": cap,
        "part": scope is not None,
        "scope": scope or [],
        "around": reached,
        "at_one": str(AT_ONE_POINT),
        "apart": str(RULES["near"].rationale),
    }
