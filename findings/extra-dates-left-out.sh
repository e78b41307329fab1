#!/bin/sh
# PyPI icalevents 0.3 and npm node-ical 0.26: a weekly series with one extra date (RDATE).
# Guess, written first: the extra date is there; both read EXDATE and RECURRENCE-ID, and say that they follow RFC 5545.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check icalevents==0.3.1 icalendar==7.3.2
npm install --silent --no-fund --no-audit --ignore-scripts node-ical@0.26.1 rrule-temporal@1.6.0 >/dev/null
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 'PRODID:-//example.org//EN' BEGIN:VEVENT UID:a@example.org DTSTAMP:20260901T000000Z \
  DTSTART:20261103T190000Z DTEND:20261103T210000Z 'RRULE:FREQ=WEEKLY;COUNT=3' EXDATE:20261110T190000Z RDATE:20261205T110000Z \
  SUMMARY:Choir END:VEVENT END:VCALENDAR > choir.ics
venv/bin/python - <<'PYTHON'
import datetime, importlib.metadata, pathlib
from icalevents.icalparser import parse_events

print("icalevents", importlib.metadata.version("icalevents"))
first, last = (datetime.datetime(2026, month, 1, tzinfo=datetime.UTC) for month in (10, 12))
text = pathlib.Path("choir.ics").read_bytes().decode()
found = sorted(f"{it.start:%m-%d %H:%M}" for it in parse_events(text, start=first, end=last + datetime.timedelta(30)))
print("November and December:", found)
raise SystemExit(0 if found == ["11-03 19:00", "11-17 19:00"] else 1)
PYTHON
node --input-type=module - <<'JAVASCRIPT'
import { createRequire } from 'module';
const require = createRequire(process.cwd() + '/');
const ical = require('node-ical');
console.log('node-ical', require('node-ical/package.json').version);
const event = Object.values(ical.sync.parseFile('choir.ics')).find((it) => it.type === 'VEVENT');
const found = ical.expandRecurringEvent(event, { from: new Date('2026-10-01'), to: new Date('2026-12-31') });
const list = found.map((it) => it.start.toISOString().slice(5, 16)).sort();
console.log('November and December:', list, '(Saturday 5 December at 11:00 is missing from both)');
process.exit(list.join() === '11-03T19:00,11-17T19:00' ? 0 : 1);
JAVASCRIPT
