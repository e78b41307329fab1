"""What somebody asks of a place: the one object behind map, list, tiles, API and widgets.

    query = Query.from_params(request.GET, place)           # raises QueryError
    nodes = query.apply(Node.objects.visible_to(viewer), viewer)
    query.url("/trafford/list/", category=("library",), page=1)

A Query is frozen and canonical: two that mean the same are equal and have the same URL.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db import models
from django.contrib.gis.geos import Polygon
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchRank
from django.db.models import F, Func, Value
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from config import remembered
from mapping.models import PUBLIC, Category, Connection, Node, NodeKind, NodeQuerySet, Place, Viewer
from mapping.nodes import occasions, run_by
from mapping.nodes.distances import units_of
from mapping.nodes.features import with_facts
from mapping.nodes.window import Window, follows_clock, window, zone_of

from . import geocoding, looked_up
from . import when as times
from .geometry import box_around, cells_of, distance_to, mercator_box, nearness_to
from .matching_order import at_home_first, best_first, of_kind_first
from .parameters import (
    API_LIMIT,
    DEFAULT_LIMIT,
    DEFAULT_METRES,
    MAX_PAGE,
    PAGE_LIMIT,
    QueryError,
    QueryProblem,
    Reader,
)
from .text import text_query

__all__ = ["API_LIMIT", "PAGE_LIMIT", "Query", "QueryError", "QueryProblem"]


@dataclass(frozen=True)
class Query:
    """The question. Every field but `place` is a parameter of the URL, of the same name (`for_` is `for`)."""

    place: Place | None = None
    q: str = ""
    near: str = ""
    within: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    feature: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    for_: tuple[str, ...] = ()
    age: int | None = None
    confirmed: bool = False
    when: str = ""
    at: str = ""
    perhaps: bool = False
    connected: uuid.UUID | None = None
    run_by: uuid.UUID | None = None
    sort: str = ""
    page: int = 1
    limit: int = DEFAULT_LIMIT
    # Where `near` lies, when it has been looked up already.
    spot: geocoding.Spot | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        put = lambda name, value: object.__setattr__(self, name, value)  # noqa: E731
        for name in ("category", "kind", "tag", "feature", "language", "for_"):
            value = getattr(self, name)
            if len(value) > 1 or not isinstance(value, tuple):
                put(name, tuple(sorted(set(value))))
        if self.when or self.at:
            when, at = times.settled(self.when, self.at)
            put("when", when)
            put("at", at)
        if self.perhaps and not self.when:
            put("perhaps", False)
        if not self.near:
            if self.within is not None:
                put("within", None)
        elif self.within is None:
            put("within", DEFAULT_METRES)
        if not self.sort:
            return
        # Sorting by what there is not, or as it is sorted anyway, is the same question.
        impossible = {"distance": not self.near, "date": not self.when}.get(self.sort, False)
        if self.sort == self._natural_sort or impossible:
            put("sort", "")

    @property
    def _natural_sort(self) -> str:
        if self.is_of_dates:
            return "date"
        return "distance" if self.near and not self.q else "relevance"

    @property
    def is_of_dates(self) -> bool:
        """Whether it asks what is on, as a programme has it."""
        return bool(self.when) and self.kind == (NodeKind.ACTIVITY.value,)

    @property
    def order(self) -> str:
        """How results are sorted: `sort`, or what goes without saying.

        "relevance" is how well the words match; without words, as in a printed guide, category by category. "date" is
        what is on first in the time that is asked for, then what is just open.
        """
        return self.sort or self._natural_sort

    # --- reading and writing URLs

    @classmethod
    def from_params(cls, params: Mapping[str, Any], place: Place | None = None, max_limit: int = PAGE_LIMIT) -> Query:
        """Read a query from `params` (a QueryDict, or a dict of texts or lists of texts).

        Unknown parameters are left alone: `answer` says them. Raises `QueryError` with every problem, and with the
        query that the usable parameters make.
        """
        reader = Reader(params)
        if place is None and (slug := reader.first("place")):
            named = Place.objects.current().filter(slug=slug).order_by("-is_home")
            place = remembered.get(("place", slug), named.first, keep=lambda it: it is not None)
            if place is None:
                reader.refuse(
                    "place",
                    slug,
                    _("There is no place “%(value)s” here."),
                    _("The places are listed at /api/v1/places."),
                )
        near = reader.text("near")
        spot = looked_up.spot(near, place, reader) if near else None
        category = reader.slugs("category")
        if category:
            known = Category.objects.known(category)
            for slug in sorted(set(category) - known):
                reader.refuse(
                    "category",
                    slug,
                    _("There is no category “%(value)s”."),
                    _("Choose one of the categories that the page offers."),
                )
            category = tuple(slug for slug in category if slug in known)
        when, at = times.read(reader)
        query = cls(
            place=place,
            q=reader.text("q"),
            near=spot.near if spot else "",
            within=reader.metres(),
            bbox=reader.bbox(),
            category=category,
            kind=reader.kinds(),
            tag=reader.slugs("tag"),
            feature=reader.features(),
            language=reader.languages(),
            for_=reader.audiences(),
            age=reader.age(),
            confirmed=reader.flag("confirmed"),
            when=when,
            at=at,
            perhaps=reader.flag("perhaps"),
            connected=reader.connected(),
            run_by=looked_up.group(reader),
            sort=reader.sort(),
            page=reader.whole("page", 1, MAX_PAGE, 1),
            limit=reader.whole("limit", 1, max_limit, DEFAULT_LIMIT),
            spot=spot,
        )
        if reader.problems:
            raise QueryError(reader.problems, query)
        return query

    def to_params(self) -> dict[str, str | list[str]]:
        """Return the parameters that make this query, sorted, without what goes without saying."""
        params: dict[str, str | list[str]] = {}
        for field_name, default in _PARAMETERS:
            value = getattr(self, field_name)
            if value == default or value in (None, "", ()):
                continue
            if field_name == "within" and value == DEFAULT_METRES:
                continue
            name = field_name.rstrip("_")
            if name == "bbox":
                params[name] = ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in value)
            elif isinstance(value, tuple):
                params[name] = list(value)
            elif value is True:
                params[name] = "1"
            else:
                params[name] = str(value)
        return params

    @cached_property
    def query_string(self) -> str:
        """The canonical parameters as in a URL, without a question mark."""
        return urlencode(self.to_params(), doseq=True, safe=",:")

    def replace(self, **changes: Any) -> Query:
        """Return the query with other fields; another question starts at its first page."""
        if "near" in changes:
            changes.setdefault("spot", None)
        if set(changes) - {"page", "limit", "spot"}:
            changes.setdefault("page", 1)
        # As `dataclasses.replace` makes it, but for less: a page asks this twenty times.
        found = object.__new__(Query)
        found.__dict__.update({name: self.__dict__[name] for name in _FIELDS}, **changes)
        if len(found.__dict__) > len(_FIELDS):
            raise TypeError(f"A query has no {', '.join(sorted(set(changes) - set(_FIELDS)))}.")
        found.__post_init__()
        return found

    def url(self, path: str, **changes: Any) -> str:
        """Return the URL of this query at `path`, with fields changed; `place=slug` is written out."""
        extra = {"place": changes.pop("place")} if "place" in changes else {}
        query = self.replace(**changes) if changes else self
        text = urlencode(extra | query.to_params(), doseq=True, safe=",:") if extra else query.query_string
        return f"{path}?{text}" if text else path

    @property
    def is_empty(self) -> bool:
        """Whether everything in the place answers it."""
        return self.replace(sort="", page=1, limit=DEFAULT_LIMIT) == Query(place=self.place)

    @property
    def units(self) -> str:
        """The unit in which distances are said: the place's."""
        return units_of(self.place)

    @property
    def depends_on_time(self) -> bool:
        # A day of the week is the next one: another at midnight.
        return follows_clock(self.when)

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for what is around somewhere, or by name: of all that there is, little."""
        return bool(self.near or self.bbox or self.q or self.connected or self.run_by)

    @property
    def window(self) -> Window | None:
        """The time that is asked for, on the clocks of the place; None: any time."""
        return window(self.when, self.at, zone_of(self.place)) if self.when else None

    # --- asking the database

    @cached_property
    def centre(self) -> geocoding.Spot | None:
        """Where `near` lies. Raises `QueryError` when that is unknown, or is several places."""
        if not self.near:
            return None
        if self.spot is not None:
            return self.spot
        reader = Reader({})
        spot = looked_up.spot(self.near, self.place, reader)
        if spot is None:
            raise QueryError(reader.problems, self.replace(near=""))
        return spot

    def restrict(self, nodes: NodeQuerySet, viewer: Viewer = PUBLIC) -> NodeQuerySet:
        """Return those of `nodes` that answer the query: neither ordered nor annotated, not yet paged.

        `nodes` are already what `viewer` may see; `viewer` decides which connections count. What is over answers no
        question: it is read at its own address only.
        """
        nodes = nodes.current()
        if self.place is not None:
            nodes = nodes.of_place(self.place)
        if self.q:
            nodes = nodes.filter(search_vector=text_query(self.q))
        if self.bbox:
            nodes = self._on_ground(nodes, mercator_box(*self.bbox))
        if self.centre is not None:
            nodes = self._on_ground(nodes, box_around(self.centre.lon, self.centre.lat, self.within))
            nodes = nodes.alias(metres=distance_to(self.centre)).filter(metres__lte=self.within)
        if self.category:
            ids = sorted(Category.objects.with_descendants(self.category))
            nodes = nodes.filter(category_ids__overlap=ids)
        if self.kind:
            nodes = nodes.filter(kind__in=self.kind)
        if self.tag:
            tagged = Node.tags.through.objects.filter(tag__slug__in=self.tag)
            nodes = nodes.filter(pk__in=tagged.values("content_object_id"))
        if self.connected:
            nodes = nodes.filter(pk__in=_neighbours(self.connected, viewer))
        if self.run_by:
            nodes = nodes.filter(run_by.run_by(self.run_by))
        nodes = with_facts(nodes, self.feature, self.language, self.for_, self.age)
        if self.confirmed:
            nodes = nodes.confirmed_lately()
        if (asked := self.window) is not None:
            nodes = occasions.within(nodes, asked, perhaps=self.perhaps, few=self.is_narrow)
        return nodes

    def _on_ground(self, nodes: NodeQuerySet, box: Polygon) -> NodeQuerySet:
        """Those of `nodes` in an EPSG:3857 rectangle; with words or categories, their index has to look there only."""
        nodes = nodes.filter(point_3857__bboverlaps=box)
        cells = cells_of(box) if self.q or self.category else None
        return nodes.filter(cells__overlap=cells) if cells else nodes

    def apply(self, nodes: NodeQuerySet, viewer: Viewer = PUBLIC) -> NodeQuerySet:
        """Return the answers in order. `distance` (metres) is annotated when `near` is asked, `rank` with `q`.

        Not sliced: `page_of` takes the page that was asked for.
        """
        nodes = self.restrict(nodes, viewer)
        order: list[Any] = []
        if self.centre is not None:
            nodes = nodes.annotate(distance=distance_to(self.centre))
        if self.q:
            nodes = nodes.annotate(rank=SearchRank(F("search_vector"), text_query(self.q)))
        if self.order == "date":
            nodes = nodes.annotate(starts=occasions.starts(self.window))
            order = [F("starts").asc(nulls_last=True)]
        elif self.order == "relevance":
            # What nobody has confirmed for too long comes last. Asked for nothing in particular: what one can walk to
            # comes before what has no place of its own.
            order = [IsNull(F("fading_since"), False)]
            if self.q:
                # Where nothing says what is near, what lies in the place comes before what its map has of elsewhere.
                home = [] if self.near or self.bbox else at_home_first(self.place)
                order = [*best_first(self.q), *order, *home, *of_kind_first(self.q), F("rank").desc()]
            else:
                order += [IsNull(F("public_point"), True), F("category__position").asc(nulls_last=True)]
        if self.centre is not None and self.order != "name":
            order.append(nearness_to(self.centre))
        return nodes.order_by(*order, "name", "pk")

    def chosen(self, nodes: NodeQuerySet, ids: list[int]) -> NodeQuerySet:
        """Return these of `nodes` in this order, annotated as `apply` does."""
        nodes = nodes.filter(pk__in=ids)
        if self.centre is not None:
            nodes = nodes.annotate(distance=distance_to(self.centre))
        if self.q:
            nodes = nodes.annotate(rank=SearchRank(F("search_vector"), text_query(self.q)))
        numbers = Value(ids, output_field=ArrayField(models.BigIntegerField()))
        return nodes.order_by(Func(numbers, F("pk"), function="array_position", output_field=models.IntegerField()))

    def nearest_anywhere(self, nodes: NodeQuerySet, viewer: Viewer = PUBLIC) -> NodeQuerySet:
        """Return what answers the query however far away it is, the nearest to `near` first."""
        spot = self.centre
        nodes = self.replace(near="", within=None, bbox=None, spot=None).restrict(nodes, viewer).located()
        return nodes.annotate(distance=distance_to(spot)).order_by(nearness_to(spot), "name", "pk")

    def page_of(self, nodes: NodeQuerySet) -> NodeQuerySet:
        """Return the slice of `nodes` that is this query's page."""
        start = (self.page - 1) * self.limit
        return nodes[start : start + self.limit]


_FIELDS = tuple(it.name for it in dataclasses.fields(Query))
# In the order in which they are written, with what goes without saying.
_PARAMETERS = sorted((it.name, it.default) for it in dataclasses.fields(Query) if it.name not in {"place", "spot"})


def _neighbours(node: uuid.UUID, viewer: Viewer) -> models.QuerySet:
    """Ids of the nodes that `viewer` may know to be connected with `node`."""
    visible = Connection.objects.visible_to(viewer)
    ends = visible.filter(source__uuid=node).order_by().values("target_id")
    return ends.union(visible.filter(target__uuid=node).order_by().values("source_id"))
