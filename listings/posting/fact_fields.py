"""What is good to know: access, cost, who it is for, languages, hire, contact. Fields, and the facts that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.commands.details import is_free
from listings.models import Listing, ListingKind
from mapping.models import StepFree
from mapping.models.features import AUDIENCES, FEATURES, FOR_HIRE, FREE, MAX_AGE, language_labels

from . import fields

# Features that have a box of their own to tick; the others follow from other answers.
TICKED = ("accessible-toilet", "hearing-loop", "bsl", "quiet-hours", "parking")


class FactFields(forms.Form):
    """Asks for facts. `read_facts` gives what `Details` takes of the answers."""

    free = forms.BooleanField(label=gettext_lazy("It is free"), required=False)
    cost = fields.text(
        gettext_lazy("What does it cost?"), 200, hint=gettext_lazy("Such as: £3, children £1. Or: donations welcome.")
    )
    step_free = forms.ChoiceField(
        label=gettext_lazy("Can people get in without steps?"),
        choices=[(StepFree.UNKNOWN, gettext_lazy("I do not know"))]
        + [(it.value, it.label) for it in StepFree if it != StepFree.UNKNOWN],
        required=False,
    )
    features = fields.several(gettext_lazy("What is there?"), [(it, FEATURES[it].label) for it in TICKED])
    audiences = fields.several(
        gettext_lazy("Who is it for?"), list(AUDIENCES.items()), gettext_lazy("Leave them empty if it is for anybody.")
    )
    min_age = fields.number(gettext_lazy("From age"), 0, MAX_AGE)
    max_age = fields.number(gettext_lazy("Up to age"), 0, MAX_AGE)
    languages = fields.LanguagesField(
        label=gettext_lazy("Which languages are spoken there?"),
        help_text=gettext_lazy("With commas between them, such as: English, Polish, Urdu."),
    )
    capacity = fields.number(gettext_lazy("How many people does it hold?"), 1, 100_000)
    hire_rate = fields.text(
        gettext_lazy("What does it cost to hire?"), 200, hint=gettext_lazy("Such as: £12 an hour, groups of Sale £8.")
    )
    hire_booking = fields.text(
        gettext_lazy("How does one book it?"),
        500,
        hint=gettext_lazy("Such as: ring the caretaker, two weeks ahead. It is shown to everybody."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address that people may write to"),
        required=False,
        # As long as addresses are kept.
        max_length=254,
        error_messages={
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
            "max_length": fields.TOO_LONG,
        },
    )
    phone = fields.text(gettext_lazy("Phone number that people may ring"), 60)
    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("This is not an address of a website. Write it like https://example.org.")
        },
    )

    listing: Listing | None = None

    @property
    def has_who_for(self) -> bool:
        return any(self[name].value() or self.errors.get(name) for name in ("audiences", "min_age", "max_age"))

    def read_facts(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return what was answered, as `Details` names it, with an error at the field where that makes no sense."""
        least, most = data.get("min_age"), data.get("max_age")
        if least is not None and most is not None and most < least:
            self.add_error("max_age", _("This is younger than the age it begins with, %(age)s.") % {"age": least})
        cost = " ".join((data.get("cost") or "").split())
        # What is kept of a listing and has no box of its own stays.
        features = [*(data.get("features") or ()), *_unknown(self.listing and self.listing.features, FEATURES)]
        audiences = [*(data.get("audiences") or ()), *_unknown(self.listing and self.listing.audiences, AUDIENCES)]
        languages = [it for it in data.get("languages") or () if it.casefold() not in FEATURES["bsl"].words]
        if len(languages) < len(data.get("languages") or ()) and "bsl" not in features:
            # A language too, but one that people look for as access.
            features.append("bsl")
        if data.get("free") or is_free(cost):
            features.append(FREE)
        is_space = data.get("listing_kind") == ListingKind.SPACE
        if is_space:
            features.append(FOR_HIRE)
        return {
            "cost": cost or (_("Free") if FREE in features else ""),
            "step_free": data.get("step_free") or "",
            "features": tuple(features),
            "audiences": tuple(audiences),
            "languages": tuple(languages),
            "min_age": least,
            "max_age": most,
            "capacity": data.get("capacity") if is_space else None,
            "hire_rate": (data.get("hire_rate") or "") if is_space else "",
            "hire_booking": (data.get("hire_booking") or "") if is_space else "",
        }


def typed_facts(listing: Listing) -> dict[str, Any]:
    """What one would have answered for what is known of `listing`."""
    free = FREE in listing.features
    return {
        "free": "on" if free else "",
        "cost": "" if free and listing.cost == _("Free") else listing.cost,
        "step_free": listing.step_free,
        "features": [it for it in listing.features if it in TICKED],
        "audiences": [it for it in listing.audiences if it in AUDIENCES],
        "min_age": _number(listing.min_age),
        "max_age": _number(listing.max_age),
        "languages": ", ".join(language_labels(listing.languages)),
        "capacity": _number(listing.capacity),
        "hire_rate": listing.hire_rate,
        "hire_booking": listing.hire_booking,
        "email": listing.email,
        "phone": listing.phone,
        "website": listing.website,
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _unknown(tokens: list[str] | None, table: Mapping[str, Any]) -> list[str]:
    return [it for it in tokens or () if it not in table]
