#!/bin/sh
# PyPI openpyxl 3.1 and npm exceljs 4.4, beside PyPI python-calamine 0.9 and npm xlsx 0.18: a cell whose text Excel had to escape (ECMA-376, ST_Xstring).
# Guess, written first: a carriage return, which Excel writes as _x000D_ when an address was pasted with one, comes out as one, or as the line break it is.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1
npm install --silent --no-fund --no-audit --ignore-scripts exceljs@4.4.0 xlsx@0.18.5 >/dev/null
venv/bin/python - <<'PYTHON'
import zipfile
from importlib.metadata import version

import openpyxl
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
book.active.append(["BREAK", "FORM"])
book.save("plain.xlsx")
with zipfile.ZipFile("plain.xlsx") as plain, zipfile.ZipFile("halls.xlsx", "w") as halls:
    for name in plain.namelist():
        halls.writestr(name, plain.read(name).replace(b"BREAK", b"Acre Hall_x000D_\nStretford").replace(b"FORM", b"form_x005F_x0041_"))
(openpyxl_row,) = openpyxl.load_workbook("halls.xlsx").active.iter_rows(values_only=True)
calamine_row = tuple(CalamineWorkbook.from_path("halls.xlsx").get_sheet_by_index(0).to_python()[0])
print("openpyxl", version("openpyxl"), openpyxl_row)
print("python-calamine", version("python-calamine"), calamine_row)
left = ("Acre Hall_x000D_\nStretford", "form_x005F_x0041_")
raise SystemExit(0 if openpyxl_row == left and calamine_row == ("Acre Hall\r\nStretford", "form_x0041_") else 1)
PYTHON
node - <<'JAVASCRIPT'
const excel = require('exceljs');
const sheets = require('xlsx');
(async () => {
  const book = new excel.Workbook();
  await book.xlsx.readFile('halls.xlsx');
  const row = book.worksheets[0].getRow(1).values.slice(1);
  const other = sheets.readFile('halls.xlsx');
  const [otherRow] = sheets.utils.sheet_to_json(other.Sheets[other.SheetNames[0]], { header: 1 });
  console.log('exceljs', require('exceljs/package.json').version, JSON.stringify(row));
  console.log('xlsx', sheets.version, JSON.stringify(otherRow));
  console.log('Two readers decode what two others hand over as it stands in the file: one sheet, two names.');
  process.exit(row[0] === 'Acre Hall_x000D_\nStretford' && otherRow[0] === 'Acre Hall\r\nStretford' ? 0 : 1);
})();
JAVASCRIPT
