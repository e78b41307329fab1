"""Named arrays with tables of JSON beside them, as one run of bytes, in a file or anywhere else.

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
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import HereaboutsError

MAGIC = b"HBGRAPH2"
ALIGN = 64
PREFIX = len(MAGIC) + 16

Arrays = dict[str, NDArray[Any]]


class Damaged(HereaboutsError, ValueError):
    """Bytes that are no such arrays, or not all of them."""

    status = 500


def pack(arrays: Mapping[str, NDArray[Any]], tables: dict[str, Any]) -> bytes:
    """Return arrays and tables as bytes.

    Examples
    --------
    >>> arrays, tables = unpack(pack({"a": np.array([1, 2])}, {"name": "b"}))
    >>> arrays["a"].tolist(), tables
    ([1, 2], {'name': 'b'})
    """
    body = b"".join(_pieces(arrays, tables))
    return _prefix(body, zlib.crc32(body)) + body


def unpack(data: bytes | NDArray[np.uint8], label: str = "These bytes") -> tuple[Arrays, dict[str, Any]]:
    """Return what was packed; the arrays look into `data` and cannot be changed.

    Raises
    ------
    Damaged
        When it is not what was packed. `label` says in the message what is damaged.
    """
    raw = np.frombuffer(data, dtype=np.uint8) if isinstance(data, (bytes, memoryview)) else data
    if len(raw) < PREFIX:
        raise Damaged(f"{label}: too short to be a snapshot.", "Delete it; it is made anew.")
    length = int.from_bytes(raw[len(MAGIC) : len(MAGIC) + 8].tobytes(), "little")
    check = int.from_bytes(raw[len(MAGIC) + 8 : PREFIX].tobytes(), "little")
    if raw[: len(MAGIC)].tobytes() != MAGIC:
        raise Damaged(f"{label}: not a snapshot of this version.", "Delete it; it is made anew.")
    if PREFIX + length > len(raw) or zlib.crc32(raw[PREFIX:]) != check:
        raise Damaged(f"{label}: not what was written (its check sum differs).", "Delete it; it is made anew.")
    header = json.loads(raw[PREFIX : PREFIX + length].tobytes())
    order = "<" if sys.byteorder == "little" else ">"
    if any(it["type"][0] not in (order, "|") for it in header["arrays"].values()):
        raise Damaged(f"{label}: written on a machine of another byte order.", "Delete it; it is made anew.")
    start = _rounded(PREFIX + length + 1)
    return {name: _view(raw, start, it) for name, it in header["arrays"].items()}, header["tables"]


def write(path: Path, arrays: Mapping[str, NDArray[Any]], tables: dict[str, Any]) -> None:
    """Write arrays and tables to `path`, readable by its owner only: all of it or nothing.

    Whoever reads the old file at `path` meanwhile keeps it. Raises OSError when the folder cannot be written to.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        # mkstemp makes files that nobody else may read.
        with os.fdopen(handle, "wb") as out:
            out.write(bytes(PREFIX))
            check, first = 0, b""
            for piece in _pieces(arrays, tables):
                first = first or piece
                out.write(piece)
                check = zlib.crc32(piece, check)
            out.seek(0)
            out.write(_prefix(first, check))
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Read the file at `path`. Raises FileNotFoundError, or Damaged as `unpack` does.

    Read, not mapped: a file that shrinks while it is mapped (a disk that fails, a tool that writes over it) ends every
    process that looks at it (SIGBUS). What is returned is what the check sum was taken of.
    """
    with path.open("rb", buffering=0) as file:
        data = np.empty(os.fstat(file.fileno()).st_size, dtype=np.uint8)
        there = 0
        while there < len(data) and (more := file.readinto(data[there:].data)):
            there += more
    # Shorter than it was when it was opened: the check sum tells.
    return unpack(data[:there], str(path))


def tables(path: Path) -> dict[str, Any]:
    """Read the tables of a file only, without looking at its arrays. Raises as `read` does."""
    with path.open("rb") as file:
        prefix = file.read(PREFIX)
        length = int.from_bytes(prefix[len(MAGIC) : len(MAGIC) + 8], "little")
        if prefix[: len(MAGIC)] != MAGIC or length > path.stat().st_size:
            raise Damaged(f"{path}: not a snapshot of this version.", "Delete it; it is made anew.")
        try:
            return json.loads(file.read(length))["tables"]
        except (ValueError, KeyError):
            raise Damaged(f"{path}: its header cannot be read.", "Delete it; it is made anew.") from None


def _prefix(body: bytes, check: int) -> bytes:
    """The first bytes; `body` begins with the header, which ends before the first NUL."""
    return MAGIC + body.index(b"\0").to_bytes(8, "little") + check.to_bytes(8, "little")


def _pieces(arrays: Mapping[str, NDArray[Any]], tables: dict[str, Any]) -> Iterator[bytes | memoryview]:
    places, offset = {}, 0
    for name, array in arrays.items():
        places[name] = {"type": array.dtype.str, "shape": list(array.shape), "at": offset}
        offset = _rounded(offset + array.nbytes)
    header = json.dumps({"arrays": places, "tables": tables}, ensure_ascii=False).encode()
    # One NUL at least: JSON has none, and so it says where the header ends.
    yield header + b"\0" * (_rounded(PREFIX + len(header) + 1) - PREFIX - len(header))
    for array in arrays.values():
        raw = np.ascontiguousarray(array).reshape(-1)
        if raw.size:
            yield raw.view(np.uint8).data
        yield b"\0" * (_rounded(array.nbytes) - array.nbytes)


def _view(raw: NDArray[np.uint8], start: int, it: dict[str, Any]) -> NDArray[Any]:
    kind = np.dtype(it["type"])
    count = int(np.prod(it["shape"], dtype=np.int64))
    if not count:
        return np.zeros(it["shape"], dtype=kind)
    found = np.frombuffer(raw, dtype=kind, count=count, offset=start + it["at"]).reshape(it["shape"])
    found.flags.writeable = False
    return found


def _rounded(number: int) -> int:
    return -(-number // ALIGN) * ALIGN
