#!/bin/sh
# PyPI networkx 3.6 writes GraphML; igraph 1.0 and rustworkx 0.18 read it.
# Guess, written first: a weight of 2 beside one of 2.5 is a number as the other is, and a step-free hall is "true" as in XML: all of them read both.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1 igraph==1.0.0 rustworkx==0.18.1
"$work/venv/bin/python" - "$work" <<'PYTHON'
import sys

import igraph
import networkx
import rustworkx

print("networkx", networkx.__version__, "igraph", igraph.__version__, "rustworkx", rustworkx.__version__)
weights, halls = networkx.Graph(), networkx.Graph()
weights.add_edge("hall", "library", weight=2)
weights.add_edge("library", "garden", weight=2.5)
halls.add_edge("hall", "library")
halls.nodes["hall"]["step_free"] = True
readers = {"networkx": networkx.read_graphml, "igraph": igraph.Graph.Read_GraphML, "rustworkx": rustworkx.read_graphml}
found = {}
for words, graph in (("weights 2 and 2.5", weights), ("step-free", halls)):
    path = f"{sys.argv[1]}/graph.graphml"
    networkx.write_graphml(graph, path)
    print([line.strip() for line in open(path) if "<key" in line or ">True" in line])
    for name, read in readers.items():
        try:
            read(path)
            said = "read"
        except Exception as error:
            said = f"refused: {error}"
        found[words, name] = said[:4]
        print(f"{words}, {name}: {said}")
print("Each kind of number gets a key of its own of the same name, which igraph refuses; truth is Python's True, which rustworkx refuses.")
refused = {case for case, said in found.items() if said != "read"}
raise SystemExit(0 if refused == {("weights 2 and 2.5", "igraph"), ("step-free", "rustworkx")} else 1)
PYTHON
