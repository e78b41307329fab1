"""Which format a file of a network has, and the reader for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .edge_table import (
    CSV,
    KUMU_CSV,
    TEXT,
    XLSX,
    EndColumns,
    open_edge_table,
    open_edge_text,
    open_spreadsheet,
    split_targets,
)
from .errors import ReadError, did_you_mean
from .gexf import open_gexf
from .grants import NEEDED
from .graph_file import GraphFile
from .graph_grants import GIVING, open_giving
from .graph_json import KUMU, NODE_LINK, json_format, open_kumu_json, open_node_link
from .graph_xml import root_of
from .graphml import open_graphml
from .tabular import open_table
from .text import check_file, open_bytes

GRAPHML, GEXF = "graphml", "gexf"
FORMATS = (GRAPHML, GEXF, CSV, TEXT, NODE_LINK, KUMU, KUMU_CSV, XLSX, GIVING)
_SPLIT = (KUMU, KUMU_CSV, XLSX)


def open_graph(
    path: str | Path,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    ends: EndColumns | None = None,
    elements: str | Path | None = None,
    nulls: frozenset[str] = frozenset({""}),
) -> GraphFile:
    """Open a network by its content, or as the `format` that is said. Raises ReadError.

    The others are for tables: `ends` the columns of the two ends, `elements` Kumu's second table.
    """
    path = check_file(path)
    if format is not None and format not in FORMATS:
        hint = did_you_mean(format, FORMATS) or f"Known: {', '.join(FORMATS)}."
        raise ReadError(f"'{format}' is not a format of networks", path, hint)
    form = format or recognise(path)
    if form == GRAPHML:
        graph = open_graphml(path)
    elif form == GEXF:
        graph = open_gexf(path)
    elif form == NODE_LINK:
        graph = open_node_link(path)
    elif form == KUMU:
        graph = open_kumu_json(path)
    elif form == XLSX:
        graph = open_spreadsheet(path)
    elif form == GIVING:
        graph = open_giving(path)
    elif form == TEXT:
        graph = open_edge_text(path, encoding=encoding, delimiter=delimiter)
    else:
        graph = open_edge_table(path, encoding=encoding, delimiter=delimiter, ends=ends, elements=elements, nulls=nulls)
    if graph.format not in _SPLIT:
        return graph
    read = graph.edges
    return replace(graph, edges=lambda: split_targets(read()))


def recognise(path: Path) -> str:
    """The format of a file, by its first bytes, then its name. Raises ReadError."""
    with open_bytes(path) as handle:
        start = handle.read(4096)
    name = path.name.lower().removesuffix(".gz")
    if start.startswith(b"PK\x03\x04"):
        return XLSX
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        return _xml(path, text)
    if text.startswith((b"{", b"[")) and not name.endswith((".csv", ".txt", ".tsv")):
        return json_format(path)
    if name.endswith((".txt", ".edges", ".edgelist")):
        return TEXT
    if name.endswith((".graphml", ".gexf", ".xml", ".json")):
        kind = name.rpartition(".")[2]
        raise ReadError(f"the name ends in .{kind}, but this is something else", path, "Say what it is with --format.")
    return GIVING if _is_giving(path) else CSV


def _xml(path: Path, text: bytes) -> str:
    lower = text[:200].lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        remedy = "The download gave a page instead: open the address and fetch the file itself."
        raise ReadError("this is a web page, not a network", path, remedy)
    root = root_of(path).name
    if root in (GRAPHML, GEXF):
        return root
    raise ReadError(f"this is XML, but its outermost element is <{root}>", path, "It needs to be GraphML or GEXF.")


def _is_giving(path: Path) -> bool:
    try:
        header: Sequence[str] = open_table(path).header
    except ReadError:
        return False
    return NEEDED[0] in header and any(it.startswith(("Recipient Org:", "Recipient Ind:")) for it in header)
