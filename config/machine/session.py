"""What every command of the Makefile does around its own work: set up, have a database, run programs, leave."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from config.machine import cluster, libraries, location, packages, server
from config.machine.checkout import ROOT, SPACE_NEEDED, SPACE_TO_RUN, VENV, check_space, only_one, prepare_var
from config.machine.say import Trouble, line


def own_database() -> bool:
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def data_version() -> int | None:
    known = None if own_database() else location.recorded()
    return server.version_of_data(known.data) if known else None


def set_up(*, tests: bool = False, development: bool = False) -> None:
    """Do what is missing of the set-up; quick when nothing is. `development`: with what checks and benchmarks need."""
    prepare_var()
    with only_one("setup", "setting up"):
        venv = libraries.has_usable_venv()
        check_space(SPACE_TO_RUN if venv and libraries.NODE_MODULES.exists() else SPACE_NEEDED)
        packages.install(own_database=own_database(), tests=tests, venv=venv, data_version=data_version())
        libraries.make_venv(venv)
        libraries.fetch_browser_libraries(development=tests or development)


def start_database() -> tuple[cluster.Cluster | None, bool]:
    """Start the private cluster if it is the one to use; return it and whether this call started it."""
    if own_database():
        return None, False
    prepare_var()
    with only_one("database", "starting the database"):
        found = location.find()
        programs = server.best(server.installed(), server.version_of_data(found.data))
        if programs is None or not programs.postgis:
            raise Trouble("PostgreSQL 15 or newer with PostGIS is not installed yet: run make setup first.")
        ours = cluster.Cluster(found, programs)
        started = ours.start()
        cluster.write_url(found)
        return ours, started


def environment(ours: cluster.Cluster | None) -> dict[str, str]:
    """Return the environment for the project's own programs: `.venv` first, our database, nobody else's."""
    base = dict(os.environ) if ours is None else cluster.plain_environment()
    if ours is not None:
        base["DATABASE_URL"] = ours.location.url
    elif not base.get("DATABASE_URL"):
        path = Path(base["DATABASE_URL_FILE"])
        try:
            base["DATABASE_URL"] = path.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Trouble(
                f"DATABASE_URL_FILE names {path}, which cannot be read ({error.strerror}): name a readable file."
            ) from None
    base["PATH"] = f"{VENV / 'bin'}{os.pathsep}{base.get('PATH', '')}"
    base["VIRTUAL_ENV"] = str(VENV)
    # The last: what is compiled is kept, for a run of the tests starts Python with all our code a hundred times.
    for name in ("PYTHONHOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "PYTHONDONTWRITEBYTECODE"):
        base.pop(name, None)
    return base


HURRY = "-c synchronous_commit=off"
"""Options of a connection whose last half second of commits may be lost in a crash: tests, and new tables."""


def bring_to(command: Sequence[str | Path], env: dict[str, str]) -> int:
    """Run `command` on the terminal; pass on an interruption and wait for its end. Returns its exit status."""
    child = subprocess.Popen([str(part) for part in command], cwd=ROOT, env=env)
    asked = []

    def pass_on(number: int, frame: object) -> None:
        # Ctrl-C reaches the child by itself: the terminal sends it to all of us.
        asked.append(number)
        if number == signal.SIGTERM:
            child.terminate()

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 + asked[0] if asked else (status if status >= 0 else 128 - status)


def side_by_side(commands: Sequence[Sequence[str | Path]], env: dict[str, str]) -> Iterator[tuple[int, str, int]]:
    """Run `commands`, as many at once as the machine has cores, and yield of each, as it ends:

    its place in `commands`, all that it printed, and its exit status. An interruption ends those that run.
    """
    waiting = list(enumerate(commands))
    running: dict[int, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                number, command = waiting.pop(0)
                # Files, for a pipe that nobody reads yet would hold up who writes much.
                said = tempfile.TemporaryFile()
                child = subprocess.Popen(
                    [str(part) for part in command], cwd=ROOT, env=env, stdout=said, stderr=subprocess.STDOUT
                )
                running[number] = child, said
            for number in [it for it, (child, _) in running.items() if child.poll() is not None]:
                child, said = running.pop(number)
                with said:
                    said.seek(0)
                    words = said.read().decode(errors="replace")
                yield number, words, child.returncode
            time.sleep(0.05)
    finally:
        for child, said in running.values():
            child.terminate()
            child.wait()
            said.close()


def leave(ours: cluster.Cluster | None, started: bool, mine: object) -> None:
    """Stop the cluster if this process started it and no other `make` needs it."""
    if ours is None:
        return
    if cluster.in_use_by_others(mine):  # type: ignore[arg-type]
        if started:
            line("The private database stays on: another make in this folder uses it.")
        return
    if started:
        with only_one("database", "stopping the database"):
            ours.stop()
        line("The private database has stopped.")
