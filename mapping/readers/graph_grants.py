"""A 360Giving file as a network: organisations, and one edge a grant from who gave to who got."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .errors import Reject
from .grants import GrantOrg, GrantRow, read_grants
from .graph_file import GraphEdge, GraphFile, GraphNode, NodeList

GIVING = "360giving"
# What a grant is, in words that the vocabulary has.
FUNDS = "funds"


def open_giving(path: str | Path) -> GraphFile:
    """Read the organisations of a 360Giving file (CSV or JSON). Raises ReadError."""
    path = Path(path)
    found = NodeList(path)
    seen: set[str] = set()
    grants = read_grants(path)
    for item in grants:
        if isinstance(item, GrantRow):
            for org in (item.funder, item.recipient):
                if (node := _node(item.row, org)).id not in seen:
                    seen.add(node.id)
                    found.add(node)
    return GraphFile(path, GIVING, found.nodes, lambda: _edges(path), left_out=tuple(grants.notes()))


def org_id(org: GrantOrg) -> str:
    """The organisation's own identifier, as org-id.guide writes it."""
    return "-".join(org.identifiers[0])


def _node(row: int, org: GrantOrg) -> GraphNode:
    data = {"identifiers": "|".join("-".join(pair) for pair in org.identifiers)}
    if org.postcode:
        data["postcode"] = org.postcode
    if org.website:
        data["website"] = org.website
    return GraphNode(row, org_id(org), org.name, data)


def _edges(path: Path) -> Iterator[GraphEdge | Reject]:
    for item in read_grants(path):
        if isinstance(item, Reject):
            yield item
            continue
        data = {
            "type": FUNDS,
            "amount": str(item.amount),
            "currency": item.currency,
            "said_on": item.awarded.isoformat(),
            "held_from": item.held_from.isoformat(),
            "held_to": item.held_to.isoformat() if item.held_to else "",
            "note": item.title or item.programme,
            "evidence": item.url,
        }
        yield GraphEdge(
            item.row,
            org_id(item.funder),
            org_id(item.recipient),
            key=item.key,
            direction="directed",
            attributes={name: text for name, text in data.items() if text},
        )
