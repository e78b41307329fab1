"""What posting keeps about people, and how it is read and erased. (Drafts: listings/commands/personal.py.)"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from listings.models import Trust
from mapping.access import personal_data
from mapping.access.personal_data import Holding, Person


def register() -> None:
    """Say it to `mapping.access.personal_data`."""
    personal_data.register(
        Holding(
            "listings.Trust",
            _("in which places they are trusted, and whom they trusted as a steward"),
            of=_trusts,
            fields=("place__slug", "user_id", "by_id", "since"),
            erase=_forget_trust,
            keeps=_("That somebody else is trusted stays, without who said so."),
        )
    )


def _trusts(person: Person) -> QuerySet:
    return Trust.objects.filter(person.is_in("user", "by"))


def _forget_trust(rows: QuerySet, person: Person) -> int:
    # Not `by=person.user`: without an account that is None, and finds what nobody gave.
    given = Trust.objects.filter(person.is_in("by")).exclude(person.is_in("user")).update(by=None)
    return given + Trust.objects.filter(person.is_in("user")).delete()[0]
