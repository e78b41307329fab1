#!/bin/sh
# PyPI python-dateutil 4.0: dates as community groups write them in a table, with from and to.
# Guess, written first: parser.parse raises for a range, since it is not one date ("1 Dec 2026 7pm-9pm" does); at worst it gives the start.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==4.0.0
"$work/venv/bin/python" - <<'PYTHON'
import importlib.metadata
from dateutil import parser

print("python-dateutil", importlib.metadata.version("python-dateutil"))
expected = {
    "1 Dec 2026 7pm-9pm": None,
    "1 Dec 2026 19:00-21:00": "2026-12-01T19:00:00-21:00",
    "1 Dec 2026 10-12": "2026-12-01T10:00:00-12:00",
    "1-3 Dec 2026": "2001-12-03T20:26:00",
    "12-14 Dec 2026": "2012-12-14T20:26:00",
}
found = {}
for text in expected:
    try:
        found[text] = parser.parse(text, dayfirst=True).isoformat()
    except parser.ParserError:
        found[text] = None
    print(f"{text!r}: {found[text] or 'refused'}")
print("The end is taken for a zone west of Greenwich; of three days the first is a year, and 2026 is 26 minutes past eight.")
raise SystemExit(0 if found == expected else 1)
PYTHON
