"""What is different on one date: the form for another time, another place, and a word about it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.schedules.schedule import Slot
from listings.schedules.sentence import clock
from mapping.models import Node, Place

from . import fields
from .times import LONGEST_NIGHT, lasts
from .where_fields import VenueFields


class MoveForm(VenueFields):
    """Another time, another place, or both. After `is_valid()`, `to` is what `changes.move` takes."""

    date = fields.date(gettext_lazy("On which day?"), example="2026-11-24")
    starts = fields.clock(gettext_lazy("Starts at"))
    ends = fields.clock(gettext_lazy("Ends at"), example="21:00")
    where = fields.text(
        gettext_lazy("Or where, in your own words"), 300, hint=gettext_lazy("Such as: in the upper room.")
    )
    note = fields.text(
        gettext_lazy("A word about it"),
        300,
        hint=gettext_lazy("Such as: the hall is being painted. Everybody reads it."),
    )

    field_order = ("date", "starts", "ends", "venue", "venue_choice", "where", "note")
    NONE = gettext_lazy("There is no “%(text)s” on the map of %(place)s. Write it in your own words below instead.")
    NONE_BUT_ALIKE = gettext_lazy(
        "There is no “%(text)s” on the map of %(place)s. Choose one of these, or write it in your own words below."
    )

    def __init__(
        self,
        data=None,
        *,
        place: Place,
        was: datetime.datetime,
        ended: datetime.datetime | None,
        all_day: bool,
        **more,
    ) -> None:
        """`was` and `ended`: from when to when it is by the rule, on the clocks of its time zone."""
        super().__init__(data, **more)
        self.place, self.was, self.ended, self.all_day = place, was, ended, all_day
        self.venue_choices: list[tuple[str, str]] = []
        self.to: dict[str, Any] = {}
        self.fields["venue"].label = _("At another place on the map")
        if all_day:
            del self.fields["starts"], self.fields["ends"]

    def clean(self) -> dict:
        data = super().clean()
        venue: Node | None = self.read_venue(data)
        day = data.get("date")
        if day is None and "date" not in self.errors:
            self.add_error("date", _("Say on which day it is."))
        if not self.all_day and data.get("starts") is None and "starts" not in self.errors:
            self.add_error("starts", _("Say when it starts."))
        if self.errors:
            return data
        starts, ends = self._times(data, day)
        if self.errors:
            return data
        if starts == self.was and ends == self.ended:
            starts = ends = None
        elif starts < timezone.make_naive(timezone.now(), timezone.get_current_timezone()):
            self.add_error("date", _("That has passed already. Choose a later time, or cancel this date."))
        self.to = {"starts": starts, "ends": ends, "venue": venue, "where": data["where"], "note": data["note"]}
        return data

    def _times(self, data: dict, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime | None]:
        if self.all_day:
            starts = datetime.datetime.combine(day, datetime.time())
            return starts, starts + (self.ended - self.was) if self.ended else None
        slot = Slot.between(data["starts"], data.get("ends"))
        starts = datetime.datetime.combine(day, slot.starts)
        if slot.ends is None:
            return starts, None
        nights = slot.nights
        if self.ended is not None and (by_rule := (self.ended.date() - self.was.date()).days) > 1:
            # A weekend is a weekend on other days too.
            nights = by_rule
        elif nights and lasts(slot) > LONGEST_NIGHT and not self._lasts_so_long:
            words = {"ends": clock(slot.ends), "starts": clock(slot.starts)}
            self.add_error(
                "ends", _("It would end at %(ends)s, before it starts at %(starts)s. Check both times.") % words
            )
        return starts, datetime.datetime.combine(day + datetime.timedelta(days=nights), slot.ends)

    @property
    def _lasts_so_long(self) -> bool:
        """Whether it takes longer than a night on any day."""
        return self.ended is not None and self.ended - self.was > LONGEST_NIGHT


class EndForm(forms.Form):
    """The last date that there is to be."""

    last = fields.date(gettext_lazy("Last date"), gettext_lazy("Dates after it are taken out of the calendar."))

    def clean_last(self) -> datetime.date:
        if self.cleaned_data["last"] is None:
            raise forms.ValidationError(_("Say which is the last date."))
        return self.cleaned_data["last"]
