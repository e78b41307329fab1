"""The form for something that is on: once, or every week."""

from __future__ import annotations

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.access import permissions
from listings.commands.details import Details, Where
from listings.models import Listing, ListingKind, Organisation
from listings.schedules.repeat import WEEKLY as WEEKLY_RULE
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Schedule, Slot
from listings.schedules.sentence import clock, day_in_full
from mapping.models import (
    Category,
    LocationPrecision,
    LocationSource,
    Place,
    StepFree,
)
from mapping.search import geocoding

from .venues import distinct_label, is_public, organisations_like, venues_like

# What can have a date. Offers, needs and notices have a form of their own.
KINDS = (ListingKind.EVENT, ListingKind.ACTIVITY, ListingKind.SERVICE, ListingKind.VOLUNTEERING)
FURTHEST = datetime.timedelta(days=730)
ONCE, WEEKLY = "once", "weekly"
# An end before the start is of the next day as long as it lasts no longer than this, and a mistake beyond it.
LONGEST_NIGHT = datetime.timedelta(hours=16)


class At:
    """Where something is: the answers that the form offers."""

    VENUE, ADDRESS, PIN, ONLINE = "venue", "address", "pin", "online"
    CHOICES = (
        (VENUE, gettext_lazy("At a place on the map")),
        (ADDRESS, gettext_lazy("At an address")),
        (PIN, gettext_lazy("At a point that I show")),
        (ONLINE, gettext_lazy("Online")),
    )


def _text(label, most: int, *, needed: str = "", hint: str = "", **attrs) -> forms.CharField:
    """A line of text; `needed` is what to say when it is empty."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(needed),
        help_text=hint,
        error_messages={
            "required": needed,
            "max_length": gettext_lazy("This is too long: %(show_value)d letters of %(limit_value)d. Shorten it."),
        },
        widget=forms.TextInput(attrs=attrs),
    )


def _lasts(slot: Slot) -> datetime.timedelta:
    """How long it goes on by the clock."""
    day = datetime.date(2001, 1, 1)
    ends = datetime.datetime.combine(day + datetime.timedelta(days=slot.nights), slot.ends)
    return ends - datetime.datetime.combine(day, slot.starts)


def grouped_categories() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices for a select: each top category as a group of itself and what is below it (one query)."""
    rows = list(Category.objects.order_by("position", "name"))
    tops = [row for row in rows if row.parent_id is None]
    return [(str(top), [(row.slug, str(row)) for row in rows if row.group == top.slug]) for top in tops]


class PostForm(forms.Form):
    """Asks what, who, when and where. After `is_valid()`, `details` is what `commands.listings` takes."""

    name = _text(
        gettext_lazy("What is it called?"),
        120,
        needed=gettext_lazy("Say what it is called, such as “Tea dance”."),
    )
    summary = forms.CharField(
        label=gettext_lazy("What happens there?"),
        help_text=gettext_lazy("One or two sentences: who is it for, what do people do, what should they bring?"),
        max_length=1000,
        error_messages={
            "required": gettext_lazy("Say in a sentence what happens there."),
            "max_length": gettext_lazy("This is too long: %(show_value)d letters of %(limit_value)d. Shorten it."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    listing_kind = forms.ChoiceField(
        label=gettext_lazy("What sort of thing is it?"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=ListingKind.EVENT,
        error_messages={"required": gettext_lazy("Choose what sort of thing it is.")},
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Where in the guide does it belong?"),
        error_messages={
            "required": gettext_lazy("Choose the part of the guide where people would look for it."),
            "invalid_choice": gettext_lazy("That part of the guide is not there any more. Choose another."),
        },
    )
    organisation = forms.ChoiceField(label=gettext_lazy("Which of your groups runs it?"), required=False)
    organisation_name = _text(
        gettext_lazy("Who runs it?"),
        200,
        hint=gettext_lazy("The name of the group. If it is on the map already, choose it from the list."),
        autocomplete="off",
    )

    repeats = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=[(ONCE, gettext_lazy("Once")), (WEEKLY, gettext_lazy("Every week"))],
        widget=forms.RadioSelect,
        initial=ONCE,
        error_messages={"required": gettext_lazy("Say whether it is once or every week.")},
    )
    date = forms.DateField(
        label=gettext_lazy("Date"),
        help_text=gettext_lazy("The first date, if it is every week."),
        error_messages={
            "required": gettext_lazy("Say on which date it is, or first is."),
            "invalid": gettext_lazy("This is not a date. Write it like 2026-11-24."),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    starts = forms.TimeField(
        label=gettext_lazy("Starts at"),
        error_messages={
            "required": gettext_lazy("Say when it starts."),
            "invalid": gettext_lazy("This is not a time. Write it like 19:30."),
        },
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not a time. Write it like 21:00.")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    until = forms.DateField(
        label=gettext_lazy("Last date"),
        help_text=gettext_lazy("Leave it empty if no end is planned."),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not a date. Write it like 2026-12-15.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    at = forms.ChoiceField(
        label=gettext_lazy("Where is it?"),
        choices=At.CHOICES,
        widget=forms.RadioSelect,
        initial=At.VENUE,
        error_messages={"required": gettext_lazy("Say where it is.")},
    )
    venue = _text(
        gettext_lazy("Name of the place"),
        300,
        hint=gettext_lazy("Such as a hall, library, church or park. Type a few letters of its name."),
        autocomplete="off",
    )
    venue_choice = forms.UUIDField(required=False, widget=forms.HiddenInput)
    address = _text(gettext_lazy("Building and street"), 300, autocomplete="off")
    postcode = _text(gettext_lazy("Postcode"), 12, autocomplete="off")
    point = _text(
        gettext_lazy("Latitude and longitude"),
        40,
        hint=gettext_lazy("Press on the map, or write two numbers such as 53.4251, -2.3215."),
        autocomplete="off",
    )

    precision = forms.ChoiceField(
        label=gettext_lazy("How exactly may everybody know where it is?"),
        help_text=gettext_lazy("Choose less where people must not be found. The exact place is then shown to nobody."),
        choices=[
            (LocationPrecision.EXACT, gettext_lazy("As exactly as I say it")),
            (LocationPrecision.STREET, gettext_lazy("The street")),
            (LocationPrecision.POSTCODE, gettext_lazy("About where the postcode is")),
            (LocationPrecision.AREA, gettext_lazy("The area only, about 1 km wide")),
        ],
        initial=LocationPrecision.EXACT,
        required=False,
    )

    cost = _text(gettext_lazy("What does it cost?"), 200, hint=gettext_lazy("Such as: Free. Or: £3, children £1."))
    step_free = forms.ChoiceField(
        label=gettext_lazy("Can people get in without steps?"),
        choices=[(StepFree.UNKNOWN, gettext_lazy("I do not know"))]
        + [(it.value, it.label) for it in StepFree if it != StepFree.UNKNOWN],
        required=False,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address that people may write to"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org.")},
    )
    phone = _text(gettext_lazy("Phone number that people may ring"), 60)
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("This is not an address of a website. Write it like https://example.org.")
        },
    )
    # Filled in by machines only: it is hidden from people, also from those who listen to the page.
    leave_empty = forms.CharField(required=False)

    def __init__(self, *args, place: Place, user=None, listing: Listing | None = None, **kwargs) -> None:
        """`listing` is what is edited: it may stay at its venue and with its group, though these are hidden now."""
        super().__init__(*args, **kwargs)
        self.place, self.listing = place, listing
        self.details: Details | None = None
        self.venue_choices: list[tuple[str, str]] = []
        self.fields["category"].choices = [("", _("Choose one")), *grouped_categories()]
        own = list(permissions.organisations_of(user).of_place(place)[:50]) if user else []
        if own:
            self.fields["organisation"].choices = [
                *((str(it.uuid), it.name) for it in own),
                ("", _("Another group, or just me")),
            ]
            self._own = {str(it.uuid): it for it in own}
        else:
            del self.fields["organisation"]
            self._own = {}

    def clean(self) -> dict:
        data = super().clean()
        if data.get("leave_empty"):
            raise forms.ValidationError(
                _("The field that should stay empty was filled in. Empty it and send the form again.")
            )
        where = self._where(data)
        schedule = self._schedule(data)
        if not self.errors:
            self.details = self._details(data, where, schedule)
        return data

    # --- when

    def _schedule(self, data: dict) -> Schedule | None:
        first, starts, ends = data.get("date"), data.get("starts"), data.get("ends")
        if first is None or starts is None:
            return None
        weekly = data.get("repeats") == WEEKLY
        until = data.get("until") if weekly else None
        today = timezone.localdate()
        if first < today and self.listing is None:
            self.add_error("date", _("%(day)s has passed. Choose today or a later date.") % {"day": day_in_full(first)})
        elif first > today + FURTHEST:
            self.add_error("date", _("That is more than two years away. Check the year."))
        slot = Slot.between(starts, ends)
        zone = ZoneInfo(self.place.timezone or settings.TIME_ZONE)
        repeat = Repeat(WEEKLY_RULE, until=until) if weekly else None
        schedule = Schedule(first, (slot,), zone, repeat=repeat, nation=self.place.nation)
        if until is not None and until < first:
            self.add_error(
                "until",
                _("The last date, %(until)s, is before the first, %(first)s. Choose a later one.")
                % {"until": day_in_full(until), "first": day_in_full(first)},
            )
        elif slot.nights and _lasts(slot) > LONGEST_NIGHT:
            self.add_error(
                "ends",
                _("It would end at %(ends)s, before it starts at %(starts)s. Check both times.")
                % {"ends": clock(ends), "starts": clock(starts)},
            )
        return schedule

    # --- where

    def _where(self, data: dict) -> Where | None:
        at = data.get("at")
        if at == At.VENUE:
            return self._at_venue(data)
        if at == At.ADDRESS:
            return self._at_address(data)
        if at == At.PIN:
            return self._at_pin(data)
        return Where() if at == At.ONLINE else None

    def _at_venue(self, data: dict) -> Where | None:
        text = " ".join((data.get("venue") or "").split())
        kept = self.listing.venue if self.listing is not None else None
        if kept is not None and data.get("venue_choice") == kept.uuid and text in ("", kept.name):
            return Where.at(kept)
        if not text:
            self.add_error("venue", _("Type the name of the place, or choose another answer to “Where is it?”."))
            return None
        found = venues_like(self.place, text)
        same = [it for it in found if it.name.casefold() == text.casefold()]
        chosen = [it for it in found if it.uuid == data.get("venue_choice")]
        if chosen:
            return Where.at(chosen[0])
        if len(same) == 1:
            return Where.at(same[0])
        offered = same or found
        self.venue_choices = [(str(it.uuid), distinct_label(it)) for it in offered]
        words = {"text": text, "place": self.place.name}
        if same:
            message = _("There are %(number)s places called “%(text)s” in %(place)s. Choose which one you mean.")
            words["number"] = len(same)
        elif found:
            message = _(
                "There is no “%(text)s” on the map of %(place)s. Choose one of these, or give its address instead."
            )
        else:
            message = _("There is no “%(text)s” on the map of %(place)s. Choose “At an address” and write where it is.")
        self.add_error("venue", message % words)
        return None

    def _at_address(self, data: dict) -> Where | None:
        text = data.get("postcode") or ""
        if not text:
            self.add_error("postcode", _("Write the postcode, so that it can be put on the map."))
            return None
        spot = geocoding.postcode(text, self.place) if geocoding.looks_like_postcode(text) else None
        if spot is None or spot.kind != "postcode":
            self.add_error(
                "postcode",
                _("We do not know the postcode “%(text)s”. Check it, or show the point on the map instead.")
                % {"text": text},
            )
            return None
        if not self._inside(spot, "postcode"):
            return None
        return Where(
            point=Point(spot.lon, spot.lat, srid=4326),
            source=LocationSource.POSTCODE,
            precision=LocationPrecision.POSTCODE,
            address=data.get("address") or "",
            postcode=spot.label,
        )

    def _at_pin(self, data: dict) -> Where | None:
        spot = geocoding.coordinates(geocoding.tidy(data.get("point") or ""))
        if spot is None:
            self.add_error("point", _("Press on the map where it is, or write two numbers such as 53.4251, -2.3215."))
            return None
        if self.place.boundary is not None and not self.place.boundary.covers(Point(spot.lon, spot.lat, srid=4326)):
            spot = replace(spot, inside=False)
        if not self._inside(spot, "point"):
            return None
        return Where(
            point=Point(spot.lon, spot.lat, srid=4326),
            source=LocationSource.PIN,
            address=data.get("address") or "",
        )

    def _inside(self, spot: geocoding.Spot, field: str) -> bool:
        if spot.inside:
            return True
        self.add_error(
            field,
            _("%(what)s is not in %(place)s, so its stewards cannot publish it. Check it, or choose another place.")
            % {"what": _("That point") if field == "point" else spot.label, "place": self.place.name},
        )
        return False

    # --- all together

    def _details(self, data: dict, where: Where, schedule: Schedule) -> Details:
        organiser, name = self._organiser(data)
        return Details(
            name=" ".join(data["name"].split()),
            summary=data["summary"].strip(),
            listing_kind=data["listing_kind"],
            category=Category.objects.select_related("parent__parent").get(slug=data["category"]),
            organiser=organiser,
            organiser_name=name,
            where=where,
            precision=data["precision"],
            schedule=schedule,
            cost=data["cost"],
            step_free=data["step_free"],
            email=data["email"],
            phone=data["phone"],
            website=data["website"],
        )

    def _organiser(self, data: dict) -> tuple[Organisation | None, str]:
        """The group: one of theirs, the only one of that name in the place, or just a name."""
        if own := self._own.get(data.get("organisation") or ""):
            return own, own.name
        name = " ".join(data["organisation_name"].split())
        kept = self.listing.organiser if self.listing is not None else None
        if kept is not None and name in ("", kept.name) and not is_public(kept):
            return kept, kept.name
        if not name:
            return None, ""
        same = [it for it in organisations_like(self.place, name) if it.name.casefold() == name.casefold()]
        return (same[0], same[0].name) if len(same) == 1 else (None, name)
