"""What is wrong with a text that looks like a postcode, a grid reference or coordinates and is none that we know."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from .coordinates import GRID, MAX_FIGURES, MAX_LATITUDE, MIN_FIGURES, is_square, looks_like_coordinates
from .postcodes import CUT_SHORT, FULL, OUTCODE, SECTOR, packed


def problem(text: str) -> tuple[str, str] | None:
    """Return what is wrong and what to do about it, two sentences; None when `text` looks like none of these.

    Only for what `find` knows nothing of. Asks the database nothing.
    """
    return _postcode(text) or _grid(text) or _coordinates(text)


def _postcode(text: str) -> tuple[str, str] | None:
    code = packed(text)
    written = " ".join(text.upper().split())
    if not (FULL.fullmatch(code) or OUTCODE.fullmatch(code) or SECTOR.fullmatch(code)):
        if match := CUT_SHORT.fullmatch(written):
            return (
                _("“%(code)s” is a postcode that was cut short.") % {"code": written},
                _("Write all of it, or only its first half: %(half)s.") % {"half": match[1]},
            )
        return None
    area = re.match(r"[A-Z]+", code)[0]
    elsewhere = {
        "BT": _("“%(code)s” is in Northern Ireland, whose postcodes we do not have."),
        "IM": _("“%(code)s” is on the Isle of Man. The postcode directory does not say where its postcodes lie."),
        "JE": _("“%(code)s” is on Jersey. The postcode directory does not say where its postcodes lie."),
        "GY": _("“%(code)s” is on Guernsey. The postcode directory does not say where its postcodes lie."),
    }
    if area in elsewhere:
        return (
            elsewhere[area] % {"code": written},
            _("Use the name of a place, or latitude,longitude such as 54.60,-5.93."),
        )
    if not FULL.fullmatch(code):
        # "B1" or "A56" may be words.
        return None
    return (
        _("We do not know the postcode “%(code)s”.") % {"code": written},
        _("Check it, or use its first half or the name of a place."),
    )


def _grid(text: str) -> tuple[str, str] | None:
    match = GRID.fullmatch(text.strip())
    if match is None:
        return None
    figures = match[3].replace(" ", "")
    if len(figures) < MIN_FIGURES - 1:
        return None
    square = f"{match[1]}{match[2]}".upper()
    if not is_square(match[1], match[2]):
        return (
            _("“%(text)s” is no grid reference: there is no square %(square)s in Great Britain.")
            % {"text": text, "square": square},
            _("Check its two letters, or use a postcode or the name of a place."),
        )
    if not MIN_FIGURES <= len(figures) <= MAX_FIGURES:
        message = _("“%(text)s” has %(n)d figures. A grid reference has 4, 6, 8 or 10.")
    elif len(figures) % 2:
        message = _("“%(text)s” has %(n)d figures. A grid reference has as many eastwards as northwards.")
    else:
        message = _("The figures of “%(text)s” are not divided in the middle.")
    remedy = _("Write it as %(square)s 800 955.") % {"square": square}
    return message % {"text": text, "n": len(figures)}, remedy


def _coordinates(text: str) -> tuple[str, str] | None:
    if not looks_like_coordinates(text):
        return None
    message = _("“%(text)s” is no point on our maps: latitude is -%(most)d to %(most)d and longitude -180 to 180.")
    return message % {"text": text, "most": MAX_LATITUDE}, _("Write latitude,longitude such as 53.42,-2.32.")
