"""What rules say, kept as statements: new ones made, changed ones brought up to date, the others taken away.

What a rule said is no testimony: it is deleted when it holds no longer, and the connection with it unless somebody else
has said something about it.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from ..models import ConnectionType
from .rules import RULES

_IN_SCOPE = """(
    NOT %(part)s AND EXISTS (
        SELECT 1 FROM mapping_node n WHERE n.id IN (c.source_id, c.target_id) AND n.place_id = %(place)s)
    OR %(part)s AND (c.source_id = ANY (%(scope)s) OR c.target_id = ANY (%(scope)s))
)"""
_TIED = """
    SELECT w.*, c.id AS connection_id FROM derive_wanted w
    JOIN unnest(%(rules)s::text[], %(types)s::bigint[]) AS t (rule, type_id) ON t.rule = w.rule
    JOIN mapping_connection c
        ON c.source_id = w.source_id AND c.target_id = w.target_id AND c.type_id = t.type_id
"""
_STEPS = {
    "connections": """
        INSERT INTO mapping_connection (uuid, source_id, target_id, type_id, created_at)
        SELECT gen_random_uuid(), w.source_id, w.target_id, t.type_id, now() FROM derive_wanted w
        JOIN unnest(%(rules)s::text[], %(types)s::bigint[]) AS t (rule, type_id) ON t.rule = w.rule
        ORDER BY w.rule, w.source_id, w.target_id
        ON CONFLICT DO NOTHING
        RETURNING ''
    """,
    "updated": f"""
        UPDATE mapping_statement s
        SET strength = w.strength, note = w.note, rests_on = w.rests_on, withdrawn_at = NULL
        FROM ({_TIED}) AS w
        WHERE s.connection_id = w.connection_id AND s.by_rule = w.rule
          AND (s.strength, s.note, s.rests_on, s.withdrawn_at)
              IS DISTINCT FROM (w.strength, w.note, w.rests_on, NULL::timestamptz)
        RETURNING s.by_rule
    """,
    "created": f"""
        INSERT INTO mapping_statement (
            uuid, connection_id, kind, by_rule, key, strength, note, rests_on, evidence_url, currency,
            visibility, consent, created_at)
        SELECT gen_random_uuid(), w.connection_id, 'agrees', w.rule, '', w.strength, w.note, w.rests_on, '', '',
            'public', '', now()
        FROM ({_TIED}) AS w
        WHERE NOT EXISTS (
            SELECT 1 FROM mapping_statement s WHERE s.connection_id = w.connection_id AND s.by_rule = w.rule)
        ORDER BY w.connection_id
        RETURNING by_rule
    """,
    "removed": f"""
        DELETE FROM mapping_statement s USING mapping_connection c
        WHERE c.id = s.connection_id AND s.by_rule = ANY (%(known)s) AND {_IN_SCOPE}
          AND NOT EXISTS (
            SELECT 1 FROM derive_wanted w
            JOIN unnest(%(rules)s::text[], %(types)s::bigint[]) AS t (rule, type_id) ON t.rule = w.rule
            WHERE w.rule = s.by_rule AND w.source_id = c.source_id AND w.target_id = c.target_id
              AND t.type_id = c.type_id)
        RETURNING s.by_rule
    """,
    "emptied": f"""
        DELETE FROM mapping_connection c
        WHERE c.type_id = ANY (%(types)s) AND {_IN_SCOPE}
          AND NOT EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id)
        RETURNING ''
    """,
}


def types() -> dict[str, int]:
    """The connection type that each rule writes, made where the vocabulary lacks it: rule -> its number."""
    found = dict(
        ConnectionType.objects.filter(slug__in=[it.type for it in RULES.values()], place=None).values_list("slug", "pk")
    )
    for facts in RULES.values():
        if facts.type not in found:
            made = ConnectionType.objects.create(
                slug=facts.type, forward=facts.reading, reverse=facts.reading, directed=False,
                meaning=facts.meaning, position=900,
            )  # fmt: skip
            found[facts.type] = made.pk
    return {rule: found[facts.type] for rule, facts in RULES.items()}


def keep(cursor: CursorWrapper, place: int, scope: list[int] | None) -> dict[str, dict[str, int]]:
    """Bring the statements of rules to what `derive_wanted` says, in the whole place or around `scope`.

    Returns how many were created, updated and removed, by rule.
    """
    of_rule = types()
    given = {
        "place": place,
        "part": scope is not None,
        "scope": scope or [],
        "rules": list(of_rule),
        "types": list(of_rule.values()),
        "known": list(RULES),
    }
    cursor.execute("ANALYZE derive_wanted")
    counts: dict[str, dict[str, int]] = {}
    for step, sql in _STEPS.items():
        cursor.execute(sql, given)
        for (rule,) in cursor.fetchall():
            if rule:
                counts.setdefault(rule, {}).setdefault(step, 0)
                counts[rule][step] += 1
    return counts
