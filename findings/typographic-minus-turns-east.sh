#!/bin/sh
# npm coordinate-parser 1.0 and PyPI lat-lon-parser 1.3: a longitude with the minus of typographers (U+2212), as d3-format 3.1 and Swedish Intl write it.
# Guess, written first: it is a minus, or what is no number is refused; these two are made for what people paste.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check lat-lon-parser==1.3.1
npm install --silent --no-fund --no-audit --ignore-scripts coordinate-parser@1.0.7 d3-format@3.1.3 >/dev/null
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

from lat_lon_parser import parse

print("lat-lon-parser", version("lat-lon-parser"))
found = [parse(text) for text in ("-2.30", "\u22122.30", "\u22122° 18\u2032")]
print("hyphen, minus, minus with degrees and minutes:", found)
raise SystemExit(0 if found == [-2.3, 2.3, 2.3] else 1)
PYTHON
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import Coordinates from 'coordinate-parser';
import { format } from 'd3-format';
console.log('coordinate-parser', JSON.parse(fs.readFileSync('node_modules/coordinate-parser/package.json')).version);
const read = (text) => {
  const point = new Coordinates(text);
  return [point.getLatitude(), point.getLongitude()].join(' ');
};
const west = format('.2f')(-2.3);
const [hyphen, minus] = ['53.44 -2.30', `53.44 ${west}`].map(read);
console.log(`hyphen: ${hyphen}; as d3-format writes it, ${west}: ${minus}`);
console.log('Both read on without the sign: Stretford lies in the North Sea.');
process.exit(west === '\u22122.30' && hyphen === '53.44 -2.3' && minus === '53.44 2.3' ? 0 : 1);
JAVASCRIPT
