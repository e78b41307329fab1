"""The PostgreSQL programs on this machine: which versions there are, and which one serves us."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = 15
DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
DEBIAN_EXTENSIONS = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Server:
    """One installed PostgreSQL: its major version, where its programs are, whether it has PostGIS."""

    major: int
    programs: Path
    postgis: bool

    def program(self, name: str) -> Path:
        return self.programs / name


def installed(programs: Path = DEBIAN_PROGRAMS, extensions: Path = DEBIAN_EXTENSIONS) -> list[Server]:
    """Return the installed servers, newest first. Clients alone do not count."""
    found = []
    if programs.is_dir():
        for folder in programs.iterdir():
            if folder.name.isdigit() and all((folder / "bin" / name).exists() for name in ("initdb", "postgres")):
                control = extensions / folder.name / "extension" / "postgis.control"
                found.append(Server(int(folder.name), folder / "bin", control.exists()))
    if not found and programs == DEBIAN_PROGRAMS:
        found = elsewhere()
    return sorted(found, key=lambda server: server.major, reverse=True)


def elsewhere() -> list[Server]:
    """Return the server that `pg_config` on the PATH knows of (systems other than Debian)."""
    tool = shutil.which("pg_config")
    if not tool:
        return []
    told = {
        what: subprocess.run([tool, f"--{what}"], capture_output=True, text=True, check=False).stdout.strip()
        for what in ("bindir", "sharedir", "version")
    }
    version = re.search(r"(\d+)", told["version"])
    programs = Path(told["bindir"])
    if not version or not (programs / "initdb").exists() or not (programs / "postgres").exists():
        return []
    control = Path(told["sharedir"]) / "extension" / "postgis.control"
    return [Server(int(version[1]), programs, control.exists())]


def best(servers: list[Server], data_version: int | None = None) -> Server | None:
    """Return the server to use: the one that made the data, else the newest with PostGIS, else the newest."""
    if data_version is not None:
        return next((server for server in servers if server.major == data_version), None)
    able = [server for server in servers if server.major >= OLDEST]
    return next((server for server in able if server.postgis), able[0] if able else None)


def version_of_data(data: Path) -> int | None:
    """Return the major version that made the cluster in `data`, or None when there is no cluster."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (PermissionError, ValueError):
        return None
