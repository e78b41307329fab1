"""What lies underneath a place, as one viewer may see it: its network measured, in words, in a small picture.

network = place_network.load(place, viewer).get()
network.sections, network.section("bridges", view), network.picture
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, JsonResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from mapping.access.viewers import viewer_for
from mapping.answers import bounds, store
from mapping.answers.question import Question
from mapping.graph.analysis import Analysis
from mapping.graph.snapshot import Snapshot
from mapping.models import PUBLIC, Place, Viewer
from mapping.network.findings.facts import Facts
from mapping.network.findings.phrases import link
from mapping.network.view.state import NetworkView

from . import analysis_store, build, snapshots
from .findings import Section, Words, bridges, neighbours
from .findings import facts as findings_facts
from .gaps import finder
from .picture import overview
from .state import Failed, State

# Tags that are told of as missing, and how many groups must mention one.
TERMS = 3
MENTIONED = 2

_facts: WeakKeyDictionary[Snapshot, Facts] = WeakKeyDictionary()
_lock = Lock()


def load(place: Place, viewer: Viewer = PUBLIC) -> State[PlaceNetwork]:
    """Return the network of `place` at its present revision, as `viewer` may see it.

    Pending only where there are very many connections; never an older one: what was withdrawn must not be seen. What
    the database does not let us do is raised.
    """
    try:
        snapshot = snapshots.load(place, viewer)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # The page of a place has more to say than its network: it stays, and says what is missing.
        return Failed.of(error, place.slug)
    return analysis_store.load(snapshot).map(lambda found: PlaceNetwork(place, viewer, snapshot, found.analysis))


class PlaceNetwork:
    """The network of a place as one viewer may see it, ready to be shown."""

    def __init__(self, place: Place, viewer: Viewer, snapshot: Snapshot, analysis: Analysis) -> None:
        self.place = place
        self.viewer = viewer
        self.snapshot = snapshot
        self.analysis = analysis

    @property
    def revision(self) -> int:
        return self.snapshot.tables["revision"]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has stated any connection that this viewer sees."""
        return not self.analysis.whole.joined

    @cached_property
    def facts(self) -> Facts:
        """What there is to say; worked out once for a snapshot."""
        with _lock:
            found = _facts.get(self.snapshot)
        if found is None:
            found = findings_facts.gather(self.snapshot, self.analysis)
            with _lock:
                _facts[self.snapshot] = found
        return found

    @cached_property
    def words(self) -> Words:
        return Words(self.facts, self._missing())

    @cached_property
    def picture(self) -> dict[str, Any]:
        """What `partials/network/overview.html` draws: the connections that everybody may see."""
        payload = build.build(self.place).snapshot.payload
        return overview.picture(payload, self.place.name, self.counted)

    @property
    def counted(self) -> str:
        """How many are connected, in words."""
        return Words(self.facts).counted

    @property
    def sections(self) -> list[Section]:
        """What stands beside the picture: it says the same."""
        return self.words.short

    @property
    def all_sections(self) -> list[Section]:
        """Everything that can be said."""
        return self.words.sections

    def section(self, slug: str, view: NetworkView) -> Section | None:
        """One thing to say: a section by its slug, or about what `view` has in focus or takes away."""
        if slug == "counted":
            return Section("counted", _("The whole"), format_html("{}", self.counted))
        if slug == "what-if":
            return self._what_if(view)
        if slug == "neighbours":
            return neighbours.section(self.snapshot, view)
        return self.words.section(slug)

    def _what_if(self, view: NetworkView) -> Section | None:
        gone = [number for it in view.without if (number := self.snapshot.by_uuid.get(it.bytes)) is not None]
        if not gone:
            return None
        names = [link(findings_facts.named(self.snapshot, it)) for it in gone]
        return bridges.without(names, findings_facts.losing(self.analysis, gone))

    def _missing(self) -> dict[str, Any] | None:
        """What `findings.missing` tells, out of the gaps."""
        if self.is_empty:
            return None
        # Looking for gaps takes long in a larger network: a job has done it before this is asked (`answers.kinds`).
        if not bounds.is_small(self.place, "missing") or bounds.are_lifted():
            kept = store.find(Question.of("missing", self.place, self.viewer))
            if kept is not None:
                return json.loads(bytes(kept.body or b"null"))
            if not bounds.are_lifted():
                return None
        return self.missing()

    def missing(self) -> dict[str, Any]:
        """The same, worked out here and now."""
        found = finder.load(self.place, self.viewer)
        return {
            "terms": _mentions(found, self.snapshot),
            "pairs": len(found.gaps["groups"]),
            "unmet": len(found.gaps["unmet"]),
            "alone": len(found.gaps["alone"]),
            "url": f"{self.place.get_absolute_url()}network/gaps/",
        }


def make_missing(request: HttpRequest, place: Place) -> JsonResponse:
    """What is missing in the network, as a job works it out."""
    viewer = viewer_for(request)
    whole = load(place, viewer).get()
    return JsonResponse(None if whole.is_empty else whole.missing(), safe=False)


def _mentions(found: finder.Gaps, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Tags that groups and things have in common, and how many of the groups are connected to such a thing.

    The tags of which the largest number of groups is connected to none come first.
    """
    terrain = found.terrain
    acts, number_of_term = terrain.acts, len(terrain.terms)
    groups = np.bincount(terrain.term[acts[terrain.node]], minlength=number_of_term)
    things = np.bincount(terrain.term[~acts[terrain.node]], minlength=number_of_term)
    told = []
    for term in np.flatnonzero((groups >= MENTIONED) & (things > 0)).tolist():
        mine = terrain.node[terrain.term == term]
        services = np.zeros(terrain.size, dtype=bool)
        services[mine[~acts[mine]]] = True
        ends = terrain.network.edges
        beside = np.zeros(terrain.size, dtype=bool)
        beside[ends[services[ends[:, 0]], 1]] = beside[ends[services[ends[:, 1]], 0]] = True
        speaking = mine[acts[mine]]
        told.append(
            {
                "term": terrain.terms[term],
                "groups": len(speaking),
                "connected": int(beside[speaking].sum()),
                "what": _called(snapshot, np.flatnonzero(services)),
            }
        )
    told.sort(key=lambda it: (it["connected"] - it["groups"], it["term"]))
    return [it for it in told if it["connected"] < it["groups"]][:TERMS]


def _called(snapshot: Snapshot, nodes: np.ndarray) -> str:
    """What most of these things are called, in the plural."""
    kinds = snapshot.category[nodes[nodes < snapshot.size]]
    names = [snapshot.tables["categories"][it] for it in kinds[kinds >= 0].tolist()]
    counts = Counter(it["plural"] or it["name"] for it in names)
    return max(counts, key=lambda it: (counts[it], it)) if counts else _("places with that tag")
