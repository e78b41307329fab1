"""How long what people gave with reports is kept, and its deletion."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from listings.models import CLOSED_STATUSES, Report, ReportFollower, ReportPhoto

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
    old = Report.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    loose = ReportPhoto.objects.filter(report=None, created_at__lt=now - LOOSE_PHOTO)
    done = {"reports": _each(old, reports.delete_whole), "photos": _each(loose, reports.delete_photo)}
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
