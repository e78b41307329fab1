"""GEXF 1.1, 1.2 and 1.3 (https://gexf.net/schema.html): nodes, edges, attributes, and the time in which they hold.

`start` and `end` (or the outermost of an edge's spells) become the attributes "start" and "end".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .errors import Reject
from .graph_file import GraphEdge, GraphFile, GraphNode, attribute, number
from .graph_opening import open_xml
from .graph_xml import XmlEvent, xml_events

_STARTS = ("start", "startopen")
_ENDS = ("end", "endopen")


def open_gexf(path: str | Path) -> GraphFile:
    """Read the nodes of a GEXF file. Raises ReadError."""
    return open_xml(path, "gexf", "GEXF", _items)


class _Open:
    """A node or edge whose end has not come yet."""

    __slots__ = ("row", "data", "starts", "ends", "always")

    def __init__(self, row: int, defaults: dict[str, str]) -> None:
        self.row = row
        self.data = dict(defaults)
        self.starts: list[str] = []
        self.ends: list[str] = []
        self.always = [False, False]

    def spell(self, attributes: dict[str, str]) -> None:
        for place, (found, names) in enumerate(((self.starts, _STARTS), (self.ends, _ENDS))):
            text = next((attributes[name] for name in names if attributes.get(name)), "")
            if text:
                found.append(text.strip())
            else:
                self.always[place] = True

    def finish(self, attributes: dict[str, str]) -> dict[str, str]:
        if not self.starts and not self.ends and not any(self.always):
            self.spell(attributes)
        # Days written year first come in order as texts; spells of one side open are open.
        if self.starts and not self.always[0]:
            self.data.setdefault("start", min(self.starts))
        if self.ends and not self.always[1]:
            self.data.setdefault("end", max(self.ends))
        return self.data


def _items(path: Path, *, nodes: bool) -> Iterator[GraphNode | GraphEdge | Reject | XmlEvent]:
    names: dict[tuple[str, str], str] = {}
    defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
    declares = ""
    last: tuple[str, str] | None = None
    direction = "undirected"
    open_: list[tuple[str, _Open]] = []
    rows = {"node": 0, "edge": 0}
    for event in xml_events(path):
        name, given = event.name, event.attributes
        if event.start:
            if name == "graph":
                direction = given.get("defaultedgetype", "undirected")
                if nodes:
                    yield event
            elif name == "attributes":
                declares = given.get("class", "")
            elif name == "attribute":
                last = (declares, given.get("id", ""))
                names[last] = given.get("title") or given.get("id", "")
            elif name in rows:
                rows[name] += 1
                open_.append((name, _Open(rows[name], defaults[name])))
            elif name == "spell" and open_:
                open_[-1][1].spell(given)
            elif name == "attvalue" and open_:
                what, it = open_[-1]
                key = given.get("for") or given.get("id") or ""
                if text := attribute(given.get("value", "")):
                    it.data[names.get((what, key), key)] = text
        elif name == "default" and last and last[0] in defaults:
            if text := attribute(event.text):
                defaults[last[0]][names[last]] = text
        elif name in rows:
            it = open_.pop()[1]
            data = it.finish(given)
            if name == "node" and nodes:
                for said in ("type", "kind", "class"):
                    if text := attribute(given.get(said, "")):
                        data.setdefault(said, text)
                yield GraphNode(it.row, given.get("id", "").strip(), given.get("label", "").strip(), data)
            elif name == "edge" and not nodes:
                yield _edge(it.row, given, data, direction)


def _edge(row: int, given: dict[str, str], data: dict[str, str], default: str) -> GraphEdge | Reject:
    direction = given.get("type") or default
    if direction not in ("directed", "undirected", "mutual"):
        return Reject.of(row, "type", direction, "Write directed, undirected or mutual.")
    for name in ("label", "kind", "weight"):
        if text := attribute(given.get(name, "")):
            data.setdefault(name, text)
    return GraphEdge(
        row,
        given.get("source", "").strip(),
        given.get("target", "").strip(),
        key=given.get("id", "").strip(),
        direction=direction,
        weight=number(data.get("weight")),
        attributes=data,
    )
