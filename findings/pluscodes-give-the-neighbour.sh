#!/bin/sh
# npm pluscodes 3.0 and open-location-code 1.0, and PyPI openlocationcode 1.0: the plus code of coordinates with two, three or six decimals, as tables have them.
# Guess, written first: all follow the specification of Open Location Code, so all give the same code; it is used as a key.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openlocationcode==1.0.1
npm install --silent --no-fund --no-audit --ignore-scripts pluscodes@3.0.1 open-location-code@1.0.3 >/dev/null
venv/bin/python - <<'PYTHON'
import json
import random
from importlib.metadata import version

from openlocationcode import openlocationcode

random.seed(2)
print("openlocationcode", version("openlocationcode"))
places = [(d, round(random.uniform(50, 59), d), round(random.uniform(-6, 1.7), d)) for d in (2, 3, 6) for _ in range(1000)]
places.append((0, 53.45, -2.3))
json.dump([[*place, openlocationcode.encode(*place[1:])] for place in places], open("codes.json", "w"))
PYTHON
node - <<'JAVASCRIPT'
const { readFileSync } = require('fs');
const { OpenLocationCode } = require('open-location-code');
const { encode } = require('pluscodes');
const rows = JSON.parse(readFileSync('codes.json'));
const writers = {
  pluscodes: (latitude, longitude) => encode({ latitude, longitude }),
  'open-location-code': (latitude, longitude) => new OpenLocationCode().encode(latitude, longitude),
};
const found = Object.entries(writers).map(([name, write]) => {
  const others = { 0: 0, 2: 0, 3: 0, 6: 0 };
  for (const [decimals, latitude, longitude, code] of rows) if (write(latitude, longitude) !== code) others[decimals] += 1;
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version, `53.45 -2.3: ${write(53.45, -2.3)}`);
  console.log(`  other codes, of 1000: with two decimals ${others[2]}, with three ${others[3]}, with six ${others[6]}`);
  return others[0] === 1 && others[2] > 600 && others[3] > 600 && others[6] < 50;
});
console.log('PyPI has', rows.at(-1)[3], 'for it. A thousandth of a degree is eight cells exactly: short coordinates lie on an edge,');
console.log('which belongs to the cell north and east of it; both of npm give the one beside it.');
process.exit(found.every(Boolean) ? 0 : 1);
JAVASCRIPT
