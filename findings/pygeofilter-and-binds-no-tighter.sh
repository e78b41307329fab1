#!/bin/sh
# PyPI pygeofilter 0.4 (pygeoapi's reader of CQL2) and cql2 0.6: the same questions to the same records.
# Guess, written first: both read the standard (OGC 21-065r2): AND binds tighter than OR, in LIKE one letter is "_", and a quote in a text is doubled.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pygeofilter==0.4.0 shapely==2.2.0 cql2==0.6.0
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from types import SimpleNamespace

import cql2
from pygeofilter.backends.native.evaluate import NativeEvaluator
from pygeofilter.parsers.cql2_text import parse

print("pygeofilter", version("pygeofilter"), "cql2", version("cql2"))
records = [("Hall", "hall", "no"), ("Library", "library", "no"), ("Church", "church", "yes"), ("St.Mary", "church", "no")]


def of_pygeofilter(question):
    try:
        holds = NativeEvaluator(use_getattr=True).evaluate(parse(question))
    except Exception as error:
        return f"refused: {type(error).__name__}"
    return [name for name, kind, stepfree in records if holds(SimpleNamespace(name=name, kind=kind, stepfree=stepfree))]


def of_cql2(question):
    holds = cql2.parse_text(question).matches
    return [
        name for name, kind, stepfree in records
        if holds({"type": "Feature", "geometry": None, "properties": {"name": name, "kind": kind, "stepfree": stepfree}})
    ]  # fmt: skip


found = []
for question in ("kind = 'hall' OR kind = 'church' AND stepfree = 'yes'", "name LIKE 'Ha_l'", "name LIKE 'H.ll'", "name <> 'St Mary''s'"):
    found.append((of_pygeofilter(question), of_cql2(question)))
    print(question, "-> pygeofilter:", found[-1][0], "cql2:", found[-1][1])
print("pygeofilter reads AND and OR from left to right, takes a full stop for any letter, and cannot be asked about St Mary's.")
precedence, underscore, stop, quote = found
held = precedence == (["Church"], ["Hall", "Church"]) and underscore == ([], ["Hall"]) and stop == (["Hall"], [])
raise SystemExit(0 if held and quote[0] == "refused: UnexpectedToken" and len(quote[1]) == 4 else 1)
PYTHON
