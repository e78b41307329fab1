#!/bin/sh
# PyPI better-profanity 0.7: names of listings and streets, held against the list of words that it comes with.
# Guess, written first: whole words are compared, so Scunthorpe passes, Cock Lane does not, and what is on at a church or a clinic passes.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check better-profanity==0.7.0
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from better_profanity import profanity

print("better-profanity", version("better-profanity"))
names = ("Scunthorpe", "Cock Lane", "Organ recital", "Sexual health clinic", "Weed control volunteers",
         "Life drawing, nude model", "Women's Aid", "Breastfeeding café")
found = {name: profanity.censor(name) for name in names}
for name, shown in found.items():
    print(f"{name!r} -> {shown!r}")
print("An organ, a clinic for sexual health and the weeds of a park are taken for swear words.")
held = {name for name, shown in found.items() if shown != name}
expected = {"Organ recital", "Sexual health clinic", "Weed control volunteers"}
raise SystemExit(0 if expected <= held and "Scunthorpe" not in held else 1)
PYTHON
