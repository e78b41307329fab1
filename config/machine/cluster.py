"""The private PostgreSQL cluster of this checkout: made, started, stopped, looked at, removed.

It listens on a Unix socket and nothing else. Whoever owns the server, and root, are let in by the kernel's
word for who they are (`peer`); nobody else can even enter the socket's folder.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from config.machine import server
from config.machine.checkout import VAR
from config.machine.location import PORT, SOCKET_NAME, Location, as_user, make_private, recorded
from config.machine.say import Trouble, line

EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "fuzzystrmatch")
URL_FILE = VAR / "database_url"
START_SECONDS = 300
"""After a crash PostgreSQL replays its log before it answers; give it time."""


def settings_text(location: Location, memory: int) -> str:
    """Return the server's settings for a machine with `memory` bytes that is not the database's alone."""
    shared = max(128, min(1024, memory // 2**20 // 16))
    cached = max(512, memory // 2**20 // 3)
    return "\n".join(
        [
            "# Written by `make db` at every start: changes here are lost.",
            "listen_addresses = ''",
            f"port = {PORT}",
            f"unix_socket_directories = '{location.sockets.replace(chr(39), chr(39) * 2)}'",
            "unix_socket_permissions = 0700",
            "max_connections = 60",
            f"shared_buffers = {shared}MB",
            f"effective_cache_size = {cached}MB",
            "work_mem = 16MB",
            "maintenance_work_mem = 128MB",
            "max_wal_size = 2GB",
            "wal_compression = on",
            "checkpoint_completion_target = 0.9",
            "random_page_cost = 1.1",
            # Compiling costs more than it saves for queries that answer in milliseconds.
            "jit = off",
            "fsync = on",
            "full_page_writes = on",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "logging_collector = on",
            "log_directory = 'log'",
            "log_filename = 'postgresql-%a.log'",
            "log_truncate_on_rotation = on",
            "log_rotation_age = 1d",
            "log_min_duration_statement = 2s",
            "",
        ]
    )


def memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def plain_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without anything that would lead libpq to another database."""
    environ = os.environ if environ is None else environ
    kept = {name: value for name, value in environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


class Cluster:
    """The cluster at a `Location`, served by a `Server`."""

    def __init__(self, location: Location, programs: server.Server) -> None:
        self.location = location
        self.programs = programs
        self.data = location.data
        self.sockets = Path(location.sockets)

    # -- asking

    def processes(self) -> list[int]:
        """Return the ids of all processes at work in the data folder (each one of PostgreSQL's is)."""
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    if os.readlink(f"/proc/{entry.name}/cwd") == str(self.data.resolve()):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return sorted(found)

    def running(self) -> bool:
        return self._noted_process() in self.processes()

    def crashed(self) -> bool:
        """Tell whether the server has ended without being stopped: a stopped one takes its note away."""
        noted = self._noted_process()
        return noted is not None and noted not in self.processes()

    def answers(self) -> bool:
        asked = self._run("pg_isready", "-q", "-h", self.sockets, "-p", str(PORT), "-t", "3")
        return asked.returncode == 0

    def true(self, query: str) -> bool:
        """Tell whether `query` gives true in our database; not when it fails (a table is missing)."""
        asked = self.ask(query)
        return asked.returncode == 0 and asked.stdout.strip() == "t"

    def ask(self, query: str) -> subprocess.CompletedProcess[str]:
        """Run `query` in our database: a row a line, columns separated by tabs; or the words of its failure."""
        return self._run(
            "psql", "-X", "-q", "-At", "-F", "\t", "-U", "postgres", "-h", self.sockets, "-p", str(PORT),
            "-d", "hereabouts", "-c", query,
        )  # fmt: skip

    def postmaster(self) -> int | None:
        """The process id of the server, while it runs."""
        return self._noted_process() if self.running() else None

    def _noted_process(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    # -- doing

    def start(self) -> bool:
        """Start the server if it is not running; return whether this call started it."""
        if self.running() and self.answers():
            self._bootstrap()
            return False
        self._make()
        self._clear_leftovers()
        self._make_socket_folder()
        self._write("hereabouts.conf", settings_text(self.location, memory()))
        if not self.running():
            line("  Starting the private database ...")
            started = self._run(
                "pg_ctl", "start", "-D", self.data, "-w", "-t", str(START_SECONDS), "-l", self.data / "start.log"
            )
            if started.returncode != 0:
                raise Trouble(
                    f"The private database did not start; its last words ({self.data / 'start.log'}): "
                    f"{self._last_words()} Put that right, or remove it (and its data) with `make clean-db`."
                )
        self._bootstrap()
        return True

    def stop(self) -> bool:
        """Stop the server, ending its connections; return whether it was running."""
        if not self.running():
            return False
        stopped = self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "60")
        if stopped.returncode != 0:
            raise Trouble(f"The private database did not stop: {stopped.stdout.strip()[-300:]} Try make db-stop again.")
        return True

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        for folder in (Path(self.location.home), self.sockets):
            if folder.exists():
                shutil.rmtree(folder)

    # -- steps of a start

    def _make(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        home = Path(self.location.home)
        make_private(home, self.location.user)
        new = home / "data.new"
        if new.exists():  # a set-up that was interrupted
            shutil.rmtree(new)
        line(f"  Making a private database in {home} (PostgreSQL {self.programs.major}) ...")
        made = self._run(
            "initdb", "-D", new, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
            "--auth-local=peer", "--auth-host=reject",
        )  # fmt: skip
        if made.returncode != 0:
            raise Trouble(
                f"The private database could not be made: {made.stdout.strip()[-400:]} "
                "Put that right and run the same command again."
            )
        with (new / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude = 'hereabouts.conf'\n")
        # One rename: there is either a whole cluster or none.
        os.rename(new, self.data)
        ours = sorted({pwd.getpwuid(os.geteuid()).pw_name, self.location.user})
        self._write("pg_hba.conf", "local all all peer map=hereabouts\n")
        self._write(
            "pg_ident.conf",
            "".join(f'hereabouts "{user}" {role}\n' for user in ours for role in ("postgres", "hereabouts")),
        )

    def _clear_leftovers(self) -> None:
        """Make a start possible after kill -9, a power cut or a reboot.

        PostgreSQL copes by itself unless the process id in postmaster.pid now belongs to another process
        of the same user: then it would wait for that one for ever. The file may only go when nothing at all
        works in the data folder, because a forgotten child of a killed server would still write to it.
        """
        if self.running():
            return
        deadline = time.monotonic() + 30
        while (left := self.processes()) and time.monotonic() < deadline:
            for process in left:
                self._signal(process, signal.SIGQUIT)
            time.sleep(0.2)
        if left:
            raise Trouble(
                f"Processes of a killed database are still at work ({', '.join(map(str, left))}): "
                "end them (kill -9) and run the same command again."
            )
        for leftover in (
            self.data / "postmaster.pid",
            self.sockets / SOCKET_NAME,
            self.sockets / f"{SOCKET_NAME}.lock",
        ):
            leftover.unlink(missing_ok=True)

    def _make_socket_folder(self) -> None:
        if not self.sockets.is_relative_to(self.location.home):
            self.sockets.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            if self.sockets.is_symlink() or (
                self.sockets.exists() and self.sockets.stat().st_uid != pwd.getpwnam(self.location.user).pw_uid
            ):
                raise Trouble(
                    f"{self.sockets}, where the database's socket has to go, belongs to someone else: "
                    "remove it and run the same command again."
                )
        make_private(self.sockets, self.location.user)

    def _bootstrap(self) -> None:
        """Make the role, the database and the extensions that are missing. Safe to repeat."""
        done = self.data / "hereabouts.ready"
        wanted = " ".join(EXTENSIONS)
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            return
        # Into template1 as well, so that test databases have the extensions without a superuser.
        extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
        self._sql(
            "template1",
            "SELECT 'CREATE ROLE hereabouts LOGIN CREATEDB' WHERE NOT EXISTS "
            "(SELECT FROM pg_roles WHERE rolname = 'hereabouts') \\gexec\n" + extensions,
        )
        self._sql(
            "postgres",
            "SELECT 'CREATE DATABASE hereabouts OWNER hereabouts' WHERE NOT EXISTS "
            "(SELECT FROM pg_database WHERE datname = 'hereabouts') \\gexec\n",
        )
        self._sql("hereabouts", extensions)
        self._write("hereabouts.ready", wanted)

    # -- means

    def _sql(self, database: str, text: str) -> None:
        done = self._run(
            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", self.sockets, "-p", str(PORT),
            "-d", database, "-f", "-", given=text,
        )  # fmt: skip
        if done.returncode != 0:
            raise Trouble(
                f"The private database could not be set up: {done.stdout.strip()[-400:]} "
                "Put that right and run the same command again."
            )

    def _run(self, program: str, *words: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.programs.program(program)), *map(str, words)],
            input=given,
            stdin=None if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=plain_environment(),
            **as_user(self.location.user),  # type: ignore[call-overload]
        )

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(self.location.user)
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def _signal(self, process: int, number: signal.Signals) -> None:
        try:
            os.kill(process, number)
        except (ProcessLookupError, PermissionError):
            pass

    def _last_words(self) -> str:
        words = ""
        logs = sorted((self.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)[-1:]
        for path in [self.data / "start.log", *logs]:
            if path.exists():
                words += path.read_text(encoding="utf-8", errors="replace")[-300:]
        return " ".join(words.split()) or "none."


def write_url(location: Location) -> None:
    """Leave the address where `manage.py` finds it."""
    URL_FILE.touch(mode=0o600)
    URL_FILE.write_text(location.url + "\n", encoding="utf-8")


def in_use_by_me() -> IO[str]:
    """Note (until the returned file is closed, or we die) that this process needs the cluster."""
    users = (VAR / "cluster.users").open("a+", encoding="utf-8")
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def in_use_by_others(mine: IO[str] | None) -> bool:
    """Tell whether another `make` still needs the cluster; gives up our own note."""
    if mine is not None:
        mine.close()
    with (VAR / "cluster.users").open("a+", encoding="utf-8") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def existing() -> Cluster | None:
    """Return the cluster that this checkout has, or None when there is none."""
    location = recorded()
    if location is None or not Path(location.home).exists():
        return None
    programs = server.best(server.installed(), server.version_of_data(location.data)) or server.best(server.installed())
    if programs is None:
        return None
    return Cluster(location, programs)
