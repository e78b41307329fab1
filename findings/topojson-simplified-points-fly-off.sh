#!/bin/sh
# PyPI topojson 2.2: two wards with a winding border and the two halls in them, as one topology that is simplified.
# Guess, written first: the border gets fewer corners and stays shared; the wards keep their extent, the halls stay where they are.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check topojson==2.2
"$work/venv/bin/python" - <<'PYTHON'
import json
import math
from importlib.metadata import version

import topojson

border = [(-2.30 + 0.002 * math.sin(i / 2), 53.40 + 0.0025 * i) for i in range(41)]
shapes = {
    "west": ("Polygon", [[(-2.40, 53.40), *border, (-2.40, 53.50), (-2.40, 53.40)]]),
    "east": ("Polygon", [[(-2.20, 53.40), (-2.20, 53.50), *border[::-1], (-2.20, 53.40)]]),
    "hall": ("Point", [-2.35, 53.44]),
    "library": ("Point", [-2.25, 53.46]),
}
features = [
    {"type": "Feature", "id": name, "properties": {}, "geometry": {"type": kind, "coordinates": at}} for name, (kind, at) in shapes.items()
]
print("topojson", version("topojson"))
found = {}
for words, options in (("as it is", {}), ("simplified", {"toposimplify": 0.0005}), ("without prequantize", {"toposimplify": 0.0005, "prequantize": False})):
    topology = topojson.Topology({"type": "FeatureCollection", "features": features}, **options)
    again = {it["id"]: it["geometry"]["coordinates"] for it in json.loads(topology.to_geojson())["features"]}
    found[words] = again["hall"]
    print(f"{words}: hall {again['hall']}, library {again['library']}, {len(again['west'][0])} corners of the west,",
          f"{len({tuple(it) for it in again['west'][0]})} of them different")
print("Points keep the whole numbers of the first grid, and the grid is laid anew: they land at a latitude of 24,031.")
near = all(math.dist(found[words], (-2.35, 53.44)) < 0.0001 for words in ("as it is", "without prequantize"))
raise SystemExit(0 if near and found["simplified"][1] > 1000 else 1)
PYTHON
