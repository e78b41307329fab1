"""A snapshot as one file that several processes map into memory: a header of JSON, then its arrays as they are.

    write(path, snapshot)
    snapshot = read(path)

Layout: the 8 bytes `MAGIC`; the length of the header as 8 bytes, the CRC-32 of all that follows as 8 bytes (both
little endian); the header, JSON in UTF-8; every array at the place that the header says, counted from the end of the
header rounded up to 64, in the byte order of the machine.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .snapshot import Snapshot, Texts

MAGIC = b"HBGRAPH2"
ALIGN = 64
PREFIX = len(MAGIC) + 16


class DamagedSnapshot(ValueError):
    """A file that is no snapshot, or not a whole one."""


def write(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot to `path`, readable by its owner only: all of it or nothing.

    Whoever reads the old file at `path` meanwhile keeps it.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    arrays = _arrays(snapshot)
    places, offset = {}, 0
    for name, array in arrays.items():
        places[name] = {"type": array.dtype.str, "shape": list(array.shape), "at": offset}
        offset = _rounded(offset + array.nbytes)
    header = json.dumps({"arrays": places, "bytes": offset, "tables": snapshot.tables}, ensure_ascii=False).encode()
    gap = b"\0" * (_rounded(PREFIX + len(header)) - PREFIX - len(header))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        # mkstemp makes files that nobody else may read.
        with os.fdopen(handle, "wb") as out:
            out.write(MAGIC + len(header).to_bytes(8, "little") + bytes(8))
            check = 0
            for piece in _pieces(header + gap, arrays, places, offset):
                out.write(piece)
                check = zlib.crc32(piece, check)
            out.seek(len(MAGIC) + 8)
            out.write(check.to_bytes(8, "little"))
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> Snapshot:
    """Map the snapshot at `path` into memory. Its pages are shared by all who read it.

    Raises
    ------
    FileNotFoundError
        When there is no file.
    DamagedSnapshot
        When it is no snapshot of this version, or not what was written. Says the file and what is wrong.
    """
    if path.stat().st_size < PREFIX:
        raise DamagedSnapshot(f"{path}: too short to be a snapshot. Delete it; it is made anew.")
    data = np.memmap(path, dtype=np.uint8, mode="r")
    header, start = _header(path, data)
    parts = {name: _view(data, start, it) for name, it in header["arrays"].items()}
    parts["names"] = Texts(parts.pop("names.blob"), parts.pop("names.starts"))
    return Snapshot(**parts, tables=header["tables"])


def tables(path: Path) -> dict[str, Any]:
    """Read the tables of a snapshot only, without looking at its arrays. Raises as `read` does."""
    with path.open("rb") as file:
        prefix = file.read(PREFIX)
        length = int.from_bytes(prefix[len(MAGIC) : len(MAGIC) + 8], "little")
        if prefix[: len(MAGIC)] != MAGIC or length > path.stat().st_size:
            raise DamagedSnapshot(f"{path}: not a snapshot of this version. Delete it; it is made anew.")
        try:
            return json.loads(file.read(length))["tables"]
        except (ValueError, KeyError):
            raise DamagedSnapshot(f"{path}: its header cannot be read. Delete it; it is made anew.") from None


def _arrays(snapshot: Snapshot) -> dict[str, NDArray]:
    arrays: dict[str, NDArray] = {}
    for field in fields(snapshot):
        value = getattr(snapshot, field.name)
        if isinstance(value, Texts):
            arrays[f"{field.name}.blob"], arrays[f"{field.name}.starts"] = value.blob, value.starts
        elif isinstance(value, np.ndarray):
            arrays[field.name] = np.ascontiguousarray(value)
    return arrays


def _pieces(head: bytes, arrays: dict[str, NDArray], places: dict[str, dict[str, Any]], end: int):
    yield head
    ends = [*(it["at"] for it in list(places.values())[1:]), end]
    for (name, array), following in zip(arrays.items(), ends, strict=True):
        raw = array.reshape(-1).view(np.uint8).data if array.size else b""
        yield raw
        yield b"\0" * (following - places[name]["at"] - array.nbytes)


def _header(path: Path, data: NDArray[np.uint8]) -> tuple[dict[str, Any], int]:
    """The header and where the arrays begin, after everything was checked."""
    length = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 8].tobytes(), "little")
    check = int.from_bytes(data[len(MAGIC) + 8 : PREFIX].tobytes(), "little")
    if data[: len(MAGIC)].tobytes() != MAGIC:
        raise DamagedSnapshot(f"{path}: not a snapshot of this version. Delete it; it is made anew.")
    if PREFIX + length > len(data) or zlib.crc32(data[PREFIX:]) != check:
        raise DamagedSnapshot(f"{path}: not what was written (its check sum differs). Delete it; it is made anew.")
    header = json.loads(data[PREFIX : PREFIX + length].tobytes())
    order = "<" if sys.byteorder == "little" else ">"
    if any(it["type"][0] not in (order, "|") for it in header["arrays"].values()):
        raise DamagedSnapshot(f"{path}: written on a machine of another byte order. Delete it; it is made anew.")
    return header, _rounded(PREFIX + length)


def _view(data: NDArray[np.uint8], start: int, it: dict[str, Any]) -> NDArray:
    kind = np.dtype(it["type"])
    count = int(np.prod(it["shape"], dtype=np.int64))
    return (
        np.frombuffer(data, dtype=kind, count=count, offset=start + it["at"]).reshape(it["shape"])
        if count
        else (np.zeros(it["shape"], dtype=kind))
    )


def _rounded(number: int) -> int:
    return -(-number // ALIGN) * ALIGN
