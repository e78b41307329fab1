"""Times in words: what `when` and `at` ask for, and when something is on.

question_in_words("tomorrow", "evening")     # "tomorrow evening"
span_in_words(start, end, now, zone)         # "Tonight 7 pm to 9 pm", "Friday 7 pm to 2 am (Saturday)"
"""

from __future__ import annotations

import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mapping.models import Node
from mapping.models.hours import DAYS

from .hours_description import clock, date_in_words, day_name, time_of
from .occasions import Occasion
from .window import EARLY, EVENING, NIGHT_ENDS, ONE_DAY, TO, times_of_day, zone_of

# Between the parts of a time: no line ends inside one.
UNBROKEN = "\u00a0"
NAMES = {
    "now": gettext_lazy("now"),
    "today": gettext_lazy("today"),
    "tonight": gettext_lazy("tonight"),
    "tomorrow": gettext_lazy("tomorrow"),
    "weekend": gettext_lazy("this weekend"),
    "week": gettext_lazy("in the next seven days"),
}
# A day, and a time of day, that have a name together.
TOGETHER = {
    ("today", "morning"): gettext_lazy("this morning"),
    ("today", "afternoon"): gettext_lazy("this afternoon"),
    ("today", "evening"): gettext_lazy("this evening"),
    ("tomorrow", "morning"): gettext_lazy("tomorrow morning"),
    ("tomorrow", "afternoon"): gettext_lazy("tomorrow afternoon"),
    ("tomorrow", "evening"): gettext_lazy("tomorrow evening"),
}
TIMES = {
    "morning": gettext_lazy("in the morning"),
    "afternoon": gettext_lazy("in the afternoon"),
    "evening": gettext_lazy("in the evening"),
}


def question_in_words(when: str, at: str = "") -> str:
    """Return what a query asks for: "now", "on Wednesday", "from 5 to 12 December 2026 in the evening"."""
    if (when, at) in TOGETHER:
        return str(TOGETHER[when, at])
    words = _when_in_words(when)
    return _("%(day)s %(time)s") % {"day": words, "time": time_of_day_in_words(at)} if at else words


def name(when: str) -> str:
    """The label of a time that has a name: `Tonight`."""
    return capitalised(str(NAMES[when]))


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _when_in_words(when: str) -> str:
    if when in NAMES:
        return str(NAMES[when])
    if when in DAYS:
        return _("on %(day)s") % {"day": day_name(DAYS.index(when))}
    if TO in when:
        first, last = (_date(part) for part in when.split(TO))
        if not first:
            return _("until %(date)s") % {"date": last}
        words = {"first": first, "last": last}
        return (_("from %(first)s to %(last)s") if last else _("from %(first)s on")) % words
    moment = datetime.datetime.fromisoformat(when)
    words = {"time": _unbroken(time_of(moment)), "date": formats.date_format(moment, "j F Y")}
    return (_("at %(time)s on %(date)s") if "T" in when else _("on %(date)s")) % words


def time_of_day_in_words(at: str) -> str:
    """`in the evening`, `from 6 pm to 10 pm`."""
    if at in TIMES:
        return str(TIMES[at])
    first, last = times_of_day(at)
    return _("from %(from)s to %(to)s") % {"from": _unbroken(_clock(first)), "to": _unbroken(_clock(last))}


def occasion_in_words(occasion: Occasion, now: datetime.datetime, zone: datetime.tzinfo) -> str:
    """`Tonight 7 pm to 9 pm, and 2 more times`."""
    words = span_in_words(occasion.starts_at, occasion.ends_at, now, zone, all_day=occasion.all_day)
    if occasion.more:
        more = ngettext("and %(n)s more time", "and %(n)s more times", occasion.more) % {"n": occasion.more}
        words = f"{words}, {more}"
    return words


def span_in_words(
    start: datetime.datetime,
    end: datetime.datetime | None,
    now: datetime.datetime,
    zone: datetime.tzinfo,
    *,
    all_day: bool = False,
) -> str:
    """Return when one thing is on, on the clocks of `zone`, seen from `now`; `end` None: nobody said.

    All three are aware. Within a week a day has its name alone. What ends in the small hours says of which day.
    """
    start, now = start.astimezone(zone), now.astimezone(zone)
    end = end and end.astimezone(zone)
    if all_day:
        last = (end - datetime.timedelta(microseconds=1)).date() if end else start.date()
        if last <= start.date():
            return _("%(day)s, all day") % {"day": _day(start.date(), now)}
        return _("%(first)s to %(last)s") % {"first": _day(start.date(), now), "last": _later_day(last, now)}
    if end is None:
        return _("%(day)s %(time)s") % {"day": _day(start.date(), now, start), "time": _unbroken(time_of(start))}
    day = _day(start.date(), now, start)
    words = {"from": time_of(start), "to": time_of(end), "last": _later_day(end.date(), now)}
    if end.date() == start.date() or end == _midnight_after(start):
        return f"{day} {_unbroken(_('%(from)s to %(to)s') % words)}"
    if end.date() == start.date() + ONE_DAY:
        words["last"] = day_name(end.weekday())
        return f"{day} {_unbroken(_('%(from)s to %(to)s (%(last)s)') % words)}"
    words |= {"day": day, "from": _unbroken(words["from"]), "to": _unbroken(words["to"])}
    return _("%(day)s %(from)s to %(last)s %(to)s") % words


def _unbroken(words: str) -> str:
    return words.replace(" ", UNBROKEN)


def _midnight_after(start: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.combine(start.date() + ONE_DAY, datetime.time(), start.tzinfo)


def _day(date: datetime.date, now: datetime.datetime, start: datetime.datetime | None = None) -> str:
    """`Tonight`, `Today`, `Tomorrow`, `Saturday`, `Saturday 12 December`, `Saturday 1 January 2028`."""
    ahead = (date - now.date()).days
    if ahead == 0:
        return _("Tonight") if start is not None and start.time() >= EVENING else _("Today")
    if ahead == 1:
        early = start is not None and start.time() < NIGHT_ENDS
        return _("Tonight") if early and now.time() >= EVENING else _("Tomorrow")
    return _later_day(date, now)


def _later_day(date: datetime.date, now: datetime.datetime) -> str:
    ahead = (date - now.date()).days
    if 0 <= ahead < 7:
        return day_name(date.weekday())
    words = date_in_words(date)
    # A year that goes without saying is left out.
    return words if abs(ahead) < 300 else f"{words} {date.year}"


def over_since(node: Node, now: datetime.datetime) -> str:
    """`This was over on Saturday 5 December 2026.`, for the page of what is in no list any more; else nothing."""
    if node.over_at is None or node.over_at > now:
        return ""
    # What ends at midnight, or in the small hours, was of the day before.
    last = node.over_at.astimezone(zone_of(node.place)) - datetime.timedelta(hours=EARLY.hour)
    return _("This is over: it was last on %(date)s.") % {"date": f"{date_in_words(last.date())} {last.year}"}


def _date(text: str) -> str:
    return formats.date_format(datetime.date.fromisoformat(text), "j F Y") if text else ""


def _clock(time: datetime.time) -> str:
    return clock(time.hour * 60 + time.minute)
