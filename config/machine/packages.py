"""Debian packages: what is missing, why it is needed, and its installation with apt."""

from __future__ import annotations

import ctypes.util
import glob
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.machine import server
from config.machine.checkout import LOGS, SPACE_NEEDED, check_space
from config.machine.say import Trouble, line, step

NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/hereabouts.conf")
# Chromium without its windows takes half the processor time; Debian has it, and not every other system.
HEADLESS = "chromium-headless-shell"
BROWSERS = (HEADLESS, "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Package:
    """A Debian package and the reason that the person at the terminal is given."""

    name: str
    reason: str


@dataclass(frozen=True)
class Machine:
    """What was found on the machine, apart from how it was found (so that decisions can be tested)."""

    servers: tuple[server.Server, ...]
    offered: int | None
    """Major version of PostgreSQL that apt offers; None when it offers none."""
    geography: bool
    ensurepip: bool
    browser: bool
    driver: bool
    """Whether the library is there that Playwright's own Node.js, which drives the browser, needs."""
    data_version: int | None = None
    headless: bool = False
    """Whether apt offers Chromium's headless shell."""


def look(data_version: int | None = None) -> Machine:
    """Find out what is on this machine."""
    servers = tuple(server.installed())
    usable = server.best(list(servers), data_version)
    browser = any(shutil.which(name) for name in BROWSERS)
    return Machine(
        servers=servers,
        offered=None if usable else offered_version(),
        geography=has_library("gdal") and has_library("geos_c"),
        ensurepip=has_ensurepip(),
        browser=browser,
        driver=has_library("atomic"),
        data_version=data_version,
        headless=not browser and candidate(HEADLESS) is not None,
    )


def missing(machine: Machine, *, own_database: bool, tests: bool, venv: bool = False) -> list[Package]:
    """Return the packages to install. `own_database`: DATABASE_URL is set; `venv`: `.venv` is there already.

    Raises `Trouble` when no installation would help.
    """
    wanted: list[Package] = []
    if not own_database:
        usable = server.best(list(machine.servers), machine.data_version)
        major = usable.major if usable else machine.data_version or machine.offered
        if usable is None:
            if machine.data_version and machine.data_version != machine.offered:
                raise Trouble(
                    f"The private database was made by PostgreSQL {machine.data_version}, which is not installed: "
                    f"install it (apt-get install postgresql-{machine.data_version} "
                    f"postgresql-{machine.data_version}-postgis-3), or start afresh with `make clean-db`."
                )
            if major is not None and major < server.OLDEST:
                raise Trouble(
                    f"This system offers PostgreSQL {major}, and {server.OLDEST} or newer is needed: use Debian 12, "
                    "Ubuntu 24.04 or newer, or name a database elsewhere with DATABASE_URL."
                )
            wanted.append(Package("postgresql", "the database server (run privately, from this folder only)"))
        if usable is None or not usable.postgis:
            name = f"postgresql-{major}-postgis-3" if major else "postgresql-postgis"
            wanted.append(Package(name, "geography in the database"))
    if not machine.geography:
        wanted.append(Package("gdal-bin", "the GDAL and GEOS libraries, which read maps and shapes"))
    if not machine.ensurepip and not venv:
        wanted.append(Package(venv_package(), "makes .venv, where the Python libraries go"))
    if tests and not machine.browser:
        wanted.append(Package(HEADLESS if machine.headless else "chromium", "the browser that the tests drive"))
    if tests and not machine.driver:
        wanted.append(Package("libatomic1", "a library that the driver of the browser needs"))
    return wanted


def venv_package() -> str:
    """Return the package that completes the running Python (each Debian Python has its own)."""
    return f"python3.{sys.version_info[1]}-venv"


def has_library(name: str) -> bool:
    if ctypes.util.find_library(name):
        return True
    return bool(glob.glob(f"/usr/lib/*/lib{name}.so*") or glob.glob(f"/usr/lib*/lib{name}.so*"))


def has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def offered_version() -> int | None:
    """Return the major version of PostgreSQL that apt would install, or None (no apt, or lists not read yet)."""
    found = re.match(r"\d+", candidate("postgresql") or "")
    return int(found[0]) if found else None


def candidate(package: str) -> str | None:
    """Return the version of `package` that apt would install, or None (no apt, none offered, or lists not read yet)."""
    if not shutil.which("apt-cache"):
        return None
    told = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False, env=_apt_environment()
    ).stdout
    found = re.search(r"Candidate:\s*(\d\S*)", told)
    return found[1] if found else None


def administrator(which: Callable[[str], str | None] = shutil.which, *, root: bool, terminal: bool) -> list[str]:
    """Return what to put before a command that needs root. Raises `Trouble` when there is no way."""
    if root:
        return []
    sudo = which("sudo")
    if not sudo:
        raise Trouble(
            "Packages have to be installed and you are neither root nor is there sudo: run this as root, or ask an "
            "administrator to install the packages listed above, and run the same command again."
        )
    if subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    if not terminal:
        raise Trouble(
            "Packages have to be installed, and sudo wants a password that cannot be asked for without a terminal: "
            "run this in a terminal, or as root."
        )
    line("  Your password is needed to install them (sudo asks for it).")
    if subprocess.run([sudo, "-v"], check=False).returncode != 0:
        raise Trouble(
            "sudo did not let you in: run this as a user who may use sudo, or ask an administrator to install the "
            "packages listed above, and run the same command again."
        )
    return [sudo, "-n"]


def system_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "an unknown system")
    except OSError:
        return platform.system()


def install(*, own_database: bool, tests: bool, venv: bool, data_version: int | None) -> None:
    """Say what is missing and why, then install it. Does nothing when nothing is missing."""
    need = {"own_database": own_database, "tests": tests, "venv": venv}
    machine = look(data_version)
    apt = shutil.which("apt-get")
    lists_read = False
    if apt and not own_database and machine.offered is None and not server.best(list(machine.servers), data_version):
        # A bare machine has no package lists yet, and the version decides the name of PostGIS' package.
        line("Reading apt's package lists, to see which PostgreSQL this system offers.")
        update(administrator(root=os.geteuid() == 0, terminal=sys.stdin.isatty()))
        lists_read = True
        machine = look(data_version)
        if machine.offered is None:
            raise Trouble(
                "apt offers no PostgreSQL on this machine: check /etc/apt/sources.list (Debian's main archive is "
                "needed) and the network, or name a database elsewhere with DATABASE_URL."
            )
    wanted = missing(machine, **need)
    if not wanted:
        return
    line("To be installed with apt (nothing else on this machine is changed):")
    for package in wanted:
        line(f"  {package.name:28} {package.reason}")
    if not apt:
        names = ", ".join(package.reason for package in wanted)
        raise Trouble(
            f"This is {system_name()}, which has no apt-get, and these are missing: {names}. Install PostgreSQL 15+ "
            "with PostGIS 3.3+ and GDAL with its own package manager (or set DATABASE_URL), then run this again."
        )
    check_space(SPACE_NEEDED, [Path("/usr"), Path("/var")])
    sudo = administrator(root=os.geteuid() == 0, terminal=sys.stdin.isatty())
    if not lists_read:
        update(sudo)
    fresh_server = any(package.name == "postgresql" for package in wanted)
    if fresh_server:
        line("  (Debian would also start a database server of its own; that is left out, only ours is used.)")
    try:
        if fresh_server:
            _system(sudo, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent))
            _system(sudo, "sh", "-c", f"echo 'create_main_cluster = false' > {NO_MAIN_CLUSTER}")
        step(
            "Installing " + ", ".join(package.name for package in wanted),
            [
                *sudo,
                "env",
                *(f"{name}={value}" for name, value in _apt_answers().items()),
                "apt-get",
                "install",
                "-y",
                "-q",
                "--no-install-recommends",
                "-o",
                "DPkg::Lock::Timeout=120",
                *(package.name for package in wanted),
            ],
            log=LOGS / "apt.log",
            remedy="Look there, repair apt (sudo apt-get -f install), and run the same command again.",
        )
    finally:
        if fresh_server:
            _system(sudo, "rm", "-f", str(NO_MAIN_CLUSTER))
            # Leave no trace when the installation failed before it made the folder its own.
            _system(sudo, "rmdir", "--ignore-fail-on-non-empty", str(NO_MAIN_CLUSTER.parent))
    left = missing(look(data_version), **need)
    if left:
        raise Trouble(
            f"apt has finished, and still missing are {', '.join(package.name for package in left)}: install them by "
            "hand (apt-get install ...) and run the same command again."
        )


def update(sudo: list[str]) -> None:
    step(
        "Reading apt's package lists",
        [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=120"],
        log=LOGS / "apt.log",
    )


def _apt_answers() -> dict[str, str]:
    return {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "l", "LC_ALL": "C.UTF-8"}


def _apt_environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _system(sudo: list[str], *words: str) -> None:
    subprocess.run([*sudo, *words], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
