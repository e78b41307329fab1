"""Points as numbers: latitude and longitude in the spellings that maps give, and British grid references."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from pyproj import Transformer

from mapping.readers.locate import GREAT_BRITAIN

from .spots import Spot, degrees

# "53.42,-2.32": what our own addresses have.
PLAIN = re.compile(r"([-+]?[0-9]{1,3}(?:[.][0-9]+)?)\s*,\s*([-+]?[0-9]{1,3}(?:[.][0-9]+)?)")
# One of the two as maps and telephones write it: "53.42", "-2.32°", "53°25'12.5\"". Its side may stand before or after.
_ANGLE = (
    r"([-+]?)\s*([0-9]{1,3}(?:[.][0-9]+)?)\s*°?"
    r"(?:\s*([0-9]{1,2}(?:[.][0-9]+)?)\s*'(?:\s*([0-9]{1,2}(?:[.][0-9]+)?)\s*(?:\"|''))?)?"
)
_SIDE = r"([NSEW])"
_APART = r"(?:\s*[,;]\s*|\s+)"
_BARE = re.compile(rf"{_ANGLE}{_APART}{_ANGLE}")
_BEFORE = re.compile(rf"{_SIDE}\s*{_ANGLE}(?:{_APART})?{_SIDE}\s*{_ANGLE}", re.IGNORECASE)
_AFTER = re.compile(rf"{_ANGLE}\s*{_SIDE}(?:{_APART})?{_ANGLE}\s*{_SIDE}", re.IGNORECASE)
_SPELLINGS = str.maketrans({"−": "-", "–": "-", "‐": "-", "º": "°", "˚": "°", "′": "'", "’": "'", "″": '"', "”": '"'})
MAX_LATITUDE = 85

# The letters of the squares of 500 and of 100 km (there is no I), and the figures after them.
GRID = re.compile(r"([A-HJ-Z])([A-HJ-Z])\s?([0-9][0-9 ]*)", re.IGNORECASE)
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
MIN_FIGURES, MAX_FIGURES = 4, 10
SQUARE = 100_000  # metres


def coordinates(text: str) -> Spot | None:
    """Return the spot of latitude and longitude in degrees, or of a grid reference; None when `text` is neither.

    "53.44,-2.3" as our own addresses have it; "53.44 -2.30", "53.44 N, 2.30 W", "53°26'24\\"N 2°18'W" and longitude
    first, where only that lies in Great Britain, are read too, and said.
    """
    if match := PLAIN.fullmatch(text):
        lat, lon = float(match[1]), float(match[2])
        return _spot(text, lat, lon, plain=True)
    pair = _angles(text)
    return _spot(text, *pair) if pair else grid_reference(text)


def _spot(text: str, lat: float, lon: float, plain: bool = False) -> Spot | None:
    note = "" if plain else _("“%(text)s” was read as latitude %(lat)s, longitude %(lon)s.")
    west, south, east, north = GREAT_BRITAIN
    if not (west <= lon <= east and south <= lat <= north) and west <= lat <= east and south <= lon <= north:
        lat, lon = lon, lat
        note = _("The longitude was first: “%(text)s” was read as latitude %(lat)s, longitude %(lon)s.")
    lat, lon = round(lat, 5), round(lon, 5)
    if not in_range(lat, lon):
        return None
    if note:
        note %= {"text": text, "lat": degrees(lat), "lon": degrees(lon)}
    return Spot(f"{degrees(lat)},{degrees(lon)}", _("the chosen point"), "coordinates", lon, lat, note=note)


def in_range(lat: float, lon: float) -> bool:
    """Whether there is such a point on our maps."""
    return abs(lat) <= MAX_LATITUDE and abs(lon) <= 180


def looks_like_coordinates(text: str) -> bool:
    """Whether `text` is two numbers as coordinates are written, in range or not."""
    return bool(PLAIN.fullmatch(text) or _angles(text))


def _angles(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a text in another spelling than our own; None when it is none."""
    text = text.translate(_SPELLINGS).strip("() ")
    if match := _BARE.fullmatch(text):
        first, second = match.groups()[:4], match.groups()[4:]
        # "12 34" may be anything: without signs of degrees both have a point.
        if "°" not in text and not ("." in first[1] and "." in second[1]):
            return None
        return _angle(*first), _angle(*second)
    if match := _BEFORE.fullmatch(text):
        (one, *first), (other, *second) = match.groups()[:5], match.groups()[5:]
    elif match := _AFTER.fullmatch(text):
        (*first, one), (*second, other) = match.groups()[:5], match.groups()[5:]
    else:
        return None
    sides = one.upper() + other.upper()
    if "." not in text and "°" not in text or (sides[0] in "NS") == (sides[1] in "NS") or first[0] or second[0]:
        return None
    values = [-_angle(*it) if side in "SW" else _angle(*it) for it, side in zip((first, second), sides, strict=True)]
    return (values[0], values[1]) if sides[0] in "NS" else (values[1], values[0])


def _angle(sign: str, whole: str, minutes: str | None, seconds: str | None) -> float:
    value = float(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if sign == "-" else value


def grid_reference(text: str) -> Spot | None:
    """Return the middle of the square that a British grid reference of 4 to 10 figures names; None when it is none."""
    match = GRID.fullmatch(text.strip())
    if match is None or (half := _halves(match[3])) is None:
        return None
    corner = _corner(match[1].upper(), match[2].upper())
    if corner is None:
        return None
    side = SQUARE // 10 ** len(half[0])
    x, y = (edge + int(figures) * side + side / 2 for edge, figures in zip(corner, half, strict=True))
    lon, lat = _from_grid().transform(x, y)
    name = f"{match[1]}{match[2]} {half[0]} {half[1]}".upper()
    note = ""
    if text != name:
        note = _("“%(text)s” was read as the grid reference %(name)s.") % {"text": text, "name": name}
    return Spot(name, _("grid reference %(name)s") % {"name": name}, "grid", round(lon, 6), round(lat, 6), note=note)


def _halves(figures: str) -> tuple[str, str] | None:
    """The figures eastwards and northwards; None when they are not as many of one as of the other."""
    parts = figures.split()
    joined = "".join(parts)
    middle = len(joined) // 2
    if len(joined) % 2 or not MIN_FIGURES <= len(joined) <= MAX_FIGURES:
        return None
    if len(parts) > 1 and [len(it) for it in parts] != [middle, middle]:
        return None
    return joined[:middle], joined[middle:]


def _corner(first: str, second: str) -> tuple[int, int] | None:
    """The south-west corner of a square of 100 km in metres of EPSG:27700; None outside Great Britain.

    The squares are 5 by 5 letters, from the north-west; the origin of the grid is the corner of SV.
    """
    big, small = _LETTERS.index(first), _LETTERS.index(second)
    east = (big % 5 - 2) * 5 + small % 5
    north = (3 - big // 5) * 5 + 4 - small // 5
    return (east * SQUARE, north * SQUARE) if 0 <= east <= 6 and 0 <= north <= 12 else None


def is_square(first: str, second: str) -> bool:
    """Whether two letters name a square of the British grid."""
    return _corner(first.upper(), second.upper()) is not None


@lru_cache(maxsize=1)
def _from_grid() -> Transformer:
    return Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
