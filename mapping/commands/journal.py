"""What a merge changed, row by row, so that it can be put back exactly.

    journal = Journal()
    journal.set(node, name="The Hall")        # a field of one row
    journal.move(Identifier, "node", 7, 3)    # all rows that point from one node to another
    journal.drop(Connection.objects.filter(...))
    journal.undo(entries)                     # backwards; returns what had been changed since, and stays

Rows are changed by UPDATE and DELETE, so that nothing (`auto_now`) changes beside them. Entries are JSON.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet

Entry = dict[str, Any]


class Journal:
    """Changes rows and writes down how they were. `entries` is what `undo` takes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def set(self, row: models.Model, **values: Any) -> None:
        """Write fields (by attname) of one row; those that are so already are left out."""
        model = type(row)
        changed = {name: value for name, value in values.items() if _of(row, name) != encoded(value)}
        if not changed:
            return
        before = {name: _of(row, name) for name in changed}
        model._base_manager.filter(pk=row.pk).update(**changed)
        for name, value in changed.items():
            setattr(row, name, value)
        # As it stands there: a trigger may have had its say (what a listing is searched by).
        stored = model._base_manager.filter(pk=row.pk).values(*changed).first() or changed
        after = {name: encoded(value) for name, value in stored.items()}
        self._keep("set", model, pk=row.pk, before=before, after=after)

    def move(self, rows: QuerySet, field: str, to: int) -> int:
        """Let rows point to another row by the foreign key `field`. Returns how many."""
        model, name = rows.model, rows.model._meta.get_field(field).attname
        pks: dict[int, list[int]] = {}
        for pk, before in rows.order_by("pk").values_list("pk", name):
            pks.setdefault(before, []).append(pk)
        for before, moved in pks.items():
            model._base_manager.filter(pk__in=moved).update(**{name: to})
            self._keep("move", model, field=name, pks=moved, before=before, after=to)
        return sum(map(len, pks.values()))

    def drop(self, rows: QuerySet) -> int:
        """Delete rows (which nothing else may point to). Returns how many."""
        kept = list(rows.order_by("pk"))
        if kept:
            self._keep("drop", rows.model, rows=[record(it) for it in kept])
            rows.model._base_manager.filter(pk__in=[it.pk for it in kept])._raw_delete(rows.db)
        return len(kept)

    def lose(self, row: models.Model) -> None:
        """Delete one row; it may have gone already with what pointed to it (by a trigger)."""
        self._keep("drop", type(row), rows=[record(row)])
        type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")

    def note(self, row: models.Model, **facts: Any) -> None:
        """Write something down that `undo` passes over."""
        self._keep("note", type(row), pk=row.pk, **facts)

    def create(self, row: models.Model, follows: Iterable[str] = ()) -> models.Model:
        """Add a row. `follows`: fields that are worked out from the others, and may change by themselves."""
        row.save(force_insert=True)
        row.refresh_from_db()
        self._keep("create", type(row), pk=row.pk, row=record(row), follows=list(follows))
        return row

    def _keep(self, what: str, model: type[models.Model], **entry: Any) -> None:
        self.entries.append({"what": what, "model": model._meta.label, **entry})


def undo(entries: Iterable[Entry]) -> list[Entry]:
    """Put everything back, the last change first. Returns what stays because somebody changed it since.

    Each of those is `{"model": label, "pk": ..., "field": name or ""}`.
    """
    stays: list[Entry] = []
    for entry in reversed(list(entries)):
        model = apps.get_model(entry["model"])
        stays += _UNDO[entry["what"]](model, entry)
    return stays


def _undo_set(model: type[models.Model], entry: Entry) -> list[Entry]:
    row = model._base_manager.filter(pk=entry["pk"]).first()
    if row is None:
        return [_stays(model, entry["pk"])]
    back, stays = {}, []
    for name, value in entry["before"].items():
        if _of(row, name) == entry["after"][name]:
            back[name] = decoded(model, name, value)
        elif name != "updated_at":
            stays.append(_stays(model, row.pk, name))
    # When it was changed last is put back only where nothing was.
    if stays:
        back.pop("updated_at", None)
    # What the database refuses now (nobody is live whose consent has ended) stays by itself; the rest goes back.
    tries = [back] if len(back) < 2 else [back, *({name: value} for name, value in back.items())]
    for values in tries:
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=row.pk).update(**values)
        except IntegrityError:
            stays += [_stays(model, row.pk, name) for name in values if len(values) == 1]
        else:
            if values is back:
                break
    return stays


def _undo_move(model: type[models.Model], entry: Entry) -> list[Entry]:
    name = entry["field"]
    rows = model._base_manager.filter(pk__in=entry["pks"], **{name: entry["after"]})
    found = set(rows.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.update(**{name: entry["before"]})
    except IntegrityError:
        found = set()
    return [_stays(model, pk, name) for pk in entry["pks"] if pk not in found]


def _undo_drop(model: type[models.Model], entry: Entry) -> list[Entry]:
    stays = []
    for values in entry["rows"]:
        row = model(**{name: decoded(model, name, value) for name, value in values.items()})
        _let_go(row)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                row.save_base(raw=True, force_insert=True)
                # Now, where it can be told, and not at the end of everything.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError:
            stays.append(_stays(model, row.pk))
    return stays


def _let_go(row: models.Model) -> None:
    """Point to nothing that is gone since: an account, a document."""
    for field in row._meta.concrete_fields:
        other = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey) and field.null and other is not None:
            if not field.related_model._base_manager.filter(pk=other).exists():
                setattr(row, field.attname, None)
    if hasattr(row, "author_left") and not (row.by_user_id or row.by_node_id or row.by_source_id or row.by_rule):
        row.author_left = True


def _undo_create(model: type[models.Model], entry: Entry) -> list[Entry]:
    row = model._base_manager.filter(pk=entry["pk"]).first()
    if row is None:
        return []
    now, then = record(row), entry["row"]
    if any(now[name] != then[name] for name in then if name not in entry["follows"]):
        return [_stays(model, row.pk)]
    model._base_manager.filter(pk=row.pk)._raw_delete("default")
    return []


_UNDO = {
    "note": lambda model, entry: [],
    "set": _undo_set,
    "move": _undo_move,
    "drop": _undo_drop,
    "create": _undo_create,
}


def _stays(model: type[models.Model], pk: Any, field: str = "") -> Entry:
    return {"model": model._meta.label, "pk": pk, "field": field}


def record(row: models.Model) -> dict[str, Any]:
    """All columns of a row that can be written, as JSON holds them."""
    return {it.attname: _of(row, it.attname) for it in row._meta.concrete_fields if not it.generated}


def _of(row: models.Model, name: str) -> Any:
    return encoded(getattr(row, name))


def encoded(value: Any) -> Any:
    """A value of a column as JSON holds it, without losing anything."""
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [encoded(it) for it in value]
    if isinstance(value, str):
        return str(value)  # of a choice, its value
    return value


def decoded(model: type[models.Model], name: str, value: Any) -> Any:
    """A value of a column again."""
    field = next(it for it in model._meta.concrete_fields if it.attname == name)
    if value is None or isinstance(field, models.ForeignKey | models.JSONField):
        return value
    if hasattr(field, "geom_type"):
        return GEOSGeometry(value)
    return field.to_python(value)
