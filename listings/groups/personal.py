"""What is kept about people in the teams of groups and outside of them, and how it is read and erased."""

from __future__ import annotations

from django.db.models import Q, QuerySet
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
        )
    )


def _invitations(person: Person) -> QuerySet:
    theirs = Q(invited_by__in=person.user_ids) | Q(accepted_by__in=person.user_ids)
    return Invitation.objects.filter(theirs | Q(email__in=person.emails))


def _forget_invitations(rows: QuerySet, person: Person) -> int:
    made = Invitation.objects.filter(invited_by__in=person.user_ids).exclude(email__in=person.emails)
    # Nobody is let in by an owner who is gone.
    made.filter(state=InvitationState.OPEN).update(state=InvitationState.WITHDRAWN, ended_at=timezone.now())
    touched = made.update(invited_by=None)
    return touched + rows.filter(Q(email__in=person.emails) | Q(accepted_by__in=person.user_ids)).delete()[0]


def _claims(person: Person) -> QuerySet:
    return Claim.objects.filter(Q(user__in=person.user_ids) | Q(decided_by__in=person.user_ids))


def _forget_claims(rows: QuerySet, person: Person) -> int:
    decided = Claim.objects.filter(decided_by__in=person.user_ids).exclude(user__in=person.user_ids)
    return decided.update(decided_by=None) + Claim.objects.filter(user__in=person.user_ids).delete()[0]


def _nominations(person: Person) -> QuerySet:
    theirs = Q(email__in=person.emails) | Q(contact_email__in=person.emails)
    return Nomination.objects.filter(theirs | Q(decided_by__in=person.user_ids))


def _forget_nominations(rows: QuerySet, person: Person) -> int:
    count = rows.count()
    Nomination.objects.filter(decided_by__in=person.user_ids).update(decided_by=None)
    Nomination.objects.filter(contact_email__in=person.emails).update(contact_email="")
    Nomination.objects.filter(email__in=person.emails).update(email="")
    return count
