"""Names of settlements and suburbs with a point each: a table with or without a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .errors import ReadError, Reject
from .locate import BadLocation, Locator
from .nodes import clean
from .tabular import sniff_delimiter
from .text import inspect, open_text

COLUMNS = ("name", "district", "type", "lat", "lon")
# The letters of the file of place names of Great Britain.
KINDS = {
    "c": "city", "t": "town", "v": "village", "h": "hamlet", "a": "suburb", "o": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GazetteerRow:
    """A name, the district it is in, its kind in words, and its point (WGS84 degrees)."""

    row: int
    name: str
    district: str
    kind: str
    lon: float
    lat: float


def read_gazetteer(path: str | Path) -> Iterator[GazetteerRow | Reject]:
    """Read `name, district, type, lat, lon`, in this order unless a header says another.

    Raises ReadError when the file is not such a table.
    """
    path = Path(path)
    found = inspect(path)
    delimiter = sniff_delimiter(found.sample)
    order = _order(path, found.sample, delimiter)
    locator = Locator()
    seen: set[tuple[str, str, str, float, float]] = set()
    with open_text(path, found.encoding) as handle:
        rows = csv.reader(handle, delimiter=delimiter)
        try:
            for number, cells in enumerate(islice(rows, order.header, None), 1 + order.header):
                if not any(cell.strip() for cell in cells):
                    continue
                made = _row(number, cells, order, locator)
                if isinstance(made, GazetteerRow):
                    mark = (made.name, made.district, made.kind, made.lon, made.lat)
                    if mark in seen:
                        made = Reject.of(number, "name", made.name, "This row is there twice.")
                    seen.add(mark)
                yield made
        except csv.Error as error:
            raise ReadError(f"this is not a table ({error})", path, "Check its quotes.") from None


@dataclass(frozen=True, slots=True)
class _Order:
    at: dict[str, int]
    header: int
    width: int


def _order(path: Path, sample: str, delimiter: str) -> _Order:
    first = next(csv.reader(sample.splitlines()[:1], delimiter=delimiter), [])
    names = [cell.strip().lower() for cell in first]
    aliases = {"kind": "type", "longitude": "lon", "latitude": "lat", "lng": "lon"}
    names = [aliases.get(name, name) for name in names]
    if "name" in names:
        missing = [c for c in ("lat", "lon") if c not in names]
        if missing:
            raise ReadError(f"there is no column '{missing[0]}'", path, "It needs lat and lon.")
        return _Order({n: i for i, n in enumerate(names) if n in COLUMNS}, 1, len(names))
    if len(first) != len(COLUMNS):
        raise ReadError(
            f"the rows have {len(first)} cells, not {len(COLUMNS)}",
            path,
            f"They need to be {', '.join(COLUMNS)}, or to have a header.",
        )
    return _Order({n: i for i, n in enumerate(COLUMNS)}, 0, len(COLUMNS))


def _row(number: int, cells: list[str], order: _Order, locator: Locator) -> GazetteerRow | Reject:
    if len(cells) < order.width:
        remedy = f"The row has {len(cells)} cells, not {order.width}: was it cut short?"
        return Reject.of(number, "(whole row)", " ".join(cells), remedy)
    text = {name: clean(cells[at], 120) for name, at in order.at.items()}
    if not text["name"]:
        return Reject.of(number, "name", "", "A name is needed.")
    try:
        point = locator.point(text["lon"], text["lat"]).point
    except BadLocation as error:
        field = {"x": "lon", "y": "lat"}.get(error.field, error.field)
        return Reject.of(number, field, error.value, error.remedy)
    kind = text.get("type", "")
    return GazetteerRow(number, text["name"], text.get("district", ""), KINDS.get(kind, kind)[:20], point.x, point.y)
