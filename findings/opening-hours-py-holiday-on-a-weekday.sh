#!/bin/sh
# opening-hours-py: "PH Mo-Fr", which by the specification is a holiday that falls on Monday to Friday.
# Guess, written first: it is open on holidays that fall on Monday to Friday only, or not at all without a country.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check opening-hours-py==2.1.4
"$work/venv/bin/python" - <<'PYTHON'
import datetime, importlib.metadata
import opening_hours

print("opening-hours-py", importlib.metadata.version("opening-hours-py"))
value = "PH Mo-Fr 10:00-12:00"
hours = opening_hours.OpeningHours(value, country="GB", auto_timezone=False)
tuesday, good_friday = (hours.is_open(datetime.datetime(2026, m, d, 11)) for m, d in ((11, 24), (4, 3)))
print(f"{value}: an ordinary Tuesday open: {tuesday}; Good Friday open: {good_friday}")
raise SystemExit(0 if tuesday and good_friday else 1)
PYTHON
