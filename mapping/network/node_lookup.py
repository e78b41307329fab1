"""Which node of a network somebody means: by its address, or by a name that they typed.

match = NodeLookup(place, snapshot, viewer).find(uuid=None, typed="food bank")
match.node, match.choices, match.problem
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _

from mapping.graph.snapshot import Snapshot
from mapping.models import Node, Place, Viewer
from mapping.search.geocoding import tidy
from mapping.search.names import MIN_LETTERS, distinct_label, like

CHOICES = 8
# Offered as one types, without any script: the best connected.
SUGGESTED = 60
# Nodes of other places that a network may reach into, looked through by name.
OUTSIDE = 500
LONGEST = 200


@dataclass(frozen=True)
class Match:
    """What was understood: one node, or several to choose from, or what was wrong. `typed` as it was given.

    index : the node's place in the snapshot, -1 when nothing connects it.
    """

    typed: str = ""
    node: Node | None = None
    index: int = -1
    choices: list[Node] = field(default_factory=list)
    problem: str = ""

    @property
    def name(self) -> str:
        return self.node.name if self.node else self.typed

    @property
    def uuid(self) -> str:
        return str(self.node.uuid) if self.node else ""

    @property
    def labelled(self) -> list[dict[str, str]]:
        """The choices, with what tells them apart."""
        return [{"uuid": str(it.uuid), "label": distinct_label(it)} for it in self.choices]


class NodeLookup:
    """Understands names in the network of a place, for a viewer: nobody learns of what they may not see."""

    def __init__(self, place: Place, snapshot: Snapshot, viewer: Viewer) -> None:
        self.place, self.snapshot, self.viewer = place, snapshot, viewer

    @cached_property
    def nodes(self):
        """The nodes to look among: those of the place, and what its network reaches elsewhere."""
        outside = self.snapshot.ids[self.snapshot.place != self.place.pk][:OUTSIDE].tolist()
        ours = (
            Q(pk__in=Node.objects.of_place(self.place).values("pk")) if not self.place.is_home else Q(place=self.place)
        )
        return Node.objects.visible_to(self.viewer).filter(ours | Q(pk__in=outside)).select_related("category")

    def find(self, given: uuid.UUID | None, typed: str) -> Match:
        """Say which node is meant. What is typed counts when it is not the name of the node that is `given`."""
        typed = tidy(typed)
        if len(typed) > LONGEST:
            return Match(typed[:LONGEST], problem=_("That name is too long. Type a few words of it."))
        if given is not None:
            node = self.nodes.filter(uuid=given).first()
            if node is not None and (not typed or typed.casefold() == node.name.casefold()):
                return self._match(node, typed)
            if not typed:
                return Match(problem=_("What this address asked for is not here, or is not for everybody to see."))
        if not typed:
            return Match()
        if len(typed) < MIN_LETTERS:
            return Match(typed, problem=_("Type at least two letters of the name."))
        found = like(self.nodes, typed, most=4 * CHOICES)
        same = [it for it in found if it.rank == 0]
        if len(same) == 1 or len(found) == 1:
            return self._match((same or found)[0], typed)
        if not found:
            return Match(
                typed,
                problem=_("Nothing here is called “%(name)s”. Check the spelling, or try a part of the name.")
                % {"name": typed},
            )
        return Match(typed, choices=self._connected_first(same or found)[:CHOICES])

    def several(self, given: list[uuid.UUID]) -> list[Match]:
        """The nodes of these addresses that the viewer may see, in the order given. One query."""
        found = {it.uuid: it for it in self.nodes.filter(uuid__in=given)}
        return [self._match(found[it], "") for it in given if it in found]

    @cached_property
    def suggested(self) -> list[str]:
        """Names to offer: the best connected, by name."""
        ends = np.concatenate([self.snapshot.source, self.snapshot.target])
        degree = np.bincount(ends, minlength=self.snapshot.size)
        best = np.lexsort((np.arange(self.snapshot.size), -degree))[:SUGGESTED].tolist()
        return sorted({self.snapshot.names[it] for it in best}, key=str.casefold)

    def _match(self, node: Node, typed: str) -> Match:
        return Match(typed, node, int(self.snapshot.index_of([node.pk])[0]))

    def _connected_first(self, nodes: list[Node]) -> list[Node]:
        known = self.snapshot.index_of([it.pk for it in nodes]) >= 0
        return [it for it, is_in in sorted(zip(nodes, known, strict=True), key=lambda pair: not pair[1])]
