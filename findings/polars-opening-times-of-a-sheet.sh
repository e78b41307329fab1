#!/bin/sh
# PyPI polars 2.1 with fastexcel 0.21: a column of opening times, in an OpenDocument sheet and in one of Excel.
# Guess, written first: cells that hold a time of day become Time in both (openpyxl, calamine and pandas give 10:00), and texts where texts are asked for.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check polars==2.1.0 fastexcel==0.21.0 openpyxl==3.1.5 python-calamine==0.9.1
venv/bin/python - <<'PYTHON'
import datetime
import zipfile
from importlib.metadata import version

import openpyxl
import polars
from python_calamine import CalamineWorkbook

ten = datetime.time(10)
book = openpyxl.Workbook()
for row in (["hall", "opens"], ["Acre Hall", ten], ["Park Hall", "by appointment"]):
    book.active.append(row)
book.save("mixed.xlsx")
book.active.delete_rows(3)
book.save("times.xlsx")

space = "urn:oasis:names:tc:opendocument:xmlns:"
time = '<table:table-cell office:value-type="time" office:time-value="PT10H00M00S"><text:p>10:00</text:p></table:table-cell>'
text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
kind = "application/vnd.oasis.opendocument.spreadsheet"
cells = (("hall", text.format("opens")), ("Acre Hall", time), ("Park Hall", text.format("by appointment")))
for name, lines in (("times.ods", cells[:2]), ("mixed.ods", cells)):
    rows = "".join(f"<table:table-row>{text.format(hall)}{cell}</table:table-row>" for hall, cell in lines)
    with zipfile.ZipFile(name, "w") as sheet:
        sheet.writestr("mimetype", kind)
        sheet.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>')
        sheet.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0">'
            f'<office:body><office:spreadsheet><table:table table:name="Halls">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )

print(*(f"{name} {version(name)}" for name in ("polars", "fastexcel", "python-calamine")))
found = {}
for name in ("times.ods", "times.xlsx", "mixed.ods", "mixed.xlsx"):
    read = polars.read_ods if name.endswith("ods") else polars.read_excel
    calamine = [row[1] for row in CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()][1:]
    as_text = read(name, schema_overrides={"opens": polars.String})["opens"].to_list()
    try:
        own = read(name)["opens"].to_list()
    except Exception as error:
        own = type(error).__name__
    found[name] = own, as_text
    print(f"{name}: calamine {calamine}; polars by itself {own}; asked for text {as_text}")
print("As texts the times of an OpenDocument sheet are gone without a word; those of Excel get the last day of 1899.")
day = datetime.datetime(1899, 12, 31, 10)
as_expected = (
    found["times.ods"] == ([datetime.timedelta(hours=10)], [None])
    and found["mixed.ods"] == ("UnsupportedColumnTypeCombinationError", [None, "by appointment"])
    and found["times.xlsx"] == ([day], [f"{day}"])
    and found["mixed.xlsx"][0] == [f"{day}", "by appointment"]
)
raise SystemExit(0 if as_expected else 1)
PYTHON
