"""A snapshot as one file, which every process of a machine may read (`array_file`).

write(path, snapshot)
snapshot = read(path)
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np

from . import array_file
from .array_file import Arrays, tables
from .array_file import Damaged as DamagedSnapshot
from .snapshot import Snapshot, Texts

__all__ = ["DamagedSnapshot", "read", "tables", "write"]


def write(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot to `path`, readable by its owner only: all of it or nothing.

    Whoever reads the old file at `path` meanwhile keeps it. Raises OSError when the folder cannot be written to.
    """
    array_file.write(path, _arrays(snapshot), snapshot.tables)


def read(path: Path) -> Snapshot:
    """Read the snapshot at `path` into memory. What becomes of the file later makes no difference.

    Raises
    ------
    FileNotFoundError
        When there is no file.
    DamagedSnapshot
        When it is no snapshot of this version, or not what was written. Says the file and what is wrong.
    """
    parts, about = array_file.read(path)
    wanted = {field.name for field in fields(Snapshot)} - {"names", "tables"} | {"names.blob", "names.starts"}
    if wanted != set(parts):
        raise DamagedSnapshot(f"{path}: not a snapshot of this version. Delete it; it is made anew.")
    names = Texts(parts.pop("names.blob"), parts.pop("names.starts"))
    return Snapshot(**parts, names=names, tables=about)


def _arrays(snapshot: Snapshot) -> Arrays:
    arrays: Arrays = {}
    for field in fields(snapshot):
        value = getattr(snapshot, field.name)
        if isinstance(value, Texts):
            arrays[f"{field.name}.blob"], arrays[f"{field.name}.starts"] = value.blob, value.starts
        elif isinstance(value, np.ndarray):
            arrays[field.name] = value
    return arrays
