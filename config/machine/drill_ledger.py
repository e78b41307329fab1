"""What was acknowledged during a drill, written down at once; and what the database has of it afterwards."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from config.machine.cluster import Cluster

POST, IMPORT, BUILD = "posting", "importing", "building"


@dataclass(frozen=True)
class Found:
    """acknowledged : how many were; lost, doubled, half : the names of those that went wrong."""

    acknowledged: int
    lost: list[str]
    doubled: list[str]
    half: list[str]

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.half)


class Ledger:
    """One JSON object a line, on the disk before anything else happens. Several threads write to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")
        self.entries: list[dict[str, str]] = []

    def write(self, what: str, name: str, **more: str) -> None:
        """Write down that `name` was acknowledged."""
        entry = {"what": what, "name": name, "at": f"{time.time():.3f}", **more}
        with self._lock:
            self.entries.append(entry)
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def of(self, what: str, since: int = 0) -> list[dict[str, str]]:
        """What was acknowledged of one kind, from the entry of number `since` on."""
        with self._lock:
            return [it for it in self.entries[since:] if it["what"] == what]


def query(ours: Cluster, text: str) -> list[list[str]]:
    """Rows of a query in the private database. Raises OSError when that does not answer."""
    asked = ours.ask(text)
    if asked.returncode != 0:
        raise OSError(asked.stdout.strip()[-300:])
    return [line.split("\t") for line in asked.stdout.splitlines()]


def compare_posts(ours: Cluster, ledger: Ledger, since: int, prefix: str) -> Found:
    """Every thank-you page has one listing, whole: a node, a date, an audit row. No listing is there twice."""
    rows = query(
        ours,
        "SELECT node.uuid, node.name, (SELECT count(*) FROM listings_occurrence o WHERE o.listing_id = node.id),"
        " (SELECT count(*) FROM mapping_auditentry a WHERE a.target_uuid = node.uuid AND a.action = 'post listing')"
        " FROM mapping_node node JOIN listings_listing l ON l.node_ptr_id = node.id"
        f" WHERE node.name LIKE '{prefix}%'",
    )
    acknowledged = ledger.of(POST, since)
    there = {uuid: (name, dates, audits) for uuid, name, dates, audits in rows}
    names = [name for name, _, _ in there.values()]
    return Found(
        acknowledged=len(acknowledged),
        lost=[it["name"] for it in acknowledged if it["uuid"] not in there],
        doubled=sorted({it for it in names if names.count(it) > 1}),
        half=[name for name, dates, audits in there.values() if (dates, audits) != ("1", "1")],
    )


def compare_import(ours: Cluster, title: str, rows: int, acknowledged: int) -> Found:
    """An import that said so is there whole, and one that did not whole or not at all; each statement once."""
    [[there, pairs]] = query(
        ours,
        "SELECT count(*), count(DISTINCT s.connection_id) FROM mapping_statement s"
        f" JOIN mapping_source source ON source.id = s.by_source_id WHERE source.title = '{title}'",
    )
    number = int(there)
    return Found(
        acknowledged=acknowledged,
        lost=[title] if acknowledged and number < rows else [],
        doubled=[title] if number > rows or int(pairs) < number else [],
        half=[title] if number not in (0, rows) else [],
    )


def compare_build(ours: Cluster, place: str, acknowledged: list[dict[str, str]]) -> Found:
    """What was built is kept, once a revision, with its picture."""
    rows = query(
        ours,
        "SELECT g.revision, count(*), bool_and(g.payload ? 'version') FROM mapping_graphsnapshot g"
        f" JOIN mapping_place p ON p.id = g.place_id WHERE p.slug = '{place}' AND g.viewer = 'public' GROUP BY 1",
    )
    newest = max((int(it[0]) for it in rows), default=0)
    lost = [it["name"] for it in acknowledged if int(it["revision"]) > newest]
    return Found(
        acknowledged=len(acknowledged),
        lost=lost,
        doubled=[revision for revision, number, _ in rows if number != "1"],
        half=[],
    )


def stuck_jobs(ours: Cluster) -> list[str]:
    """Jobs that are due or being done, or have failed for good."""
    rows = query(
        ours,
        "SELECT task_name || ' ' || status || ' ' || id FROM procrastinate_jobs WHERE status IN ('doing', 'failed')"
        " OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())",
    )
    return [it[0] for it in rows]
