#!/bin/sh
# npm rrule 2.8: a rule put into words (toText), and words made a rule (fromText), as in forms where people say how often.
# Guess, written first: what it cannot say or read is refused or marked (there is isFullyConvertibleToText); nothing of a rule is left out in silence.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts rrule@2.8.1 >/dev/null
node - <<'JAVASCRIPT'
const { RRule } = require('rrule');
console.log('rrule', require('rrule/package.json').version);
const said = [
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'every month on weekdays'],
  ['FREQ=MONTHLY;BYDAY=SU;BYSETPOS=2', 'every month on Sunday'],
  ['FREQ=WEEKLY;BYDAY=SA;BYHOUR=19;BYMINUTE=30', 'every week on Saturday at 19'],
].map(([text, before]) => {
  const rule = RRule.fromString(text);
  console.log(text, '->', rule.toText(), '| said in full, it says:', rule.isFullyConvertibleToText());
  return rule.toText() === before && rule.isFullyConvertibleToText();
});
const read = [
  ['every tuesday at 7pm', 'RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=7'],
  ['every tuesday at 19:30', 'RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR=19'],
  ['every month on the 1st monday at 7pm', 'RRULE:FREQ=MONTHLY;BYDAY=+1MO'],
].map(([words, before]) => {
  const rule = RRule.fromText(words).toString();
  console.log(words, '->', rule);
  return rule === before;
});
console.log('The last working day becomes every working day; seven in the evening becomes seven in the morning.');
process.exit([...said, ...read].every(Boolean) ? 0 : 1);
JAVASCRIPT
