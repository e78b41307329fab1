"""The forms of taking part."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.guard.forms import GuardedForm
from listings.models import BookingTerms, ListingLink

from .dates import Choice

EMAIL = {
    "label": gettext_lazy("Your e-mail address"),
    "max_length": 254,
    "error_messages": {
        "required": gettext_lazy("Write the address that we may write to."),
        "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
    },
}


class BookForm(GuardedForm):
    """Which date, how many, who."""

    date = forms.ChoiceField(
        label=gettext_lazy("Which date?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a date."),
            "invalid_choice": gettext_lazy("That date cannot be booked any more. Choose another."),
        },
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people?"),
        min_value=1,
        initial=1,
        error_messages={
            "required": gettext_lazy("Say how many people."),
            "invalid": gettext_lazy("Write a whole number, such as 2."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(
        label=gettext_lazy("What may they call you?"),
        max_length=100,
        help_text=gettext_lazy("A first name is enough. Only whoever runs it sees it."),
        error_messages={"required": gettext_lazy("Write a name, so that they know who comes.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        **EMAIL,
        help_text=gettext_lazy(
            "We send you a link. Your place is yours once you have opened it and pressed the button."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, choices: Sequence[Choice] = (), terms: BookingTerms, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {it.key: it for it in choices}
        offered = [it for it in choices if terms.has_waiting_list or not it.is_full]
        self.fields["date"].choices = [(it.key, _in_words(it)) for it in offered]
        if len(offered) == 1:
            self.fields["date"].initial = offered[0].key
        people = self.fields["people"]
        people.max_value = terms.max_people
        people.widget.attrs |= {"min": 1, "max": terms.max_people}
        if terms.max_people == 1:
            del self.fields["people"]

    def clean_people(self) -> int:
        people = self.cleaned_data["people"]
        most = self.fields["people"].max_value
        if people > most:
            raise forms.ValidationError(_("One booking is for %(most)d people at most.") % {"most": most})
        return people


def _in_words(choice: Choice) -> str:
    when = date_format(timezone.localtime(choice.starts_at), "l j F, H:i")
    label = ", ".join(it for it in (when, choice.label) if it)
    words = choice.words
    if choice.is_full and not choice.is_shift:
        words = _("full: you go on the waiting list")
    return f"{label} ({words})" if words else label


class TermsForm(forms.ModelForm):
    """How one books."""

    class Meta:
        model = BookingTerms
        fields = ("is_open", "is_shifts", "places", "max_people", "has_waiting_list", "words")
        labels = {
            "is_open": gettext_lazy("It takes bookings"),
            "is_shifts": gettext_lazy("People sign up to help (shifts)"),
            "places": gettext_lazy("Places for each date, or people needed"),
            "max_people": gettext_lazy("Most people in one booking"),
            "has_waiting_list": gettext_lazy("There is a waiting list"),
            "words": gettext_lazy("What should people know who have booked?"),
        }
        help_texts = {
            "places": gettext_lazy("Leave it empty if everybody may come."),
            "has_waiting_list": gettext_lazy("When somebody cancels, the next moves up and is written to."),
            "words": gettext_lazy("Such as what to bring. It stands on their booking."),
        }
        error_messages = {
            "places": {
                "invalid": gettext_lazy("Write a whole number, such as 12."),
                "min_value": gettext_lazy("Write 1 or more, or leave it empty."),
                "max_value": gettext_lazy("That is more than we can count. Leave it empty if everybody may come."),
            },
            "max_people": {"required": gettext_lazy("Say how many people one booking is for at most.")},
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].min_value = 1
        self.fields["places"].widget.attrs |= {"min": 1, "max": 100_000}
        self.fields["max_people"].widget.attrs |= {"min": 1, "max": 50}

    def clean_places(self) -> int | None:
        places = self.cleaned_data["places"]
        if places is not None and not 1 <= places <= 100_000:
            raise forms.ValidationError(_("Write a number from 1 to 100000, or leave it empty if everybody may come."))
        return places

    def clean_max_people(self) -> int:
        most = self.cleaned_data["max_people"]
        if not 1 <= most <= 50:
            raise forms.ValidationError(_("Write a number from 1 to 50."))
        return most


class ShiftForm(forms.Form):
    """A shift with a time of its own."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        error_messages={
            "required": gettext_lazy("Choose the day."),
            "invalid": gettext_lazy("This is not a day. Write it like 2026-12-08."),
        },
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    starts = forms.TimeField(
        label=gettext_lazy("From"),
        error_messages={
            "required": gettext_lazy("Say when it begins."),
            "invalid": gettext_lazy("This is not a time. Write it like 10:00."),
        },
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    ends = forms.TimeField(
        label=gettext_lazy("To"),
        required=False,
        error_messages={"invalid": gettext_lazy("This is not a time. Write it like 12:30.")},
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    needed = forms.IntegerField(
        label=gettext_lazy("How many are needed?"),
        min_value=1,
        max_value=1000,
        error_messages={
            "required": gettext_lazy("Say how many people you need."),
            "invalid": gettext_lazy("Write a whole number, such as 3."),
            "min_value": gettext_lazy("Write 1 or more."),
            "max_value": gettext_lazy("Write 1000 or fewer."),
        },
    )
    label = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as: at the desk, setting up, tea."),
    )


class LinkForm(forms.ModelForm):
    """An address elsewhere, and what is there."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https:// or http://."),
        error_messages={
            "required": gettext_lazy("Paste the address."),
            "max_length": gettext_lazy("This address is too long: %(show_value)d letters of %(limit_value)d."),
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = ListingLink
        fields = ("kind", "url", "words")
        labels = {"kind": gettext_lazy("What is it?"), "words": gettext_lazy("What should stand on the link?")}

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        try:
            forms.URLField(assume_scheme="https").clean(url)
        except forms.ValidationError:
            url = ""
        if not url.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(
                _(
                    "This is no address of the web. It begins with https:// or http://, such as https://example.org/live."
                )
            )
        scheme, _sep, rest = url.partition("://")
        return f"{scheme.lower()}://{rest}"


class MissingForm(GuardedForm):
    """What somebody looked for, and where to write when it is there."""

    looked_for = forms.CharField(
        label=gettext_lazy("What did you look for?"),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Write in a few words what you looked for."),
            "max_length": gettext_lazy("Write it with fewer words: %(show_value)d letters of %(limit_value)d."),
        },
    )
    words = forms.CharField(
        label=gettext_lazy("What do you know of it?"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Where it is, who runs it, when. Nothing about other people's private matters."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    email = forms.EmailField(
        **{**EMAIL, "label": gettext_lazy("Shall we write to you when we know more?")},
        required=False,
        help_text=gettext_lazy("We write to this address once, with the answer. Leave it empty if you like."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
