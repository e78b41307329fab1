#!/bin/sh
# PyPI igraph 1.0: vertices of which nobody knows whether they are step-free (None), written as GraphML.
# Guess, written first: what is None is left out, as a missing number and a missing text are.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check igraph==1.0.0 networkx==3.6.1
"$work/venv/bin/python" - "$work/halls.graphml" <<'PYTHON'
import sys

import igraph
import networkx

graph = igraph.Graph(edges=[(0, 1), (1, 2)])
graph.vs["name"] = ["Hall", "Library", None]
graph.vs["seats"] = [80, None, 12]
graph.vs["step_free"] = [True, None, False]
graph.write_graphml(sys.argv[1])
found = {node: dict(data) for node, data in networkx.read_graphml(sys.argv[1]).nodes(data=True)}
again = igraph.Graph.Read_GraphML(sys.argv[1])
print("igraph", igraph.__version__, "networkx", networkx.__version__)
print("written: Hall True, Library None, a third False")
print("read by networkx:", found)
print("read by igraph:", again.vs["step_free"], again.vs["seats"])
print("A missing number stays missing; a missing yes or no becomes a no, a missing text the word None.")
raise SystemExit(0 if found["n1"].get("step_free") is False and "seats" not in found["n1"] and found["n2"]["name"] == "None" else 1)
PYTHON
