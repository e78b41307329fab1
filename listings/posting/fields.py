"""Fields that read what people write: lists of dates, days of the month, languages."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.models.features import LANGUAGES

MAX_DATES = 400
# A day of the month as its number from the end, and back.
LAST = -1
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
TOO_LONG = gettext_lazy("This is too long: %(show_value)d letters of %(limit_value)d. Shorten it.")


def tidied(typed: str | None) -> str:
    """What was typed into a line, without spaces around it or twice."""
    return " ".join((typed or "").split())


def text(label, most: int, *, needed: str = "", hint: str = "", **attrs) -> forms.CharField:
    """A line of text; `needed` is what to say when it is empty."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=bool(needed),
        help_text=hint,
        error_messages={"required": needed, "max_length": TOO_LONG},
        widget=forms.TextInput(attrs=attrs),
    )


def date(label, hint="", *, example: str = "2026-12-15") -> forms.DateField:
    """A date that may be left out."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        error_messages={"invalid": _not_a_date(example)},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _not_a_date(example: str):
    return {
        "2026-12-15": gettext_lazy("This is not a date. Write it like 2026-12-15."),
        "2026-11-24": gettext_lazy("This is not a date. Write it like 2026-11-24."),
    }[example]


def clock(label, *, example: str = "19:30", hint="") -> forms.TimeField:
    """A time of day that may be left out."""
    message = {
        "19:30": gettext_lazy("This is not a time. Write it like 19:30."),
        "21:00": gettext_lazy("This is not a time. Write it like 21:00."),
    }[example]
    return forms.TimeField(
        label=label,
        help_text=hint,
        required=False,
        error_messages={"invalid": message},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


def number(label, least: int, most: int, hint="") -> forms.IntegerField:
    """A whole number from `least` to `most` that may be left out."""
    message = format_lazy(gettext_lazy("Write a whole number from {least} to {most}."), least=least, most=most)
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=least,
        max_value=most,
        error_messages={"invalid": message, "min_value": message, "max_value": message},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


def several(label, choices, hint="") -> forms.MultipleChoiceField:
    """Check boxes of which any number may be ticked."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("That is none of these. Tick what applies.")},
        widget=forms.CheckboxSelectMultiple,
    )


class ParsedField(forms.CharField):
    """A text that is read: the limit of its length, and that it holds no NUL, are of what was typed."""

    def __init__(self, *, most: int, **more) -> None:
        super().__init__(required=False, max_length=most, error_messages={"max_length": TOO_LONG}, **more)

    def to_python(self, value):
        typed = super().to_python(value)
        super().run_validators(typed)
        return self.read(typed)

    def run_validators(self, value) -> None:
        """They were run before."""

    def read(self, typed: str):
        raise NotImplementedError


class DatesField(ParsedField):
    """Dates, one a line or with commas: `2026-12-24`, `24/12/2026`, `24 December 2026`. Gives a sorted tuple."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **more) -> None:
        super().__init__(most=20 * MAX_DATES, **more)

    def read(self, typed: str) -> tuple[datetime.date, ...]:
        found = set()
        for line in re.split(r"[\n,;]+", typed):
            if words := " ".join(line.split()):
                found.add(_date(words))
        if len(found) > MAX_DATES:
            raise forms.ValidationError(
                _("These are %(n)s dates, which is more than %(most)s. Leave some out.")
                % {"n": len(found), "most": MAX_DATES}
            )
        return tuple(sorted(found))


def _date(words: str) -> datetime.date:
    """Read one date. A day of the week before it is passed over."""
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", re.sub(r"^[^\W\d]+\s+(?=\d)", "", words), flags=re.IGNORECASE)
    for pattern in DATE_FORMATS:
        try:
            return datetime.datetime.strptime(plain, pattern).date()
        except ValueError:
            continue
    raise forms.ValidationError(
        _("“%(text)s” is not a date. Write one a line, like 24 December 2026 or 2026-12-24.") % {"text": words[:60]}
    )


class MonthDaysField(ParsedField):
    """Days of the month: `15`, `1 and 15`, `last`. Gives a sorted tuple of 1 to 31, -1 being the last."""

    def __init__(self, **more) -> None:
        super().__init__(most=200, **more)

    def read(self, typed: str) -> tuple[int, ...]:
        found = set()
        for word in re.split(r"[\s,;]+", typed.casefold()):
            word = re.sub(r"(?<=\d)(st|nd|rd|th)$", "", word)
            if word in ("", "and", "the", "day", _("and")):
                continue
            if word in ("last", _("last")):
                found.add(LAST)
            elif re.fullmatch(r"-?\d{1,2}", word) and 1 <= abs(int(word)) <= 31:
                found.add(int(word))
            else:
                raise forms.ValidationError(
                    _("“%(text)s” is not a day of the month. Write numbers from 1 to 31, or “last”.")
                    % {"text": word[:60]}
                )
        # The first ones of the month first, those from its end last.
        return tuple(sorted(found, key=lambda it: (it < 0, it)))


def month_days_typed(days: Iterable[int]) -> str:
    """`1, 15, last`."""
    return ", ".join("last" if it == LAST else str(it) for it in days)


class LanguagesField(ParsedField):
    """Languages by name, with commas. Gives codes of ISO 639; what is not in the table stays as it is written."""

    MAX = 12
    # `Node.languages` holds no longer ones.
    LONGEST = 20

    def __init__(self, **more) -> None:
        super().__init__(most=300, **more)

    def read(self, typed: str) -> tuple[str, ...]:
        words = [" ".join(it.split()) for it in re.split(r"[,;\n]|\band\b", typed)]
        found = dict.fromkeys(language_code(it) for it in words if it)
        if len(found) > self.MAX:
            raise forms.ValidationError(
                _("These are more than %(most)s languages. Name those that are spoken most.") % {"most": self.MAX}
            )
        return tuple(found)


def language_code(words: str) -> str:
    """Return the code of a language; a name that is nearly one of the table is refused with the right one."""
    names = {str(label).casefold(): code for code, label in LANGUAGES.items()}
    asked = words.casefold()
    if asked in LANGUAGES or asked in names:
        return asked if asked in LANGUAGES else names[asked]
    # "Chinese" alone is understood.
    if alike := [code for name, code in names.items() if asked in name.split()]:
        return alike[0]
    if near := difflib.get_close_matches(asked, names, 1, 0.8):
        raise forms.ValidationError(
            _("We do not know the language “%(text)s”. Do you mean %(near)s?")
            % {"text": words[:60], "near": LANGUAGES[names[near[0]]]}
        )
    if len(words) > LanguagesField.LONGEST:
        raise forms.ValidationError(
            _("“%(text)s” is too long for the name of a language. Put commas between them.") % {"text": words[:60]}
        )
    return words
