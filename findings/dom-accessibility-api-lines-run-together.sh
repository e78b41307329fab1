#!/bin/sh
# npm dom-accessibility-api 0.7 (the names that Testing Library and screen readers made for tests go by) and axe-core 4.14, in jsdom 29: a link and a table's caption with a line break.
# Guess, written first: <br> parts words, as it does in browsers (Chromium 156 names them "Acre Hall Stretford" and "Halls of Stretford").
# Needs node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --ignore-scripts dom-accessibility-api@0.7.1 jsdom@29.1.1 axe-core@4.14.1 >/dev/null
node - <<'JAVASCRIPT'
const { JSDOM } = require('jsdom');
const { readFileSync } = require('fs');
const { computeAccessibleName } = require('dom-accessibility-api');
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const { window } = new JSDOM(
  '<!DOCTYPE html><html lang="en"><title>Halls</title><a href="#">Acre Hall<br>Stretford</a>'
    + '<table><caption>Halls<br>of Stretford</caption><tr><td>1</table><button><div>Acre Hall</div><div>Stretford</div></button>',
  { runScripts: 'outside-only' },
);
window.eval(readFileSync('node_modules/axe-core/axe.js', 'utf8'));
window.axe.setup(window.document);
const elements = ['a', 'table', 'button'].map((name) => window.document.querySelector(name));
const api = elements.map((element) => computeAccessibleName(element));
const others = elements.map((element) => window.axe.commons.text.accessibleText(element));
console.log('dom-accessibility-api', version('dom-accessibility-api'), JSON.stringify(api));
console.log('axe-core', version('axe-core'), JSON.stringify(others));
console.log('Blocks are parted, lines are not: a test looks for, or is content with, a name that nobody hears.');
process.exit(api[0] === 'Acre HallStretford' && api[1] === 'Hallsof Stretford' && api[2] === 'Acre Hall Stretford' && others[0] === 'Acre Hall Stretford' ? 0 : 1);
JAVASCRIPT
