"""From clauses to an expression in OpenStreetMap's opening_hours notation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .clauses import Clause, Days, Times
from .words import DAY, DAY_NAMES, EVERY_DAY, OSM_DAYS


def write(clauses: Iterable[Clause], otherwise: str = "") -> str:
    """Return the expression that says `clauses`: the ordinary week first, then what is added, then what is not.

    `otherwise`: on what it depends when it is closed ("by appointment").

    >>> write([Clause(Days(frozenset((0, 1, 2))), ((540, 720),))])
    'Mo-We 09:00-12:00'
    """
    clauses = list(dict.fromkeys(clauses))
    said = [clause for clause in clauses if not clause.closed]
    closed = [clause for clause in clauses if clause.closed]
    if not said and _weekdays_of(filter(_plain, closed)) == EVERY_DAY:
        return "off"
    groups: dict[tuple[object, ...], list[Clause]] = {}
    for clause in sorted(said, key=_order):
        key = (*_order(clause), clause.days.nth, clause.dates, clause.term, clause.comment)
        groups.setdefault(key, []).append(clause)
    rules: list[tuple[str, str]] = []
    known: frozenset[int] = frozenset()
    for same in groups.values():
        if not same[0].times:
            same = [c for c in same if c.comment or c.dates or c.days.nth or not c.days.weekdays <= known]
        rules += _group(same, known)
        known |= _weekdays_of(same)
    rules += [("; ", rule) for rule in _closings(closed, said, bool(rules))]
    in_term = {(c.dates, c.days.nth): [] for c in said if c.term == "term"}
    for clause in said:
        if clause.term == "term":
            in_term[clause.dates, clause.days.nth].append(clause)
    for (dates, nth), same in in_term.items():
        days = _selector(Clause(Days(_weekdays_of(same), nth), term="holidays", dates=dates))
        rules.append(("; ", f"{days} off"))
    if rules and otherwise:
        rules.append((" || ", f'"{quoted(otherwise)}"'))
    return "".join(separator + rule for separator, rule in dict.fromkeys(rules)).lstrip(",; ")


def _order(clause: Clause) -> tuple[bool, ...]:
    """The ordinary week first; then seasons, which replace it; then what comes on top; then days without times."""
    return (not clause.times, bool(clause.comment), bool(clause.days.nth), bool(clause.dates), clause.open_end)


def _group(clauses: list[Clause], known: frozenset[int]) -> list[tuple[str, str]]:
    """The rules of clauses that differ in days and times only, each with what stands before it."""
    if not clauses:
        return []
    one = clauses[0]
    if not one.times:
        days = Days(_weekdays_of(clauses), one.days.nth, any(c.days.bank for c in clauses))
        # A comment alone replaces what was said of its days; a day without anything is added.
        separator = "; " if days.weekdays & known and not days.nth else ", "
        return [(separator, _rule(replace(one, days=days)))]
    table: dict[int | str, set[tuple[int, int]]] = {}
    for clause in clauses:
        for day in (*clause.days.weekdays, *(("PH",) if clause.days.bank else ())):
            table.setdefault(day, set()).update(clause.times)
    by_times: dict[Times, list[int | str]] = {}
    for day in sorted(table, key=lambda day: 7 if isinstance(day, str) else day):
        by_times.setdefault(_joined(table[day]), []).append(day)
    past_midnight = any(closes > DAY for times in by_times for _, closes in times)
    adds = past_midnight or one.open_end or bool(one.comment) or bool(one.days.nth)
    rules = []
    for times, same in by_times.items():
        days = Days(frozenset(day for day in same if isinstance(day, int)), one.days.nth, "PH" in same)
        # After ";" a rule ends the evening before, and what else was said of its days.
        rules.append((", " if adds else "; ", _rule(replace(one, days=days, times=times))))
    return rules


def _closings(closed: list[Clause], said: list[Clause], any_rules: bool) -> list[str]:
    week_off = frozenset(day for clause in closed if _plain(clause) for day in clause.days.weekdays)
    left = week_off if not any_rules else week_off & _weekdays_of(said)
    rules = [f"{weekdays(left)} off"] if left else []
    return rules + [_rule(clause) for clause in closed if not _plain(clause)]


def _plain(clause: Clause) -> bool:
    """Whether a closed clause is about ordinary weekdays only."""
    return not (clause.dates or clause.term or clause.days.nth or clause.days.bank or clause.times or clause.comment)


def _weekdays_of(clauses: Iterable[Clause]) -> frozenset[int]:
    return frozenset(day for clause in clauses for day in clause.days.weekdays)


def _joined(times: set[tuple[int, int]]) -> Times:
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(times):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _rule(clause: Clause) -> str:
    parts = [_selector(clause)]
    if clause.times:
        parts.append(f"{clock(clause.times[0][0])}+" if clause.open_end else spans(clause.times))
    if clause.closed:
        parts.append("off")
    elif clause.comment:
        parts.append(f'"{quoted(clause.comment)}"')
    elif not clause.times:
        parts.append("unknown")
    return " ".join(filter(None, parts))


def _selector(clause: Clause) -> str:
    days = clause.days
    names = "" if days.weekdays == EVERY_DAY and not days.nth and not days.bank else weekdays(days.weekdays)
    if days.nth:
        numbers = ",".join(str(number) for number in days.nth)
        names = ",".join(f"{OSM_DAYS[day]}[{numbers}]" for day in sorted(days.weekdays))
    if clause.term == "holidays":
        names = f"SH {names}".strip()
    elif days.bank:
        names = f"{names},PH".lstrip(",")
    return " ".join(filter(None, (clause.dates, names)))


def weekdays(days: frozenset[int]) -> str:
    """Return weekdays in the notation: `Mo-Fr`, `Mo,We`.

    >>> weekdays(frozenset((0, 1, 2, 5)))
    'Mo-We,Sa'
    """
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    written = []
    for first, last in runs:
        if last - first > 1:
            written.append(f"{OSM_DAYS[first]}-{OSM_DAYS[last]}")
        else:
            written += [OSM_DAYS[day] for day in range(first, last + 1)]
    return ",".join(written)


def day_words(days: frozenset[int]) -> str:
    """Return weekdays in plain words: "Monday to Thursday", "every day", "bank holidays" for none.

    >>> day_words(frozenset((0, 1, 2, 5)))
    'Monday to Wednesday, Saturday'
    """
    if days == EVERY_DAY:
        return "every day"
    named = weekdays(days)
    for short, name in zip(OSM_DAYS, DAY_NAMES, strict=True):
        named = named.replace(short, name)
    return named.replace("-", " to ").replace(",", ", ") or "bank holidays"


def spans(times: Times) -> str:
    """Return stretches of a day in the notation: `09:00-12:00,13:00-17:00`."""
    return ",".join(f"{clock(opens)}-{clock(closes if closes == DAY else closes % DAY)}" for opens, closes in times)


def clock(minute: int) -> str:
    """Return a minute of the day as `hh:mm`; the end of the day is `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def quoted(text: str) -> str:
    """Return `text` as it can stand in a comment."""
    return " ".join(text.replace('"', "'").split())
