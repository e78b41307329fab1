"""The form with which anybody says that something is wrong: a reason, and the rest if they like."""

from __future__ import annotations

import re
import uuid as uuids

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.commands.flag_targets import Target
from listings.guard.forms import GuardedForm
from listings.models import FlagReason, FlagTarget
from mapping.models import Node, Viewer
from mapping.search import names

MAX_CHOICES = 6
NONE_OF_THESE = "none"
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

# What to read before one chooses: said at the form, so that nobody is surprised afterwards.
HELP = {
    FlagReason.GONE: gettext_lazy("It has closed, moved away or ended."),
    FlagReason.WRONG: gettext_lazy("The time, the address, the telephone number, the name ..."),
    FlagReason.DUPLICATE: gettext_lazy("The same thing stands here under another name, too."),
    FlagReason.UNSAFE: gettext_lazy("A danger, a threat, a fraud, something private about a person."),
    FlagReason.RULES: gettext_lazy("Such as advertising, insults, or what does not belong here."),
}


class OfferedField(forms.ChoiceField):
    """A choice between what was found by a name. What comes back is looked up, so it need not be in a list here."""

    def valid_value(self, value) -> bool:
        return True


class FlagForm(GuardedForm):
    """`other_record` is the node that it is the same as, if somebody said which, and it is one that they see."""

    guard_name = "flag"

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    other = forms.CharField(
        label=gettext_lazy("If it is here twice: which is the other one?"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Its name, or the address of its page."),
        error_messages={"max_length": gettext_lazy("A name is shorter than this. Write its first words.")},
    )
    other_choice = OfferedField(
        label=gettext_lazy("Which of these?"), required=False, widget=forms.RadioSelect, choices=()
    )
    words = forms.CharField(
        label=gettext_lazy("What should a steward know?"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Only the stewards of the place read this. Leave names of people out if you can."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": gettext_lazy("This is %(show_value)d letters; %(limit_value)d are kept.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "Then you are told what was decided. We send a link first, to be sure that it is yours."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": gettext_lazy(
                "This is not an e-mail address. Write it like name@example.org, or leave it empty."
            ),
            "max_length": gettext_lazy("This address is too long: %(show_value)d letters of %(limit_value)d."),
        },
    )

    def __init__(self, *args, target: Target, viewer: Viewer, known_address: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.viewer, self.place = target, viewer, target.place
        self.other_record: Node | None = None
        self.known_address = known_address
        reasons = list(FlagReason)
        if target.kind == FlagTarget.CONNECTION:
            # Of connections the pages tell themselves when there are two.
            reasons.remove(FlagReason.DUPLICATE)
        if target.kind != FlagTarget.NODE:
            del self.fields["other"], self.fields["other_choice"]
        self.fields["reason"].choices = [(it.value, f"{it.label}. {HELP[it]}") for it in reasons]
        if known_address:
            del self.fields["email"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == FlagReason.DUPLICATE and "other" in self.fields and "other" not in self.errors:
            self._find_other(cleaned)
        return cleaned

    def _find_other(self, cleaned: dict) -> None:
        if self.data.get("other_choice") == NONE_OF_THESE:
            return
        typed = cleaned.get("other", "")
        nodes = Node.objects.visible_to(self.viewer).exclude(pk=self.target.record.pk)
        # What was offered is sent back as an address, and checked like any other.
        uuid = _UUID.search(self.data.get("other_choice", "")) or _UUID.search(typed)
        if uuid is not None:
            self.other_record = nodes.filter(uuid=uuids.UUID(uuid[0])).first()
            if self.other_record is None:
                self.add_error("other", _("There is no page at this address. Write the name, or leave it empty."))
            return
        if not typed:
            return
        found = names.like(nodes.filter(place=self.target.place), typed, most=MAX_CHOICES)
        exact = [it for it in found if it.name.casefold() == typed.strip().casefold()]
        if len(exact) == 1:
            self.other_record = exact[0]
        elif not found:
            words = _("We found nothing called “%(typed)s”. Leave it empty if you like: a steward looks.")
            self.add_error("other", words % {"typed": typed[:100]})
        else:
            offered = [(str(it.uuid), names.distinct_label(it)) for it in found]
            self.fields["other_choice"].choices = [*offered, (NONE_OF_THESE, _("None of these"))]
            self.add_error("other_choice", _("Choose the one you mean."))
