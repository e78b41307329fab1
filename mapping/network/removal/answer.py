"""What there is to say of a removal: what was chosen, what would be lost, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from django.utils.translation import ngettext
from numpy.typing import NDArray

from mapping.graph.analysis import Analysis
from mapping.graph.removal import Removal
from mapping.graph.robustness import Robustness, robustness
from mapping.graph.snapshot import Snapshot
from mapping.network.findings.phrases import counted
from mapping.network.node_lookup import Match, NodeLookup
from mapping.network.view.state import NetworkView

from .amenities import Amenities
from .scenarios import Scenario, Scenarios

# Above this many ties the curves of loss are not worked out for a page.
MAX_CURVES = 60_000

_curves: WeakKeyDictionary[Snapshot, Robustness] = WeakKeyDictionary()
_lock = Lock()


@dataclass(frozen=True)
class Named:
    name: str
    url: str


@dataclass(frozen=True)
class Fact:
    """One thing to say. slug : what sort; text : a sentence; nodes : who, the first of them; rest : how many more."""

    slug: str
    text: str
    nodes: list[Named] = field(default_factory=list)
    rest: int = 0

    @property
    def rest_text(self) -> str:
        """How many are not named; empty when all are."""
        return ngettext("and %(n)s more", "and %(n)s more", self.rest) % {"n": counted(self.rest)} if self.rest else ""


@dataclass
class Answer:
    """What there is to say. chosen : single nodes that were named; added : what was typed; nodes : all that are taken
    away, places in the snapshot; standing : which of `ground`. Without `removal` nothing was asked, or `problems`
    say what was wrong."""

    view: NetworkView
    snapshot: Snapshot
    names: NodeLookup
    scenarios: Scenarios
    amenities: Amenities | None
    analysis: Analysis | None
    chosen: list[Match] = field(default_factory=list)
    added: Match = field(default_factory=Match)
    scenario: Scenario | None = None
    nodes: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    title: str = ""
    removal: Removal | None = None
    facts: list[Fact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    keep: NDArray[np.bool_] | None = None

    @property
    def is_asked(self) -> bool:
        return bool(self.view.without or self.view.scenario or self.view.area or self.added.typed)

    @property
    def curves(self) -> Robustness | None:
        """How the whole stands losing more and more; the same whatever is taken away. None for very large ones."""
        network = self.snapshot.network(~self.snapshot.derived)
        if not len(network.edges) or len(network.edges) > MAX_CURVES:
            return None
        with _lock:
            found = _curves.get(self.snapshot)
        if found is None:
            found = robustness(network)
            with _lock:
                _curves[self.snapshot] = found
        return found
