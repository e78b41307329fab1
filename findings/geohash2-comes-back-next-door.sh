#!/bin/sh
# PyPI geohash2 1.1, beside python-geohash 0.9 and pygeohash 3.5: the geohash of a place is read, and the position written as a geohash again.
# Guess, written first: a geohash names a cell and decode() gives its middle, so encode(decode(code)) is the code.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check geohash2==1.1 python-geohash==0.9.2 pygeohash==3.5.1
"$work/venv/bin/python" - <<'PYTHON'
import random
from importlib.metadata import version

import geohash
import geohash2
import pygeohash

random.seed(1)
places = [(random.uniform(50, 59), random.uniform(-6, 1.7)) for _ in range(1000)]
readers = {
    "geohash2": (geohash2.encode, lambda code: tuple(map(float, geohash2.decode(code)))),
    "python-geohash": (geohash.encode, geohash.decode),
    "pygeohash": (pygeohash.encode, lambda code: tuple(pygeohash.decode(code))),
}
moved = {}
for name, (encode, decode) in readers.items():
    moved[name] = []
    for length in range(4, 9):
        codes = [encode(*place, length) for place in places]
        moved[name].append(sum(encode(*decode(code), length) != code for code in codes))
    print(name, version(name), "in another cell, of 1000, with 4 to 8 letters:", moved[name])
code = geohash2.encode(53.4468, -2.3081, 6)
print("Stretford:", code, "->", geohash2.decode(code), "->", geohash2.encode(*map(float, geohash2.decode(code)), 6))
print("Its position is rounded to fewer places than the cell needs, and so lies beside the cell most of the time.")
raise SystemExit(0 if min(moved["geohash2"]) > 700 and not any(moved["python-geohash"] + moved["pygeohash"]) else 1)
PYTHON
