"""Postcodes in any spelling, sectors and outcodes, of the table of postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import Centroid
from django.contrib.gis.geos import Point
from django.db.models import Count
from django.utils.translation import gettext as _

from mapping.models import Place, Postcode

from .spots import Spot, is_inside

# A postcode in full, a sector ("M32 0") and an outcode ("M32"), without spaces.
FULL = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])([A-Z]{2})")
OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9])")
# One without its last letter, with its space: "M32 0T".
CUT_SHORT = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ([0-9])[A-Z]")
# What is typed for a figure, and for a letter.
FIGURES = {"O": "0", "I": "1", "L": "1"}
LETTERS = {"0": "O", "1": "I"}
MAX_ALIKE = 8


def looks_like_postcode(text: str) -> bool:
    """Whether `text` has the form of a postcode in full, in any spacing and case."""
    return bool(FULL.fullmatch(packed(text)))


def packed(text: str) -> str:
    """Return `text` as the table has codes: capitals, without spaces, stops and hyphens."""
    return re.sub(r"[\s.\-]+", "", text).upper()


def postcode(text: str, place: Place | None = None) -> Spot | None:
    """Return the spot of a postcode, sector or outcode, or None when `text` is none that is known.

    A postcode that is not in the table (a new one, or one that is no longer used) but whose sector or outcode is stands
    for that, and says so; and so do one without its last letter and one with a letter O for a nought.
    """
    code = packed(text)
    if len(code) > 7:
        return None
    if match := FULL.fullmatch(code):
        return _full(*match.groups(), place)
    written = " ".join(text.upper().split())
    if " " in written and (match := SECTOR.fullmatch(written)):
        return _sector(match[1], match[2], place)
    if match := CUT_SHORT.fullmatch(written):
        return _cut_short(written, match[1], match[2], place)
    if OUTCODE.fullmatch(code) and (spot := _outcode(code, place)):
        return spot
    if match := SECTOR.fullmatch(code):
        return _sector(match[1], match[2], place)
    return _mistyped(text, code, place)


def _full(outcode: str, digit: str, unit: str, place: Place | None) -> Spot | None:
    spaced = f"{outcode} {digit}{unit}"
    row = Postcode.objects.filter(code=f"{outcode}{digit}{unit}").first()
    if row:
        return _spot("postcode", spaced, row.point, place)
    wider = _sector(outcode, digit, place) or _outcode(outcode, place)
    if wider is None:
        return None
    note = _("We do not know the postcode %(code)s (it may be new, or no longer used), so this is the area %(wider)s.")
    return replace(wider, note=note % {"code": spaced, "wider": wider.label})


def _cut_short(text: str, outcode: str, digit: str, place: Place | None) -> Spot | None:
    """The sector or outcode of a postcode without its last letter, and that it is only that."""
    wider = _sector(outcode, digit, place) or _outcode(outcode, place)
    if wider is None:
        return None
    note = _("“%(code)s” is not a whole postcode, so this is the area %(wider)s.")
    return replace(wider, note=note % {"code": text, "wider": wider.label})


def _mistyped(text: str, code: str, place: Place | None) -> Spot | None:
    """The postcode that is meant where figures and letters that look alike were mistaken for each other."""
    if not 5 <= len(code) <= 7 or not any(it.isdigit() for it in code):
        return None
    parts = text.split()
    if len(parts) == 2 and len(parts[1]) != 3:
        return None
    meant = list(dict.fromkeys(_alike(code)))[:MAX_ALIKE]
    known = set(Postcode.objects.filter(code__in=meant).values_list("code", flat=True)) if meant else set()
    # The table may lack the very code, but not everything around it.
    for it in [*(it for it in meant if it in known), *meant]:
        match = FULL.fullmatch(it)
        spot = _full(*match.groups(), place) if match else None
        if spot is not None:
            if spot.note:
                return spot
            return replace(spot, note=_("“%(text)s” was read as %(code)s.") % {"text": text, "code": spot.near})
    return None


def _alike(code: str) -> Iterator[str]:
    """Postcodes in full that look like `code`: M320TH for M32OTH, OL11AA for 0L11AA. The most alike first."""
    *start, digit, first, last = code
    ends = FIGURES.get(digit, digit) + LETTERS.get(first, first) + LETTERS.get(last, last)
    choices = [{it: 0, FIGURES.get(it, it): 1, LETTERS.get(it, it): 1} for it in start]
    for several in sorted(product(*choices), key=lambda it: sum(a != b for a, b in zip(it, start, strict=True))):
        meant = "".join(several) + ends
        if meant != code and FULL.fullmatch(meant):
            yield meant


def _outcode(outcode: str, place: Place | None) -> Spot | None:
    point = Postcode.objects.filter(code=outcode).values_list("point", flat=True).first()
    point = point or _middle(outcode, 3)
    return _spot("outcode", outcode, point, place) if point else None


def _sector(outcode: str, digit: str, place: Place | None) -> Spot | None:
    """The sector "M32 0". Its middle is worked out: without the space, "M3 2" and "M32" are one code."""
    code = f"{outcode}{digit}"
    point = _middle(code, 2)
    if point is None and not OUTCODE.fullmatch(code):
        point = Postcode.objects.filter(code=code).values_list("point", flat=True).first()
    return _spot("sector", f"{outcode} {digit}", point, place) if point else None


def _middle(start: str, more: int) -> Point | None:
    """The middle of the postcodes that begin with `start` and have `more` characters after it."""
    rows = Postcode.objects.filter(code__startswith=start, code__regex=f"^.{{{len(start) + more}}}$")
    if more == 3:
        rows = rows.filter(code__regex=r"[0-9][A-Z]{2}$")
    found = rows.aggregate(n=Count("pk"), all=Centroid(Union("point")))
    return found["all"] if found["n"] else None


def _spot(kind: str, code: str, point: Point, place: Place | None) -> Spot:
    return Spot(code, code, kind, point.x, point.y, inside=is_inside(point, place))
