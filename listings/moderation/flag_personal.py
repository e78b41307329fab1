"""What flags, their decisions and appeals keep of a person."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from listings.models import Flag, FlagAppeal, FlagCase
from mapping.access import personal_data
from mapping.access.personal_data import Holding, Person


def register() -> None:
    """Tell what is kept (called once, from an AppConfig's `ready`)."""
    personal_data.register(
        Holding(
            "listings.Flag",
            _("what they said is wrong with a record"),
            of=lambda person: Flag.objects.filter(Q(email__in=person.emails) | _by(person, "user")),
            fields=("reason", "words", "email", "created_at", "confirmed_at"),
            erase=_empty_flags,
            keeps=_("that somebody flagged the record, for which reason and when: what was decided rests on it"),
        )
    )
    personal_data.register(
        Holding(
            "listings.FlagCase",
            _("flags that they decided"),
            of=lambda person: FlagCase.objects.filter(_by(person, "decided_by")),
            fields=("target_name", "decision", "decided_at", "words"),
            erase=lambda rows, person: rows.update(decided_by=None),
            keeps=_("what was decided, when and why, without who"),
        )
    )
    personal_data.register(
        Holding(
            "listings.FlagAppeal",
            _("what they asked to be looked at again, and what they answered"),
            of=lambda person: FlagAppeal.objects.filter(
                Q(flag__email__in=person.emails) | _by(person, "flag__user") | _by(person, "answered_by")
            ),
            fields=("side", "words", "created_at", "answer", "answered_at"),
            erase=_empty_appeals,
            keeps=_("that a decision was asked to be looked at again, and the answer"),
        )
    )


def _by(person: Person, field: str) -> Q:
    """Rows of this account; none for somebody without one."""
    return Q(**{field: person.user.pk}) if person.user is not None else Q(pk__in=())


def _empty_flags(rows: QuerySet, person: Person) -> int:
    return rows.update(email="", user=None, words="", household="")


def _empty_appeals(rows: QuerySet, person: Person) -> int:
    answered = rows.filter(_by(person, "answered_by"))
    touched = answered.update(answered_by=None)
    theirs = FlagAppeal.objects.filter(Q(flag__email__in=person.emails) | _by(person, "flag__user"))
    return touched + theirs.update(words="-")
