"""The commands behind the Makefile, by name."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from config.machine import cluster, libraries, location, packages, server
from config.machine.checkout import (
    PYTHON,
    ROOT,
    SPACE_NEEDED,
    SPACE_TO_RUN,
    VAR,
    VENV,
    check_space,
    only_one,
    prepare_var,
)
from config.machine.say import Trouble, line


def own_database() -> bool:
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def data_version() -> int | None:
    known = None if own_database() else location.recorded()
    return server.version_of_data(known.data) if known else None


def set_up(*, tests: bool = False) -> None:
    """Do what is missing of the set-up; quick when nothing is."""
    prepare_var()
    with only_one("setup", "setting up"):
        venv = libraries.has_usable_venv()
        check_space(SPACE_TO_RUN if venv and libraries.NODE_MODULES.exists() else SPACE_NEEDED)
        packages.install(own_database=own_database(), tests=tests, venv=venv, data_version=data_version())
        libraries.make_venv(venv)
        libraries.fetch_browser_libraries()


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
    for name in ("PYTHONHOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"):
        base.pop(name, None)
    return base


HURRY = "-c synchronous_commit=off"
"""Options of a connection whose last half second of commits may be lost in a crash: tests, and new tables."""


def setup(words: Sequence[str]) -> int:
    set_up(tests="--tests" in words)
    line("Set up: .venv and node_modules are as the lock files say.")
    return 0


def database(words: Sequence[str]) -> int:
    what = words[0] if words else "status"
    if what not in {"start", "stop", "status", "remove"}:
        raise Trouble(f"`db {what}` is not known: say start, stop, status or remove.")
    if own_database():
        line("DATABASE_URL is set, so that database is used and there is no private one to look after.")
        return 0
    prepare_var()
    if what == "start":
        ours, started = start_database()
        assert ours is not None
        line(f"The private database {'has started' if started else 'is running'}: {ours.data}")
        line("  .venv/bin/python manage.py ... uses it now; make db-stop stops it.")
        return 0
    ours = cluster.existing()
    if ours is None:
        line("There is no private database in this folder yet; make db makes one.")
        return 0
    with only_one("database", "starting or stopping the database"):
        location.find()
        if what == "stop":
            stopped = ours.stop()
            line("The private database has stopped." if stopped else "The private database was not running.")
        elif what == "status":
            running = ours.running()
            line(f"The private database in {ours.data} {'is running' if running else 'is not running'}.")
            line(f"  PostgreSQL {ours.programs.major} as {ours.location.user}, socket in {ours.location.sockets}")
            return 0
        else:
            remove_database(ours)
    return 0


def remove_database(ours: cluster.Cluster) -> None:
    if os.environ.get("CONFIRM") != "yes":
        if not sys.stdin.isatty():
            raise Trouble(f"This deletes the database in {ours.data}: run make clean-db CONFIRM=yes if you mean it.")
        if input(f"Delete the database in {ours.data} and all that was entered into it? Type yes: ") != "yes":
            raise Trouble("Nothing was deleted: type yes in full to delete the database.")
    ours.remove()
    for left in (location.POINTER, cluster.URL_FILE, VAR / "demo.stamp"):
        left.unlink(missing_ok=True)
    line("The private database is gone; make demo makes a new one.")


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


def in_parallel() -> list[str]:
    """Return what makes pytest use the machine's cores (each process has a test database of its own)."""
    return ["-n", str(max(1, min(4, os.cpu_count() or 1)))]


def test(words: Sequence[str]) -> int:
    """Set up, then run the tests; a database that this started is stopped again."""
    set_up(tests=True)
    ours, started = start_database()
    mine = cluster.in_use_by_me() if ours else None
    try:
        more = list(words) or shlex.split(os.environ.get("ARGS", "")) or in_parallel()
        env = environment(ours)
        if ours is not None:
            env["PGOPTIONS"] = HURRY
        return bring_to([PYTHON, "-m", "pytest", *more], env)
    finally:
        leave(ours, started, mine)


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


LINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style (ruff)", ("-m", "ruff", "check", ".")),
    ("format (ruff)", ("-m", "ruff", "format", "--check", ".")),
    ("layers (import-linter)", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
    ("migrations are complete", ("manage.py", "makemigrations", "--check", "--dry-run")),
    ("migrations are safe for a site in use", ("-m", "config.migration_lint")),
)


def lint(words: Sequence[str]) -> int:
    """Run every check that reads the source only; all of them, even when one fails."""
    set_up()
    ours, started = start_database()
    mine = cluster.in_use_by_me() if ours else None
    failed = []
    try:
        for name, command in LINTS:
            line(f"== {name}")
            if bring_to([PYTHON, *command], environment(ours)) != 0:
                failed.append(name)
    finally:
        leave(ours, started, mine)
    if failed:
        raise Trouble(f"make lint found something in: {', '.join(failed)}. Put it right as said above.")
    line("make lint: all well.")
    return 0


def bench(words: Sequence[str]) -> int:
    """Install the peers to compare with, then run every benchmark."""
    set_up()
    with only_one("setup", "setting up"):
        libraries.install_locked(libraries.BENCH_LOCK, "Installing the programs to compare with")
    ours, started = start_database()
    mine = cluster.in_use_by_me() if ours else None
    try:
        more = list(words) or shlex.split(os.environ.get("ARGS", ""))
        return bring_to([PYTHON, "-m", "bench", *more], environment(ours))
    finally:
        leave(ours, started, mine)


def demo(words: Sequence[str]) -> int:
    from config.machine.demo import demo as run_demo

    return run_demo()


def drill(words: Sequence[str]) -> int:
    from config.machine.drill import drill as run_drill

    return run_drill(list(words) or shlex.split(os.environ.get("ARGS", "")))


def lock(words: Sequence[str]) -> int:
    prepare_var()
    libraries.lock()
    line("The lock files are written; look at them with git diff.")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "db": database,
    "demo": demo,
    "test": test,
    "lint": lint,
    "bench": bench,
    "drill": drill,
    "lock": lock,
}


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def run(words: Sequence[str]) -> int:
    """Run a command by name; return its exit status. Trouble is one sentence, not a traceback."""
    name, rest = (words[0] if words else ""), list(words[1:])
    if name not in COMMANDS:
        print(f"`{name}` is not known: say one of {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        return COMMANDS[name](rest)
    except Trouble as trouble:
        print(f"\nmake {name} has stopped. {trouble}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print(f"\nmake {name} was interrupted; run it again to go on.", file=sys.stderr, flush=True)
        return 130
    except OSError as error:
        if error.errno == 28:
            print(f"\nmake {name} has stopped. The disk is full: free some space and run it again.", file=sys.stderr)
            return 1
        raise
