"""The language that a page may say it is in: never one into which nobody has translated our words.

Django has its own words in many languages. A page that took those alone would be English with Welsh months, and a
screen reader would read the English with a Welsh voice.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import to_locale, trans_real

# What the strings in the source are written in.
SOURCE = "en-gb"


def is_translated(code: str) -> bool:
    """Whether the pages have words in the language `code` (`cy`, `en-gb`): a catalogue of ours, or none is needed."""
    return code.partition("-")[0] == SOURCE.partition("-")[0] or any(
        (Path(folder) / to_locale(code) / "LC_MESSAGES" / "django.mo").is_file() for folder in settings.LOCALE_PATHS
    )


def of_page() -> str:
    """Return the code of the language in which the page at hand is written."""
    active = translation.get_language() or SOURCE
    return active if is_translated(active) else SOURCE


def of_records() -> str:
    """Return the language of what people wrote here where it is not the page's, else nothing.

    Records do not say what language they are in; what sources and people give is the source's language.
    """
    return "" if of_page().partition("-")[0] == SOURCE.partition("-")[0] else SOURCE


def remember_words() -> None:
    """Let each of our languages remember what it made of a text: eight catalogues are else asked one after another."""
    for code, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(code)
        catalogue.gettext = lru_cache(maxsize=4096)(catalogue.gettext)


class TranslatedLocaleMiddleware(LocaleMiddleware):
    """Django's own, which takes no language into which our pages are not translated."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if not is_translated(translation.get_language() or SOURCE):
            translation.activate(SOURCE)
            request.LANGUAGE_CODE = translation.get_language()
