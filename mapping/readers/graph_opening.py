"""Opening a network written in XML: its nodes are read at once, its edges whenever they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from .errors import ReadError, Reject
from .graph_file import GraphEdge, GraphFile, GraphNode, NodeList
from .graph_xml import XmlEvent, root_of

Items = Callable[..., Iterator[GraphNode | GraphEdge | Reject | XmlEvent]]


def open_xml(path: str | Path, root: str, name: str, items: Items) -> GraphFile:
    """Read the nodes of a file whose outermost element is `root`, in the format called `name`.

    `items(path, nodes=True)` gives each node and the start of each graph, `items(path, nodes=False)` each edge.
    Raises ReadError.
    """
    path = Path(path)
    if root_of(path).name != root:
        raise ReadError(f"this is XML, but not {name}", path, f"Its outermost element must be <{root}>.")
    found = NodeList(path)
    graphs = 0
    for item in items(path, nodes=True):
        if isinstance(item, GraphNode):
            found.add(item)
        else:
            graphs += 1
    if not graphs:
        raise ReadError("there is no <graph> in it", path, "Fetch it again.")

    def edges() -> Iterator[GraphEdge | Reject]:
        return (it for it in items(path, nodes=False) if isinstance(it, GraphEdge | Reject))

    return GraphFile(path, root, found.nodes, edges, defines_nodes=True, rejects=found.rejects)
