"""Static files beside their compressed twins: each content is compressed once, on all cores, and only when changed.

A twin (`.br`, `.gz`) that unpacks to its file is right, however it came there. Brotli takes seconds for the largest
scripts, so they are spread over processes, the largest first.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import brotli

UNPACK = {".br": brotli.decompress, ".gz": gzip.decompress}
WORTH = 0.95  # of the size: a twin that is larger is not kept
LARGE = 200_000
"""Bytes, which only scripts of the admin have. Above it brotli's last step of quality saves 2% for twice the time."""
FEW = 300_000
"""Bytes that are compressed here and now, sooner than other processes have started."""


def pack(content: bytes) -> dict[str, bytes]:
    """Return suffix -> compressed `content`, as far as it is worth keeping."""
    packed = {".br": brotli.compress(content, quality=11 if len(content) < LARGE else 10)}
    # What brotli cannot make smaller, gzip cannot either.
    if len(packed[".br"]) <= WORTH * len(content):
        packed[".gz"] = gzip.compress(content, 9, mtime=0)
    return {suffix: data for suffix, data in packed.items() if len(data) <= WORTH * len(content)}


def pack_files(files: Iterable[Path]) -> Iterator[Path]:
    """Bring the twins of `files` up to date; yield the path of each twin that there is."""
    waiting: dict[bytes, list[Path]] = {}
    for file in files:
        content = file.read_bytes()
        twins = [_twin(file, suffix) for suffix in UNPACK if _is_right(_twin(file, suffix), content, suffix)]
        if twins:
            yield from twins
        else:
            waiting.setdefault(content, []).append(file)
    # The largest first, so that the processes end together.
    contents = sorted(waiting, key=len, reverse=True)
    for content, packed in zip(contents, _pack_all(contents), strict=True):
        for file in waiting[content]:
            yield from _write(file, packed)


def _pack_all(contents: list[bytes]) -> Iterator[dict[str, bytes]]:
    cores = len(os.sched_getaffinity(0))
    if cores == 1 or sum(map(len, contents)) < FEW:
        yield from map(pack, contents)
        return
    # Fresh processes: a copy of this one could wait for a lock that another thread held when it was made.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        yield from pool.map(pack, contents)


def _twin(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _is_right(twin: Path, content: bytes, suffix: str) -> bool:
    try:
        return UNPACK[suffix](twin.read_bytes()) == content
    except (OSError, EOFError, zlib.error, brotli.error):  # missing, or cut short
        return False


def _write(file: Path, packed: dict[str, bytes]) -> Iterator[Path]:
    for suffix in UNPACK:
        twin = _twin(file, suffix)
        if suffix in packed:
            twin.write_bytes(packed[suffix])
            yield twin
        else:
            # Of what was here before; it would be served in place of the file.
            twin.unlink(missing_ok=True)
