#!/bin/sh
# PyPI holidays: Great Britain without a subdivision, and days that move.
# Guess, written first: country_holidays("GB") is what everybody in Great Britain knows as bank holidays, or those of England; each holiday is one day.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109
"$work/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import holidays

print("holidays", importlib.metadata.version("holidays"))
gb, england = (holidays.country_holidays("GB", subdiv=s, years=2026) for s in (None, "ENG"))
missing = sorted(f"{day:%m-%d} {name}" for day, name in england.items() if day not in gb)
print("in England, not in GB:", missing)
northern = holidays.country_holidays("GB", subdiv="NIR", years=2026)
boyne = sorted(f"{day:%a %m-%d} {name}" for day, name in northern.items() if "Boyne" in name)
print("Northern Ireland, July:", boyne, "(the Sunday is no bank holiday; the Monday is)")
scottish = holidays.country_holidays("GB", subdiv="SCT", years=2026)
once = sorted(f"{day:%m-%d} {name}" for day, name in scottish.items() if day.month == 6)
print("Scotland, June 2026:", once)
raise SystemExit(0 if len(missing) == 2 and len(boyne) == 2 and len(once) == 1 else 1)
PYTHON
