#!/bin/sh
# opening-hours-py: a space after the comma in a list of days.
# Guess, written first: "Sa, Su 10:00-16:00" is "Sa,Su 10:00-16:00", as opening_hours.js has it, or is refused.
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
at = datetime.datetime(2026, 11, 28, 3)  # a Saturday
answers = []
for value in ("Sa,Su 10:00-16:00", "Sa, Su 10:00-16:00"):
    hours = opening_hours.OpeningHours(value, auto_timezone=False)
    answers.append(hours.is_open(at))
    print(f"{value!r}: Saturday at 03:00", "open" if answers[-1] else "closed", "- warnings:", hours.warnings)
print("The second is two rules to it: all of Saturday, and Sunday from ten to four. 3 of 379 values in central Helsinki.")
raise SystemExit(0 if answers == [False, True] else 1)
PYTHON
