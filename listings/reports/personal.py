"""What reports keep of a person, and its erasure."""

from __future__ import annotations

import re

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from listings.commands import reports
from listings.models import Report, ReportFollower, ReportUpdate
from mapping.access.personal_data import Holding, Person, by_account, by_address, delete_rows, register


def _without_addresses(text: str, person: Person) -> str:
    for email in person.emails:
        text = re.sub(re.escape(email), "…", text, flags=re.IGNORECASE)
    return text


def _erase_followers(rows: QuerySet, person: Person) -> int:
    rows = list(rows.select_related("report__place"))
    for follower in rows:
        reports.stop(follower=follower)
    return len(rows)


def _reported(person: Person) -> QuerySet:
    own = ReportFollower.objects.filter(person.has("email"), is_reporter=True)
    return Report.objects.filter(pk__in=own.values("report"))


def _erase_reports(rows: QuerySet, person: Person) -> int:
    rows = list(rows)
    for report in rows:
        title, words = (_without_addresses(it, person) for it in (report.title, report.words))
        Report.objects.filter(pk=report.pk).update(name="", show_name=False, title=title, words=words)
        _clean_updates(report.updates.all(), person)
    return len(rows)


def _erase_updates(rows: QuerySet, person: Person) -> int:
    number = _clean_updates(rows, person)
    ReportUpdate.objects.filter(person.is_in("user")).update(user=None)
    return number


def _clean_updates(rows: QuerySet, person: Person) -> int:
    rows = list(rows)
    for update in rows:
        ReportUpdate.objects.filter(pk=update.pk).update(words=_without_addresses(update.words, person))
    return len(rows)


def register_holdings() -> None:
    """Say what is kept (called once, from the AppConfig's `ready`)."""
    register(
        Holding(
            model="listings.Report",
            label=_("what you reported"),
            of=_reported,
            fields=("uuid", "place__name", "title", "words", "name", "show_name", "status", "created_at"),
            erase=_erase_reports,
            keeps=_("What was reported stays, without a name: it is about the place."),
        )
    )
    register(
        Holding(
            model="listings.ReportDraft",
            label=_("reports that you began and have not sent"),
            of=by_address("listings.ReportDraft", "email"),
            fields=("typed", "email", "created_at", "updated_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            model="listings.ReportFollower",
            label=_("the reports that you are written to about"),
            of=by_address("listings.ReportFollower", "email"),
            fields=("report__title", "email", "is_reporter", "me_too", "created_at", "confirmed_at"),
            erase=_erase_followers,
        )
    )
    register(
        Holding(
            model="listings.ReportUpdate",
            label=_("what you said of reports as a steward"),
            of=by_account("listings.ReportUpdate", "user"),
            fields=("report__title", "status", "words", "created_at"),
            erase=_erase_updates,
            keeps=_("The words stay, as those of a steward."),
        )
    )
    register(
        Holding(
            model="listings.ResponsibleBody",
            label=_("the bodies that are written to at your address"),
            of=by_address("listings.ResponsibleBody", "email"),
            fields=("name", "place__name", "email", "confirmed_at"),
            erase=delete_rows,
        )
    )
