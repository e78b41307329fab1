"""Tables: CSV, TSV and their relatives, one row at a time."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .errors import ReadError, Reject, did_you_mean
from .text import inspect, open_text

DELIMITERS = (",", "\t", ";", "|")
MAX_RECORD = 4 << 20  # characters in one record, over all its lines
MAX_COLUMNS = 2000

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is known to have a usable header; `rows()` reads it from the beginning."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    nulls: frozenset[str]
    skip: int = 0

    def rows(self) -> Iterator[tuple[int, Row] | Reject]:
        """(row number, column -> text or None) for each row, or a Reject; blank rows are skipped.

        Row numbers are those a spreadsheet shows. Raises ReadError when the file breaks off.
        """
        records = _records(self.path, self.encoding, self.delimiter, self.skip)
        width = len(self.header)
        for number, cells in enumerate(records, start=1):
            if number == 1 or not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                remedy = f"The row has {len(cells)} cells and the header {width}: check its quotes."
                yield Reject.of(number, "(whole row)", self.delimiter.join(cells), remedy)
                continue
            if len(cells) < width:
                remedy = f"The row has {len(cells)} cells and the header {width}: was it cut short?"
                yield Reject.of(number, "(whole row)", self.delimiter.join(cells), remedy)
                continue
            row: Row = {}
            for name, cell in zip(self.header, cells, strict=False):
                text = cell.strip()
                row[name] = None if text in self.nulls else text
            yield number, row


def open_table(
    path: str | Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Iterable[str] = (),
    nulls: frozenset[str] = frozenset({""}),
) -> Table:
    """Find out how the table is written and check its header.

    `columns` must all be there. Raises ReadError.
    """
    path = Path(path)
    columns = tuple(columns)
    found = inspect(path, encoding)
    sample, skip = found.sample, 0
    said = re.match(r"\ufeff?sep=(.)\r?\n", sample)  # what Excel writes above the header
    if said:
        delimiter, skip, sample = said[1], 1, sample[said.end() :]
    _looks_like_table(path, sample)
    delimiter = delimiter or sniff_delimiter(sample, columns)
    first = next(_records(path, found.encoding, delimiter, skip), None)
    header = _header(path, first)
    missing = [c for c in columns if c not in header]
    if missing:
        hint = did_you_mean(missing[0], header)
        known = ", ".join(header[:30])
        raise ReadError(f"there is no column '{missing[0]}'", path, hint or f"Its columns are: {known}.")
    return Table(path, found.encoding, delimiter, header, nulls, skip)


def sniff_delimiter(sample: str, columns: Iterable[str] = ()) -> str:
    """The likeliest delimiter of a sample: finds known columns, then gives rows of one width."""
    wanted = set(columns)

    def score(delimiter: str) -> tuple[int, float, int]:
        lines = sample.splitlines(keepends=True)
        if len(lines) > 1 and len(sample) >= 1 << 16:
            lines.pop()  # may be cut
        try:
            rows = list(islice(csv.reader(lines, delimiter=delimiter), 100))
        except csv.Error:
            return (0, 0.0, 0)
        rows = [row for row in rows if row]
        if not rows:
            return (0, 0.0, 0)
        width = len(rows[0])
        same = sum(len(row) == width for row in rows) / len(rows)
        return (len(wanted & {c.strip() for c in rows[0]}), same if width > 1 else 0.0, width)

    return max(DELIMITERS, key=score)


def _looks_like_table(path: Path, sample: str) -> None:
    start = sample.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        remedy = "The download gave a page instead: open the address and fetch the file itself."
        raise ReadError("this is a web page, not a table", path, remedy)
    if start.startswith("<?xml"):
        raise ReadError("this is XML, not a table", path, "Save it as CSV or GeoJSON.")
    if start.startswith(("{", '[{"')):
        raise ReadError("this is JSON, not a table", path, "Name it .json or .geojson.")


def _header(path: Path, cells: list[str] | None) -> tuple[str, ...]:
    names = [cell.lstrip("\ufeff").strip() for cell in cells or ()]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ReadError("the first row is empty", path, "The first row must name the columns.")
    if len(names) > MAX_COLUMNS:
        raise ReadError(f"there are {len(names)} columns", path, "Is this really a table?")
    seen: Counter[str] = Counter()
    header = []
    for name in names:
        seen[name] += 1
        header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(header)


def _records(path: Path, encoding: str, delimiter: str, skip: int) -> Iterator[list[str]]:
    """Records as lists of cells. Raises ReadError for a quote that is never closed."""
    csv.field_size_limit(MAX_RECORD)
    with open_text(path, encoding) as handle:
        lines = _Lines(islice(handle, skip, None), skip)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong):
                raise _unclosed(path, lines.began) from None
            if lines.ended and _left_open(lines.record, delimiter):
                raise _unclosed(path, lines.began)
            yield cells


def _unclosed(path: Path, line: int) -> ReadError:
    remedy = "Check the quotes in that row, and that the file was not cut short."
    return ReadError(f'a quote (") opened in line {line} is never closed', path, remedy)


def _left_open(record: list[str], delimiter: str) -> bool:
    """Whether the last record of a file ends inside quotes (`csv` only says so when strict)."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


class _TooLong(Exception):
    pass


class _Lines:
    """Lines for `csv`, with a limit on how much one record may swallow."""

    def __init__(self, lines: Iterable[str], skipped: int) -> None:
        self._lines = iter(lines)
        self._number = skipped
        self._size = 0
        self.record: list[str] = []
        self.began = skipped + 1
        self.ended = False

    def begin(self) -> None:
        self.record.clear()
        self._size = 0
        self.began = self._number + 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        self._number += 1
        self._size += len(line)
        if self._size > MAX_RECORD:
            raise _TooLong
        self.record.append(line)
        return line
