#!/bin/sh
# npm osmtogeojson 2.2 (made for overpass turbo) and osm2geojson-lite 1.2: closed ways of OpenStreetMap with one tag that says what is there.
# Guess, written first: an outline of a clinic or a scouts' hut is an area as an outline of a pub is.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
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
console.log('Their list of tags that make areas is older than these: the clinic has no inside, and is in no layer of areas.');
process.exit(found.every((it) => it === 'Polygon Polygon LineString LineString LineString') ? 0 : 1);
JAVASCRIPT
