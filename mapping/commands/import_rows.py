"""Rows that import runs made, changed and deleted, put back in SQL: one query for all rows of a table.

Only what nobody has changed since is put back: a column whose value is what the run left.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, models

from mapping.models import (
    Connection,
    Document,
    Identifier,
    ImportEntry,
    Node,
    NodeTag,
    OpeningHours,
    Source,
    SourceRecord,
    Statement,
    Tag,
)

# Name in `ImportEntry.model` -> model. The columns that are watched stand in the triggers (migration "import_runs").
MODELS: dict[str, type[models.Model]] = {
    "node": Node,
    "record": SourceRecord,
    "identifier": Identifier,
    "tagged": NodeTag,
    "category": Node.more_categories.through,
    "hours": OpeningHours,
    "connection": Connection,
    "statement": Statement,
    "document": Document,
    "tag": Tag,
    "source": Source,
}
# Columns that the watching triggers leave out: kept by the database, or no part of what was said.
LEFT_OUT = {
    "node": {"category_ids", "created_at", "over_at"},
    "record": {"read_at"},
    "hours": {"nation", "timezone", "filled_until"},
    "statement": {"rests_on", "author_left", "created_at"},
    "document": {"created_at"},
    "source": {"licence_url", "last_read_at", "health", "health_note"},
}
# These change together or not at all.
_PLACED = ("location", "shape", "location_source", "location_precision")
_TOGETHER = dict.fromkeys(_PLACED, _PLACED)
# Whatever is forgotten, nothing is shown to more people, or more exactly, than it is now (mapping.access.disclosure).
_NOT_LOOSER = {
    ("node", "visibility"): "mapping_visibility_rank(e.before->>'visibility') >= mapping_visibility_rank(t.visibility)",
    ("node", "group_id"): "t.visibility <> 'group'",
    ("node", "state"): "e.before->>'state' <> 'live'",
    ("node", "location_precision"): "mapping_precision_rank(e.before->>'location_precision') "
    ">= mapping_precision_rank(t.location_precision)",
    ("statement", "visibility"): "mapping_visibility_rank(e.before->>'visibility') "
    ">= mapping_visibility_rank(t.visibility)",
    ("statement", "group_id"): "t.visibility <> 'group'",
    ("statement", "withdrawn_at"): "e.before->>'withdrawn_at' IS NOT NULL",
}
# Of a list or an object, what the run added goes, whatever others added since.
_PARTLY = {
    "facts": """t.facts - ARRAY(SELECT a.key FROM jsonb_each((e.after->>'facts')::jsonb) a
        WHERE NOT (e.before->>'facts')::jsonb ? a.key AND t.facts->a.key = a.value)""",
    "other_names": """ARRAY(SELECT it FROM unnest(t.other_names) WITH ORDINALITY AS had (it, place)
        WHERE it <> ALL ((e.after->>'other_names')::varchar[]) OR it = ANY ((e.before->>'other_names')::varchar[])
        ORDER BY place)""",
}


def columns(model: str) -> dict[str, str]:
    """The columns of a table that are watched, each with its type."""
    found = {}
    for field in MODELS[model]._meta.local_concrete_fields:
        if not (field.generated or field.primary_key or field.column in LEFT_OUT.get(model, ())):
            found[field.column] = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return found


def pks(sql: str, *params) -> set[int]:
    """The numbers that a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {pk for (pk,) in cursor.fetchall()}


def noted(runs: Collection[int], model: str, what: str) -> set[int]:
    """The rows of a table that these runs made, changed or deleted."""
    found = ImportEntry.objects.filter(run__in=runs, model=model, what=what)
    return set(found.values_list("pk_of_row", flat=True))


def restore(run: int, model: str, only: Collection[int] | None = None) -> set[int]:
    """Give changed rows their values from before, column by column. Returns those that somebody changed since."""
    table, key = _table(model)
    known = columns(model)
    same = {it: f"(NOT e.after ? '{it}' OR t.{_q(it)}::text IS NOT DISTINCT FROM e.after->>'{it}')" for it in known}
    sets = []
    for name, kind in known.items():
        whole = " AND ".join(same[it] for it in (_TOGETHER.get(name, (name,)) if model == "node" else (name,)))
        partly = _PARTLY.get(name, f"t.{_q(name)}") if model == "node" else f"t.{_q(name)}"
        whole += f" AND {_NOT_LOOSER.get((model, name), 'true')}"
        sets.append(
            f"{_q(name)} = CASE WHEN NOT e.before ? '{name}' THEN t.{_q(name)} "
            f"WHEN {whole} THEN (e.before->>'{name}')::{kind} ELSE {partly} END"
        )
    where = f"e.run_id = %s AND e.model = %s AND e.what = 'changed' AND t.{key} = e.pk_of_row"
    params: list = [run, model]
    if only is not None:
        where += " AND e.pk_of_row = ANY (%s)"
        params.append(sorted(only))
    unlike = f"NOT ({' AND '.join(same.values())})"
    changed = pks(f"SELECT t.{key} FROM {table} t, mapping_importentry e WHERE {where} AND {unlike}", *params)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} t SET {', '.join(sets)} FROM mapping_importentry e WHERE {where}", params)
    return changed


def put_back(run: int, model: str, where: str, *params) -> None:
    """Insert deleted rows again. `where` is SQL on the row's former columns (`e.before->>'...'`)."""
    table, key = _table(model)
    known = columns(model)
    names = ", ".join([key, *map(_q, known)])
    values = ", ".join(["e.pk_of_row", *(f"(e.before->>'{name}')::{kind}" for name, kind in known.items())])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM mapping_importentry e "
            f"WHERE e.run_id = %s AND e.model = %s AND e.what = 'gone' AND {where} ON CONFLICT DO NOTHING",
            [run, model, *params],
        )


def close_gaps(run: int) -> None:
    """Let later runs that changed the same columns know what was there before `run`: they may be forgotten too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE mapping_importentry l SET before = (
                SELECT jsonb_object_agg(b.key, CASE WHEN e.before ? b.key AND e.after -> b.key = b.value
                    THEN e.before -> b.key ELSE b.value END) FROM jsonb_each(l.before) b)
            FROM mapping_importentry e
            WHERE e.run_id = %s AND e.what = 'changed' AND l.model = e.model AND l.pk_of_row = e.pk_of_row
              AND l.what = 'changed' AND l.run_id = (SELECT min(x.run_id) FROM mapping_importentry x
                WHERE x.model = e.model AND x.pk_of_row = e.pk_of_row AND x.what = 'changed' AND x.run_id > e.run_id)
            """,
            [run],
        )


def hand_on(runs: Collection[int], model: str, to: dict[int, int]) -> None:
    """Rows that another run says too are that run's from now on (row -> run)."""
    with connection.cursor() as cursor:
        params = [model, list(to), list(to.values())]
        given = "(SELECT unnest(%s::bigint[]) AS pk, unnest(%s::bigint[]) AS run)"
        # What the other run changed of it is no change any more, but how it was made; its stamp stays.
        cursor.execute(
            f"UPDATE mapping_importentry x SET what = 'made', before = NULL, "
            f"after = CASE WHEN x.after ? 'updated_at' "
            f"THEN jsonb_build_object('updated_at', x.after->'updated_at') END "
            f"FROM {given} g WHERE x.model = %s AND x.pk_of_row = g.pk AND x.run_id = g.run",
            [*params[1:], model],
        )
        cursor.execute(
            f"UPDATE mapping_importentry x SET run_id = g.run FROM {given} g WHERE x.model = %s "
            f"AND x.pk_of_row = g.pk AND x.run_id = ANY (%s) AND x.what = 'made' AND NOT EXISTS ("
            f"SELECT 1 FROM mapping_importentry o WHERE o.run_id = g.run AND o.model = x.model AND o.pk_of_row = g.pk)",
            [*params[1:], model, list(runs)],
        )


def carry(run: int, model: str, to: dict[int, int]) -> None:
    """What `run` changed of rows that a later run says as well is that run's change from now on (row -> run)."""
    given = "(SELECT unnest(%s::bigint[]) AS pk, unnest(%s::bigint[]) AS run) g"
    rows = [list(to), list(to.values())]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE mapping_importentry l SET before = coalesce(l.before, '{{}}') || coalesce(e.before, '{{}}'), "
            f"after = coalesce(e.after, '{{}}') || coalesce(l.after, '{{}}') FROM mapping_importentry e, {given} "
            f"WHERE e.run_id = %s AND e.model = %s AND e.pk_of_row = g.pk AND l.run_id = g.run "
            f"AND l.model = e.model AND l.pk_of_row = g.pk AND e.what = 'changed' AND l.what = 'changed'",
            [*rows, run, model],
        )
        cursor.execute(
            f"UPDATE mapping_importentry e SET run_id = g.run FROM {given} WHERE e.run_id = %s AND e.model = %s "
            f"AND e.pk_of_row = g.pk AND NOT EXISTS (SELECT 1 FROM mapping_importentry o "
            f"WHERE o.run_id = g.run AND o.model = e.model AND o.pk_of_row = e.pk_of_row)",
            [*rows, run, model],
        )
        cursor.execute(
            "DELETE FROM mapping_importentry WHERE run_id = %s AND model = %s AND pk_of_row = ANY (%s)",
            [run, model, list(to)],
        )


# Where in an entry the node stands to which a row belongs.
_OF_NODE = {"record": "node_id", "identifier": "node_id", "tagged": "content_object_id", "category": "node_id"}


def carry_with_nodes(run: int, to: dict[int, int]) -> None:
    """The same for nodes and all that hangs on them (node -> run)."""
    for model in ("node", "said", "hours"):
        carry(run, model, to)
    for model, name in _OF_NODE.items():
        rows = MODELS[model]._base_manager.filter(**{f"{name}__in": to})
        of = dict(rows.values_list("pk", name))
        gone = ImportEntry.objects.filter(run=run, model=model, what="gone")
        of |= {pk: int(before[name]) for pk, before in gone.values_list("pk_of_row", "before")}
        carry(run, model, {pk: to[node] for pk, node in of.items() if node in to})


def _q(name: str) -> str:
    return connection.ops.quote_name(name)


def _table(model: str) -> tuple[str, str]:
    meta = MODELS[model]._meta
    return _q(meta.db_table), _q(meta.pk.column)
