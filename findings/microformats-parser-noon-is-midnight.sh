#!/bin/sh
# npm microformats-parser 2.0 and PyPI mf2py 2.0: an event whose date and time stand in two parts, as the value class pattern has them.
# Guess, written first: both read 12pm as noon and 12am as midnight, as they read 7:30pm, and agree.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts microformats-parser@2.0.6 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mf2py==2.0.2
cat > page.html <<'HTML'
<p class="h-event"><b class="dt-start"><i class="value">2026-12-06</i> at <i class="value">12pm</i></b></p>
<p class="h-event"><b class="dt-start"><i class="value">2026-12-06</i> at <i class="value">12:30pm</i></b></p>
<p class="h-event"><b class="dt-start"><i class="value">2026-12-06</i> at <i class="value">12am</i></b></p>
<p class="h-event"><b class="dt-start"><i class="value">2026-12-06</i> at <i class="value">7:30pm</i></b></p>
HTML
node - <<'JAVASCRIPT'
const fs = require('fs');
const { mf2 } = require('microformats-parser');
console.log('microformats-parser', JSON.parse(fs.readFileSync('node_modules/microformats-parser/package.json')).version);
const found = mf2(fs.readFileSync('page.html', 'utf8'), { baseUrl: 'https://example.org/' }).items.map((it) => it.properties.start[0].slice(11));
console.log('12pm, 12:30pm, 12am, 7:30pm:', found.join(' '));
console.log('A lunch club is at the end of its day (or past it), and midnight at noon.');
process.exit(found.join() === '24:00,24:30,12:00,19:30' ? 0 : 1);
JAVASCRIPT
venv/bin/python -W ignore - <<'PYTHON'
from importlib.metadata import version
from pathlib import Path

import mf2py

found = [item["properties"]["start"][0][11:] for item in mf2py.parse(doc=Path("page.html").read_text())["items"]]
print("mf2py", version("mf2py"), found)
raise SystemExit(0 if found == ["12:00", "12:30", "00:00", "19:30"] else 1)
PYTHON
