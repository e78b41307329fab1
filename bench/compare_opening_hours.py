"""What three programs say of the same opening hours: ours, opening-hours-py and opening_hours.js.

    python -m bench.compare_opening_hours [--generated 3000] [--osm FILE.pbf ...] [--show 10]

Values: those in the extracts of `../shared/data` when they are there, in each `--osm` file, and generated ones. Prints
how many say the same, and why the others differ. docs/opening-hours.md has the table of one run.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import random
import re
import subprocess
import time
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import opening_hours
import osmium

from mapping.opening_hours import Reason, bank_holidays, intervals
from mapping.opening_hours.notation import NotationError, parse
from mapping.readers.hours import read_osm_hours

ROOT = Path(__file__).resolve().parent.parent
LONDON = zoneinfo.ZoneInfo("Europe/London")
# Christmas and New Year; Easter and the change to summer time.
WINDOWS = (("2026-12-07", "2027-01-11"), ("2027-03-22", "2027-04-26"))
Spans = list[tuple[float, float, str]]

JAVASCRIPT, RUST = "opening_hours.js", "opening-hours-py"
CLOCKS_FORWARD = datetime.date(2027, 3, 28)
HOLIDAYS = {day for year in (2026, 2027) for day in bank_holidays("england", year)}
# What is perhaps to us only, most telling first.
PERHAPS = {
    Reason.OVERLAP: "perhaps to us: an evening that runs into a day with hours of its own",
    Reason.DOUBTFUL: "perhaps to us: likely a slip (closing before opening, 00:00-00:00, times without days)",
    Reason.NO_TIMES: "perhaps to us: days without times, or only closings",
    Reason.OPEN_END: "perhaps to us: an open end",
    Reason.COMMENT: "perhaps to us: a comment",
}
CALLED_OFF = "they keep the hours after midnight of an evening that a later rule replaces"
CLOCKS = "they shift the night after the clocks go forward"
TWO_COMMENTS = "they let an earlier comment count where a later rule is open"
OTHER_HOLIDAYS = "they know other bank holidays"
HOLIDAY_ON_A_WEEKDAY = "they read “PH Mo-Fr” as holidays and all weekdays"
OFF_AFTER_FALLBACK = "they let what is closed after a fallback reopen"
SUN = "they have the sun some minutes earlier or later"
LIST_OF_DAYS = "they read “Sa, Su 10:00-16:00” as two rules"
EVENINGS = "they end an evening at midnight, whichever rule is the later one, or keep one that is replaced"
FALLBACKS = "they take a fallback for the whole day or not at all"
THEIRS = (
    *(OTHER_HOLIDAYS, HOLIDAY_ON_A_WEEKDAY, LIST_OF_DAYS, FALLBACKS, OFF_AFTER_FALLBACK, EVENINGS, CALLED_OFF, CLOCKS),
    *(TWO_COMMENTS, SUN),
)


def by_us(value: str, start: str, end: str, nation: str) -> tuple[Spans, set[Reason]]:
    """Return our spans in seconds since 1970, and the reasons among them."""
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    found = intervals(value, first, last, nation=nation, timezone="Europe/London", coordinates=(53.45, -2.3))
    spans = joined((it.start.timestamp(), it.end.timestamp(), str(it.state)) for it in found)
    return spans, {it.reason for it in found}


def by_rust(value: str, start: str, end: str) -> Spans | None:
    """Return the spans of opening-hours-py, or None where it refuses the value."""
    first, last = (datetime.datetime.fromisoformat(day).replace(tzinfo=LONDON) for day in (start, end))
    states = {opening_hours.State.OPEN: "open", opening_hours.State.UNKNOWN: "perhaps"}
    try:
        hours = opening_hours.OpeningHours(value, LONDON, country="GB", coords=(53.45, -2.3), max_interval_days=800)
        return joined(
            (begins.timestamp(), ends.timestamp(), states[state])
            for begins, ends, state, _ in hours.intervals(first, last)
            if state in states
        )
    except Exception:
        return None


def by_javascript(values: Sequence[str], start: str, end: str) -> list[Spans | None]:
    """Return the spans of opening_hours.js for each value, None where it refuses one."""
    question = {"values": list(values), "start": start, "end": end, "state": "England"}
    answer = subprocess.run(
        ["node", str(ROOT / "bench/opening_hours.mjs")],
        input=json.dumps(question), capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "TZ": "Europe/London"},
    )  # fmt: skip
    return [
        joined((begins / 1000, ends / 1000, state) for begins, ends, state in one["intervals"])
        if "intervals" in one
        else None
        for one in json.loads(answer.stdout)
    ]


def joined(spans: Iterable[tuple[float, float, str]]) -> Spans:
    """Spans of one state that touch are one."""
    found: Spans = []
    for begins, ends, state in spans:
        if found and found[-1][1] == begins and found[-1][2] == state:
            found[-1] = (found[-1][0], ends, state)
        else:
            found.append((begins, ends, state))
    return found


def names_holidays(value: str) -> bool:
    """Whether a rule is about bank holidays; without one, ours are perhaps and those of others as usual."""
    try:
        return any(holiday.kind == "PH" for rule in parse(value) for holiday in rule.holidays)
    except NotationError:
        return False


def compare(values: Sequence[str]) -> tuple[Counter[str], dict[str, list[str]]]:
    """Return how often which outcome came up, and values for each."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    answers = [by_javascript(values, start, end) for start, end in WINDOWS]
    for number, value in enumerate(values):
        javascript = [answer[number] for answer in answers]
        rust = [by_rust(value, start, end) for start, end in WINDOWS]
        for name, found in ((JAVASCRIPT, javascript), (RUST, rust)):
            outcome = f"{name}: {_outcome(name, value, found)}"
            counts[outcome] += 1
            examples.setdefault(outcome, []).append(value)
    return counts, examples


def _outcome(name: str, value: str, theirs: Sequence[Spans | None]) -> str:
    """What came of one value: the same, refused, or the most telling reason for a difference."""
    nation = "england" if names_holidays(value) else ""
    if any(found is None for found in theirs):
        return "refuses it, we read it"
    reasons: set[str] = set()
    for (start, end), other in zip(WINDOWS, theirs, strict=True):
        spans, told = by_us(value, start, end, nation)
        for begins, ends, ours, said in differences(spans, other or []):
            moment = datetime.datetime.fromtimestamp(begins, LONDON)
            reasons.add(_why(name, value, moment, ends - begins, ours, said, told))
    if not reasons:
        return "the same"
    return next((reason for reason in (*PERHAPS.values(), *THEIRS) if reason in reasons), "UNEXPLAINED")


def differences(ours: Spans, theirs: Spans) -> Iterable[tuple[float, float, str, str]]:
    """Yield every stretch of which the two say different things: (begins, ends, ours, theirs)."""
    edges = sorted({edge for begins, ends, _ in (*ours, *theirs) for edge in (begins, ends)})
    for begins, ends in zip(edges, edges[1:], strict=False):
        middle = (begins + ends) / 2
        one, other = (next((s for a, b, s in spans if a <= middle < b), "closed") for spans in (ours, theirs))
        if one != other:
            yield begins, ends, one, other


def _why(
    name: str, value: str, begins: datetime.datetime, length: float, ours: str, theirs: str, told: set[Reason]
) -> str:
    """Why the two differ on a stretch that `begins` then and lasts `length` seconds."""
    night = begins.hour < 6 and length <= 10 * 3600
    if re.search(r"dusk|dawn|sun", value) and length <= 300:
        return SUN
    if ours == "perhaps":
        return next((words for reason, words in PERHAPS.items() if reason in told), "UNEXPLAINED")
    if name == JAVASCRIPT:
        if begins.date() == CLOCKS_FORWARD + datetime.timedelta(days=1) and night:
            return CLOCKS
        if theirs == "open" and night:
            return CALLED_OFF
        if "||" in value:
            return OFF_AFTER_FALLBACK
        return TWO_COMMENTS if theirs == "perhaps" else "UNEXPLAINED"
    if names_holidays(value) and begins.date() in HOLIDAYS:
        return OTHER_HOLIDAYS
    if re.search(r"PH [A-Z]", value):
        return HOLIDAY_ON_A_WEEKDAY
    if re.search(r"(?:Mo|Tu|We|Th|Fr|Sa|Su), (?:Mo|Tu|We|Th|Fr|Sa|Su)", value):
        return LIST_OF_DAYS
    if night:
        return EVENINGS
    if "||" in value:
        return FALLBACKS
    return "UNEXPLAINED"


def values_of(path: Path) -> list[str]:
    """Return the distinct values of `opening_hours` in an OpenStreetMap file."""
    found = (item.tags.get("opening_hours") for item in osmium.FileProcessor(str(path)))
    return sorted({value.strip() for value in found if value and value.strip()})


def generated(count: int, seed: int = 6) -> list[str]:
    """Return `count` expressions from a grammar of ours: most of what the notation has, in the way people write it."""
    chance = random.Random(seed)
    days = "Mo-Fr;Sa;Su;Sa,Su;Mo,We,Fr;Tu-Th;Fr-Mo;Mo[1];Fr[-1];We[2,4];PH;Su,PH;PH Mo-Fr".split(";")
    dates = "Apr-Sep;Dec;Dec 24-Jan 02;Dec 25,Dec 26;week 1-53/2;2026-2027;Mar 28-Apr 05;easter -2 days".split(";")

    def clock(least: int, most: int) -> str:
        return f"{chance.randint(least, most):02}:{chance.choice((0, 0, 0, 15, 30, 45)):02}"

    def times() -> str:
        shape = chance.random()
        if shape < 0.55:
            return f"{clock(7, 11)}-{clock(12, 22)}"
        if shape < 0.75:
            return f"{clock(7, 10)}-{clock(11, 12)},{clock(13, 14)}-{clock(15, 21)}"
        if shape < 0.9:
            return f"{clock(17, 21)}-{clock(0, 5)}"
        return chance.choice(("00:00-24:00", f"{clock(9, 21)}+", f"{clock(9, 12)}-{clock(13, 16)}+", "10:00-26:00"))

    def rule() -> str:
        parts = [chance.choice(dates)] if chance.random() < 0.15 else []
        parts += [chance.choice(days)] if chance.random() < 0.85 else []
        ending = chance.random()
        if ending < 0.12 and parts:
            return " ".join([*parts, "off"])
        if ending < 0.16:
            return " ".join([*parts, "12:00-13:00 off"])
        if ending < 0.2:
            return " ".join([*parts, times(), chance.choice(("unknown", '"by appointment"', 'open "bar"'))])
        return " ".join([*parts, times()])

    def expression() -> str:
        text = rule()
        for _ in range(chance.choice((0, 0, 1, 1, 1, 2, 3))):
            text += chance.choice(("; ", "; ", "; ", ", ", " || ")) + rule()
        return text

    found: dict[str, None] = {}
    while len(found) < count:
        found[expression()] = None
    return list(found)


def main() -> None:
    """Compare, and print the summary."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--generated", type=int, default=3000, metavar="N")
    parser.add_argument("--osm", type=Path, nargs="*", default=[], metavar="FILE")
    parser.add_argument("--show", type=int, default=3, metavar="N", help="values to show for each outcome")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every value with its outcomes")
    options = parser.parse_args()
    sets = {path.name: values_of(path) for path in options.osm}
    shared = sorted((ROOT.parent / "shared/data/osm").glob("*.pbf"))
    sets["extracts of ../shared/data"] = sorted({value for path in shared for value in values_of(path)})
    sets["generated"] = generated(options.generated)
    for title, values in sets.items():
        read = [read_osm_hours(value) for value in values]
        expressions = list(dict.fromkeys(one.expression for one in read if one.expression))
        kept = sum(one.expression == " ".join(one.source.split()) for one in read)
        print(f"\n{title}: {len(values)} values; {kept} kept as they are, {len(expressions)} expressions")
        if not expressions:
            continue
        counts, examples = compare(expressions)
        for outcome, count in sorted(counts.items()):
            print(f"  {count:5}  {outcome}")
            if not outcome.endswith("the same"):
                for value in examples[outcome][: options.show]:
                    print(f"             {value}")
        start = time.process_time()
        window = (datetime.date(2026, 12, 1), datetime.date(2027, 1, 5))
        made = sum(len(intervals(e, *window, nation="england", timezone="Europe/London")) for e in expressions)
        spent = time.process_time() - start
        print(f"  {made} intervals of 35 days in {spent:.2f} s of processor time: {made / spent:,.0f} a second")
        if options.csv:
            _write(options.csv, examples)


def _write(path: Path, examples: dict[str, list[str]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerows((outcome, value) for outcome, values in examples.items() for value in values)


if __name__ == "__main__":
    main()
