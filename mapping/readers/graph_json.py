"""Networks as JSON: node-link (NetworkX, D3) and Kumu's blueprint (https://docs.kumu.io/guides/import/blueprints)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ijson

from .errors import ReadError, Reject
from .geojson import cell_text, json_file
from .graph_file import MAX_ATTRIBUTES, GraphEdge, GraphFile, GraphNode, NodeList, attribute, number
from .text import inspect

NODE_LINK, KUMU = "node-link", "kumu-json"
REMEDY = 'It needs the lists "nodes" and "links" (node-link), or "elements" and "connections" (a Kumu blueprint).'
_FORMATS = {"nodes": NODE_LINK, "links": NODE_LINK, "edges": NODE_LINK, "elements": KUMU, "connections": KUMU}
_DIRECTIONS = ("directed", "undirected", "mutual")
# Kumu gives several values of one field as a list, or in a table with this between them.
SEVERAL = "|"


def json_format(path: str | Path) -> str:
    """Which format a JSON file has: "node-link", "kumu-json" or "360giving". Raises ReadError."""
    return _head(Path(path))[0]


def open_node_link(path: str | Path) -> GraphFile:
    """Read the nodes of a node-link file. Raises ReadError."""
    path = Path(path)
    directed = _head(path)[1]
    found = NodeList(path)
    for row, item in _items(path, "nodes"):
        if isinstance(item, Mapping):
            data = _texts(item)
            found.add(GraphNode(row, data.pop("id", ""), data.get("label") or data.get("name") or "", data))
        else:
            found.add(GraphNode(row, cell_text(item) or ""))

    def edges() -> Iterator[GraphEdge | Reject]:
        none = True
        for name in ("links", "edges"):
            for row, item in _items(path, name):
                none = False
                yield _link(row, item, directed)
            if not none:
                return

    return GraphFile(path, NODE_LINK, found.nodes, edges, defines_nodes=True, rejects=found.rejects)


def open_kumu_json(path: str | Path) -> GraphFile:
    """Read the elements of a Kumu blueprint. Raises ReadError."""
    path = Path(path)
    found = NodeList(path)
    for row, item in _items(path, "elements"):
        if isinstance(item, Mapping):
            found.add(_element(row, item))
        else:
            found.rejects.append(Reject.of(row, "(whole element)", item, "An element must be an object."))
    return GraphFile(path, KUMU, found.nodes, lambda: _connections(path), rejects=found.rejects)


def _head(path: Path) -> tuple[str, str]:
    """(format, direction): what stands before the first list, and which list that is."""
    found = inspect(path, lines=False)
    direction = ""
    with json_file(path, found.encoding) as handle:
        for prefix, event, value in ijson.parse(handle, use_float=True):
            if prefix == "" and event not in ("start_map", "end_map", "map_key", "start_array"):
                break
            if prefix == "item":  # grants without anything around them
                if event != "start_map":
                    break
                return "360giving", ""
            if prefix == "directed" and event == "boolean":
                direction = "directed" if value else "undirected"
            if event == "start_array" and prefix == "grants":
                return "360giving", ""
            if event == "start_array" and prefix in _FORMATS:
                return _FORMATS[prefix], direction
    raise ReadError("this is JSON, but not a network that we know", path, REMEDY)


def _items(path: Path, name: str) -> Iterator[tuple[int, Any]]:
    found = inspect(path, lines=False)
    with json_file(path, found.encoding) as handle:
        for row, item in enumerate(ijson.items(handle, f"{name}.item", use_float=True), start=1):
            handle.mark(row)
            yield row, item


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    """Every value as a text, what is empty left out."""
    data: dict[str, str] = {}
    for name, value in item.items():
        if len(data) >= MAX_ATTRIBUTES:
            break
        if isinstance(value, list) and all(isinstance(it, str | int | float) for it in value):
            value = SEVERAL.join(cell_text(it) or "" for it in value)
        if text := attribute(cell_text(value) or ""):
            data[str(name)] = text
    return data


def _link(row: int, item: Any, direction: str) -> GraphEdge | Reject:
    if not isinstance(item, Mapping):
        return Reject.of(row, "(whole link)", item, "A link must be an object.")
    data = _texts(item)
    if isinstance(item.get("directed"), bool):
        direction = "directed" if item["directed"] else "undirected"
    return GraphEdge(
        row,
        data.pop("source", ""),
        data.pop("target", ""),
        # NetworkX numbers parallel links from 0 in "key": that is no id.
        key=data.get("id", ""),
        direction=direction,
        weight=number(data.get("weight") or data.get("value")),
        attributes=data,
    )


def _fields(item: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an element or connection: Kumu's own exports keep them in "attributes"."""
    inner = item.get("attributes")
    outer = {name: value for name, value in item.items() if name != "attributes"}
    return {**(_texts(inner) if isinstance(inner, Mapping) else {}), **_texts(outer)}


def _element(row: int, item: Mapping[str, Any]) -> GraphNode:
    data = _fields(item)
    label = data.get("label", "")
    return GraphNode(row, data.get("id") or data.get("_id") or label, label, data)


def _connections(path: Path) -> Iterator[GraphEdge | Reject]:
    for row, item in _items(path, "connections"):
        if not isinstance(item, Mapping):
            yield Reject.of(row, "(whole connection)", item, "A connection must be an object.")
            continue
        data = _fields(item)
        direction = data.get("direction", "")
        if direction and direction not in _DIRECTIONS:
            yield Reject.of(row, "direction", direction, "Write directed, undirected or mutual.")
            continue
        key = data.get("id") or data.get("_id") or ""
        source, target = data.pop("from", ""), data.pop("to", "")
        weight = number(data.get("weight") or data.get("strength"))
        yield GraphEdge(row, source, target, key, direction, weight, data)
