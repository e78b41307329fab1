"""What is written of a network: nodes, connections, grants, and on what terms."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

# The names that a connection's attributes have in every format, in the order of `ConnectionRecord.row`.
CONNECTION_COLUMNS = (
    "type", "reading", "reverse", "directed", "origin", "mutual", "disputed", "strength", "supports", "held_from",
    "held_to", "said_on", "amount", "currency", "said_by", "licence", "evidence", "url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as somebody may see it. `lon`, `lat` are its public point (WGS84), None where there is none."""

    uuid: str
    name: str
    kind: str
    category: str
    category_name: str
    lon: float | None
    lat: float | None
    place: str
    url: str

    def row(self) -> dict[str, str | float | None]:
        """Every attribute but the uuid, under the name that it has in every format."""
        return {
            "name": self.name, "kind": self.kind, "category": self.category, "category_name": self.category_name,
            "lon": self.lon, "lat": self.lat, "place": self.place, "url": self.url,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """A connection as somebody may see it: what its visible, live statements add up to.

    origin : "stated", or "derived" when rules alone say so. strength : the mean, 1 to 5. held_from : the earliest
    that anybody says; held_to : the latest, None when it goes on by anybody's word. said_by : sources, groups that may
    be named, rules; never people.
    """

    uuid: str
    type: str
    forward: str
    reverse: str
    directed: bool
    source: NodeRecord
    target: NodeRecord
    origin: str
    mutual: bool
    disputed: bool
    strength: float
    supports: int
    held_from: datetime.date | None
    held_to: datetime.date | None
    said_on: datetime.date | None
    amount: Decimal | None
    currency: str
    said_by: tuple[str, ...]
    licence: tuple[str, ...]
    evidence: tuple[str, ...]
    url: str

    def row(self) -> dict[str, str | float | int | bool | None]:
        """Every attribute but the uuid and the ends, under the name that it has in every format."""
        return {
            "type": self.type,
            "reading": self.forward,
            "reverse": self.reverse,
            "directed": self.directed,
            "origin": self.origin,
            "mutual": self.mutual,
            "disputed": self.disputed,
            "strength": self.strength,
            "supports": self.supports,
            "held_from": self.held_from.isoformat() if self.held_from else None,
            "held_to": self.held_to.isoformat() if self.held_to else None,
            "said_on": self.said_on.isoformat() if self.said_on else None,
            "amount": float(self.amount) if self.amount is not None else None,
            "currency": self.currency,
            "said_by": "; ".join(self.said_by),
            "licence": "; ".join(self.licence),
            "evidence": " ".join(self.evidence),
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """One statement of an amount, as the 360Giving standard has it. Organisations: (id, name)."""

    identifier: str
    title: str
    currency: str
    amount: Decimal
    awarded: datetime.date | None
    begins: datetime.date | None
    ends: datetime.date | None
    funder: tuple[str, str]
    recipient: tuple[str, str]
    url: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class Terms:
    """One source of what is written: who publishes it, and on what terms."""

    title: str
    publisher: str
    licence: str
    attribution: str
    url: str

    def __str__(self) -> str:
        said = self.attribution or self.publisher
        parts = [self.title, said if said != self.title else "", self.licence, self.url]
        return ". ".join(part.rstrip(".") for part in parts if part)


@dataclass(frozen=True, slots=True)
class NetworkRecords:
    """A network to be written. Nodes and connections are read anew each time they are asked for, in one order.

    title, place (its name), address (of its page), day, revision : which state this is; terms : of its sources.
    """

    title: str
    place: str
    address: str
    day: datetime.date
    revision: int
    terms: tuple[Terms, ...]
    nodes: Callable[[], Iterator[NodeRecord]]
    connections: Callable[[], Iterator[ConnectionRecord]]
    grants: Callable[[], Iterator[GrantRecord]]

    def about(self) -> list[str]:
        """What the file is, and how it may be used, in lines."""
        lines = [
            f"{self.title}. Revision {self.revision}, {self.day.isoformat()}. {self.address}",
            "Each connection has the licence of those who state it (licence); keep their names (said_by) with it.",
        ]
        return lines + [f"Source: {it}" for it in self.terms]
