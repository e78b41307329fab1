"""Opening hours in words: how things stand, the usual week, and the days that differ.

Everything is worked out from the expression, for the few nodes of a page; the same hours are evaluated once a day.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.models import OpeningHours
from mapping.models.hours import DAYS_AHEAD
from mapping.opening_hours import Interval, Reason, State, bank_holidays, intervals

from .window import EARLY, ONE_DAY, Window

NOON, DAY = 12 * 60, 24 * 60  # minutes
SOON = 8  # days in which something usually opens again
DAYS_SAID = 7  # of a window of time, at most
FEW_DAYS = 21  # enough for a usual week, whatever holidays fall into it
MAX_DIFFERING = 8  # days that differ, at most, before "and more"
DAY_NAMES = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


@dataclass(frozen=True)
class Standing:
    """How things stand at a moment, and in words for people."""

    state: State
    words: str

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one day: minutes after its midnight; `end` may be over 1440, past midnight."""

    start: int
    end: int
    state: State
    comment: str = ""
    reason: Reason = Reason.NONE


@dataclass(frozen=True)
class DifferingDay:
    """A day that is not as usual: which, why (the name of a holiday, or nothing), and when it is open, in words."""

    date: datetime.date
    day: str
    why: str
    words: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Week:
    """What is usual on each day (0 = Monday), and which of the next weeks' days differ.

    On the days of the week in `varying` no one way is usual (the first Saturday of a month): `usual` is empty there,
    and each day that is open is among those that differ.
    """

    usual: tuple[tuple[Span, ...], ...]
    varying: frozenset[int]
    differing: tuple[DifferingDay, ...]
    has_more: bool

    @property
    def days(self) -> list[tuple[str, list[str]]]:
        """The seven days with their stretches in words; an empty list is closed."""
        return [
            (day_name(n), [_("some weeks: see below")] if n in self.varying else [_span(it) for it in spans])
            for n, spans in enumerate(self.usual)
        ]

    @property
    def is_empty(self) -> bool:
        return not any(self.usual) and not self.differing


def clock(minutes: int) -> str:
    """Return minutes since midnight in words: `9 am`, `12.30 pm`, `noon`, `midnight`."""
    minutes %= DAY
    if minutes == 0:
        return _("midnight")
    if minutes == NOON:
        return _("noon")
    hour, minute = divmod(minutes, 60)
    shown = f"{hour % 12 or 12}.{minute:02}" if minute else f"{hour % 12 or 12}"
    return (_("%(time)s am") if hour < 12 else _("%(time)s pm")) % {"time": shown}


def time_of(moment: datetime.datetime) -> str:
    return clock(moment.hour * 60 + moment.minute)


def day_name(weekday: int) -> str:
    """Return the name of a day, 0 being Monday."""
    return str(DAY_NAMES[weekday])


def date_in_words(date: datetime.date) -> str:
    """`Friday 25 December`."""
    return f"{day_name(date.weekday())} {formats.date_format(date, 'j F')}"


def holiday_on(hours: OpeningHours, date: datetime.date) -> str:
    """The name of the bank holiday of `date` where this node lies, or nothing."""
    return bank_holidays(hours.nation, date.year).get(date, "")


# --- how things stand


def standing(hours: OpeningHours | None, now: datetime.datetime) -> Standing | None:
    """Say whether something is open at the aware time `now`, and what comes next. None: nothing is known."""
    if hours is None or not (hours.expression or hours.not_understood):
        return None
    if not hours.expression:
        return Standing(State.PERHAPS, _("See its hours, which are in words only"))
    now = now.astimezone(hours.zone)
    # Compared as UTC: within one time zone Python compares the clocks, which show an hour of October twice.
    moment = now.astimezone(datetime.UTC)
    ahead = _joined(_ahead(hours, now.date(), SOON))
    current = next((it for it in ahead if it.start <= moment < it.end), None)
    if current is not None and current.state == State.OPEN:
        return Standing(State.OPEN, _open(current, now))
    if current is not None:
        return Standing(State.PERHAPS, _perhaps(hours, current, now))
    return Standing(State.CLOSED, _closed(hours, ahead, now))


def _open(current: Interval, now: datetime.datetime) -> str:
    if current.end - now >= ONE_DAY:
        return _("Open now")
    # Until two at night is tonight; until ten the next morning is not.
    tonight = current.end <= datetime.datetime.combine(now.date() + ONE_DAY, EARLY, now.tzinfo)
    words = _("Open now until %(time)s") if tonight else _("Open now until tomorrow %(time)s")
    return words % {"time": time_of(current.end)}


def _perhaps(hours: OpeningHours, current: Interval, now: datetime.datetime) -> str:
    """Why nobody can tell, and what to do about it."""
    if current.reason == Reason.BANK_HOLIDAY:
        return _on_holiday(current, now)
    if current.reason == Reason.OPEN_END:
        return _("Open from %(time)s, nobody says how long") % {"time": time_of(current.start)}
    if current.reason == Reason.SCHOOL_HOLIDAY:
        return _("Open at this time in term or in the holidays only: ask first")
    if current.reason == Reason.SUN:
        return _("Open until about sunset: check first")
    if current.reason == Reason.COMMENT and current.comment:
        return _("%(condition)s: ask first") % {"condition": _sentence(current.comment)}
    return _("Perhaps open now: check first")


def _on_holiday(it: Interval, now: datetime.datetime) -> str:
    """`Usually 10 am to 4 pm; today is Boxing Day, so check first`."""
    ahead = (it.start.date() - now.date()).days
    words = {"from": time_of(it.start), "to": time_of(it.end), "holiday": it.comment or _("a bank holiday")}
    if _whole_day(it):
        usual = _("Usually open")
    else:
        usual = _("Usually %(from)s to %(to)s") % words
    if ahead <= 0:
        return _("%(usual)s; today is %(holiday)s, so check first") % {"usual": usual, **words}
    if ahead == 1:
        return _("%(usual)s tomorrow; that is %(holiday)s, so check first") % {"usual": usual, **words}
    words["day"] = day_name(it.start.weekday())
    return _("%(usual)s on %(day)s; that is %(holiday)s, so check first") % {"usual": usual, **words}


def _closed(hours: OpeningHours, ahead: Sequence[Interval], now: datetime.datetime) -> str:
    coming = next((it for it in ahead if it.start > now), None)
    if coming is None:
        # Rarer than every week: the first Saturday of a month, a season.
        coming = next((it for it in _ahead(hours, now.date(), DAYS_AHEAD) if it.start > now), None)
    today = holiday_on(hours, now.date())
    closed_today = bool(today) and not any(it.start.date() == now.date() for it in ahead)
    if coming is None:
        words = _("Closed for the next weeks")
    elif coming.state == State.OPEN:
        words = _opens(coming, now)
    elif coming.reason == Reason.BANK_HOLIDAY:
        words = _on_holiday(coming, now)
    else:
        words = _may_open(coming, now)
    if closed_today:
        return _("Closed today (%(holiday)s). %(next)s") % {"holiday": today, "next": words}
    return words


def _opens(it: Interval, now: datetime.datetime) -> str:
    ahead = (it.start.date() - now.date()).days
    words = {"time": time_of(it.start), "day": day_name(it.start.weekday()), "date": date_in_words(it.start.date())}
    if ahead == 0:
        return _("Opens at %(time)s") % words
    if ahead == 1:
        return _("Opens tomorrow %(time)s") % words
    return (_("Opens %(day)s %(time)s") if ahead <= 7 else _("Opens on %(date)s, %(time)s")) % words


def _may_open(it: Interval, now: datetime.datetime) -> str:
    ahead = (it.start.date() - now.date()).days
    if ahead == 0:
        day = _("today")
    elif ahead == 1:
        day = _("tomorrow")
    else:
        day = day_name(it.start.weekday()) if ahead <= 7 else date_in_words(it.start.date())
    if not _whole_day(it):
        day = _("%(day)s from %(time)s") % {"day": day, "time": time_of(it.start)}
    words = {"day": day, "condition": it.comment}
    if it.reason == Reason.COMMENT and it.comment:
        return _("Perhaps open %(day)s (%(condition)s): ask first") % words
    return _("Perhaps open %(day)s: check first") % words


# --- the week


def week(hours: OpeningHours | None, today: datetime.date, days: int = DAYS_AHEAD) -> Week | None:
    """Return the usual week as it is from `today`, and which of the next `days` days differ.

    None: nothing is understood.
    """
    if hours is None or not hours.expression:
        return None
    by_day = spans_by_day(hours, today, days)
    holidays = {date: holiday_on(hours, date) for date in by_day}
    usual, varying = [], set()
    for weekday in range(7):
        ordinary = Counter(it for date, it in by_day.items() if date.weekday() == weekday and not holidays[date])
        [(spans, times)] = ordinary.most_common(1) or [((), 0)]
        if 2 * times <= ordinary.total() and ordinary:
            varying.add(weekday)
            spans = ()
        usual.append(spans)
    differing = []
    for date, spans in by_day.items():
        as_usual = spans == usual[date.weekday()]
        if not as_usual or (holidays[date] and spans):
            words = _day(spans) if spans else _("closed")
            differing.append(DifferingDay(date, date_in_words(date), holidays[date], words, spans))
    return Week(tuple(usual), frozenset(varying), tuple(differing[:MAX_DIFFERING]), len(differing) > MAX_DIFFERING)


def spans_by_day(hours: OpeningHours, start: datetime.date, days: int) -> dict[datetime.date, tuple[Span, ...]]:
    """Return the stretches of each of `days` days from `start`. One that ends in the small hours is the evening's."""
    found: dict[datetime.date, list[Span]] = {start + n * ONE_DAY: [] for n in range(days)}
    zone = hours.zone
    for it in _joined(_ahead(hours, start, days + 1)):
        begins = it.start
        if it.reason == Reason.OVERLAP and begins.time() < EARLY:
            if (evening := begins.date() - ONE_DAY) in found:
                first, last = (DAY + moment.hour * 60 + moment.minute for moment in (it.start, it.end))
                found[evening].append(Span(first, last, it.state, it.comment, it.reason))
            continue
        while begins < it.end:
            date = begins.date()
            next_day = datetime.datetime.combine(date + ONE_DAY, datetime.time(), zone)
            early = datetime.datetime.combine(date + ONE_DAY, EARLY, zone)
            from_midnight = begins.time() == datetime.time()
            ends = it.end if it.end <= early and not (from_midnight and it.end > next_day) else next_day
            if date in found:
                past = DAY if ends.date() > date else 0
                end = past + ends.hour * 60 + ends.minute
                found[date].append(Span(begins.hour * 60 + begins.minute, end, it.state, it.comment, it.reason))
            begins = ends
    return {date: tuple(spans) for date, spans in found.items()}


def asked_in_words(hours: OpeningHours | None, asked: Window) -> str:
    """Return when something is open in a window of time: "Wednesday 10 am to noon"; nothing when it is not.

    Of more days than two, the first on which it is open.
    """
    if hours is None or not hours.expression:
        return ""
    length = (asked.last_date - asked.date).days + 1
    by_day = spans_by_day(hours, asked.date, min(length, DAYS_SAID))
    found = []
    for date, spans in by_day.items():
        midnight = datetime.datetime.combine(date, datetime.time(), hours.zone)
        meeting = [it for it in spans if asked.meets(_moment(midnight, it.start), _moment(midnight, it.end))]
        if meeting:
            found.append(f"{_day_and_holiday(hours, date)} {_day(meeting)}")
    return ", ".join(found if length <= 2 else found[:1])


def _day_and_holiday(hours: OpeningHours, date: datetime.date) -> str:
    holiday = holiday_on(hours, date)
    return f"{day_name(date.weekday())} ({holiday})" if holiday else day_name(date.weekday())


def _moment(midnight: datetime.datetime, minutes: int) -> datetime.datetime:
    """The moment at which the clock shows so many minutes after a midnight, maybe of the next day."""
    days, minutes = divmod(minutes, DAY)
    return midnight + datetime.timedelta(days=days, minutes=minutes)


def _day(spans: Sequence[Span]) -> str:
    return ", ".join(_span(it) for it in spans)


def _span(it: Span) -> str:
    """A stretch of a day in words: `9 am to noon`, `all day`, `perhaps 10 am to 4 pm (by appointment)`."""
    whole = it.start == 0 and it.end == DAY
    times = _("%(from)s to %(to)s") % {"from": clock(it.start), "to": clock(it.end)}
    if it.state == State.OPEN:
        return _("all day") if whole else times
    if it.reason == Reason.OPEN_END:
        return _("from %(from)s, end not known") % {"from": clock(it.start)}
    if it.reason == Reason.BANK_HOLIDAY:
        return _("usually open: check first") if whole else _("usually %(times)s: check first") % {"times": times}
    if it.reason == Reason.COMMENT and it.comment:
        # "By appointment" says all, where no times go with it.
        return it.comment if whole else f"{times} ({it.comment})"
    return _("perhaps") if whole else _("perhaps %(times)s") % {"times": times}


def ordinary_rows(hours: OpeningHours | None, today: datetime.date) -> list[tuple[int, int | None, int | None]]:
    """Return the usual week as (weekday, opens, closes), minutes after midnight; both None: perhaps that day."""
    if hours is None or not hours.expression:
        return []
    return list(_ordinary_rows(hours.expression, tuple(hours.not_understood), hours.nation, hours.timezone, today))


@lru_cache(maxsize=8192)  # an answer of the API asks for a thousand
def _ordinary_rows(
    expression: str, not_understood: tuple[str, ...], nation: str, zone: str, today: datetime.date
) -> tuple[tuple[int, int | None, int | None], ...]:
    hours = OpeningHours(expression=expression, not_understood=list(not_understood), nation=nation, timezone=zone)
    found = week(hours, today, days=FEW_DAYS)
    rows: list[tuple[int, int | None, int | None]] = []
    for weekday, spans in enumerate(found.usual if found else ()):
        sure = [(weekday, it.start, it.end) for it in spans if it.state == State.OPEN]
        rows += sure or ([(weekday, None, None)] if spans else [])
    return tuple(rows)


# --- evaluation, shared


def _ahead(hours: OpeningHours, start: datetime.date, days: int) -> tuple[Interval, ...]:
    """The intervals from the day before `start`, for what goes on past midnight, over `days` days."""
    return _evaluated(
        hours.expression, tuple(hours.not_understood), hours.nation, hours.timezone, start - ONE_DAY, days + 1
    )


@lru_cache(maxsize=2048)
def _evaluated(
    expression: str, not_understood: tuple[str, ...], nation: str, zone: str, start: datetime.date, days: int
) -> tuple[Interval, ...]:
    end = start + days * ONE_DAY
    return tuple(intervals(expression, start, end, nation=nation, timezone=zone, not_understood=not_understood))


def _joined(found: Iterable[Interval]) -> list[Interval]:
    """Stretches that touch and are of one kind (Monday to midnight, Tuesday from midnight) as one."""
    joined: list[Interval] = []
    for it in found:
        last = joined[-1] if joined else None
        if last and last.end == it.start and (last.state, last.comment) == (it.state, it.comment):
            joined[-1] = Interval(last.start, it.end, it.state, it.comment, it.reason)
        else:
            joined.append(it)
    return joined


def _whole_day(it: Interval) -> bool:
    return it.end - it.start >= ONE_DAY - datetime.timedelta(hours=1) and it.start.time() == datetime.time()


def _sentence(text: str) -> str:
    """`text` as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
