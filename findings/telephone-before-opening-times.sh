#!/bin/sh
# PyPI phonenumbers 9.0 and npm libphonenumber-js: finding the telephone numbers in a notice that says when one may ring.
# Guess, written first: "0161 496 0000 10am-4pm" has one number, 0161 496 0000; at worst with a digit too many.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check phonenumbers==9.0.43
npm install --silent --no-fund --no-audit --ignore-scripts libphonenumber-js@1.13.16 >/dev/null
venv/bin/python - <<'PYTHON'
import phonenumbers

print("phonenumbers", phonenumbers.__version__)
number = phonenumbers.parse("0161 496 0000", "GB")
print("0161 496 0000 is a number of Great Britain:", phonenumbers.is_valid_number(number))
found = {}
for text in ("0161 496 0000 Mon 10am-4pm", "0161 496 0000 (10am-4pm)", "0161 496 0000 10am-4pm", "0161 496 0000 24 hours", "0161 496 0000 2 High Street"):
    found[text] = [it.raw_string for it in phonenumbers.PhoneNumberMatcher(text, "GB")]
    print(f"{text:28} -> {found[text]}")
print("Digits behind a blank count as more of the number, which then is too long, and nothing is found at all.")
raise SystemExit(0 if [bool(it) for it in found.values()] == [True, True, False, False, False] else 1)
PYTHON
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { findPhoneNumbersInText } from 'libphonenumber-js';
console.log('libphonenumber-js', JSON.parse(fs.readFileSync('node_modules/libphonenumber-js/package.json')).version);
const found = ['0161 496 0000 Mon 10am-4pm', '0161 496 0000 10am-4pm', '0161 496 0000, 10am-4pm'].map((text) => {
  const numbers = findPhoneNumbersInText(text, 'GB').map((it) => it.number.number);
  console.log(`${text.padEnd(28)} -> ${JSON.stringify(numbers)}`);
  return numbers.length;
});
console.log('Here a comma does not part them either.');
process.exit(found.join() === '1,0,0' ? 0 : 1);
JAVASCRIPT
