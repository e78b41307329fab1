"""A network as tables: our own, Kumu's two, and 360Giving's. No cell can start a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from .records import CONNECTION_COLUMNS, ConnectionRecord, GrantRecord, NetworkRecords, NodeRecord

# A spreadsheet would run a cell that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
GRANT_COLUMNS = (
    "Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date", "Planned Dates:Start Date",
    "Planned Dates:End Date", "Recipient Org:Identifier", "Recipient Org:Name", "Funding Org:Identifier",
    "Funding Org:Name", "URL", "Data Source", "Licence",
)  # fmt: skip


def safe_cell(value: object) -> object:
    """A value that a spreadsheet shows and does not run. Numbers stay numbers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV (RFC 4180), a row at a time."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(header)
    for cells in rows:
        writer.writerow([safe_cell(cell) for cell in cells])
        if line.tell() > 1 << 15:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
    yield line.getvalue()


def connections_csv(network: NetworkRecords) -> Iterator[str]:
    """One row a connection, with both ends."""
    header = ("id", "source", "source_name", "source_kind", "target", "target_name", "target_kind")
    rows = (
        (
            it.uuid, it.source.uuid, it.source.name, it.source.kind, it.target.uuid, it.target.name, it.target.kind,
            *it.row().values(),
        )
        for it in network.connections()
    )  # fmt: skip
    return table((*header, *CONNECTION_COLUMNS), rows)


def nodes_csv(network: NetworkRecords) -> Iterator[str]:
    """One row a node."""
    header = ("id", "name", "kind", "category", "category_name", "lon", "lat", "place", "url")
    return table(header, ((it.uuid, *it.row().values()) for it in network.nodes()))


class Labels:
    """Names as Kumu needs them: there a name is what an element is known by, so each is given once."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, node: NodeRecord) -> str:
        """The label of a node: its name, numbered from the second of that name on."""
        label = self._of.get(node.uuid)
        if label is None:
            # Several targets in one cell would be read between these.
            base = label = node.name.replace("|", "/")
            number = 2
            while label.casefold() in self._taken:
                label, number = f"{base} ({number})", number + 1
            self._taken.add(label.casefold())
            self._of[node.uuid] = label
        return label


def kumu_elements_csv(network: NetworkRecords) -> Iterator[str]:
    """Kumu's table of elements."""
    labels = Labels()
    header = ("Label", "Type", "Tags", "Description", "UUID", "Kind", "Longitude", "Latitude", "URL")
    return table(
        header,
        (
            (labels.of(it), it.category_name or it.kind, it.category, "", it.uuid, it.kind, it.lon, it.lat, it.url)
            for it in network.nodes()
        ),
    )


def kumu_connections_csv(network: NetworkRecords) -> Iterator[str]:
    """Kumu's table of connections; the labels are those of `kumu_elements_csv`."""
    labels = Labels()
    for node in network.nodes():
        labels.of(node)
    header = (
        "From", "To", "Direction", "Type", "Tags", "Description", "Strength", "ID", "From UUID", "To UUID",
        "Type slug", "Origin", "Mutual", "Disputed", "Supports", "Held from", "Held to", "Said on", "Amount",
        "Currency", "Said by", "Licence", "Evidence", "URL",
    )  # fmt: skip

    def rows() -> Iterator[Sequence[object]]:
        for it in network.connections():
            row = it.row()
            yield (
                labels.of(it.source), labels.of(it.target), "directed" if it.directed else "undirected", it.forward,
                kumu_tags(it), "", it.strength, it.uuid, it.source.uuid, it.target.uuid, it.type, it.origin,
                it.mutual, it.disputed, it.supports, row["held_from"], row["held_to"], row["said_on"], row["amount"],
                it.currency, row["said_by"], row["licence"], row["evidence"], it.url,
            )  # fmt: skip

    return table(header, rows())


def kumu_tags(it: ConnectionRecord) -> str:
    """What Kumu can filter by: stated or derived, mutual, disputed."""
    return "|".join([it.origin, *(["mutual"] if it.mutual else []), *(["disputed"] if it.disputed else [])])


def grants_csv(network: NetworkRecords) -> Iterator[str]:
    """Statements of amounts in the 360Giving standard, under its headings."""
    return table(GRANT_COLUMNS, (grant_row(it) for it in network.grants()))


def grant_row(it: GrantRecord) -> tuple[object, ...]:
    """One grant, in the order of `GRANT_COLUMNS`."""
    days = (day.isoformat() if day else "" for day in (it.awarded, it.begins, it.ends))
    return (
        it.identifier, it.title, it.title, it.currency, f"{it.amount:.2f}", *days, *it.recipient, *it.funder, it.url,
        it.source, it.licence,
    )  # fmt: skip
