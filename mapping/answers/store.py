"""The answers that are kept: ready, pending or failed. One of an older revision is never shown.

outcome = store.ask(question, asker)
outcome.state                                # "ready", "pending", "failed", "too many" or "busy"
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from mapping import signals
from mapping.models import Answer, AnswerState, Place, Revision, Viewer

from .askers import NOBODY, Asker
from .question import Question

logger = logging.getLogger(__name__)

READY, PENDING, FAILED = AnswerState.READY.value, AnswerState.PENDING.value, AnswerState.FAILED.value
TOO_MANY, BUSY = "too many", "busy"
# Questions that may wait at once, whoever asks.
MAX_WAITING = 200
# What waits longer is put into the queue again, in case it fell out of it: a worker may have died.
ASKED_AGAIN = datetime.timedelta(seconds=60)
# Waited for so long, the site is in trouble: /readyz says so.
LATE = datetime.timedelta(minutes=10)
# What failed is tried again after this, or when the place has changed.
TRIED_AGAIN = datetime.timedelta(hours=1)
# Nobody has looked since: kept no longer, though it still holds.
KEPT = datetime.timedelta(days=7)
MAX_FILE_BYTES = 2_000_000_000

Stamps = dict[int, list[Any]]


@dataclass(frozen=True)
class Outcome:
    """state : READY, PENDING, FAILED, TOO_MANY or BUSY; answer : what is kept, for the first three."""

    state: str
    answer: Answer | None = None


def folder() -> Path:
    """Where large answers lie."""
    found = Path(settings.SNAPSHOT_ROOT) / "exports"
    found.mkdir(mode=0o750 if settings.ACCEL_REDIRECT else 0o700, parents=True, exist_ok=True)
    return found


def revisions() -> Stamps:
    """What every place is stamped with at this moment: `[id, number, raised at]`."""
    rows = Revision.objects.values_list("pk", "number", "raised_at")
    return {pk: [pk, number, raised_at.isoformat()] for pk, number, raised_at in rows}


def is_current(answer: Answer, known: Stamps) -> bool:
    """Whether nothing has changed since in any place that it tells of."""
    inside = {it[0] for it in answer.stamps} | set(answer.unnumbered)
    return (
        answer.place_id in inside
        and all(known.get(it[0]) == it for it in answer.stamps)
        and not any(pk in known for pk in answer.unnumbered)
    )


def find(question: Question) -> Answer | None:
    """Return the answer if it is there and holds at this moment. Two queries."""
    answer = Answer.objects.filter(key=question.key, state=READY).first()
    return answer if answer is not None and _holds(answer, revisions()) else None


def bodies(kind: str, place: Place, viewer: Viewer) -> list[bytes]:
    """What is kept of one kind for this place and class of viewers, of any parameters, and holds at this moment."""
    rows, known = Answer.objects.filter(kind=kind, place=place, viewer=viewer.key, state=READY), revisions()
    return [bytes(it.body or b"") for it in rows if is_current(it, known)]


def ask(question: Question, asker: Asker) -> Outcome:
    """Return the answer, or that it is pending: then a job makes it, one whoever and however often they ask."""
    row = Answer.objects.filter(key=question.key).first()
    now = timezone.now()
    if row is not None:
        if row.state == PENDING:
            if row.asked_at < now - ASKED_AGAIN:
                # Nothing happens where it waits in the queue still; `asked_at` stays: it says how long somebody waits.
                _defer(row)
            return Outcome(PENDING, row)
        known = revisions()
        if row.state == READY and _holds(row, known):
            return Outcome(READY, row)
        if row.state == FAILED and is_current(row, known) and row.made_at and row.made_at > now - TRIED_AGAIN:
            return Outcome(FAILED, row)
    return _put(question, asker, row, now)


def _put(question: Question, asker: Asker, row: Answer | None, now: datetime.datetime) -> Outcome:
    """Let it wait for a job, if there is room."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One at a time counts and adds, so that the bounds are bounds.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('answers'))")
        waiting = Answer.objects.filter(state=PENDING)
        known = waiting.filter(key=question.key).first()
        if known is not None:
            return Outcome(PENDING, known)
        if asker is not NOBODY:
            if waiting.filter(asker=asker.digest).count() >= asker.most:
                return Outcome(TOO_MANY)
            if waiting.count() >= MAX_WAITING:
                return Outcome(BUSY)
        if row is not None:
            drop([row])
        row = Answer.objects.create(
            key=question.key,
            place=question.place,
            kind=question.kind,
            viewer=question.viewers,
            question=question.stored(),
            asker=asker.digest,
            asked_at=now,
        )
        if asker is not NOBODY:
            _defer(row)
    return Outcome(PENDING, row)


def _defer(row: Answer) -> None:
    signals.answer_wanted.send(sender=Answer, answer=row)


def _holds(row: Answer, known: Stamps) -> bool:
    return is_current(row, known) and (not row.file or (folder() / row.file).is_file())


def drop(rows: Iterable[Answer]) -> None:
    """Delete answers and their files."""
    rows = list(rows)
    Answer.objects.filter(pk__in=[it.pk for it in rows]).delete()
    for it in rows:
        if it.file:
            (folder() / it.file).unlink(missing_ok=True)


def forget(places: Iterable[int]) -> None:
    """Delete every answer that tells of these places, at once: somebody has taken back their consent."""
    gone = set(places)
    drop(
        it
        for it in Answer.objects.defer("body").exclude(state=PENDING)
        if it.place_id in gone or gone & ({stamp[0] for stamp in it.stamps} | set(it.unnumbered))
    )


def purge() -> int:
    """Delete what no longer holds, what is old, what has waited a day, and files of no answer; return how many."""
    now, known = timezone.now(), revisions()
    gone = [
        it
        for it in Answer.objects.defer("body")
        if (it.state != PENDING and (not is_current(it, known) or it.made_at is None or it.made_at < now - KEPT))
        or (it.state == PENDING and it.asked_at < now - datetime.timedelta(days=1))
    ]
    drop(gone)
    kept = set(Answer.objects.exclude(file="").values_list("file", flat=True))
    total = 0
    for path in sorted(folder().iterdir(), key=lambda it: -it.stat().st_mtime):
        size = path.stat().st_size
        # What a job is writing at this moment has no answer yet.
        orphan = path.name not in kept and path.stat().st_mtime < (now - datetime.timedelta(hours=6)).timestamp()
        if orphan or total + size > MAX_FILE_BYTES:
            path.unlink(missing_ok=True)
        else:
            total += size
    return len(gone)


def lateness() -> str:
    """What /readyz says of questions: "ok", or how many have waited for too long. One query."""
    late = Answer.objects.filter(state=PENDING, asked_at__lt=timezone.now() - LATE).count()
    minutes = int(LATE.total_seconds() // 60)
    return f"{late} waiting for more than {minutes} minutes: see /admin/background/" if late else "ok"


@dataclass(frozen=True)
class Report:
    """How the questions stand: how many wait, since when the first does, which have failed (newest first)."""

    waiting: int
    oldest: datetime.datetime | None
    failed: list[Answer]


def report(places: Iterable[Place] | None = None) -> Report:
    """Return how the questions of these places stand; None: of all."""
    rows = Answer.objects.defer("body")
    if places is not None:
        rows = rows.filter(place__in=places)
    waiting = rows.filter(state=PENDING).order_by("asked_at")
    first = waiting.values_list("asked_at", flat=True).first()
    failed = rows.filter(state=FAILED).select_related("place").order_by("-made_at")[:20]
    return Report(waiting.count(), first, list(failed))
