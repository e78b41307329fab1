"""The part of a form that people do not see: every form that anybody may send has it.

    class FlagForm(GuardedForm):
        guard_name = "flag"
    form = FlagForm(request.POST, request=request)
    form.is_valid()
    form.held_for          # why a person has to look at it first, as `Hold` values; empty for most
    form.refused_status    # the status of an answer that shows its errors: 422, or 429 when they send too much

Templates include `listings/partials/guard.html` with the form. Where the form knows its `place` (an attribute), the
word list of that place counts too.
"""

from __future__ import annotations

import math

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Hold, PlaceRules

from . import puzzle as puzzles
from . import rates, wording


class GuardedForm(forms.Form):
    """A form with a trap for machines, a little work for the browser, and a look at what was written.

    Nothing of this refuses a person: what is odd waits (`held_for`). Only the trap and too high a rate are told as
    errors, and then everything that was typed is still there.
    """

    # Which form it is: a puzzle solved for one does not count for another.
    guard_name = ""
    # Whether the browser is given work. A form of several pages gives it on the last.
    asks_work = True
    counts_rate = True

    # Filled in by machines only: it is hidden from people, also from those who listen to the page.
    leave_empty = forms.CharField(required=False)

    def __init__(self, *args, request: HttpRequest | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.held_for: list[str] = []
        self.refused_status = 422

    @property
    def puzzle(self) -> str:
        """A new puzzle for the page that shows this form; empty where no work is asked for."""
        return puzzles.make(self._name) if self.asks_work else ""

    guard_pieces, guard_bits = puzzles.PIECES, puzzles.BITS

    def clean_leave_empty(self) -> str:
        if self.cleaned_data["leave_empty"]:
            raise forms.ValidationError(
                _("The field that should stay empty was filled in. Empty it and send the form again.")
            )
        return ""

    def typed(self) -> wording.Typed:
        """What people read of it, once it is checked."""
        texts, lines, addresses = [], [], []
        for name, field in self.fields.items():
            said = self.cleaned_data.get(name)
            if not said or not isinstance(said, str) or isinstance(field, forms.EmailField):
                continue
            if isinstance(field, forms.URLField):
                addresses.append(said)
            elif isinstance(field, forms.CharField):
                (texts if isinstance(field.widget, forms.Textarea) else lines).append(said)
        return wording.Typed(texts, lines, addresses)

    def _post_clean(self) -> None:
        """Last of all: only what is right otherwise is counted, and only then a puzzle is used up."""
        super()._post_clean()
        if self.errors:
            return
        if self.request is not None and self.counts_rate:
            wait = rates.seconds_to_wait(self.request, self._name)
            if wait:
                self.refused_status = 429
                minutes = math.ceil(wait / 60)
                self.add_error(
                    None,
                    ngettext(
                        "Very much was sent from here just now. What you typed is kept below: send it again in"
                        " %(minutes)s minute.",
                        "Very much was sent from here just now. What you typed is kept below: send it again in"
                        " %(minutes)s minutes.",
                        minutes,
                    )
                    % {"minutes": minutes},
                )
                return
        self.held_for = self._reasons()

    def _reasons(self) -> list[str]:
        found: list[Hold] = []
        if self.asks_work and self.request is not None:
            given = self.data.get("guard_puzzle", ""), self.data.get("guard_answer", "")
            if (why := puzzles.judge(self._name, *map(str, given))) is not None:
                found.append(why)
        place = getattr(self, "place", None)
        words: list[str] = []
        if place is not None:
            words = PlaceRules.objects.filter(place=place).values_list("words", flat=True).first() or []
        found += wording.reasons(self.typed(), words)
        return [str(it) for it in found]

    @property
    def _name(self) -> str:
        return self.guard_name or type(self).__name__.lower()
