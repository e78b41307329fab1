"""What comes first among the nodes that have the words: the one of that name, then what is of the kind they name."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from mapping.models import Category, Place

from . import synonyms
from .geometry import is_outside

# They make no other name.
MARKS = "'`´ .,-"


def best_first(text: str) -> list[Any]:
    """Order by: what is called so comes first, whatever its accents, apostrophes, hyphens and spaces."""
    letters, called = (letters_of(it) for it in (F("name"), Value(text)))
    return [_last_unless(Exact(letters, called))]


def letters_of(name: F | Value) -> Func:
    """A name without accents, capitals and what makes no other name: a plain name costs more, for each answer."""
    bare = Func(Value("unaccent"), name, function="unaccent", output_field=TextField())
    return Func(Lower(bare), Value(MARKS), Value(""), function="translate", output_field=TextField())


def at_home_first(place: Place | None) -> list[Any]:
    """Order by: what lies in a home place comes before what its map has of elsewhere."""
    return [is_outside(place)] if may_have_others(place) else []


def may_have_others(place: Place | None) -> bool:
    """Whether the map of `place` may hold what lies outside it."""
    return place is not None and place.is_home and place.boundary is not None


def of_kind_first(text: str) -> list[Any]:
    """Order by: what is of a category that `text` names comes first; nothing where it names none."""
    slugs = synonyms.kinds_in(text)
    if not slugs:
        return []
    ids = ArraySubquery(Category.objects.filter(slug__in=slugs).order_by().values("pk"))
    return [_last_unless(Q(category_ids__overlap=ids))]


def _last_unless(condition: Q | Exact) -> Case:
    return Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField())
