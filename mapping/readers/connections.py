"""A file of a network, read by its mapping file -> connections in waiting, their ends still as the file names them."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .connection_mapping import ConnectionMapping
from .edge_keys import ANY_KEY, EdgeKeys
from .edge_table import EndColumns
from .end_rows import EndRow, end_row, node_identifiers
from .errors import Reject
from .grants import MAX_MONEY
from .graph_file import GraphEdge, GraphFile, GraphNode
from .graph_formats import open_graph
from .headings import by_heading, first
from .node_names import nameless
from .nodes import NAME_LENGTH, clean, clean_website
from .persons import end_said

KEY_LENGTH = 200
NOTE_LENGTH = 500
# One import is one change, held in one transaction: about 10 minutes.
MAX_CONNECTIONS = 1_000_000


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


@dataclass
class ConnectionFile:
    """A file that is known to be readable, with its mapping. `rows()` reads it from the beginning."""

    graph: GraphFile
    mapping: ConnectionMapping
    left_out: int = 0  # derived ones: they are worked out here, not stated
    keys: EdgeKeys = ANY_KEY
    _ids: dict[str, GraphNode] = field(default_factory=dict)
    _nodes: dict[str, GraphNode] = field(default_factory=dict)
    _named: Counter[str] = field(default_factory=Counter)
    shared: frozenset[tuple[str, str]] = frozenset()
    _persons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbered: Counter[tuple[str, str]] = Counter()
        for node in self.graph.nodes:
            self._ids[node.id] = node
            self._nodes.setdefault(node.label.casefold(), node)
            self._named[self._name(node).casefold()] += 1
            numbered.update(list(node_identifiers(by_heading(node.attributes), self.mapping)))
        self.shared = frozenset(pair for pair, times in numbered.items() if times > 1)
        # An id goes before a label that happens to be the same.
        self._nodes.update({node.id.casefold(): node for node in self.graph.nodes})

    def rows(self) -> Iterator[ConnectionRow | Reject]:
        """Each connection, or a Reject. Raises ReadError when there are more than `MAX_CONNECTIONS`.

        The file is read twice: whether an id is one, and who is a person, may only be known from its last row.
        """
        self.left_out = 0
        self._look_through()
        before: dict[str, int] = {}
        yield from self.graph.rejects
        for edge in self.graph.checked_edges(MAX_CONNECTIONS):
            if isinstance(edge, Reject):
                yield edge
            elif first(by_heading(edge.attributes), self.mapping.columns["origin"]).casefold() == "derived":
                self.left_out += 1
            else:
                row = connection_row(edge, self.mapping, self.keys)
                if isinstance(row, ConnectionRow) and row.key and before.setdefault(row.key, row.row) != row.row:
                    remedy = f"Row {before[row.key]} has the same id. Give each connection its own."
                    row = Reject.of(row.row, "id", row.key, remedy)
                yield row

    def end(self, reference: str) -> EndRow:
        """What the file says of the node behind a reference; the reference alone where it says nothing."""
        node = self._ids.get(reference) or self._nodes.get(reference.casefold())
        aliased = self.mapping.aliased(reference)
        if node is None and aliased != reference:
            node = self._nodes.get(aliased.casefold())
        return end_row(
            reference,
            aliased,
            node,
            self.mapping,
            # By its name alone nobody can tell which of several is meant.
            own_id=node.id if node and node.id.casefold() in (reference.casefold(), aliased.casefold()) else "",
            # What the mapping file calls otherwise it means on purpose.
            twins=max(self._named[self._name(node).casefold()], 1) if node and aliased == reference else 1,
            shared=self.shared,
            person=self._persons.get(reference.casefold()),
        )

    def check_names(self) -> None:
        """Raises ReadError when no node of the file has a name and their ids are made for machines."""
        if self.mapping.ends.names_are_ids or any(self._name(node) for node in self.graph.nodes):
            return
        if unnamed := [node for node in self.graph.nodes if self.end(node.id).nameless]:
            raise nameless(self.graph.path, unnamed)

    def _name(self, node: GraphNode) -> str:
        given = first(by_heading(node.attributes), self.mapping.ends.columns["name"])
        return clean(given if given and given not in self.mapping.nulls else node.label, NAME_LENGTH)

    def _look_through(self) -> None:
        """Find out which ids are ids, and whom the columns of an edge call a person."""

        def ids() -> Iterator[tuple[str, tuple[str, str]]]:
            for edge in self.graph.edges():
                if isinstance(edge, Reject):
                    continue
                for end, said in end_said(edge.attributes, self.mapping.ends.kinds).items():
                    self._persons[(edge.source if end == "source" else edge.target).casefold()] = said
                pair = (edge.source, edge.target)
                if edge.direction == "undirected":
                    pair = (min(pair), max(pair))
                yield row_key(by_heading(edge.attributes), edge, self.mapping), pair

        self.keys = EdgeKeys.of(ids())


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
    file = ConnectionFile(graph, mapping)
    file.check_names()
    return file


class _BadValue(ValueError):
    def __init__(self, field: str, value: str, remedy: str) -> None:
        self.reject = (field, value, remedy)


def row_key(data: Mapping[str, str], edge: GraphEdge, mapping: ConnectionMapping) -> str:
    """The id that a row gives itself."""
    text = first(data, mapping.columns["key"])
    return edge.key if not text or text in mapping.nulls else text


def connection_row(edge: GraphEdge, mapping: ConnectionMapping, keys: EdgeKeys = ANY_KEY) -> ConnectionRow | Reject:
    """One edge, read and checked; `keys` says which ids are ids."""

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
        key = keys.own(row_key(data, edge, mapping))
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
    if not value.is_finite() or not 0 <= value < MAX_MONEY:
        raise _BadValue("amount", amount, "Write an amount such as 1250.50.")
    code = currency.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise _BadValue("currency", currency, "An amount needs the three letters of its currency, such as GBP.")
    return {"amount": value, "currency": code}
