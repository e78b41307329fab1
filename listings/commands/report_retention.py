"""How long what people gave with reports is kept, and its deletion."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from listings.models import CLOSED_STATUSES, Report, ReportDraft, ReportFollower, ReportPhoto
from listings.models.report_photo import FOLDER

from . import reports

# What nobody confirmed is deleted after that, with its photo.
UNCONFIRMED = datetime.timedelta(days=7)
# A photo whose form never came again.
LOOSE_PHOTO = datetime.timedelta(days=1)
# Addresses of those who reported or followed, after a report was closed.
AFTER_CLOSING = datetime.timedelta(days=183)
AT_ONCE = 500


def purge(now: datetime.datetime | None = None) -> dict[str, int]:
    """Delete what has been kept as long as it may: at most `AT_ONCE` of each. Returns how many."""
    now = now or timezone.now()
    ReportDraft.objects.filter(updated_at__lt=now - LOOSE_PHOTO).delete()
    old = Report.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    # What a draft keeps is not loose.
    kept = ReportDraft.objects.filter(photo=OuterRef("pk"))
    loose = ReportPhoto.objects.filter(~Exists(kept), report=None, created_at__lt=now - LOOSE_PHOTO)
    done = {"reports": _each(old, reports.delete_whole), "photos": _each(loose, reports.delete_photo)}
    done["files"] = _purge_files(now)
    closed = Report.objects.filter(status__in=CLOSED_STATUSES, closed_at__lt=now - AFTER_CLOSING)
    gone = ReportFollower.objects.filter(report__in=closed)
    unconfirmed = ReportFollower.objects.filter(confirmed_at=None, is_reporter=False, created_at__lt=now - UNCONFIRMED)
    done["followers"] = gone.delete()[0] + unconfirmed.delete()[0]
    closed.filter(show_name=False).exclude(name="").update(name="")
    return done


def _each(found: QuerySet, delete: Callable[[Any], None]) -> int:
    """Delete one by one, each looked at again: somebody may open the link of their letter in this very moment."""
    done = 0
    for pk in list(found.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            row = found.select_for_update().filter(pk=pk).first()
            if row is not None:
                delete(row)
                done += 1
    return done


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
