"""Nodes and what hangs on them, written many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.text import slugify

from mapping.models import Identifier, Node, NodeTag, SourceRecord, Tag
from mapping.nodes.registry import model_for

BATCH = 1000
# All that an import writes. `category_ids` and the generated columns follow by themselves.
WRITTEN = (
    "name", "other_names", "category", "summary", "location", "shape", "location_source",
    "location_precision", "address", "postcode", "phone", "email", "website", "hours_text",
    "step_free", "facts", "visibility", "search_extra", "updated_at",
)  # fmt: skip


def create(nodes: Sequence[Node]) -> None:
    """Insert new nodes by COPY, and for kinds that another model keeps (organisations) its rows too.

    (`bulk_create` takes three times as long; triggers and generated columns work just the same.)
    """
    if not nodes:
        return
    table = Node._meta.db_table
    fields = [f for f in Node._meta.local_concrete_fields if not f.generated]
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, len(nodes)],
        )
        for node, (pk,) in zip(nodes, cursor.fetchall(), strict=True):
            node.pk = pk
        with cursor.copy(f"COPY {connection.ops.quote_name(table)} ({columns}) FROM STDIN") as rows:
            for node in nodes:
                rows.write_row([_as_text(f, f.pre_save(node, add=True)) for f in fields])
    for node in nodes:
        node._state.adding, node._state.db = False, connection.alias
    by_model: dict[type[Node], list[int]] = {}
    for node in nodes:
        model = model_for(node.kind)
        if model is not Node:
            by_model.setdefault(model, []).append(node.pk)
    for model, ids in by_model.items():
        _insert_children(model, ids)


def _as_text(field: models.Field, value: Any) -> Any:
    """A value as COPY wants it: what psycopg adapts by itself, geometry as EWKB, JSON as text."""
    if value is None:
        return None
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    return value


def _insert_children(model: type[Node], ids: Sequence[int]) -> None:
    """Rows of a multi-table child, with its defaults. (`bulk_create` refuses such models.)"""
    link = model._meta.pk
    fields = [f for f in model._meta.local_concrete_fields if f is not link]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in (link, *fields))
    defaults = [f.get_db_prep_save(f.get_default(), connection) for f in fields]
    values = "".join(", %s" for _ in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT id{values} FROM unnest(%s::bigint[]) AS id",
            [*defaults, list(ids)],
        )


def update(nodes: Sequence[Node]) -> None:
    """Write changed nodes by COPY into a table of the transaction's own, and one UPDATE from there.

    (Both of the ORM's ways take five times as long.)
    """
    if not nodes:
        return
    now = timezone.now()
    for node in nodes:
        node.updated_at = now
    quote = connection.ops.quote_name
    fields = [Node._meta.pk, *(Node._meta.get_field(name) for name in WRITTEN)]
    columns = ", ".join(quote(f.column) for f in fields)
    changes = ", ".join(f"{quote(f.column)} = given.{quote(f.column)}" for f in fields[1:])
    table = quote(Node._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS node_changes ON COMMIT DROP "
            f"AS SELECT {columns} FROM {table} WITH NO DATA"
        )
        cursor.execute("TRUNCATE node_changes")
        with cursor.copy(f"COPY node_changes ({columns}) FROM STDIN") as rows:
            for node in nodes:
                rows.write_row([_as_text(f, getattr(node, f.attname)) for f in fields])
        cursor.execute(f"UPDATE {table} AS kept SET {changes} FROM node_changes AS given WHERE kept.id = given.id")


def keep_digests(records: Sequence[SourceRecord]) -> None:
    """Write what rows said this time (`digest`), and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mapping_sourcerecord AS kept SET digest = given.digest, read_at = now() "
            "FROM unnest(%s::bigint[], %s::text[]) AS given (id, digest) WHERE kept.id = given.id",
            [[it.pk for it in records], [it.digest for it in records]],
        )


def replace_categories(wanted: Mapping[int, Sequence[int]]) -> None:
    """Set the further categories of nodes (id -> category ids)."""
    through = Node.more_categories.through
    through.objects.filter(node_id__in=list(wanted)).delete()
    add_categories(wanted)


def add_categories(wanted: Mapping[int, Sequence[int]]) -> None:
    through = Node.more_categories.through
    through.objects.bulk_create(
        [through(node_id=pk, category_id=category) for pk, ids in wanted.items() for category in ids],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def replace_tags(wanted: Mapping[int, Sequence[str]], tags: Tags) -> None:
    """Set the tags of nodes (id -> names)."""
    NodeTag.objects.filter(content_object_id__in=list(wanted)).delete()
    add_tags(wanted, tags)


def add_tags(wanted: Mapping[int, Sequence[str]], tags: Tags) -> None:
    tags.make({name for names in wanted.values() for name in names})
    NodeTag.objects.bulk_create(
        [
            NodeTag(content_object_id=pk, tag_id=tag)
            for pk, names in wanted.items()
            for tag in dict.fromkeys(tags.id(name) for name in names)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


class Tags:
    """Tags by name, whatever the capitals."""

    def __init__(self) -> None:
        self._ids: dict[str, int] | None = None

    def id(self, name: str) -> int:
        assert self._ids is not None
        return self._ids[name.casefold()]

    def make(self, names: Iterable[str]) -> None:
        """Make those that are not there."""
        if self._ids is None:
            self._ids = {n.casefold(): pk for pk, n in Tag.objects.values_list("pk", "name")}
        missing = {n.casefold(): n for n in sorted(names) if n.casefold() not in self._ids}
        if not missing:
            return
        taken = set(Tag.objects.values_list("slug", flat=True))
        for folded, name in missing.items():
            slug = base = slugify(name)[:90] or "tag"
            number = 2
            while slug in taken:
                slug, number = f"{base}-{number}", number + 1
            taken.add(slug)
            self._ids[folded] = Tag.objects.create(name=name, slug=slug).pk


def add_identifiers(rows: Sequence[Identifier]) -> None:
    """Keep identifiers; one that another node has stays with that node."""
    with transaction.atomic():
        Identifier.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
