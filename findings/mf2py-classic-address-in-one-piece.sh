#!/bin/sh
# PyPI mf2py 2.0 and npm microformats-parser 2.0: an hCard of the older kind (vcard, adr, geo), as directories of councils and churches still have them.
# Guess, written first: both know the older names and agree: street, postcode, latitude and longitude are told apart.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts microformats-parser@2.0.6 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mf2py==2.0.2
cat > page.html <<'HTML'
<p class="geo"><b class="latitude">53.44</b>, <b class="longitude">-2.35</b></p>
<div class="vcard"><b class="fn org">Example Hall</b>
<p class="adr"><b class="street-address">1 Example Street</b> <b class="postal-code">M99 9ZZ</b></p>
<p class="geo"><b class="latitude">53.44</b>, <b class="longitude">-2.35</b></p></div>
HTML
venv/bin/python -W ignore - <<'PYTHON'
from importlib.metadata import version
from pathlib import Path

import mf2py

alone, card = mf2py.parse(doc=Path("page.html").read_text())["items"]
address, place = (card["properties"][name][0]["properties"] for name in ("adr", "geo"))
print("mf2py", version("mf2py"))
print("alone:", alone["properties"], "| in a vcard:", place, address)
print("By itself it is read; where it is the card's address or place, its parts are gone and their words are its name.")
gone = place == {"name": ["53.44, -2.35"]} and address == {"name": ["1 Example Street M99 9ZZ"]}
raise SystemExit(0 if gone and alone["properties"] == {"latitude": ["53.44"], "longitude": ["-2.35"]} else 1)
PYTHON
node - <<'JAVASCRIPT'
const fs = require('fs');
const { mf2 } = require('microformats-parser');
console.log('microformats-parser', JSON.parse(fs.readFileSync('node_modules/microformats-parser/package.json')).version);
const [, card] = mf2(fs.readFileSync('page.html', 'utf8'), { baseUrl: 'https://example.org/' }).items;
const [address, place] = ['adr', 'geo'].map((it) => card.properties[it][0].properties);
console.log('in a vcard:', JSON.stringify(place), JSON.stringify(address));
process.exit(place.latitude[0] === '53.44' && address['postal-code'][0] === 'M99 9ZZ' ? 0 : 1);
JAVASCRIPT
