#!/bin/sh
# PyPI libpysal 4.14 (spatial weights of PySAL): halls that share one address, who is within 150 m of whom, and weighed by how near.
# Guess, written first: who is under the same roof is within 150 m and nearest of all, or the call is refused, as Graph.build_knn does.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check libpysal==4.14.1 geopandas==1.2.0
"$work/venv/bin/python" - <<'PYTHON'
import math
import warnings
from importlib.metadata import version

import geopandas
from libpysal.graph import Graph
from libpysal.weights import DistanceBand
from shapely import Point

warnings.simplefilter("ignore")
# Two of one house, one 100 m away: metres of the British grid.
names = ["Choir", "Scouts", "Library"]
halls = geopandas.GeoDataFrame({"name": names}, geometry=[Point(379500, 394500), Point(379500, 394500), Point(379600, 394500)], crs=27700)


def named(neighbours):
    return {names[it]: [names[other] for other in neighbours[it]] for it in range(3)}


older = [named(DistanceBand.from_dataframe(halls, threshold=150, binary=binary).neighbors) for binary in (True, False)]
near = Graph.build_distance_band(halls, threshold=150, binary=True)
weighed = Graph.build_distance_band(halls, threshold=150, binary=False)
rows = {name: [float(it) for it in graph.adjacency[0]] for name, graph in (("as they are", weighed), ("adding up to one", weighed.transform("r")))}
print("libpysal", version("libpysal"))
print("weights.DistanceBand, yes or no:", older[0])
print("weights.DistanceBand, weighed:  ", older[1])
print("graph.Graph, yes or no:", named({it: list(near[it].index) for it in range(3)}))
print("graph.Graph, weighed, of the choir to the scouts and the library:", rows)
print("The older class has two under one roof as no neighbours, the newer as infinitely near, so that none weighs anything.")
apart = {"Choir": ["Library"], "Scouts": ["Library"], "Library": ["Choir", "Scouts"]}
kept = list(near[0].index) == [1, 2]
raise SystemExit(0 if older == [apart, apart] and kept and math.isinf(rows["as they are"][0]) and rows["adding up to one"] == [0.0, 0.0] else 1)
PYTHON
