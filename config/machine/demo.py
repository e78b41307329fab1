"""`make demo`: prepare what is missing, serve the demo place, and on the way out stop what was started."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.machine import cluster, session, supervise
from config.machine.checkout import PYTHON, ROOT, VAR, digest, fingerprint, only_one
from config.machine.say import Trouble, elapsed, line

PLACE = "trafford"
# The second place, and the extract that it is made from (cms/demo_extract.py).
SECOND = "bristol-centre"
EXTRACT = Path("fixtures") / SECOND / "bristol-centre-2025.osm.pbf"
STAMP = VAR / "demo.stamp"
BASEMAPS = VAR / "basemap"
STATIC = VAR / "static"
APPS = ("mapping", "listings", "cms")
SECONDS_TO_START = 90
SECONDS_TO_STOP = 15
PR_SET_PDEATHSIG = 1
HAS_PLACES = "select exists (select from mapping_node)"
ASK_ELSEWHERE = f"""
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as db:
    try:
        sys.exit(0 if db.execute({HAS_PLACES!r}).fetchone()[0] else 3)
    except psycopg.errors.UndefinedTable:
        sys.exit(3)
"""


@dataclass(frozen=True)
class Task:
    """One management command of the preparation, and what it depends on."""

    name: str
    words: tuple[str, ...]
    title: str
    sources: tuple[Path, ...]
    made: Callable[[], bool] = lambda: True
    in_database: bool = False

    @property
    def key(self) -> str:
        """What its stamp is kept under: the command, and the place where several tasks run the same."""
        place = self.words[self.words.index("--place") + 1] if "--place" in self.words else PLACE
        return self.name if place == PLACE else f"{self.name} {place}"


def tasks() -> list[Task]:
    """Return the preparation in its order. Each is safe to repeat; a stamp saves the time."""
    layers = ROOT / "fixtures" / PLACE / "layers"
    drawing = ROOT / "mapping" / "maps" / "basemap.py"
    reading = ROOT / "mapping" / "readers" / "basemap_layers.py"
    migrations = tuple(ROOT / app / "migrations" for app in APPS)
    commands_of = tuple(ROOT / app / "management" for app in APPS)
    return [
        Task("migrate", ("--noinput", "-v", "0"), "Preparing the database's tables",
             (*migrations, ROOT / "requirements.lock"), in_database=True),
        # Before the place and its networks: what is kept of them are pages too, and those name styles and scripts.
        Task("collectstatic", ("--noinput", "-v", "0"), "Gathering styles, scripts and icons",
             (*(ROOT / app / "static" for app in (*APPS, "config")), ROOT / "package-lock.json", *(
                 ROOT / "config" / f"{name}.py" for name in ("finders", "storage", "icons", "scripts", "stylesheets"))),
             made=STATIC.is_dir),
        Task("load_demo", (), "Loading the demo places", (*migrations, ROOT / "fixtures"), in_database=True),
        Task("build_basemap", ("--place", PLACE, "--layers", str(layers)), "Drawing the basemap",
             (layers, drawing, reading),
             made=lambda: any(BASEMAPS.glob(f"{PLACE}*.pmtiles")), in_database=True),
        Task("build_basemap", ("--place", SECOND, "--osm", str(EXTRACT)), "Drawing the basemap of the second place",
             (ROOT / EXTRACT, drawing, reading),
             made=lambda: any(BASEMAPS.glob(f"{SECOND}*.pmtiles")), in_database=True),
        # Of every place.
        Task("build_graph", (), "Working out who is connected to whom",
             (ROOT / "mapping" / "graph", ROOT / "fixtures", *migrations, *commands_of), in_database=True),
    ]  # fmt: skip


def exists(command: str) -> bool:
    if command in ("migrate", "collectstatic"):
        return True
    return any((ROOT / app / "management" / "commands" / f"{command}.py").exists() for app in APPS)


def wanted_stamp(task: Task, database: str) -> str:
    files = [path for path in task.sources if path.is_file()]
    folders = [path for path in task.sources if path.is_dir()]
    return digest(fingerprint(folders), *files, " ".join(task.words), database if task.in_database else "")


def read_stamps() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def write_stamps(stamps: Mapping[str, str]) -> None:
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(dict(stamps), indent=1), encoding="utf-8")
    os.replace(new, STAMP)


def has_places(env: Mapping[str, str], ours: cluster.Cluster | None) -> bool:
    if ours is not None:
        return ours.true(HAS_PLACES)
    asked = subprocess.run([str(PYTHON), "-c", ASK_ELSEWHERE], env=dict(env), capture_output=True, check=False)
    return asked.returncode == 0


def prepare(env: Mapping[str, str], ours: cluster.Cluster | None = None) -> None:
    """Run the tasks whose sources have changed since they last succeeded here (on `ours`, or where `env` says)."""
    stamps = read_stamps()
    database = env["DATABASE_URL"]
    # What is loaded after the tables is committed in earnest, and that carries everything before it to the disk.
    hurried = {**env, "PGOPTIONS": session.HURRY} if ours else env
    if stamps and not has_places(env, ours):
        line("  The database is empty; everything is loaded again.")
        stamps = {}
    for task in tasks():
        if not exists(task.name):
            line(f"  {task.title}: left out, this version has no `{task.name}`.")
            continue
        wanted = wanted_stamp(task, database)
        if stamps.get(task.key) == wanted and task.made():
            continue
        line(f"  {task.title} ...")
        began = time.monotonic()
        with_env = hurried if task.name == "migrate" else env
        status = session.bring_to([PYTHON, ROOT / "manage.py", task.name, *task.words], dict(with_env))
        if status in (128 + signal.SIGINT, 128 + signal.SIGTERM):
            raise KeyboardInterrupt
        if status != 0:
            raise Trouble(
                f"{task.title} failed (manage.py {task.name}, said above): put that right and run make demo again; "
                "what is already done is kept."
            )
        line(f"  {task.title}: done ({elapsed(time.monotonic() - began)})")
        stamps[task.key] = wanted
        write_stamps(stamps)


def port_from(environ: Mapping[str, str]) -> int:
    """Return the port to serve on. Raises `Trouble` for what is no port."""
    given = environ.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise Trouble(f"PORT is {given!r}, which is no port: give a number from 1 to 65535, as in make demo PORT=8001.")
    return int(given)


def check_port(port: int) -> None:
    """Raise `Trouble` when nothing can be served on 127.0.0.1:`port`."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except PermissionError:
            raise Trouble(f"Port {port} is for root only: choose one above 1023, as in make demo PORT=8001.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Trouble(
                f"Port {port} is taken by another program (an earlier make demo, perhaps): stop that, or choose "
                f"another port: make demo PORT={port + 1 if port < 65535 else 8000}"
            ) from None


def environment(ours: cluster.Cluster | None, port: int) -> dict[str, str]:
    env = session.environment(ours)
    env.update(DJANGO_SETTINGS_MODULE="config.settings.dev", DEMO="yes", PORT=str(port))
    return env


def die_with_parent() -> None:
    """Ask the kernel to end this (child) process when `make demo` is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(words: list[str | Path], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C comes to us alone, and what a child leaves behind can be ended as a group.
    return subprocess.Popen(
        [str(word) for word in words],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        # Safe here: we have no other threads at this point.
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )


def health_port(environ: Mapping[str, str]) -> int:
    """Return the port for /healthz and /readyz: the one that is asked for, or any that is free; 0 for none."""
    if environ.get("HEALTH_PORT"):
        return 0 if environ["HEALTH_PORT"] == "0" else port_from({"PORT": environ["HEALTH_PORT"]})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def web(env: Mapping[str, str], port: int, health: int) -> subprocess.Popen[bytes]:
    """Start the web server as an operator would (docs/operator.md)."""
    return start(
        [
            PYTHON, "-m", "config.serving", "--host", "127.0.0.1", "--port", str(port),
            "--health-port", str(health), "--grace", "5",
        ],
        env,
    )  # fmt: skip


def worker(env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker for background jobs. One job at a time; what runs at the end is done at the next start."""
    return start([PYTHON, ROOT / "manage.py", "worker", "--jobs", "1", "--grace", str(SECONDS_TO_STOP - 5)], env)


def answers(url: str) -> int | None:
    """Return the status that `url` answers with, or None while nothing answers."""
    try:
        # No proxy of the environment stands between us and our own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_for(url: str, child: subprocess.Popen[bytes], stopping: Callable[[], bool]) -> int | None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and child.poll() is None and not stopping():
        status = answers(url)
        if status is not None:
            return status
        time.sleep(0.1)
    return None


def welcome(port: int, health: int, took: float) -> None:
    base = f"http://127.0.0.1:{port}"
    line()
    line(f"Hereabouts is at {base}/ (ready after {elapsed(took)})")
    line(f"  the place    {base}/{PLACE}/")
    line(f"  the map      {base}/{PLACE}/map/")
    line(f"  another one  {base}/{SECOND}/map/, with every street")
    for text in steward_hint(base):
        line(f"  {text}")
    if health:
        line(f"  how it is    http://127.0.0.1:{health}/readyz")
    line("Ctrl-C stops everything that was started here.")


def steward_hint(base: str) -> list[str]:
    """Return how the steward of the demo signs in, as `load_demo` left it."""
    note = VAR / "demo-steward.txt"
    if note.exists():
        return note.read_text(encoding="utf-8").replace("{base}", base).splitlines()
    return [f"the steward  {base}/accounts/login/ (the code that is sent is shown at {base}/demo/mail/)"]


def look_at_database(ours: cluster.Cluster) -> None:
    """Start the private database again if it has crashed (killed, out of memory); not if somebody stopped it."""
    if not ours.crashed():
        return
    with only_one("database", "starting the database"):
        if not ours.crashed():
            return
        line("The private database has ended by itself; it is started again.")
        try:
            ours.start()
        except Trouble as trouble:
            line(f"{trouble} (It is tried again.)")
            time.sleep(5)


def demo() -> int:
    """Set up, prepare and serve until told to stop. Returns the exit status."""
    began = time.monotonic()
    port = port_from(os.environ)
    check_port(port)
    session.set_up()
    ours, started = session.start_database()
    mine = cluster.in_use_by_me() if ours else None
    kept: list[supervise.Kept] = []
    told: list[int] = []
    try:
        env = environment(ours, port)
        with only_one("demo", "preparing the demo"):
            prepare(env, ours)
        check_port(port)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: told.append(number))
        health = health_port(os.environ)
        kept.append(supervise.Kept("web server", lambda: web(env, port, health)))
        status = wait_for(f"http://127.0.0.1:{port}/", kept[0].child, lambda: bool(told))
        if not told:
            if status is None:
                raise Trouble(
                    "The web server did not start (its own words are above): put that right and run make demo again."
                )
            if status >= 500:
                line(f"  The home page answers with an error ({status}); what went wrong is said above.")
            kept.append(supervise.Kept("worker", lambda: worker(env)))
            welcome(port, health, time.monotonic() - began)
        looks = 0
        while not told:
            time.sleep(0.2)
            for it in kept:
                it.look()
            looks += 1
            if ours is not None and looks % 5 == 0:
                look_at_database(ours)
        line("\nStopping ...")
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        supervise.stop([it.child for it in kept], SECONDS_TO_STOP)
        session.leave(ours, started, mine)
