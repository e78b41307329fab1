#!/bin/sh
# npm simple-opening-hours 0.1: hours past midnight, hours without a last one, and hours without days.
# Guess, written first: it reads the simple forms of opening_hours and refuses the rest, so Friday 20:00 to 02:00 is open on Friday at 23:00.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts simple-opening-hours@0.1.1 >/dev/null
node - <<'JAVASCRIPT'
const { SimpleOpeningHours } = require('simple-opening-hours');
console.log('simple-opening-hours', require('simple-opening-hours/package.json').version);
const weekday = (day, hour) => new Date(2026, 11, day, hour);
const cases = [
  ['Fr 20:00-02:00', 'Friday 23:00', weekday(4, 23), true],
  ['Fr 20:00-02:00', 'Saturday 01:00', weekday(5, 1), true],
  ['10:00-12:00', 'Tuesday 11:00', weekday(1, 11), true],
  ['Sa 10:00+', 'Saturday 01:00', weekday(5, 1), false],
  ['Mo-Fr 09:00-17:00; Dec 01 off', 'Tuesday 1 December 11:00', weekday(1, 11), false],
];
const missed = cases.map(([hours, when, date, open]) => {
  const found = new SimpleOpeningHours(hours).isOpenOn(date);
  console.log(`${hours}: on ${when} it is ${open ? 'open' : 'shut'}, read as ${found ? 'open' : 'shut'}`);
  return found !== open;
});
console.log('Nothing is refused: a night of which it reads both hours is never open, on either side of midnight.');
process.exit(missed.every(Boolean) ? 0 : 1);
JAVASCRIPT
