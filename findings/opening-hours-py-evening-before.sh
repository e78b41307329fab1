#!/bin/sh
# opening-hours-py: hours past midnight, beside an earlier rule about the day after.
# Guess, written first: a rule replaces what rules before it say, so "Tu 10:00-12:00; Mo 20:00-03:00" is open on Tuesday at 01:00 (opening_hours.js says so).
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
at = datetime.datetime(2026, 11, 24, 1)  # a Tuesday
answers = []
for value in ("Mo 20:00-03:00", "Tu 10:00-12:00; Mo 20:00-03:00", "Mo 20:00-03:00; Mo 10:00-11:00"):
    answers.append(opening_hours.OpeningHours(value, auto_timezone=False).is_open(at))
    print(f"{value}: Tuesday at 01:00", "open" if answers[-1] else "closed")
print("The order does not count: any rule about Tuesday ends the evening. And where Monday is replaced, its night is kept.")
raise SystemExit(0 if answers == [True, False, True] else 1)
PYTHON
