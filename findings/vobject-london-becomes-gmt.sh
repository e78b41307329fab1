#!/bin/sh
# PyPI vobject 0.9.9 writes a time of ZoneInfo("Europe/London"), and icalendar 7.3 reads it.
# Guess, written first: TZID is Europe/London (or a TZID with a VTIMEZONE that every reader uses), so 19:00 in July stays 19:00 British time.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9 icalendar==7.3.2 tzdata==2026.6
"$work/venv/bin/python" - <<'PYTHON'
import datetime, importlib.metadata, zoneinfo
import icalendar, vobject

print(*(f"{name} {importlib.metadata.version(name)}" for name in ("vobject", "icalendar")))
start = datetime.datetime(2026, 7, 7, 19, tzinfo=zoneinfo.ZoneInfo("Europe/London"))
calendar = vobject.iCalendar()
event = calendar.add("vevent")
event.add("uid").value = "a@example.org"
event.add("dtstamp").value = datetime.datetime(2026, 1, 1, tzinfo=vobject.icalendar.utc)
event.add("dtstart").value = start
text = calendar.serialize()
lines = [line for line in text.splitlines() if line.startswith(("TZID", "TZNAME", "DTSTART;"))]
print(start.isoformat(), "is written as", lines)
own = vobject.readOne(text).vevent.dtstart.value
theirs = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["DTSTART"].dt
print("vobject reads", own.astimezone(datetime.UTC).isoformat(), "icalendar reads", theirs.astimezone(datetime.UTC).isoformat())
print("London is named after its winter, GMT, with a summer time of its own; who knows GMT is an hour late all summer.")
late = theirs - start
raise SystemExit(0 if "DTSTART;TZID=GMT:20260707T190000" in lines and own == start and late == datetime.timedelta(hours=1) else 1)
PYTHON
