#!/bin/sh
# npm flatgeobuf 4.5: points as GeoJSON has them, each with the properties that it has, written and read again.
# Guess, written first: the table has a column for every property; where one is missing it stays missing, and two kinds of value under one name are refused.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts flatgeobuf@4.5.0 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { deserialize, serialize } from 'flatgeobuf/lib/mjs/geojson.js';
console.log('flatgeobuf', JSON.parse(fs.readFileSync('node_modules/flatgeobuf/package.json')).version);
const points = [
  { id: 'hall', properties: { name: 'Hall', floor: 0 } },
  { id: 'library', properties: { name: 'Library', floor: 1.5, phone: '0161 496 0000', step_free: true } },
  { id: 'garden', properties: { floor: 'ground' } },
].map((it) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [-2.3, 53.44] }, ...it }));
const found = [];
for await (const it of deserialize(serialize({ type: 'FeatureCollection', features: points }))) found.push({ id: it.id, ...it.properties });
points.forEach((it, i) => console.log(it.id, JSON.stringify(it.properties), '->', found[i]));
console.log('The first feature alone makes the columns: what others have besides is gone without a word, ids too,');
console.log('a missing text is written as an empty one, and a text where a number was becomes NaN.');
const held = !('phone' in found[1]) && !('step_free' in found[1]) && found[2].name === '' && Number.isNaN(found[2].floor);
process.exit(held && found[1].floor === 1.5 && found[0].id === 0 ? 0 : 1);
JAVASCRIPT
