"""What a reader says when it cannot read: a whole file (`ReadError`) or one row (`Reject`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

from config.errors import HereaboutsError

SHOWN_VALUE_LENGTH = 80


def one_line(text: object, limit: int = 400) -> str:
    """Any value as one line of printable text, cut to `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?` when one of `known` is close to `word`, else an empty string."""
    by_lower = {k.lower(): k for k in known}
    close = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"Did you mean '{by_lower[close[0]]}'?" if close else ""


class ReadError(HereaboutsError):
    """The file cannot be used. Prints as one line: where, what was wrong, what to do."""

    status = 422

    def __init__(self, message: str, where: object = "", remedy: str = "") -> None:
        self.where = one_line(where, 200)
        what = one_line(message).rstrip(".")
        super().__init__(f"{self.where}: {what}." if self.where else f"{what}.", one_line(remedy))


@contextmanager
def readable(where: object = "") -> Iterator[None]:
    """Turn what Python itself refuses to take in (whatever the format) into a ReadError.

    Numbers of thousands of digits, and structures nested deeper than it follows.
    """
    try:
        yield
    except RecursionError:
        raise ReadError("it is nested too deeply to be read", where, "Check the file: no data needs that.") from None
    except OverflowError as error:
        raise ReadError(f"it holds a number that is too large ({error})", where, "Correct or remove it.") from None
    except ValueError as error:
        # The one message of Python's that has no class of its own.
        if "integer string conversion" not in str(error):
            raise
        raise ReadError("it holds a number of thousands of digits", where, "Correct or remove it.") from None


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that cannot be used.

    `row` is what a spreadsheet shows (the header of a table is row 1) and for GeoJSON the number of
    the feature, from 1; `field` is the column as the file names it; `value` is cut to one line.
    """

    row: int
    field: str
    value: str
    remedy: str

    @classmethod
    def of(cls, row: int, field: str, value: object, remedy: str) -> Reject:
        text = "" if value is None else one_line(value, SHOWN_VALUE_LENGTH)
        return cls(row, one_line(field, 100), text, one_line(remedy))

    def __str__(self) -> str:
        return f"row {self.row}, {self.field} '{self.value}': {self.remedy}"
