"""`make drill`: break everything that can break while people post, files are imported and networks are worked out.

What was acknowledged is written into a ledger the moment it is, and compared with the database afterwards. It works on
a site of its own under `var/drill`. `make drill ARGS="--only web,disk"` for some of the faults.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.machine import drill_ledger, drill_site, session
from config.machine.checkout import VAR, check_space, only_one, prepare_var
from config.machine.demo import check_port
from config.machine.drill_ledger import BUILD, IMPORT, POST, Found, Ledger
from config.machine.drill_site import PLACE, Site, kill
from config.machine.drill_visitor import Refused, Visitor
from config.machine.say import Trouble, elapsed, line

FAULTS = {
    "web": "SIGKILL of the process that answers requests",
    "worker": "SIGKILL of the worker",
    "database": "SIGKILL of the database server",
    "importer": "SIGKILL of import_connections",
    "builder": "SIGKILL of build_graph",
    "make": "SIGKILL of make demo, started again",
    "basemap": "The basemap's files are gone",
    "disk": "The disk is full (database, networks, mail)",
}
PORT = 8790
ROWS = 2000
SECONDS_IN_ALL = 15 * 60
SECONDS_EACH = 240
SPACE = 1500 * 10**6
MAPPING = '[source]\ntitle = "{title}"\n[type]\ndefault = "funds"\n'


@dataclass
class Row:
    """What came of one fault: for each activity what was found, and how long pages were not served."""

    fault: str
    found: dict[str, Found] = field(default_factory=dict)
    seconds_away: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return bool(self.found) and all(it.good for it in self.found.values()) and not self.notes


class Drill:
    """One run: the site, the ledger, and the time there is."""

    def __init__(self, site: Site, ledger: Ledger, seed: int) -> None:
        self.site, self.ledger = site, ledger
        self.random = random.Random(seed)
        self.run = f"{int(time.time()):x}"
        self.until = time.monotonic() + SECONDS_IN_ALL
        self._numbers = 0

    def fault(self, name: str) -> Row:
        """Post, import and build; break `name` in the middle; wait until all is well again; compare."""
        line(f"== {FAULTS[name]}")
        row, since = Row(name), len(self.ledger.entries)
        prefix = f"Drill {self.run} {name} "
        poster = Poster(Visitor(self.site.base, f"{self.run}-{name}", PLACE), self.ledger, prefix)
        probe = Probe(self.site)
        title = f"Drill {self.run} {name}"
        importer = Again(lambda: self._import(title), IMPORT, title)
        builder = Again(lambda: self.site.manage("build_graph", "--place", PLACE, "--force"), BUILD, f"build {title}")
        with poster, probe:
            self._wait(lambda: poster.thanked >= 2, "two listings are posted", row)
            importer.start()
            builder.start()
            # Both read and write from about here on; where in their work they are is left to chance.
            time.sleep(3 + 4 * self.random.random())
            broken_at = time.monotonic()
            mend = self._break(name, importer, builder, row)
            if mend is not None:
                time.sleep(6)
                mend()
            thanked = poster.thanked
            self._wait(lambda: self.site.answers() and self.site.worker() is not None, "the site is back", row)
            self._wait(lambda: poster.thanked >= thanked + 2, "listings can be posted again", row)
            importer.finish(self.ledger, self._left(), row)
            builder.finish(self.ledger, self._left(), row, revision=self._revision)
            self._wait(lambda: not drill_ledger.stuck_jobs(self.site.database), "no job waits or hangs", row)
            row.seconds_away = probe.away_since(broken_at)
        ours = self.site.database
        row.found = {
            POST: drill_ledger.compare_posts(ours, self.ledger, since, prefix),
            IMPORT: drill_ledger.compare_import(ours, title, ROWS, len(self.ledger.of(IMPORT, since))),
            BUILD: drill_ledger.compare_build(ours, PLACE, self.ledger.of(BUILD, since)),
        }
        for what, found in row.found.items():
            line(f"  {what}: {found.acknowledged} acknowledged, {len(found.lost)} lost, {len(found.doubled)} doubled, "
                 f"{len(found.half)} half")  # fmt: skip
        line(f"  pages away for {row.seconds_away:.1f} s" + "".join(f"; {it}" for it in row.notes))
        return row

    def _break(self, name: str, importer: Again, builder: Again, row: Row) -> Callable[[], None] | None:
        """Do the harm; return what mends it, if somebody has to."""
        site = self.site
        if name in ("web", "worker", "database", "importer", "builder"):
            victims = {
                "web": site.web, "worker": site.worker, "database": lambda: site.database.postmaster(),
                "importer": lambda: importer.process, "builder": lambda: builder.process,
            }  # fmt: skip
            if not kill(victims[name]()):
                row.notes.append("there was nothing to kill")
        elif name == "make":
            assert site.make is not None
            kill(site.make.pid)
            site.make.wait()
            self._start_again(row)
        elif name == "basemap":
            folder = site.var / "basemap"
            aside = folder.with_name("basemap.aside")
            folder.rename(aside)
            page = Visitor(site.base, "", PLACE).get(f"/{PLACE}/map/")
            if "<main" not in page:
                row.notes.append("the page of the map is no page without its basemap")
            return lambda: _bring_back(folder, aside)
        elif name == "disk":
            folders = [site.var / it for it in drill_site.SMALL]
            for folder in folders:
                drill_site.fill(folder)
            try:
                Visitor(site.base, "", PLACE).ask_for_code("full@example.org")
            except (Refused, OSError) as error:
                line(f"  a code to sign in, on a full disk: {error}")
            return lambda: [(it / "filler").unlink(missing_ok=True) for it in folders] and None
        return None

    def _start_again(self, row: Row) -> None:
        """Start `make demo` as somebody would: at once, and again while the port is still taken."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.site.start()
                return
            except Trouble as trouble:
                if time.monotonic() > deadline:
                    row.notes.append(str(trouble))
                    return
                time.sleep(1)

    def _import(self, title: str) -> subprocess.Popen[str]:
        """Import connections between organisations that are there, each known by its uuid."""
        path = self.site.var / f"{title.replace(' ', '-')}.csv"
        if not path.exists():
            rows = drill_ledger.query(
                self.site.database,
                "SELECT uuid FROM mapping_node WHERE kind = 'organisation' AND state = 'live' ORDER BY uuid LIMIT 400",
            )
            nodes, pairs = [it[0] for it in rows], set()
            while len(pairs) < ROWS:
                pairs.add(tuple(self.random.sample(nodes, 2)))
            path.write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in sorted(pairs)), encoding="utf-8")
            path.with_suffix(".toml").write_text(MAPPING.format(title=title), encoding="utf-8")
        return self.site.manage("import_connections", path, "--place", PLACE, "--mapping", path.with_suffix(".toml"))

    def _revision(self) -> str:
        query = f"SELECT max(g.revision) FROM mapping_graphsnapshot g JOIN mapping_place p ON p.id = g.place_id\
 WHERE p.slug = '{PLACE}' AND g.viewer = 'public'"
        return drill_ledger.query(self.site.database, query)[0][0]

    def _left(self) -> float:
        return max(1.0, min(SECONDS_EACH, self.until - time.monotonic()))

    def _wait(self, there: Callable[[], bool], what: str, row: Row) -> None:
        deadline = time.monotonic() + self._left()
        while time.monotonic() < deadline:
            try:
                if there():
                    return
            except OSError:
                pass
            time.sleep(0.3)
        row.notes.append(f"in vain waited until {what}")


class Poster(threading.Thread):
    """Posts one listing after another; who is refused tries again with a new one."""

    def __init__(self, visitor: Visitor, ledger: Ledger, prefix: str) -> None:
        super().__init__(daemon=True)
        self.visitor, self.ledger, self.prefix = visitor, ledger, prefix
        self.thanked = 0
        self.refused: list[str] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            name = f"{self.prefix}{number}"
            try:
                uuid = self.visitor.post_listing(name)
            except (Refused, OSError, ValueError) as error:
                self.refused.append(str(error))
                time.sleep(0.5)
            else:
                self.ledger.write(POST, name, uuid=uuid)
                self.thanked += 1

    def __enter__(self) -> Poster:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self.join()
        for it in sorted(set(self.refused)):
            line(f"  a listing was refused {self.refused.count(it)} times: {it[:150]}")


class Probe(threading.Thread):
    """Asks for a page several times a second, and knows when none came."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.seen: list[tuple[float, bool]] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(0.2):
            at = time.monotonic()
            self.seen.append((at, self.site.answers()))

    def away_since(self, moment: float) -> float:
        """Seconds from `moment` until the first page after the last one that did not come."""
        missed = [index for index, (at, good) in enumerate(self.seen) if at >= moment - 1 and not good]
        if not missed:
            return 0.0
        after = self.seen[missed[-1] + 1 :]
        return (after[0][0] if after else time.monotonic()) - moment

    def __enter__(self) -> Probe:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self.join()


class Again:
    """A command that is run until it has succeeded once; what it says last is the acknowledgement."""

    def __init__(self, command: Callable[[], subprocess.Popen[str]], what: str, name: str) -> None:
        self.command, self.what, self.name = command, what, name
        self._child: subprocess.Popen[str] | None = None

    @property
    def process(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(self) -> None:
        self._child = self.command()

    def finish(self, ledger: Ledger, seconds: float, row: Row, revision: Callable[[], str] = lambda: "") -> None:
        """Wait for its end; begin again when it failed. Writes its success into the ledger."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._child is not None
            try:
                said, _ = self._child.communicate(timeout=max(1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._child.kill()
                break
            last = said.strip().splitlines()[-1] if said.strip() else ""
            if self._child.returncode == 0:
                ledger.write(self.what, self.name, said=last, revision=revision())
                return
            line(f"  {self.what} ended with {self._child.returncode}: {last[:150]}")
            if "Traceback" in said:
                row.notes.append(f"{self.what} ended with a traceback")
            time.sleep(1)
            self.start()
        row.notes.append(f"{self.what} did not succeed in time")


def _bring_back(folder: Path, aside: Path) -> None:
    if folder.exists():
        folder.rmdir()
    aside.rename(folder)


def table(rows: Sequence[Row]) -> str:
    """The outcome as a table of Markdown, for docs/operator.md."""
    lines = ["| fault | while | acknowledged | lost | doubled | half | pages away |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        for what, it in row.found.items():
            away = f"{row.seconds_away:.1f} s" if what == POST else ""
            name = FAULTS[row.fault] if what == POST else ""
            numbers = [it.acknowledged, len(it.lost), len(it.doubled), len(it.half)]
            lines.append("| " + " | ".join([name, what, *map(str, numbers), away]) + " |")
    return "\n".join(lines)


def drill(words: Sequence[str]) -> int:
    """Run the faults that `words` ask for. Returns 1 when something acknowledged was lost, doubled or half."""
    wanted = _wanted(words)
    session.set_up()
    prepare_var()
    check_space(SPACE)
    port = int(os.environ.get("PORT") or PORT)
    check_port(port)
    var = VAR / "drill"
    var.mkdir(exist_ok=True)
    rows: list[Row] = []
    with only_one("drill", "drilling"):
        site = Site(var, port)
        if left := site.left_over():
            numbers = ", ".join(map(str, left))
            raise Trouble(f"Processes of an earlier drill are still there ({numbers}): end them first.")
        ledger = Ledger(var / "ledger.jsonl")
        began = time.monotonic()
        line(f"The drill's own site is made in {var} (its words: {site.log}) ...")
        try:
            line(f"  ready after {elapsed(site.start())}")
            run = Drill(site, ledger, seed=int(time.time()))
            rows += [run.fault(it) for it in wanted if it != "disk"]
            if "disk" in wanted:
                if drill_site.may_mount(var):
                    with drill_site.small_disk(site):
                        rows.append(run.fault("disk"))
                else:
                    line("== The full disk is left out: only root can make a small disk.")
        finally:
            site.stop()
            if (var / "cluster.json").exists():
                # A make demo that found it running leaves it on.
                site.database.stop()
    line("")
    line(table(rows))
    line("")
    bad = [it for it in rows if not it.good]
    for it in bad:
        what = [f"{name}: {found}" for name, found in it.found.items() if not found.good]
        line(f"NOT GOOD, {it.fault}: {'; '.join([*it.notes, *what])}")
    line(f"make drill: {'all well' if not bad else f'{len(bad)} of {len(rows)} faults did harm'} "
         f"({elapsed(time.monotonic() - began)})")  # fmt: skip
    return 1 if bad else 0


def _wanted(words: Sequence[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog='make drill ARGS="..."', description="Break things and see what is lost.")
    parser.add_argument("--only", default=",".join(FAULTS), help=f"some of {','.join(FAULTS)}")
    wanted = [it.strip() for it in parser.parse_args(list(words)).only.split(",") if it.strip()]
    unknown = [it for it in wanted if it not in FAULTS]
    if unknown or not wanted:
        raise Trouble(f"--only names {', '.join(unknown) or 'nothing'}: give some of {', '.join(FAULTS)}.")
    return wanted
