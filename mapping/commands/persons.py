"""Everything that is kept of one person: count it, give it out, erase it.

    person = Person.of("ann@example.org")
    persons.held(person)                        # {"listings.Alert": 2, ...}
    persons.export(person)                      # a dict for JSON
    persons.erase(actor=actor, person=person)   # in one transaction

Every table that `mapping.access.personal_data` knows of is gone through, then the address is looked for in every other
column of text of the database. The audit tells of the account by its number, and of the address nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.access import personal_data
from mapping.access.account_audit import acting_as
from mapping.access.personal_data import Holding, Person
from mapping.models import Actor

from .change import change

GONE = "(erased)"
THEMSELF = Actor(label="the person themself")


class ErasureRefused(HereaboutsError):
    """A person who cannot be erased; the text says why and what to do."""

    status = 409


@dataclass(frozen=True)
class Erased:
    """rows : how many of each model were deleted or emptied; texts : how many rows of each table named the address."""

    rows: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)


def held(person: Person) -> dict[str, int]:
    """How many rows of each model are about this person; models without any are left out."""
    counts = {it.model: it.of(person).count() for it in personal_data.holdings()}
    return {model: number for model, number in counts.items() if number}


def export(person: Person, *, whole: bool = True) -> dict[str, Any]:
    """Everything that is kept of this person, ready for JSON: what it is, the rows, what stays after erasure.

    Without `whole` nothing is read that takes reading a whole table (in a request); `left_out` says what that is.
    """
    found = {}
    left_out = [it for it in personal_data.holdings() if it.reads_all and not whole]
    for it in personal_data.holdings():
        if it in left_out:
            continue
        rows = _rows(it, person)
        if rows:
            found[it.model] = {"what": str(it.label), "rows": rows, "stays_after_erasure": str(it.keeps)}
    return {
        "of": list(person.emails),
        "written_at": timezone.now().isoformat(timespec="seconds"),
        "kept": found,
        "left_out": [str(it.label) for it in left_out],
    }


def _rows(holding: Holding, person: Person) -> list[dict[str, Any]]:
    found = holding.of(person).order_by("pk")
    if holding.own is None:
        rows = list(found.values(*holding.fields))
    else:
        own = found.filter(holding.own(person))
        others = found.exclude(pk__in=own.order_by().values("pk"))
        rows = [*own.values(*holding.fields), *others.values(*holding.fields_of_others)]
    # Points, numbers of files and the like as text; dates and decimals as JSON has them.
    return json.loads(json.dumps(rows, cls=_Encoder))


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        try:
            return super().default(value)
        except TypeError:
            return str(value)


def erase(*, actor: Actor, person: Person, whole: bool = True) -> Erased:
    """Erase everything that is kept of this person, in one transaction, and say in the audit that it was done.

    `whole` also takes the address out of every text that names it, and erases what is found only by reading a whole
    table: not in a request (`sweep` does it later).

    Raises
    ------
    ErasureRefused
        When nobody would be left who looks after the whole site.
    """
    refuse_last_superuser(person)
    done = Erased()
    with change(actor=actor, action="erase person") as it, acting_as(actor):
        for holding in personal_data.holdings():
            if holding.reads_all and not whole:
                continue
            if holding.model == personal_data.ACCOUNT and whole:
                # Before the account: its end is written into a ledger of files, which no transaction takes back.
                done.texts.update(_swept(person.emails))
            number = holding.erase(holding.of(person), person)
            if number:
                done.rows[holding.model] = number
        it.data.update(accounts=list(person.user_ids), rows=done.rows, texts=done.texts)
        if not done.rows and not done.texts:
            it.nothing_changed()
    return done


def refuse_last_superuser(person: Person) -> None:
    """Raises `ErasureRefused` when only this person looks after the whole site."""
    users = apps.get_model(personal_data.ACCOUNT)._default_manager.filter(is_superuser=True, is_active=True)
    if users.filter(pk__in=person.user_ids).exists() and not users.exclude(pk__in=person.user_ids).exists():
        raise ErasureRefused(
            _("Nobody else looks after the whole site."), _("Make another superuser first (manage.py createsuperuser).")
        )


def sweep(emails: tuple[str, ...], accounts: tuple[int, ...] = ()) -> dict[str, int]:
    """What `erase` left undone of a person with these addresses, whose accounts had these numbers. Reads the database.

    Returns how many rows of which tables named an address. Whoever has begun anew with one of them is left alone.
    """
    with transaction.atomic():
        gone = Person(emails=tuple(it for it in emails if not Person.of(it).user_ids), user_ids=accounts)
        for holding in personal_data.holdings():
            if holding.reads_all:
                holding.erase(holding.of(gone), gone)
        return _swept(emails)


def _swept(emails: tuple[str, ...]) -> dict[str, int]:
    pattern = _pattern(emails)
    if not pattern:
        return {}
    found: dict[str, int] = {}
    for table, columns in _text_columns().items():
        number = _sweep_table(table, columns, pattern)
        if number:
            found[table] = number
    return found


def _pattern(emails: tuple[str, ...]) -> str:
    """A regular expression of PostgreSQL: one of the addresses, not as a part of a longer one."""
    one_of = "|".join(re.sub(r"([^A-Za-z0-9_@-])", r"\\\1", email) for email in emails if "@" in email)
    return rf"(?<![A-Za-z0-9._%+'-])(?:{one_of})(?![A-Za-z0-9_-]|\.[A-Za-z0-9])" if one_of else ""


# Kept in columns of their own, of which a holding knows: somebody may have begun anew with the same address.
def _known() -> set[tuple[str, str]]:
    every = apps.get_models(include_auto_created=True)
    known = {(it._meta.db_table, f.column) for it in every for f in it._meta.local_fields
             if isinstance(f, models.EmailField)}  # fmt: skip
    account = apps.get_model(personal_data.ACCOUNT)
    return known | {(account._meta.db_table, account._meta.get_field(account.USERNAME_FIELD).column)}


COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
   AND (c.data_type IN ('text', 'character varying', 'json', 'jsonb')
        OR c.data_type = 'ARRAY' AND c.udt_name IN ('_text', '_varchar'))
 ORDER BY c.table_name, c.ordinal_position
"""
# Of PostGIS: what nobody writes into.
NOT_OURS = {"spatial_ref_sys"}


def _text_columns() -> dict[str, list[tuple[str, str]]]:
    """Every column that can hold a text, by table: its name and type."""
    known, found = _known(), {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column, kind in cursor.fetchall():
            if (table, column) not in known and table not in NOT_OURS:
                found.setdefault(table, []).append((column, kind))
    return found


def _sweep_table(table: str, columns: list[tuple[str, str]], pattern: str) -> int:
    quote = connection.ops.quote_name
    names = " OR ".join(f"{quote(name)}::text ~* %(pattern)s" for name, _kind in columns)
    values = ", ".join(
        f"{quote(name)} = regexp_replace({quote(name)}::text, %(pattern)s, %(gone)s, 'gi')::{_type(kind)}"
        for name, kind in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {quote(table)} SET {values} WHERE {names}", {"pattern": pattern, "gone": GONE})
        return cursor.rowcount


def _type(kind: str) -> str:
    return "text[]" if kind == "ARRAY" else kind
