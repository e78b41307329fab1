"""What a text that finds nothing may have been meant to be, the most faithful first.

Each step has a floor of its own: faults by the length of a word (`spelling.FAULTS`), likeness of a short one
(`spelling.LEAST_ALIKE`), and what is left out never leaves weak words alone. One record's name stands for no question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Value
from django.db.models.functions import Length
from rapidfuzz.distance import OSA

from mapping.models import Node, Place, Viewer
from mapping.models.plain_name import WORDS, PlainName

from . import spelling, synonyms
from .text import AS_ON_THE_WEB, Unguessed

MAX_WORDS = 12
# How alike each word of a name has to be to one that was typed (0 to 1), and how many names are looked at.
LIKE_A_NAME = 0.7
FEW_NAMES = 3
# How alike a whole name has to be (trigrams, 0 to 1), how many that have the words are compared, and what a word that
# nobody knows begins with.
AS_A_WHOLE = 0.3
MANY_NAMES = 1000
BEGINNING = 3
# They say little: what is left when the others go is no answer.
WEAK = frozenset(
    "activity advice area best centre cheap class club course day event for free friendly fun good great group help in "
    "information lesson local meet meeting new old open place project scheme service session social some somewhere "
    "something support thing time town with work workshop near at of road street lane avenue drive".split()
)
# Behind a name that nobody knows, they are a part of it: "Sibson Road".
OF_STREETS = frozenset("road street lane avenue drive close crescent court gardens grove terrace square".split())
# As people shorten the names of streets. (St is left alone: it is also Saint.)
SHORT = {
    "ave": "avenue",
    "cl": "close",
    "cres": "crescent",
    "ct": "court",
    "dr": "drive",
    "gdns": "gardens",
    "gr": "grove",
    "la": "lane",
    "ln": "lane",
    "pk": "park",
    "rd": "road",
    "sq": "square",
    "tce": "terrace",
}


def corrections(text: str, place: Place | None, viewer: Viewer) -> Iterator[str]:
    """Yield other texts to search. A text in quotes, or of more than `MAX_WORDS` words, is left alone."""
    words = text.split()
    if len(words) > MAX_WORDS or '"' in text:
        return
    if re.fullmatch(r"\w{3,}", words[-1]):
        yield f"{text}*"
    bare = [re.sub(r"^\W+|\W+$", "", synonyms.without_accents(word)).lower() for word in words]
    if set(bare) & set(SHORT):
        yield " ".join(SHORT.get(short, word) for short, word in zip(bare, words, strict=True))
    occurring = spelling.known(bare)
    unknown = [n for n, word in enumerate(bare) if len(word) > 3 and word.isalpha() and word not in occurring]
    if not unknown:
        yield from without_weak(text)
    for mend in (spelling.correct, spelling.split):
        mended = {n: mend(bare[n]) or "" for n in unknown}
        if any(mended.values()):
            yield " ".join(mended.get(n) or word for n, word in enumerate(words))
    yield from _short_words(words, bare, occurring)
    yield from _two_as_one(words, bare)
    yield from _one_less(text, occurring)
    yield from _like_a_name(text, place, viewer)


def without_weak(text: str) -> Iterator[str]:
    """Without all the words that say little, where that leaves some."""
    words = text.split()
    kept = [word for word in words if synonyms.plain(word) not in WEAK]
    if 0 < len(kept) < len(words):
        yield " ".join(kept)


def _short_words(words: list[str], bare: list[str], occurring: set[str]) -> Iterator[str]:
    """Three letters are too few to count faults: the most alike word that begins with the same, beside known ones."""
    short = {n: word for n, word in enumerate(bare) if len(word) == 3 and word.isalpha() and word not in occurring}
    if not short or len(short) == len(words):
        return
    alike = spelling.alike(short.values())
    mended = {n: next((it for it in alike[word] if it[0] == word[0]), "") for n, word in short.items()}
    if any(mended.values()):
        yield " ".join(mended.get(n) or word for n, word in enumerate(words))


def _two_as_one(words: list[str], bare: list[str]) -> Iterator[str]:
    """Two words that are one in our records: "play ground"."""
    for n in range(len(words) - 1):
        joined = bare[n] + bare[n + 1]
        if spelling.known([joined]):
            yield " ".join([*words[:n], joined, *words[n + 2 :]])


def _one_less(text: str, occurring: set[str]) -> Iterator[str]:
    """Without one word or phrase: one that occurs nowhere, then a weak one, then one that names no kind."""
    if AS_ON_THE_WEB.search(text):
        return
    parts = synonyms.parts(text)

    def occurs(part: synonyms.Part) -> bool:
        return part.meaning is not None or set(map(str.lower, part.words)) <= occurring

    def says(part: synonyms.Part) -> bool:
        return part.meaning is not None or (occurs(part) and synonyms.plain(part.words[0]) not in WEAK)

    def worth(n: int) -> tuple[bool, bool, bool, int]:
        part = parts[n]
        return occurs(part), synonyms.plain(part.words[0]) not in WEAK, part.meaning is not None, n

    def end(n: int) -> int:
        """After the part, and after what belongs to it."""
        after = parts[n + 1 : n + 2]
        named = after and after[0].meaning is None and _long(after[0].words[0]) in OF_STREETS
        return n + 2 if named and not occurs(parts[n]) else n + 1

    for n in sorted(range(len(parts)), key=worth):
        rest = [*parts[:n], *parts[end(n) :]]
        if any(says(it) and len("".join(it.words)) > 1 for it in rest):
            yield " ".join(word for it in rest for word in it.words)


def _long(word: str) -> str:
    """The word of a street's name in full: "Rd" is "road"."""
    return SHORT.get(word.lower(), word.lower())


def _like_a_name(text: str, place: Place | None, viewer: Viewer) -> Iterator[str]:
    """A name each word of which is like one of the text, and the other way round: what no known word explains.

    Only records with such words are compared, `MANY_NAMES` at most: to compare all names that share a few letters with
    the text would take a second where there are a million.
    """
    typed = synonyms.words_of(synonyms.without_accents(text).lower())
    words = _words_of_names(typed, viewer)
    if not words:
        return
    nodes = Node.objects.visible_to(viewer).current()
    if place is not None:
        nodes = nodes.of_place(place)
    letters = sum(map(len, typed))
    # Between the words of a name there may be marks.
    lengths = (int(letters * LIKE_A_NAME), int(letters / LIKE_A_NAME) + 5 * len(typed))
    having = nodes.annotate(length=Length("name")).filter(
        search_vector=Unguessed(words, search_type="raw", config=WORDS), length__range=lengths
    )
    like = Node.objects.filter(pk__in=having.order_by().values("pk")[:MANY_NAMES])
    like = like.annotate(like=TrigramSimilarity(PlainName("name"), PlainName(Value(text)))).filter(like__gte=AS_A_WHOLE)
    for name in like.order_by("-like", "name").values_list("name", flat=True)[:FEW_NAMES]:
        words = synonyms.words_of(synonyms.without_accents(name).lower())
        if len(words) == len(typed) and all(_alike(*pair) for pair in zip(sorted(words), sorted(typed), strict=True)):
            yield name


def _words_of_names(typed: list[str], viewer: Viewer) -> str:
    """What to_tsquery reads for names of which every word is like one of these; empty where there can be none.

    A word of one or two letters is like no other, so it says nothing about what may have been meant.
    """
    asked = set(spelling.words_of(" ".join(typed)))
    groups = []
    for word, words in spelling.near(asked, LIKE_A_NAME).items() if asked else ():
        if words:
            groups.append(" | ".join(f"'{it}'" for it in sorted(words)))
        elif words is not None and viewer.is_public:
            return ""
        elif words is not None:
            # Names that not everybody sees have words that are not known: they begin so.
            groups.append(f"'{word[:BEGINNING]}':*")
    return " & ".join(f"({it})" for it in sorted(groups))


def _alike(one: str, other: str) -> bool:
    return OSA.normalized_similarity(one, other) >= LIKE_A_NAME
