#!/bin/sh
# PyPI python-dateutil 4.0: a time as JavaScript writes it, String(new Date()), in British summer.
# Guess, written first: "GMT+0100" is one hour ahead of Greenwich, as "+0100" is, and as dateutil.tz.gettz("GMT+1") is.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==4.0.0
"$work/venv/bin/python" - <<'PYTHON'
import datetime, importlib.metadata
from dateutil import parser, tz

print("python-dateutil", importlib.metadata.version("python-dateutil"))
plain, javascript, utc = (
    parser.parse(f"Wed Jul 01 2026 19:00:00 {zone}").astimezone(datetime.UTC).strftime("%H:%M UTC")
    for zone in ("+0100", "GMT+0100", "UTC+01:00")
)
print(f"19:00 +0100 is {plain}; 19:00 GMT+0100 is {javascript}; 19:00 UTC+01:00 is {utc}")
offset = datetime.datetime(2026, 7, 1, 19, tzinfo=tz.gettz("GMT+1")).utcoffset()
print('the zone dateutil.tz.gettz("GMT+1") of the same library is', offset, "ahead")
raise SystemExit(0 if (plain, javascript, utc) == ("18:00 UTC", "20:00 UTC", "20:00 UTC") and offset.total_seconds() == 3600 else 1)
PYTHON
