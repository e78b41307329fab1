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
DROP TABLE IF EXISTS derive_member, derive_wanted, derive_scope, derive_around;
CREATE TEMP TABLE derive_member (rule text, thing bigint, node bigint, PRIMARY KEY (rule, thing, node)) ON COMMIT DROP;
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

_PAIRS = f"""
WITH sized AS (
    SELECT d.rule, d.thing, d.node, n.point_3857 AS point, n.public_point,
        count(*) OVER (PARTITION BY d.rule, d.thing) AS size,
        row_number() OVER (PARTITION BY d.rule, d.thing ORDER BY n.point_3857 NULLS LAST, d.node) AS along
    FROM derive_member d JOIN mapping_node n ON n.id = d.node
    WHERE d.rule = ANY (%(rules)s)
), met AS (
    SELECT a.rule, a.thing, a.size, a.node AS one, b.node AS other
    FROM sized a JOIN sized b ON b.rule = a.rule AND b.thing = a.thing AND b.node > a.node
    WHERE a.size <= {WHOLE} AND (a.rule <> 'shared-tag' OR a.size <= {RARE})
    UNION
    -- Metres of EPSG:3857 are longer than those on the ground.
    SELECT a.rule, a.thing, a.size, least(a.node, b.node), greatest(a.node, b.node)
    FROM sized a CROSS JOIN generate_series(1, {BESIDE}) AS step
    JOIN sized b ON b.rule = a.rule AND b.thing = a.thing AND b.along = a.along + step
    WHERE a.size > {WHOLE} AND a.rule <> 'shared-tag' AND ST_Distance(a.point, b.point)
        * cos(radians((ST_Y(a.public_point) + ST_Y(b.public_point)) / 2)) <= {HUB_METRES}
), pair AS (
    -- Whole numbers: a sum of fractions would depend on the order in which it is made.
    SELECT rule, one, other, sum(round(1000 / ln(1 + size)))::bigint AS score,
        array_agg(thing ORDER BY size, thing) AS things
    FROM met
    WHERE NOT %(part)s OR one IN (SELECT node FROM derive_around) OR other IN (SELECT node FROM derive_around)
    GROUP BY rule, one, other
), valued AS (
    SELECT p.*, coalesce(a.category_id = b.category_id, false) AS alike,
        ST_Distance(a.point_3857, b.point_3857)::bigint AS apart,
        hashint8(p.one * 1000003 + p.other) AS lot
    FROM pair p JOIN mapping_node a ON a.id = p.one JOIN mapping_node b ON b.id = p.other
), ranked AS (
    SELECT v.rule, v.one, v.other, row_number() OVER (
        PARTITION BY v.rule, ends.node ORDER BY v.score DESC, v.alike DESC, v.apart NULLS LAST, v.lot, v.one, v.other
    ) AS place
    FROM valued v CROSS JOIN LATERAL (VALUES (v.one), (v.other)) AS ends (node)
), kept AS (
    SELECT k.rule, k.one, k.other FROM ranked k
    JOIN unnest(%(rules)s::text[], %(caps)s::int[]) AS cap (rule, most) ON cap.rule = k.rule
    WHERE k.place <= cap.most GROUP BY k.rule, k.one, k.other HAVING count(*) = 2
)
INSERT INTO derive_wanted
SELECT v.rule, v.one, v.other,
    least(facts.strength, 1 + (v.score * 3) / 1000)::int,
    left(replace(facts.rationale, '{{thing}}', (
        SELECT string_agg(coalesce(n.name, t.name), %(and)s ORDER BY u.at)
        FROM unnest(v.things[1:2]) WITH ORDINALITY AS u (thing, at)
        LEFT JOIN mapping_node n ON n.id = u.thing LEFT JOIN mapping_tag t ON t.id = -u.thing)), 500),
    v.things
FROM kept k JOIN valued v USING (rule, one, other)
JOIN unnest(%(rules)s::text[], %(strengths)s::int[], %(rationales)s::text[]) AS facts (rule, strength, rationale)
    ON facts.rule = k.rule
WHERE NOT %(part)s OR v.one IN (SELECT node FROM derive_scope) OR v.other IN (SELECT node FROM derive_scope)
"""


def start(cursor: CursorWrapper) -> None:
    """Make the empty tables that one derivation works in; they go with its transaction."""
    cursor.execute(_START)


def load_all(cursor: CursorWrapper, place: int) -> None:
    """Read who shares what in the whole place."""
    cursor.execute(_LOAD.format(sharing=sharing(), only=""), {"place": place})


def load_around(cursor: CursorWrapper, place: int, nodes: list[int], tags: list[int], also: list[int]) -> list[int]:
    """Read who shares what around the nodes that changed, as far as the change can reach, and around `also`.

    A change of a node reaches all that share a thing with it, or did (`derive_scope`, which is returned): their best
    may be others now. Whether a pair of those is kept depends on the other end too, and on all that it shares
    (`derive_around`).
    """

    def of_nodes(ids: list[int]) -> None:
        cursor.execute(_LOAD.format(sharing=sharing(), only=_OF_NODES), {"place": place, "nodes": ids})

    def of_things(things: list[int]) -> None:
        split = {"things": [it for it in things if it > 0], "tags": [-it for it in things if it < 0]}
        cursor.execute(_LOAD.format(sharing=sharing(), only=_OF_THINGS), {"place": place, **split})

    def column(sql: str) -> list[int]:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]

    of_nodes(nodes)
    things = set(column("SELECT DISTINCT thing FROM derive_member")) | set(nodes) | {-it for it in tags}
    of_things(sorted(things))
    cursor.execute(_SCOPE, {"nodes": nodes, "also": also})
    scope = column("SELECT node FROM derive_scope")
    of_nodes(scope)
    of_things(column("SELECT DISTINCT thing FROM derive_member"))
    cursor.execute(
        "INSERT INTO derive_around SELECT DISTINCT node FROM derive_member UNION SELECT node FROM derive_scope"
    )
    of_nodes(column("SELECT node FROM derive_around"))
    of_things(column("SELECT DISTINCT thing FROM derive_member"))
    return scope


def keep_best(cursor: CursorWrapper, caps: dict[str, int], *, part: bool) -> None:
    """Put the pairs to keep into `derive_wanted`: of what is in scope alone when `part`."""
    rules = [it for it in caps if it != "near"]
    facts = [RULES[it] for it in rules]
    cursor.execute("ANALYZE derive_member")
    cursor.execute(
        _PAIRS,
        {
            "rules": rules,
            "caps": [caps[it] for it in rules],
            "strengths": [it.strength for it in facts],
            "rationales": [str(it.rationale) for it in facts],
            "and": str(AND),
            "part": part,
        },
    )
