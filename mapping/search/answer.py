"""The one door for a question about nodes: `answer` reads it, `Found` is what it means and what answers it.

    found = search.answer(request.GET, place, viewer)      # raises QueryError
    found.results.cards, found.filters, found.map_url      # each is worked out when it is first read

Map, list, search, API, widgets, exports and tiles all come in here, so that the same parameters mean the same to each.
Views render what they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, Window
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mapping.models import PUBLIC, Category, Node, NodeQuerySet, Place, Source, Viewer

from . import around, at_hand, facets, unknown
from .geocoding import Spot, tidy
from .geometry import distance_to
from .in_order import InOrder, in_order
from .interpret import TEXT, Interpretation, correct, has_words, interpret
from .parameters import PAGE_LIMIT, QueryError, QueryProblem
from .query import Query
from .results import Results

# Parameters of pages that are no part of a Query. Search the words as they are: "1", or the words that are meant, for a
# box in which others may be typed.
EXACT = "exact"
# What was typed instead of `near`, when that is not known.
TYPED = "typed"
# What the form of filters has fields for.
FILTERS = ("category", "kind", "when", "at", "feature", "language", "for", "age", "confirmed", "within", "sort")

Link = dict[str, str]


@dataclass(frozen=True)
class Found:
    """A question as it was understood, and what `viewer` may see of its answer. It asks the database when it is read.

    `path` is where its pages lie, `place` the place whose page asks. `elsewhere` is not empty when the question belongs
    at another address: a postcode among the words goes into the URL as such. `unasked`: none of its parameters is
    known, so it finds nothing rather than everything; `mended` is its address with the nearest names that are.
    """

    query: Query
    viewer: Viewer
    meaning: Interpretation
    path: str = ""
    place: Place | None = None
    problems: tuple[QueryProblem, ...] = ()
    elsewhere: str = ""
    exact: bool = False
    typed: str = ""
    near_typed: str = ""
    unasked: bool = False
    mended: str = ""

    def seen_by(self, viewer: Viewer) -> Found:
        """The same question, answered to somebody else."""
        return replace(self, viewer=viewer)

    # --- the nodes

    @property
    def matching(self) -> NodeQuerySet:
        """All that answers, in no order."""
        return self._matching(self.query)

    def _matching(self, query: Query) -> NodeQuerySet:
        nodes = Node.objects.visible_to(self.viewer)
        return nodes.none() if self.unasked else query.restrict(nodes, self.viewer)

    @cached_property
    def _at_hand(self) -> list[at_hand.Row] | None:
        return None if self.unasked else at_hand.answers(self.query, self.viewer)

    def count(self, **changes: Any) -> int:
        """How many answer the question, or that with `changes`. One query, or none."""
        if not changes and self._at_hand is not None:
            return len(self._at_hand)
        return self._matching(self.query.replace(**changes) if changes else self.query).order_by().count()

    @property
    def page(self) -> NodeQuerySet:
        """The nodes of this page in order; `distance` and `rank` as `Query.apply` annotates them."""
        if self._at_that_time is not None:
            return self.query.chosen(Node.objects.visible_to(self.viewer), self._at_that_time.page(self.query))
        if self._at_hand is not None:
            return self.query.chosen(Node.objects.visible_to(self.viewer), at_hand.page(self.query, self._at_hand))
        return self.query.page_of(self.query.apply(Node.objects.visible_to(self.viewer), self.viewer))

    @property
    def page_numbers(self) -> tuple[int, list[tuple[int, float | None]]]:
        """How many answer, and of each on this page its number and how far from `near` it is (metres). One query."""
        query = self.query
        if self._at_hand is not None and query.centre is None:
            return len(self._at_hand), [(pk, None) for pk in at_hand.seen(at_hand.page(query, self._at_hand))]
        rows = around.page(query, self.viewer)
        if rows is None:
            nodes = query.apply(Node.objects.visible_to(self.viewer), self.viewer)
            wanted = ("pk", "distance") if query.centre is not None else ("pk",)
            rows = list(query.page_of(nodes.annotate(matched=Window(Count("pk")))).values_list("matched", *wanted))
        if not rows:
            return self.count() if query.page > 1 else 0, []
        return rows[0][0], [(pk, metres[0] if metres else None) for _matched, pk, *metres in rows]

    @property
    def total(self) -> int:
        """How many answer, and `perhaps` how many more may be open at the time that is asked for."""
        return self.count() if self._at_that_time is None else len(self._at_that_time.answers)

    @property
    def perhaps(self) -> int:
        if not self.query.when or self.query.perhaps:
            return 0
        return self.count(perhaps=True) - self.count() if self._at_that_time is None else self._at_that_time.perhaps

    @cached_property
    def _at_that_time(self) -> InOrder | None:
        """What answers a question of time about an area, read once for its count, its page and what may be open."""
        return in_order(self.query, Node.objects.visible_to(self.viewer), self.viewer)

    @property
    def nearest(self) -> NodeQuerySet:
        """What answers however far away it is, the nearest to `near` first."""
        return self.query.nearest_anywhere(Node.objects.visible_to(self.viewer), self.viewer)

    @property
    def for_tiles(self) -> Query | None:
        """What narrows tiles down; None when everything answers. Their place is that of their own address."""
        query = self.query.replace(place=None)
        return None if query.is_empty else query

    @cached_property
    def results(self) -> Results:
        """The page of results as a list shows it: counted, in words, as cards."""
        keep = self._exactly if self.place is not None else ""
        return Results(self.query, self.viewer, self.path, keep=keep, unasked=self.unasked)

    @cached_property
    def sources(self) -> list[Source]:
        """Where what this page of results shows comes from."""
        shown = [node.pk for node in self.results.nodes]
        if not self.unasked and (ready := at_hand.sources(self.results.query, shown, self.viewer)) is not None:
            return ready
        return list(Source.objects.filter(records__node__in=shown).distinct())

    @property
    def corrected(self) -> Found | None:
        """For machines: the question with its slips mended where nothing answers; None where its words are known."""
        text, place = self.query.q, self.query.place
        if not text or self.exact or has_words(text, place, self.viewer):
            return None
        better = correct(text, place, self.viewer)
        if not better.corrected_text:
            return None
        query = self.query.replace(q=better.corrected_text, page=self.query.page)
        found = replace(self, query=query, meaning=better)
        return found if found.total else None

    @property
    def is_asking(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.meaning.choices) or not self.query.is_empty

    # --- what had to be guessed, and who else may be meant

    @cached_property
    def choices(self) -> list[Link]:
        """The places of one name that the words may mean, each with the URL that asks about it."""
        words, meaning = "", self.meaning
        if self.place is not None:
            words = meaning.asked_again or meaning.corrected_text
            words = words or (meaning.text if meaning.text != meaning.label else "")
        return [
            {"label": it.near, "url": self.query.url(self.path, q=words, near=it.near, within=it.reach, spot=it)}
            for it in meaning.choices
        ]

    @cached_property
    def near_choices(self) -> list[Link]:
        """The same, where `near` in the URL is several places."""
        return [
            {"label": spot.near, "url": self.query.url(self.path, near=spot.near, spot=spot)}
            for problem in self.problems
            for spot in problem.choices
        ]

    @property
    def near_note(self) -> str:
        """What had to be guessed about the place in the URL: an unknown postcode, say."""
        if not self.near_typed or self.query.centre is None:
            return ""
        words = {"typed": self.near_typed, "place": self.query.centre.read_as}
        return _("You asked for “%(typed)s”. These are results near %(place)s.") % words

    @property
    def is_outside(self) -> bool:
        """Whether `near` lies outside the place whose page asks."""
        return self.place is not None and self.query.centre is not None and not self.query.centre.inside

    def metres_to(self, node: Node) -> float | None:
        """How far `node` is from `near`; None where nothing is asked near, or where it is shown nowhere."""
        if self.query.centre is None:
            return None
        seen = Node.objects.visible_to(self.viewer).filter(pk=node.pk)
        return seen.annotate(metres=distance_to(self.query.centre)).values_list("metres", flat=True).first()

    # --- the filters

    @cached_property
    def by_category(self) -> tuple[list[Category], Counter[int]]:
        """All categories, and how many answers each has, its branch included."""
        return facets.by_category(self.query, self.viewer)

    @cached_property
    def filters(self) -> list[facets.Group]:
        """The groups of filters, with how many results each choice would leave."""
        return facets.groups(self.results.query, self.viewer, self.results.total)

    @property
    def filters_chosen(self) -> int:
        return facets.chosen(self.query)

    @cached_property
    def filters_kept(self) -> list[tuple[str, str]]:
        """What the form of filters has to send along, as pairs for hidden fields."""
        exact = [(EXACT, "1")] if self.exact else []
        return self._kept(*FILTERS, "page") + exact

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """What the search box has to send along."""
        exact = [(EXACT, self.query.q)] if self.exact else []
        return self._kept("q", "page") + exact

    def _kept(self, *without: str) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name, values in self.query.to_params().items()
            if name not in without
            for value in (values if isinstance(values, list) else [values])
        ]

    @cached_property
    def removable(self) -> list[Link]:
        """What narrows the question but is no filter of the form, each with the URL without it."""
        query, found = self.query, []

        def add(label: str, **changes: Any) -> None:
            found.append({"label": label, "url": self._url(self.path, **changes)})

        if query.centre is not None:
            add(_("Near %(place)s") % {"place": query.centre.label}, near="", within=None)
        if query.bbox:
            add(_("In this part of the map"), bbox=None)
        if query.perhaps:
            add(_("Also what may be open"), perhaps=False)
        for tag in query.tag:
            add(_("Tagged %(tag)s") % {"tag": tag}, tag=tuple(it for it in query.tag if it != tag))
        if query.connected:
            hub = Node.objects.visible_to(self.viewer).filter(uuid=query.connected)
            name = hub.values_list("name", flat=True).first() or _("something that is not here")
            add(_("Connected to %(name)s") % {"name": name}, connected=None)
        if query.run_by:
            group = Node.objects.visible_to(self.viewer).filter(uuid=query.run_by)
            name = group.values_list("name", flat=True).first() or _("a group that is not here")
            add(_("Run by %(name)s") % {"name": name}, run_by=None)
        return found

    # --- other addresses of it

    @property
    def _exactly(self) -> str:
        """What stands in an address of it beside its query: that no word is to be taken for another."""
        return urlencode({EXACT: "1"}) if self.exact else ""

    def _url(self, path: str, **changes: Any) -> str:
        url = self.query.url(path, **changes)
        return f"{url}{'&' if '?' in url else '?'}{self._exactly}" if self.exact else url

    @property
    def query_string(self) -> str:
        """What follows the question mark at any page that answers it."""
        return self._url("").removeprefix("?")

    @property
    def exact_url(self) -> str:
        """Where the words are searched as they were typed."""
        return replace(self, exact=True)._url(self.path, q=self.meaning.text)

    @property
    def list_url(self) -> str:
        return self._url(f"{self.place.get_absolute_url()}list/")

    @property
    def map_url(self) -> str:
        return self._url(f"{self.place.get_absolute_url()}map/")

    @property
    def clear_url(self) -> str:
        """The question without its filters; empty when there are none."""
        if not self.filters_chosen:
            return ""
        return self._url(self.path, **facets.NOTHING_CHOSEN)


def answer(
    params: Mapping[str, Any],
    place: Place | None = None,
    viewer: Viewer = PUBLIC,
    *,
    path: str = "",
    lenient: bool = False,
    homes: Iterable[Place] = (),
    max_limit: int = PAGE_LIMIT,
    also: Iterable[str] = (),
) -> Found:
    """Return what `params` ask of `place` (None: of everywhere). Raises `QueryError` with every problem.

    A parameter that nobody knows is one; `also` are those that the page reads itself.

    `lenient` is for what a person types (`params` is then a QueryDict): words may be a place or have a slip in them,
    and problems stand in the answer beside what the other parameters find. `homes` are the places with a page of their
    own, one of which may be where the question belongs; otherwise that is `path`.
    """
    problems: tuple[QueryProblem, ...] = ()
    try:
        query = Query.from_params(params, place, max_limit)
    except QueryError as error:
        query, problems = error.query, error.problems
    strange = unknown.problems(params, {*unknown.NAMES, EXACT, TYPED, *also}, unknown.NAMES)
    if not lenient:
        if strange or problems:
            raise QueryError([*strange, *problems], query)
        return Found(query, viewer, _as_it_is(query), path, place, exact=EXACT in params)
    # Of a question of which nothing was understood, everything would be the answer.
    unasked = bool(strange) and query.is_empty
    if place is not None and len(query.category) > 1:
        # A branch that is chosen beside its group narrows it down: on the page's form, it lies below it.
        query = query.replace(category=Category.objects.narrowest(query.category), page=query.page)
    meaning, elsewhere = _as_it_is(query), ""
    exact = params.get(EXACT, "") in ("1", query.q) and bool(query.q)
    if query.q and not exact:
        meaning = interpret(query.q, place, viewer)
        if meaning.goes_elsewhere and not problems:
            elsewhere = _elsewhere(query, meaning, _home_of(meaning.spot, homes) or path)
            # There it is said again.
            elsewhere += "".join(f"&{urlencode({it.field: it.value})}" for it in strange)
        query = query.replace(q=meaning.words, page=query.page)
    return Found(
        query,
        viewer,
        meaning,
        path,
        place,
        (*strange, *problems),
        elsewhere,
        exact=exact,
        typed=tidy(params.get("q", ""))[:1000],
        near_typed=tidy(params.get(TYPED, ""))[:200],
        unasked=unasked,
        mended=_mended(params, path, also) if strange else "",
    )


def _mended(params: Mapping[str, Any], path: str, also: Iterable[str]) -> str:
    text = unknown.mended(params, {*unknown.NAMES, EXACT, TYPED, *also})
    return f"{path}?{text}" if text else ""


def _as_it_is(query: Query) -> Interpretation:
    return Interpretation(TEXT, query.q, text=query.q)


def _elsewhere(query: Query, meaning: Interpretation, path: str) -> str:
    """The URL of the same question with its place, postcode and day as such, its words as they were typed."""
    url = meaning.change(query).replace(q=meaning.asked_again or meaning.text).url(path)
    if meaning.spot is not None and meaning.spot.note:
        url += f"&{urlencode({TYPED: query.q})}"
    return url


def _home_of(spot: Spot | None, homes: Iterable[Place]) -> str:
    """The map of the smallest of `homes` that holds the spot; empty when none does."""
    if spot is None:
        return ""
    point = Point(spot.lon, spot.lat, srid=4326)
    holding = [it for it in homes if it.boundary is not None and it.boundary.covers(point)]
    home = min(holding, key=lambda it: it.boundary.area, default=None)
    return f"{home.get_absolute_url()}map/" if home is not None else ""
