"""What became of a report, in words; and how long things take in a place."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Report, ReportStatus, ReportUpdate, Teller
from mapping.models import Place


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history: when, a sentence, and what was said. `update` is what it comes from, if any."""

    at: datetime.datetime
    sentence: str
    words: str = ""
    update: ReportUpdate | None = None


def history(report: Report) -> list[HistoryEntry]:
    """Return what happened to a report, oldest first."""
    who = report.reporter_name
    first = _("Reported by %(name)s.") % {"name": who} if who else _("Reported.")
    entries = [HistoryEntry(report.confirmed_at or report.created_at, first)]
    deliveries = report.deliveries.filter(sent_at__isnull=False).select_related("body")
    entries += [HistoryEntry(it.sent_at, _("Sent to %(body)s.") % {"body": it.body.name}) for it in deliveries]
    entries += [HistoryEntry(it.created_at, sentence(it), it.words, it) for it in report.updates.filter(hidden_at=None)]
    return sorted(entries, key=lambda it: it.at)


def teller(update: ReportUpdate) -> str:
    """Who said it, in words: never a name of somebody who reported."""
    return {
        Teller.REPORTER: _("Whoever reported it"),
        Teller.BODY: update.by_name or _("Those who look after it"),
        Teller.STEWARD: _("A steward"),
    }[update.by]


def sentence(update: ReportUpdate) -> str:
    """`Trafford Works says that it is in hand.`"""
    words = {
        "": _("%(who)s wrote:"),
        ReportStatus.IN_HAND: _("%(who)s says that it is in hand."),
        ReportStatus.FIXED: _("%(who)s says that it is fixed."),
        ReportStatus.CLOSED: _("%(who)s has closed it:"),
        ReportStatus.REOPENED: _("%(who)s says that it still needs care. It is open again."),
        ReportStatus.OPEN: _("%(who)s says that it is open."),
    }[update.status]
    return words % {"who": teller(update)}


def days_to_fixed(place: Place) -> tuple[float | None, int]:
    """Return the median of the days from confirmed to fixed, of public reports of `place`, and of how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - confirmed_at) / 86400),
                      count(*)
               FROM listings_report
               WHERE place_id = %s AND status = %s
                 AND confirmed_at IS NOT NULL AND hidden_at IS NULL AND held_for = ''""",
            [place.pk, ReportStatus.FIXED],
        )
        days, number = cursor.fetchone()
    return (None if days is None else float(days)), number


def figures(place: Place) -> str:
    """How long it takes here, in a sentence; empty where nothing was fixed yet."""
    days, number = days_to_fixed(place)
    if days is None:
        return ""
    whole = max(1, round(days))
    return ngettext(
        "Half of what was fixed here was fixed within %(days)s day.",
        "Half of what was fixed here was fixed within %(days)s days.",
        whole,
    ) % {"days": whole}
