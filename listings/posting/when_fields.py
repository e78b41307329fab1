"""When something is: the fields that the form asks with, and the schedule that they make."""

from __future__ import annotations

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.models import ListingKind
from listings.schedules.changes import carried
from listings.schedules.repeat import MAX_COUNT, MAX_INTERVAL, Repeat
from listings.schedules.schedule import MAX_DAYS, MAX_NIGHTS, Schedule
from listings.schedules.sentence import day_in_full
from mapping.models import Place

from . import fields
from .preview import Preview, preview
from .repeat_choice import NTHS, Often, repeat_from
from .times import ROWS, Row, rows_shown, slots_from

FURTHEST = datetime.timedelta(days=730)
# What may be there without a date.
UNDATED_KINDS = (
    ListingKind.SERVICE, ListingKind.SPACE, ListingKind.OFFER, ListingKind.NEED, ListingKind.VOLUNTEERING,
    ListingKind.NOTICE,
)  # fmt: skip


class WhenFields(forms.Form):
    """Asks for dates and times. `read_schedule` makes a `Schedule` of the answers."""

    repeats = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Often.CHOICES,
        widget=forms.RadioSelect,
        initial=Often.ONCE,
        error_messages={
            "required": gettext_lazy("Say whether it is once or every week, or how often else."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    date = fields.date(
        gettext_lazy("Date"), gettext_lazy("The first date, if there are several."), example="2026-11-24"
    )
    starts = fields.clock(gettext_lazy("Starts at"))
    ends = fields.clock(gettext_lazy("Ends at"), example="21:00")
    later = fields.number(
        gettext_lazy("Ends how many days later?"),
        0,
        MAX_NIGHTS,
        gettext_lazy("Such as 2 for Friday evening to Sunday. Leave it empty for the same day, or overnight."),
    )
    all_day = forms.BooleanField(label=gettext_lazy("All day"), required=False)
    days = fields.number(
        gettext_lazy("All day, for how many days?"), 1, MAX_DAYS, gettext_lazy("Leave it empty for a single day.")
    )
    weekdays = fields.several(
        gettext_lazy("On which days?"),
        [(str(number), name) for number, name in WEEKDAYS.items()],
        gettext_lazy("Leave them empty for the day of the date above."),
    )
    nths = fields.several(
        gettext_lazy("Which of them in the month?"),
        NTHS,
        gettext_lazy("Leave them empty for that of the date above."),
    )
    month_days = fields.MonthDaysField(
        label=gettext_lazy("On which days of the month?"),
        help_text=gettext_lazy("Such as: 1, 15. Or: last. Leave it empty for the day of the date above."),
    )
    until = fields.date(gettext_lazy("Last date"), gettext_lazy("Leave it empty if no end is planned."))
    count = fields.number(
        gettext_lazy("Or how many times?"),
        1,
        MAX_COUNT,
        gettext_lazy("Dates that are left out below count too."),
    )
    every = fields.number(
        gettext_lazy("Not each of them, but only every …"),
        1,
        MAX_INTERVAL,
        gettext_lazy("Such as 3 for every third week, month, day or year. Leave it empty for each."),
    )
    not_in_months = fields.several(
        gettext_lazy("Not in these months"), [(str(number), name) for number, name in MONTHS.items()]
    )
    not_on_holidays = forms.BooleanField(label=gettext_lazy("Not on bank holidays"), required=False)
    not_on = fields.DatesField(
        label=gettext_lazy("Not on these dates"),
        help_text=gettext_lazy("One a line, such as: 24 December 2026."),
    )
    also_on = fields.DatesField(
        label=gettext_lazy("Also on these dates"),
        help_text=gettext_lazy("One a line, at the same time of day, such as: 5 January 2027."),
    )
    expires = fields.date(
        gettext_lazy("Show it until"),
        gettext_lazy("After this day it leaves the map and the lists. Leave it empty if it stays."),
    )

    place: Place
    before: Schedule | None = None
    schedule: Schedule | None = None
    # What was given as the first date, where the rule begins on another.
    asked_for: datetime.date | None = None

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of every field of the part, those of further times too."""
        return (*WhenFields.base_fields, *(name for row in ROWS[1:] for name in (row.starts, row.ends, row.later)))

    def ask_when(self, place: Place, before: Schedule | None, dates_stay: bool = False) -> None:
        """Fit the fields to the place, and to the schedule of what is edited.

        `dates_stay`: it has dates without a schedule, from a calendar elsewhere, and may keep them.
        """
        self.place, self.before = place, before
        self.nation = place.nation or (before.nation if before else "")
        if not self.nation:
            # Nobody knows its bank holidays; the template says so.
            del self.fields["not_on_holidays"]
        if before is not None and before.repeat is not None:
            self.fields["repeats"].choices = [*Often.CHOICES, (Often.AS_BEFORE, _("As before"))]
        elif dates_stay:
            words = _("As the calendar says that it comes from")
            self.fields["repeats"].choices = [(Often.AS_BEFORE, words), *Often.CHOICES]
        for row in ROWS[1:]:
            self.fields[row.starts] = fields.clock(gettext_lazy("Starts at"))
            self.fields[row.ends] = fields.clock(gettext_lazy("Ends at"), example="21:00")
            self.fields[row.later] = fields.number(gettext_lazy("Days later"), 0, MAX_NIGHTS)

    @property
    def more_rows(self) -> list[list[forms.BoundField]]:
        """The rows for further times on the same day, as bound fields."""
        typed = self.data if self.is_bound else self.initial
        return [self._bound(row) for row in rows_shown(typed)]

    def _bound(self, row: Row) -> list[forms.BoundField]:
        return [self[row.starts], self[row.ends], self[row.later]]

    def has_any(self, *names: str) -> bool:
        """Whether something was typed into, or is wrong with, one of these fields."""
        return any(name in self.fields and (self[name].value() or self.errors.get(name)) for name in names)

    @property
    def has_other_times(self) -> bool:
        return self.has_any("all_day", "days", *(name for row in ROWS[1:] for name in vars(row).values()), "later")

    @property
    def has_exceptions(self) -> bool:
        return self.has_any("every", "not_in_months", "not_on_holidays", "not_on", "also_on")

    # --- reading the answers

    def read_schedule(self, data: dict, *, kind: str = "", past: bool = False) -> Schedule | None:
        """Return the schedule, with an error at each field that it cannot be made of; None without one.

        It begins on the first date of its rule. `past`: dates that have passed are no mistake.
        """
        often = data.get("repeats")
        if not often or (often == Often.AS_BEFORE and self.before is None):
            return None
        if often == Often.NEVER:
            self._read_undated(data, kind)
            return None
        first = data.get("date")
        if first is None and "date" not in self.errors:
            self._ask("date", _("Say on which date it is, or first is."))
        times = self._read_times(data)
        if first is None or times is None:
            return None
        self._check_first(first, past)
        repeat = self._read_repeat(data, first)
        if self.problems_of_when():
            return None
        schedule = Schedule(
            first,
            times,
            ZoneInfo(self.before.zone.key if self.before else self.place.timezone or settings.TIME_ZONE),
            days=(data.get("days") or 1) if not times else 1,
            repeat=repeat,
            also_on=data.get("also_on") or (),
            nation=self.nation,
        )
        if repeat is not None:
            schedule = replace(
                schedule,
                not_on=data.get("not_on") or (),
                not_in_months=tuple(int(it) for it in data.get("not_in_months") or ()),
                not_on_holidays=bool(data.get("not_on_holidays")),
            )
        return self._on_rule(schedule, past)

    def _ask(self, name: str, message: str) -> None:
        self.add_error(name, forms.ValidationError(message, code="required"))

    def only_when(self) -> None:
        """Leave out what is wrong with other parts: nobody has finished them yet."""
        for name in set(self.errors) - set(self.names()):
            del self.errors[name]

    def said_back(self) -> Preview | None:
        """The sentence and the next dates, with the one-off changes that there are; None where there is no schedule."""
        if self.schedule is None:
            return None
        changes = carried(self.before, self.schedule) if self.before is not None else ()
        return preview(replace(self.schedule, changes=changes), self.asked_for)

    def problems_of_when(self) -> list[str]:
        """The names of the fields of this part with which something is wrong."""
        return [name for name in self.errors if name in self.names()]

    def _read_undated(self, data: dict, kind: str) -> None:
        if kind and kind not in UNDATED_KINDS:
            self.add_error("repeats", _("An event or a regular activity has a date. Say how often it is, and when."))
        expires = data.get("expires")
        if expires is not None and expires < timezone.localdate():
            words = {"day": day_in_full(expires)}
            self.add_error("expires", _("%(day)s has passed. Choose a later day, or leave it empty.") % words)

    def _read_times(self, data: dict) -> tuple | None:
        if data.get("all_day"):
            return ()
        times, problems = slots_from(data)
        for name, message in problems:
            if name not in self.errors:
                self.add_error(name, message)
        if data.get("starts") is None and "starts" not in self.errors:
            self._ask("starts", _("Say when it starts, or tick “All day” under “Other times”."))
        return None if any(name in self.errors for row in ROWS for name in vars(row).values()) else times

    def _check_first(self, first: datetime.date, past: bool) -> None:
        today = timezone.localdate()
        if first < today and not past:
            self.add_error("date", _("%(day)s has passed. Choose today or a later date.") % {"day": day_in_full(first)})
        elif first > today + FURTHEST:
            self.add_error("date", _("That is more than two years away. Check the year."))
        also = self.cleaned_data.get("also_on") or ()
        if also and min(also) < today and not past:
            words = {"day": day_in_full(min(also))}
            self.add_error("also_on", _("%(day)s has passed. Take it out, or check its year.") % words)
        elif also and max(also) > today + FURTHEST:
            words = {"day": day_in_full(max(also))}
            self.add_error("also_on", _("%(day)s is more than two years away. Take it out, or check its year.") % words)

    def _read_repeat(self, data: dict, first: datetime.date) -> Repeat | None:
        if data["repeats"] not in Often.RULES:
            return None
        until, count, every = data.get("until"), data.get("count"), data.get("every")
        if until is not None and count is not None:
            self.add_error("count", _("Give a last date or a number of times, not both. Empty one of them."))
            return None
        if until is not None and until < first:
            self.add_error(
                "until",
                _("The last date, %(until)s, is before the first, %(first)s. Choose a later one.")
                % {"until": day_in_full(until), "first": day_in_full(first)},
            )
            return None
        if data["repeats"] == Often.FORTNIGHT and every not in (None, 2):
            self.add_error(
                "every",
                _("“Every second week” is chosen above. Choose “Every week” there to have it every %(n)s weeks.")
                % {"n": every},
            )
            return None
        return repeat_from(data, first, self.before.repeat if self.before else None)

    def _on_rule(self, schedule: Schedule, past: bool) -> Schedule | None:
        """The same, beginning on the next date that fits; with an error where no date is left."""
        asked, until = schedule.first, schedule.repeat.until if schedule.repeat else None
        if schedule.repeat is not None:
            # Every second week on Mondays, asked for from a Tuesday, begins next Monday and not the one after.
            as_before = self.cleaned_data["repeats"] == Often.AS_BEFORE
            interval = schedule.repeat.interval if as_before else 1
            first = replace(schedule.repeat, interval=interval, until=None, count=None).first_from(asked)
            schedule = replace(schedule, first=first or asked)
            if first is None or (until is not None and until < first):
                words = {"until": day_in_full(until or asked)}
                self.add_error("until", _("There is no such date up to %(until)s. Choose a later one.") % words)
                return None
        if not past and not schedule.next_spans(timezone.now(), 1):
            self.add_error(
                "date", _("No date is left: all of them are left out, or have passed. Check the exceptions.")
            )
            return None
        self.asked_for = asked if schedule.first != asked else None
        return schedule
