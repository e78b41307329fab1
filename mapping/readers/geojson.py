"""GeoJSON (RFC 7946, and the older `crs` member), one feature at a time."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson
import numpy as np

from .errors import ReadError, Reject, did_you_mean
from .mapping_file import FEATURE_ID
from .text import inspect, open_utf8

MAX_FEATURE = 64 << 20  # bytes of one feature
EXACT_POSITION_UP_TO = 32 << 20
MAX_NESTING = 200
# As many as Python takes for a whole number.
MAX_DIGITS = 4_000
_NO_DIGITS = re.compile(rb"[^0-9]+")
_STEP = np.zeros(256, dtype=np.int32)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1
_CRS = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]{1,200})"')

Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Features:
    """A feature collection; `crs` is what the file says, None when it says nothing (WGS84)."""

    path: Path
    encoding: str
    crs: str | None
    nulls: frozenset[str]

    def rows(self) -> Iterator[tuple[int, Row, Mapping[str, Any] | None] | Reject]:
        """(number from 1, properties as texts, geometry as GeoJSON or None), or a Reject.

        Raises ReadError where the file breaks off or is not JSON.
        """
        number = 0
        with json_file(self.path, self.encoding) as handle:
            for number, feature in enumerate(_features(handle), start=1):
                handle.mark(number)
                if not isinstance(feature, dict) or feature.get("type") != "Feature":
                    yield Reject.of(number, "(whole feature)", feature, "This is not a Feature.")
                    continue
                properties = feature.get("properties")
                if not isinstance(properties, dict | None):
                    remedy = "The properties of a feature must be an object."
                    yield Reject.of(number, "properties", properties, remedy)
                    continue
                yield number, self._row(feature, properties or {}), feature.get("geometry")
        if not number:
            raise ReadError("there is no feature in it", self.path, "Fetch it again.")

    def _row(self, feature: Mapping[str, Any], properties: Mapping[str, Any]) -> Row:
        row: Row = {}
        for name, value in properties.items():
            text = cell_text(value)
            row[name] = None if text is None or text in self.nulls else text
        row[FEATURE_ID] = cell_text(feature.get("id"))
        return row


def open_geojson(
    path: str | Path,
    *,
    encoding: str | None = None,
    columns: tuple[str, ...] = (),
    nulls: frozenset[str] = frozenset({""}),
) -> Features:
    """Check the beginning of a GeoJSON file. `columns` must be properties. Raises ReadError."""
    path = Path(path)
    found = inspect(path, encoding, lines=False)
    with json_file(path, found.encoding) as handle:
        crs = _check_top(handle, path)
    features = Features(path, found.encoding, crs or _late_crs(path, found.encoding), nulls)
    if columns:
        _check_columns(features, columns)
    return features


def cell_text(value: object) -> str | None:
    """A JSON value as the text of a cell: whole floats without `.0`, nested values as JSON."""
    if value is None or isinstance(value, str):
        return value.strip() if isinstance(value, str) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


class _Counted:
    """A file that knows how much was read, and refuses a feature without end."""

    def __init__(self, handle: IO[bytes], path: Path) -> None:
        self._handle = handle
        self._path = path
        self._marked = 0
        self._nesting = Nesting()
        self._digits = Digits()
        self.count = 0
        self.feature = 0

    def mark(self, feature: int) -> None:
        self._marked, self.feature = self.count, feature

    def read(self, size: int = -1) -> bytes:
        data = self._handle.read(size)
        self.count += len(data)
        if self.count - self._marked > MAX_FEATURE:
            raise ReadError(
                f"one feature is longer than {MAX_FEATURE >> 20} MB",
                f"{self._path}, after feature {self.feature}",
                "Simplify its geometry, or check the file.",
            )
        if self._digits.feed(data) > MAX_DIGITS:
            raise ReadError("it holds a number of thousands of digits", self._path, "Correct or remove it.")
        if self._nesting.feed(data) > MAX_NESTING:
            remedy = "No GeoJSON needs that: check the file."
            raise ReadError(f"lists are nested more than {MAX_NESTING} deep", self._path, remedy)
        return data


class Digits:
    """The longest run of digits in a text, told a chunk at a time.

    Not every parser refuses what Python would not take for a number, so none is asked to.
    """

    def __init__(self) -> None:
        self._run = 0

    def feed(self, chunk: bytes) -> int:
        """Return the longest run that ends in `chunk` or goes on after it."""
        if not chunk:
            return self._run
        runs = _NO_DIGITS.split(chunk)
        longest = max(self._run + len(runs[0]), *(len(run) for run in runs))
        self._run = self._run + len(chunk) if len(runs) == 1 else len(runs[-1])
        return longest


class Nesting:
    """How deep the brackets of a JSON text are nested, told a chunk at a time.

    The parser keeps a path for each level, so a few kB of `[[[[` would cost it gigabytes.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._left = b""

    def feed(self, chunk: bytes) -> int:
        """Return the greatest depth reached in `chunk`."""
        data = (self._left + chunk).replace(b"\\\\", b"  ").replace(b'\\"', b"  ")
        self._left = b"\\" if data.endswith(b"\\") else b""
        codes = np.frombuffer(data, dtype=np.uint8)
        in_text = np.cumsum(codes == ord('"')) % 2 != self._in_text
        step = _STEP[codes]
        step[in_text] = 0
        depths = np.cumsum(step) + self._depth
        if len(depths):
            self._depth, self._in_text = int(depths[-1]), bool(in_text[-1])
            return int(depths.max())
        return self._depth


@contextmanager
def json_file(path: Path, encoding: str) -> Iterator[_Counted]:
    with open_utf8(path, encoding) as raw:
        handle = _Counted(raw, path)
        try:
            yield handle
        except ijson.IncompleteJSONError as error:
            # ijson raises this one class for a syntax error as well.
            if "premature EOF" in str(error) or "Incomplete JSON" in str(error):
                raise ReadError(
                    f"the file ends in the middle, at byte {handle.count} (after {handle.feature} whole features)",
                    path,
                    "It was cut short: fetch it again.",
                ) from None
            raise _not_json(path, encoding, handle) from None
        except ijson.JSONError:
            raise _not_json(path, encoding, handle) from None
        except (ValueError, OverflowError, RecursionError) as error:
            remedy = "Fetch it again."
            raise ReadError(f"this cannot be read as JSON ({error})", path, remedy) from None


def _not_json(path: Path, encoding: str, handle: _Counted) -> ReadError:
    """The error for broken JSON, with the byte where it breaks when that is cheap to find."""
    at = f"before byte {handle.count}"
    if path.stat().st_size <= EXACT_POSITION_UP_TO and handle.count <= EXACT_POSITION_UP_TO:
        with open_utf8(path, encoding) as raw:
            text = raw.read(handle.count + 4096).decode("utf-8", "replace")
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            at = f"at byte {len(text[: error.pos].encode())} (line {error.lineno})"
        except RecursionError:
            pass
    remedy = "Check the file there, or fetch it again."
    return ReadError(f"this is not valid JSON {at}", path, remedy)


def _check_top(handle: _Counted, path: Path) -> str | None:
    """Look at the members before the features. Return the `crs` if it is one of them."""
    crs: str | None = None
    kind: object = None
    remedy = "It needs to be a FeatureCollection."
    for prefix, event, value in ijson.parse(handle, use_float=True):
        if prefix == "" and event not in ("start_map", "end_map", "map_key"):
            raise ReadError("this is JSON, but not GeoJSON", path, remedy)
        if prefix == "crs.properties.name" and isinstance(value, str):
            crs = value
        elif prefix == "type":
            kind = value
            if value == "Feature":
                remedy = 'Put it in a list: {"type": "FeatureCollection", "features": [...]}.'
            if value == "Topology":
                raise ReadError("this is TopoJSON, not GeoJSON", path, "Save it as GeoJSON.")
            if value != "FeatureCollection":
                raise ReadError(f"the top of it is '{value}', not features", path, remedy)
        elif prefix == "features":
            if event == "start_array":
                return crs
            raise ReadError("'features' is not a list", path, remedy)
    if kind == "FeatureCollection":
        raise ReadError("there is no list of features in it", path, "Fetch it again.")
    raise ReadError("this is JSON, but not GeoJSON", path, remedy)


def _features(handle: _Counted) -> Iterator[Any]:
    return iter(ijson.items(handle, "features.item", use_float=True))


def _late_crs(path: Path, encoding: str) -> str | None:
    """The `crs` member when it stands after the features (last 4 kB)."""
    if not encoding.startswith("utf-8"):
        return None
    tail = b""
    with open_utf8(path, encoding) as handle:
        for chunk in iter(lambda: handle.read(1 << 20), b""):
            tail = (tail + chunk)[-4096:]
    after = tail.rpartition(b"]")[2]
    found = _CRS.search(after)
    return codecs.decode(found[1], "ascii", "replace") if found else None


def _check_columns(features: Features, columns: tuple[str, ...]) -> None:
    """Refuse columns that none of the first 1,000 features has."""
    seen: dict[str, None] = {}
    for number, item in enumerate(features.rows(), start=1):
        if not isinstance(item, Reject):
            seen.update(dict.fromkeys(item[1]))
        if number >= 1000 or all(c in seen for c in columns):
            break
    for column in columns:
        if column not in seen:
            hint = did_you_mean(column, seen)
            known = ", ".join(list(seen)[:30])
            remedy = hint or f"The properties are: {known}."
            raise ReadError(f"no feature has a property '{column}'", features.path, remedy)
