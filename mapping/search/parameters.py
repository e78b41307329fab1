"""Reading the parameters of a Query from a URL: each is checked, and each fault has its remedy.

This module parses text and asks the database nothing; `Query.from_params` puts the parts together.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import NodeKind
from mapping.models.features import AUDIENCES, FEATURES, LANGUAGES, MAX_AGE

from .geocoding import tidy

# Limits of what may be asked.
MAX_CHARACTERS = 200
MAX_CHOICES = 20
MAX_PAGE = 10_000
MAX_METRES = 50_000
DEFAULT_METRES = 1600
DEFAULT_LIMIT = 20
PAGE_LIMIT = 100
API_LIMIT = 1000

SORTS = ("relevance", "distance", "date", "name")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,100}")
METRES = re.compile(r"([0-9]{1,7}(?:[.][0-9]{1,3})?) ?(m|metres?|km|miles?|mi)?")
UNITS = {"k": 1000.0, "mi": 1609.344}


@dataclass(frozen=True)
class QueryProblem:
    """What is wrong with one parameter: `message` says what, `remedy` what to do about it."""

    field: str
    value: str
    message: str
    remedy: str
    choices: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class QueryError(HereaboutsError, ValueError):
    """Some parameters cannot be used. `query` is what the others say, so that nothing is lost."""

    def __init__(self, problems: Iterable[QueryProblem], query: Any = None) -> None:
        self.problems = tuple(problems)
        self.query = query
        super().__init__(" ".join(str(problem) for problem in self.problems))


@dataclass
class Reader:
    """Takes parameters one by one and collects the problems; a faulty one counts as not given."""

    params: Mapping[str, Any]
    problems: list[QueryProblem] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        """All the values of `name`, tidied, without the empty ones."""
        if hasattr(self.params, "getlist"):
            values = self.params.getlist(name)
        else:
            value = self.params.get(name)
            values = list(value) if isinstance(value, list | tuple) else [value]
        return [text for value in values if value is not None and (text := tidy(str(value)))]

    def first(self, name: str) -> str:
        values = self.texts(name)
        return values[-1] if values else ""

    def refuse(self, field: str, value: str, message: str, remedy: str, **words: Any) -> None:
        """Note a problem; `message` and `remedy` may name `value` and `words` as %(value)s."""
        shown = value if len(value) <= 60 else f"{value[:60]}…"
        words = {"value": shown, **words}
        self.problems.append(QueryProblem(field, value, message % words, remedy % words))

    def text(self, name: str) -> str:
        value = self.first(name)
        if len(value) > MAX_CHARACTERS:
            self.refuse(
                name,
                value,
                _("That is longer than %(most)d characters."),
                _("Use fewer words."),
                most=MAX_CHARACTERS,
            )
            return ""
        return value

    def choices(self, name: str, allowed: Iterable[str], message: str, remedy: str) -> tuple[str, ...]:
        """The values of `name` that are in `allowed`, sorted, once each."""
        allowed = set(allowed)
        found = set()
        for value in self._bounded(name):
            if value in allowed:
                found.add(value)
            else:
                self.refuse(name, value, message, remedy, all=", ".join(sorted(allowed)))
        return tuple(sorted(found))

    def slugs(self, name: str) -> tuple[str, ...]:
        found = set()
        for value in self._bounded(name):
            if SLUG.fullmatch(value):
                found.add(value)
            else:
                self.refuse(
                    name,
                    value,
                    _("“%(value)s” is not the short name of a tag or category."),
                    _("Short names have letters, figures and hyphens only, such as food-bank."),
                )
        return tuple(sorted(found))

    def _bounded(self, name: str) -> list[str]:
        # One value may hold several, separated by commas.
        values = [part.strip() for value in self.texts(name) for part in value.split(",")]
        values = list(dict.fromkeys(value for value in values if value))
        if len(values) > MAX_CHOICES:
            self.refuse(
                name,
                ",".join(values),
                _("More than %(most)d values were chosen at once."),
                _("Choose fewer."),
                most=MAX_CHOICES,
            )
            return []
        return values

    def kinds(self) -> tuple[str, ...]:
        return self.choices(
            "kind",
            NodeKind.values,
            _("“%(value)s” is not a kind of record."),
            _("Choose from: %(all)s."),
        )

    def features(self) -> tuple[str, ...]:
        return self.choices(
            "feature", FEATURES, _("“%(value)s” is not a fact that can be searched."), _("Choose from: %(all)s.")
        )

    def languages(self) -> tuple[str, ...]:
        """`language`: codes (ISO 639), in small or capital letters."""
        return self.choices(
            "language",
            LANGUAGES,
            _("“%(value)s” is not the code of a language that can be searched."),
            _("Choose from: %(all)s."),
        )

    def audiences(self) -> tuple[str, ...]:
        return self.choices(
            "for",
            AUDIENCES,
            _("“%(value)s” is not a group of people that can be searched."),
            _("Choose from: %(all)s."),
        )

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        value = self.first(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            self.refuse(
                name,
                value,
                _("“%(value)s” cannot be used as “%(name)s”."),
                _("Give a whole number from %(least)d to %(most)d."),
                name=name,
                least=least,
                most=most,
            )
            return default
        return int(value)

    def metres(self) -> int | None:
        """`within`: metres, or with a unit ("1.5 km", "1 mile")."""
        value = self.first("within").lower()
        if not value:
            return None
        match = METRES.fullmatch(value)
        factor = 1.0
        if match and match[2]:
            factor = next((f for start, f in UNITS.items() if match[2].startswith(start)), 1.0)
        metres = round(float(match[1]) * factor) if match else 0
        if not 1 <= metres <= MAX_METRES:
            self.refuse(
                "within",
                value,
                _("“%(value)s” is not a distance that can be searched."),
                _("Give metres from 1 to %(most)d, such as 1600 for a mile."),
                most=MAX_METRES,
            )
            return None
        return metres

    def bbox(self) -> tuple[float, float, float, float] | None:
        """`bbox`: west,south,east,north in WGS84 degrees (RFC 7946, section 5), kept to 0.1 m."""
        value = self.first("bbox")
        if not value:
            return None
        parts = value.split(",")
        try:
            west, south, east, north = (round(float(part), 6) + 0.0 for part in parts)
        except (ValueError, OverflowError):
            west = south = east = north = math.nan
        remedy = _("Give west,south,east,north in degrees, such as -2.36,53.40,-2.27,53.46.")
        if not all(math.isfinite(edge) for edge in (west, south, east, north)):
            self.refuse("bbox", value, _("“%(value)s” is not an area."), remedy)
        elif max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            self.refuse("bbox", value, _("“%(value)s” reaches beyond the world's edges."), remedy)
        elif west >= east or south >= north:
            message = _("“%(value)s” is inside out: west must be less than east, south less than north.")
            self.refuse("bbox", value, message, remedy)
        else:
            return (west, south, east, north)
        return None

    def flag(self, name: str) -> bool:
        """`1`, `true` or `yes`; anything else that is written, but `0`, `false` and `no`, is refused."""
        value = self.first(name).lower()
        if value in ("", "0", "false", "no"):
            return False
        if value not in ("1", "true", "yes"):
            self.refuse(name, value, _("“%(value)s” is neither yes nor no."), _("Use 1 or leave it out."))
            return False
        return True

    def age(self) -> int | None:
        """`age`: years."""
        value = self.first("age")
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,3}", value) or int(value) > MAX_AGE:
            self.refuse(
                "age",
                value,
                _("“%(value)s” is not an age that can be searched."),
                _("Give whole years from 0 to %(most)d, such as 7."),
                most=MAX_AGE,
            )
            return None
        return int(value)

    def connected(self) -> uuid.UUID | None:
        return self._uuid("connected")

    def run_by(self) -> uuid.UUID | None:
        return self._uuid("run_by")

    def _uuid(self, name: str) -> uuid.UUID | None:
        value = self.first(name)
        if not value:
            return None
        try:
            return uuid.UUID(value)
        except ValueError:
            self.refuse(
                name,
                value,
                _("“%(value)s” is not the identifier of a record."),
                _("Copy it from the address of the record's page, after /node/."),
            )
            return None

    def sort(self) -> str:
        value = self.first("sort").lower()
        if value and value not in SORTS:
            self.refuse(
                "sort",
                value,
                _("Results cannot be sorted by “%(value)s”."),
                _("Choose from: %(sorts)s."),
                sorts=", ".join(SORTS),
            )
            return ""
        return value
