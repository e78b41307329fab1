"""What somebody may be about to type: kinds of things, places, streets and postcodes, and names; a few of each.

    for group in completions("caf", place, viewer):
        group.label, group.rows         # "What": "Cafés"; "Names": "Café at the Park"

Each row costs a bounded look into an index, whatever the size of the map: names by how they begin, and by any of their
words where few records have a word that begins so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.gis.geos import Polygon
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from mapping.models import Category, GazetteerEntry, Node, Place, Postcode, SearchWord, Street, Viewer
from mapping.models.plain_name import WORDS, compared
from mapping.readers.street_names import street_key

from . import synonyms
from .geocoding import tidy
from .names import distinct_label
from .text import Unguessed

MIN_LETTERS = 2
LONGEST = 80
MAX_KINDS, MAX_WHERE, MAX_NAMES = 4, 5, 5
# So many rows that begin so are looked at, of each table.
LOOKED_AT = 40
# What is shown of a node.
SHOWN = ("uuid", "name", "address", "postcode", "location_source", "location_precision")
# Of a category, to see whether the place has any; and records with a word that begins so, to look for it in names.
MANY_OF_KIND, MANY_WITH_WORD = 500, 2000
FEW_WORDS = 8
ST = "st"
# "food bank in sa": what follows the last of these words is a place.
BEFORE_PLACE = re.compile(r"^(.+\s(?:in|near|at|around|by)\s)(\S.*)$", re.IGNORECASE)
# A district of postcodes, and what of one may follow it: "M32", "M32 0T".
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?\s?(?:[0-9][A-Z]{0,2})?", re.IGNORECASE)


@dataclass(frozen=True)
class Completion:
    """`text` is what the field will hold, `about` a few words beside it; with a `url` it is one thing with a page."""

    text: str
    about: str = ""
    url: str = ""


@dataclass(frozen=True)
class Group:
    label: str
    rows: tuple[Completion, ...]


def completions(text: str, place: Place, viewer: Viewer) -> list[Group]:
    """Return what `text`, as far as it is typed, may become in `place`; no empty group."""
    text = tidy(text)[:LONGEST]
    # Of marks alone nothing is left to compare, and every name would begin so.
    if len(compared(text)) < MIN_LETTERS:
        return []
    split = BEFORE_PLACE.match(text)
    head, tail = split.groups() if split else ("", text)
    where = (
        [Completion(f"{head}{it.text}", it.about) for it in _where(tail, place)]
        if len(compared(tail)) >= MIN_LETTERS
        else []
    )
    groups = [
        Group(_("What"), tuple(_kinds(text, place, viewer))),
        Group(_("Where"), tuple(where)),
        Group(_("Names"), tuple(_names(text, place, viewer))),
    ]
    return [it for it in groups if it.rows]


# --- what


def _kinds(text: str, place: Place, viewer: Viewer) -> Iterator[Completion]:
    """Kinds of things that begin so, by their names or by what else they are called, of which the place has some."""
    asked = compared(text)
    rows = list(Category.objects.values_list("pk", "slug", "name", "plural", "parent_id"))
    named = {slug: plural or name for _pk, slug, name, plural, _parent in rows}
    below: dict[int | None, list[int]] = {}
    for pk, *_rest, parent in rows:
        below.setdefault(parent, []).append(pk)
    found: dict[str, tuple[int, str, str]] = {}

    def add(slug: str, phrase: str, about: str) -> None:
        begins = _begins(compared(phrase), asked)
        if begins and (slug not in found or begins > found[slug][0]):
            found[slug] = (begins, phrase, about)

    for _pk, slug, name, plural, _parent in rows:
        add(slug, plural or name, "")
        add(slug, name, "")
    for key, meaning in synonyms.table().items():
        if asked in (phrase := " ".join(key)):
            for slug in meaning.category:
                if slug in named:
                    add(slug, phrase, named[slug])
    pk_of = {slug: pk for pk, slug, *_rest in rows}
    best = sorted(found.items(), key=lambda it: (-it[1][0], bool(it[1][2]), len(it[1][1]), it[0]))
    told = 0
    for slug, (_begins_at, phrase, about) in best[: 2 * MAX_KINDS]:
        if told < MAX_KINDS and _any_of([pk_of[slug]], below, place, viewer):
            told += 1
            yield Completion(phrase, about)


def _begins(name: str, asked: str) -> int:
    """2: the name begins so; 1: a later word does; 0: neither."""
    return 2 if name.startswith(asked) else int(f" {asked}" in f" {name}")


def _any_of(branch: list[int], below: dict[int | None, list[int]], place: Place, viewer: Viewer) -> bool:
    """Whether the first nodes of a branch of categories have one in the place; so many elsewhere: it may have."""
    for pk in branch:
        branch.extend(it for it in below.get(pk, ()) if it not in branch)
    of_kind = Node.objects.visible_to(viewer).filter(category__in=branch).order_by()
    if place.is_home:
        first = list(of_kind.values_list("place_id", flat=True)[:MANY_OF_KIND])
        return place.pk in first or len(first) == MANY_OF_KIND
    return of_kind.exists()


# --- where


def _where(text: str, place: Place) -> list[Completion]:
    """Postcodes, places and streets that begin so, those of the place only where it has a boundary."""
    if POSTCODE.fullmatch(text):
        return list(_postcodes(text))
    found = [*_settlements(text, place), *_streets(text, place)]
    return list({it.text.casefold(): it for it in reversed(found)}.values())[::-1][:MAX_WHERE]


def _postcodes(text: str) -> Iterator[Completion]:
    code = re.sub(r"\s", "", text).upper()
    rows = Postcode.objects.filter(code__startswith=code).order_by()[:LOOKED_AT]
    written = " ".join(text.upper().split())
    # "M3 2" is a sector, "M32" an outcode.
    spaced = [it.spaced for it in rows]
    if " " in written:
        spaced = [it for it in spaced if it.startswith(written)]
    for it in sorted(spaced, key=lambda it: (len(it), it))[:MAX_WHERE]:
        yield Completion(it)


def _settlements(text: str, place: Place) -> list[Completion]:
    begins = Q(name__plain__startswith=text)
    areas = Place.objects.current().filter(begins, boundary__isnull=False).exclude(pk=place.pk)
    entries = GazetteerEntry.objects.filter(begins)
    if (box := _box(place)) is not None:
        areas = areas.filter(boundary__bboverlaps=box)
        entries = entries.filter(point__bboverlaps=box)
    names = [*areas.order_by().values_list("name", flat=True)[:LOOKED_AT]]
    names += [*entries.order_by().values_list("name", flat=True)[:LOOKED_AT]]
    return [Completion(it) for it in sorted(set(names), key=lambda it: (len(it), it))][:MAX_WHERE]


def _streets(text: str, place: Place) -> list[Completion]:
    key = street_key(text)
    if len(key) < MIN_LETTERS:
        return []
    # "Station Cl" may become a close or a clough, "St" a saint or a station.
    rows = Street.objects.filter(Q(key__startswith=key) | Q(key__startswith=compared(text)))
    if (box := _box(place)) is not None:
        rows = rows.filter(point__bboverlaps=box)
    found = {", ".join(part for part in it if part) for it in rows.order_by().values_list("name", "town")[:LOOKED_AT]}
    return [Completion(it, _("Street")) for it in sorted(found, key=lambda it: (len(it), it))][:MAX_WHERE]


def _box(place: Place) -> Polygon | None:
    if place.boundary is None:
        return None
    box = Polygon.from_bbox(place.boundary.extent)
    box.srid = place.boundary.srid
    return box


# --- names


def _names(text: str, place: Place, viewer: Viewer) -> list[Completion]:
    """What is called so: by the beginning of its name, then by that of a word in it."""
    nodes = Node.objects.visible_to(viewer).current().of_place(place).order_by().only(*SHOWN)
    found = list(nodes.filter(name__plain__startswith=text)[:LOOKED_AT])
    found.sort(key=lambda it: (len(it.name), it.name, it.pk))
    if len(found) < MAX_NAMES and (words := _in_names(text)) is not None:
        known = {it.pk for it in found}
        more = [it for it in nodes.filter(search_vector=words)[:LOOKED_AT] if it.pk not in known]
        found += sorted(more, key=lambda it: (len(it.name), it.name, it.pk))
    return [
        Completion(it.name, distinct_label(it).removeprefix(it.name).lstrip(", "), it.get_absolute_url())
        for it in found[:MAX_NAMES]
    ]


def _in_names(text: str) -> Unguessed | None:
    """The words of names of which the last is not yet complete; None where so many have it that it says nothing."""
    *words, last = compared(text).split() or [""]
    if len(last) < MIN_LETTERS or not last.isalpha():
        return None
    known = SearchWord.objects.filter(word__startswith=last)
    if (known.aggregate(Sum("occurrences"))["occurrences__sum"] or 0) > MANY_WITH_WORD:
        return None
    # The index has "univers" of University, which "universit" does not begin: the commonest words that begin so, too.
    whole = known.order_by("-occurrences", "word").values_list("word", flat=True)[:FEW_WORDS]
    ends = [f"'{last}':*A", *(f"'{word}':A" for word in whole), *(["'saint':A"] if last == ST else [])]
    # As names are compared, Saint is St; the index has both.
    each = (f"('{ST}' | 'saint')" if word == ST else f"'{word}'" for word in words)
    text = " & ".join([*each, f"({' | '.join(ends)})"])
    return Unguessed(text, search_type="raw", config=WORDS)
