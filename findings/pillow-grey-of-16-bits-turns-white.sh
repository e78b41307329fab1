#!/bin/sh
# PyPI Pillow: PNGs of 16 bits, the same ramp from black to white once in grey and once in colour, opened and converted to RGB.
# Guess, written first: both come out as the same ramp of 8 bits; a scan in grey looks as before.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check Pillow==13.0.0
"$work/venv/bin/python" - <<'PYTHON'
import io, struct, zlib
import PIL
from PIL import Image

print("Pillow", PIL.__version__)
AT = (0, 1, 64, 128, 192, 255)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(colour, samples):
    """256 pixels in a row, 16 bits a sample: pixel n is n/255 of white."""
    row = b"\0" + b"".join(struct.pack(f">{samples}H", *[n * 257] * samples) for n in range(256))
    head = struct.pack(">IIBBBBB", 256, 1, 16, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")


def ramp(data):
    image = Image.open(io.BytesIO(data))
    made = image.convert("RGB")
    return image.mode, [made.getpixel((x, 0))[0] for x in AT]


grey, colour = ramp(png(0, 1)), ramp(png(2, 3))
print("pixel           ", AT)
print("colour, 16 bits:", *colour)
print("grey, 16 bits:  ", *grey)
print("Grey keeps its 16 bits in mode I;16, and convert() cuts off all above 255 of 65535: the picture is white. Colour is scaled.")
raise SystemExit(0 if colour[1] == list(AT) and grey[1] == [0, 255, 255, 255, 255, 255] else 1)
PYTHON
