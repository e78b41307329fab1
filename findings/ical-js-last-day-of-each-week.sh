#!/bin/sh
# npm ical.js 2.2 (Thunderbird's and Nextcloud's reader): the last working day of each week, with BYSETPOS.
# Guess, written first: BYSETPOS picks of each week's dates as it picks of each month's.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts ical.js@2.2.1 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import ICAL from 'ical.js';
console.log('ical.js', JSON.parse(fs.readFileSync('node_modules/ical.js/package.json')).version);
const days = (text) => {
  const steps = ICAL.Recur.fromString(text).iterator(ICAL.Time.fromString('2026-10-30T19:00:00'));
  const list = [];
  for (let next = steps.next(); next && list.length < 9; next = steps.next()) list.push(next.toString().slice(5, 10));
  console.log(`${text}:`, list.join(' '));
  return list.join(' ');
};
const monthly = days('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4');
const weekly = days('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4');
console.log('For months it picks; for weeks nothing is picked, and nothing is said.');
process.exit(monthly === '10-30 11-30 12-31 01-29' && weekly === '10-30 11-02 11-03 11-04' ? 0 : 1);
JAVASCRIPT
