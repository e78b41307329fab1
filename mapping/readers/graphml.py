"""GraphML (http://graphml.graphdrawing.org/specification.html): nodes, edges, typed keys, graphs within nodes.

Ports and hyperedges are left out: an edge from a port counts from its node, a hyperedge is refused as a row. yEd and
yFiles write what a node or an edge is called into its drawing (`y:NodeLabel`, `y:EdgeLabel`): it is read from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from .errors import ReadError, Reject
from .graph_file import GraphEdge, GraphFile, GraphNode, attribute, number
from .graph_opening import open_xml
from .graph_xml import XmlEvent, xml_events

# What programs call the name of a node.
LABELS = ("label", "name", "Label", "Name", "NodeLabel", "title")
# Where yEd (and yFiles, the last one) write a label, and the attribute that it becomes here.
_DRAWN = {"NodeLabel": "NodeLabel", "EdgeLabel": "label", "Label.Text": ""}
# What Neo4j and others write on a node itself, beside its data.
_OF_NODE = ("labels", "type", "kind", "class")
_TYPES = ("boolean", "int", "long", "float", "double", "string")


def open_graphml(path: str | Path) -> GraphFile:
    """Read the nodes of a GraphML file. Raises ReadError."""
    return open_xml(path, "graphml", "GraphML", _items)


def _items(path: Path, *, nodes: bool) -> Iterator[GraphNode | GraphEdge | Reject | XmlEvent]:
    """Each node, or each edge; and the start of each graph (an event), so that they can be counted."""
    keys = _Keys(path)
    directed: list[bool] = []
    # The nodes and edges that are open, each with its data so far: nodes may hold graphs.
    open_: list[tuple[int, dict[str, str], str]] = []
    number_of = {"node": 0, "edge": 0, "hyperedge": 0}
    for event in xml_events(path):
        name = event.name
        if event.start:
            if name == "key":
                keys.add(event)
            elif name == "graph":
                directed.append(event.attributes.get("edgedefault", "directed") != "undirected")
                if nodes:
                    yield event
            elif name in number_of:
                number_of[name] += 1
                defaults = keys.defaults.get(name, {})
                open_.append((number_of[name], dict(defaults), name))
        elif name == "default":
            keys.default = event.text
        elif name == "key":
            keys.close()
        elif name == "graph":
            directed.pop()
        elif name == "data" and open_:
            if text := attribute(event.text):
                open_[-1][1][keys.names.get(event.attributes.get("key", ""), event.attributes.get("key", ""))] = text
        elif name in _DRAWN and open_:
            # The first label counts: further ones are remarks, or the closed drawing of a folder.
            if text := attribute(_plain(event.text)):
                open_[-1][1].setdefault(_DRAWN[name] or ("NodeLabel" if open_[-1][2] == "node" else "label"), text)
        elif name in number_of:
            row, data, _ = open_.pop()
            if name == "node" and nodes:
                yield _node(row, event.attributes, data)
            elif name == "edge" and not nodes:
                yield _edge(row, event.attributes, data, directed[-1] if directed else True)
            elif name == "hyperedge" and not nodes:
                ends = "This joins more than two. Make a node of it, and join that with each of them."
                yield Reject.of(row, "hyperedge", event.attributes.get("id", ""), ends)


def _node(row: int, attributes: dict[str, str], data: dict[str, str]) -> GraphNode:
    for name in _OF_NODE:
        if text := attribute(attributes.get(name, "")):
            data.setdefault(name, text)
    label = next((data[name] for name in LABELS if data.get(name)), "")
    return GraphNode(row, attributes.get("id", "").strip(), label, data)


def _edge(row: int, attributes: dict[str, str], data: dict[str, str], directed: bool) -> GraphEdge:
    said = attributes.get("directed", "")
    way = said == "true" if said in ("true", "false") else directed
    return GraphEdge(
        row,
        attributes.get("source", "").strip(),
        attributes.get("target", "").strip(),
        key=attributes.get("id", "").strip(),
        direction="directed" if way else "undirected",
        weight=number(data.get("weight")),
        attributes=data,
    )


def _plain(text: str) -> str:
    """A label without the HTML that yEd lets people write."""
    if text.lstrip()[:6].casefold() != "<html>":
        return text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


class _Keys:
    """The declared attributes: their names, and what counts where a node or edge says nothing."""

    def __init__(self, path: Path) -> None:
        self.names: dict[str, str] = {}
        self.defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
        self.default = ""
        self._path = path
        self._last: dict[str, str] = {}

    def add(self, event: XmlEvent) -> None:
        kind = event.attributes.get("attr.type", "string")
        if kind not in _TYPES:
            remedy = f"GraphML knows {', '.join(_TYPES)}."
            raise ReadError(f"the key in line {event.line} is of the unknown type '{kind}'", self._path, remedy)
        self._last, self.default = event.attributes, ""
        key = event.attributes.get("id", "")
        self.names[key] = event.attributes.get("attr.name") or key

    def close(self) -> None:
        name = self.names.get(self._last.get("id", ""), "")
        text = attribute(self.default)
        if name and text:
            for what in ("node", "edge"):
                if self._last.get("for", "all") in (what, "all"):
                    self.defaults[what][name] = text
