"""The part of a form that people do not see: every form that anybody may send has it.

    class FlagForm(GuardedForm): ...
    form = FlagForm(request.POST, request=request)
    form.is_valid(); form.held_for          # why a person has to look at it first; empty for most

Templates include `listings/partials/guard.html` with the form.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _


class GuardedForm(forms.Form):
    """A form with a trap for machines. `held_for` says why what was sent waits for a person, as `Hold` values."""

    # Filled in by machines only: it is hidden from people, also from those who listen to the page.
    leave_empty = forms.CharField(required=False)

    def __init__(self, *args, request: HttpRequest | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.held_for: list[str] = []

    def clean_leave_empty(self) -> str:
        if self.cleaned_data["leave_empty"]:
            raise forms.ValidationError(
                _("The field that should stay empty was filled in. Empty it and send the form again.")
            )
        return ""
