#!/bin/sh
# npm chrono-node 2.10, its British English: from when to when, as notices of halls have it.
# Guess, written first: "10am-12noon" begins at ten in the morning and ends at noon; where only the first half says am, the second follows on the same day.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts chrono-node@2.10.3 >/dev/null
export TZ=Europe/London
node - <<'JAVASCRIPT'
const chrono = require('chrono-node');
console.log('chrono-node', JSON.parse(require('fs').readFileSync('node_modules/chrono-node/package.json')).version);
const day = new Date(2026, 11, 1, 9);
const clock = (moment) => moment && moment.date().toLocaleString('sv').slice(8, 16);
const expected = {
  '10am-12pm': '01 10:00 to 01 12:00',
  '10am-noon': '01 10:00 to 01 12:00',
  '10am-12noon': '01 22:00',
  '9.30am-12noon': '01 21:30',
  '11am-1': '01 11:00 to 02 01:00',
  '9.30am-2.30': '01 09:30 to 02 02:30',
  '11-1pm': '01 23:00 to 02 13:00',
};
const same = Object.entries(expected).map(([text, it]) => {
  const [first] = chrono.en.GB.parse(text, day);
  const found = [clock(first.start), clock(first.end)].filter(Boolean).join(' to ');
  console.log(`${text}: ${found}`);
  return found === it;
});
console.log('"12n" is read as twelve at night and takes the beginning along; a morning without a second "am" or "pm" lasts until after the next midnight.');
process.exit(same.every(Boolean) ? 0 : 1);
JAVASCRIPT
