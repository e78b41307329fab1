"""The questions of a report, one after the other: where, what kind of thing, what is wrong, who says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.commands import reports
from listings.guard.forms import GuardedForm
from listings.models import ReportCategory, ReportPhoto, ReportStatus
from listings.posting import fields
from mapping.models import Place
from mapping.search import geocoding

from . import photo as photos
from .drafts import STEPS, ReportStep

TOO_LONG_ADDRESS = gettext_lazy("This address is too long: %(show_value)d letters of %(limit_value)d.")
MAX_STREETS = 8


def email_field(hint: str) -> forms.EmailField:
    """An e-mail address that has to be given."""
    return forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=hint,
        error_messages={
            "required": gettext_lazy("Write the address that we may write to."),
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
            "max_length": TOO_LONG_ADDRESS,
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def words_field(label: str, *, needed: str = "", hint: str = "") -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label,
        max_length=2000,
        required=bool(needed),
        help_text=hint,
        error_messages={"required": needed, "max_length": fields.TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReportWhereForm(forms.Form):
    """Where it is: a postcode, a street or a place by name, two numbers, or a pin on the map. Gives `spot`."""

    where = fields.text(
        gettext_lazy("Postcode, street or place"),
        200,
        hint=gettext_lazy("Such as M33 7XZ, or the name of a street or park."),
        autocomplete="off",
    )
    point = fields.text(
        gettext_lazy("Or the exact point"),
        40,
        hint=gettext_lazy("Press on the map, or write two numbers such as 53.4251, -2.3215."),
        autocomplete="off",
    )

    def __init__(self, *args, place: Place, **more) -> None:
        super().__init__(*args, **more)
        self.place = place
        self.spot: geocoding.Spot | None = None
        # Where several are called so: which one is meant?
        self.choices: list[geocoding.Spot] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        typed, text = geocoding.tidy(data.get("point") or ""), geocoding.tidy(data.get("where") or "")
        if typed:
            field, self.spot = "point", geocoding.coordinates(typed)
            if self.spot is None:
                self.add_error(
                    "point", _("Press on the map where it is, or write two numbers such as 53.4251, -2.3215.")
                )
        elif text:
            field, found = "where", geocoding.find(text, self.place)
            if len(found) == 1:
                self.spot = found[0]
            elif found:
                self.choices = found[:MAX_STREETS]
                self.add_error("where", _("There are several of that name. Choose one of them."))
            else:
                self.add_error(
                    "where", _("We do not know “%(text)s”. Try a postcode, or show it on the map.") % {"text": text}
                )
        else:
            self.add_error("where", _("Say where it is: a postcode, a street, or a point on the map."))
        if self.spot is not None and not is_inside(self.place, point_of(self.spot)):
            self.spot = None
            self.add_error(field, outside(self.place))
        return data


def point_of(spot: geocoding.Spot) -> Point:
    return Point(spot.lon, spot.lat, srid=4326)


def is_inside(place: Place, point: Point) -> bool:
    return place.boundary is None or place.boundary.covers(point)


def outside(place: Place) -> str:
    """In plain words: nobody here could do anything about it."""
    return _(
        "That is outside %(place)s. Reports here go to those who look after %(place)s: choose a point inside it, or "
        "tell whoever looks after the place where it is."
    ) % {"place": place.name}


class ReportCategoryForm(forms.Form):
    """What kind of thing it is."""

    category = forms.ModelChoiceField(
        label=gettext_lazy("What needs care?"),
        queryset=ReportCategory.objects.none(),
        to_field_name="slug",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what comes nearest."),
            "invalid_choice": gettext_lazy("That is none of these. Choose what comes nearest."),
        },
    )

    def __init__(self, *args, place: Place, **more) -> None:
        super().__init__(*args, **more)
        self.fields["category"].queryset = ReportCategory.objects.filter(place=place, offered=True)
        self.fields["category"].label_from_instance = lambda it: f"{it.name}: {it.hint}" if it.hint else it.name


class ReportForm(GuardedForm):
    """What is wrong, a photo, and who says so. A photo that was taken stays when something else has to be mended.

    With `step` it is one screen alone. Work is given, and what was written is judged, with the last one.
    """

    guard_name = "report"

    title = fields.text(
        gettext_lazy("In a few words"),
        120,
        needed=gettext_lazy("Say in a few words what is wrong."),
        hint=gettext_lazy("Such as “The swing has lost a chain”."),
    )
    words = words_field(
        gettext_lazy("What should they know?"),
        needed=gettext_lazy("Write a sentence or two: what is wrong, and how to find it."),
        hint=gettext_lazy("Everybody can read this. Leave out names, number plates and telephone numbers."),
    )
    photo = forms.FileField(
        label=gettext_lazy("A photo"),
        required=False,
        help_text=format_lazy(
            gettext_lazy(
                "JPEG, PNG, WebP or GIF, at most {most} MB. Where and when it was taken is removed. No faces, please."
            ),
            most=photos.MAX_BYTES // 1024**2,
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"empty": gettext_lazy("The photo is an empty file. Choose it again.")},
    )
    photo_kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    alt = fields.text(
        gettext_lazy("What is on the photo?"),
        300,
        hint=gettext_lazy("For those who cannot see it. Such as “A swing that hangs on one chain”."),
    )
    email = email_field(
        gettext_lazy(
            "We send you a link first. Nothing is shown until you have opened it. Nobody else sees your address."
        )
    )
    name = fields.text(gettext_lazy("Your name"), 100, autocomplete="name")
    show_name = forms.BooleanField(label=gettext_lazy("Show my name to everybody"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    kept: ReportPhoto | None = None

    def __init__(self, *args, place: Place, step: ReportStep | None = None, **more) -> None:
        super().__init__(*args, **more)
        # Its word list counts.
        self.place = place
        if step is not None:
            self.fields = {name: it for name, it in self.fields.items() if name in (*step.fields, "leave_empty")}
            self.asks_work = step is STEPS[-1]
            # Only a photo costs us something before the end.
            self.counts_rate = self.asks_work or bool(self.files)

    def only_of(self, names: tuple[str, ...]) -> None:
        """Say of these fields alone what is wrong, and of the form as a whole."""
        for name in [it for it in self.errors if it not in (*names, NON_FIELD_ERRORS)]:
            del self.errors[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.kept = ReportPhoto.objects.filter(uuid=data.get("photo_kept"), report=None).first()
        sent = data.get("photo")
        if sent is not None:
            try:
                made = photos.remade(sent)
            except photos.PhotoRefused as error:
                self.add_error("photo", str(error))
            else:
                # The one before stays without a report, and goes in a day.
                self.kept = reports.keep_photo(data=made.data, width=made.width, height=made.height)
        if self.kept is not None:
            self.kept.alt = data.get("alt") or ""
            if not self.kept.alt and "alt" not in self.errors:
                self.add_error("alt", _("Say in a few words what is on the photo, for those who cannot see it."))
        return data


class FollowReportForm(GuardedForm):
    """Where to write to when something happens. Nothing of it is shown, and a letter asks first: no work is needed."""

    guard_name = "follow-report"
    asks_work = False

    email = email_field(gettext_lazy("We send you a link first. Nothing is sent until you have opened it."))
    me_too = forms.BooleanField(label=gettext_lazy("I have seen it too"), required=False)


class ReplyForm(forms.Form):
    """What a body, or a steward, says of a report."""

    status = forms.ChoiceField(
        label=gettext_lazy("How does it stand?"),
        choices=[
            ("", gettext_lazy("As before")),
            (ReportStatus.IN_HAND, gettext_lazy("It is in hand")),
            (ReportStatus.FIXED, gettext_lazy("It is fixed")),
            (ReportStatus.CLOSED, gettext_lazy("It is closed, because (say why below)")),
            (ReportStatus.OPEN, gettext_lazy("It is open again")),
        ],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("That is none of these.")},
    )
    words = words_field(
        gettext_lazy("What should people know?"),
        hint=gettext_lazy("Everybody can read this: what happens next, and when. Needed when it is closed."),
    )
