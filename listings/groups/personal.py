"""What is kept about people in the teams of groups and outside of them, and how it is read and erased."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from listings.models import Claim, Invitation, InvitationState, Nomination
from mapping.access import personal_data
from mapping.access.personal_data import Holding, Person


def register() -> None:
    """Say it to `mapping.access.personal_data`."""
    personal_data.register(
        Holding(
            "listings.Invitation",
            _("invitations to the team of a group, to their address or by them"),
            of=_invitations,
            fields=("organisation__name", "email", "role", "kind", "state", "created_at", "expires_at", "ended_at"),
            erase=_forget_invitations,
            keeps=_("That they invited somebody else stays, without who it was."),
        )
    )
    personal_data.register(
        Holding(
            "listings.Claim",
            _("that they said a group is theirs, and what they decided of others"),
            of=_claims,
            fields=("node__name", "way", "state", "words", "reason", "appeal", "created_at", "decided_at"),
            erase=_forget_claims,
            keeps=_("What they decided about somebody else’s claim stays, without who it was."),
            own=lambda person: person.is_in("user"),
            fields_of_others=("node__name", "state", "reason", "decided_at"),
        )
    )
    personal_data.register(
        Holding(
            "listings.Nomination",
            _("groups that they named, or that have their address"),
            of=_nominations,
            fields=("name", "summary", "where", "website", "contact_email", "email", "state", "reason", "created_at"),
            erase=_forget_nominations,
            keeps=_("What they wrote about the group stays, without their address."),
            # A group whose address somebody gave does not learn from it who did.
            own=lambda person: person.has("email"),
            fields_of_others=("name", "state", "reason", "created_at", "decided_at"),
        )
    )


def _invitations(person: Person) -> QuerySet:
    return Invitation.objects.filter(person.has("email") | person.is_in("invited_by", "accepted_by"))


def _forget_invitations(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    Invitation.objects.filter(person.has("email") | person.is_in("accepted_by")).delete()
    made = Invitation.objects.filter(person.is_in("invited_by"))
    # Nobody is let in by an owner who is gone.
    made.filter(state=InvitationState.OPEN).update(state=InvitationState.WITHDRAWN, ended_at=timezone.now())
    made.update(invited_by=None)
    return number


def _claims(person: Person) -> QuerySet:
    return Claim.objects.filter(person.is_in("user", "decided_by"))


def _forget_claims(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    Claim.objects.filter(person.is_in("user")).delete()
    Claim.objects.filter(person.is_in("decided_by")).update(decided_by=None)
    return number


def _nominations(person: Person) -> QuerySet:
    return Nomination.objects.filter(person.has("email", "contact_email") | person.is_in("decided_by"))


def _forget_nominations(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    Nomination.objects.filter(person.is_in("decided_by")).update(decided_by=None)
    for name in ("contact_email", "email"):
        Nomination.objects.filter(person.has(name)).update(**{name: ""})
    return number
