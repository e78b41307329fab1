#!/bin/sh
# PyPI pyogrio 0.13 (what geopandas 1.2 reads and writes with): GeoJSON with texts that look like times and dates, and a list of texts.
# Guess, written first: in GeoJSON a text is a text, so "10:00", "2026/12/01" and "2026-12" come out as they went in.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyogrio==0.13.0 geopandas==1.2.0
venv/bin/python -W ignore - <<'PYTHON'
import json
from pathlib import Path

import geopandas
import pyogrio

given = {"name": "Hall", "opens": "10:00", "since": "2026/12/01", "month": "2026-12", "kinds": ["hall", "church"]}
point = {"type": "Point", "coordinates": [-2.3, 53.44]}
features = [{"type": "Feature", "properties": given, "geometry": point}, {"type": "Feature", "properties": given | {"kinds": []}, "geometry": point}]
Path("in.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
geopandas.read_file("in.geojson").to_file("out.geojson", driver="GeoJSON")
first, second = (it["properties"] for it in json.loads(Path("out.geojson").read_text())["features"])
print("pyogrio", pyogrio.__version__, "GDAL", pyogrio.__gdal_version_string__, "geopandas", geopandas.__version__)
print("went in:", given)
print("came out:", first, "and the empty list:", second["kinds"])
print("A column where every text is a time or a date becomes one; a list is written as numpy prints it.")
held = first["opens"] == "10:00:00" and first["since"] == "2026-12-01T00:00:00" and first["month"] == "2026-12"
raise SystemExit(0 if held and first["kinds"] == "['hall' 'church']" and second["kinds"] == [] else 1)
PYTHON
