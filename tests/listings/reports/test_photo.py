"""Photos are made anew: nothing that a file tells besides its picture is left, and no file takes more than it may."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.test import Client
from PIL import Image, ImageCms, PngImagePlugin

from listings.commands import reports
from listings.models import ReportPhoto
from listings.reports import photo
from listings.reports.photo import PhotoRefused, remade

from .conftest import a_photo, make_report

MARK = b"MARK-53.42-2.32"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a GPSLatitude="' + MARK + b'"/></x:xmpmeta>'


def exif(orientation: int = 6) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = MARK.decode()
    gps = made.get_ifd(0x8825)
    gps[1], gps[2], gps[27] = "N", (53.0, 25.0, 12.0), MARK
    return made


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def telling(format: str) -> bytes:
    """A photo that says in every way its format knows where it was taken; 64 by 48, lying on its side."""
    image, out = Image.linear_gradient("L").resize((64, 48)).convert("RGB"), io.BytesIO()
    more = {"exif": exif(), "icc_profile": profile()}
    if format == "JPEG":
        more |= {"xmp": XMP, "comment": MARK}
    elif format == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", MARK.decode())
        told.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more["pnginfo"] = told
    elif format == "WEBP":
        more["xmp"] = XMP
    elif format == "GIF":
        more = {"comment": MARK}
    elif format == "MPO":
        more |= {"save_all": True, "append_images": [image], "comment": MARK}
    image.save(out, format, **more)
    return out.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "MPO"])
def test_nothing_of_where_it_was_taken_is_left(format):
    sent = telling(format)
    assert MARK in sent
    made = remade(io.BytesIO(sent)).data
    assert made.startswith(b"\xff\xd8\xff")
    for word in (MARK, b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE", b"GPS", b"MPF"):
        assert word not in made, word
    read = Image.open(io.BytesIO(made))
    assert read.format == "JPEG" and not dict(read.getexif()) and "comment" not in read.info
    # Upright first: what lay on its side stands.
    assert read.size == ((64, 48) if format == "GIF" else (48, 64))


@pytest.mark.django_db
def test_the_file_that_is_kept_and_served_holds_nothing_of_it(client, category, own_folder):
    made = remade(io.BytesIO(telling("JPEG")))
    kept = reports.keep_photo(data=made.data, width=made.width, height=made.height, alt="A swing")
    report, _ = make_report(category, photo=kept)
    [file] = [it for it in own_folder.rglob("*") if it.is_file()]
    assert MARK not in file.read_bytes() and len(file.stem) == 48
    # Nothing of its name is told: the address is another one.
    assert file.stem != str(kept.uuid)
    reports.show_photo(actor=reports.READER, report=report)
    served = b"".join(Client().get(f"/reports/photos/{kept.uuid}/").streaming_content)
    assert served == file.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_with_the_photo(category, own_folder):
    made = remade(a_photo())
    kept = reports.keep_photo(data=made.data, width=made.width, height=made.height)
    report, _ = make_report(category, photo=kept)
    reports.remove_photo(actor=reports.READER, report=report)
    assert not ReportPhoto.objects.exists()
    assert not [it for it in own_folder.rglob("*") if it.is_file()]


@pytest.mark.parametrize(
    ("mode", "format"),
    [("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "PNG"),
     ("RGBA", "WEBP"), ("P", "GIF")],
)  # fmt: skip
def test_every_way_of_keeping_colours_is_read(mode, format):
    made = remade(a_photo(mode=mode, format=format))
    read = Image.open(io.BytesIO(made.data))
    assert (made.width, made.height) == read.size == (640, 480)
    top, bottom = read.getpixel((320, 2)), read.getpixel((320, 477))
    assert max(top) < 90 and min(bottom) > 160


def _png_of_16_bits() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + struct.pack(">256H", *[n * 257 for n in range(256)])
    head = struct.pack(">IIBBBBB", 256, 32, 16, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 32)) + chunk(b"IEND", b"")


def test_grey_of_16_bits_stays_grey():
    """Pillow's `convert` makes it white (findings/pillow-grey-of-16-bits-turns-white.sh)."""
    read = Image.open(io.BytesIO(remade(io.BytesIO(_png_of_16_bits())).data))
    assert abs(read.getpixel((128, 16))[0] - 128) < 6 and read.getpixel((8, 16))[0] < 20


def test_what_is_transparent_becomes_white():
    sent = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(sent, "PNG")
    assert Image.open(io.BytesIO(remade(sent).data)).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_is_taken(format):
    sent = io.BytesIO()
    pictures = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    pictures[0].save(sent, format, save_all=True, append_images=pictures[1:], duration=100)
    red, _, blue = Image.open(io.BytesIO(remade(sent).data)).getpixel((20, 20))
    assert red > 200 and blue < 60


def test_a_large_photo_is_made_smaller():
    made = remade(a_photo(size=(4000, 3000)))
    assert (made.width, made.height) == (1600, 1200)


@pytest.mark.parametrize("orientation", [0, 3, 8, 9, 65535])
def test_orientations_that_there_are_and_are_not(orientation):
    made = remade(a_photo(exif=exif(orientation)))
    assert (made.width, made.height) == ((480, 640) if orientation == 8 else (640, 480))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a photo"),
        (b"GIF89a", "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photo"),
        (b"%PDF-1.7", "not a photo"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (a_photo().getvalue()[:2000], "broken"),
        (_png_of_16_bits()[:60], "broken"),
    ],
    ids=["empty", "only a head", "svg", "pdf", "heic", "cut off jpeg", "cut off png"],
)
def test_what_is_no_photo_is_refused_with_what_to_do(data, words):
    with pytest.raises(PhotoRefused) as refused:
        remade(io.BytesIO(data))
    assert words in str(refused.value) and refused.value.remedy


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(photo, "MAX_BYTES", 1000)
    with pytest.raises(PhotoRefused, match="larger than"):
        remade(a_photo())


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    """Its head says 60,000 by 60,000: 10 gigabytes. There is nothing behind that head to decode."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    monkeypatch.setattr(Image.Image, "load", None)
    with pytest.raises(PhotoRefused) as refused:
        remade(io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", 0)))
    assert "pixels" in str(refused.value) or "broken" in str(refused.value)
