"""The dates of a listing on record: worked out from its schedule, carried further by a job.

keep_schedule(listing, dates)       # inside a change(): what was posted or edited
keep_dates(listing)                 # its occurrences for the next 18 months, and when it is over
"""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from listings.models import Listing, Occurrence, Schedule, ScheduleChange
from listings.schedules.schedule import MAX_NIGHTS, Span
from listings.schedules.schedule import Schedule as Dates
from mapping.commands.change import change
from mapping.models import Actor, NodeState

# How far ahead dates are on record at least; they are worked out so much further that a listing's turn comes monthly.
HORIZON = datetime.timedelta(days=548)
AT_ONCE = datetime.timedelta(days=31)
# So many dates of one listing are kept: twelve times a day for a year and a half are 6,576.
MAX_DATES = 7000
CHUNK = 200


def keep_schedule(listing: Listing, dates: Dates | None) -> bool:
    """Write the schedule of a listing (None: it has none) with its one-off changes. Returns whether it is another.

    Changes of dates that the schedule no longer has stay on record and change nothing. Call `keep_dates` afterwards.
    """
    row = Schedule.objects.filter(listing=listing).first()
    if dates is None:
        if row is not None:
            row.delete()
        listing.schedule_row = None
        return row is not None
    before = row.dates if row is not None else None
    if before == dates:
        return False
    row = row or Schedule(listing=listing, sequence=-1)
    row.take(dates)
    row.sequence += 1
    row.save()
    if before is None or before.changes != dates.changes:
        _keep_changes(row, dates)
    # Not what was read before.
    listing.schedule_row = row
    row._prefetched_objects_cache = {}
    return True


def _keep_changes(row: Schedule, dates: Dates) -> None:
    row.changes.exclude(original__in=[f"{it.original:%Y-%m-%dT%H:%M}" for it in dates.changes]).delete()
    ScheduleChange.objects.bulk_create(
        change_rows(row, dates),
        update_conflicts=True,
        unique_fields=["schedule", "original"],
        update_fields=["cancelled", "starts", "ends", "venue", "where", "note"],
    )


def change_rows(row: Schedule, dates: Dates) -> list[ScheduleChange]:
    """The one-off changes as rows, not saved."""
    wanted = {f"{it.original:%Y-%m-%dT%H:%M}": it for it in dates.changes}
    return [
        ScheduleChange(
            schedule=row,
            original=original,
            cancelled=it.cancelled,
            starts=f"{it.starts:%Y-%m-%dT%H:%M}" if it.starts else "",
            ends=f"{it.ends:%Y-%m-%dT%H:%M}" if it.ends else "",
            venue_id=it.venue,
            where=it.where,
            note=it.note,
        )
        for original, it in wanted.items()
    ]


def keep_dates(listing: Listing, now: datetime.datetime | None = None) -> bool:
    """Bring the occurrences in line with the schedule, 18 months ahead. Returns whether any changed.

    Dates that are over are left alone: they are what took place. What feeds give as single dates has no schedule and
    is not touched here.
    """
    now = now or timezone.now()
    dates = listing.schedule
    if dates is None:
        if hasattr(listing, "feed_item"):
            return False
        changed, spans = bool(listing.occurrences.not_over(now).delete()[0]), []
    else:
        end = (now + HORIZON + AT_ONCE).astimezone(dates.zone).date()
        changed, spans = keep_spans(listing, _spans(dates, now, end), now)
        Schedule.objects.filter(listing=listing).update(kept_until=None if not dates.repeats else end)
    ended = keep_end(listing, dates.last_until() if dates is not None else None)
    return changed or ended


def _spans(dates: Dates, now: datetime.datetime, end: datetime.date) -> list[Span]:
    if not dates.repeats:
        # One date counts however far off it is.
        return dates.spans(dates.first, dates.first)
    start = now.astimezone(dates.zone).date() - datetime.timedelta(days=max(MAX_NIGHTS, dates.days))
    return dates.spans(start, end)[:MAX_DATES]


def spans_of(dates: Dates, now: datetime.datetime) -> list[Span]:
    """The dates of a schedule as far ahead as they are kept."""
    return _spans(dates, now, (now + HORIZON + AT_ONCE).astimezone(dates.zone).date())


def keep_spans(listing: Listing, spans: list[Span], now: datetime.datetime) -> tuple[bool, list[Span]]:
    """Make `spans` the dates on record that are not over at `now`. Returns whether any changed, and those."""
    had = {it.original: it for it in Occurrence.objects.filter(listing=listing)}
    stale, fresh, spans = different(listing, spans, had, now)
    write(stale, fresh)
    return bool(stale or fresh), spans


def different(
    listing: Listing, spans: list[Span], had: dict[str, Occurrence], now: datetime.datetime
) -> tuple[list[int], list[Occurrence], list[Span]]:
    """What `spans` make of the dates on record (`original` -> row): ids that go, rows to write; and the spans kept."""
    # A single date that is over is kept all the same: it is what its page says.
    spans = [it for it in spans if it.until > now or (not had and len(spans) == 1)]
    wanted = {it.key: occurrence_of(listing, it) for it in spans}
    stale = [it.pk for key, it in had.items() if key not in wanted and it.until_at > now]
    return stale, [it for key, it in wanted.items() if key not in had or not _same(had[key], it)], spans


def write(stale: list[int], fresh: list[Occurrence]) -> None:
    """Write dates of any number of listings."""
    if stale:
        Occurrence.objects.filter(pk__in=stale).delete()
    if fresh:
        Occurrence.objects.bulk_create(
            fresh,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["listing", "original"],
            update_fields=_FIELDS,
        )


_FIELDS = ["starts_at", "ends_at", "until_at", "status", "all_day", "venue", "where", "note"]
_COLUMNS = [Occurrence._meta.get_field(name).attname for name in _FIELDS]


def occurrence_of(listing: Listing, span: Span) -> Occurrence:
    """A span as a row, not saved."""
    change = span.change
    return Occurrence(
        listing=listing,
        starts_at=span.starts,
        ends_at=span.ends,
        until_at=span.until,
        original=span.key,
        status=str(span.status),
        all_day=span.all_day,
        venue_id=change.venue if change else None,
        where=change.where if change else "",
        note=change.note if change else "",
    )


def _same(one: Occurrence, other: Occurrence) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _COLUMNS)


def keep_end(listing: Listing, over: datetime.datetime | None) -> bool:
    """Note when the last date is over, and so when the listing leaves the lists. Returns whether that is another."""
    if listing.dates_over_at == over:
        return False
    listing.dates_over_at = over
    listing.over_at = listing.end_in_lists
    # Not by `save`: what it says of itself stays.
    Listing.objects.filter(pk=listing.pk).update(dates_over_at=over, over_at=listing.over_at)
    return True


def due(now: datetime.datetime) -> QuerySet[Listing]:
    """The live listings whose dates are not on record far enough ahead. An index knows them: asking is cheap."""
    last = (now + HORIZON).date()
    going_on = Q(schedule_row__kept_until__lt=last) & (Q(dates_over_at__isnull=True) | Q(dates_over_at__gt=now))
    return Listing.objects.filter(going_on, state=NodeState.LIVE)


def keep_all_dates(*, actor: Actor, now: datetime.datetime | None = None) -> int:
    """Carry on the dates of what is due, in transactions of `CHUNK` listings. Returns how many listings changed.

    What somebody is editing at this moment is left to their edit, which works its dates out too.
    """
    now, touched = now or timezone.now(), 0
    ids = list(due(now).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with change(actor=actor, action="keep dates") as it:
            here = 0
            chunk = due(now).filter(pk__in=ids[start : start + CHUNK]).select_related("schedule_row")
            for listing in chunk.select_for_update(of=("self",), skip_locked=True):
                if keep_dates(listing, now):
                    here += 1
                    it.touch(listing.place_id)
            it.data["listings"] = here
            if not here:
                it.nothing_changed()
        touched += here
    return touched
