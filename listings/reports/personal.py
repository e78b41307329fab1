"""What reports keep of a person, and its erasure."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from listings.commands import reports
from listings.models import Report, ReportFollower, ReportUpdate, ResponsibleBody
from mapping.access.personal_data import Holding, Person, register


def _addresses(person: Person) -> list[str]:
    return [it.lower() for it in person.emails]


def _followers(person: Person) -> QuerySet:
    return ReportFollower.objects.filter(email__in=_addresses(person))


def _erase_followers(rows: QuerySet, person: Person) -> int:
    rows = list(rows.select_related("report__place"))
    for follower in rows:
        if follower.is_reporter:
            Report.objects.filter(pk=follower.report_id).update(name="", show_name=False)
        reports.stop(follower=follower)
    return len(rows)


def _reported(person: Person) -> QuerySet:
    return Report.objects.filter(followers__email__in=_addresses(person), followers__is_reporter=True).distinct()


def _erase_names(rows: QuerySet, person: Person) -> int:
    return Report.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(name="", show_name=False)


def _updates(person: Person) -> QuerySet:
    return ReportUpdate.objects.filter(user=person.user) if person.user else ReportUpdate.objects.none()


def _bodies(person: Person) -> QuerySet:
    return ResponsibleBody.objects.filter(email__in=_addresses(person))


def _erase_bodies(rows: QuerySet, person: Person) -> int:
    return rows.delete()[0]


def register_holdings() -> None:
    """Say what is kept (called once, from the AppConfig's `ready`)."""
    register(
        Holding(
            model="listings.Report",
            label=_("Reports that you made"),
            of=_reported,
            fields=("uuid", "title", "words", "name", "show_name", "created_at"),
            erase=_erase_names,
            keeps=_("What was reported stays, without a name: it is about the place."),
        )
    )
    register(
        Holding(
            model="listings.ReportFollower",
            label=_("Reports that you are written to about"),
            of=_followers,
            fields=("report", "email", "is_reporter", "me_too", "created_at", "confirmed_at"),
            erase=_erase_followers,
        )
    )
    register(
        Holding(
            model="listings.ReportUpdate",
            label=_("What you said of reports as a steward"),
            of=_updates,
            fields=("report", "status", "words", "created_at"),
            erase=lambda rows, person: rows.update(user=None),
            keeps=_("The words stay, as those of a steward."),
        )
    )
    register(
        Holding(
            model="listings.ResponsibleBody",
            label=_("Bodies that are written to at your address"),
            of=_bodies,
            fields=("name", "email", "confirmed_at"),
            erase=_erase_bodies,
        )
    )
