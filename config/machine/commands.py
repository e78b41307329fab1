"""The commands behind the Makefile, by name."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence

from config.machine import cluster, libraries, lints, location
from config.machine.checkout import (
    PYTHON,
    ROOT,
    VAR,
    only_one,
    prepare_var,
)
from config.machine.demo import demo as run_demo
from config.machine.drill import drill as run_drill
from config.machine.say import Trouble, line
from config.machine.session import (
    HURRY,
    bring_to,
    environment,
    leave,
    own_database,
    set_up,
    side_by_side,
    start_database,
)


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


def lint(words: Sequence[str]) -> int:
    """Run every check that reads the source only; all of them, even when one fails."""
    set_up(development=True)
    node = libraries.own_node()
    ours, started = start_database()
    mine = cluster.in_use_by_me() if ours else None
    failed = []
    try:
        checks = [lints.command_line(command, node) for _, command in lints.LINTS]
        for number, said, status in side_by_side(checks, environment(ours)):
            name = lints.LINTS[number][0]
            line(f"== {name}")
            if said.strip():
                line(said.rstrip())
            if status != 0:
                failed.append(name)
    finally:
        leave(ours, started, mine)
    if failed:
        raise Trouble(f"make lint found something in: {', '.join(failed)}. Put it right as said above.")
    line("make lint: all well.")
    return 0


def bench(words: Sequence[str]) -> int:
    """Install the peers to compare with, then run every benchmark."""
    set_up(development=True)
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
    return run_demo()


def drill(words: Sequence[str]) -> int:
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
