"""A snapshot and its picture as one short run of bytes for the browser; the format is in docs/network.md.

    picture = Picture(positions=..., groups=..., ...)
    data = pack(snapshot, picture)                  # graph.bin
    part = identities(snapshot, picture, first=0)   # ids.bin: names and uuids, by parts

What is alike lies side by side (nodes by group and place, connections by their ends, numbers by their bytes), so that
any compressor finds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .islands import Islands
from .snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot

MAGIC = b"HBN1"
# Up to so many nodes all names are in graph.bin; beyond, those of the most important. Uuids, which no compressor makes
# shorter, are fetched once something is chosen.
WITH_NAMES, NAMED = 6_000, 1_500
# So many nodes a part of ids.bin.
PART = 4_096
NO_POINT, FAR, UNKNOWN = 65_535, 65_534, 255
# Counted, not measured: sent as they are.
EXACT = ("connections", "core")
_TYPES = {"u8": "<u1", "u16": "<u2", "u32": "<u4", "i32": "<i4", "f64": "<f8"}


@dataclass(frozen=True, eq=False)
class Picture:
    """What a picture of a snapshot says beside the snapshot itself.

    Parameters
    ----------
    positions : (n, 2) float
        x to the east, y downwards (`positions.positions`).
    groups : (n,) int
        The group of each node, -1 for none; `group_labels` names them.
    colour : (n,) int
        Place in `colours`, a list of dicts `slug, label`.
    home : (n,) int
        Place in `places`, a list of dicts `slug, label`.
    measures : dict of (n,) float
        By their keys; NaN where a measure says nothing. `connections` decides whose names come first.
    kinds : list of dicts `slug, label`, in the order of the snapshot's own.
    islands : where nodes lie without the hubs that hide all else; None or without hubs where none does.
    group_does : for each group what its members do, in a few words, as its island is called.
    """

    positions: NDArray[np.float64]
    groups: NDArray[np.int64]
    group_labels: Sequence[str]
    colour: NDArray[np.int64]
    colours: Sequence[Mapping[str, str]]
    home: NDArray[np.int64]
    places: Sequence[Mapping[str, str]]
    kinds: Sequence[Mapping[str, str]]
    measures: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    islands: Islands | None = None
    group_does: Sequence[str] = ()

    @property
    def has_hub(self) -> bool:
        """Whether there is a hub that hides all else, and so a picture without it."""
        return self.islands is not None and len(self.islands.hubs) > 0

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The nodes as they are sent: by group, then along a curve (Morton's) through the picture."""
        places = np.zeros(len(self.positions), dtype=np.int64)
        for axis, values in enumerate(_steps(self.positions, 1023)[0].T):
            for bit in range(10):
                places |= ((values >> bit) & 1) << (2 * bit + axis)
        return np.lexsort((np.arange(len(places)), places, self.groups))


class _Writer:
    def __init__(self) -> None:
        self.arrays: list[list[Any]] = []
        self.parts: list[bytes] = []

    def put(self, name: str, kind: str, values: Any) -> None:
        """One byte of every number, then the next of every number, and so on."""
        numbers = np.ascontiguousarray(values, dtype=_TYPES[kind]).ravel()
        planes = numbers.view(np.uint8).reshape(-1, numbers.itemsize).T.tobytes()
        self.arrays.append([name, kind, len(numbers), len(planes)])
        self.parts.append(planes)

    def put_varints(self, name: str, values: Any) -> None:
        numbers = np.asarray(values, dtype=np.uint64).ravel()
        data = _varints(numbers)
        self.arrays.append([name, "varint", len(numbers), len(data)])
        self.parts.append(data)

    def put_texts(self, texts: Sequence[str]) -> None:
        coded = [text.encode() for text in texts]
        self.put_varints("name_lengths", [len(it) for it in coded])
        self.put("names", "u8", np.frombuffer(b"".join(coded), dtype=np.uint8))

    def bytes(self, header: dict[str, Any]) -> bytes:
        head = json.dumps({**header, "arrays": self.arrays}, separators=(",", ":"), ensure_ascii=False).encode()
        return b"".join([MAGIC, len(head).to_bytes(4, "little"), head, *self.parts])


def pack(snapshot: Snapshot, picture: Picture) -> bytes:
    """Return `graph.bin`: everything of a network that a picture draws."""
    order, size = picture.order, snapshot.size
    out = _Writer()
    header: dict[str, Any] = {
        "format": 1,
        "n": size,
        "m": len(snapshot.source),
        "part": PART,
        "stamp": stamp(snapshot, picture),
        "place": snapshot.tables["place"],
        "name": snapshot.tables["name"],
        "revision": snapshot.tables["revision"],
        "tables": _tables(snapshot, picture),
    }
    header |= _places(out, snapshot, picture)
    if picture.islands is not None and picture.has_hub:
        header["islands"] = _islands(out, picture.islands, order)
    out.put("kind", "u8", snapshot.kind[order])
    out.put("community", "u16", picture.groups[order] + 1)
    out.put("colour", "u8", picture.colour[order])
    out.put("category", "u16", snapshot.category[order].astype(np.int64) + 1)
    out.put("home", "u8", np.minimum(picture.home[order], 255))
    header["measures"] = [_measure(out, key, values[order]) for key, values in picture.measures.items()]
    _connections(out, snapshot, order)
    if size <= WITH_NAMES:
        named = np.arange(size)
    else:
        weight = picture.measures["connections"][order]
        named = np.sort(np.lexsort((np.arange(size), -weight))[:NAMED])
    out.put_texts([snapshot.names[i] for i in order[named].tolist()])
    if size > WITH_NAMES:
        out.put("named", "u32", named)
    return out.bytes(header)


def identities(snapshot: Snapshot, picture: Picture, *, first: int) -> bytes:
    """Return a part of `ids.bin`: names and uuids of the nodes `first` to `first + PART - 1` of `graph.bin`.

    Raises
    ------
    IndexError
        When there is no such node, or no part begins with it.
    """
    if first % PART or not 0 <= first < max(snapshot.size, 1):
        raise IndexError(f"There is no part that begins with node {first}.")
    nodes = picture.order[first : first + PART]
    out = _Writer()
    out.put_texts([snapshot.names[i] for i in nodes.tolist()])
    out.put("uuids", "u8", snapshot.uuids[nodes])
    return out.bytes({"format": 1, "stamp": stamp(snapshot, picture), "first": first})


def part_of(snapshot: Snapshot, picture: Picture, uuid: bytes) -> int:
    """The first node of the part that holds the node of this uuid (its 16 bytes). Raises KeyError."""
    place = int(np.flatnonzero(picture.order == snapshot.by_uuid[uuid])[0])
    return place - place % PART


def stamp(snapshot: Snapshot, picture: Picture) -> str:
    """What two files must share for their nodes to be the same ones in the same order."""
    return hashlib.blake2b(snapshot.uuids[picture.order].tobytes(), digest_size=6).hexdigest()


def _tables(snapshot: Snapshot, picture: Picture) -> dict[str, Any]:
    sizes = np.bincount(picture.groups[picture.groups >= 0], minlength=len(picture.group_labels)).tolist()
    return {
        "types": snapshot.tables["types"],
        "kinds": list(picture.kinds),
        "communities": [
            {"label": label, "size": size, "does": does}
            for label, size, does in zip(
                picture.group_labels, sizes, picture.group_does or picture.group_labels, strict=False
            )
        ],
        "colours": list(picture.colours),
        "categories": [
            {key: it.get(key, "") for key in ("slug", "name", "group", "capital")}
            for it in snapshot.tables["categories"]
        ],
        "places": list(picture.places),
    }


def _steps(points: NDArray[np.float64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Points as whole numbers from 0 to `most` in each direction, and how wide and high they lay."""
    if not len(points):
        return np.zeros((0, 2), dtype=np.int64), np.ones(2)
    low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-9)
    return np.round((points - low) / extent * most).astype(np.int64), extent


def _places(out: _Writer, snapshot: Snapshot, picture: Picture) -> dict[str, Any]:
    """Positions, and points on the ground within the box of most of them; what lies far outside follows by itself."""
    steps, extent = _steps(picture.positions, 65_535)
    for axis, name in enumerate("xy"):
        out.put(name, "u16", steps[picture.order, axis])
    point = snapshot.point[picture.order]
    known = ~np.isnan(point).any(axis=1)
    box = {"west": 0.0, "south": 0.0, "east": 1e-6, "north": 1e-6}
    coordinates = np.full((len(point), 2), NO_POINT, dtype=np.int64)
    far = np.zeros(len(point), dtype=bool)
    if known.any():
        low, high = np.quantile(point[known], [0.25, 0.75], axis=0)
        # Tukey: far out is three times as far from the middle half as that is wide; never less than two kilometres.
        margin = np.maximum(3 * (high - low), 0.02)
        near = known & ((point >= low - margin) & (point <= high + margin)).all(axis=1)
        low, high = point[near].min(axis=0), point[near].max(axis=0)
        high = np.maximum(high, low + 1e-6)
        share = (point[near] - low) / (high - low)
        # Northwards becomes downwards.
        coordinates[near, 0] = np.round(share[:, 0] * (FAR - 1))
        coordinates[near, 1] = np.round((1 - share[:, 1]) * (FAR - 1))
        far = known & ~near
        coordinates[far] = FAR
        box = dict(zip(("west", "south", "east", "north"), (float(it) for it in (*low, *high)), strict=True))
    out.put("ground_x", "u16", coordinates[:, 0])
    out.put("ground_y", "u16", coordinates[:, 1])
    out.put("far_lon", "f64", point[far, 0])
    out.put("far_lat", "f64", point[far, 1])
    return {"width": round(float(extent[0]), 2), "height": round(float(extent[1]), 2), "ground": box}


def _islands(out: _Writer, islands: Islands, order: NDArray[np.int64]) -> dict[str, Any]:
    """Positions without the hubs: `NO_POINT` for who is not in that picture."""
    there = ~np.isnan(islands.positions[:, 0])
    low = islands.positions[there].min(axis=0)
    extent = np.maximum(np.ptp(islands.positions[there], axis=0), 1e-9)
    steps = np.full((len(order), 2), NO_POINT, dtype=np.int64)
    steps[there] = np.round((islands.positions[there] - low) / extent * (NO_POINT - 1))
    for axis, name in enumerate("xy"):
        out.put(f"island_{name}", "u16", steps[order, axis])
    out.put("ring", "u8", islands.ring[order])
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    x, y, wide = islands.gap
    return {
        "hubs": number[islands.hubs].tolist(),
        "width": round(float(extent[0]), 2),
        "height": round(float(extent[1]), 2),
        "gap": [round(x - float(low[0]), 1), round(y - float(low[1]), 1), round(wide, 1)],
    }


def _measure(out: _Writer, key: str, values: NDArray[np.float64]) -> dict[str, Any]:
    values = np.asarray(values, dtype=np.float64)
    most = float(np.nanmax(values, initial=0.0))
    if key in EXACT:
        out.put(f"measure_{key}", "u16", np.minimum(np.nan_to_num(values), 65_535))
        return {"key": key, "scale": "exact", "most": most}
    share = np.sqrt(np.clip(values, 0, None) / most) if most > 0 else np.zeros(len(values))
    steps = np.where(np.isnan(values), UNKNOWN, np.round(np.nan_to_num(share) * (UNKNOWN - 1)))
    out.put(f"measure_{key}", "u8", steps)
    return {"key": key, "scale": "roots", "most": most}


def _connections(out: _Writer, snapshot: Snapshot, order: NDArray[np.int64]) -> None:
    """By their ends: how many each node begins, how far on each target is; then what each is."""
    number = np.empty(snapshot.size, dtype=np.int64)
    number[order] = np.arange(snapshot.size)
    source, target = number[snapshot.source], number[snapshot.target]
    rows = np.lexsort((snapshot.connections, snapshot.type, target, source))
    source, target = source[rows], target[rows]
    begins = np.bincount(source, minlength=snapshot.size)
    first = np.ones(len(rows), dtype=bool)
    first[1:] = source[1:] != source[:-1]
    steps = np.diff(target, prepend=0)
    off = target - source
    steps[first] = np.where(off >= 0, 2 * off, -2 * off - 1)[first]
    out.put_varints("begins", begins)
    out.put_varints("steps", steps)
    out.put("type", "u8", snapshot.type[rows])
    out.put("strength", "u8", np.clip(np.round(snapshot.strength[rows]), 1, 5))
    out.put("support", "u8", np.clip(snapshot.support[rows], 0, 255))
    out.put("flags", "u8", snapshot.derived[rows] | snapshot.mutual[rows] << 1 | snapshot.disputed[rows] << 2)
    counts = np.diff(snapshot.span_starts)
    begin = snapshot.span_starts[:-1]
    # Undated, the most common by far, is said by no interval at all.
    alone = np.flatnonzero(counts == 1)
    undated = (snapshot.spans[begin[alone]] == [ALWAYS_FROM, ALWAYS_TO]).all(axis=1)
    counts = counts.copy()
    counts[alone[undated]] = 0
    counts = counts[rows]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    spans = snapshot.spans[np.repeat(begin[rows], counts) + within]
    out.put_varints("spans", counts)
    out.put("span_from", "i32", spans[:, 0])
    out.put("span_to", "i32", spans[:, 1])


def _varints(numbers: NDArray[np.uint64]) -> bytes:
    """LEB128: seven bits a byte, the least first, the highest bit set where more follow."""
    if not len(numbers):
        return b""
    lengths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 64, 7):
        lengths += numbers >> np.uint64(bits) > 0
    starts = np.cumsum(lengths) - lengths
    data = np.zeros(int(lengths.sum()), dtype=np.uint8)
    rest = numbers.copy()
    for place in range(int(lengths.max())):
        here = lengths > place
        more = (lengths > place + 1)[here].astype(np.uint8) << 7
        data[starts[here] + place] = (rest[here] & np.uint64(127)).astype(np.uint8) | more
        rest >>= np.uint64(7)
    return data.tobytes()
