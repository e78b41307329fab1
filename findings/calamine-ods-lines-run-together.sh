#!/bin/sh
# PyPI python-calamine 0.9 and polars 2.1 (which reads with it) and npm xlsx 0.18: addresses in cells of an OpenDocument sheet, with line breaks and tabs.
# Guess, written first: <text:line-break/> and <text:tab/> come out as a line break and a tab, or at least as a space, as <text:s/> and <text:p> do.
# Needs python3 with venv, node with npm, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-calamine==0.9.1 polars==2.1.0 fastexcel==0.21.0
npm install --silent --no-fund --no-audit --ignore-scripts xlsx@0.18.5 >/dev/null
cat > halls.py <<'PYTHON'
import zipfile

space = "urn:oasis:names:tc:opendocument:xmlns:"
cells = ("Acre Hall<text:line-break/>Chester Road", "Acre Hall<text:tab/>Chester Road", 'Acre Hall<text:s text:c="2"/>Chester Road', "Acre Hall</text:p><text:p>Chester Road")
row = '<table:table-row><table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell></table:table-row>'
content = (
    f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Halls">' + "".join(map(row.format, cells))
    + "</table:table></office:spreadsheet></office:body></office:document-content>"
)
kind = "application/vnd.oasis.opendocument.spreadsheet"
entries = "".join(f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{it}"/>' for path, it in (("/", kind), ("content.xml", "text/xml")))
with zipfile.ZipFile("halls.ods", "w") as sheet:
    sheet.writestr("mimetype", kind)
    sheet.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}manifest:1.0" manifest:version="1.3">{entries}</manifest:manifest>')
    sheet.writestr("content.xml", content)
PYTHON
venv/bin/python halls.py
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

import polars
from python_calamine import CalamineWorkbook

rows = [text for (text,) in CalamineWorkbook.from_path("halls.ods").get_sheet_by_index(0).to_python()]
frame = polars.read_ods("halls.ods", has_header=False).to_series().to_list()
print("python-calamine", version("python-calamine"), rows)
print("polars", polars.__version__, frame)
raise SystemExit(0 if rows == frame == ["Acre HallChester Road"] * 2 + ["Acre Hall  Chester Road", "Acre Hall\nChester Road"] else 1)
PYTHON
node - <<'JAVASCRIPT'
const sheets = require('xlsx');
const book = sheets.readFile('halls.ods');
const rows = sheets.utils.sheet_to_json(book.Sheets.Halls, { header: 1 }).flat();
console.log('xlsx', sheets.version, JSON.stringify(rows));
console.log('calamine leaves the break and the tab out, and the words on both sides become one.');
process.exit(rows[0] === 'Acre Hall\nChester Road' && rows[1] === 'Acre Hall\tChester Road' ? 0 : 1);
JAVASCRIPT
