"""What people call things: "chemist" is a pharmacy, "somewhere to eat" a café or a meal. The table is `synonyms.toml`.

`parts` cuts a text into the phrases of the table and the words between them, without asking the database.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

TABLE = Path(__file__).with_name("synonyms.toml")
# Any shape of an apostrophe: ' ’ ‘ ʼ ′ ` ´.
APOSTROPHES = "'’‘ʼ′`´＇"
# They have no accent that could be taken off. (The database knows them too: unaccent.rules of PostgreSQL.)
LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "þ": "th", "Þ": "TH"}
)
WORD = re.compile(rf"\w+(?:[{APOSTROPHES}]\w+)*[{APOSTROPHES}]?")
# "IT" is a subject, "it" a word that says nothing.
COMPUTERS = "IT"
# They join what a phrase of the table is made of: "halls to hire", "baby and toddler groups".
JOINING = frozenset({"a", "an", "and", "the", "to", "of", "in", "my", "some", "any"})

MAX_CUT = 64  # texts whose parts a process remembers


@dataclass(frozen=True)
class Meaning:
    """A row of the table: `also` is searched besides the words, `category` comes first."""

    category: tuple[str, ...]
    also: tuple[str, ...]
    # Whether such a thing is one that is there or is not: then the page says that there is none.
    is_kind: bool


@dataclass(frozen=True)
class Part:
    """A phrase of the table with its meaning, or one word without (`meaning` None). `words` are as typed."""

    words: tuple[str, ...]
    meaning: Meaning | None = None


def words_of(text: str) -> list[str]:
    """Return the words of `text`: hyphens and dots part them, apostrophes do not."""
    return WORD.findall(text)


def plain(word: str) -> str:
    """Return `word` in small letters, without accents, apostrophes and the sign of the plural."""
    if word == COMPUTERS:
        return "it"
    word = without_accents(word).lower()
    word = re.sub(rf"[{APOSTROPHES}]", "", word)
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def without_accents(text: str) -> str:
    """Return `text` with é as e and ø as o."""
    return "".join(it for it in unicodedata.normalize("NFD", text.translate(LETTERS)) if not unicodedata.combining(it))


@cache
def table() -> dict[tuple[str, ...], Meaning]:
    """The meanings by their phrases, as `plain` writes the words."""
    found: dict[tuple[str, ...], Meaning] = {}
    for row in tomllib.loads(TABLE.read_text())["meaning"]:
        categories = tuple(row.get("category", ()))
        meaning = Meaning(categories, tuple(row["also"]), "category" in row)
        for phrase in row["words"]:
            found[_key(words_of(phrase))] = meaning
    return found


@cache
def _longest() -> int:
    return max(map(len, table()))


def _key(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(word) for word in words if word.lower() not in JOINING)


def parts(text: str) -> list[Part]:
    """Cut `text` into phrases of the table, the longest first at each word, and single words."""
    return list(_parts(text))


# One question asks for the parts of its words several times.
@lru_cache(maxsize=MAX_CUT)
def _parts(text: str) -> tuple[Part, ...]:
    words = words_of(text)
    found: list[Part] = []
    start = 0
    while start < len(words):
        end, meaning = _phrase(words, start)
        found.append(Part(tuple(words[start:end]), meaning))
        start = end
    return tuple(found)


def _phrase(words: list[str], start: int) -> tuple[int, Meaning | None]:
    if words[start].lower() not in JOINING:
        for end in range(min(len(words), start + 2 * _longest()), start, -1):
            if words[end - 1].lower() in JOINING:
                continue
            if (meaning := table().get(_key(words[start:end]))) is not None:
                return end, meaning
    return start + 1, table()[("ict",)] if words[start] == COMPUTERS else None


def named(text: str) -> Meaning | None:
    """The meaning that `text` names and nothing else; None when it is more, or none."""
    only = [it for it in parts(text) if it.meaning or it.words[0].lower() not in JOINING]
    return only[0].meaning if len(only) == 1 else None


def kinds_in(text: str) -> tuple[str, ...]:
    """The short names of all categories that `text` names."""
    found = {slug for it in parts(text) if it.meaning for slug in it.meaning.category}
    return tuple(sorted(found))
