"""Reading tiles out of a PMTiles file (version 3 of its specification), for files that have to hold them themselves."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from pathlib import Path

GZIP = 2


def tiles(path: Path) -> Iterator[tuple[int, int, int, bytes]]:
    """Zoom, column, row and bytes (as they lie in the file) of every tile.

    Raises ValueError when the file is not one that `build_basemap` makes.
    """
    data = path.read_bytes()
    if data[:8] != b"PMTiles\x03" or data[97] != GZIP:
        raise ValueError(f"{path} is not a PMTiles file of version 3, gzipped inside")
    root, root_length = struct.unpack_from("<QQ", data, 8)
    leaves, _, start = struct.unpack_from("<QQQ", data, 40)
    waiting = [data[root : root + root_length]]
    while waiting:
        for tile_id, run, length, offset in _directory(waiting.pop()):
            if run == 0:
                waiting.append(data[leaves + offset : leaves + offset + length])
            for one in range(tile_id, tile_id + run):
                yield (*_address(one), data[start + offset : start + offset + length])


def _directory(packed: bytes) -> Iterator[tuple[int, int, int, int]]:
    """First tile id, how many tiles are alike (0: a leaf directory), length, offset."""
    numbers = _varints(gzip.decompress(packed))
    count = next(numbers)
    ids, last = [], 0
    for _ in range(count):
        last += next(numbers)
        ids.append(last)
    runs = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    end = 0
    for tile_id, run, length in zip(ids, runs, lengths, strict=True):
        coded = next(numbers)
        offset = end if coded == 0 else coded - 1  # 0: right after the one before
        end = offset + length
        yield tile_id, run, length, offset


def _varints(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0


def _address(tile_id: int) -> tuple[int, int, int]:
    """Zoom, column and row of a tile id: zooms one after the other, each along a Hilbert curve."""
    z = 0
    while tile_id >= 4**z:
        tile_id -= 4**z
        z += 1
    x = y = 0
    for level in range(z):
        side = 1 << level
        right = tile_id >> 1 & 1
        down = (tile_id ^ right) & 1
        if not down:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x, y = x + side * right, y + side * down
        tile_id >>= 2
    return z, x, y
