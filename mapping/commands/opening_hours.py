"""Keep opening hours and the intervals that follow from them.

    keep({node.pk: read_hours("Mon-Fri 9am-5pm")})     # inside the `change` of whatever writes the node
    fill(node_ids)                                     # after the place, point or nation of nodes has changed
    fill_due()                                         # each night, and after an upgrade

Intervals are not said by anybody: they follow from the expressions, as the network follows from the connections. So
filling them writes no audit row and raises no revision; keeping an expression happens inside a `change`, which does.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping import signals
from mapping.models import Actor, Node, OpeningHours, OpeningInterval, Place
from mapping.models.hours import DAYS_AHEAD, DAYS_AT_ONCE
from mapping.opening_hours import intervals
from mapping.opening_hours.notation import NotationError, parse
from mapping.readers.hours import ReadHours, read_hours

from .change import change

BATCH = 1000
# A place with more nodes than this is filled by the job, not while somebody waits.
FILLED_AT_ONCE = 500
CHANGED = "The source's text has changed since the hours were written by hand."


class NotNotation(HereaboutsError, ValueError):
    """An expression that is not OpenStreetMap's opening_hours notation."""

    status = 422


def keep(hours: Mapping[int, ReadHours], before: Mapping[int, str] | None = None) -> None:
    """Set the opening hours of nodes (id -> what was read of their text), and fill their intervals.

    Hours that somebody wrote by hand stay. `before`: what the texts were; where such a node's text has changed, that
    becomes a question for a steward.
    """
    before = before or {}
    if not hours:
        return
    known = OpeningHours.objects.in_bulk(list(hours))
    kept, gone = [], []
    for pk, read in hours.items():
        row = known.get(pk)
        if row is not None and row.by_hand:
            if before.get(pk, read.source) != read.source and CHANGED not in row.questions:
                row.questions = [*row.questions, CHANGED]
                kept.append(row)
        elif read.expression or read.not_understood or read.questions:
            kept.append(
                OpeningHours(
                    node_id=pk,
                    expression=read.expression,
                    not_understood=list(read.not_understood),
                    questions=list(read.questions),
                    by_hand=False,
                )
            )
        elif row is not None:
            gone.append(pk)
    OpeningHours.objects.bulk_create(
        kept,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["node"],
        update_fields=["expression", "not_understood", "questions", "by_hand"],
    )
    if gone:
        OpeningHours.objects.filter(pk__in=gone).delete()
    fill(hours)


def correct(
    *,
    actor: Actor,
    hours: OpeningHours,
    text: str | None = None,
    expression: str | None = None,
    read_again: bool = False,
) -> None:
    """What a person says about the hours of one node, whose questions are answered by it.

    A new `expression` counts as it is. Else a new `text`, or `read_again`, is read. With neither, what there is has
    been looked at and is right. Raises NotNotation for an expression that is none.
    """
    node = hours.node
    with change(actor=actor, action="correct opening hours", place=node.place_id, target=node) as it:
        hours = OpeningHours.objects.select_for_update(of=("self",)).get(pk=hours.pk)
        it.data["before"] = {"text": node.hours_text, "expression": hours.expression}
        if text is not None and text != node.hours_text:
            Node.objects.filter(pk=node.pk).update(hours_text=text, updated_at=timezone.now())
            read_again = True
        hours.questions, hours.by_hand = [], True
        if expression is not None and expression.strip() != hours.expression:
            hours.expression, hours.not_understood = checked(expression), []
        elif read_again:
            read = read_hours(node.hours_text if text is None else text)
            hours.expression, hours.not_understood = read.expression, list(read.not_understood)
            hours.questions, hours.by_hand = list(read.questions), False
        hours.save()
        fill([node.pk])
        it.data["after"] = {"expression": hours.expression, "by_hand": hours.by_hand}


def checked(expression: str) -> str:
    """Return `expression` tidied; nothing for none. Raises NotNotation when it is not opening_hours notation."""
    expression = expression.strip()
    if not expression:
        return ""
    try:
        parse(expression)
    except NotationError as error:
        raise NotNotation(
            _("“%(value)s” is not opening_hours notation.") % {"value": expression},
            _("Write it as Mo-Fr 09:00-17:00; PH off."),
        ) from error
    return expression


def fill(nodes: Iterable[int], today: datetime.date | None = None) -> int:
    """Work out the intervals of these nodes (ids) anew. Returns how many were written. Call it in a transaction."""
    written = 0
    for ids in _batches(sorted(nodes)):
        with transaction.atomic():
            OpeningInterval.objects.filter(node_id__in=ids).delete()
            written += _write(_located(ids), today or _today(), anew=True)
    return written


def fill_due(today: datetime.date | None = None, most: int | None = None) -> int:
    """Fill what has less than `DAYS_AHEAD` days ahead, in transactions of `BATCH` nodes, and drop what is over.

    Returns how many intervals were written. May be stopped at any time: what is done is kept. `most` nodes at most.
    """
    today = today or _today()
    prune(today)
    written = done = 0
    while most is None or done < most:
        with transaction.atomic():
            # Another process that does the same takes the next ones.
            rows = list(
                OpeningHours.objects.due(today).order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH]
            )
            if not rows:
                return written
            fresh = [row.pk for row in rows if row.filled_until is None]
            if fresh:
                OpeningInterval.objects.filter(node_id__in=fresh).delete()
                rows = [row for row in rows if row.filled_until is not None] + _located(fresh)
            written += _write(rows, today)
            done += len(rows)
    return written


def prune(today: datetime.date) -> None:
    """Drop the intervals that were over before yesterday."""
    over = datetime.datetime.combine(today - datetime.timedelta(days=1), datetime.time(), datetime.UTC)
    OpeningInterval.objects.filter(period__fully_lt=(over, None)).delete()


def place_changed(place: Place) -> None:
    """Follow a change of a place's nation or time zone: few nodes at once, many by the job that is due next."""
    ids = list(OpeningHours.objects.filter(node__place=place).values_list("pk", flat=True)[: FILLED_AT_ONCE + 1])
    if len(ids) <= FILLED_AT_ONCE:
        fill(ids)
        return
    OpeningHours.objects.filter(node__place=place).update(filled_until=None)
    transaction.on_commit(lambda: signals.opening_hours_wanted.send(sender=OpeningHours))


def _today() -> datetime.date:
    return timezone.localdate()


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), BATCH):
        yield list(ids[at : at + BATCH])


def _write(rows: Iterable[OpeningHours], today: datetime.date, anew: bool = False) -> int:
    """Evaluate and insert. The same hours in the same nation are evaluated once, however many nodes keep them."""
    until = today + datetime.timedelta(days=DAYS_AHEAD + DAYS_AT_ONCE)
    same: dict[tuple, list[int]] = defaultdict(list)
    for row in rows:
        start = today if anew or row.filled_until is None or row.filled_until < today else row.filled_until
        if (row.expression or row.not_understood) and start < until:
            same[row.expression, tuple(row.not_understood), row.nation, row.timezone, start].append(row.pk)
    table = connection.ops.quote_name(OpeningInterval._meta.db_table)
    written = 0
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} (node_id, period, state) FROM STDIN") as copied:
            for (expression, not_understood, nation, zone, start), ids in same.items():
                ranges = _ranges(expression, not_understood, nation, zone, start, until, first=start == today)
                for pk in ids:
                    for period, state in ranges:
                        copied.write_row((pk, period, state))
                written += len(ranges) * len(ids)
    OpeningHours.objects.filter(pk__in=[pk for ids in same.values() for pk in ids]).update(filled_until=until)
    return written


@lru_cache(maxsize=4096)  # many nodes keep the same hours, in other batches too
def _ranges(
    expression: str,
    not_understood: tuple[str, ...],
    nation: str,
    zone: str,
    start: datetime.date,
    until: datetime.date,
    first: bool,
) -> tuple[tuple[str, str], ...]:
    """The ranges that end after `start`, as PostgreSQL writes them, with their states.

    What goes on past the midnight of `start` is cut there unless it is the `first` time: the part before is kept.
    """
    # From the day before, for a spell that goes on past midnight.
    begin = start - datetime.timedelta(days=1)
    found = intervals(expression, begin, until, nation=nation, timezone=zone, not_understood=not_understood)
    midnight = datetime.datetime.combine(start, datetime.time(), ZoneInfo(zone))
    return tuple(
        (f"[{(it.start if first else max(it.start, midnight)).isoformat()},{it.end.isoformat()})", it.state.value)
        for it in found
        if it.end > midnight
    )


# The place says it; else (it lies in several nations) the smallest area around the point whose nation is known.
_LOCATE = """
UPDATE mapping_opening_hours AS hours
SET nation = COALESCE(NULLIF(place.nation, ''), (
        SELECT area.nation FROM mapping_place area
        WHERE area.nation <> '' AND area.superseded_at IS NULL AND ST_Covers(area.boundary, node.location)
        ORDER BY ST_Area(area.boundary), area.id LIMIT 1), ''),
    timezone = COALESCE(place.timezone, hours.timezone)
FROM mapping_node node LEFT JOIN mapping_place place ON place.id = node.place_id
WHERE hours.node_id = node.id AND hours.node_id = ANY(%s)
RETURNING hours.*
"""


def _located(ids: Sequence[int]) -> list[OpeningHours]:
    """Say in which nation these nodes lie and whose clock counts there; return their hours."""
    return list(OpeningHours.objects.raw(_LOCATE, [list(ids)]))


def without_hours(ids: Iterable[int]) -> set[int]:
    """Those of `ids` (nodes) of whose opening hours nothing is known."""
    ids = set(ids)
    return ids - set(OpeningHours.objects.filter(pk__in=ids).values_list("pk", flat=True))
