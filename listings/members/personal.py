"""What membership, spaces and urgent calls keep of a person, and how it is erased (called once, from `ready`)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from listings.commands import spaces
from mapping.access.personal_data import Holding, Person, by_account, by_address, delete_rows, register


def register_holdings() -> None:
    """Say what is kept, table by table."""
    register(
        Holding(
            "listings.Member",
            _("what you are a member of, or asked to be"),
            of=by_account("listings.Member", "user"),
            fields=("space__organisation__name", "space__place__name", "name", "state", "asked_at", "since"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "listings.SpaceContact",
            _("spaces that you are told of when something is wrong"),
            of=by_address("listings.SpaceContact", "email"),
            fields=("space__organisation__name", "role", "name", "email", "phone", "asked_at", "confirmed_at"),
            erase=_decline,
        )
    )
    register(
        Holding(
            "listings.UrgentCall",
            _("when you said that something was wrong"),
            of=by_account("listings.UrgentCall", "by"),
            fields=("space__organisation__name", "text", "created_at"),
            erase=_empty_calls,
            keeps=_("That there was a call, and when: not what was said, nor by whom."),
        )
    )
    register(
        Holding(
            "listings.UrgentCopy",
            _("calls that went to you when something was wrong"),
            of=by_address("listings.UrgentCopy", "email"),
            fields=("call__space__organisation__name", "call__text", "role", "name", "email", "phone", "seen_at"),
            erase=_empty_copies,
            keeps=_("That the call went to somebody, and when they said that they have it."),
        )
    )


def _decline(rows: QuerySet, person: Person) -> int:
    """As if they had said no: an open space without two people is closed by it."""
    contacts = list(rows.select_related("space"))
    for contact in contacts:
        spaces.decline_contact(contact)
    return len(contacts)


def _empty_calls(rows: QuerySet, person: Person) -> int:
    return rows.update(by=None, text="")


def _empty_copies(rows: QuerySet, person: Person) -> int:
    return rows.update(name="", email="", phone="")
