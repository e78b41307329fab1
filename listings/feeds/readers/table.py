"""Tables (CSV), such as a Google sheet gives: one row a date, a heading row somewhere at the top."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

from ..events import Problem, Reading, Window
from .rows import Rows, headings_of, is_usable

MAX_ROWS = 10_000
# Above the headings some tables have a title.
MAX_ABOVE = 12
MAX_CELL = 100_000


def read_table(text: str, *, home: ZoneInfo, window: Window) -> Reading:
    """Read a table; problems name the row as a spreadsheet counts it."""
    reading = Reading("csv")
    csv.field_size_limit(max(MAX_CELL, csv.field_size_limit()))
    try:
        records = list(_records(text))
    except csv.Error as error:
        reading.problems.append(Problem("", f"The table breaks off ({error}).", "Save it as CSV again."))
        return reading
    found = headings(records)
    if found is None:
        reading.problems.append(
            Problem(
                "row 1",
                "No heading row says which column is the title and which the date.",
                "Call the columns Title, Date, Start, End, Venue, Description, Link.",
            )
        )
        return reading
    at, columns = found
    rows = Rows(reading, home, window)
    for number, cells in enumerate(records[at + 1 :], start=at + 2):
        if number > MAX_ROWS:
            reading.problems.append(Problem(f"row {number}", f"More than {MAX_ROWS:,} rows: the rest was left out."))
            reading.is_whole = False
            break
        if any(cell.strip() for cell in cells):
            row = {column: cells[it] for it, column in columns.items() if it < len(cells)}
            rows.take(f"row {number}", number, row)
    rows.finish()
    return reading


def headings(records: list[list[str]]) -> tuple[int, dict[int, str]] | None:
    """Number (from 0) and columns of the heading row; None when there is none."""
    for at, cells in enumerate(records[:MAX_ABOVE]):
        columns = headings_of(cells)
        if is_usable(columns.values()):
            return at, columns
    return None


def looks_like_table(text: str) -> bool:
    try:
        return headings(list(_records("\n".join(text.splitlines()[: MAX_ABOVE * 2])))) is not None
    except csv.Error:
        return False


def _records(text: str):
    sample = text[:4000]
    delimiter = max(",;\t", key=sample.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
