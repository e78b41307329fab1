#!/bin/sh
# npm opening_hours: the night after clocks go forward, in the time zone of the process.
# Guess, written first: a bar that is open on Saturdays until two, and on weekdays until midnight, is shut on Monday at half past midnight.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts opening_hours@3.15.0 >/dev/null
export TZ=Europe/London
node - <<'JAVASCRIPT'
const OpeningHours = require('opening_hours');
console.log('opening_hours', require('opening_hours/package.json').version);
const hours = new OpeningHours('Mo-Fr 16:00-24:00; Sa 14:00-02:00', null, { mode: 0 });
const days = { 'Monday 22 March 2027': [2027, 2, 22], 'Monday 29 March 2027': [2027, 2, 29] };
const open = Object.entries(days).map(([name, day]) => {
  const found = hours.getOpenIntervals(new Date(...day, 0, 0), new Date(...day, 3, 0));
  console.log(name, '00:00 to 03:00:', found.map(([a, b]) => `open ${a.toTimeString().slice(0, 5)}-${b.toTimeString().slice(0, 5)}`).join() || 'closed');
  return found.length;
});
console.log('Clocks went forward on the 28th: a day back by 24 hours from Monday 00:30 is still Saturday.');
process.exit(open[0] === 0 && open[1] === 1 ? 0 : 1);
JAVASCRIPT
