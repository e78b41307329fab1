#!/bin/sh
# npm geo-coordinates-parser 1.7: a pair of decimals with two places, as people type and as maps show when far out.
# Guess, written first: "53.44, -2.30" is 53.44 degrees north, 2.30 west, as "53.440, -2.300" is; signs and points say that they are decimals.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts geo-coordinates-parser@1.7.4 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { convert } from 'geo-coordinates-parser';
console.log('geo-coordinates-parser', JSON.parse(fs.readFileSync('node_modules/geo-coordinates-parser/package.json')).version);
const read = (text) => {
  let found;
  try {
    const { decimalLatitude, decimalLongitude } = convert(text);
    found = `${decimalLatitude} ${decimalLongitude}`;
  } catch (error) {
    found = `refused: ${error.message}`;
  }
  console.log(`${text.padEnd(18)} -> ${found}`);
  return found;
};
const [two, apart, sides, three, seventy] = ['53.44, -2.30', '53.44 -2.30', '53.44N 2.30W', '53.440, -2.300', '53.71, -2.30'].map(read);
console.log('Two places are taken for minutes, 53 degrees 44 minutes, so the point moves by 35 km; a third place makes them decimals.');
process.exit([two, apart, sides].every((it) => it === '53.73333 -2.5') && three === '53.44 -2.3' && seventy !== '53.71 -2.3' ? 0 : 1);
JAVASCRIPT
