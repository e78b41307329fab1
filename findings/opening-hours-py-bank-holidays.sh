#!/bin/sh
# opening-hours-py: which days are public holidays (PH) in Great Britain.
# Guess, written first: country="GB" has the eight bank holidays of England, and coordinates in Scotland or Northern Ireland those of that nation.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check opening-hours-py==2.1.4
"$work/venv/bin/python" - <<'PYTHON'
import datetime, importlib.metadata
import opening_hours

def holidays(**where):
    hours = opening_hours.OpeningHours("PH 00:00-24:00", auto_timezone=False, **where)
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(n) for n in range(365)]
    return [f"{d:%m-%d}" for d in days if hours.is_open(datetime.datetime.combine(d, datetime.time(12)))]

print("opening-hours-py", importlib.metadata.version("opening-hours-py"))
found = holidays(country="GB")
print("GB, 2026:", *found)
same = [holidays(coords=at) == found for at in ((51.5, -0.1), (55.95, -3.2), (54.6, -5.93), (51.48, -3.18))]
print("by coordinates in London, Edinburgh, Belfast, Cardiff the same:", same)
missing = {"01-01": "New Year", "04-06": "Easter Monday", "08-31": "August bank holiday of England and Wales"} 
print("not among them:", *(name for day, name in missing.items() if day not in found), sep="\n  ")
raise SystemExit(0 if all(same) and not set(missing) & set(found) else 1)
PYTHON
