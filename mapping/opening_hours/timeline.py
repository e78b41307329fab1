"""What the rules of an expression say of a run of days, in local minutes: open, perhaps, and nothing for closed.

A stretch belongs to the day on which it begins, past midnight too. Rules are laid one over another in their order:

- `;` replaces what earlier rules said of its days. What belongs to the evening before ends at midnight where the new
  rule says `off`. Where it gives hours of its own, the specification ends that evening too, but few people who write
  "Fr 18:00-02:00; Sa 12:00-23:00" mean it: from midnight on it is perhaps.
- `,` adds. `off` with times takes these times away. `||` fills what is closed.

Specification: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification#explain:rule_modifier
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from . import sun
from .days import ONE_DAY, days_of
from .notation import DAY, Modifier, Rule, Separator, Span, SunTime
from .states import Reason, State

NIGHT_ENDS = 6 * 60  # up to here an end before its beginning is the small hours
EVENING = 17 * 60  # what begins from here on may last until noon
OPEN_ENDS = ((22 * 60, 8 * 60), (EVENING, 10 * 60))  # begins at or after, lasts at most (as opening_hours.js guesses)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when rules are evaluated: days from `start` up to, not including, `end`."""

    start: datetime.date
    end: datetime.date
    nation: str
    timezone: str
    coordinates: tuple[float, float] | None = None

    @property
    def dates(self) -> list[datetime.date]:
        """The days, in order."""
        return [self.start + at * ONE_DAY for at in range((self.end - self.start).days)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `begins` up to `ends` (minutes after the first midnight), said by the rule numbered `rule` of day `day`."""

    begins: int
    ends: int
    state: State
    reason: Reason
    comment: str
    day: int
    rule: int


def lay(rules: Sequence[Rule], setting: Setting, school_holidays: bool = False) -> list[Stretch]:
    """Return the stretches that `rules` give, in order and not overlapping."""
    by_day: list[list[Stretch]] = [[] for _ in setting.dates]
    for number, rule in enumerate(rules):
        named = days_of(rule, setting.start, setting.end, setting.nation, school_holidays)
        for day, date in enumerate(setting.dates):
            if named[day]:
                _apply(by_day, rule, number, day, date, setting)
    return flatten(stretch for stretches in by_day for stretch in stretches)


def _apply(
    by_day: list[list[Stretch]], rule: Rule, number: int, day: int, date: datetime.date, setting: Setting
) -> None:
    new = _stretches(rule, number, day, date, setting)
    if rule.modifier is Modifier.CLOSED:
        if rule.separator is Separator.FALLBACK:
            return  # it fills what is closed with closed
        if rule.spans:
            _take_away(by_day, new, day)
        else:
            by_day[day] = []
            _cut_evening_before(by_day, number, day, None)
        return
    if rule.separator is Separator.FALLBACK:
        for stretch in new:
            by_day[day] += _without(stretch, _around(by_day, day))
        return
    if rule.separator is Separator.NORMAL:
        by_day[day] = _doubted(by_day[day]) if rule.only_times else []
        _cut_evening_before(by_day, number, day, Reason.OVERLAP)
    for stretch in new:
        by_day[day] = [part for old in by_day[day] for part in _without(old, [stretch])] + [stretch]


def _doubted(stretches: list[Stretch]) -> list[Stretch]:
    """ "Mo-Fr 10:00-18:00; 10:00-15:00": by the letter, Mondays end at three. opening_hours.js and people doubt it."""
    doubt = {"state": State.PERHAPS, "reason": Reason.DOUBTFUL}
    return [replace(old, **doubt) if old.state is State.OPEN else old for old in stretches]


def _around(by_day: list[list[Stretch]], day: int) -> list[Stretch]:
    return [stretch for near in by_day[max(0, day - 1) : day + 2] for stretch in near]


def _take_away(by_day: list[list[Stretch]], holes: list[Stretch], day: int) -> None:
    for near in range(max(0, day - 1), min(len(by_day), day + 2)):
        by_day[near] = [part for old in by_day[near] for part in _without(old, holes)]


def _cut_evening_before(by_day: list[list[Stretch]], number: int, day: int, reason: Reason | None) -> None:
    """What earlier rules let run from the day before into `day` ends at midnight, or is perhaps for `reason`."""
    if day == 0:
        return
    midnight = day * DAY
    kept: list[Stretch] = []
    for old in by_day[day - 1]:
        if old.ends <= midnight or old.rule >= number:
            kept.append(old)
            continue
        if old.begins < midnight:
            kept.append(replace(old, ends=midnight))
        if reason:
            rest = replace(old, begins=max(old.begins, midnight))
            kept.append(replace(rest, state=State.PERHAPS, reason=reason) if rest.state is State.OPEN else rest)
    by_day[day - 1] = kept


def _without(stretch: Stretch, holes: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `stretch` beside `holes`."""
    parts = [stretch]
    for hole in holes:
        if hole.ends <= stretch.begins or hole.begins >= stretch.ends:
            continue
        left: list[Stretch] = []
        for part in parts:
            if hole.begins > part.begins:
                left.append(replace(part, ends=min(part.ends, hole.begins)))
            if hole.ends < part.ends:
                left.append(replace(part, begins=max(part.begins, hole.ends)))
        parts = [part for part in left if part.begins < part.ends]
    return parts


def flatten(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order; where an evening runs into the next day, the later rule counts, and open before perhaps."""
    ordered = sorted(stretches, key=lambda s: (s.begins, s.ends))
    if all(a.ends <= b.begins for a, b in zip(ordered, ordered[1:], strict=False)):
        return ordered
    painted: list[Stretch] = []
    for new in sorted(ordered, key=lambda s: (s.rule, s.state is State.OPEN, s.begins)):
        painted = [part for old in painted for part in _without(old, [new])] + [new]
    return sorted(painted, key=lambda s: s.begins)


def _stretches(rule: Rule, number: int, day: int, date: datetime.date, setting: Setting) -> list[Stretch]:
    """What `rule` says of a day that it is about; for a closing rule, the times that it closes."""
    state, reason = State.OPEN, Reason.NONE
    if rule.comment and rule.modifier in (Modifier.NONE, Modifier.UNKNOWN):
        state, reason = State.PERHAPS, Reason.COMMENT
    elif rule.modifier is Modifier.UNKNOWN:
        state, reason = State.PERHAPS, Reason.NO_TIMES
    elif not rule.spans and rule.modifier is Modifier.NONE:
        state, reason = State.PERHAPS, Reason.NO_TIMES  # "Mo-Fr": the whole day by the letter, but nobody said so
    found: list[Stretch] = []
    midnight = day * DAY
    for span in rule.spans or (Span(0, DAY),):
        for begins, ends, doubt, words in _parts(span, date, setting):
            it = (state, reason, rule.comment)
            if doubt and state is State.OPEN and rule.modifier is not Modifier.CLOSED:
                it = (State.PERHAPS, doubt, rule.comment or words)
            if begins < ends:
                found.append(Stretch(midnight + begins, midnight + ends, *it, day, number))
    return found


def _parts(span: Span, date: datetime.date, setting: Setting) -> list[tuple[int, int, Reason | None, str]]:
    """The parts of a span: (begins, ends, why it is only perhaps, words)."""
    begins, begins_surely = _moments(span.start, date, setting)
    if span.end is None:
        return [(begins, _guessed_end(begins), Reason.OPEN_END, "")]
    ends_surely, ends = _moments(span.end, date, setting)
    if isinstance(span.start, SunTime) or isinstance(span.end, SunTime):
        if ends <= begins:
            ends, ends_surely = ends + DAY, ends_surely + DAY
        begins_surely, ends_surely = min(begins_surely, ends), max(min(ends_surely, ends), begins)
        if begins_surely >= ends_surely:
            parts = [(begins, ends, Reason.SUN, "")]
        else:
            sure = (begins_surely, ends_surely, None, "")
            parts = [(begins, begins_surely, Reason.SUN, ""), sure, (ends_surely, ends, Reason.SUN, "")]
    elif span.every:
        parts = [(begins, ends, Reason.COMMENT, f"/{span.every}")]
    else:
        doubt = Reason.DOUBTFUL if doubtful(span) else None
        parts = [(begins, ends, doubt, "")]
    if span.open_end:
        parts.append((ends, max(ends, DAY, _guessed_end(begins)), Reason.OPEN_END, ""))
    return parts


def _moments(point: int | SunTime, date: datetime.date, setting: Setting) -> tuple[int, int]:
    if isinstance(point, int):
        return point, point
    return sun.at(point, date, setting.nation, setting.timezone, setting.coordinates)


def _guessed_end(begins: int) -> int:
    """The latest minute until which something with an open end may be open."""
    return next((begins + longest for least, longest in OPEN_ENDS if begins >= least), DAY)


def doubtful(span: Span) -> bool:
    """Whether a span is more likely a slip than meant: `00:00-00:00`, or an end before its beginning by day.

    "20:00-03:00" and "18:00-09:00" are nights; "12:00-10:00" is not.
    """
    if not span.wraps or not isinstance(span.start, int) or not isinstance(span.end, int):
        return False
    ends = span.end - DAY
    if ends == span.start:
        return True
    return ends > NIGHT_ENDS and not (span.start >= EVENING and ends <= DAY // 2)
