"""GeoJSON (RFC 7946): features whose properties are named as the columns of a table are."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from ..events import Problem, Reading, Window
from .rows import Rows, column_of

MAX_FEATURES = 10_000


def is_geojson(data: Any) -> bool:
    return isinstance(data, dict) and data.get("type") in ("FeatureCollection", "Feature")


def read_geojson(data: dict[str, Any], *, home: ZoneInfo, window: Window) -> Reading:
    """Read parsed GeoJSON; problems count features from 1."""
    reading = Reading("geojson")
    features = data.get("features") if data.get("type") == "FeatureCollection" else [data]
    if not isinstance(features, list) or not features:
        reading.problems.append(Problem("", "There is no feature in it.", "Check its address."))
        return reading
    rows = Rows(reading, home, window)
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        if number > MAX_FEATURES:
            reading.problems.append(Problem(where, f"More than {MAX_FEATURES:,} features: the rest was left out."))
            reading.is_whole = False
            break
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            reading.problems.append(Problem(where, "It has no properties.", "Give it a title and a date."))
            continue
        row: dict[str, str] = {}
        for name, value in properties.items():
            column = column_of(str(name))
            if column and column not in row and isinstance(value, str | int | float):
                row[column] = str(value)
        if "uid" not in row and isinstance(feature.get("id"), str | int):
            row["uid"] = str(feature["id"])
        rows.take(where, number, row, _point(feature.get("geometry")))
    rows.finish()
    return reading


def _point(geometry: Any) -> tuple[float, float] | None:
    """The point of a geometry; of a line or an area the middle of its corners."""
    if not isinstance(geometry, dict):
        return None
    corners: list[tuple[float, float]] = []
    waiting = [geometry.get("coordinates")]
    while waiting and len(corners) < 10_000:
        it = waiting.pop()
        if not isinstance(it, list) or not it:
            continue
        if all(isinstance(n, int | float) and not isinstance(n, bool) for n in it[:2]) and len(it) >= 2:
            corners.append((float(it[0]), float(it[1])))
        else:
            waiting.extend(it[:10_000])
    inside = [it for it in corners if abs(it[0]) <= 180 and abs(it[1]) <= 90]
    if not inside:
        return None
    lon, lat = (sum(it[at] for it in inside) / len(inside) for at in (0, 1))
    return (lon, lat) if lon or lat else None
