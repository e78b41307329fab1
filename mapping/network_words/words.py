"""Everything there is to say of one network, section by section."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import bridges, centre, distance, edge, groups, ties
from .section import Section
from .writing import counted

# What stands beside the picture; the page of words has all.
SHORT = ("best", "bridges", "groups", "edge", "missing", "left-out")


class Words:
    """Puts a snapshot's findings into words.

    payload : `commands.graph.payload`; facts : `network_facts.of`, left out where the findings are enough; sorts :
    for each uuid what the node is: a dict of `what` (in the plural) and `everywhere` (`groups.sorts_of`).
    """

    def __init__(
        self,
        payload: dict[str, Any],
        facts: dict[str, Any] | None = None,
        sorts: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.payload = payload
        self.facts = facts or {}
        self.sorts = sorts or {}
        self.nodes: list[dict[str, Any]] = payload["nodes"]

    @property
    def counted(self) -> str:
        """How many are connected and how many of them are drawn, in a sentence or two."""
        connected, drawn = self.payload["connected"], self.payload["drawn"]
        first = ngettext(
            "%(nodes)s group or place is connected here",
            "%(nodes)s groups and places are connected here",
            connected,
        ) % {"nodes": counted(connected)}
        second = ngettext(", by %(n)s connection.", ", by %(n)s connections.", self.payload["connections"]) % {
            "n": counted(self.payload["connections"])
        }
        if drawn == connected:
            return first + second + " " + _("The picture shows all of them.")
        third = ngettext("The picture shows %(n)s of them.", "The picture shows %(n)s of them.", drawn) % {
            "n": counted(drawn)
        }
        return f"{first}{second} {third}"

    def sections(self) -> list[Section]:
        """All there is to say; empty when nobody is connected."""
        if not self.payload["connected"]:
            return []
        found, nodes = self.payload["findings"], self.nodes
        more = self.facts
        told = [
            centre.best([nodes[it] for it in found["best"]]),
            bridges.bridges([(nodes[it["node"]], it) for it in found["bridges"]]),
            groups.groups(self.groups, self.hubs),
            edge.edge(
                hubs=self.hubs,
                hub_only=found["hub_only"],
                single=found["edge"],
                parts=found["pieces"][1],
                second=found["second_piece"],
            ),
            ties.balance(**more["balance"]) if "balance" in more else None,
            distance.distance(**more["distance"]) if "distance" in more else None,
            ties.types(more.get("types", self.payload["types"])),
            ties.said(**more["said"]) if "said" in more else None,
            distance.capitals(more.get("capitals", []), self.payload["connected"]),
            edge.left_out(self.payload["more"], nodes, self.payload["connected"] - self.payload["drawn"]),
        ]
        return [it for it in told if it is not None]

    def short(self) -> list[Section]:
        """What stands beside the picture."""
        return [it for it in self.sections() if it.slug in SHORT]

    @property
    def hubs(self) -> list[dict[str, Any]]:
        """Those that nearly everybody is connected to."""
        return [self.nodes[it] for it in self.payload["findings"]["hubs"]]

    @cached_property
    def groups(self) -> list[groups.Group]:
        """The groups within, the largest first, each with what names it."""
        members: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for it in self.nodes:
            members[it.get("group", -1)].append(it)
        found = []
        for it in self.payload["findings"]["groups"]:
            middle = self.nodes[it["centre"]]
            around = [
                self.sorts.get(member["uuid"], {"what": ""})
                for member in members[middle.get("group", -1)]
                if member is not middle
            ]
            found.append(groups.Group(middle, it["size"], groups.sorts_of(around)))
        return found
