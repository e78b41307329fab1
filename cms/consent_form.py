"""The form with which a steward writes down a person's consent."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mapping.models import Consent, Node, NodeKind, Place


class ConsentForm(forms.Form):
    """For somebody who is kept as a draft already (`person`), or for somebody new (`name`)."""

    person = forms.ModelChoiceField(
        Node.objects.none(),
        required=False,
        to_field_name="uuid",
        label=_("Who"),
        empty_label=_("Somebody who is not in the list"),
    )
    name = forms.CharField(
        required=False, max_length=200, label=_("Their name, if they are not in the list"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    summary = forms.CharField(required=False, max_length=1000, label=_("Who they are here, in a few words"))
    wording = forms.CharField(
        label=_("The words that they agreed to"),
        help_text=_("As they were read out or signed. They see them on their own page."),
        max_length=5000,
        error_messages={"required": _("Write down the words that the person agreed to.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    given_on = forms.DateField(
        label=_("On which day"),
        initial=timezone.localdate,
        error_messages={
            "required": _("Say on which day."),
            "invalid": _("This is not a date. Write it like 2026-11-24."),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    email = forms.EmailField(
        required=False,
        label=_("Their e-mail address"),
        help_text=_(
            "We send them the address of their own page, once, and do not keep theirs. Without it, hand that over."
        ),
        error_messages={"invalid": _("This is not an e-mail address. Check it, or leave it empty.")},
    )

    def __init__(self, *args, place: Place, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        persons = Node.objects.filter(kind=NodeKind.PERSON, place=place)
        without = persons.exclude(pk__in=Consent.objects.live().values("node"))
        self.fields["person"].queryset = without.order_by("name", "pk")

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors.get("person") and not cleaned.get("person") and not cleaned.get("name", "").strip():
            self.add_error("name", _("Choose somebody from the list, or write a name."))
        return cleaned
