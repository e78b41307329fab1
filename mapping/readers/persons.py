"""Does a file say of something that it is a person? People come in by their own consent only, whatever it calls them.

A word counts under a heading that says what a thing is (type, kind, class, category, label ...), in any case, number
and alphabet of the languages below, as a list or an address too (`:Person:Trustee`, `http://schema.org/Person`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

# One person or several: English, Welsh, French, German, Spanish, Italian, Portuguese, Dutch, Polish, Scandinavian,
# Finnish, Irish, Urdu, Arabic, Hindi, Chinese, Russian.
PERSONS = frozenset(
    """
    person persons people individual individuals human humans humanbeing humanbeings
    pobl unigolyn unigolion personau duine daoine
    personne personnes individu individus humain humains
    mensch menschen einzelperson einzelpersonen personen
    persona personas individuo individuos individui pessoa pessoas gente
    persoon personer menneske mennesker manniska manniskor henkilo henkilot ihminen
    osoba osoby czlowiek ludzie
    человек люди лицо персона شخص اشخاص أشخاص فرد أفراد व्यक्ति लोग 人 个人 個人
    """.split()
)
# What only a person can be; of a type or class, for a category of that name may be something for them.
ROLES = frozenset(
    """
    resident residents volunteer volunteers trustee trustees councillor councillors citizen citizens neighbour
    neighbours neighbor neighbors employee employees householder householders man men woman women benevole benevoles
    """.split()
)
# What may stand beside it and changes nothing.
_BESIDE = frozenset(
    """
    a an the natural private named single individual local key real living legal physical physique fisica naturliche
    prive privat element node entity actor agent type kind class schema foaf dbo wd being beings contact staff member
    """.split()
)
_HEADINGS = frozenset(
    """
    type types kind kinds class classes category categories label labels entity instanceof isa species sort nature
    typ art soort tipo math categorie kategorie klasse nodetype elementtype subtype group role
    """.split()
)
# Headings of this sort say whom a thing is for, or what another thing is.
_ABOUT_OTHERS = frozenset(
    """
    audience beneficiary beneficiaries client clients user users service services member members membership recipient
    recipients customer customers target funding funder grant event venue contact for
    """.split()
)
_NO_MEANINGS: Mapping[str, str] = MappingProxyType({})
# Attributes that are no more than yes or no: "is person", "Person?".
_YES = frozenset({"yes", "y", "true", "1", "x", "oui", "ja", "si", "ie"})
_TARGETS = ("target", "to", "node2", "receiver", "recipient")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PARTS = re.compile(r"[|;,:/#\[\]\"]+|\s+/\s+")


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """The words of a text: lower case, accents of Latin letters dropped, CamelCase divided."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text)).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c) or ord(c) > 0x36F)
    return tuple(re.findall(r"[^\W\d_]+(?:[\u0900-\u097f]+)?", unicodedata.normalize("NFC", plain)))


@lru_cache(maxsize=4096)
def is_person(text: str, roles: bool = True) -> bool:
    """Whether a type, class or label is that of a person; `roles` takes what only a person can be, too.

    >>> is_person(":Person:Trustee"), is_person("http://schema.org/Person"), is_person("Personne physique")
    (True, True, True)
    >>> is_person("Young people's charity"), is_person("Human rights group")
    (False, False)
    """
    known = PERSONS | ROLES if roles else PERSONS
    for part in (text, *_PARTS.split(text)):
        words = _words(part)
        if any(word in known for word in words) and all(word in known or word in _BESIDE for word in words):
            return True
        if "".join(words) in known:
            return True
    return False


@lru_cache(maxsize=4096)
def says_what(heading: str) -> str:
    """What a heading tells of a thing: "kind" (what it is), "category", "yes" (whether it is a person), or nothing.

    >>> [says_what(it) for it in ("Element Type", "@type", "Category", "Is person?", "Audience type", "Name")]
    ['kind', 'kind', 'category', 'yes', '', '']
    """
    words = _words(heading)
    if set(words) & _ABOUT_OTHERS:
        return ""
    if not set(words) & _HEADINGS:
        return "yes" if is_person(_without_is(heading), roles=False) else ""
    return "category" if set(words) & {"category", "categories", "categorie", "kategorie", "group", "label"} else "kind"


def person_said(
    attributes: Mapping[str, str | None],
    meanings: Mapping[str, str] = _NO_MEANINGS,
    *,
    name: str = "",
) -> tuple[str, str] | None:
    """The (heading, word) by which these attributes say "this is a person"; None when they do not.

    meanings : words that the mapping file gives a kind to, in lower case. What it calls a person is one; what it calls
    something else is that, on purpose. name : what the thing is called: under "label", for one, it tells nothing.
    """
    for heading, value in attributes.items():
        what = says_what(heading)
        if not what or not value or value == name:
            continue
        if what == "yes":
            if value.casefold() in _YES:
                return heading, value
        elif word := _person_in(value, meanings, roles=what == "kind"):
            return heading, word
    return None


def kind_said(attributes: Mapping[str, str | None], meanings: Mapping[str, str]) -> str:
    """The kind that the mapping file gives to what these attributes say; empty when it gives none."""
    for heading, value in attributes.items():
        if value and says_what(heading) in ("kind", "category") and (kind := meanings.get(value.casefold())):
            return kind
    return ""


def end_said(
    attributes: Mapping[str, str | None], meanings: Mapping[str, str] = _NO_MEANINGS
) -> dict[str, tuple[str, str]]:
    """Which ends of an edge its own columns call a person ("source_type", "Target kind"): end -> (heading, word).

    >>> end_said({"from type": "Person", "Kind of target": "Club"})
    {'source': ('from type', 'Person')}
    """
    found: dict[str, tuple[str, str]] = {}
    for heading, value in attributes.items():
        if value and (of := _end_of(heading)) and (said := person_said({of[1]: value}, meanings)):
            found.setdefault(of[0], (heading, said[1]))
    return found


@lru_cache(maxsize=4096)
def _end_of(heading: str) -> tuple[str, str] | None:
    """Which end a heading speaks of, and the heading without that: "Source type" -> ("source", "type")."""
    words = re.sub(r"[\W_]+", " ", _CAMEL.sub(" ", heading)).casefold().split()
    for end, names in (("source", ("source", "from", "node1", "sender", "giver")), ("target", _TARGETS)):
        if any(name in words for name in names):
            rest = " ".join(word for word in words if word not in names)
            return (end, rest) if rest and says_what(rest) else None
    return None


def _person_in(value: str, meanings: Mapping[str, str], roles: bool) -> str:
    """The part of a cell that is the word for a person; empty when none is."""
    whole = meanings.get(value.casefold())
    if whole is not None:
        return value if whole == "person" else ""
    for part in _parts(value):
        meant = meanings.get(part.casefold())
        if meant == "person" or meant is None and is_person(part, roles):
            return part
    return value if len(list(_parts(value))) == 1 and is_person(value, roles) else ""


def _parts(value: str) -> Iterator[str]:
    if "://" in value:
        yield value.rstrip("/#").replace("#", "/").rpartition("/")[2]
        return
    yield from (part.strip() for part in re.split(r"[|;,:\[\]\"/]+", value) if part.strip())


def _without_is(heading: str) -> str:
    words = _words(heading)
    return " ".join(words[1:] if words[:1] in (("is",), ("est",)) else words)


def named(names: Iterable[str], most: int = 4) -> str:
    """Names as a message shows them: the first few, and how many more.

    >>> named(["Ann", "Bo", "Cy"], 2)
    "'Ann', 'Bo' and 1 more"
    """
    names = list(names)
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown
