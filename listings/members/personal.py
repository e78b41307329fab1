"""What membership, spaces and urgent calls keep of a person, and how it is erased (called once, from `ready`)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from listings.commands import spaces
from listings.members import letters
from listings.models import SpaceContact
from mapping.access.personal_data import (
    Holding,
    Person,
    by_account,
    by_address,
    delete_rows,
    register,
    register_consequences,
)


def register_holdings() -> None:
    """Say what is kept, table by table."""
    register_consequences(spaces_without_contact)
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
    """As if they had said no: an open space without two people is closed by it, and its owners are told."""
    contacts = list(rows.select_related("space__organisation__place", "space__place"))
    for contact in contacts:
        space, role = contact.space, str(contact.get_role_display())
        left, closed = spaces.decline_contact(contact)
        if left:
            transaction.on_commit(partial(letters.contact_left, space, role, closed, person.emails))
    return len(contacts)


def spaces_without_contact(user: Any) -> list[str]:
    """A sentence for each space of a group that this person is told of when something is wrong."""
    person = Person.of_account(user)
    told = SpaceContact.objects.filter(person.has("email"), Q(contact_of__isnull=False) | Q(deputy_of__isnull=False))
    rows = told.filter(space__organisation__isnull=False).select_related("space__organisation").distinct()
    return [_without(it) for it in rows.order_by("pk")[:100]]


def _without(contact: SpaceContact) -> str:
    words = {"name": contact.space.title, "role": contact.get_role_display()}
    if contact.space.opened_at is None:
        return _now("“%(name)s” loses you as its %(role)s. Its owners are told.") % words
    return (
        _now(
            "The space of “%(name)s” closes for all its members, because you are its %(role)s, until somebody else is."
            " Its owners are told. If you can, let them ask somebody else first."
        )
        % words
    )


def _empty_calls(rows: QuerySet, person: Person) -> int:
    return rows.update(by=None, text="")


def _empty_copies(rows: QuerySet, person: Person) -> int:
    return rows.update(name="", email="", phone="")
