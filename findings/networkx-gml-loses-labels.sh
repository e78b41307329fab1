#!/bin/sh
# PyPI networkx 3.6: a network whose nodes are numbers, with their names in the attribute "label", written as GML.
# Guess, written first: GML has a "label" for each node, so that is where the names go; in any case they are written.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
"$work/venv/bin/python" - "$work/halls.gml" <<'PYTHON'
import pathlib
import sys
import warnings

import networkx

warnings.simplefilter("error")
graph = networkx.Graph()
graph.add_node(41, label="Acre Hall", kind="asset", id="a-1")
graph.add_node(42, label="Tool library", kind="organisation", id="a-2")
graph.add_edge(41, 42, label="hosts", source="survey")
networkx.write_gml(graph, sys.argv[1])
text = pathlib.Path(sys.argv[1]).read_text()
print("networkx", networkx.__version__)
print(text)
back = networkx.read_gml(sys.argv[1])
print("read again:", dict(back.nodes(data=True)), list(back.edges(data=True)))
print("The names and ids of the nodes are gone, and the source of the edge, without an error or a warning.")
lost = not any(it in text for it in ("Acre Hall", "a-1", "survey"))
raise SystemExit(0 if lost and 'label "41"' in text and 'label "hosts"' in text else 1)
PYTHON
