"""What people type as PostgreSQL's full text search has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery

from mapping.models.plain_name import WORDS

from . import synonyms

# The beginning of a word, in a text query.
BEGINNING = re.compile(r"(?<!\S)(\w{2,})\*(?!\S)")
# Quotes, "or", a minus before a word, and addresses mean what they mean in web searches.
AS_ON_THE_WEB = re.compile(r'"|(?<!\S)-\w|(?<!\S)or(?!\S)|@|://|\w\.\w', re.IGNORECASE)
# More words than anybody asks with are not joined two by two.
MAX_JOINED = 8
# How one word is written as another.
SAME = {"st": ("st", "saint", "street"), "saint": ("saint", "st"), "street": ("street", "st"), "rd": ("rd", "road")}


class Unguessed(SearchQuery):
    """A tsquery in a query of its own, so that the planner cannot guess how many rows have these words: where it
    guesses that many do, it would read the whole table for the first few."""

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = super().as_sql(*args, **kwargs)
        return f"(SELECT {sql})", params


def text_query(text: str) -> SearchQuery | CombinedSearchQuery:
    """Return the tsquery for what people type: all the words, in any order and form, or what else they are called.

    "food bank" finds "foodbank", "chemist" a pharmacy (`synonyms.toml`), "St" also "Saint". Quotes, "or" and a minus
    before a word mean what they mean in web searches (websearch_to_tsquery), and then nothing else is meant; where
    every word has a minus, it means nothing. A word that ends in an asterisk is the beginning of one: `allot*`.
    Nothing that can be typed is an error.
    """
    if all(word.startswith("-") for word in text.split()):
        # Without what, of nothing? It would be nearly everything.
        text = text.replace("-", " ")
    beginnings = BEGINNING.findall(text)
    text = BEGINNING.sub(" ", text)
    if AS_ON_THE_WEB.search(text):
        query = SearchQuery(text, search_type="websearch", config=WORDS)
    else:
        query = SearchQuery(_expression(synonyms.parts(text)), search_type="raw", config=WORDS)
    for word in beginnings:
        # "simple", so that the beginning is not cut to a stem: "arts*" does not begin "Arthur".
        query = query & SearchQuery(f"{synonyms.without_accents(word).lower()}:*", search_type="raw", config="simple")
    return query


def one_expression(text: str) -> str | None:
    """What `text_query` has to_tsquery read, in the words of `WORDS`; None where that is not all of it."""
    if BEGINNING.search(text) or AS_ON_THE_WEB.search(text):
        return None
    return _expression(synonyms.parts(text))


def classified_as(phrases: Sequence[str]) -> SearchQuery:
    """Return the tsquery for what has one of `phrases` among its categories, tags, other names and address."""
    return SearchQuery(expression_of(phrases), search_type="raw", config=WORDS)


def expression_of(phrases: Sequence[str]) -> str:
    """What `classified_as` has to_tsquery read."""
    each = (" & ".join(f"'{word}':B" for word in synonyms.words_of(_letters(it))) for it in phrases)
    return " | ".join(f"({it})" for it in each)


def _expression(parts: Sequence[synonyms.Part]) -> str:
    """`('food' & 'bank' | 'food bank' | 'foodbank') & 'sale'`, for to_tsquery."""
    each = [_part(it) for it in parts]
    ways = [" & ".join(each)] if each else []
    if 1 < len(parts) <= MAX_JOINED:
        # Two words that a record writes as one.
        for n in range(len(parts) - 1):
            one, other = parts[n], parts[n + 1]
            if one.meaning is None and other.meaning is None:
                joined = _quoted(_letters(one.words[0]) + _letters(other.words[0]))
                ways.append(" & ".join([*each[:n], joined, *each[n + 2 :]]))
    return " | ".join(f"({way})" for way in ways)


def _part(part: synonyms.Part) -> str:
    typed = " & ".join(_word(word) for word in part.words)
    if part.meaning is None:
        return typed
    # "children + club": both, wherever they stand.
    others = [f"({' & '.join(map(_quoted, it.split('+')))})" for it in part.meaning.also]
    # The index knows no "it": "IT help" would find all help.
    return f"({' | '.join(others)})" if "it" in map(str.lower, part.words) else f"(({typed}) | {' | '.join(others)})"


def _word(word: str) -> str:
    spoken = SAME.get(word.lower())
    if spoken:
        return f"({' | '.join(map(_quoted, spoken))})"
    pieces = [it for it in re.split(rf"[{synonyms.APOSTROPHES}]", word) if it]
    if len(pieces) > 1 and pieces[-1].lower() == "s":
        pieces.pop()
    whole = _letters(word)
    apart = " & ".join(map(_quoted, pieces))
    # "O'Neill" and "ONeill"; "children's" and "childrens" have one stem anyway.
    return apart if len(pieces) == 1 else f"(({apart}) | {_quoted(whole)})"


def _letters(word: str) -> str:
    return re.sub(rf"[{synonyms.APOSTROPHES}]", "", word)


def _quoted(text: str) -> str:
    """One word, or several that follow each other, of letters and figures only."""
    return f"'{' '.join(synonyms.words_of(_letters(text)))}'"
