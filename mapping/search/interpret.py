"""What somebody means by what they type into the one search box.

"M32 0TH" is a postcode, "Sale" a place, "food bank in Sale" words and a place, "food bnak" words with a slip.
Nothing that finds something is ever corrected, and whatever was done is said, with a link to search the exact words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from config import remembered
from mapping.models import PUBLIC, Node, NodeKind, Viewer
from mapping.nodes.window import NOW, zone_of

from . import at_hand, feature_words, geocoding, near_words, people_words, synonyms, when_words
from .corrections import corrections, without_weak
from .geocoding import Spot, tidy
from .query import Query
from .text import classified_as, expression_of
from .when_words import WhenWords

if TYPE_CHECKING:
    from mapping.models import NodeQuerySet, Place

POSTCODE, PLACES, TEXT, EMPTY = "postcode", "places", "text", "empty"
LOOKED_FOR = 1000
# Names of places have at most this many words.
NAME_WORDS = 4

# "food bank in Sale": the last of these words that something known follows.
BEFORE = "(?:in|on|near|at|around|by|close to|next to)"
BEFORE_PLACES = re.compile(rf"\s+{BEFORE}\s+", re.IGNORECASE)
LEADING_BEFORE = re.compile(rf"^{BEFORE}\s+(?=\S)", re.IGNORECASE)
TRAILING_BEFORE = re.compile(rf"\s+{BEFORE}$", re.IGNORECASE)


@dataclass(frozen=True)
class Interpretation:
    """What a text means.

    `kind`: "postcode" (also an outcode, a sector, coordinates), "places" (a name), "text" or "empty".
    `point`: (lon, lat) WGS84 when there is exactly one spot, which is `spot`. `choices`: the spots to ask
    about when a name is several. `text`: the words to search, without the place. `corrected_text`: what to
    search instead, because `text` finds nothing. `note`: what was done, in a sentence, or empty. `when`, `at`, `kinds`,
    `feature`, `for_`, `perhaps` and `sort` are what words among the text say, as `Query` has them. `is_missing`: the
    text names a kind of thing of which there is none. `asked_again`: the words for another address, where not `text`.
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
    for_: tuple[str, ...] = ()
    perhaps: bool = False
    asked_again: str = ""
    sort: str = ""
    is_missing: bool = False

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.spot.lon, self.spot.lat) if self.spot else None

    @property
    def goes_elsewhere(self) -> bool:
        """Whether a part of the text is no words to search: it belongs into other parameters of the URL."""
        return self.spot is not None or bool(self.when or self.feature or self.for_)

    @property
    def words(self) -> str:
        """What is really searched for."""
        return self.corrected_text or self.text

    def change(self, query: Query) -> Query:
        """Return `query` asking for this."""
        query = query.replace(
            q=self.words,
            feature=(*query.feature, *self.feature),
            for_=(*query.for_, *self.for_),
            kind=query.kind or self.kinds,
        )
        if self.when:
            sort, perhaps = query.sort or self.sort, query.perhaps or self.perhaps
            query = query.replace(when=self.when, at=self.at, perhaps=perhaps, sort=sort)
        if self.spot is None:
            return query
        return query.replace(near=self.spot.near, within=self.spot.reach, spot=self.spot, bbox=None)


def interpret(text: str, place: Place | None = None, viewer: Viewer = PUBLIC) -> Interpretation:
    """Say what `text` means in `place` (None: anywhere) to `viewer`. Asks only our own database."""
    text = tidy(text)
    if not text:
        return Interpretation(EMPTY)
    if (rest := near_words.read(text)) is not None and not is_name(text, place, viewer):
        return _near_me(interpret(_to_near(rest, place), place, viewer))
    text = near_words.without_opening(text)
    if (said := _time(text, place, viewer)) is not None:
        rest = interpret(said.rest, place, viewer)
        # Asked for what is open, one wants the nearest; asked what is on, what comes first.
        is_open = said.is_open or said.when == NOW or bool(synonyms.kinds_in(rest.words))
        return _at_time(
            rest,
            _left_out(text, said.rest),
            place,
            viewer,
            when=said.when,
            at=said.at,
            kinds=(NodeKind.ACTIVITY.value,) if said.is_dated else (),
            sort="" if is_open else "date",
        )
    if (fact := _fact(text, place, viewer)) is not None:
        token, rest = fact
        found = interpret(rest, place, viewer)
        return _filtered(found, feature=(token, *found.feature))
    if (whom := _audience(text, place, viewer)) is not None:
        return whom
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
    if BEFORE_PLACES.search(text) and is_name(text, place, viewer):
        return Interpretation(TEXT, text, text=text)
    if split := _before_place(text, place):
        return _with_words(*split, place, viewer, whole=text)
    if (none := _missing(text, place, viewer)) is not None:
        return none
    if finds(text, place, viewer):
        return Interpretation(TEXT, text, text=text)
    # A place elsewhere is only meant when the words say nothing here.
    if spots:
        return _place(where, spots)
    if problem := geocoding.problem(where):
        return Interpretation(POSTCODE, text, text=text, note=" ".join(problem))
    if split := _trailing_place(text, place, viewer):
        return _with_words(*split, place, viewer)
    return correct(text, place, viewer)


def _filtered(found: Interpretation, **filters: Any) -> Interpretation:
    """What the rest of a text means, and what was taken out of it."""
    return replace(found, kind=TEXT if found.kind == EMPTY else found.kind, **filters)


def _at_time(found: Interpretation, said: str, place: Place | None, viewer: Viewer, **time: Any) -> Interpretation:
    """With the time that the words `said` mean.

    Where a kind of thing is asked for and none is known to be open, what may be open answers too. Where we know no
    hours of any, all of the kind answer, and it is said.
    """
    kinds = synonyms.kinds_in(found.words)
    timed = _filtered(found, **time)
    if not kinds or found.is_missing:
        return timed
    for perhaps in (False, True):
        it = replace(timed, perhaps=perhaps)
        if _any(it.change(Query(place=place)).replace(category=kinds), viewer):
            return it
    of_kind = found.change(Query(place=place)).replace(category=kinds)
    nodes = of_kind.restrict(Node.objects.visible_to(viewer), viewer).order_by()
    known = list(nodes.values_list(IsNull(F("opening_hours"), False), flat=True)[:LOOKED_FOR])
    if not known or any(known):
        return timed
    note = _("Of none of these we know that it is open then: ring before you set out.")
    note = " ".join(part for part in (found.note, note) if part)
    return replace(found, note=note, asked_again=f"{found.text} {said}")


def _left_out(text: str, rest: str) -> str:
    """The words of `text` that are not in `rest`."""
    kept = rest.split()
    return " ".join(word for word in text.split() if word.strip(" ?!,") not in kept)


def _any(query: Query, viewer: Viewer) -> bool:
    """Whether `viewer` sees anything that answers."""
    ready = at_hand.answers(query, viewer)
    if ready is not None:
        return bool(ready)
    return _exist(query.restrict(Node.objects.visible_to(viewer), viewer))


def _exist(nodes: NodeQuerySet) -> bool:
    """Whether there is any of `nodes`: planned for many of them, and one is read.

    Asked for one row only, PostgreSQL would rather look through the whole table than open the index.
    """
    try:
        few, words = nodes.order_by().values("pk")[:LOOKED_FOR].query.sql_with_params()
    except EmptyResultSet:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"WITH few AS MATERIALIZED ({few}) SELECT EXISTS (SELECT FROM few)", words)
        return cursor.fetchone()[0]


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
        if not rest or not called_so.filter(name__plain__contains=text).order_by().exists():
            return token, rest
    return None


def _audience(text: str, place: Place | None, viewer: Viewer) -> Interpretation | None:
    """What a text means that says for whom, where something that it finds is for these."""
    for token, rest in people_words.read(text):
        found = interpret(rest, place, viewer)
        found = _filtered(found, for_=(token, *found.for_))
        if _any(found.change(Query(place=place)), viewer):
            return found
    return None


def _near_me(found: Interpretation) -> Interpretation:
    """We do not know where somebody is: they have to say so."""
    if found.spot is not None or found.choices:
        return found
    note = _("To have the nearest first, press “Near me” or add a postcode.")
    return replace(found, note=" ".join(part for part in (found.note, note) if part))


def _to_near(text: str, place: Place | None) -> str:
    """ "Nearest library to Sale": to is near, where a place follows."""
    words, to, name = text.rpartition(" to ")
    return f"{words} near {name}" if to and geocoding.find(name, place) else text


def _missing(text: str, place: Place | None, viewer: Viewer) -> Interpretation | None:
    """What to say where a text names a kind of thing and nothing else, and there is nothing of that kind."""
    meaning = synonyms.named(text)
    if meaning is None or not meaning.is_kind:
        return None
    if meaning.category and _any(Query(place=place, category=meaning.category), viewer):
        return None
    if _any_called(meaning, place, viewer):
        return None
    having = finds(text, place, viewer)
    if having and not meaning.category:
        return None
    note = _("Nothing on this map is listed as “%(words)s”.") % {"words": text}
    if having:
        note = f"{note} {_('These have the words in them.')}"
    return Interpretation(TEXT, text, text=text, note=note, is_missing=True)


def _any_called(meaning: synonyms.Meaning, place: Place | None, viewer: Viewer) -> bool:
    """Whether the categories, tags or other names of anything say so."""
    ready = at_hand.any_worded(place, viewer, expression_of(meaning.also))
    if ready is not None:
        return ready
    nodes = Query(place=place).restrict(Node.objects.visible_to(viewer), viewer)
    return _exist(nodes.filter(search_vector=classified_as(meaning.also)))


def is_name(text: str, place: Place | None, viewer: Viewer) -> bool:
    """Whether something is called `text`."""
    nodes = Query(place=place).restrict(Node.objects.visible_to(viewer), viewer)
    # Of one place, accents and apostrophes make no difference: its names have an index as they are compared.
    called_so = Q(name__iexact=text) if place is None else Q(name__plain=text)
    return nodes.filter(called_so).order_by().exists()


def finds(text: str, place: Place | None, viewer: Viewer) -> bool:
    """Whether anything that `viewer` sees in `place` matches `text`."""
    return _any(Query(place=place, q=text), viewer)


def has_words(text: str, place: Place | None, viewer: Viewer) -> bool:
    """As `finds`, remembered: machines ask for the same words at one spot after the other."""
    return remembered.get(("has words", place.pk if place else None, text), lambda: finds(text, place, viewer))


def _place(text: str, spots: list[Spot]) -> Interpretation:
    if len(spots) > 1:
        note = _("There are several places called “%(name)s”. Which do you mean?") % {"name": text}
        return Interpretation(PLACES, text, choices=tuple(spots), text=text, note=note)
    return Interpretation(PLACES, spots[0].label, spots[0])


def _with_words(words: str, spots: list[Spot], place, viewer, whole: str = "") -> Interpretation:
    """Words beside a place or postcode. `whole`: both, searched as they are where the place is several."""
    found = _missing(words, place, viewer)
    if found is None and not finds(words, place, viewer):
        found = correct(words, place, viewer)
    found = found or Interpretation(TEXT, words, text=words)
    if len(spots) > 1:
        name = BEFORE_PLACES.split(whole)[-1] if whole else spots[0].label
        asked = _place(name, spots)
        # "Church on Oldfield Road": what has all that in its name or address, until somebody says which road.
        for better in (whole, *without_weak(whole)) if whole else ():
            if finds(better, place, viewer):
                return replace(asked, text=better, asked_again=words)
        return replace(asked, text=words, corrected_text=found.corrected_text)
    [spot] = spots
    kind = PLACES if spot.kind in geocoding.NAMED else POSTCODE
    note = " ".join(part for part in (spot.note, found.note) if part)
    label = _("%(words)s near %(place)s") % {"words": found.words, "place": spot.label}
    return replace(found, kind=kind, label=label, spot=spot, note=note)


def _around_postcode(text: str, place: Place | None) -> tuple[str, list[Spot]] | None:
    """Split "food bank near M32 0TH", "M32 food bank" or "food bank 53.44 -2.30" into words and the spot."""
    parts = text.split()
    for count in (2, 1):
        if len(parts) <= count:
            continue
        for code, rest in ((parts[-count:], parts[:-count]), (parts[:count], parts[count:])):
            spot = _numbers(" ".join(code), place) if _has_figure(code) else None
            if spot:
                return TRAILING_BEFORE.sub("", " ".join(rest)), [spot]
    return None


def _numbers(text: str, place: Place | None) -> Spot | None:
    """The spot of a postcode, or of coordinates without letters: beside words, "TV 2024" is no grid reference."""
    if any(character.isalpha() for character in text):
        return geocoding.postcode(text, place)
    return next(iter(geocoding.find(text, place)), None) if geocoding.coordinates(text) else None


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
            if finds(words, place, viewer) or correct(words, place, viewer).corrected_text:
                return words, spots
    return None


def correct(text: str, place: Place | None, viewer: Viewer) -> Interpretation:
    """Words that find nothing: look for what they were meant to be, and say so."""
    for better in corrections(text, place, viewer):
        if better.lower() != text.lower() and finds(better, place, viewer):
            if better.endswith("*"):
                note = _("Nothing has the word “%(text)s”. These are results for words that begin with it.")
                note = note % {"text": text}
            else:
                note = _("Nothing matches “%(text)s”. These are results for “%(better)s”.")
                note = note % {"text": text, "better": better}
            return Interpretation(TEXT, better, text=text, corrected_text=better, note=note)
    return Interpretation(TEXT, text, text=text)
