"""What texts themselves give away: many links, hardly anything but a link, links that hide where they lead, words of
the place's list. A reason to look, never to refuse."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from listings.models import Hold

# A group may well name its page and its booking page.
MOST_LINKS = 2
# Letters besides the link, below which a text says nothing of its own.
LEAST_WORDS = 20
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
# What is not seen and splits a word.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True)
class Typed:
    """What people read of a form: its texts, its lines, and the addresses of websites that it has fields for."""

    texts: Sequence[str] = ()
    lines: Sequence[str] = ()
    addresses: Sequence[str] = ()


def reasons(typed: Typed, words: Iterable[str] = ()) -> list[Hold]:
    """Return why it should be read by a person first, each reason once, in the order of `Hold`.

    words : the place's list, in small letters.
    """
    found = set()
    everything = [*typed.texts, *typed.lines]
    links = [link for text in everything for link in _LINK.findall(text)]
    if len(links) > MOST_LINKS:
        found.add(Hold.LINKS)
    if any(_LINK.search(it) and len(_LINK.sub("", it).strip()) < LEAST_WORDS for it in typed.texts):
        found.add(Hold.ONLY_LINKS)
    if any(_site(it) in shorteners() for it in [*links, *typed.addresses]):
        found.add(Hold.SHORT_LINKS)
    if names_a_word("\n".join([*everything, *typed.addresses]), words):
        found.add(Hold.WORDS)
    return [it for it in Hold if it in found]


def names_a_word(text: str, words: Iterable[str]) -> bool:
    """Whether `text` names one of `words`: whole words, however they are written."""
    words = [re.escape(plain(it)) for it in words]
    return bool(words) and re.search(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", plain(text)) is not None


def plain(text: str) -> str:
    """Small letters of the ordinary kind, without what cannot be seen, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold().split())


@cache
def shorteners() -> frozenset[str]:
    """The sites of `shorteners.txt`."""
    lines = (Path(__file__).parent / "shorteners.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(it.strip() for it in lines if it.strip() and not it.startswith("#"))


def _site(link: str) -> str:
    try:
        host = urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
