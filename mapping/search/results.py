"""One page of answers to a query, as `components/results.html` shows it: counted, in words, with its neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import Count, Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.models import PUBLIC, Category, Node, Viewer
from mapping.nodes import opening_hours
from mapping.nodes.cards import cards
from mapping.nodes.distances import reach
from mapping.nodes.time_description import question_in_words

from . import at_hand, facets, fact_facets
from .geometry import distance_to, is_outside
from .matching_order import may_have_others
from .query import Query

NEAREST = 3


@dataclass(frozen=True)
class Way:
    """What would find something where the query finds nothing."""

    text: str
    url: str


class Results:
    """The answers to `query` that `viewer` may see. `path` is where its pages lie.

    `unasked`: nothing of the question was understood, so that there are none.
    """

    def __init__(
        self, query: Query, viewer: Viewer = PUBLIC, path: str = "", *, keep: str = "", unasked: bool = False
    ) -> None:
        self.viewer, self.path, self.keep, self.unasked = viewer, path, keep, unasked
        found: dict[str, Any] = {"total": 0, "extent": None}
        self.at_hand = None if unasked else at_hand.answers(query, viewer)
        if self.at_hand is not None:
            found = {"total": len(self.at_hand), "extent": at_hand.extent(self.at_hand)}
            if _may_lie_elsewhere(query):
                found["outside"] = sum(it.is_elsewhere for it in self.at_hand)
        elif not unasked:
            nodes = query.restrict(Node.objects.visible_to(viewer), viewer).order_by()
            outside = {}
            if _may_lie_elsewhere(query):
                outside = {"outside": Count("pk", filter=Q(is_outside(query.place)))}
            found = nodes.aggregate(total=Count("pk"), extent=Extent("public_point"), **outside)
        self.total: int = found["total"]
        # How many of them lie outside the place whose map it is; 0 where that was not asked.
        self.outside: int = found.get("outside", 0)
        self.extent: tuple[float, float, float, float] | None = found["extent"]
        self.pages = max(1, math.ceil(self.total / query.limit))
        # A page too far is the last one: results may have become fewer since the link was made.
        self.query = query.replace(page=min(query.page, self.pages))

    def _url(self, query: Query, **changes: Any) -> str:
        url = query.url(self.path, **changes)
        return f"{url}{'&' if '?' in url else '?'}{self.keep}" if self.keep else url

    @cached_property
    def nodes(self) -> list[Node]:
        """The nodes of this page."""
        if not self.total:
            return []
        numbers = None if self.at_hand is None else at_hand.page(self.query, self.at_hand)
        if numbers is not None and self.query.centre is None:
            return at_hand.shown(numbers)
        nodes = Node.objects.visible_to(self.viewer)
        if numbers is not None:
            nodes = nodes.filter(pk__in=numbers).for_cards().order_by()
            found = {it.pk: it for it in nodes.annotate(distance=distance_to(self.query.centre))}
            return [found[pk] for pk in numbers if pk in found]
        return list(self.query.page_of(self.query.apply(nodes, self.viewer).for_cards()))

    @cached_property
    def cards(self) -> list[dict[str, Any]]:
        return cards(self.nodes, asked=self.query.window, units=self.query.units)

    @cached_property
    def perhaps(self) -> int:
        """How many more may be open at the time that is asked for; none where they are among the results."""
        if not self.query.when or self.query.perhaps:
            return 0
        either = self.query.replace(perhaps=True)
        nodes = either.restrict(Node.objects.visible_to(self.viewer), self.viewer)
        return nodes.order_by().count() - self.total

    @property
    def perhaps_url(self) -> str:
        return self._url(self.query, perhaps=True)

    @cached_property
    def perhaps_text(self) -> str:
        """`12 more may be open: show them too`."""
        number = formats.number_format(self.perhaps, force_grouping=True)
        return ngettext("%(n)s more may be open", "%(n)s more may be open", self.perhaps) % {"n": number}

    @cached_property
    def is_bounded(self) -> bool:
        """Whether the time is so far off that not all could be looked at."""
        asked = self.query.window
        if asked is None:
            return False
        anytime = self.query.replace(when="").restrict(Node.objects.visible_to(self.viewer), self.viewer)
        return opening_hours.is_bounded(anytime, asked)

    @property
    def bounds(self) -> str:
        """West, south, east, north of all the results, for the map to show."""
        return ",".join(f"{edge:.5f}" for edge in self.extent) if self.extent else ""

    @property
    def here(self) -> dict[str, Any] | None:
        """Where is looked from, and how far: what the map draws a pin and a ring for."""
        spot = self.query.centre
        if spot is None:
            return None
        metres = self.query.within or 0
        words = reach(metres, self.query.units) if metres else ""
        lat, lon = round(spot.lat, 5), round(spot.lon, 5)
        return {"lat": lat, "lon": lon, "metres": metres, "reach": words, "name": spot.label}

    @property
    def tile_query(self) -> str:
        """What the map's tiles are asked: everything but where, how far and which page."""
        plain = self.query.replace(near="", within=None, spot=None, bbox=None, sort="", page=1)
        return plain.replace(limit=Query.limit).query_string

    @cached_property
    def count_text(self) -> str:
        """What was found, in words: "12 results for “food bank” within 1 mile of M32 0TH, open now"."""
        query = self.query
        if self.unasked:
            return _("Nothing was searched for")
        number = formats.number_format(self.total, force_grouping=True)
        if not self.total:
            text = _("Nothing found")
        else:
            text = ngettext("%(n)s result", "%(n)s results", self.total) % {"n": number}
        text = " ".join([text, *conditions(query, has_others=bool(self.outside))])
        text += f", {when_in_words(query)}" if query.when else ""
        if not self.outside:
            return text
        inside = formats.number_format(self.total - self.outside, force_grouping=True)
        return _("%(found)s, %(n)s of them in %(place)s") % {"found": text, "n": inside, "place": query.place.name}

    @property
    def prev_url(self) -> str:
        return self._url(self.query, page=self.query.page - 1) if self.query.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self._url(self.query, page=self.query.page + 1) if self.query.page < self.pages else ""

    @cached_property
    def nearest(self) -> list[dict[str, Any]]:
        """Cards of the nearest that match but for where they are; only looked up when nothing was found."""
        if self.total or not (self.query.near or self.query.bbox):
            return []
        wider = self.query.replace(bbox=None, page=1)
        nodes = Node.objects.visible_to(self.viewer)
        if wider.near:
            nodes = wider.nearest_anywhere(nodes, self.viewer)
        else:
            nodes = wider.apply(nodes, self.viewer)
        return cards(nodes.for_cards()[:NEAREST], units=self.query.units)

    @cached_property
    def other_ways(self) -> list[Way]:
        """What finds something with one condition less; only looked up when nothing was found."""
        if self.total:
            return []
        ways = []
        for words, query in facets.without(self.query):
            ready = at_hand.answers(query, self.viewer)
            if ready is None:
                count = query.restrict(Node.objects.visible_to(self.viewer), self.viewer).order_by().count()
            else:
                count = len(ready)
            if count:
                number = formats.number_format(count, force_grouping=True)
                text = ngettext("%(n)s result %(how)s", "%(n)s results %(how)s", count) % {"n": number, "how": words}
                ways.append(Way(text, self._url(query)))
        return ways


def _may_lie_elsewhere(query: Query) -> bool:
    """Whether it is to be said how many answers lie in the place."""
    return bool(query.q and not query.near and not query.bbox and may_have_others(query.place))


def when_in_words(query: Query) -> str:
    """The time that is asked for: `open or happening tonight`; `tonight` where only what is on can be meant."""
    words = {"when": question_in_words(query.when, query.at)}
    if query.is_of_dates:
        return words["when"]
    if query.perhaps:
        return _("open, perhaps open or happening %(when)s") % words
    return _("open or happening %(when)s") % words


def conditions(query: Query, units: str = "", *, has_others: bool = False) -> list[str]:
    """Return words and places of a query in words, to follow "12 results".

    `units`: other than its place's; `has_others`: not all lie in the place.
    """
    parts = []
    if query.q:
        parts.append(_("for “%(words)s”") % {"words": query.q.rstrip("*")})
    if query.category:
        names = [it for it in Category.objects.every() if it.slug in query.category]
        parts.append(_("in %(names)s") % {"names": ", ".join((it.plural or it.name) for it in names)})
    if query.centre is not None:
        words = {"reach": reach(query.within or 0, units or query.units), "place": query.centre.label}
        parts.append(_("within %(reach)s of %(place)s") % words)
    elif query.bbox:
        parts.append(_("in this part of the map"))
    elif query.place is not None and not query.category and not has_others:
        parts.append(_("in %(place)s") % {"place": query.place.name})
    return parts + fact_facets.conditions(query)
