"""Photos that people send: read with care, and made anew. Nothing of the file that was sent is kept.

    made = remade(uploaded)        # RemadePhoto(data=b"...JPEG...", width=1600, height=1200)

What comes out is a JPEG of our own: upright, in the colours of screens (sRGB), at most `MAX_SIDE` pixels wide or high,
with no EXIF, XMP, profile or comment. Where the file says it was taken is gone with it.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from config.errors import HereaboutsError

logger = logging.getLogger(__name__)

MAX_BYTES = 12 * 1024 * 1024
# Known before anything is decoded. Phones make JPEGs of 12 to 50 million pixels, which are decoded at a part of their
# size; anything else is decoded whole, at four bytes a pixel and twice for a moment.
MAX_PIXELS_OF_JPEG = 50_000_000
MAX_PIXELS = 24_000_000
MAX_SIDE = 1600
MIN_SIDE = 16
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# What phones write where nobody asked them for a JPEG; a box of ISO 14496-12 says so.
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")


class PhotoRefused(HereaboutsError):
    """A file cannot be taken as a photo; the text says why and what to do."""

    status = 422


@dataclass(frozen=True)
class RemadePhoto:
    """A photo of our own: the bytes of a JPEG, and its size in pixels."""

    data: bytes
    width: int
    height: int


def remade(file: BinaryIO) -> RemadePhoto:
    """Return a fresh JPEG of the photo in `file`; of one that moves, its first picture. Raises `PhotoRefused`."""
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise PhotoRefused(
            _("The photo is larger than %(most)s megabytes.") % {"most": MAX_BYTES // 1024**2},
            _("Choose a smaller one, or send the report without it."),
        )
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise PhotoRefused(
            _("The photo is a HEIC or AVIF file, which many browsers cannot show."),
            _("Send it as JPEG: a screenshot of it will do, or choose “Most compatible” in your camera."),
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as sent:
            width, height = sent.size
            most = MAX_PIXELS_OF_JPEG if sent.format in ("JPEG", "MPO") else MAX_PIXELS
            if width * height > most:
                raise PhotoRefused(
                    _("The photo has %(pixels)s million pixels, and we take %(most)s million.")
                    % {"pixels": round(width * height / 1e6), "most": most // 1_000_000},
                    _("Choose a smaller one, or send the report without it."),
                )
            if min(width, height) < MIN_SIDE:
                raise PhotoRefused(
                    _("The photo is only %(width)s by %(height)s pixels.") % {"width": width, "height": height},
                    _("Choose a larger one, or send the report without it."),
                )
            plain = _plain(sent)
    except PhotoRefused:
        raise
    except Image.UnidentifiedImageError:
        raise PhotoRefused(
            _("This file is not a photo that we can read."), _("Choose a JPEG, PNG, WebP or GIF file.")
        ) from None
    except Exception as error:
        # Decoders raise what they like of files that are broken: OSError, SyntaxError, struct.error, ...
        logger.info("A photo could not be read: %s", type(error).__name__)
        raise PhotoRefused(
            _("The photo is broken, or was cut off on its way."), _("Choose it again, or send the report without it.")
        ) from None
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return RemadePhoto(out.getvalue(), *plain.size)


def _plain(sent: Image.Image) -> Image.Image:
    """The picture alone: a new image with nothing of the old one but what is to be seen."""
    # A JPEG is decoded at an eighth, a quarter or a half of its size where that is enough.
    sent.draft("RGB", (MAX_SIDE, MAX_SIDE))
    sent.load()
    profile = sent.info.get("icc_profile")
    seen = _eight_bit(sent)
    if seen.mode == "P":
        seen = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
    # Small before anything else: all that follows makes copies.
    seen.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    seen = _upright(seen)
    if seen.has_transparency_data:
        seen = seen.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        paper.alpha_composite(seen)
        seen = paper.convert("RGB")
    if profile:
        seen = _in_srgb(seen, profile)
    seen = seen.convert("RGB")
    # `info` goes along with every copy, and what stands there may be written again: comments are.
    fresh = Image.new("RGB", seen.size)
    fresh.paste(seen)
    return fresh


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # EXIF that cannot be read says nothing of which way up it is.
        return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits, brought down to 8: `convert` would cut everything above 255 off."""
    if image.mode == "F":
        return image.convert("L")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda it: it * (1 / 256)).convert("L")
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """In the colours that a picture without a profile has. A profile that does not fit says nothing."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
