#!/bin/sh
# PyPI pyvis 0.3: a networkx graph is drawn, and its figures are worked out afterwards.
# Guess, written first: from_nx() reads the graph; the graph stays as it was.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyvis==0.3.2 networkx==3.6.1
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import networkx
from pyvis.network import Network

graph = networkx.Graph()
graph.add_weighted_edges_from([("Hall", "Library", 5), ("Library", "Pantry", 1), ("Hall", "Pantry", 1)])


def figures():
    strength = dict(graph.degree(weight="weight"))
    way = networkx.shortest_path(graph, "Hall", "Library", weight="weight")
    return strength, way


before = figures()
Network().from_nx(graph)
after = figures()
print("pyvis", version("pyvis"), "networkx", networkx.__version__)
print("before drawing:", *before)
print("after drawing: ", *after)
print("edges now:", list(graph.edges(data=True)))
print("nodes now:", list(graph.nodes(data=True)))
print("Drawing takes every weight out of the graph (it is called width there), so later figures count each edge as 1.")
moved = all("weight" not in data and "width" in data for _, _, data in graph.edges(data=True))
raise SystemExit(0 if moved and before != after else 1)
PYTHON
