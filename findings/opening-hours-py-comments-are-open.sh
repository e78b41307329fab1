#!/bin/sh
# opening-hours-py: what a comment alone says, as a rule or as a fallback.
# Guess, written first: as in the specification and opening_hours.js, it is unknown whether it is open ("by appointment"), and hours before a fallback stay as they are.
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
night = datetime.datetime(2026, 11, 29, 3)  # a Sunday
states = {}
for value in ("Mo-Fr 10:00-16:00 || \"by appointment\"", "Su \"by appointment\"", "\"closed for ever, ring the bell\""):
    states[value] = opening_hours.OpeningHours(value, auto_timezone=False).state(night)
    print(f"{value}: Sunday at 03:00 is {states[value]}")
raise SystemExit(0 if all(state == opening_hours.State.OPEN for state, _ in states.values()) else 1)
PYTHON
