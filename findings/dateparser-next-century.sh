#!/bin/sh
# PyPI dateparser 1.5: British dates with a year of two digits, of a table of events, so dates to come are preferred.
# Guess, written first: PREFER_DATES_FROM is for dates that lack their year or month ("5 May"); 12/1/26 has its year, and is 12 January 2026.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$work/venv/bin/python" - <<'PYTHON'
import datetime
import dateparser

print("dateparser", dateparser.__version__)
settings = {"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future", "RELATIVE_BASE": datetime.datetime(2026, 11, 30, 12)}
found = {text: str(dateparser.parse(text, languages=["en"], settings=settings).date())
         for text in ("5 May", "1/12/26", "12/1/26", "12/1/2026", "12 Jan 26")}
print("on 30 November 2026:", found)
print("A date ten months ago, as its year of two digits says, is put off by a hundred years.")
raise SystemExit(0 if found["12/1/26"] == "2126-01-12" and found["12/1/2026"] == "2026-01-12" and found["5 May"] == "2027-05-05" else 1)
PYTHON
