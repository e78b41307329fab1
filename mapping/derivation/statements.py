"""What rules say, kept as statements: new ones made, changed ones brought up to date, the others taken away.

What a rule said is no testimony: it is deleted when it holds no longer, and the connection with it unless somebody else
has said something about it.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from mapping.models import ConnectionType

from .rules import RULES

# Each wanted pair with its connection, which is there by now.
_TIE = """
    UPDATE derive_wanted w SET connection_id = c.id
    FROM unnest(%(rules)s::text[], %(types)s::bigint[]) AS t (rule, type_id), mapping_connection c
    WHERE t.rule = w.rule AND c.source_id = w.source_id AND c.target_id = w.target_id AND c.type_id = t.type_id
"""
_WHOLE = """(
    c.source_id IN (SELECT id FROM mapping_node WHERE place_id = %(place)s)
    OR c.target_id IN (SELECT id FROM mapping_node WHERE place_id = %(place)s))"""
_PART = """c.id IN (
    SELECT id FROM mapping_connection WHERE source_id = ANY (%(scope)s)
    UNION SELECT id FROM mapping_connection WHERE target_id = ANY (%(scope)s))"""
_CONNECT = """
    INSERT INTO mapping_connection (uuid, source_id, target_id, type_id, created_at)
    SELECT gen_random_uuid(), w.source_id, w.target_id, t.type_id, now() FROM derive_wanted w
    JOIN unnest(%(rules)s::text[], %(types)s::bigint[]) AS t (rule, type_id) ON t.rule = w.rule
    ORDER BY w.rule, w.source_id, w.target_id
    ON CONFLICT DO NOTHING
"""
_STEPS = {
    "updated": """
        UPDATE mapping_statement s
        SET strength = w.strength, note = w.note, rests_on = w.rests_on, withdrawn_at = NULL
        FROM derive_wanted w
        WHERE s.connection_id = w.connection_id AND s.by_rule = w.rule
          AND (s.strength, s.note, s.rests_on, s.withdrawn_at)
              IS DISTINCT FROM (w.strength, w.note, w.rests_on, NULL::timestamptz)
        RETURNING s.by_rule
    """,
    "created": """
        INSERT INTO mapping_statement (
            uuid, connection_id, kind, by_rule, key, strength, note, rests_on, evidence_url, currency,
            visibility, consent, created_at)
        SELECT gen_random_uuid(), w.connection_id, 'agrees', w.rule, '', w.strength, w.note, w.rests_on, '', '',
            'public', '', now()
        FROM derive_wanted w
        WHERE NOT EXISTS (
            SELECT 1 FROM mapping_statement s WHERE s.connection_id = w.connection_id AND s.by_rule = w.rule)
        ORDER BY w.connection_id
        RETURNING by_rule
    """,
    "removed": """
        DELETE FROM mapping_statement WHERE id IN (
            SELECT s.id FROM mapping_statement s JOIN mapping_connection c ON c.id = s.connection_id
            WHERE s.by_rule = ANY (%(known)s) AND {in_scope} AND NOT EXISTS (
                SELECT 1 FROM derive_wanted w WHERE w.connection_id = s.connection_id AND w.rule = s.by_rule))
        RETURNING by_rule
    """,
}
_EMPTY = """
    DELETE FROM mapping_connection WHERE id IN (
        SELECT c.id FROM mapping_connection c
        WHERE c.type_id = ANY (%(types)s) AND {in_scope}
          AND NOT EXISTS (SELECT 1 FROM mapping_statement s WHERE s.connection_id = c.id))
"""


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
        "scope": scope or [],
        "rules": list(of_rule),
        "types": list(of_rule.values()),
        "known": list(RULES),
    }
    cursor.execute(_CONNECT, given)
    cursor.execute(_TIE, given)
    cursor.execute("ANALYZE derive_wanted")
    in_scope = _WHOLE if scope is None else _PART
    counts: dict[str, dict[str, int]] = {}
    for step, sql in _STEPS.items():
        cursor.execute(sql.format(in_scope=in_scope), given)
        for (rule,) in cursor.fetchall():
            counts.setdefault(rule, {}).setdefault(step, 0)
            counts[rule][step] += 1
    cursor.execute(_EMPTY.format(in_scope=in_scope), given)
    return counts
