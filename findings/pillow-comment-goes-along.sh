#!/bin/sh
# PyPI Pillow: a photo with EXIF, GPS, XMP and a comment is made upright, smaller, converted, and saved as a JPEG without any option.
# Guess, written first: what is not given to save() is not written. That holds for EXIF, XMP and profiles, so nothing of the old file is left.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check Pillow==13.0.0
"$work/venv/bin/python" - <<'PYTHON'
import io
import PIL
from PIL import Image, ImageOps

print("Pillow", PIL.__version__)
exif = Image.Exif()
exif[0x010E] = "MARK-EXIF"
exif.get_ifd(0x8825)[27] = b"MARK-GPS"
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">MARK-XMP</x:xmpmeta>'


def left(data):
    return sorted(mark for mark in ("EXIF", "GPS", "XMP", "COMMENT") if f"MARK-{mark}".encode() in data)


def saved(image, *args, **options):
    out = io.BytesIO()
    image.save(out, *args, **options)
    return out.getvalue()


photo = saved(Image.new("RGB", (400, 300), "teal"), "JPEG", exif=exif, xmp=xmp, comment=b"MARK-COMMENT 53.42, -2.32")
image = ImageOps.exif_transpose(Image.open(io.BytesIO(photo)))
image = image.resize((200, 150)).convert("L").convert("RGB").copy()
kept = {kind: left(saved(image, kind)) for kind in ("JPEG", "PNG", "WEBP", "GIF")}
print("in the photo:", left(photo))
print("after resize, convert, copy and save:", kept)
fresh = Image.new("RGB", image.size)
fresh.paste(image)
clean = left(saved(fresh, "JPEG"))
print("pasted into a new image:", clean)
print("The comment lies in image.info, goes along with every copy, and JPEG and GIF write it again.")
raise SystemExit(0 if kept == {"JPEG": ["COMMENT"], "PNG": [], "WEBP": [], "GIF": ["COMMENT"]} and clean == [] else 1)
PYTHON
