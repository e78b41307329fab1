#!/bin/sh
# npm vcf 2.1, ical.js 2.2 and vcard4 4.0 read a vCard whose street and note have a semicolon and a comma, escaped as RFC 6350 (3.4) says.
# Guess, written first: all give the text as it was before it was escaped, and the town in the part for the town.
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts vcf@2.1.2 ical.js@2.2.1 vcard4@4.0.5 >/dev/null
node --input-type=module - <<'JAVASCRIPT'
import fs from 'fs';
import { createRequire } from 'module';
import ICAL from 'ical.js';
const require = createRequire(process.cwd() + '/');
const Vcf = require('vcf');
const vcard4 = require('vcard4');
for (const name of ['vcf', 'ical.js', 'vcard4']) console.log(name, JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version);
const text = ['BEGIN:VCARD', 'VERSION:4.0', 'FN:Example Hall', 'ADR:;;Flat 2\\; 1 Example Street\\, Rear;Exampleton;;M99 9ZZ;UK',
  'NOTE:Open daily\\; ring first\\, please', 'END:VCARD', ''].join('\r\n');
const read = {
  vcf: (lines) => Object.fromEntries(lines[1].map(([name, , , value]) => [name, value])),
  'ical.js': (lines) => Object.fromEntries(lines[1].map(([name, , , value]) => [name, value])),
};
const first = read.vcf(new Vcf().parse(text).toJCard('4.0'));
const second = read['ical.js'](ICAL.parse(text));
const third = vcard4.parse(text);
const [address] = third.getProperty('ADR');
const [note] = third.getProperty('NOTE');
console.log('vcf', first.adr, first.note);
console.log('ical.js', second.adr, second.note);
console.log('vcard4', address.value, note.value);
console.log('vcf keeps every backslash and cuts the street in two, so the town is in the place of the county (its jCard too);');
console.log('ical.js reads the address, and leaves the backslash before the semicolon of the note.');
const held = first.adr.length === 8 && first.adr[3] === ' 1 Example Street\\, Rear' && second.adr[3] === 'Exampleton' && second.note === 'Open daily\\; ring first, please';
process.exit(held && address.value.locality === 'Exampleton' && note.value === 'Open daily; ring first, please' ? 0 : 1);
JAVASCRIPT
