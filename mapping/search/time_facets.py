"""The filters of time: when, and at what time of day, with how many results each would leave."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.models import Viewer
from mapping.models.hours import DAYS
from mapping.nodes import hours_description, occasions, time_description
from mapping.nodes.window import NAMED, TIMES_OF_DAY, window, zone_of

from . import at_hand
from .choices import Group, choice, nodes_of
from .query import Query

# What can be chosen beside a date.
TIMES = (*NAMED, *DAYS)


def groups(query: Query, viewer: Viewer, counted: bool) -> list[Group]:
    """Any time, now, today, tonight and so on, or a date; then the time of day. One query.

    What has neither dates nor hours that anybody knows is under "any time" only.
    """
    zone, now = zone_of(query.place), timezone.now()
    counts = {}
    if counted:
        windows = lambda: {it: window(it, query.at if query.when else "", zone, now) for it in TIMES}  # noqa: E731
        anytime = query.replace(when="", at="")
        ready = at_hand.times(anytime, viewer, TIMES, windows) if not query.when else None
        counts = occasions.counts(nodes_of(anytime, viewer), windows()) if ready is None else ready
        if not counts and not query.when:
            return []

    def count(value: str) -> int | None:
        return counts.get(value, 0) if counted else None

    names = {it: time_description.name(it) for it in NAMED} | {
        day: hours_description.day_name(n) for n, day in enumerate(DAYS)
    }
    options = [choice("", _("Any time"), None, not query.when)]
    options += [choice(value, label, count(value), query.when == value) for value, label in names.items()]
    if query.when and query.when not in names:
        label = time_description.capitalised(time_description.question_in_words(query.when))
        options.append(choice(query.when, label, None, True))
    today = now.astimezone(zone).date()
    return [
        {
            "name": "when",
            "label": _("When"),
            "type": "radio",
            "options": options,
            "date": {"label": _("Or on a date"), "min": today.isoformat()},
        },
        _time_of_day(query),
    ]


def _time_of_day(query: Query) -> Group:
    values = [*TIMES_OF_DAY, *([query.at] if query.at and query.at not in TIMES_OF_DAY else [])]
    named = [(it, time_description.capitalised(time_description.time_of_day_in_words(it))) for it in values]
    return {
        "name": "at",
        "label": _("Time of day"),
        "type": "select",
        "options": [
            choice("", _("Any time of day"), None, not query.at),
            *(choice(value, label, None, query.at == value) for value, label in named),
        ],
    }
