"""What a steward writes to somebody: a saved reply of the place, words of their own, or both.

class SendBackForm(ReplyFields): ...
form = SendBackForm(request.POST, place=listing.place)
form.is_valid(); form.reply                 # what is sent: the saved reply, then the steward's own words

Templates: `listings/partials/reply.html` with form=form, or the two fields `saved_reply` and `words`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import HereaboutsError
from listings.models import SavedReply
from mapping.models import Place

# What is sent, both together: as long as what is kept of a decision.
MAX_REPLY = 500


class ReplyTooLong(HereaboutsError):
    """A saved reply and one's own words are more than is sent."""

    status = 422


class ReplyFields(forms.Form):
    """Two fields to inherit. `reply` is both together, in this order; `reply_needed` says whether it may be empty.

    No script is needed: nothing is copied from one field into the other, what is chosen is sent with what is written.
    """

    reply_needed = True
    max_reply = MAX_REPLY

    saved_reply = forms.ModelChoiceField(
        SavedReply.objects.none(),
        label=gettext_lazy("Saved reply"),
        required=False,
        empty_label=gettext_lazy("None"),
        error_messages={"invalid_choice": gettext_lazy("This saved reply was removed meanwhile. Choose another one.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Your own words"),
        required=False,
        help_text=gettext_lazy("They are sent below the saved reply, if you have chosen one."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, place: Place | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.replies = list(SavedReply.objects.filter(place=place)) if place is not None else []
        field = self.fields["saved_reply"]
        field.queryset = SavedReply.objects.filter(place=place) if place is not None else SavedReply.objects.none()
        # Its words are in the list, so that one reads what will be sent.
        field.label_from_instance = lambda it: f"{it.title}: {it.text}"[:120]
        if not self.replies:
            del self.fields["saved_reply"]

    @property
    def reply(self) -> str:
        """What is sent."""
        saved = self.cleaned_data.get("saved_reply")
        parts = [saved.text if saved else "", self.cleaned_data.get("words", "")]
        return "\n\n".join(part for part in parts if part)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        length = len(self.reply)
        if self.reply_needed and not length:
            self.add_error("words", _("Choose a saved reply or write why: whoever it concerns reads it."))
        elif length > self.max_reply:
            self.add_error(
                "words",
                _("Together these are %(length)s letters; %(most)s are sent. Shorten your own words.")
                % {"length": length, "most": self.max_reply},
            )
        return cleaned


def of_place(place: Place | None) -> list[SavedReply]:
    """The replies to choose from, for `listings/partials/saved_reply.html` beside a field of one's own words."""
    return list(SavedReply.objects.filter(place=place)) if place is not None else []


def joined(data: Mapping[str, str], place: Place | None, own: str = "reason") -> str:
    """What is sent: the saved reply that was chosen (`saved_reply`), then the words in the field called `own`.

    A reply that was removed meanwhile, or is another place's, is left out. Raises `ReplyTooLong` rather than cut it.
    """
    chosen, words = data.get("saved_reply", ""), data.get(own, "").strip()
    saved = None
    if place is not None and chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        saved = SavedReply.objects.filter(place=place, pk=int(chosen)).first()
    # In one paragraph: what is kept of a decision has no lines.
    reply = " ".join(part for part in (saved.text if saved else "", words) if part)
    if len(reply) > MAX_REPLY:
        raise ReplyTooLong(
            _("Together these are %(length)s letters; %(most)s are sent.") % {"length": len(reply), "most": MAX_REPLY},
            _("Go back and shorten your own words."),
        )
    return reply
