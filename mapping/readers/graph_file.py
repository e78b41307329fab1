"""A file of a network, whatever its format: nodes, and edges that are read one at a time.

graph = open_graph("town.gexf")
graph.nodes, graph.directed
for edge in graph.edges(): ...     # GraphEdge, or a Reject
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .errors import ReadError, Reject, one_line

# Nodes are held (about 500 bytes each), edges only pass by.
MAX_NODES = 1_000_000
MAX_EDGES = 5_000_000
ID_LENGTH = 500
MAX_ATTRIBUTES = 200
# Of one attribute, in characters: a description, not a book.
ATTRIBUTE_LENGTH = 20_000

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node as the file has it. `row` is the number that a Reject would carry."""

    row: int
    id: str
    label: str = ""
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """One edge as the file has it: `source` and `target` are ids of nodes, or names where a file has no nodes.

    direction is "directed", "undirected", "mutual" (it holds both ways), or empty when nothing is said: a table.
    `key` is the edge's own id. Texts are trimmed; an attribute that is empty is left out.
    """

    row: int
    source: str
    target: str
    key: str = ""
    direction: str = ""
    weight: float | None = None
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A file that is known to be readable. `edges()` reads it from the beginning, each time.

    defines_nodes : whether an edge to an id that is not among `nodes` is an error (GraphML, GEXF, node-link), or just
    a name (tables, Kumu). rejects : nodes that cannot be used. left_out : what the reader leaves out on purpose, in
    sentences, known once `nodes` are read.
    """

    path: Path
    format: str
    nodes: list[GraphNode]
    edges: Callable[[], Iterator[GraphEdge | Reject]]
    defines_nodes: bool = False
    rejects: list[Reject] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    def checked_edges(self, most: int | None = None) -> Iterator[GraphEdge | Reject]:
        """The edges, with those to nodes that the file does not define as Rejects.

        Raises ReadError when there are more than `most` (left out: `MAX_EDGES`).
        """
        known = {node.id for node in self.nodes} if self.defines_nodes else None
        most = MAX_EDGES if most is None else most
        for count, edge in enumerate(self.edges(), start=1):
            if count > most:
                raise too_many(self.path, "edges", most)
            if isinstance(edge, GraphEdge):
                edge = _checked(edge, known)
            yield edge


def _checked(edge: GraphEdge, known: set[str] | None) -> GraphEdge | Reject:
    for end, value in (("source", edge.source), ("target", edge.target)):
        if not value:
            return Reject.of(edge.row, end, "", "Say which node this is.")
        if len(value) > ID_LENGTH:
            return Reject.of(edge.row, end, value, f"This is longer than {ID_LENGTH} characters.")
        if known is not None and value not in known:
            return Reject.of(edge.row, end, value, "The file has no node with this id. Add the node, or mend the id.")
    return edge


Item = TypeVar("Item", GraphNode, GraphEdge)


class NodeList:
    """Collects nodes, each id once. Raises ReadError when there are too many."""

    def __init__(self, path: Path) -> None:
        self.nodes: list[GraphNode] = []
        self.rejects: list[Reject] = []
        self._path = path
        self._rows: dict[str, int] = {}

    def add(self, node: GraphNode) -> None:
        if not node.id:
            self.rejects.append(Reject.of(node.row, "id", node.label, "A node needs an id."))
        elif len(node.id) > ID_LENGTH:
            self.rejects.append(Reject.of(node.row, "id", node.id, f"This is longer than {ID_LENGTH} characters."))
        elif node.id in self._rows:
            remedy = f"Row {self._rows[node.id]} has the same id. Give each node its own."
            self.rejects.append(Reject.of(node.row, "id", node.id, remedy))
        else:
            if len(self.nodes) >= MAX_NODES:
                raise too_many(self._path, "nodes", MAX_NODES)
            self._rows[node.id] = node.row
            self.nodes.append(node)


def too_many(path: Path, what: str, most: int) -> ReadError:
    """The refusal of a file that is larger than we read at once."""
    return ReadError(
        f"there are more than {most:,} {what} in it", path, "Nothing was kept. Split the file, or leave some out."
    )


def number(text: str | None) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < 1e300 else None


def attribute(text: str) -> str:
    """The text of an attribute, trimmed and cut to what we hold."""
    return text.strip()[:ATTRIBUTE_LENGTH]


def shown(text: str) -> str:
    """A name as messages show it."""
    return one_line(text, 80)
