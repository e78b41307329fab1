"""The forms of joining, of a space, and of saying that something is wrong."""

from __future__ import annotations

import datetime
import uuid

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.commands.details import Details, SaidWhere
from listings.guard.forms import GuardedForm
from listings.models import ContactRole, Joining, ListingKind, Organisation, Space
from listings.posting import fields
from listings.schedules.repeat import WEEKLY, Repeat
from listings.schedules.schedule import Schedule, Slot
from mapping.models import Category, NodeState
from mapping.nodes.window import zone_of

TOO_LONG = fields.TOO_LONG


def _lines(label, most: int, *, needed: str = "", hint="", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(needed),
        error_messages={"required": needed, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class JoinForm(GuardedForm):
    """What they are called. Their address is the one that they sign in with, and the code proves that: no work."""

    guard_name = "join"
    asks_work = False

    name = fields.text(
        gettext_lazy("What are you called?"),
        120,
        needed=gettext_lazy("Write the name by which they know you."),
        autocomplete="name",
    )


class SpaceForm(forms.Form):
    """What members see and may do, and how one joins."""

    name = fields.text(
        gettext_lazy("A name for the space"), 120, hint=gettext_lazy("Leave it empty for the name of the group.")
    )
    summary = _lines(
        gettext_lazy("What do members see, and what may they do?"),
        1000,
        needed=gettext_lazy("Say what members see and may do: people read it before they join."),
        hint=gettext_lazy("In two or three sentences. Everybody can read this."),
    )
    joining = forms.ChoiceField(
        label=gettext_lazy("How does one join?"),
        choices=Joining.choices,
        initial=Joining.APPROVAL,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )


class PlaceJoiningForm(SpaceForm):
    """The same of a place, which has a name."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]
        self.fields["summary"].required = False


class ContactForm(forms.Form):
    """Somebody who is to be told when something is wrong."""

    role = forms.ChoiceField(choices=ContactRole.choices, widget=forms.HiddenInput)
    name = fields.text(gettext_lazy("Name"), 120, needed=gettext_lazy("Write their name: members read it."))
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("We ask them first. Members do not see it."),
        error_messages={
            "required": gettext_lazy("Write the address that we may write to."),
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
            "max_length": TOO_LONG,
        },
    )
    phone = fields.text(
        gettext_lazy("Telephone"), 40, needed=gettext_lazy("Write their number: members read it."), inputmode="tel"
    )


class UrgentForm(forms.Form):
    """What is wrong. It may be sent without a word."""

    text = _lines(
        gettext_lazy("What is wrong?"),
        2000,
        hint=gettext_lazy("You can leave this empty: they are told at once all the same, and how to reach you."),
    )
    # Of the page: sent twice it is one call.
    key = forms.UUIDField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why somebody is turned away."""

    reason = _lines(
        gettext_lazy("Why? They read your words."), 500, needed=gettext_lazy("Say why: they read your words."), rows=2
    )


class ShareForm(forms.Form):
    """The group that something is offered to, by its name."""

    group = fields.text(
        gettext_lazy("With which group?"), 300, needed=gettext_lazy("Write the name of the group as it is on the map.")
    )

    def __init__(self, *args, place, viewer, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.viewer = place, viewer
        self.found: Organisation | None = None

    def clean_group(self) -> str:
        name = fields.tidied(self.cleaned_data["group"])
        open_to = Organisation.objects.visible_to(self.viewer).filter(
            name__plain=name, space__opened_at__isnull=False, state=NodeState.LIVE
        )
        near = list(open_to.filter(place=self.place)[:2]) or list(open_to[:2])
        if len(near) != 1:
            raise forms.ValidationError(
                _("There is no group of this name that has a space for its members.")
                if not near
                else _("Several groups are called so. Ask the stewards which one you mean.")
            )
        self.found = near[0]
        return name


class SpacePostForm(forms.Form):
    """A notice or an event that only members see."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[(ListingKind.NOTICE, gettext_lazy("A notice")), (ListingKind.EVENT, gettext_lazy("An event"))],
        initial=ListingKind.NOTICE,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    name = fields.text(gettext_lazy("What is it called?"), 120, needed=gettext_lazy("Give it a short name."))
    summary = _lines(
        gettext_lazy("What do members need to know?"), 1000, needed=gettext_lazy("Say it in a sentence or two.")
    )
    date = fields.date(gettext_lazy("Date"), gettext_lazy("Of an event: the first date, if there are several."))
    starts = fields.clock(gettext_lazy("Starts at"))
    ends = fields.clock(gettext_lazy("Ends at"), example="21:00")
    until = fields.date(
        gettext_lazy("Every week until"), gettext_lazy("Leave it empty if it is once. Else the last date.")
    )
    where = fields.text(gettext_lazy("Where?"), 200, hint=gettext_lazy("In your own words. It is on no map."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, space: Space, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        self.details: Details | None = None
        if not self.is_bound:
            self.initial.setdefault("key", str(uuid.uuid4()))

    def clean(self) -> dict:
        data = super().clean()
        schedule = None
        if data.get("kind") == ListingKind.EVENT and not {"date", "starts", "ends", "until"} & set(self.errors):
            schedule = self._schedule(data)
        if not self.errors:
            event = data["kind"] == ListingKind.EVENT
            self.details = Details(
                name=fields.tidied(data["name"]),
                summary=data["summary"].strip(),
                listing_kind=data["kind"],
                category=Category.objects.filter(slug="event").first() if event else None,
                organiser=self.space.organisation,
                where=SaidWhere(address=fields.tidied(data["where"])),
                schedule=schedule,
            )
        return data

    def _schedule(self, data: dict) -> Schedule | None:
        first, until, starts = data.get("date"), data.get("until"), data.get("starts")
        zone = zone_of(self.space.organisation.place)
        today = datetime.datetime.now(zone).date()
        if first is None:
            self.add_error("date", _("Say on which day it is."))
        elif not today <= first <= today + datetime.timedelta(days=730):
            self.add_error("date", _("Choose a day from today on, within two years."))
        if starts is None:
            self.add_error("starts", _("Say when it starts."))
        if first is not None and until is not None and not first <= until <= first + datetime.timedelta(days=730):
            self.add_error("until", _("The last date comes after the first, within two years."))
        if self.errors:
            return None
        repeat = Repeat(WEEKLY, until=until) if until else None
        return Schedule(first, (Slot.between(starts, data.get("ends")),), zone, repeat=repeat)
