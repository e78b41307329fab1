"""Each import as a run: who read which file, when, and what it made and changed.

    with import_runs.recorded(actor=actor, command="import_nodes", file="halls.csv", options={}) as run:
        outcome = ...                  # the import itself; what it writes is noted by triggers, in its transaction
        import_runs.finish(run, outcome.counts())

`note` and `said` are for the importers; outside of a run they do nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from mapping.models import Actor, ImportEntry, ImportRun, ImportSaid, Place, Source

from .journal import encoded

_current: ContextVar[ImportRun | None] = ContextVar("import_run", default=None)
# Options that name files: of these the name is kept, never the folder.
_FILES = ("file", "mapping", "elements", "rejects")


@contextmanager
def recorded(
    *, actor: Actor, command: str, file: str | None = None, options: Mapping[str, Any] | None = None
) -> Iterator[ImportRun]:
    """One transaction in which everything that is written is the run's. Nothing is left of it when it fails."""
    started = timezone.now()
    digest = _digest(file)
    with transaction.atomic():
        run = ImportRun.objects.create(
            command=command,
            file=Path(file).name[:255] if file else "",
            digest=digest,
            options={
                name: Path(str(value)).name if name in _FILES else value for name, value in (options or {}).items()
            },
            actor=actor.label,
            started_at=started,
        )
        token = _current.set(run)
        try:
            _set(str(run.pk))
            yield run
        finally:
            _current.reset(token)
        # After an error the transaction is undone, and the setting with it.
        _set("")
        run.finished_at = timezone.now()
        run.save()


def finish(run: ImportRun, counts: Mapping[str, int], place: Place | None = None) -> None:
    """Keep what the command counted (`Outcome.counts()`)."""
    run.made, run.changed = counts["created"], counts["updated"]
    run.unchanged, run.refused = counts["unchanged"], counts["rejected"]
    run.place = run.place or place


def note(source: Source) -> None:
    """Say whose data the run reads."""
    run = _current.get()
    if run is not None:
        run.source, run.source_title = source, source.title


def said(model: str, ids: Iterable[int]) -> None:
    """Say that the run's file says these rows (records, statements), whether they were here before or not."""
    run, ids = _current.get(), sorted(set(ids))
    if run is not None and ids:
        ImportSaid.objects.create(run=run, model=model, ids=ids)


def also_said(nodes: Mapping[int, Mapping[str, Any]]) -> None:
    """Say what the file says of nodes (ids) that another source or a person made: values by field, as text or JSON."""
    run = _current.get()
    if run is not None and nodes:
        rows = [
            ImportEntry(
                run=run, model="said", pk_of_row=pk, what="said", after={name: encoded(it) for name, it in said.items()}
            )
            for pk, said in nodes.items()
        ]
        ImportEntry.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def active() -> bool:
    """Whether a run is being recorded."""
    return _current.get() is not None


def _set(run: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hereabouts.run', %s, true)", [run])


def _digest(file: str | None) -> str:
    """SHA-256 of a file. Nothing for what can be read once only (a pipe), or not at all: the reader says why."""
    if not file or not Path(file).is_file():
        return ""
    try:
        with open(file, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""
