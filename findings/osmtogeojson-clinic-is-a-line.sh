#!/bin/sh
# npm osmtogeojson 2.2 (made for overpass turbo) and osm2geojson-lite 1.2, PyPI osmnx 2.1: closed ways of OpenStreetMap with one tag that says what is there.
# Guess, written first: an outline of a clinic or a scouts' hut is an area as an outline of a pub is.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check osmnx==2.1.1
npm install --silent --no-fund --no-audit --ignore-scripts osmtogeojson@2.2.12 osm2geojson-lite@1.2.0 >/dev/null
node - <<'JAVASCRIPT'
const version = (name) => JSON.parse(require('fs').readFileSync(`node_modules/${name}/package.json`)).version;
const lite = require('osm2geojson-lite');
const readers = { osmtogeojson: require('osmtogeojson'), 'osm2geojson-lite': (data) => (lite.default ?? lite)(data, { completeFeature: true }) };
const tags = [{ amenity: 'pub' }, { office: 'charity' }, { healthcare: 'clinic' }, { club: 'scout' }, { social_facility: 'food_bank' }];
const corners = [[0, 0], [0, 1], [1, 1]].map(([lat, lon], index) => ({ type: 'node', id: index + 1, lat, lon }));
const ways = tags.map((it, index) => ({ type: 'way', id: index + 1, nodes: [1, 2, 3, 1], tags: it }));
const found = Object.entries(readers).map(([name, read]) => {
  const features = read({ elements: [...corners, ...ways] }).features;
  const kinds = ways.map((way) => features.find((it) => it.id === `way/${way.id}`).geometry.type);
  console.log(name, version(name), tags.map((it, index) => `${Object.entries(it)[0].join('=')} ${kinds[index]}`).join(', '));
  return kinds.join(' ');
});
process.exit(found.every((it) => it === 'Polygon Polygon LineString LineString LineString') ? 0 : 1);
JAVASCRIPT
venv/bin/python - <<'PYTHON'
import osmnx

tags = {"amenity": "pub", "office": "charity", "healthcare": "clinic", "club": "scout", "social_facility": "food_bank"}
corners = "".join(f'<node id="{it}" lat="{lat}" lon="{lon}" version="1"/>' for it, (lat, lon) in enumerate(((53.4, -2.3), (53.4, -2.2), (53.5, -2.2)), 1))
outline = "".join(f'<nd ref="{it}"/>' for it in (1, 2, 3, 1))
ways = "".join(f'<way id="{it}" version="1">{outline}<tag k="{key}" v="{value}"/></way>' for it, (key, value) in enumerate(tags.items(), 1))
with open("outlines.osm", "w") as extract:
    extract.write(f'<osm version="0.6" generator="a script">{corners}{ways}</osm>')
kinds = dict(osmnx.features_from_xml("outlines.osm", tags={key: True for key in tags}).geometry.geom_type.droplevel(0).sort_index())
print("osmnx", osmnx.__version__, ", ".join(f"{key}={value} {kinds[it]}" for it, (key, value) in enumerate(tags.items(), 1)))
print("Their lists of tags that make areas are older than these: the clinic has no inside, and is in no layer of areas.")
raise SystemExit(0 if list(kinds.values()) == ["Polygon"] * 2 + ["LineString"] * 3 else 1)
PYTHON
