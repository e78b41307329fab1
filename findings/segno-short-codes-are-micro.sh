#!/bin/sh
# PyPI segno 1.6: a QR code of a ticket's short code, read by PyPI opencv-python-headless 5.0 and zxing-cpp 3.1.
# Guess, written first: make() gives an ordinary QR code of version 1, which everything that reads QR codes reads.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check segno==1.6.6 opencv-python-headless==5.0.0.93 zxing-cpp==3.1.1 pillow==13.0.0
"$work/venv/bin/python" - <<'PYTHON'
import io
from importlib.metadata import version

import cv2
import numpy
import segno
import zxingcpp
from PIL import Image

print("segno", segno.__version__, "OpenCV", cv2.__version__, "zxing-cpp", version("zxing-cpp"))


def read(code):
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=8, border=4)
    picture = numpy.array(Image.open(drawn).convert("RGB"))
    others = [(it.text, str(it.format)) for it in zxingcpp.read_barcodes(picture)]
    return cv2.QRCodeDetector().detectAndDecode(picture)[0], others


found = {}
for words, code in (("make", segno.make("K7Q4ZT")), ("make, micro=False", segno.make("K7Q4ZT", micro=False))):
    found[words] = (code.designator, *read(code))
    print(f"{words}: {code.designator}; OpenCV reads {found[words][1]!r}, zxing {found[words][2]}")
print("A text that fits becomes a Micro QR code, of which the detector of ordinary QR codes finds nothing.")
micro, plain = found["make"], found["make, micro=False"]
raise SystemExit(0 if micro[0].startswith("M2") and micro[1] == "" and "Micro" in micro[2][0][1] and plain[1] == "K7Q4ZT" else 1)
PYTHON
