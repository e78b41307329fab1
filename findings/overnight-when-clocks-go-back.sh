#!/bin/sh
# npm node-ical 0.26 and ical.js 2.2: a night shelter, 20:00 to 09:00 every week, on the night when clocks go back.
# Guess, written first: readers that know the zone agree on when a night of the series ends, and that it is when the same night alone ends.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts node-ical@0.26.1 rrule-temporal@1.6.0 ical.js@2.2.1 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { createRequire } from 'module';
import ICAL from 'ical.js';
const require = createRequire(process.cwd() + '/');
const ical = require('node-ical');
const version = (name) => `${name} ${JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version}`;
console.log(version('node-ical'), version('ical.js'));
const zone = ['BEGIN:VTIMEZONE', 'TZID:Europe/London', 'BEGIN:DAYLIGHT', 'DTSTART:19960331T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'TZOFFSETFROM:+0000', 'TZOFFSETTO:+0100', 'END:DAYLIGHT', 'BEGIN:STANDARD',
  'DTSTART:19961027T020000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0000',
  'END:STANDARD', 'END:VTIMEZONE'];
const file = (day, next, rule) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//EN', ...zone, 'BEGIN:VEVENT',
  'UID:a@example.org', 'DTSTAMP:20260901T000000Z', `DTSTART;TZID=Europe/London:${day}T200000`,
  `DTEND;TZID=Europe/London:${next}T090000`, ...rule, 'SUMMARY:Shelter', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
const texts = {
  'the night of 24 October alone': file('20261024', '20261025', []),
  'the same night of a weekly series': file('20261017', '20261018', ['RRULE:FREQ=WEEKLY;COUNT=3']),
};
const span = { from: new Date('2026-10-24T12:00Z'), to: new Date('2026-10-25T00:30Z') };
const nodeIcal = (text) => {
  const event = Object.values(ical.sync.parseICS(text)).find((it) => it.type === 'VEVENT');
  return ical.expandRecurringEvent(event, span)[0].end;
};
const icalJs = (text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  calendar.getAllSubcomponents('vtimezone').forEach((it) => ICAL.TimezoneService.register(it));
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
  if (!event.isRecurring()) return event.endDate.toJSDate();
  const dates = event.iterator();
  let next = dates.next();
  while (next.toJSDate() < span.from) next = dates.next();
  return event.getOccurrenceDetails(next).endDate.toJSDate();
};
const ends = [];
for (const [name, text] of Object.entries(texts)) {
  ends.push(nodeIcal(text).toISOString().slice(11, 16), icalJs(text).toISOString().slice(11, 16));
  console.log(`${name} ends on the 25th: node-ical ${ends.at(-2)} GMT, ical.js ${ends.at(-1)} GMT`);
}
console.log('RFC 5545 (3.8.5.3) has the exact duration of the first night apply: 13 hours, so 08:00. ical.js ends at 09:00.');
process.exit(ends.join() === '09:00,09:00,08:00,09:00' ? 0 : 1);
JAVASCRIPT
