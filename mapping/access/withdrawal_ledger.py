"""Withdrawals in files outside of the database: one JSON object a line, added and never changed.

A database that is restored from a back-up is as it was then. Who has taken their consent back since must not come back
with it, so that is written here too, and on the disk before they are told that it is done. A line holds ids and a time.

Each machine has a file of its own in `WITHDRAWALS_ROOT`; all files there are read.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

TAIL_BYTES = 4096


@dataclass(frozen=True)
class Entry:
    """One line: its own uuid, the kind (`WithdrawalKind`), what was taken back, whose node it was, and when."""

    uuid: str
    kind: str
    target: str
    of: str
    at: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def append(entry: Entry) -> None:
    """Add a line. When this returns, it is on the disk. Raises OSError, and leaves no part of a line then."""
    folder = _folder()
    path = folder / f"{re.sub(r'[^A-Za-z0-9.-]', '-', socket.gethostname())[:100] or 'here'}.jsonl"
    fresh = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        # Until it is closed: one process at a time.
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        # A machine that stopped in the middle of a line.
        broken = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        line = b"\n" * broken + json.dumps(asdict(entry)).encode() + b"\n"
        try:
            if os.write(handle, line) != len(line):
                raise OSError(f"{path}: the disk is full.")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    if fresh:
        _sync_folder(folder)


def entries() -> Iterator[Entry]:
    """Every line of every file. One that is no whole line is left out, and told in the log."""
    for path in sorted(_folder().glob("*.jsonl")):
        with path.open("rb") as file:
            yield from _parsed(file.read().splitlines(), path)


def newest() -> list[Entry]:
    """The last line of each file: what tells at little cost whether the database knows all of them."""
    found = []
    for path in sorted(_folder().glob("*.jsonl")):
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
            lines = file.read().splitlines()
        found += _parsed(lines[-1:], path)
    return found


def _parsed(lines: list[bytes], path: Path) -> Iterator[Entry]:
    for line in lines:
        if not line.strip():
            continue
        try:
            entry = Entry(**{name: str(value) for name, value in json.loads(line).items()})
            uuid.UUID(entry.uuid), entry.moment.isoformat()
        except (ValueError, TypeError, AttributeError):
            logger.warning("%s has a line that is no withdrawal; it is left out.", path)
        else:
            yield entry


def _folder() -> Path:
    folder = Path(settings.WITHDRAWALS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
