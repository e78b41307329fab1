"""Where the private PostgreSQL cluster of this checkout keeps its data and its socket.

The data belongs in `var/postgres`. Two things can forbid that: as root the server has to run as another
user, who may not be able to enter the folder that the checkout is in (such as /root); and some disks
(shared folders, FAT) cannot keep a folder private, which PostgreSQL insists on. Then the data goes where
it can live, and `var/cluster.json` says where. A socket's whole path must fit into 107 bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import stat
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from config.machine.checkout import ROOT, VAR
from config.machine.say import Trouble

PORT = 5432
"""Only a part of the socket's file name: the server listens on no network port."""
SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET = 107
POINTER = VAR / "cluster.json"


@dataclass(frozen=True)
class Location:
    """The folder with the data, the folder with the socket, and the user that the server runs as."""

    checkout: str
    home: str
    sockets: str
    user: str

    @property
    def data(self) -> Path:
        return Path(self.home) / "data"

    @property
    def url(self) -> str:
        return f"postgresql://hereabouts@/hereabouts?host={_quoted(self.sockets)}&port={PORT}"


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/")


def name_of(checkout: Path) -> str:
    """Return a short name for a checkout, the same at every run, different for every folder."""
    return hashlib.sha256(str(checkout).encode()).hexdigest()[:12]


def socket_fits(folder: str | Path) -> bool:
    return len(os.fsencode(str(Path(folder) / SOCKET_NAME))) <= LONGEST_SOCKET


def server_user() -> str:
    """Return the user that the server runs as: ourselves, or `postgres` when we are root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise Trouble(
            "PostgreSQL refuses to run as root and there is no user `postgres`: run this as an ordinary user, "
            "or make one: adduser --system --group postgres"
        ) from None


def as_user(user: str) -> dict[str, object]:
    """Return what `subprocess` needs to run something as `user` (nothing when that is who we are)."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def make_private(folder: Path, user: str) -> None:
    """Make `folder` with room for `user` only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    os.chmod(folder, 0o700)


def can_live_in(folder: Path, user: str) -> bool:
    """Tell whether `user` can reach `folder` and whether the disk keeps it private; makes it to find out."""
    made = not folder.exists()
    try:
        make_private(folder, user)
        about = folder.stat()
        private = stat.S_IMODE(about.st_mode) == 0o700 and about.st_uid == pwd.getpwnam(user).pw_uid
        reached = subprocess.run(
            [sys.executable if os.geteuid() else "/bin/sh", "-c", *_probe(folder)],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **as_user(user),  # type: ignore[arg-type]
        )
        good = private and reached.returncode == 0
    except OSError:
        good = False
    if not good and made and folder.is_dir():
        folder.rmdir()
    return good


def _probe(folder: Path) -> list[str]:
    if os.geteuid():
        return ["import os, sys; sys.exit(not os.access(sys.argv[1], os.W_OK | os.X_OK))", str(folder)]
    # As another user: that user may not be able to run our own Python (it can be under /root too).
    return ['cd "$0" && test -w .', str(folder)]


def choose(checkout: Path, user: str, *, root: bool, can_live=can_live_in) -> Location:
    """Decide where a new cluster of `checkout` goes."""
    var = VAR if checkout == ROOT else checkout / "var"
    short = name_of(checkout if var == checkout / "var" else var)
    home = var / "postgres"
    if not can_live(home, user):
        base = Path("/var/lib/hereabouts") if root else Path.home() / ".local" / "share" / "hereabouts"
        home = base / short
        if root:
            base.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not can_live(home, user):
            raise Trouble(
                f"No folder was found where the database can keep its data (tried {var / 'postgres'} "
                f"and {home}): make one of them writable, or name your own database with DATABASE_URL."
            )
    sockets = home / "socket"
    if not socket_fits(sockets):
        sockets = Path("/run/hereabouts" if root else tempfile.gettempdir()) / (
            short if root else f"hereabouts-{os.geteuid()}-{short}"
        )
    return Location(str(checkout), str(home), str(sockets), user)


def recorded(pointer: Path = POINTER) -> Location | None:
    """Return where the cluster of this checkout was put, or None when there is none yet."""
    try:
        return Location(**json.loads(pointer.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise Trouble(
            f"{pointer} is damaged: delete it if the database holds nothing you need (make clean-db), "
            "or write the five values again as docs/operator.md shows."
        ) from None


def record(location: Location, pointer: Path = POINTER) -> None:
    new = pointer.with_suffix(".new")
    new.write_text(json.dumps(asdict(location), indent=2) + "\n", encoding="utf-8")
    os.replace(new, pointer)


def find(checkout: Path = ROOT, pointer: Path = POINTER) -> Location:
    """Return the place of this checkout's cluster, deciding and recording it at the first call.

    A checkout that was moved takes its cluster along; one that was copied gets a cluster of its own, because
    two checkouts on one database would undo each other's work.
    """
    known = recorded(pointer)
    user = server_user()
    if known and known.checkout != str(checkout):
        original = Path(known.checkout) / "var" / pointer.name
        inside = Path(known.home).is_relative_to(known.checkout)
        if inside and original.exists() and (Path(checkout) / "var" / "postgres" / "data" / "postmaster.pid").exists():
            raise Trouble(
                f"{checkout} was copied from {known.checkout} while its database was running, so the copy of the "
                "database is not to be trusted: remove it with `make clean-db` and start afresh."
            )
        known = None if inside or original.exists() else known
    if known is None or not Path(known.home).exists():
        known = choose(checkout, user, root=os.geteuid() == 0)
    elif known.user != user:
        raise Trouble(
            f"The database in {known.home} belongs to the user {known.user}, and you would run it as {user}: "
            + ("run this with sudo" if known.user == "postgres" else f"run this as {known.user}")
            + ", or remove it that way with `make clean-db` and start afresh."
        )
    elif known.checkout != str(checkout):
        known = Location(str(checkout), known.home, known.sockets, user)
    record(known, pointer)
    return known
