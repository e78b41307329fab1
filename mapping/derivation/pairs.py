"""Pairs that share a thing, in SQL: who is in which group, whom to pair within it, whom to keep.

All pairs of a group of n are n(n - 1)/2: of the 322 groups that one council funds, 51,681. So a pair is kept only
when each is among the `cap` best of the other (mutual, hence nobody has more than `cap`): first what is specific (the
sum over all things shared of 1/ln(1 + size of the group), after Adamic and Adar 2003), then of the same category,
then the closest. What more than `WHOLE` share says little of any two of them: there only those are joined who are
also within `HUB_METRES` of each other, looked for among the `BESIDE` next along a Hilbert curve through their points.

References
----------
Adamic, L. A. and Adar, E. (2003), Friends and neighbors on the Web, Social Networks 25, 211-230.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from .rules import AND, RARE, RULES, sharing

WHOLE = 40
BESIDE = 10
HUB_METRES = 1000

_START = """
-- Compiling these queries takes longer than running them.
SET LOCAL jit = off;
DROP TABLE IF EXISTS derive_member, derive_sized, derive_pair, derive_wanted, derive_scope, derive_around;
CREATE TEMP TABLE derive_member (rule text, thing bigint, node bigint, PRIMARY KEY (rule, thing, node)) ON COMMIT DROP;
CREATE TEMP TABLE derive_sized (
    rule text, thing bigint, node bigint, point geometry, public_point geometry, size bigint, along bigint
) ON COMMIT DROP;
CREATE TEMP TABLE derive_pair (
    rule text, one bigint, other bigint, score bigint, things bigint[]
) ON COMMIT DROP;
CREATE TEMP TABLE derive_scope (node bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE derive_around (node bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE derive_wanted (
    rule text, source_id bigint, target_id bigint, strength integer, note text, rests_on bigint[], connection_id bigint
) ON COMMIT DROP;
"""
_LOAD = """
INSERT INTO derive_member
SELECT DISTINCT rule, coalesce(thing, -tag), node FROM {sharing}
WHERE place_id = %(place)s AND node <> coalesce(thing, 0) {only}
ON CONFLICT DO NOTHING
"""
_OF_NODES = "AND node = ANY (%(nodes)s)"
_OF_THINGS = "AND (thing = ANY (%(things)s) OR tag = ANY (%(tags)s))"
# What is hidden now shares nothing any more, but did: whoever is tied to it may have better ones now.
_SCOPE = """
INSERT INTO derive_scope
SELECT node FROM derive_member
UNION SELECT unnest(%(nodes)s::bigint[]) UNION SELECT unnest(%(also)s::bigint[])
UNION SELECT ends.it FROM mapping_connection c CROSS JOIN LATERAL (VALUES (c.source_id), (c.target_id)) AS ends (it)
WHERE (c.source_id = ANY (%(nodes)s) OR c.target_id = ANY (%(nodes)s))
  AND EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id AND s.by_rule = '')
"""

# Temporary tables rather than one long query: the planner knows how many there are of each, and joins accordingly.
_SIZED = """
INSERT INTO derive_sized
SELECT d.rule, d.thing, d.node, n.point_3857, n.public_point,
    count(*) OVER (PARTITION BY d.rule, d.thing),
    row_number() OVER (PARTITION BY d.rule, d.thing ORDER BY n.point_3857 NULLS LAST, d.node)
FROM derive_member d JOIN mapping_node n ON n.id = d.node
WHERE d.rule = ANY (%(rules)s)
"""
_MET = f"""
INSERT INTO derive_pair
SELECT rule, one, other,
    -- Whole numbers: a sum of fractions would depend on the order in which it is made.
    sum(round(1000 / ln(1 + size)))::bigint, array_agg(thing ORDER BY size, thing)
FROM (
    SELECT a.rule, a.thing, a.size, a.node AS one, b.node AS other
    FROM derive_sized a JOIN derive_sized b ON b.rule = a.rule AND b.thing = a.thing AND b.node > a.node
    WHERE a.size <= {WHOLE} AND b.size <= {WHOLE} AND (a.rule <> 'shared-tag' OR a.size <= {RARE})
    UNION ALL
    -- Metres of EPSG:3857 are longer than those on the ground.
    SELECT a.rule, a.thing, a.size, least(a.node, b.node), greatest(a.node, b.node)
    FROM derive_sized a CROSS JOIN generate_series(1, {BESIDE}) AS step
    JOIN derive_sized b ON b.rule = a.rule AND b.thing = a.thing AND b.along = a.along + step
    WHERE a.size > {WHOLE} AND a.rule <> 'shared-tag' AND ST_Distance(a.point, b.point)
        * cos(radians((ST_Y(a.public_point) + ST_Y(b.public_point)) / 2)) <= {HUB_METRES}
) AS met
WHERE NOT %(part)s OR one IN (SELECT node FROM derive_around) OR other IN (SELECT node FROM derive_around)
GROUP BY rule, one, other
"""
_BEST = """
WITH valued AS (
    SELECT p.*, coalesce(a.category_id = b.category_id, false) AS alike,
        ST_Distance(a.point_3857, b.point_3857)::bigint AS apart,
        hashint8(p.one * 1000003 + p.other) AS lot
    FROM derive_pair p JOIN mapping_node a ON a.id = p.one JOIN mapping_node b ON b.id = p.other
), ranked AS (
    SELECT v.*, row_number() OVER (
        PARTITION BY v.rule, ends.node ORDER BY v.score DESC, v.alike DESC, v.apart NULLS LAST, v.lot, v.one, v.other
    ) AS place
    FROM valued v CROSS JOIN LATERAL (VALUES (v.one), (v.other)) AS ends (node)
), kept AS (
    SELECT k.rule, k.one, k.other, k.score, k.things FROM ranked k
    JOIN unnest(%(rules)s::text[], %(caps)s::int[]) AS cap (rule, most) ON cap.rule = k.rule
    WHERE k.place <= cap.most GROUP BY k.rule, k.one, k.other, k.score, k.things HAVING count(*) = 2
)
INSERT INTO derive_wanted
SELECT k.rule, k.one, k.other,
    least(facts.strength, 1 + (k.score * 3) / 1000)::int,
    left(replace(facts.rationale, '{thing}', (
        SELECT string_agg(coalesce(
            (SELECT name FROM mapping_node WHERE id = u.thing), (SELECT name FROM mapping_tag WHERE id = -u.thing)
        ), %(and)s ORDER BY u.at)
        FROM unnest(k.things[1:2]) WITH ORDINALITY AS u (thing, at))), 500),
    k.things
FROM kept k
JOIN unnest(%(rules)s::text[], %(strengths)s::int[], %(rationales)s::text[]) AS facts (rule, strength, rationale)
    ON facts.rule = k.rule
WHERE NOT %(part)s OR k.one IN (SELECT node FROM derive_scope) OR k.other IN (SELECT node FROM derive_scope)
"""


def start(cursor: CursorWrapper) -> None:
    """Make the empty tables that one derivation works in; they go with its transaction."""
    cursor.execute(_START)


def load_all(cursor: CursorWrapper, place: int) -> None:
    """Read who shares what in the whole place."""
    cursor.execute(_LOAD.format(sharing=sharing(), only=""), {"place": place})


def reached(cursor: CursorWrapper, place: int, nodes: list[int], tags: list[int], also: list[int]) -> list[int]:
    """Return the nodes whose best may be others after a change of `nodes` and `tags`, and `also` (`derive_scope`).

    They are all that share a thing with a node that changed, or did.
    """
    _load_nodes(cursor, place, nodes)
    things = set(_column(cursor, "SELECT DISTINCT thing FROM derive_member")) | set(nodes) | {-it for it in tags}
    _load_things(cursor, place, sorted(things))
    cursor.execute(_SCOPE, {"nodes": nodes, "also": also})
    return _column(cursor, "SELECT node FROM derive_scope")


def load_around(cursor: CursorWrapper, place: int) -> None:
    """Read who shares what around `derive_scope`.

    Whether a pair is kept depends on both its ends, and on all that each of them shares (`derive_around`).
    """
    _load_nodes(cursor, place, _column(cursor, "SELECT node FROM derive_scope"))
    _load_things(cursor, place, _column(cursor, "SELECT DISTINCT thing FROM derive_member"))
    cursor.execute(
        "INSERT INTO derive_around SELECT DISTINCT node FROM derive_member UNION SELECT node FROM derive_scope"
    )
    _load_nodes(cursor, place, _column(cursor, "SELECT node FROM derive_around"))
    _load_things(cursor, place, _column(cursor, "SELECT DISTINCT thing FROM derive_member"))


def _load_nodes(cursor: CursorWrapper, place: int, nodes: list[int]) -> None:
    cursor.execute(_LOAD.format(sharing=sharing(), only=_OF_NODES), {"place": place, "nodes": nodes})


def _load_things(cursor: CursorWrapper, place: int, things: list[int]) -> None:
    split = {"things": [it for it in things if it > 0], "tags": [-it for it in things if it < 0]}
    cursor.execute(_LOAD.format(sharing=sharing(), only=_OF_THINGS), {"place": place, **split})


def _column(cursor: CursorWrapper, sql: str) -> list[int]:
    cursor.execute(sql)
    return [row[0] for row in cursor.fetchall()]


def keep_best(cursor: CursorWrapper, caps: dict[str, int], *, part: bool) -> None:
    """Put the pairs to keep into `derive_wanted`: of what is in scope alone when `part`."""
    rules = [it for it in caps if it != "near"]
    facts = [RULES[it] for it in rules]
    given = {
        "rules": rules,
        "caps": [caps[it] for it in rules],
        "strengths": [it.strength for it in facts],
        "rationales": [str(it.rationale) for it in facts],
        "and": str(AND),
        "part": part,
    }
    cursor.execute("ANALYZE derive_member; ANALYZE derive_around; ANALYZE derive_scope")
    for table, sql in (("derive_sized", _SIZED), ("derive_pair", _MET), ("derive_wanted", _BEST)):
        cursor.execute(sql, given)
        cursor.execute(f"ANALYZE {table}")
