"""How imports end: what they counted, and the refusal to keep half a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import connection, transaction

from config.errors import HereaboutsError
from mapping.readers.errors import Reject

Row = TypeVar("Row")


@dataclass
class Outcome:
    """What an import did. `notes` are sentences for whoever ran it."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)

    def counts(self) -> dict[str, int]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }

    def __str__(self) -> str:
        """The last line of every import."""
        return ", ".join(f"{name} {number}" for name, number in self.counts().items())


def kept_strict(number: int) -> list[str]:
    """A sentence for the rows that would have undone what somebody hid or coarsened; none where there were none."""
    if not number:
        return []
    return [
        f"{number:,} kept as strict as they are here, though the file would show them to more people or more exactly. "
        "Who may see them, and how exactly, can be loosened in the admin."
    ]


class RowsRefused(HereaboutsError):
    """Rows of the file cannot be used, and nobody asked to keep the others."""

    status = 422

    def __init__(self, first: Reject, count: int, more: str = "") -> None:
        self.first, self.count = first, count
        rows = "1 row" if count == 1 else f"{count:,} rows"
        super().__init__(
            f"{rows} cannot be used, so nothing was kept. The first: {first}{f' {more}' if more else ''}",
            "Mend the file, or add --rejects FILE to keep the good rows.",
        )


class Sieve:
    """Lets good rows through and counts the others.

    Unless `keep_good`, no row passes after the first bad one (the rest is only read to be counted),
    and `finish` refuses the whole. `more` is a sentence that the refusal says besides.
    """

    def __init__(self, keep_good: bool, on_reject: Callable[[Reject], None] = lambda reject: None) -> None:
        self.keep_good = keep_good
        self.count = 0
        self.more = ""
        self._on_reject = on_reject
        self._first: Reject | None = None

    def good(self, rows: Iterable[Row | Reject]) -> Iterator[Row]:
        for row in rows:
            if isinstance(row, Reject):
                self.reject(row)
            elif self.keep_good or self._first is None:
                yield row

    def reject(self, reject: Reject) -> None:
        self.count += 1
        self._first = self._first or reject
        self._on_reject(reject)

    def finish(self) -> None:
        """Raises RowsRefused when a row was bad and the good ones were not asked for."""
        if self._first is not None and not self.keep_good:
            raise RowsRefused(self._first, self.count, self.more)


@contextmanager
def whole(dry_run: bool = False) -> Iterator[None]:
    """One transaction, undone at its end when `dry_run`; one import at a time."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two imports at once could each make the node that the other is about to make.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hereabouts import'))")
        yield
        if dry_run:
            transaction.set_rollback(True)


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Lists of at most `size` rows."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
