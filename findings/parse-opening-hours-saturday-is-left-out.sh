#!/bin/sh
# PyPI parse-opening-hours 0.4: opening times in words, made a table of days; it says that it reads many ways to write them.
# Guess, written first: what it does not understand is refused, as it does elsewhere; hours for Saturday after those of weekdays are among what it reads.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check parse-opening-hours==0.4.2
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from opening_hours import OpeningHours

print("parse-opening-hours", version("parse-opening-hours"))
expected = {
    "Every day 10am-4pm": "mo tu we th fr sa su",
    "Weekdays 9am to 5pm, Saturday 10am to 2pm": "mo tu we th fr",
    "Sat - Mon 10am-12pm": "sa",
    "Wed 10am-12pm (term time only)": "we",
}
same = []
for words, days in expected.items():
    found = [f"{it['day'][:2]} {it['opens']}-{it['closes']}" for it in OpeningHours.parse(words).json()]
    print(f"{words}: {', '.join(found)}")
    same.append(" ".join(it[:2] for it in found) == days)
try:
    refused = f"read: {OpeningHours.parse('First Saturday of the month 10am-12pm').json()}"
except Exception as error:
    refused = f"refused ({type(error).__name__})"
print("First Saturday of the month 10am-12pm:", refused)
print("It stops where it has read enough and says nothing of the rest; days over the end of a week are one day.")
raise SystemExit(0 if all(same) and refused.startswith("refused") else 1)
PYTHON
