"""The form for what is posted: what, who, when, where, and what is good to know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.access import permissions
from listings.commands.details import Details, Where
from listings.guard.forms import GuardedForm
from listings.models import Listing, ListingKind, Organisation, Space
from mapping.models import Category, Place, Visibility

from . import fields
from .fact_fields import FactFields
from .preview import Preview
from .repeat_choice import Often
from .venues import is_public, organisations_like
from .when_fields import WhenFields
from .when_form import WhenForm
from .where_fields import At, WhereFields


def grouped_categories() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices for a select: each top category as a group of itself and what is below it (one query)."""
    rows = list(Category.objects.order_by("position", "name"))
    tops = [row for row in rows if row.parent_id is None]
    return [(str(top), [(row.slug, str(row)) for row in rows if row.group == top.slug]) for top in tops]


class PostForm(GuardedForm, WhenFields, WhereFields, FactFields):
    """Asks what, who, when and where. After `is_valid()`, `details` is what `commands.listings` takes."""

    # The work for the browser, and the counting, are of the page that sends it (`SendForm`).
    asks_work = counts_rate = False

    # The order of the page, and so of the summary of errors.
    field_order = [
        *("name", "summary", "listing_kind", "category", "organisation", "organisation_name", "only_for"),
        *WhenFields.names(),
        "at",
        *WhereFields.base_fields,
    ]

    name = fields.text(
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
            "max_length": fields.TOO_LONG,
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    listing_kind = forms.ChoiceField(
        label=gettext_lazy("What sort of thing is it?"),
        choices=[(kind.value, kind.label) for kind in ListingKind],
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
    organisation_name = fields.text(
        gettext_lazy("Who runs it?"),
        200,
        hint=gettext_lazy("The name of the group. If it is on the map already, choose it from the list."),
        autocomplete="off",
    )

    only_for = forms.ChoiceField(
        label=gettext_lazy("Who sees it?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What only members see is there at once, and in no list, map or file of others."),
        error_messages={
            "invalid_choice": gettext_lazy(
                "You do not post into that group’s space, or it is closed, or you have been signed out. Sign in again,"
                " or choose who sees it."
            )
        },
    )

    def __init__(self, *args, place: Place, user=None, listing: Listing | None = None, **kwargs) -> None:
        """`listing` is what is edited: it may stay at its venue and with its group, though these are hidden now."""
        super().__init__(*args, **kwargs)
        self.place, self.listing = place, listing
        self.details: Details | None = None
        self.venue_choices: list[tuple[str, str]] = []
        self.ask_when(
            place,
            listing.schedule if listing is not None else None,
            dates_stay=listing is not None and listing.has_dates_from_elsewhere,
        )
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
        self._ask_who_sees_it()
        # Further times too stand in the order of the page.
        self.order_fields(self.field_order)

    @property
    def is_for_members(self) -> bool:
        """Whether what is edited is seen by members of a group alone. An edit leaves that as it is."""
        return self.listing is not None and self.listing.visibility == Visibility.GROUP

    def _ask_who_sees_it(self) -> None:
        spaces: list[Space] = []
        if self.listing is None and self._own:
            groups = [it.pk for it in self._own.values()]
            found = Space.objects.filter(organisation__in=groups, opened_at__isnull=False)
            spaces = list(found.select_related("organisation").order_by("organisation__name", "pk"))
        self._spaces = {str(it.organisation.uuid): it.organisation for it in spaces}
        if spaces or self.is_for_members:
            self.fields["at"].choices = [*At.CHOICES, At.SAID_CHOICE]
        else:
            del self.fields["where_said"]
        if self.is_for_members:
            # Its group stays; a notice of the space's own form is in no part of the guide.
            self.fields.pop("organisation", None)
            del self.fields["organisation_name"]
            self.fields["category"].required = self.listing.category_id is not None
        # A choice made before is never dropped silently: then everybody would see it.
        asked = self.listing is None and self.is_bound and bool(self.data.get("only_for"))
        if not spaces and not asked:
            del self.fields["only_for"]
            return
        words = _("Members of %(group)s only")
        self.fields["only_for"].choices = [
            ("", _("Everybody")),
            *((uuid, words % {"group": it.name}) for uuid, it in self._spaces.items()),
        ]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("at") == At.SAID and not self.is_for_members and not data.get("only_for"):
            self.add_error("only_for", _("What everybody sees needs a place. Say who sees it, or where it is."))
        where = self.read_where(data)
        # What is edited may have begun long ago.
        self.schedule = self.read_schedule(data, kind=data.get("listing_kind", ""), past=self.listing is not None)
        known = self.read_facts(data)
        if not self.errors:
            self.details = self._details(data, where, known)
        return data

    def said_back(self) -> Preview | None:
        """The dates as they were typed, or as they were kept before."""
        if self.is_bound:
            return super().said_back()
        form = WhenForm(self.initial, place=self.place, before=self.before) if self.initial else None
        return form.said_back() if form is not None and form.is_valid() else None

    def only_of(self, names: Iterable[str]) -> None:
        """Leave out what is wrong with other fields: they are asked on other screens."""
        kept = {*names, "leave_empty"}
        for name in set(self.errors) - kept:
            del self.errors[name]

    # --- all together

    def _details(self, data: dict, where: Where, known: dict[str, Any]) -> Details:
        organiser, name = self._organiser(data)
        only_for = self._spaces.get(data.get("only_for") or "")
        return Details(
            name=" ".join(data["name"].split()),
            summary=data["summary"].strip(),
            listing_kind=data["listing_kind"],
            category=Category.objects.select_related("parent__parent").filter(slug=data["category"]).first(),
            organiser=organiser,
            organiser_name=name,
            where=where,
            only_for=only_for,
            precision=data["precision"],
            schedule=self.schedule,
            expires=data["expires"] if data["repeats"] == Often.NEVER else None,
            dates_stay=self.schedule is None and data["repeats"] == Often.AS_BEFORE,
            **known,
            email=data["email"],
            phone=data["phone"],
            website=data["website"],
        )

    def _organiser(self, data: dict) -> tuple[Organisation | None, str]:
        """The group: one of theirs, the only one of that name in the place, or just a name.

        What only members of a group see is that group's.
        """
        if self.is_for_members:
            return self.listing.organiser, self.listing.organiser_name
        if group := self._spaces.get(data.get("only_for") or ""):
            return group, group.name
        if own := self._own.get(data.get("organisation") or ""):
            return own, own.name
        name = " ".join(data["organisation_name"].split())
        kept = self.listing.organiser if self.listing is not None else None
        # What it was stays what it was, though others have the same name, or it is hidden now.
        if kept is not None and (name == kept.name or (not name and not is_public(kept))):
            return kept, kept.name
        if not name:
            return None, ""
        same = [it for it in organisations_like(self.place, name) if it.rank == 0]
        return (same[0], same[0].name) if len(same) == 1 else (None, name)


class SendForm(GuardedForm):
    """The last button: it sends a draft that was read again, or edited."""

    guard_name = "post"
    draft = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
