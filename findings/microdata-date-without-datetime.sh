#!/bin/sh
# PyPI extruct 0.18 and npm microdata-node 2.0: an event in microdata whose date is the text of its <time>, as HTML lets it be.
# Guess, written first: the value is the attribute datetime, or where there is none the text (HTML standard, "value" of an item's property: the element's datetime value).
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check extruct==0.18.0
npm install --silent --no-fund --no-audit --ignore-scripts microdata-node@2.0.0 >/dev/null
cat > event.html <<'HTML'
<div itemscope itemtype="https://schema.org/Event"><span itemprop="name">Fete</span>
<time itemprop="startDate">2026-05-03</time> <time itemprop="endDate" datetime="2026-05-04">4 May</time></div>
HTML
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

import extruct

item = extruct.extract(open("event.html").read(), syntaxes=["microdata"])["microdata"][0]["properties"]
print("extruct", version("extruct"), item)
raise SystemExit(0 if item == {"name": "Fete", "startDate": "", "endDate": "2026-05-04"} else 1)
PYTHON
node - <<'JAVASCRIPT'
const microdata = require('microdata-node');
const item = microdata.toJson(require('fs').readFileSync('event.html', 'utf8')).items[0].properties;
console.log('microdata-node', require('microdata-node/package.json').version, JSON.stringify(item));
console.log('The date that stands in the page is an empty text: an event without a day, and no word of it.');
process.exit(item.startDate[0] === '' && item.endDate[0] === '2026-05-04' ? 0 : 1);
JAVASCRIPT
