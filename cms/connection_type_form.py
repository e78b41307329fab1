"""The form for a type of connection of a place's own."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from mapping.models import NodeKind, Tie


class ConnectionTypeForm(forms.Form):
    """Asks for both readings and what they mean; `commands.connection_types.add` takes what it gives."""

    forward = forms.CharField(
        label=_("How it reads"),
        max_length=60,
        help_text=_("Between the two names, such as “mends things for”."),
        error_messages={"required": _("Write how it reads, such as “mends things for”.")},
    )
    directed = forms.ChoiceField(
        label=_("Read the other way round"),
        choices=[("yes", _("it reads differently")), ("no", _("it reads the same, like “works with”"))],
    )
    reverse = forms.CharField(
        label=_("How it reads the other way round"),
        max_length=60,
        required=False,
        help_text=_("Such as “has things mended by”. Leave it empty when it reads the same."),
    )
    meaning = forms.CharField(
        label=_("What it means, in a sentence"),
        max_length=300,
        help_text=_("So that two people who choose it mean the same."),
        error_messages={"required": _("Say in a sentence what it means.")},
    )
    tie = forms.ChoiceField(label=_("What it does"), choices=Tie.choices, required=False)
    source_kinds = forms.MultipleChoiceField(
        label=_("What it may begin with"),
        choices=NodeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to allow any."),
    )
    target_kinds = forms.MultipleChoiceField(
        label=_("What it may lead to"),
        choices=NodeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none to allow any."),
    )

    def clean(self) -> dict:
        data = super().clean()
        data["directed"] = data.get("directed") != "no"
        if data["directed"] and not data.get("reverse"):
            self.add_error("reverse", _("Write how it reads the other way round."))
        return data
