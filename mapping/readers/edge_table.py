"""Networks as tables: edge lists with or without a header, Kumu's CSV, spreadsheets with its two sheets."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import ReadError, Reject, did_you_mean
from .graph_file import GraphEdge, GraphFile, GraphNode, NodeList, attribute, number
from .tabular import Row, open_table, sniff_delimiter
from .text import check_file, inspect, open_text

CSV, TEXT, KUMU_CSV, XLSX = "csv", "txt", "kumu-csv", "xlsx"
SOURCES = ("source", "from", "source_id", "from_id", "source id", "from id", "node1", "a", "start", "u")
TARGETS = ("target", "to", "target_id", "to_id", "target id", "to id", "node2", "b", "end", "v")
WEIGHTS = ("weight", "strength", "value")
# Not "key": NetworkX numbers parallel edges by it.
KEYS = ("id", "uuid", "connection", "edge_id")
DIRECTIONS = {"directed": "directed", "undirected": "undirected", "mutual": "mutual"}
# Unpacked, a spreadsheet of more than this is not read.
MAX_UNPACKED = 500 << 20
# In a line without a header: two ids, a weight, a time.
MAX_CELLS = 4
_COMMENT = ("#", "%", "//")
# First lines of a list without a header that are one after all.
_HEADS = (["source", "target"], ["from", "to"], ["node1", "node2"], ["fromnodeid", "tonodeid"])

Rows = Callable[[], Iterator[tuple[int, Row] | Reject]]


@dataclass(frozen=True, slots=True)
class EndColumns:
    """Which columns name the two ends; several are tried in turn."""

    source: tuple[str, ...]
    target: tuple[str, ...]


def open_edge_table(
    path: str | Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    ends: EndColumns | None = None,
    elements: str | Path | None = None,
    nulls: frozenset[str] = frozenset({""}),
) -> GraphFile:
    """A table of edges with a header; `elements` a second table of nodes (Kumu). Raises ReadError."""
    path = check_file(path)
    table = open_table(path, encoding=encoding, delimiter=delimiter, nulls=nulls)
    header = table.header
    ends = ends or find_ends(header)
    if ends is None:
        if elements is None and set(map(str.lower, header)) >= {"label"}:
            remedy = "This is Kumu's table of elements: name the table of connections, and this one with --elements."
            raise ReadError("there are no edges in it", path, remedy)
        if elements is None and _headless(header):
            return open_edge_text(path, encoding=encoding, delimiter=table.delimiter)
        raise ReadError(
            "there are no columns for the two ends",
            path,
            "Call them source and target, or say in the mapping file which they are. "
            f"The columns are: {', '.join(header[:30])}.",
        )
    for name in (*ends.source, *ends.target):
        if name not in header:
            hint = did_you_mean(name, header) or f"The columns are: {', '.join(header[:30])}."
            raise ReadError(f"there is no column '{name}'", path, hint)
    found = NodeList(path)
    if elements is not None:
        _elements(found, open_table(elements, nulls=nulls).rows())
    form = KUMU_CSV if elements is not None or _is_kumu(header) else CSV
    return GraphFile(path, form, found.nodes, lambda: _edges(table.rows(), ends), rejects=found.rejects)


def find_ends(header: Sequence[str]) -> EndColumns | None:
    """The columns of the ends by what people call them."""
    lower = {name.lower(): name for name in header}
    source = next((lower[name] for name in SOURCES if name in lower), None)
    target = next((lower[name] for name in TARGETS if name in lower), None)
    return EndColumns((source,), (target,)) if source and target else None


def open_edge_text(path: str | Path, *, encoding: str | None = None, delimiter: str | None = None) -> GraphFile:
    """Two ids (and perhaps a weight) a line, without a header; `#` and `%` begin comments. Raises ReadError."""
    path = check_file(path)
    found = inspect(path, encoding)
    lines = [it for it in found.sample.splitlines() if it.strip() and not it.lstrip().startswith(_COMMENT)]
    if not lines:
        raise ReadError("there is nothing in it but comments", path, "Fetch it again.")
    if delimiter is None and any(mark in lines[0] for mark in ",;\t|"):
        delimiter = sniff_delimiter("\n".join(lines[:100]) + "\n")
        if delimiter not in lines[0]:
            delimiter = None
    if len(_cells(lines[0], delimiter)) < 2:
        raise ReadError("the first line has not two ids", path, "Write two ids a line, such as: 12 34.")
    return GraphFile(path, TEXT, [], lambda: _text_edges(path, found.encoding, delimiter))


def _text_edges(path: Path, encoding: str, delimiter: str | None) -> Iterator[GraphEdge | Reject]:
    with open_text(path, encoding) as handle:
        first = True
        for row, line in enumerate(handle, start=1):
            text = line.strip().lstrip("\ufeff")
            if not text or text.startswith(_COMMENT):
                continue
            cells = _cells(text, delimiter)
            if first and [cell.lower() for cell in cells[:2]] in _HEADS:
                continue
            first = False
            if not 2 <= len(cells) <= MAX_CELLS and not (len(cells) > 2 and cells[2].startswith("{")):
                yield Reject.of(row, "(whole row)", text, "Write two ids a line, such as: 12 34.")
            else:
                yield GraphEdge(row, cells[0], cells[1], weight=number(cells[2]) if len(cells) > 2 else None)


def _cells(line: str, delimiter: str | None) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _headless(header: Sequence[str]) -> bool:
    """Whether the first row is an edge already: names of columns are no numbers."""
    return 2 <= len(header) <= 3 and all(re.fullmatch(r"\d+( \(2\))?", cell) for cell in header[:2])


def _is_kumu(header: Sequence[str]) -> bool:
    return [name.lower() for name in header[:2]] == ["from", "to"]


def _elements(found: NodeList, rows: Iterable[tuple[int, Row] | Reject]) -> None:
    for item in rows:
        if isinstance(item, Reject):
            found.rejects.append(item)
            continue
        row, cells = item
        data = {name: attribute(cell) for name, cell in cells.items() if cell}
        label = _cell(data, ("label", "name"))
        found.add(GraphNode(row, _cell(data, ("id",)) or label, label, data))


def _cell(data: Mapping[str, str], names: Sequence[str]) -> str:
    """The first cell under one of these headings, whatever their capitals."""
    lower = {name.lower(): cell for name, cell in data.items()}
    return next((lower[name] for name in names if lower.get(name)), "")


def _edges(rows: Iterable[tuple[int, Row] | Reject], ends: EndColumns) -> Iterator[GraphEdge | Reject]:
    for item in rows:
        if isinstance(item, Reject):
            yield item
            continue
        row, cells = item
        data = {name: cell for name, cell in cells.items() if cell}
        lower = {name.lower(): cell for name, cell in data.items()}
        said = lower.get("direction", "").lower()
        if said and said not in DIRECTIONS:
            yield Reject.of(row, "direction", said, "Write directed, undirected or mutual.")
            continue
        weight = next((number(lower[name]) for name in WEIGHTS if name in lower), None)
        key = next((lower[name] for name in KEYS if name in lower), "")
        source = next((data[name] for name in ends.source if name in data), "")
        target = next((data[name] for name in ends.target if name in data), "")
        yield GraphEdge(row, source, target, key, said, weight, data)


def split_targets(edges: Iterable[GraphEdge | Reject], separator: str = "|") -> Iterator[GraphEdge | Reject]:
    """Kumu's shorthand: several targets in one cell are as many edges."""
    for edge in edges:
        if isinstance(edge, Reject) or separator not in edge.target:
            yield edge
            continue
        for part, target in enumerate(edge.target.split(separator), start=1):
            key = f"{edge.key}.{part}" if edge.key else ""
            yield GraphEdge(edge.row, edge.source, target.strip(), key, edge.direction, edge.weight, edge.attributes)


def open_spreadsheet(path: str | Path) -> GraphFile:
    """An Excel file with a sheet of connections (From, To) and perhaps one of elements (Label). Raises ReadError."""
    path = check_file(path)
    _check_zip(path)
    sheets = dict(_sheets(path))
    named = {name: head for name, head in sheets.items() if "(ignore)" not in name.lower()}
    edges = next((name for name, head in named.items() if find_ends(head)), None)
    if edges is None:
        remedy = "Give one sheet the columns From and To, or save the right sheet as CSV."
        raise ReadError("no sheet has columns for the two ends", path, remedy)
    ends = find_ends(named[edges])
    assert ends is not None
    labels = ({"label"}, {"id", "name"})
    nodes = next(
        (n for n, head in named.items() if n != edges and any(it & set(map(str.lower, head)) for it in labels)), None
    )
    found = NodeList(path)
    if nodes:
        _elements(found, _sheet_rows(path, nodes))
    return GraphFile(path, XLSX, found.nodes, lambda: _edges(_sheet_rows(path, edges), ends), rejects=found.rejects)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(it.file_size for it in packed.infolist())
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ReadError("the spreadsheet cannot be unpacked", path, "Save it again, or as CSV.") from None
    if "xl/workbook.xml" not in names:
        raise ReadError("this is a zip file, not an Excel file", path, "Unpack it, and name a file in it.")
    if size > MAX_UNPACKED:
        remedy = "Save the sheet of connections as CSV: that is read in any size."
        raise ReadError(f"unpacked it has more than {MAX_UNPACKED >> 20} MB", path, remedy)


def _workbook(path: Path):
    # Only here: it takes a while to load.
    import openpyxl

    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # a broken file makes it raise nearly anything
        raise ReadError("the spreadsheet cannot be read", path, "Save it again, or as CSV.") from None


def _sheets(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each sheet's name and first row."""
    book = _workbook(path)
    try:
        for sheet in book.worksheets:
            first = next(_values(path, sheet), ())
            yield sheet.title, [cell for cell in first if cell]
    finally:
        book.close()


def _sheet_rows(path: Path, name: str) -> Iterator[tuple[int, Row] | Reject]:
    book = _workbook(path)
    try:
        rows = enumerate(_values(path, book[name]), start=1)
        header = next(rows, (1, []))[1]
        for row, cells in rows:
            if any(cells):
                yield row, {head: cell for head, cell in zip(header, cells, strict=False) if head}
    finally:
        book.close()


def _values(path: Path, sheet) -> Iterator[list[str | None]]:
    try:
        for cells in sheet.iter_rows(values_only=True, max_col=500):
            yield [_text(cell) for cell in cells]
    except Exception:  # as above
        raise ReadError(f"the sheet '{sheet.title}' cannot be read", path, "Save it again, or as CSV.") from None


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return cell.isoformat()[:10]
    return _unescaped(str(cell)).strip() or None


def _unescaped(text: str) -> str:
    """`_x000D_`, as Excel writes the carriage return of a pasted address, as a space (ECMA-376, ST_Xstring)."""
    found = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)
    return " ".join("".join(it if it.isprintable() else " " for it in found).split()) if found != text else text
