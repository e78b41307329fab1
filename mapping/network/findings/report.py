"""Everything there is to say of one network, section by section."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import ngettext

from . import bridges, central, communities, distance, missing, periphery, ties
from .facts import Facts
from .phrases import counted
from .section import Section

# What stands beside the picture; the page of words has all.
SHORT = ("bridges", "beyond", "groups", "edge", "best", "missing")


class Words:
    """Puts the facts of a network into words.

    gaps : what is missing (parameters of `missing.missing`), or None where nobody looked.
    """

    def __init__(self, facts: Facts, gaps: dict[str, Any] | None = None) -> None:
        self.facts = facts
        self.gaps = gaps

    @property
    def counted(self) -> str:
        """How many are connected, by how many connections, in a sentence."""
        facts = self.facts
        first = ngettext(
            "%(n)s group or place is connected here", "%(n)s groups and places are connected here", facts.connected
        ) % {"n": counted(facts.connected)}
        second = ngettext(", by %(n)s connection.", ", by %(n)s connections.", facts.connections) % {
            "n": counted(facts.connections)
        }
        return first + second

    @cached_property
    def sections(self) -> list[Section]:
        """All there is to say; empty when nobody is connected."""
        facts = self.facts
        if not facts.connected:
            return []
        told = [
            bridges.bridges(facts.bridges, facts.holding, facts.connected),
            bridges.beyond(facts.hiding, facts.beyond),
            communities.groups(
                facts.groups,
                facts.hubs,
                connected=facts.connected,
                grouped=facts.grouped,
                settled=facts.settled,
            ),
            periphery.edge(
                hubs=facts.hubs,
                hub_only=facts.hub_only,
                single=facts.single,
                pieces=facts.pieces,
                connected=facts.connected,
            ),
            central.best(facts.best, facts.connected),
            missing.missing(**self.gaps) if self.gaps is not None else None,
            central.between(facts.between, facts.between_error, facts.connected),
            central.inmost(*facts.inmost, facts.connected),
            ties.balance(**facts.balance),
            distance.distance(**facts.distance),
            ties.types(facts.types),
            ties.said(**facts.said),
            distance.capitals(facts.capitals, facts.connected),
        ]
        return [it for it in told if it is not None]

    def section(self, slug: str) -> Section | None:
        """The section of this name, where there is something to say."""
        return next((it for it in self.sections if it.slug == slug), None)

    @property
    def short(self) -> list[Section]:
        """What stands beside the picture."""
        return [it for it in self.sections if it.slug in SHORT]
