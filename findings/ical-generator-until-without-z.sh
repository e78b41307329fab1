#!/bin/sh
# npm ical-generator 11.1 writes a weekly class of London with a last date; PyPI python-dateutil 2.9, ical 14.3 (Home Assistant's) and npm rrule-temporal 2.2 read it.
# Guess, written first: UNTIL is in UTC, as RFC 5545 (3.3.10) wants it where DTSTART has a zone, so that everybody reads the series.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ical-generator@11.1.2 rrule-temporal@2.2.8 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ical==14.3.1 python-dateutil==2.9.0.post0
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import ical from 'ical-generator';
import { RRuleTemporal } from 'rrule-temporal';
for (const name of ['ical-generator', 'rrule-temporal']) console.log(name, JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version);
const at = (day) => new Date(`${day}T19:00:00Z`);
const calendar = ical({ name: 'Hall', timezone: 'Europe/London' });
calendar.createEvent({ id: 'a', summary: 'Class', start: at('2026-11-03'), end: new Date('2026-11-03T20:00:00Z'), timezone: 'Europe/London',
  repeating: { freq: 'WEEKLY', until: at('2026-12-01') } });
const text = calendar.toString();
fs.writeFileSync('class.ics', text);
const lines = text.split('\r\n').filter((it) => /^(DTSTART|RRULE|DTSTAMP)/.test(it));
console.log(lines.join('\n'));
let said = 'read';
try {
  new RRuleTemporal({ rruleString: lines.filter((it) => !it.startsWith('DTSTAMP')).join('\n') }).all();
} catch (error) {
  said = error.message;
}
console.log('rrule-temporal:', said);
process.exit(lines.includes('RRULE:FREQ=WEEKLY;UNTIL=20261201T190000') && said.includes('UTC') ? 0 : 1);
JAVASCRIPT
venv/bin/python -W ignore - <<'PYTHON'
from importlib.metadata import version
from pathlib import Path

from dateutil.rrule import rrulestr
from ical.calendar_stream import IcsCalendarStream

text = Path("class.ics").read_text()
series = "\n".join(line for line in text.splitlines() if line.startswith(("DTSTART", "RRULE")))


def refused(read):
    try:
        return "" if list(read()) else "nothing"
    except ValueError as error:
        return str(error)


found = {
    "python-dateutil": refused(lambda: rrulestr(series)),
    "ical": refused(lambda: IcsCalendarStream.calendar_from_ics(text).timeline),
}
for name, said in found.items():
    print(name, version(name), "->", said or "read")
print("The end is written on the clocks of London without a Z (DTSTAMP too, which is always UTC): all three refuse the series.")
raise SystemExit(0 if all("UTC" in said for said in found.values()) else 1)
PYTHON
