"""What is kept about people: every table with an address, a name or an account says here how it is read and erased.

    personal_data.register(Holding(
        "listings.Alert", "alerts that were asked for",
        of=lambda person: Alert.objects.filter(email__in=person.emails),
        fields=("email", "question", "created_at"),
        erase=personal_data.delete_rows,
    ))
    personal_data.register(Holding(
        "mapping.Dismissal", "suggestions that you dismissed",
        of=personal_data.by_account("mapping.Dismissal", "by_user"),
        fields=("key", "reason", "created_at"),
        erase=personal_data.forget_account("by_user"),
        keeps="That it was dismissed, without who did it.",
    ))

Never ask for `user=person.user`: it is None for somebody without an account, and would find everybody's rows. Ask for
`user__in=person.user_ids`, or use `by_account`.

`manage.py export_person` and `erase_person` go through all of them (`mapping.commands.persons`). A test fails for a
model with an e-mail address or a link to an account that no holding names, and for a holding that no test fills
(tests/mapping/access/test_personal_data.py says what to do).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet

ACCOUNT = "auth.User"
"""The holding of the account itself: erased last, since others are found by it."""


@dataclass(frozen=True)
class Person:
    """Somebody by their addresses (lower case) and accounts; `user` is the first of those, None without any."""

    emails: tuple[str, ...]
    user: Any = None
    user_ids: tuple[int, ...] = ()
    usernames: tuple[str, ...] = ()

    @classmethod
    def of(cls, email: str) -> Person:
        """Whoever has this address, with the other addresses of the same account."""
        email = email.strip().lower()
        users = get_user_model()._default_manager
        found = users.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email, emailaddress__verified=True))
        return cls._from(list(found.order_by("pk").distinct()), email)

    @classmethod
    def of_account(cls, user: Any) -> Person:
        """The person whose account this is, with all its addresses, and no other account."""
        return cls._from([user])

    @classmethod
    def _from(cls, users: list, *emails: str) -> Person:
        ids = tuple(user.pk for user in users)
        address = apps.get_model("account", "EmailAddress")
        kept = address._default_manager.filter(user_id__in=ids, verified=True).values_list("email", flat=True)
        every = [*emails, *(user.email for user in users), *kept]
        return cls(
            emails=tuple(dict.fromkeys(it.lower() for it in every if it)),
            user=users[0] if users else None,
            user_ids=ids,
            usernames=tuple(user.get_username() for user in users),
        )

    def has(self, *names: str) -> Q:
        """A condition: one of these fields (lookups) is an address of this person, however it is written."""
        return any_of(Q(**{f"{name}__iexact": email}) for name in names for email in self.emails)

    def is_in(self, *names: str) -> Q:
        """A condition: one of these links to an account leads to this person's."""
        return any_of(Q(**{f"{name}__in": self.user_ids}) for name in names if self.user_ids)


def any_of(conditions: Iterable[Q]) -> Q:
    """One of the conditions; of none, nothing."""
    return reduce(or_, conditions, Q(pk__in=[]))


@dataclass(frozen=True)
class Holding:
    """What one model keeps of a person.

    `of(person)` returns the rows; `fields` are exported; `erase(rows, person)` deletes or empties them and returns how
    many it touched. `keeps` says in words what stays afterwards and why; empty when nothing does.

    Where `of` also finds what somebody else wrote and the person only decided, `own(person)` says which rows are the
    person's own. Of the others `fields_of_others` are exported: what the person did, never what the others wrote.

    `reads_all`: `of` reads the whole table, however long. A request leaves it to the commands and to `sweep_person`.
    """

    model: str
    label: Any
    of: Callable[[Person], QuerySet]
    fields: tuple[str, ...]
    erase: Callable[[QuerySet, Person], int]
    keeps: Any = field(default="")
    own: Callable[[Person], Q] | None = None
    fields_of_others: tuple[str, ...] = ()
    reads_all: bool = False


_holdings: dict[str, Holding] = {}
# Each takes an account and returns sentences: what its end means for others, told before it is confirmed.
_consequences: list[Callable[[Any], list[str]]] = []


def register(holding: Holding) -> None:
    """Add a holding (called once, from an AppConfig's `ready`). The same model replaces the one before."""
    _holdings[holding.model] = holding


def holdings() -> list[Holding]:
    """Return every holding, by the name of its model; the account comes last."""
    return [_holdings[name] for name in sorted(_holdings, key=lambda name: (name == ACCOUNT, name))]


def register_consequences(reader: Callable[[Any], list[str]]) -> None:
    """Add what the end of an account means for others (called once, from an AppConfig's `ready`)."""
    if reader not in _consequences:
        _consequences.append(reader)


def consequences(user: Any) -> list[str]:
    """What others will notice when this account is deleted, as sentences."""
    return [sentence for reader in _consequences for sentence in reader(user)]


def by_account(model: str, *names: str) -> Callable[[Person], QuerySet]:
    """Rows of `model` (app.Model) whose link `names` leads to the person's account."""
    return lambda person: _rows(model).filter(person.is_in(*names))


def by_address(model: str, *names: str) -> Callable[[Person], QuerySet]:
    """Rows of `model` (app.Model) in whose field `names` an address of the person stands."""
    return lambda person: _rows(model).filter(person.has(*names))


def _rows(label: str) -> QuerySet[Model]:
    # Past managers that leave something out.
    return apps.get_model(label)._base_manager.all()


def delete_rows(rows: QuerySet, person: Person) -> int:
    """Erase by deleting the rows; returns how many."""
    number = rows.count()
    rows.delete()
    return number


def forget_account(*names: str) -> Callable[[QuerySet, Person], int]:
    """Erase by emptying the links `names` where they lead to the person's account; the rows stay."""

    def erase(rows: QuerySet, person: Person) -> int:
        number = rows.count()
        for name in names:
            rows.model._base_manager.filter(person.is_in(name)).update(**{name: None})
        return number

    return erase


def forget_address(*names: str) -> Callable[[QuerySet, Person], int]:
    """Erase by emptying the text fields `names` where an address of the person stands; the rows stay."""

    def erase(rows: QuerySet, person: Person) -> int:
        number = rows.count()
        for name in names:
            rows.model._base_manager.filter(person.has(name)).update(**{name: ""})
        return number

    return erase
