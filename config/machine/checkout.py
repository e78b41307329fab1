"""This copy of the project: where its things are, what has changed, and who is at work in it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from config.machine.say import Trouble, line

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VAR_ROOT") or ROOT / "var").absolute()
"""Where all that is made and not committed is kept: `var/`, or where the setting VAR_ROOT says."""
LOGS = VAR / "log"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

SPACE_NEEDED = 3 * 10**9
"""Bytes that a first set-up needs: packages, .venv, database and demo place, with room to breathe."""
SPACE_TO_RUN = 300 * 10**6
"""Bytes without which even a second run is likely to end in the middle."""


def prepare_var() -> None:
    """Make `var/`, where everything that is made and not committed lives."""
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        LOGS.mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble(
            f"{VAR} cannot be made ({error.strerror}): run this in a folder that you may write to, "
            "or as the user who ran it first."
        ) from None
    if not os.access(VAR, os.W_OK) or not os.access(LOGS, os.W_OK):
        raise Trouble(
            f"{VAR} belongs to someone else (probably made with sudo): run this with sudo too, "
            "or give it back first: sudo chown -R $USER . && make clean-db"
        )


def check_space(needed: int, folders: Iterable[Path] = (ROOT,)) -> None:
    """Raise `Trouble` when one of the folders' disks has less than `needed` bytes free."""
    for folder in folders:
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise Trouble(
                f"The disk that holds {folder} has {free / 1e9:.1f} GB free and {needed / 1e9:.1f} GB are needed: "
                "free some space, or clone the project onto another disk, and run the same command again."
            )


def digest(*parts: Path | str) -> str:
    """Return a fingerprint of files (by their content) and strings."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        found.update(b"\0")
    return found.hexdigest()


def fingerprint(folders: Iterable[Path]) -> str:
    """Return a fingerprint of every file below `folders` by name, size and time of change (no file is read)."""
    found = hashlib.sha256()
    for folder in folders:
        for path, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name != "__pycache__")
            for name in sorted(files):
                full = os.path.join(path, name)
                about = os.stat(full)
                found.update(f"{full}|{about.st_size}|{about.st_mtime_ns}\n".encode())
    return found.hexdigest()


def up_to_date(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8").strip() == wanted


@contextlib.contextmanager
def only_one(name: str, what: str) -> Iterator[None]:
    """Hold the lock `name` of this checkout; wait, and say so, while another `make` holds it."""
    path = VAR / f"{name}.lock"
    with path.open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            who = held.read().strip() or "unknown"
            line(f"Another make (process {who}) is {what} in this folder; waiting for it to finish.")
            fcntl.flock(held, fcntl.LOCK_EX)
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield
