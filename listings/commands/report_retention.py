"""How long what people gave with reports is kept, and its deletion."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from listings.models import CLOSED_STATUSES, Report, ReportDraft, ReportFollower, ReportPhoto
from listings.models.report_photo import FOLDER

# What nobody confirmed is deleted after that, with its photo.
from mapping.commands import retention

from . import reports

UNCONFIRMED = datetime.timedelta(days=7)
# A photo whose form never came again.
LOOSE_PHOTO = datetime.timedelta(days=1)
# Addresses of those who reported or followed, after a report was closed.
AFTER_CLOSING = datetime.timedelta(days=183)
AT_ONCE = 500


def purge(now: datetime.datetime | None = None) -> dict[str, int]:
    """Delete what has been kept as long as it may: at most `AT_ONCE` of each. Returns how many."""
    now = now or timezone.now()
    retention.let_go(ReportDraft.objects.filter(updated_at__lt=now - LOOSE_PHOTO), action="delete drafts of reports")
    old = Report.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    # What a draft keeps is not loose.
    kept = ReportDraft.objects.filter(photo=OuterRef("pk"))
    loose = ReportPhoto.objects.filter(~Exists(kept), report=None, created_at__lt=now - LOOSE_PHOTO)
    done = {
        "reports": _each(old, reports.delete_whole, "delete unconfirmed reports"),
        "photos": _each(loose, reports.delete_photo, "delete loose photos"),
    }
    done["files"] = _purge_files(now)
    closed = Report.objects.filter(status__in=CLOSED_STATUSES, closed_at__lt=now - AFTER_CLOSING)
    gone = ReportFollower.objects.filter(report__in=closed)
    unconfirmed = ReportFollower.objects.filter(confirmed_at=None, is_reporter=False, created_at__lt=now - UNCONFIRMED)
    action = "delete followers of reports"
    done["followers"] = retention.let_go(gone, action=action) + retention.let_go(unconfirmed, action=action)
    named = closed.filter(show_name=False).exclude(name="")
    retention.let_go(named, action="forget names of reporters", do=lambda rows: rows.update(name=""))
    return done


def _each(found: QuerySet, delete: Callable[[Any], None], action: str) -> int:
    """Delete one by one, each looked at again: somebody may open the link of their letter in this very moment."""

    def one_by_one(rows: QuerySet) -> int:
        for row in rows:
            delete(row)
        return len(rows)

    return retention.let_go(found, action=action, do=one_by_one, most=AT_ONCE, batch=1)


def _purge_files(now: datetime.datetime) -> int:
    """Delete files that no photo names: a process was killed between the file and its row. Returns how many.

    Not before they are a day old: the row of a young one may be about to be written.
    """
    storage, folder = ReportPhoto._meta.get_field("file").storage, FOLDER
    try:
        names = [f"{folder}/{it}" for it in storage.listdir(folder)[1]]
    except FileNotFoundError:
        return 0
    done = 0
    for start in range(0, len(names), 1000):
        some = names[start : start + 1000]
        known = set(ReportPhoto.objects.filter(file__in=some).values_list("file", flat=True))
        for name in some:
            if name not in known and storage.get_modified_time(name) < now - LOOSE_PHOTO:
                storage.delete(name)
                done += 1
    return done
