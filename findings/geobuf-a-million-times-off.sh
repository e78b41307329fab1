#!/bin/sh
# PyPI geobuf 2.0 (rewritten in 2026) reads what npm geobuf 4.0 writes: one point of six places, with what nobody knows as null.
# Guess, written first: both are of one specification and give the same point and the same properties.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check geobuf==2.0.1
npm install --silent --no-fund --no-audit --ignore-scripts geobuf@4.0.0 pbf@5.1.2 >/dev/null
cat > write.mjs <<'JAVASCRIPT'
import fs from 'fs';
import { decode, encode } from 'geobuf';
import { PbfReader, PbfWriter } from 'pbf';
const point = { type: 'Feature', geometry: { type: 'Point', coordinates: [-2.307155, 53.446123] }, properties: { name: 'Hall', step_free: null } };
fs.writeFileSync('of-npm.pbf', encode(point, new PbfWriter()));
const read = (name) => JSON.stringify(decode(new PbfReader(fs.readFileSync(name))));
console.log('geobuf of npm', JSON.parse(fs.readFileSync('node_modules/geobuf/package.json')).version, 'reads its own:', read('of-npm.pbf'));
if (fs.existsSync('of-pypi.pbf')) console.log('and that of PyPI:', read('of-pypi.pbf'));
JAVASCRIPT
node write.mjs >/dev/null
venv/bin/python - <<'PYTHON'
import pathlib
from importlib.metadata import version

import geobuf

point = {"type": "Feature", "properties": {"name": "Hall", "step_free": None}, "geometry": {"type": "Point", "coordinates": [-2.307155, 53.446123]}}
pathlib.Path("of-pypi.pbf").write_bytes(geobuf.encode(point))
own, other = (geobuf.decode(pathlib.Path(f"of-{name}.pbf").read_bytes()) for name in ("pypi", "npm"))
print("geobuf of PyPI", version("geobuf"), "reads its own:", own)
print("and that of npm:", other)
print("npm leaves the precision out where it is the default, six; PyPI takes it for none. A null is lost on the way too.")
held = own["geometry"]["coordinates"] == [-2.307155, 53.446123] and other["geometry"]["coordinates"] == [-2307155, 53446123]
raise SystemExit(0 if held and "step_free" not in own["properties"] else 1)
PYTHON
node write.mjs
