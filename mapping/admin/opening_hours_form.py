"""The form in which a person corrects opening hours or says that they are right, and what was understood."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mapping.commands import opening_hours
from mapping.models import Node, OpeningHours
from mapping.nodes import hours_description


def read_back(hours: OpeningHours | None) -> SafeString | str:
    """What was understood, in words: the usual week, and the next days that differ."""
    if hours is None:
        return _("Nothing is known.")
    week = hours_description.week(hours, timezone.now().astimezone(hours.zone).date())
    if week is None:
        return _("Nothing of the text was understood.")
    lines = [(day, ", ".join(spans) or _("closed")) for day, spans in week.days]
    lines += [(f"{it.day} ({it.why})" if it.why else it.day, it.words) for it in week.differing]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))


class OpeningHoursForm(forms.ModelForm):
    """The text is changed and read anew, or the expression, which then counts; or nothing: they are right."""

    hours_text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=Node._meta.get_field("hours_text").max_length,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=_("When it is open, as people say it. A new text is read anew."),
    )
    read_again = forms.BooleanField(
        label=_("Read the text again"),
        required=False,
        help_text=_("Forgets what was written by hand."),
    )

    class Meta:
        model = OpeningHours
        fields = ("expression",)
        widgets = {"expression": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["hours_text"] = self.instance.node.hours_text
        # What stands in the record until the command changes it.
        self._before = self.instance.expression

    def clean_expression(self) -> str:
        try:
            return opening_hours.checked(self.cleaned_data["expression"])
        except opening_hours.NotNotation as error:
            raise ValidationError(str(error)) from error

    def said(self) -> dict[str, Any]:
        """What `opening_hours.correct` is to be told."""
        data = self.cleaned_data
        # An expression that was emptied beside a new text asks for the text to be read.
        is_new = data["expression"] != self._before and (data["expression"] or "hours_text" not in self.changed_data)
        return {
            "text": " ".join(data["hours_text"].split()),
            "expression": data["expression"] if is_new else None,
            "read_again": data["read_again"],
        }
