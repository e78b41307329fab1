"""What a text says of its opening hours: which days, which times, and on what it depends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .words import EVERY_DAY

Times = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays, of every week or with `nth` of the month (-1 is the last), and bank holidays with `bank`."""

    weekdays: frozenset[int] = frozenset()
    nth: tuple[int, ...] = ()
    bank: bool = False
    now_and_then: str = ""  # "every other Wednesday": not every week, and nobody knows which

    def without(self, other: Days) -> Days:
        """These days but not `other`."""
        return replace(self, weekdays=self.weekdays - other.weekdays, bank=self.bank and not other.bank)


@dataclass(frozen=True, slots=True)
class Clause:
    """Open on `days` at `times` (minutes; over 1440 past midnight), or as `comment` has it.

    `times` is empty where only the day is known; `until_late` means that the one time in `times` has no end.
    `dates` is a selector of months or dates in the notation. `term` is "term" or "holidays": only then.
    """

    days: Days
    times: Times = ()
    dates: str = ""
    term: str = ""
    comment: str = ""
    closed: bool = False
    open_end: bool = False

    def but(self, comment: str) -> Clause:
        """The same, only perhaps: it depends on `comment`."""
        return replace(self, comment="; ".join(dict.fromkeys(filter(None, (self.comment, comment)))))


@dataclass(slots=True)
class Said:
    """All that was understood of a text; `used` are the stretches of the text that it was read from."""

    clauses: list[Clause] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    otherwise: str = ""  # "or by appointment": on what it depends when it is closed
    unsure: bool = False

    def close(self, days: Days) -> None:
        """Say that `days` are closed: they are taken out of what was said, or said by a clause of their own."""
        if not days.nth and not days.now_and_then and days.weekdays:
            kept = [replace(c, days=c.days.without(days)) for c in self.clauses if not c.closed]
            closed = [c for c in self.clauses if c.closed]
            self.clauses = [c for c in kept if c.days.weekdays or c.days.bank] + closed
        self.clauses.append(Clause(days, closed=True))


ALL = Days(EVERY_DAY)
BANK = Days(bank=True)
