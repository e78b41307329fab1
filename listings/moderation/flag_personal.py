"""What flags, their decisions, appeals and duty keep of a person."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from listings.models import Flag, FlagAppeal
from mapping.access.personal_data import Holding, Person, by_account, by_address, delete_rows, forget_account
from mapping.access.personal_data import register as register_holding


def register() -> None:
    """Tell what is kept (called once, from an AppConfig's `ready`)."""
    register_holding(
        Holding(
            "listings.Flag",
            _("what you said is wrong with a record"),
            of=lambda person: Flag.objects.filter(person.has("email") | person.is_in("user")),
            fields=("case__target_name", "reason", "words", "email", "created_at", "confirmed_at"),
            erase=_empty_flags,
            keeps=_("That somebody flagged the record, for which reason and when: what was decided rests on it."),
        )
    )
    register_holding(
        Holding(
            "listings.FlagAppeal",
            _("what you asked to be looked at again, and what you answered to others"),
            of=lambda person: FlagAppeal.objects.filter(_appealed(person) | person.is_in("answered_by")),
            fields=("case__target_name", "side", "words", "created_at", "answer", "answered_at"),
            erase=_empty_appeals,
            keeps=_("That a decision was asked to be looked at again, and the answer."),
            own=_appealed,
            fields_of_others=("case__target_name", "side", "answer", "answered_at"),
        )
    )
    register_holding(
        Holding(
            "listings.FlagCase",
            _("flags that you decided"),
            of=by_account("listings.FlagCase", "decided_by"),
            fields=("target_name", "decision", "decided_at", "words"),
            erase=forget_account("decided_by"),
            keeps=_("What was decided, when and why, without who."),
        )
    )
    register_holding(
        Holding(
            "listings.WaitingLetter",
            _("letters to you that have not gone out yet"),
            of=by_address("listings.WaitingLetter", "to"),
            fields=("kind", "to", "created_at"),
            erase=delete_rows,
        )
    )
    register_holding(
        Holding(
            "listings.Duty",
            _("when you are told that something waits"),
            of=by_account("listings.Duty", "user"),
            fields=("place__name", "at_once", "digest", "weekdays", "digest_on"),
            erase=delete_rows,
        )
    )


def _appealed(person: Person) -> Q:
    return person.has("flag__email") | person.is_in("flag__user")


def _empty_flags(rows: QuerySet, person: Person) -> int:
    # What was asked is found by the flag, so it goes with it.
    FlagAppeal.objects.filter(flag__in=rows).update(words="")
    return Flag.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        email="", user=None, words="", household="", confirmed_at=None
    )


def _empty_appeals(rows: QuerySet, person: Person) -> int:
    theirs = FlagAppeal.objects.filter(_appealed(person))
    touched = FlagAppeal.objects.filter(pk__in=list(theirs.values_list("pk", flat=True))).update(words="")
    return touched + FlagAppeal.objects.filter(person.is_in("answered_by")).update(answered_by=None)
