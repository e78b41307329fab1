"""The form that names a way of looking at a network, and the reading of an address that somebody pasted."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.models import SavedView, Visibility

from .state import NetworkView

LONGEST_ADDRESS = 12_000
MAX_PARAMETERS = 1_000


def state_of(text: str) -> NetworkView:
    """Read the state out of what was pasted: an address of a network page, or what follows its `?`.

    Raises
    ------
    ValidationError
        With every part that was not understood, and what to do about it.
    """
    asked = text.strip().split("#")[0]
    if "?" in asked:
        asked = asked.split("?", 1)[1]
    elif asked.startswith(("http://", "https://", "/")):
        asked = ""
    try:
        params = QueryDict(asked)
    except Exception as error:  # Django's own limits on what an address may hold
        raise ValidationError(_("This address is too long to be read. Choose less at once.")) from error
    view = NetworkView.from_params(params)
    if view.problems:
        raise ValidationError([str(it) for it in view.problems])
    if asked and "=" not in asked:
        raise ValidationError(
            _("“%(text)s” is no address of a network page. Copy the whole address from your browser.")
            % {"text": asked[:100]}
        )
    return view


class SavedViewForm(forms.Form):
    """Name, text, who may open it. `new` asks for an address too, unless the state came with the page."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Such as “Who funds whom”."),
        error_messages={
            "required": gettext_lazy("Give the view a name, such as “Who funds whom”."),
            "max_length": gettext_lazy("The name is too long. Keep it under 120 letters."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("What it shows, in your words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": gettext_lazy("The text is too long. Keep it under 2,000 letters.")},
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may open it"),
        choices=[(it.value, it.label) for it in (Visibility.PUBLIC, Visibility.MEMBERS)],
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose who may open it."),
            "invalid_choice": gettext_lazy("Choose one of the two."),
        },
    )
    address = forms.CharField(
        label=gettext_lazy("Address of the network page"),
        required=False,
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy(
            "Set the network page to what you want to keep, then paste its address here. Empty: the whole network."
        ),
    )

    @classmethod
    def of(cls, view: SavedView, data=None) -> SavedViewForm:
        """The form that changes a view; its state stays."""
        initial = {"name": view.name, "text": view.text, "visibility": view.visibility}
        form = cls(data, initial=initial)
        del form.fields["address"]
        return form

    def clean_address(self) -> str:
        text = self.cleaned_data["address"]
        self.state = state_of(text)
        return text
