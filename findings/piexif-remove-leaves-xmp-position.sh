#!/bin/sh
# PyPI piexif 1.1: a photograph that says where it was taken, in its EXIF and, as phones' galleries and editors write it, in its XMP.
# Guess, written first: remove() is what one calls before publishing; no position is left.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check piexif==1.1.3 pillow==13.0.0
"$work/venv/bin/python" - <<'PYTHON'
import io
from importlib.metadata import version

import piexif
from PIL import Image

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="53,26.7N" exif:GPSLongitude="2,18.5W"/>
</rdf:RDF></x:xmpmeta>"""
exif = Image.Exif()
exif.get_ifd(0x8825).update({1: "N", 2: (53.0, 26.0, 42.0), 3: "W", 4: (2.0, 18.0, 30.0)})
taken = io.BytesIO()
Image.new("RGB", (64, 64), "green").save(taken, "JPEG", exif=exif, xmp=XMP)
cleaned = io.BytesIO()
piexif.remove(taken.getvalue(), cleaned)
left = Image.open(io.BytesIO(cleaned.getvalue()))
print("piexif", version("piexif"), "Pillow", version("pillow"))
print("EXIF left:", dict(left.getexif().get_ifd(0x8825)))
print("XMP left:", left.info.get("xmp", b"").decode())
print("The EXIF is gone; the same position in the XMP stays.")
raise SystemExit(0 if not left.getexif().get_ifd(0x8825) and b"GPSLatitude" in left.info.get("xmp", b"") else 1)
PYTHON
