#!/bin/sh
# PyPI geopy 2.5: Point of a text that has more than latitude and longitude, or has them with minutes and no signs.
# Guess, written first: a third number is the altitude, as in Point(53.44, -2.3, 17) and in geo: addresses; what is in no known form is refused, as the class says.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check geopy==2.5.0
"$work/venv/bin/python" - <<'PYTHON'
import geopy
from geopy.point import Point

print("geopy", geopy.__version__)


def read(text):
    try:
        return tuple(Point(text))
    except ValueError as error:
        return f"refused: {error}"[:60]


found = {}
for text in ("53.44, -2.3", "53.44, -2.3, 17km", "53.44, -2.3, 17", "53 26.4 N 2 18 W", "53 26 -2 18", "53,44 -2,30", "53.44 -2.3 Sale"):
    found[text] = read(text)
    print(f"{text:18} -> {found[text]}")
print("From the front it skips what does not fit: the last two numbers become latitude and longitude, though words behind are refused.")
as_found = [found["53.44, -2.3, 17"], found["53 26.4 N 2 18 W"], found["53 26 -2 18"], found["53,44 -2,30"]]
held = as_found == [(-2.3, 17, 0), (2, -18, 0), (-2, 18, 0), (-2, 30, 0)] and "refused" in found["53.44 -2.3 Sale"]
raise SystemExit(0 if held and found["53.44, -2.3, 17km"] == (53.44, -2.3, 17) else 1)
PYTHON
