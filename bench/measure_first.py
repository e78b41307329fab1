"""Public pages asked for the first time: the processor time of Python and PostgreSQL, beside an earlier build's.

Both builds are served by their own `make demo`, each from its own folder with its own environment and its own private
database, in which it has loaded the demo place itself. They are asked by turns, one connection each. Nothing is asked
twice in the same way, so that no copy of an answer is sent; the revision of the place is the same all the time, so
what a process remembers of a place in its present state is there (`config/remembered.py`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from .database import ROOT
from .load import Connection
from .report import Row, ms, skipped
from .servers import free_port

GOAL = 0.2
PLACE = "trafford"
ROUNDS, EACH = 6, 5
PACKED = "Accept-Encoding: gzip, deflate, br\r\n"
HOURS_TO_PREPARE = 1.0
TICK = os.sysconf("SC_CLK_TCK")
# No web processes, though `make demo` starts them too.
NOT_WEB = (b"procrastinate", b"manage.py\0worker")
WORDS = (
    "library church park school club food garden sports hall music art cafe health youth scouts football cricket bowls "
    "tennis dance allotment museum theatre nursery care women men walking cycling history"
).split()


@dataclass(frozen=True)
class Site:
    """A build that is served: its port, and the processes whose time is counted."""

    port: int
    program: int
    database: int

    def seconds(self) -> tuple[float, float]:
        """Processor time so far, of Python and of PostgreSQL."""
        tree = processes()
        web = sum(seconds for pid, seconds in family(tree, self.program) if not is_other(pid))
        return web, sum(seconds for _pid, seconds in family(tree, self.database))


def processes() -> dict[int, tuple[int, float]]:
    """Every process: its parent, and its processor time in seconds with that of its children that have ended."""
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            text = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        words = text.rpartition(")")[2].split()
        found[int(entry.name)] = int(words[1]), sum(map(int, words[11:15])) / TICK
    return found


def family(tree: dict[int, tuple[int, float]], root: int) -> Iterator[tuple[int, float]]:
    """A process and all that come from it, without those of a worker for jobs."""
    if root not in tree:
        raise RuntimeError("A process that is measured has ended.")
    yield root, tree[root][1]
    for pid, (parent, _seconds) in tree.items():
        if parent == root and not is_other(pid):
            yield from family(tree, pid)


def is_other(pid: int) -> bool:
    try:
        return any(it in Path(f"/proc/{pid}/cmdline").read_bytes() for it in NOT_WEB)
    except OSError:
        return False


def checkout(commit: str) -> Path:
    """The folder with the files of `commit`, made where it is missing. Raises RuntimeError when there is none."""
    asked = subprocess.run(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"],
                           cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    if asked.returncode:
        raise RuntimeError(f"BASE={commit} is no tag or commit of this repository")
    folder = ROOT / "var" / "bench" / asked.stdout.strip()[:12]
    if not (folder / "manage.py").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
        subprocess.run(["git", "worktree", "add", "--detach", str(folder), commit],
                       cwd=ROOT, check=True, capture_output=True)  # fmt: skip
    return folder


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Let the build in `folder` set itself up, load its demo place, and serve it until the block ends."""
    port = free_port()
    without = ("DATABASE_URL", "DATABASE_URL_FILE", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    environment |= {"PORT": str(port), "LIMIT_COSTLY_PER_MINUTE": "0", "LIMIT_SENDING_PER_MINUTE": "0"}
    log = folder / "var" / "bench-demo.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as said:
        program = subprocess.Popen([base_python(), "-m", "config.machine", "demo"],
                                   cwd=folder, env=environment, stdout=said, stderr=said)  # fmt: skip
        try:
            until = time.monotonic() + HOURS_TO_PREPARE * 3600
            while not answers(port):
                if program.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"make demo in {folder.name} did not serve: see its var/{log.name}")
                time.sleep(1)
            pointer = json.loads((folder / "var" / "cluster.json").read_text(encoding="utf-8"))
            note = Path(pointer["home"], "data", "postmaster.pid").read_text(encoding="utf-8")
            yield Site(port, program.pid, int(note.split("\n", 1)[0]))
        finally:
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(60)
            except subprocess.TimeoutExpired:
                program.kill()


def base_python() -> str:
    """The Python that environments are made from: each build makes its own."""
    return getattr(sys, "_base_executable", sys.executable)


def answers(port: int) -> bool:
    try:
        connection = Connection("127.0.0.1", port)
        status = connection.get(f"/{PLACE}/")[0]
        connection.close()
    except OSError:
        return False
    return status == 200


def questions(sites: list[Site]) -> dict[str, list[list[str]]]:
    """Addresses by page, for each site: as many as are asked, no two of them the same."""
    many = ROUNDS * EACH + 2
    names = [nodes_by_name(it) for it in sites]
    categories = sorted(set.intersection(*(set(categories_of(it)) for it in sites)))
    if len(categories) < many:
        raise RuntimeError("there are too few categories to ask about")
    common = sorted(set.intersection(*(set(it) for it in names)))[:many]
    nodes = [[f"/node/{it[name]}" for name in common] for it in names]
    plain = {"place page": f"/{PLACE}/", "network page": f"/{PLACE}/network/", "words": f"/{PLACE}/network/words/"}
    words = [(WORDS * 2)[number] for number in range(many)]
    asked = {
        "map": [f"/{PLACE}/map/?category={it}" for it in categories[:many]],
        "list": [f"/{PLACE}/list/?category={it}" for it in categories[:many]],
        "list, a word": [
            f"/{PLACE}/list/?" + urlencode({"q": it, **({"sort": "name"} if n >= len(WORDS) else {})})
            for n, it in enumerate(words)
        ],  # fmt: skip
        "API, all": [f"/api/v1/nodes?place={PLACE}&limit={10 + n}" for n in range(many)],
        "API, near a point": [
            f"/api/v1/nodes?limit=20&near={quote(f'{53.40 + n / 1000:.3f},-2.32', safe=',')}" for n in range(many)
        ],
    }
    every = {name: [path] * many for name, path in plain.items()} | asked
    return {name: [paths] * len(sites) for name, paths in every.items()} | {"node": nodes}


def nodes_by_name(site: Site) -> dict[str, str]:
    return {it["properties"]["name"]: it["id"] for it in _api(site, f"nodes?place={PLACE}&limit=300")["features"]}


def categories_of(site: Site) -> list[str]:
    return [it["slug"] for it in _api(site, "categories")["categories"]]


def _api(site: Site, question: str) -> dict:
    connection = Connection("127.0.0.1", site.port)
    status, _head, body = connection.get(f"/api/v1/{question}")
    connection.close()
    if status != 200:
        raise RuntimeError(f"the API answers {status}")
    return json.loads(body)


def rows(base: str) -> list[Row]:
    """One row a page: this build beside `base` (a tag or commit; empty: this build alone, and no goal)."""
    with ExitStack() as stack:
        sites = [stack.enter_context(served(ROOT))]
        if base:
            sites.append(stack.enter_context(served(checkout(base))))
        return [_row(name, sites, paths, base) for name, paths in questions(sites).items()]


def _row(name: str, sites: list[Site], paths: list[list[str]], base: str) -> Row:
    what = f"first time, processor time: {name}"
    connections = [Connection("127.0.0.1", it.port) for it in sites]
    spent = [[0.0, 0.0] for _ in sites]
    # Once each, for what a process makes once in its life.
    for connection, mine in zip(connections, paths, strict=True):
        for number, path in enumerate(mine[-2:]):
            connection.get(path, f"{PACKED}HX-Request: before-{number}-{time.time()}\r\n")
    asked = 0
    for turn in range(ROUNDS):
        for index, (site, connection, mine) in enumerate(zip(sites, connections, paths, strict=True)):
            before = site.seconds()
            for number, path in enumerate(mine[turn * EACH : (turn + 1) * EACH]):
                # Copies are kept by this header too, and pages but for one value of it are the same.
                status = connection.get(path, f"{PACKED}HX-Request: {turn}-{number}-{time.time()}\r\n")[0]
                if status != 200:
                    return skipped(what, f"{path} answers {status}")
            after = site.seconds()
            spent[index] = [have + now - then for have, now, then in zip(spent[index], after, before, strict=True)]
        asked += len(paths[0][turn * EACH : (turn + 1) * EACH])
    for connection in connections:
        connection.close()
    ours = sum(spent[0]) / asked
    figures = {"python": spent[0][0] / asked, "postgresql": spent[0][1] / asked}
    told = f"Python {ms(figures['python'])}, PostgreSQL {ms(figures['postgresql'])}"
    if len(sites) == 1:
        return Row(what, measured=ms(ours), note=f"{told}; no BASE", figures=figures)
    python, postgresql = (it / asked for it in spent[1])
    theirs = python + postgresql
    ratio = ours / theirs if theirs else float("inf")
    return Row(
        what,
        f"<= {GOAL}x of {base}",
        ms(ours),
        f"{base} {ms(theirs)}",
        f"{ratio:.2f}x",
        ratio <= GOAL,
        note=f"{told}; {base}: Python {ms(python)}, PostgreSQL {ms(postgresql)}; {asked} answers each",
        figures=figures | {"base_python": python, "base_postgresql": postgresql},
    )
