"""What could be taken away at once: the most central, all that somebody funds, every library, all in an area."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from config.errors import HereaboutsError
from mapping.graph.analysis import Analysis
from mapping.graph.snapshot import Snapshot
from mapping.graph.surroundings import inside
from mapping.models import Place
from mapping.network.findings.phrases import counted

from . import area as removal_area
from .amenities import Amenities
from .area import AreaProblem

CENTRAL, FUNDED, CATEGORY, WITHIN, AREA = "central", "funded", "category", "within", "area"
MAX_CENTRAL = 5
FUNDS = "funds"
# Offered: funders of at least so many, the categories of most buildings, the areas within.
MIN_FUNDER, MAX_FUNDERS, MAX_CATEGORIES, MAX_AREAS = 3, 5, 40, 60
_KEY = re.compile(r"(central|area)|(funded|category|within):([\w-]{1,80})")


class ScenarioProblem(HereaboutsError, ValueError):
    """What is wrong with a scenario, in a sentence to show."""

    status = 422


@dataclass(frozen=True, eq=False)
class Scenario:
    """What is taken away. title : in words, after "Without"; nodes : places in the snapshot, ascending; standing :
    (k,) bool, which of the `Ground`; None where that was not read."""

    title: str
    nodes: NDArray[np.int64]
    standing: NDArray[np.bool_] | None


class Scenarios:
    """The scenarios of a network. `analysis` may be None while it is being worked out, `ground` for very many."""

    def __init__(
        self, place: Place, snapshot: Snapshot, analysis: Analysis | None, amenities: Amenities | None
    ) -> None:
        self.place, self.snapshot, self.analysis, self.amenities = place, snapshot, analysis, amenities

    def of(self, key: str, area: str) -> Scenario:
        """Return what a scenario takes away. Raises ScenarioProblem."""
        match = _KEY.fullmatch(key)
        if not match:
            raise ScenarioProblem(_("There is no scenario of that name."), _("Choose one from the list."))
        kind, value = match[1] or match[2], match[3] or ""
        if kind == CENTRAL:
            return self._central()
        if kind == FUNDED:
            return self._funded(value)
        if kind == CATEGORY:
            return self._category(value)
        return self._within(value) if kind == WITHIN else self._area(area)

    def offered(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What there is to choose from: headings, each with keys and labels."""
        found = [
            (_("In the network"), [(CENTRAL, _("The five most central")), *self._funders()]),
            (_("Every building of a kind"), self._categories()),
            (_("Everything in an area"), self._areas()),
        ]
        return [(heading, options) for heading, options in found if options]

    def _central(self) -> Scenario:
        assert self.analysis is not None  # only offered without it, never asked for
        between, degree = self.analysis.measures["betweenness"], self.analysis.measures["connections"]
        best = np.lexsort((np.arange(self.snapshot.size), -degree, -between))[:MAX_CENTRAL]
        best = best[degree[best] > 0]
        if not len(best):
            raise ScenarioProblem(_("Nobody has said yet who is connected to whom here."))
        if len(best) < MAX_CENTRAL:
            return self._scenario(_("everybody who is connected"), best)
        return self._scenario(_("the five most central"), best)

    def _funded(self, value: str) -> Scenario:
        try:
            funder = self.snapshot.by_uuid.get(uuid.UUID(value).bytes, -1)
        except ValueError:
            funder = -1
        if funder < 0:
            raise ScenarioProblem(_("Who is to fund them is not in this network."))
        nodes = np.unique(self.snapshot.target[(self.snapshot.source == funder) & self._funding()])
        name = self.snapshot.names[funder]
        if not len(nodes):
            raise ScenarioProblem(_("Nobody has stated that %(name)s funds anyone.") % {"name": name})
        return self._scenario(_("all that %(name)s funds") % {"name": name}, nodes)

    def _category(self, slug: str) -> Scenario:
        if self.amenities is None:
            raise ScenarioProblem(_("There is too much here to look through by kind."), _("Choose single ones."))
        standing = self.amenities.of_category(slug)
        if not standing.any():
            raise ScenarioProblem(_("There is no building of that kind here."))
        plural = next(it["plural"] for it in self.amenities.categories if it["slug"] == slug)
        nodes = self.snapshot.index_of(self.amenities.ids[standing])
        title = _("all %(plural)s") % {"plural": _lower(plural)}
        return Scenario(title, np.unique(nodes[nodes >= 0]), standing)

    def _within(self, slug: str) -> Scenario:
        area = self._places().filter(slug=slug).first()
        if area is None:
            raise ScenarioProblem(_("There is no area of that name here."))
        return self._inside(_("everything in %(name)s") % {"name": area.name}, area.boundary.wkb)

    def _area(self, text: str) -> Scenario:
        if not text:
            raise ScenarioProblem(_("Draw, paste or upload the area first."))
        try:
            area = removal_area.read(text)
        except AreaProblem as error:
            raise ScenarioProblem(error.message, error.remedy) from None
        return self._inside(_("everything in the area drawn"), area.wkb)

    def _inside(self, title: str, wkb) -> Scenario:
        area = shapely.from_wkb(bytes(wkb))
        nodes = np.flatnonzero(inside(self.snapshot.point, area))
        standing = inside(self.amenities.points, area) if self.amenities is not None else None
        if not len(nodes) and (standing is None or not standing.any()):
            raise ScenarioProblem(_("Nothing that we know of is in that area."))
        return Scenario(title, nodes, standing)

    def _scenario(self, title: str, nodes: NDArray) -> Scenario:
        nodes = np.sort(np.asarray(nodes, dtype=np.int64))
        standing = np.isin(self.amenities.ids, self.snapshot.ids[nodes]) if self.amenities is not None else None
        return Scenario(title, nodes, standing)

    def _funding(self) -> NDArray[np.bool_]:
        funds = [number for number, it in enumerate(self.snapshot.tables["types"]) if it["slug"] == FUNDS]
        return np.isin(self.snapshot.type, funds) & ~self.snapshot.derived

    def _funders(self) -> list[tuple[str, str]]:
        counts = Counter(self.snapshot.source[self._funding()].tolist()).most_common(MAX_FUNDERS)
        return [
            (
                f"{FUNDED}:{uuid.UUID(bytes=self.snapshot.uuids[node].tobytes())}",
                ngettext("All that %(name)s funds (%(n)s)", "All that %(name)s funds (%(n)s)", count)
                % {"name": self.snapshot.names[node], "n": counted(count)},
            )
            for node, count in counts
            if count >= MIN_FUNDER
        ]

    def _categories(self) -> list[tuple[str, str]]:
        if self.amenities is None:
            return []
        buildings = self.amenities.category[self.amenities.building & (self.amenities.category >= 0)]
        most = Counter(buildings.tolist()).most_common(MAX_CATEGORIES)
        found = [(self.amenities.categories[number], count) for number, count in most]
        return [
            (f"{CATEGORY}:{it['slug']}", f"{it['plural']} ({counted(count)})")
            for it, count in sorted(found, key=lambda pair: pair[0]["plural"].casefold())
        ]

    def _areas(self) -> list[tuple[str, str]]:
        names = self._places().order_by("name").values_list("slug", "name")[:MAX_AREAS]
        return [(f"{WITHIN}:{slug}", name) for slug, name in names]

    def _places(self):
        return Place.objects.current().filter(parent=self.place, boundary__isnull=False)


def _lower(text: str) -> str:
    """As it stands within a sentence: "libraries", but "GP practices"."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
