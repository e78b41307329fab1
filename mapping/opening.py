"""Open now, open on a day, and opening hours in words. All times are local times of the place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import OpeningHours
from .parameters import DAYS

DAY = 1440  # minutes
EARLY = 6 * 60  # what opens before is open at all hours, and is no news of the day
DAY_NAMES = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)


def open_when(nodes: QuerySet, value: str, now: datetime.datetime | None = None) -> QuerySet:
    """Those of `nodes` open at `value`: `now`, a day (`mon` to `sun`) or a local `YYYY-MM-DDTHH:MM`.

    A day counts also where only the day is known; a moment needs known hours.
    """
    if value in DAYS:
        return open_on(nodes, DAYS.index(value))
    if value == "now":
        return open_at(nodes, timezone.localtime(now))
    return open_at(nodes, datetime.datetime.fromisoformat(value))


def open_on(nodes: QuerySet, weekday: int) -> QuerySet:
    """Those of `nodes` that open on `weekday` (0 = Monday)."""
    return nodes.filter(Exists(OpeningHours.objects.filter(node=OuterRef("pk"), weekday=weekday)))


def open_at(nodes: QuerySet, moment: datetime.datetime) -> QuerySet:
    """Those of `nodes` that are open at the local `moment`, also in a spell that began the day before."""
    return nodes.filter(Exists(OpeningHours.objects.filter(spells_at(moment), node=OuterRef("pk"))))


def spells_at(moment: datetime.datetime) -> Q:
    """The condition on `OpeningHours` that a spell is under way at the local `moment`."""
    weekday, minute = moment.weekday(), moment.hour * 60 + moment.minute
    today = Q(weekday=weekday, opens__lte=minute, closes__gt=minute)
    return today | Q(weekday=(weekday - 1) % 7, closes__gt=minute + DAY)


def still_to_come(moment: datetime.datetime) -> QuerySet:
    """The spells of the day of the local `moment` that are not over yet and that begin by day."""
    minute = moment.hour * 60 + moment.minute
    return OpeningHours.objects.filter(weekday=moment.weekday(), closes__gt=minute, opens__gte=EARLY)


@dataclass(frozen=True)
class OpenState:
    """How things stand at a moment: `words` for people; `is_open` is None when nobody knows."""

    is_open: bool | None
    words: str


def clock(minutes: int) -> str:
    """Return minutes since midnight in words: `9 am`, `12.30 pm`, `noon`, `midnight`."""
    minutes %= DAY
    if minutes == 0:
        return _("midnight")
    if minutes == 720:
        return _("noon")
    hour, minute = divmod(minutes, 60)
    shown = f"{hour % 12 or 12}.{minute:02}" if minute else f"{hour % 12 or 12}"
    return (_("%(time)s am") if hour < 12 else _("%(time)s pm")) % {"time": shown}


def state_at(hours: Iterable[OpeningHours], now: datetime.datetime) -> OpenState | None:
    """Say whether something with these `hours` is open at the local time `now`, and what comes next.

    None when no hours are known at all.
    """
    hours = list(hours)
    if not hours:
        return None
    weekday, minute = now.weekday(), now.hour * 60 + now.minute
    closes = _closes(hours, weekday, minute)
    if closes is not None:
        if closes - minute >= DAY:
            return OpenState(True, _("Open now"))
        # Until two at night is tonight; until ten the next morning is not.
        words = _("Open now until %(time)s") if closes < DAY + EARLY else _("Open now until tomorrow %(time)s")
        return OpenState(True, words % {"time": clock(closes)})
    if any(it.weekday == weekday and it.opens is None for it in hours):
        return OpenState(None, _("Open today, times not known"))
    return OpenState(False, _next_opening(hours, weekday, minute))


def _closes(hours: Sequence[OpeningHours], weekday: int, minute: int) -> int | None:
    """The minute (counted from today's midnight) at which the spell that is under way ends."""
    # Spells that touch (Monday to midnight, Tuesday from midnight) are one.
    spells = sorted(
        (it.opens + DAY * back, it.closes + DAY * back)
        for it in hours
        if it.opens is not None
        for back in range(-1, 3)
        if (weekday + back) % 7 == it.weekday
    )
    end: int | None = None
    for opens, closes in spells:
        if (opens <= minute < closes) or (end is not None and opens <= end < closes):
            end = max(end or closes, closes)
    return end


def _next_opening(hours: Sequence[OpeningHours], weekday: int, minute: int) -> str:
    """When it opens next, within a week; today's spells that are over do not count."""
    upcoming = []
    for it in hours:
        ahead = (it.weekday - weekday) % 7
        if ahead == 0 and (it.opens is None or it.opens <= minute):
            ahead = 7
        upcoming.append((ahead, it.opens if it.opens is not None else -1, it))
    ahead, opens, it = min(upcoming, key=lambda entry: entry[:2])
    words = {"day": day_name(it.weekday), "time": clock(opens) if opens >= 0 else ""}
    if ahead == 0:
        return _("Opens at %(time)s") % words
    if opens < 0:
        return (_("Opens tomorrow") if ahead == 1 else _("Opens %(day)s")) % words
    if ahead == 1:
        return _("Opens tomorrow %(time)s") % words
    return _("Opens %(day)s %(time)s") % words


def day_name(weekday: int) -> str:
    """Return the name of a day, 0 being Monday."""
    return str(DAY_NAMES[weekday])


def moment_in_words(value: str) -> str:
    """Return what `open` asks for in words: "now", "on Wednesday", "at 10 am on 25 November 2026"."""
    if value == "now":
        return _("now")
    if value in DAYS:
        return _("on %(day)s") % {"day": day_name(DAYS.index(value))}
    moment = datetime.datetime.fromisoformat(value)
    words = {"time": clock(moment.hour * 60 + moment.minute), "date": formats.date_format(moment, "j F Y")}
    return _("at %(time)s on %(date)s") % words


def day_in_words(hours: Iterable[OpeningHours], weekday: int) -> str:
    """Return when something opens on a day: "Wednesday 10 am to noon, 2 pm to 4 pm"; nothing when it does not."""
    spells = week(hours)
    said = spells[weekday][1] if spells else []
    return f"{day_name(weekday)} {', '.join(said)}" if said else ""


def week(hours: Iterable[OpeningHours]) -> list[tuple[str, list[str]]]:
    """Return the seven days with their spells in words; an empty list means closed, no rows at all no week."""
    by_day: dict[int, list[str]] = {day: [] for day in range(7)}
    rows = sorted(hours, key=lambda it: (it.weekday, it.opens or 0))
    for it in rows:
        if it.opens is None:
            by_day[it.weekday].append(_("open, times not known"))
        elif it.opens == 0 and it.closes == DAY:
            by_day[it.weekday].append(_("all day"))
        else:
            words = {"from": clock(it.opens), "to": clock(it.closes)}
            by_day[it.weekday].append(_("%(from)s to %(to)s") % words)
    return [(day_name(day), spells) for day, spells in by_day.items()] if rows else []
