#!/bin/sh
# npm ts-ics 2.4: what takes place on the first Saturday of each month at 19:00, and every Tuesday at 19:00, in London.
# Guess, written first: extendByRecurrenceRule keeps the time of day, begins with the first date, and stays at 19:00 of London when clocks change.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ts-ics@2.4.6 >/dev/null
export TZ=Etc/UTC
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { convertIcsCalendar, extendByRecurrenceRule } from 'ts-ics';
console.log('ts-ics', JSON.parse(fs.readFileSync('node_modules/ts-ics/package.json')).version);
const change = (name, first, rule, from, to) =>
  [`BEGIN:${name}`, `DTSTART:${first}`, `RRULE:FREQ=YEARLY;${rule}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, `END:${name}`];
const zone = ['BEGIN:VTIMEZONE', 'TZID:Europe/London',
  ...change('DAYLIGHT', '19810329T010000', 'BYMONTH=3;BYDAY=-1SU', '+0000', '+0100'),
  ...change('STANDARD', '19961027T020000', 'BYMONTH=10;BYDAY=-1SU', '+0100', '+0000'), 'END:VTIMEZONE'];
const dates = (first, rule) => {
  const event = ['BEGIN:VEVENT', 'UID:a@example.org', 'DTSTAMP:20260901T000000Z', `DTSTART;TZID=Europe/London:${first}`,
    'DURATION:PT2H', `RRULE:${rule}`, 'SUMMARY:Class', 'END:VEVENT'];
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//EN', ...zone, ...event, 'END:VCALENDAR', ''].join('\r\n');
  const [{ start, recurrenceRule }] = convertIcsCalendar(undefined, text).events;
  const found = extendByRecurrenceRule(recurrenceRule, { start: start.date, end: new Date('2027-01-01') });
  console.log(first, rule, '->', found.map((it) => it.toISOString().slice(0, 16)));
  return found.map((it) => it.toISOString());
};
const saturdays = dates('20260905T190000', 'FREQ=MONTHLY;BYDAY=1SA');
const tuesdays = dates('20261020T190000', 'FREQ=WEEKLY;COUNT=3');
console.log('First Saturdays come at midnight and without the first of them; after 25 October Tuesdays are at 18:00 of London.');
const held = saturdays[0] === '2026-10-03T00:00:00.000Z' && tuesdays[0] === '2026-10-20T18:00:00.000Z' && tuesdays[1] === '2026-10-27T18:00:00.000Z';
process.exit(held ? 0 : 1);
JAVASCRIPT
