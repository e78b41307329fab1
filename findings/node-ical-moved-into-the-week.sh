#!/bin/sh
# npm node-ical 0.26: one date of a weekly series is moved into the week that is asked for.
# Guess, written first: expandRecurringEvent({from, to}) gives what takes place between from and to, also when it was due before or after.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts node-ical@0.26.1 rrule-temporal@1.6.0 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import { createRequire } from 'module';
const require = createRequire(process.cwd() + '/');
const ical = require('node-ical');
console.log('node-ical', require('node-ical/package.json').version);
const week = (due) => {
  const event = (lines) => ['BEGIN:VEVENT', 'UID:a@example.org', 'DTSTAMP:20260901T000000Z', ...lines, 'END:VEVENT'];
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//EN',
    ...event(['DTSTART:20261103T190000Z', 'DTEND:20261103T210000Z', 'RRULE:FREQ=WEEKLY;COUNT=12', 'SUMMARY:Class']),
    ...event([`RECURRENCE-ID:${due}T190000Z`, 'DTSTART:20261204T100000Z', 'DTEND:20261204T110000Z', 'SUMMARY:Moved']),
    'END:VCALENDAR', ''].join('\r\n');
  const series = Object.values(ical.sync.parseICS(text)).find((it) => it.type === 'VEVENT');
  const found = ical.expandRecurringEvent(series, { from: new Date('2026-11-30T00:00Z'), to: new Date('2026-12-06T23:59Z') });
  const list = found.map((it) => `${it.summary} ${it.start.toISOString().slice(0, 16)}`).sort();
  console.log(`30 November to 6 December, due on ${due}, takes place on Friday 4 December:`, list);
  return list.join();
};
const within = week('20261201');
const before = week('20261124');
const after = week('20261215');
process.exit(within === 'Moved 2026-12-04T10:00' && before === 'Class 2026-12-01T19:00' && after === before ? 0 : 1);
JAVASCRIPT
