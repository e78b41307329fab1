#!/bin/sh
# opening-hours-py: a date that no calendar has.
# Guess, written first: "Feb 30" and "Jun 31" are refused, or never come.
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
counts = {}
for value in ("Feb 28 10:00-12:00", "Feb 30 10:00-12:00", "Jun 31 10:00-12:00"):
    hours = opening_hours.OpeningHours(value, auto_timezone=False)
    days = (datetime.datetime(2026, 1, 1, 11) + datetime.timedelta(n) for n in range(365))
    counts[value] = sum(hours.is_open(day) for day in days)
    print(f"{value}: open on {counts[value]} days of 2026; valid: {opening_hours.validate(value)}; warnings: {hours.warnings}")
raise SystemExit(0 if list(counts.values())[0] == 1 and counts["Feb 30 10:00-12:00"] == 365 else 1)
PYTHON
