"""What somebody means by what they type into the one search box.

"M32 0TH" is a postcode, "Sale" a place, "food bank in Sale" words and a place, "food bnak" words with a slip.
Nothing that finds something is ever corrected, and whatever was done is said, with a link to search the exact words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.models import PUBLIC, Node, NodeKind, Viewer
from mapping.nodes.window import NOW, zone_of

from . import feature_words, geocoding, spelling, when_words
from .geocoding import Spot, tidy
from .query import Query
from .when_words import WhenWords

if TYPE_CHECKING:
    from mapping.models import Place

POSTCODE, PLACES, TEXT, EMPTY = "postcode", "places", "text", "empty"
MAX_WORDS = 12
LOOKED_FOR = 1000
# Names of places have at most this many words.
NAME_WORDS = 4

# "food bank in Sale": the last of these words that something known follows.
BEFORE = "(?:in|near|at|around|by|close to|next to)"
BEFORE_PLACES = re.compile(rf"\s+{BEFORE}\s+", re.IGNORECASE)
LEADING_BEFORE = re.compile(rf"^{BEFORE}\s+(?=\S)", re.IGNORECASE)
TRAILING_BEFORE = re.compile(rf"\s+{BEFORE}$", re.IGNORECASE)

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


@dataclass(frozen=True)
class Interpretation:
    """What a text means.

    `kind`: "postcode" (also an outcode, a sector, coordinates), "places" (a name), "text" or "empty".
    `point`: (lon, lat) WGS84 when there is exactly one spot, which is `spot`. `choices`: the spots to ask
    about when a name is several. `text`: the words to search, without the place. `corrected_text`: what to
    search instead, because `text` finds nothing. `note`: what was done, in a sentence, or empty. `when`, `at`, `kinds`,
    `feature` and `sort` are what words among the text say, as `Query` has them.
    """

    kind: str
    label: str = ""
    spot: Spot | None = None
    choices: tuple[Spot, ...] = field(default=())
    text: str = ""
    corrected_text: str = ""
    note: str = ""
    when: str = ""
    at: str = ""
    kinds: tuple[str, ...] = ()
    feature: tuple[str, ...] = ()
    sort: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.spot.lon, self.spot.lat) if self.spot else None

    @property
    def goes_elsewhere(self) -> bool:
        """Whether a part of the text is no words to search: it belongs into other parameters of the URL."""
        return self.spot is not None or bool(self.when or self.feature)

    @property
    def words(self) -> str:
        """What is really searched for."""
        return self.corrected_text or self.text

    def change(self, query: Query) -> Query:
        """Return `query` asking for this."""
        query = query.replace(q=self.words, feature=(*query.feature, *self.feature), kind=query.kind or self.kinds)
        if self.when:
            query = query.replace(when=self.when, at=self.at, sort=query.sort or self.sort)
        if self.spot is None:
            return query
        return query.replace(near=self.spot.near, within=self.spot.reach, spot=self.spot, bbox=None)


def interpret(text: str, place: Place | None = None, viewer: Viewer = PUBLIC) -> Interpretation:
    """Say what `text` means in `place` (None: anywhere) to `viewer`. Asks only our own database."""
    text = tidy(text)
    if not text:
        return Interpretation(EMPTY)
    if (said := _time(text, place, viewer)) is not None:
        return _filtered(
            interpret(said.rest, place, viewer),
            when=said.when,
            at=said.at,
            kinds=(NodeKind.ACTIVITY.value,) if said.is_dated else (),
            # Asked for what is open, one wants the nearest; asked what is on, what comes first.
            sort="" if said.is_open or said.when == NOW else "date",
        )
    if (fact := _fact(text, place, viewer)) is not None:
        token, rest = fact
        found = interpret(rest, place, viewer)
        return _filtered(found, feature=(token, *found.feature))
    where = LEADING_BEFORE.sub("", text)
    spot = geocoding.coordinates(where) or geocoding.postcode(where, place)
    if spot:
        return Interpretation(POSTCODE, spot.label, spot, note=spot.note)
    if split := _around_postcode(text, place):
        return _with_words(*split, place, viewer)
    spots = geocoding.named(where, place)
    at_home = [it for it in spots if it.inside] if place is not None else spots
    if at_home:
        return _place(where, at_home)
    if split := _before_place(text, place):
        return _with_words(*split, place, viewer)
    if finds(text, place, viewer):
        return Interpretation(TEXT, text, text=text)
    # A place elsewhere is only meant when the words say nothing here.
    if spots:
        return _place(where, spots)
    if problem := geocoding.problem(where):
        return Interpretation(POSTCODE, text, text=text, note=" ".join(problem))
    if split := _trailing_place(text, place, viewer):
        return _with_words(*split, place, viewer)
    return _text(text, place, viewer)


def _filtered(found: Interpretation, **filters: Any) -> Interpretation:
    """What the rest of a text means, and what was taken out of it."""
    return replace(found, kind=TEXT if found.kind == EMPTY else found.kind, **filters)


def _time(text: str, place: Place | None, viewer: Viewer) -> WhenWords | None:
    """The time that is asked for. A day of the week alone is one when the words as they are find nothing."""
    today = timezone.now().astimezone(zone_of(place)).date()
    said = when_words.read(text, today)
    if said is None and (perhaps := when_words.read(text, today, bare=True)):
        as_it_is = BEFORE_PLACES.split(text)[0]
        said = None if finds(as_it_is, place, viewer) else perhaps
    return said


def _fact(text: str, place: Place | None, viewer: Viewer) -> tuple[str, str] | None:
    """The fact that is asked for, and the other words; None where nothing here has it, or something is called so."""
    for token, rest in feature_words.read(text):
        having = Query(place=place, feature=(token,)).restrict(Node.objects.visible_to(viewer), viewer).order_by()
        if not having.exists():
            continue
        called_so = Query(place=place).restrict(Node.objects.visible_to(viewer), viewer)
        if not rest or not called_so.filter(name__icontains=text).order_by().exists():
            return token, rest
    return None


def finds(text: str, place: Place | None, viewer: Viewer) -> bool:
    """Whether anything that `viewer` sees in `place` matches `text`."""
    query = Query(place=place, q=text)
    nodes = query.restrict(Node.objects.visible_to(viewer), viewer).order_by()
    # Asked for one row only, PostgreSQL would rather look through the whole table than open the index.
    return bool(nodes.values("pk")[:LOOKED_FOR].count())


def _place(text: str, spots: list[Spot]) -> Interpretation:
    if len(spots) > 1:
        note = _("There are several places called “%(name)s”. Which do you mean?") % {"name": text}
        return Interpretation(PLACES, text, choices=tuple(spots), text=text, note=note)
    return Interpretation(PLACES, spots[0].label, spots[0])


def _with_words(words: str, spots: list[Spot], place, viewer) -> Interpretation:
    """Words beside a place or postcode."""
    found = _text(words, place, viewer) if not finds(words, place, viewer) else None
    found = found or Interpretation(TEXT, words, text=words)
    if len(spots) > 1:
        asked = _place(spots[0].label, spots)
        return replace(asked, text=words, corrected_text=found.corrected_text)
    [spot] = spots
    kind = PLACES if spot.kind in geocoding.NAMED else POSTCODE
    note = " ".join(part for part in (spot.note, found.note) if part)
    label = _("%(words)s near %(place)s") % {"words": found.words, "place": spot.label}
    return replace(found, kind=kind, label=label, spot=spot, note=note)


def _around_postcode(text: str, place: Place | None) -> tuple[str, list[Spot]] | None:
    """Split "food bank near M32 0TH" or "M32 food bank" into words and the spot."""
    parts = text.split()
    for count in (2, 1):
        if len(parts) <= count:
            continue
        for code, rest in ((parts[-count:], parts[:-count]), (parts[:count], parts[count:])):
            spot = geocoding.postcode(" ".join(code), place) if _has_figure(code) else None
            if spot:
                return TRAILING_BEFORE.sub("", " ".join(rest)), [spot]
    return None


def _has_figure(parts: list[str]) -> bool:
    return any(character.isdigit() for part in parts for character in part)


def _before_place(text: str, place: Place | None) -> tuple[str, list[Spot]] | None:
    """Split "food bank in Sale" where Sale is a place that is known (in `place`, if there is one)."""
    for match in reversed(list(BEFORE_PLACES.finditer(text))):
        words, name = text[: match.start()].strip(), text[match.end() :].strip()
        spots = geocoding.named(name, place)
        spots = [it for it in spots if it.inside] or spots
        if words and spots:
            return words, spots
    return None


def _trailing_place(text: str, place: Place | None, viewer: Viewer) -> tuple[str, list[Spot]] | None:
    """Split "food bank sale", which finds nothing as it is, where its end is a place here."""
    parts = text.split()
    for count in range(min(NAME_WORDS, len(parts) - 1), 0, -1):
        spots = [it for it in geocoding.named(" ".join(parts[-count:]), place) if it.inside]
        if len(spots) == 1:
            words = " ".join(parts[:-count])
            if finds(words, place, viewer) or _text(words, place, viewer).corrected_text:
                return words, spots
    return None


def _text(text: str, place: Place | None, viewer: Viewer) -> Interpretation:
    """Words that find nothing: look for what they were meant to be, and say so."""
    for better in _corrections(text, place, viewer):
        if better.lower() != text.lower() and finds(better, place, viewer):
            if better.endswith("*"):
                note = _("Nothing has the word “%(text)s”. These are results for words that begin with it.")
                note = note % {"text": text}
            else:
                note = _("Nothing matches “%(text)s”. These are results for “%(better)s”.")
                note = note % {"text": text, "better": better}
            return Interpretation(TEXT, better, text=text, corrected_text=better, note=note)
    return Interpretation(TEXT, text, text=text)


def _corrections(text: str, place: Place | None, viewer: Viewer):
    """Yield what `text` may have been meant to be, the most faithful first."""
    words = text.split()
    if len(words) > MAX_WORDS or '"' in text:
        return
    if re.fullmatch(r"\w{3,}", words[-1]):
        yield f"{text}*"
    plain = [re.sub(r"^\W+|\W+$", "", word).lower() for word in words]
    if set(plain) & set(SHORT):
        yield " ".join(SHORT.get(bare, word) for bare, word in zip(plain, words, strict=True))
    occurring = spelling.known(plain)
    unknown = [n for n, word in enumerate(plain) if len(word) > 3 and word.isalpha() and word not in occurring]
    for mend in (spelling.correct, spelling.split):
        mended = {n: mend(plain[n]) or "" for n in unknown}
        if any(mended.values()):
            yield " ".join(mended.get(n) or word for n, word in enumerate(words))
    if len(words) > 1:
        # "play ground", "food bank" written apart or together.
        for n in range(len(words) - 1):
            joined = plain[n] + plain[n + 1]
            if spelling.known([joined]):
                yield " ".join([*words[:n], joined, *words[n + 2 :]])
    if not set(plain) <= occurring:
        yield from _similar_name(text, place, viewer)
    yield from _one_word_less(words, plain, occurring)
    yield from _similar_name(text, place, viewer)


def _one_word_less(words: list[str], plain: list[str], occurring: set[str]):
    """Leave out one word: first one that occurs nowhere, then the first, the second..."""
    for n in sorted(range(len(words)), key=lambda n: (plain[n] in occurring, n)):
        if any(len(word) > 3 for k, word in enumerate(plain) if k != n):
            yield " ".join(word for k, word in enumerate(words) if k != n)


def _similar_name(text: str, place: Place | None, viewer: Viewer):
    """The name that holds what is most like `text` (trigrams), for slips that no single word explains."""
    nodes = Node.objects.visible_to(viewer).current()
    if place is not None:
        nodes = nodes.of_place(place)
    return (
        nodes.filter(name__trigram_word_similar=text)
        .annotate(like=TrigramWordSimilarity(text, "name"))
        .order_by("-like", "name")
        .values_list("name", flat=True)[:1]
    )
