"""From an opening_hours expression to stretches of time: open, closed, or perhaps.

Which days a rule names, and the sun, are answered by `opening_hours` (Rust). How rules add up is ours, in `timeline`:
that library knows two of our three answers, leaves out bank holidays, and lets comments and fallbacks be open.
docs/opening-hours.md compares both and opening_hours.js.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from .days import ONE_DAY, holidays_between, weekdays_named
from .notation import DAY, Modifier, NotationError, Rule, Separator, parse
from .states import Reason, State
from .timeline import Setting, Stretch, flatten, lay

MAX_DAYS = 400
_AHEAD = 8  # days that `state_at` looks ahead for the next change
_MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to, not including, `end` (aware, in the time zone of the place).

    `comment`: what the expression says in quotes, the name of the holiday, or the piece that was not understood.
    """

    start: datetime.datetime
    end: datetime.datetime
    state: State
    comment: str = ""
    reason: Reason = Reason.NONE


def intervals(
    expression: str,
    start: datetime.date,
    end: datetime.date,
    *,
    nation: str,
    timezone: str,
    not_understood: Sequence[str] = (),
    coordinates: tuple[float, float] | None = None,
) -> list[Interval]:
    """Return every open and every perhaps stretch from local midnight of `start` to local midnight of `end`.

    They are in order and do not overlap; what lies between is closed. 10:00 is 10:00 on the clocks of the place, in
    summer and in winter. When clocks go forward, times in the hour left out are the moment of the change; when they go
    back, a time that comes twice is the first of the two.

    `nation` is a key of `NATIONS`, or "" where bank holidays are not known. `not_understood`: pieces of the source that
    the expression does not carry: they weaken open to perhaps on the weekdays that they name, or on every day when
    they name none; a day of theirs on which nothing is open is perhaps altogether. `coordinates` (latitude, longitude)
    make sunrise and sunset exact. An expression that cannot be evaluated is perhaps throughout; without any, and with
    nothing else said, there are no intervals.

    Raises ValueError for more than `MAX_DAYS` days, an unknown nation or time zone.
    """
    if (end - start).days > MAX_DAYS:
        raise ValueError(f"Opening hours are worked out for up to {MAX_DAYS} days at once.")
    try:
        zone = zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"There is no time zone {timezone!r}.") from error
    holidays_between(nation, start, start)  # says that a nation is not known, whatever the expression
    if end <= start:
        return []
    # A day more before, whose evening may run into the first.
    setting = Setting(start - ONE_DAY, end, nation, timezone, coordinates)
    stretches = _stretches(expression, setting, tuple(not_understood))
    return _to_intervals(stretches, setting, zone)


def state_at(
    expression: str,
    moment: datetime.datetime,
    *,
    nation: str,
    timezone: str,
    not_understood: Sequence[str] = (),
    coordinates: tuple[float, float] | None = None,
) -> Interval:
    """Return the interval at the aware `moment`, a closed one too.

    One that began before yesterday's midnight is said to begin there; one that lasts longer than a week ends at a
    midnight after it.
    """
    local = moment.astimezone(zoneinfo.ZoneInfo(timezone))
    start, end = local.date() - ONE_DAY, local.date() + _AHEAD * ONE_DAY
    found = intervals(
        expression,
        start,
        end,
        nation=nation,
        timezone=timezone,
        not_understood=not_understood,
        coordinates=coordinates,
    )
    before = _midnight(start, local.tzinfo)
    for interval in found:
        # As UTC: within one time zone Python compares the clocks, which show an hour of October twice.
        if _utc(interval.start) <= moment < _utc(interval.end):
            return interval
        if _utc(interval.start) > moment:
            return Interval(before, interval.start, State.CLOSED)
        before = interval.end
    return Interval(before, _midnight(end, local.tzinfo), State.CLOSED)


def _stretches(expression: str, setting: Setting, not_understood: tuple[str, ...]) -> Iterable[Stretch]:
    try:
        rules = _with_the_rest_unknown(parse(expression)) if expression.strip() else ()
        stretches = _with_school_holidays(rules, setting)
    except NotationError:
        rules, stretches, not_understood = (), [], (*not_understood, expression)
    if not rules:
        if not not_understood:
            return []
        whole = len(setting.dates) * DAY
        return [Stretch(0, whole, State.PERHAPS, Reason.NOT_UNDERSTOOD, "; ".join(not_understood), 0, 0)]
    stretches = _weakened_by_holidays(stretches, rules, setting)
    return _weakened_by_rest(stretches, not_understood, setting)


def _with_the_rest_unknown(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Where only closings are said ("Aug off; PH off"), nobody said that it never opens: the rest is perhaps."""
    if any(rule.modifier is not Modifier.CLOSED or rule.whole_days or rule.closes_every_day for rule in rules):
        return rules
    return (Rule("unknown", Separator.NORMAL, modifier=Modifier.UNKNOWN), *rules)


def _with_school_holidays(rules: Sequence[Rule], setting: Setting) -> list[Stretch]:
    """Every day can be a school holiday: what is the same with and without is so, the rest is perhaps."""
    if not any(holiday.kind == "SH" for rule in rules for holiday in rule.holidays):
        return lay(rules, setting)
    term, holidays = lay(rules, setting), lay(rules, setting, school_holidays=True)
    edges = sorted({edge for stretch in (*term, *holidays) for edge in (stretch.begins, stretch.ends)})
    both: list[Stretch] = []
    for begins, ends in zip(edges, edges[1:], strict=False):
        here = [next((s for s in said if s.begins <= begins < s.ends), None) for said in (term, holidays)]
        some = here[0] or here[1]
        if some is None:
            continue
        if here[0] is None or here[1] is None or here[0].state is not here[1].state:
            some = replace(some, state=State.PERHAPS, reason=Reason.SCHOOL_HOLIDAY)
        both.append(replace(some, begins=begins, ends=ends))
    return both


def _weakened_by_holidays(stretches: list[Stretch], rules: Sequence[Rule], setting: Setting) -> list[Stretch]:
    """Without a word on bank holidays, what is usually open is perhaps open on one.

    Not so where a rule names the date itself ("Dec 26 10:00-12:00"), nor of a door that never shuts: what is open day
    and night, all week, as its only rule, has nobody who could take the day off.
    """
    if any(holiday.kind == "PH" for rule in rules for holiday in rule.holidays):
        return stretches
    if len(rules) == 1 and rules[0].whole_days:
        return stretches
    holidays = holidays_between(setting.nation, setting.start, setting.end)
    weakened: list[Stretch] = []
    for stretch in stretches:
        holiday = holidays.get(setting.start + stretch.day * ONE_DAY)
        if holiday and stretch.state is State.OPEN and not rules[stretch.rule].names_dates:
            stretch = replace(stretch, state=State.PERHAPS, reason=Reason.BANK_HOLIDAY, comment=holiday)
        weakened.append(stretch)
    return weakened


def _weakened_by_rest(stretches: list[Stretch], pieces: tuple[str, ...], setting: Setting) -> list[Stretch]:
    for piece in pieces:
        named = weekdays_named(piece)
        of_days = {day for day, date in enumerate(setting.dates) if not named or date.weekday() in named}
        weaker = {"state": State.PERHAPS, "reason": Reason.NOT_UNDERSTOOD, "comment": piece}
        stretches = [replace(s, **weaker) if s.day in of_days and s.state is State.OPEN else s for s in stretches]
        if named:
            silent = of_days - {stretch.day for stretch in stretches}
            whole = [Stretch(day * DAY, day * DAY + DAY, day=day, rule=-1, **weaker) for day in silent]
            stretches = flatten([*stretches, *whole])
    return stretches


def _to_intervals(stretches: Iterable[Stretch], setting: Setting, zone: zoneinfo.ZoneInfo) -> list[Interval]:
    first, last = DAY, len(setting.dates) * DAY  # the day before was only for its evening
    found: list[Interval] = []
    for stretch in stretches:
        begins, ends = max(stretch.begins, first), min(stretch.ends, last)
        if begins >= ends:
            continue
        start, end = _moment(setting.start, begins, zone), _moment(setting.start, ends, zone)
        if _utc(start) >= _utc(end):  # all of it lies in the hour that is left out in March
            continue
        before = found[-1] if found else None
        same = before and (before.state, before.reason, before.comment) == (
            stretch.state,
            stretch.reason,
            stretch.comment,
        )
        if before and same and _utc(before.end) == _utc(start):
            found[-1] = replace(before, end=end)
        else:
            found.append(Interval(start, end, stretch.state, stretch.comment, stretch.reason))
    return found


@lru_cache(maxsize=65536)  # the same few times of the same few days
def _moment(start: datetime.date, minute: int, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """The first moment at which clocks show `minute`, counted from midnight of `start`."""
    days, minute = divmod(minute, DAY)
    local = datetime.datetime.combine(start + days * ONE_DAY, datetime.time(*divmod(minute, 60)), zone)
    if _utc(local).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return local
    # No clock shows this time. Walk to the moment at which clocks jump over it.
    moment = _utc(local)
    while (moment - _MINUTE).astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset():
        moment -= _MINUTE
    return moment.astimezone(zone)


def _midnight(date: datetime.date, zone: datetime.tzinfo | None) -> datetime.datetime:
    return datetime.datetime.combine(date, datetime.time(), zone)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)
