#!/bin/sh
# PyPI networkit 11.3: one weighted network, written by networkx 3.6 as GML and as GraphML, read by both of its readers.
# Guess, written first: a number "weight" on every edge is the weight, in the one format as in the other.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check networkit==11.3 networkx==3.6.1
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import networkit
import networkx

graph = networkx.Graph()
graph.add_weighted_edges_from([("Hall", "Library", 5.0), ("Library", "Pantry", 0.5), ("Hall", "Pantry", 2.0)])
networkx.write_gml(graph, "halls.gml")
networkx.write_graphml(graph, "halls.graphml")
print("networkit", networkit.__version__, "networkx", networkx.__version__)
found = {}
for name, format in (("halls.gml", networkit.Format.GML), ("halls.graphml", networkit.Format.GraphML)):
    read = networkit.readGraph(name, format)
    found[name] = (read.isWeighted(), sorted(weight for _, _, weight in read.iterEdgesWeights()))
    print(name, "weighted:", found[name][0], "weights:", found[name][1])
print("Of GML every edge weighs 1, without a word; of GraphML the weights are there.")
raise SystemExit(0 if found["halls.gml"] == (False, [1.0] * 3) and found["halls.graphml"] == (True, [0.5, 2.0, 5.0]) else 1)
PYTHON
