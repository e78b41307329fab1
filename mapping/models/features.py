"""Facts that people look for: step-free, free, in Polish, for children. One table, for forms, filters and words.

`Node.features`, `Node.languages` and `Node.audiences` hold tokens of these tables; what is not in one is shown as it is
written and cannot be filtered by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The oldest age that can be asked for or given.
MAX_AGE = 120


@dataclass(frozen=True)
class Feature:
    """One fact: its token, how forms and cards say it, and the words by which people look for it.

    `words` are in small letters, the longest first; an "s" more or less makes no difference. `alone`: whether it is
    asked for by these words alone, too; otherwise they are a filter only beside others ("parking" finds car parks).
    """

    token: str
    label: str | Promise
    words: tuple[str, ...]
    icon: str = ""
    alone: bool = True


# `Node.step_free` says the first of these in more detail (yes, partly, no); filters ask both.
STEP_FREE = "step-free"
FREE = "free"
FOR_HIRE = "for-hire"

FEATURES: Mapping[str, Feature] = {
    it.token: it
    for it in (
        Feature(
            STEP_FREE,
            _("Step-free"),
            (
                "wheelchair accessible",
                "wheelchair access",
                "wheelchair friendly",
                "step-free access",
                "step free access",
                "step-free",
                "step free",
                "stepfree",
                "level access",
                "no steps",
                "wheelchair",
            ),
            "wheelchair",
        ),
        Feature(
            "accessible-toilet",
            _("Accessible toilet"),
            ("accessible toilet", "disabled toilet", "wheelchair toilet", "accessible loo", "disabled loo"),
            "toilet",
        ),
        Feature("hearing-loop", _("Hearing loop"), ("hearing loop", "induction loop", "loop system")),
        Feature(
            "bsl", _("British Sign Language (BSL)"), ("british sign language", "sign language", "signed in bsl", "bsl")
        ),
        Feature(
            "quiet-hours",
            _("Quiet hours"),
            ("quiet hour", "quiet session", "sensory friendly", "autism friendly", "relaxed session"),
        ),
        Feature(
            "parking",
            _("Parking"),
            ("free parking", "with parking", "disabled parking", "car parking", "parking"),
            "parking",
            alone=False,
        ),
        Feature(FREE, _("Free"), ("free of charge", "for free", "no charge", "free entry", "free"), "gift"),
        Feature("online", _("Online"), ("on zoom", "over zoom", "online", "virtual")),
        Feature("at-home", _("At home"), ("home visit", "at home", "visits you at home"), "home", alone=False),
        Feature(
            FOR_HIRE,
            _("Rooms to hire"),
            ("hall hire", "room hire", "venue hire", "space for hire", "hall for hire", "room for hire", "for hire"),
            "building",
        ),
    )
}

AUDIENCES: Mapping[str, str | Promise] = {
    "everyone": _("Everyone"),
    "families": _("Families"),
    "babies": _("Babies and toddlers"),
    "children": _("Children"),
    "young-people": _("Young people"),
    "adults": _("Adults"),
    "older-people": _("Older people"),
    "women": _("Women"),
    "men": _("Men"),
    "lgbtq": _("LGBTQ+ people"),
    "disabled-people": _("Disabled people"),
    "deaf-people": _("Deaf people"),
    "neurodivergent-people": _("Neurodivergent people"),
    "dementia": _("People with dementia"),
    "carers": _("Carers"),
    "newcomers": _("Newcomers, refugees and people seeking asylum"),
    "beginners": _("Beginners"),
    "volunteers": _("Volunteers"),
}

# ISO 639 codes of languages that are spoken in Britain, by the number of people who do; Chinese languages apart.
LANGUAGES: Mapping[str, str | Promise] = {
    "en": _("English"),
    "pl": _("Polish"),
    "ro": _("Romanian"),
    "pa": _("Punjabi"),
    "ur": _("Urdu"),
    "pt": _("Portuguese"),
    "es": _("Spanish"),
    "ar": _("Arabic"),
    "bn": _("Bengali"),
    "gu": _("Gujarati"),
    "it": _("Italian"),
    "ta": _("Tamil"),
    "fr": _("French"),
    "lt": _("Lithuanian"),
    "zh": _("Mandarin Chinese"),
    "yue": _("Cantonese"),
    "tr": _("Turkish"),
    "bg": _("Bulgarian"),
    "ru": _("Russian"),
    "fa": _("Persian"),
    "hu": _("Hungarian"),
    "el": _("Greek"),
    "so": _("Somali"),
    "ku": _("Kurdish"),
    "sq": _("Albanian"),
    "uk": _("Ukrainian"),
    "de": _("German"),
    "hi": _("Hindi"),
    "ml": _("Malayalam"),
    "te": _("Telugu"),
    "ne": _("Nepali"),
    "ps": _("Pashto"),
    "vi": _("Vietnamese"),
    "yo": _("Yoruba"),
    "ig": _("Igbo"),
    "sw": _("Swahili"),
    "am": _("Amharic"),
    "ti": _("Tigrinya"),
    "sk": _("Slovak"),
    "cs": _("Czech"),
    "lv": _("Latvian"),
    "nl": _("Dutch"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "th": _("Thai"),
    "tl": _("Tagalog"),
    "he": _("Hebrew"),
    "yi": _("Yiddish"),
    "cy": _("Welsh"),
    "gd": _("Scottish Gaelic"),
    "ga": _("Irish"),
}


def feature_labels(tokens: Iterable[str]) -> list[str]:
    """Return what is known of `tokens` in words, in the order of the table; unknown ones last, as they are written."""
    given = list(tokens)
    known = [str(it.label) for it in FEATURES.values() if it.token in given]
    return known + [token for token in given if token not in FEATURES]


def audience_labels(tokens: Iterable[str]) -> list[str]:
    given = list(tokens)
    return [str(label) for token, label in AUDIENCES.items() if token in given] + [
        token for token in given if token not in AUDIENCES
    ]


def language_labels(tokens: Iterable[str]) -> list[str]:
    return [str(LANGUAGES.get(token, token)) for token in tokens]
