"""What is kept about people: every table with an address, a name or an account says here how it is read and erased.

    personal_data.register(Holding(
        "listings.Alert", "alerts that were asked for",
        of=lambda person: Alert.objects.filter(email__in=person.emails),
        fields=("email", "question", "created_at"),
        erase=lambda rows, person: rows.delete(),
    ))

`manage.py export_person` and `erase_person` go through all of them. A test fails for a model with an e-mail address or
a link to an account that no holding names (tests/mapping/access/test_personal_data.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet


@dataclass(frozen=True)
class Person:
    """Somebody by their addresses (lower case) and, if they have one, their account."""

    emails: tuple[str, ...]
    user: Any = None

    @classmethod
    def of(cls, email: str) -> Person:
        """Whoever has this address, with the other addresses of the same account."""
        email = email.strip().lower()
        user = get_user_model().objects.filter(email__iexact=email).first()
        return cls(emails=(email,), user=user)


@dataclass(frozen=True)
class Holding:
    """What one model keeps of a person.

    `of(person)` returns the rows; `fields` are exported; `erase(rows, person)` deletes or empties them and returns how
    many it touched. `keeps` says in words what stays afterwards and why; empty when nothing does.
    """

    model: str
    label: Any
    of: Callable[[Person], QuerySet]
    fields: tuple[str, ...]
    erase: Callable[[QuerySet, Person], int]
    keeps: Any = field(default="")


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a holding (called once, from an AppConfig's `ready`). The same model replaces the one before."""
    _holdings[holding.model] = holding


def holdings() -> list[Holding]:
    """Return every holding, by the name of its model."""
    return [_holdings[name] for name in sorted(_holdings)]


def delete_rows(rows: QuerySet, person: Person) -> int:
    """Erase by deleting the rows; returns how many."""
    return rows.delete()[0]
