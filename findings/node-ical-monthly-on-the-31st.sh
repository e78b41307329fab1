#!/bin/sh
# npm node-ical 0.26, which expands rules with rrule-temporal: every month from the 31st.
# Guess, written first: months without a 31st are left out, as RFC 5545 (3.3.10) says and rrule, dateutil and ical.js do.
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
const days = (start, rule, to) => {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//EN', 'BEGIN:VEVENT', 'UID:a@example.org',
    'DTSTAMP:20260101T000000Z', `DTSTART:${start}T190000Z`, 'DURATION:PT2H', `RRULE:${rule}`, 'SUMMARY:Quiz', 'END:VEVENT',
    'END:VCALENDAR', ''].join('\r\n');
  const event = Object.values(ical.sync.parseICS(text)).find((it) => it.type === 'VEVENT');
  const found = ical.expandRecurringEvent(event, { from: new Date('2024-01-01'), to: new Date(to) });
  const list = found.map((it) => it.start.toISOString().slice(0, 10));
  console.log(`from ${start}, ${rule}:`, list.join(' '));
  return list.join(' ');
};
const monthly = days('20260831', 'FREQ=MONTHLY;COUNT=4', '2027-12-31');
const said = days('20260831', 'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4', '2027-12-31');
const leap = days('20240229', 'FREQ=YEARLY;COUNT=3', '2033-01-01');
console.log('The 31st becomes the 30th and stays it; said with BYMONTHDAY it does not.');
process.exit(monthly === '2026-08-31 2026-09-30 2026-10-30 2026-11-30' && said === '2026-08-31 2026-10-31 2026-12-31 2027-01-31'
  && leap === '2024-02-29 2025-02-28 2026-02-28' ? 0 : 1);
JAVASCRIPT
