"""A file of a network, read by its mapping file -> connections in waiting, their ends still as the file names them."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from .connection_mapping import ConnectionMapping
from .edge_table import EndColumns
from .errors import Reject
from .grants import MOST_MONEY
from .graph_file import GraphEdge, GraphFile, GraphNode
from .graph_formats import open_graph
from .identifiers import normalise_identifier, split_org_id
from .nodes import TAG_LENGTH, clean, clean_website

KEY_LENGTH = 200
NOTE_LENGTH = 500
NAME_LENGTH = 300
# In 360Giving files, nodes that no register knows are called 360G-hereabouts-<uuid>.
OURS = "hereabouts-"
# One import is one change, held in one transaction: about 10 minutes.
MOST_CONNECTIONS = 1_000_000


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection as the file has it, its values checked. Empty texts are empty strings, never None.

    `source` and `target` are references (`EndRow.reference`); `type` is a reading or slug, synonyms resolved;
    `direction` as in `GraphEdge`; `key` is empty when the file gives none.
    """

    row: int
    source: str
    target: str
    type: str
    direction: str = ""
    key: str = ""
    strength: int | None = None
    held_from: datetime.date | None = None
    held_to: datetime.date | None = None
    said_on: datetime.date | None = None
    note: str = ""
    evidence_url: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class EndRow:
    """What a file says of one end. `references` are tried in turn: uuids, org-ids or names."""

    reference: str
    row: int
    name: str
    references: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    category: str = ""
    point: tuple[float, float] | None = None
    postcode: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()


@dataclass
class ConnectionFile:
    """A file that is known to be readable, with its mapping. `rows()` reads it from the beginning."""

    graph: GraphFile
    mapping: ConnectionMapping
    left_out: int = 0  # derived ones: they are worked out here, not stated
    _nodes: dict[str, GraphNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.graph.nodes:
            self._nodes.setdefault(node.label.casefold(), node)
        # An id goes before a label that happens to be the same.
        self._nodes.update({node.id.casefold(): node for node in self.graph.nodes})

    def rows(self) -> Iterator[ConnectionRow | Reject]:
        """Each connection, or a Reject. Raises ReadError when there are more than `MOST_CONNECTIONS`."""
        self.left_out = 0
        yield from self.graph.rejects
        for edge in self.graph.checked_edges(MOST_CONNECTIONS):
            if isinstance(edge, Reject):
                yield edge
            elif first(by_heading(edge.attributes), self.mapping.columns["origin"]).casefold() == "derived":
                self.left_out += 1
            else:
                yield connection_row(edge, self.mapping)

    def end(self, reference: str) -> EndRow:
        """What the file says of the node behind a reference; the reference alone where it says nothing."""
        node = self._nodes.get(reference.casefold())
        aliased = self.mapping.aliased(reference)
        if node is None and aliased != reference:
            node = self._nodes.get(aliased.casefold())
        return end_row(reference, aliased, node, self.mapping)


def open_connections(
    path: str | Path,
    mapping: ConnectionMapping,
    *,
    format: str | None = None,
    encoding: str | None = None,
    elements: str | Path | None = None,
) -> ConnectionFile:
    """Open a file by its mapping. Raises ReadError."""
    ends = EndColumns(mapping.source_columns, mapping.target_columns) if mapping.source_columns else None
    graph = open_graph(
        path,
        format=format or mapping.format,
        encoding=encoding or mapping.encoding,
        delimiter=mapping.delimiter,
        ends=ends,
        elements=elements,
        nulls=mapping.nulls,
    )
    return ConnectionFile(graph, mapping)


class _BadValue(ValueError):
    def __init__(self, field: str, value: str, remedy: str) -> None:
        self.reject = (field, value, remedy)


@lru_cache(maxsize=4096)
def plain_heading(name: str) -> str:
    """A heading without what people write differently: `Held from` is `held_from`."""
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def by_heading(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their plain headings; the first of several that are alike counts."""
    plain: dict[str, str] = {}
    for name, text in attributes.items():
        plain.setdefault(plain_heading(name), text)
    return plain


def first(plain: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first attribute of these names that is there, of attributes by their plain headings."""
    return next((text for name in names if (text := plain.get(plain_heading(name)))), "")


def connection_row(edge: GraphEdge, mapping: ConnectionMapping) -> ConnectionRow | Reject:
    """One edge, read and checked."""

    data = by_heading(edge.attributes)

    def get(name: str) -> str:
        text = first(data, mapping.columns[name])
        return "" if text in mapping.nulls else text

    try:
        said = clean(get("type"), 100) or mapping.type
        if not said:
            remedy = "Say which type of connection it is, or give a default in the mapping file."
            raise _BadValue("type", "", remedy)
        held_from, held_to = day("held_from", get("held_from")), day("held_to", get("held_to"), end=True)
        if held_from and held_to and held_to < held_from:
            remedy = f"It ends before it begins ({held_from}). Put the dates in order."
            raise _BadValue("held_to", get("held_to"), remedy)
        key = get("key") or edge.key
        if len(key) > KEY_LENGTH:
            raise _BadValue("key", key, f"This is longer than {KEY_LENGTH} characters.")
        return ConnectionRow(
            row=edge.row,
            source=edge.source,
            target=edge.target,
            type=mapping.synonyms.get(said.casefold(), said),
            direction=edge.direction,
            key=key,
            strength=strength(get("strength"), mapping.strengths),
            held_from=held_from,
            held_to=held_to,
            said_on=day("said_on", get("said_on")),
            note=clean(get("note"), NOTE_LENGTH),
            evidence_url=_evidence(get("evidence")),
            **_money(get("amount"), get("currency")),
        )
    except _BadValue as error:
        return Reject.of(edge.row, *error.reject)


def strength(text: str, values: Mapping[str, int]) -> int | None:
    """A strength from 1 to 5, by the mapping's words or as a number; None when nothing is said."""
    if not text:
        return None
    if text.casefold() in values:
        return values[text.casefold()]
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text):
        remedy = "Write a number from 1 to 5, or say under [strength.values] what this word means."
        raise _BadValue("strength", text, remedy)
    if not 1 <= float(text) <= 5:
        remedy = "Write a number from 1 (weak) to 5 (strong), or say under [strength.values] what it means."
        raise _BadValue("strength", text, remedy)
    return int(float(text) + 0.5)


def day(name: str, text: str, end: bool = False) -> datetime.date | None:
    """A date; a year or a month alone is its first day, or its last with `end`."""
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{4}", text):
            return datetime.date(int(text), 12, 31) if end else datetime.date(int(text), 1, 1)
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", text):
            year, month = int(found[1]), int(found[2])
            return datetime.date(year, month, calendar.monthrange(year, month)[1] if end else 1)
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except (ValueError, OverflowError):
        raise _BadValue(name, text, "Write a date as 2024-03-31, or a year alone.") from None


def _evidence(text: str) -> str:
    address = text.split()[0] if text.split() else ""
    if not address:
        return ""
    if found := clean_website(address):
        return found
    raise _BadValue("evidence", text, "Write a whole web address, such as https://example.org/page.")


def _money(amount: str, currency: str) -> dict[str, Decimal | str | None]:
    if not amount:
        return {"amount": None, "currency": ""}
    try:
        value = round(Decimal(amount.replace(",", "").lstrip("£$€ ")), 2)
    except (InvalidOperation, ValueError):
        raise _BadValue("amount", amount, "Write an amount such as 1250.50.") from None
    if not value.is_finite() or not 0 <= value < MOST_MONEY:
        raise _BadValue("amount", amount, "Write an amount such as 1250.50.")
    code = currency.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise _BadValue("currency", currency, "An amount needs the three letters of its currency, such as GBP.")
    return {"amount": value, "currency": code}


def end_row(reference: str, aliased: str, node: GraphNode | None, mapping: ConnectionMapping) -> EndRow:
    """What is known of one end, in the order in which it is looked up."""
    rules = mapping.ends
    data = by_heading(node.attributes if node else {})

    def get(name: str) -> str:
        text = first(data, rules.columns[name])
        return "" if text in mapping.nulls else text

    name = get("name") or (node.label if node else "")
    name = clean(mapping.aliased(name) if name else aliased, NAME_LENGTH)
    identifiers: dict[tuple[str, str], None] = {}
    for part in re.split(r"[|;,\s]+", get("identifiers")):
        if pair := split_org_id(part):
            identifiers[pair] = None
    for column, scheme in rules.schemes.items():
        pair = normalise_identifier(scheme, data.get(plain_heading(column), ""))
        if pair[1]:
            identifiers[pair] = None
    if pair := split_org_id(aliased):
        identifiers[pair] = None
    ours = [value.removeprefix(OURS) for scheme, value in identifiers if scheme == "360G" and value.startswith(OURS)]
    references = (aliased, get("uuid"), *ours, *("-".join(pair) for pair in identifiers), name)
    kind = get("kind").casefold()
    category = get("category").casefold()
    return EndRow(
        reference=reference,
        row=node.row if node else 0,
        name=name,
        references=tuple(dict.fromkeys(text for text in references if text)),
        identifiers=tuple(identifiers),
        kind=rules.kinds.get(kind, kind),
        category=rules.categories.get(category, rules.categories.get(kind, category)),
        point=_point(get("lon"), get("lat")),
        postcode=get("postcode"),
        summary=clean(get("summary"), 2000),
        tags=tuple(dict.fromkeys(tag for part in get("tags").split("|") if (tag := clean(part, TAG_LENGTH)))),
    )


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 and (x or y) else None
