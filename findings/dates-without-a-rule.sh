#!/bin/sh
# PyPI ical 14.3 (Home Assistant's), npm ical.js 2.2 and rrule-rust 3.1: dates listed one by one, without a rule.
# Guess, written first: DTSTART is the first of them (RFC 5545, 3.8.5.3: it counts as the first instance), then come those of RDATE.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ical==14.3.1
npm install --silent --no-fund --no-audit --ignore-scripts ical.js@2.2.1 rrule-rust@3.1.1 >/dev/null
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 'PRODID:-//example.org//EN' BEGIN:VEVENT UID:a@example.org DTSTAMP:20260901T000000Z \
  DTSTART:20261106T190000Z DTEND:20261106T210000Z RDATE:20261109T190000Z,20261121T110000Z SUMMARY:Walk END:VEVENT \
  END:VCALENDAR > walk.ics
venv/bin/python - <<'PYTHON'
import datetime, importlib.metadata, pathlib
from ical.calendar_stream import IcsCalendarStream

print("ical", importlib.metadata.version("ical"))
calendar = IcsCalendarStream.calendar_from_ics(pathlib.Path("walk.ics").read_bytes().decode())
first, last = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2026, 2027))
found = [f"{it.dtstart:%m-%d}" for it in calendar.timeline_tz(datetime.UTC).overlapping(first, last)]
print("DTSTART 11-06, RDATE 11-09 and 11-21:", found)
raise SystemExit(0 if found == ["11-09", "11-21"] else 1)
PYTHON
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import ICAL from 'ical.js';
import { RRuleSet } from 'rrule-rust';
const version = (name) => `${name} ${JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version}`;
const text = fs.readFileSync('walk.ics', 'utf8');
const event = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent'));
const dates = event.iterator();
const one = [];
for (let next = dates.next(); next && one.length < 9; next = dates.next()) one.push(next.toString().slice(5, 10));
console.log(`${version('ical.js')}:`, one);
const lines = text.split('\r\n').filter((it) => it.startsWith('DTSTART') || it.startsWith('RDATE')).join('\n');
const two = RRuleSet.fromString(lines).all(9).map((it) => `${it}`.replace(/^\d{4}(\d\d)(\d\d).*/, '$1-$2'));
console.log(`${version('rrule-rust')}:`, two);
process.exit(one.join() === '11-09,11-21' && two.join() === one.join() ? 0 : 1);
JAVASCRIPT
