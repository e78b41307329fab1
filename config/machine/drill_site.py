"""The site of a drill: a whole `make demo` of its own under `var/drill`, and the ways to hurt it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from config.machine import cluster, location
from config.machine.checkout import PYTHON, ROOT
from config.machine.say import Trouble, line

PLACE = "trafford"
SECONDS_TO_START = 600
ROOM_LEFT = 48 * 2**20
"""Bytes that a small disk has free beyond what it holds, before it is filled."""
SMALL = ("postgres", "snapshots", "mail")
"""Folders under `var/drill` that are put on a small disk of their own."""


class Site:
    """`make demo` in a folder of its own, started and stopped, and its processes by what they do."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.base = f"http://127.0.0.1:{port}/"
        self.log = var / "demo.log"
        self.make: subprocess.Popen[bytes] | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "PG"))}
        self.env = {**kept, "VAR_ROOT": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        # One address posts as fast as it can here.
        self.env["LIMIT_SENDING_PER_MINUTE"] = "0"

    def start(self) -> float:
        """Run `make demo` until it answers; returns how many seconds that took. Raises `Trouble`."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.make = subprocess.Popen(
                [sys.executable, "-m", "config.machine", "demo"],
                cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while time.monotonic() - began < SECONDS_TO_START:
            if self.make.poll() is not None:
                raise Trouble(f"make demo of the drill ended by itself; its words are in {self.log}.")
            if self.answers() and self.worker():
                return time.monotonic() - began
            time.sleep(0.3)
        raise Trouble(f"make demo of the drill did not start in {SECONDS_TO_START} s; its words are in {self.log}.")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.make is not None and self.make.poll() is None:
            self.make.terminate()
            try:
                self.make.wait(60)
            except subprocess.TimeoutExpired:
                self.make.kill()
                self.make.wait()
        self.make = None

    def answers(self, path: str = f"{PLACE}/list/?q=hall", seconds: float = 5) -> bool:
        """Whether a page that asks the database is served."""
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(self.base + path, timeout=seconds) as answer:
                return answer.status == 200
        except (OSError, urllib.error.HTTPError):
            return False

    @property
    def database(self) -> cluster.Cluster:
        """The private cluster of the drill."""
        from config.machine import server

        where = location.recorded(self.var / "cluster.json")
        if where is None:
            raise Trouble("The drill's database is not there.")
        programs = server.best(server.installed(), server.version_of_data(where.data))
        assert programs is not None
        return cluster.Cluster(where, programs)

    def manage(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start a management command on the drill's database, its output in a pipe."""
        env = {**self.env, "DATABASE_URL": self.database.location.url, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        return subprocess.Popen(
            [str(PYTHON), str(ROOT / "manage.py"), *map(str, words)],
            cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    # -- its processes

    def web(self) -> int | None:
        """A process that answers requests: the web server's first child. The last one says how they are."""
        servers = self._below("config.serving")
        return servers[1] if len(servers) > 1 else None

    def worker(self) -> int | None:
        """The worker."""
        found = self._below("manage.py", "worker")
        return found[0] if found else None

    def left_over(self) -> list[int]:
        """Processes of this drill that live though `make demo` does not."""
        wanted = f"VAR_ROOT={self.var}\0".encode()
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with contextlib.suppress(OSError):
                    if wanted in Path(f"/proc/{entry.name}/environ").read_bytes():
                        found.append(int(entry.name))
        return found

    def _below(self, *words: str) -> list[int]:
        """Processes under `make demo` with all these words in their command, oldest first."""
        if self.make is None:
            return []
        found, look = [], [self.make.pid]
        while look:
            process = look.pop(0)
            with contextlib.suppress(OSError):
                children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
                look += map(int, children)
                command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
                if all(any(part.endswith(word.encode()) for part in command) for word in words):
                    found.append(process)
        return sorted(found)


def kill(process: int | None) -> bool:
    """SIGKILL. Returns whether there was anything to kill."""
    if process is None:
        return False
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def small_disk(site: Site) -> Iterator[list[Path]]:
    """Put the database, kept networks and mail on small disks of their own; the site is stopped around that.

    Only root may (mount). What is on them at the end is brought back.
    """
    site.stop()
    mounted: list[Path] = []
    try:
        for name in SMALL:
            folder, aside = site.var / name, site.var / f"{name}.aside"
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.rename(aside)
            folder.mkdir(mode=0o700)
            shutil.copystat(aside, folder)
            size = sum(it.lstat().st_size for it in aside.rglob("*") if it.is_file()) + ROOM_LEFT
            _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
            mounted.append(folder)
            _run("cp", "-a", f"{aside}/.", folder)
        site.start()
        yield mounted
    finally:
        site.stop()
        for folder in mounted:
            aside = folder.with_name(f"{folder.name}.aside")
            back = folder.with_name(f"{folder.name}.back")
            (folder / "filler").unlink(missing_ok=True)
            _run("cp", "-a", folder, back)
            _run("umount", folder)
            folder.rmdir()
            back.rename(folder)
            shutil.rmtree(aside)


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(2**16))
    with (folder / "filler").open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))


def _run(*words: str | Path) -> None:
    done = subprocess.run([str(it) for it in words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(map(str, words))} failed: {done.stderr.strip()[-200:]}")


def may_mount(var: Path) -> bool:
    """Whether this user may make a small disk here: root outside of most containers."""
    if os.geteuid() != 0:
        return False
    probe = var / "probe"
    probe.mkdir(exist_ok=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", probe)
        _run("umount", probe)
    except (Trouble, OSError) as trouble:
        line(f"  A small disk cannot be made here: {trouble}")
        return False
    finally:
        probe.rmdir()
    return True
