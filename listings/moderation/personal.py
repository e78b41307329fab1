"""What proposals keep about people, and how it is read and erased."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from listings.models import Proposal
from mapping.access import personal_data
from mapping.access.personal_data import Holding, Person


def register() -> None:
    """Say it to `mapping.access.personal_data`."""
    personal_data.register(
        Holding(
            "listings.Proposal",
            _("changes and suggestions that they made or decided"),
            of=_proposals,
            fields=(
                *("kind", "status", "node__name", "by_email", "email_confirmed_at", "language", "reason", "appeal"),
                *("appealed_at", "appeal_answer", "revision__content", "created_at", "decided_at"),
            ),
            erase=_forget,
            keeps=_("What was decided about other people’s proposals stays, without who decided it."),
            own=_by,
            fields_of_others=("kind", "status", "node__name", "reason", "appeal_answer", "decided_at"),
        )
    )


def _by(person: Person) -> Q:
    return person.has("by_email") | person.is_in("by_user")


def _proposals(person: Person) -> QuerySet:
    return Proposal.objects.filter(_by(person) | person.is_in("decided_by", "appeal_decided_by"))


def _forget(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    own = Proposal.objects.filter(_by(person))
    revisions = list(own.values_list("revision_id", flat=True))
    own.delete()
    # Their words, which a revision keeps.
    Revision.objects.filter(pk__in=revisions).delete()
    Proposal.objects.filter(person.is_in("decided_by")).update(decided_by=None)
    Proposal.objects.filter(person.is_in("appeal_decided_by")).update(appeal_decided_by=None)
    return number
