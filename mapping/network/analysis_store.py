"""What was worked out of a snapshot: every measure, the groups, where each node lies. Worked out once, then kept.

    found = analysis_store.load(snapshots.load(place, viewer)).get()
    found.analysis.measures["betweenness"], found.positions

It is kept in the database (`GraphSnapshot.arrays`), by place, revision and class of viewers, so that all machines
show the same, and each stage is kept when it is done: who is stopped between two goes on where they were.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from django.db import DatabaseError, InterfaceError, connection, transaction
from numpy.typing import NDArray

from mapping.answers import bounds
from mapping.answers.kinds import MAX_ANALYSED
from mapping.graph import analysis, array_file
from mapping.graph.analysis import MEASURES, Analysis, Measured
from mapping.graph.array_file import Arrays
from mapping.graph.communities import Communities
from mapping.graph.islands import Islands, islands
from mapping.graph.network import Network
from mapping.graph.positions import positions
from mapping.graph.snapshot import Snapshot
from mapping.models import GraphSnapshot

from .state import Failed, Pending, Ready, State

# Above this many connections a page does not wait for the network: a job works it out.
MAX_AT_ONCE = MAX_ANALYSED
VERSION = 6
STAGES = ("measures", "communities", "layout", "islands")
# Whole numbers, of which the largest is the number of connections.
COUNTS = ("connections", "linked", "core", "out", "in")


# Called with the name of a stage, the seconds it took, and whether it was there already.
Report = Callable[[str, float, bool], None]


@dataclass(frozen=True, eq=False)
class StoredAnalysis:
    """analysis : of the stated connections, in the order of the snapshot's nodes; positions : (n, 2) float, where every
    node lies, x to the east, y downwards, around the origin (`graph.positions`): stated and derived connections
    alike; islands : where they lie without the hubs that hide all else."""

    analysis: Analysis
    positions: NDArray[np.float64]
    islands: Islands


@dataclass
class _Kept:
    arrays: Arrays
    tables: dict[str, Any]

    @property
    def stages(self) -> list[str]:
        return self.tables["stages"]


_remembered: WeakKeyDictionary[Snapshot, StoredAnalysis] = WeakKeyDictionary()
_lock = Lock()


def load(snapshot: Snapshot) -> State[StoredAnalysis]:
    """Return what was worked out of a snapshot; of a small one it is worked out now.

    Pending while a job works it out, for more than `MAX_AT_ONCE` connections; failed when that, or the job's last try,
    failed. What the database does not let us do is raised.
    """
    try:
        found = kept(snapshot)
        if found is None:
            if len(snapshot.source) > MAX_AT_ONCE and not bounds.are_lifted():
                reason = _kept(snapshot).tables.get("failure")
                return Failed(reason) if reason else Pending()
            found = work_out(snapshot)
            with _lock:
                _remembered[snapshot] = found
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        return Failed.of(error, f"place {snapshot.tables['place_id']}")
    return Ready(found)


def kept(snapshot: Snapshot) -> StoredAnalysis | None:
    """Return what was worked out of a snapshot before; None when it was not."""
    with _lock:
        found = _remembered.get(snapshot)
    if found is None and _is_done(there := _kept(snapshot)):
        found = _assembled(snapshot, there)
        with _lock:
            _remembered[snapshot] = found
    return found


def is_ready(snapshot: Snapshot) -> bool:
    """Whether every stage is done."""
    return _is_done(_kept(snapshot))


def work_out(
    snapshot: Snapshot, *, force: bool = False, report: Report = lambda stage, seconds, kept: None
) -> StoredAnalysis:
    """Do every stage that is not done yet (all with `force`), and keep each in a transaction of its own.

    One process at a time does a stage for a place; others wait for it and find it done. A failure is noted beside the
    stages that were done, until the next try.
    """
    kept = _nothing(snapshot) if force else _kept(snapshot)
    try:
        return _every_stage(snapshot, kept, force, report)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        if not force:
            kept = _kept(snapshot)
            kept.tables["failure"] = type(error).__name__
            _keep(snapshot, kept)
        raise


def _every_stage(snapshot: Snapshot, kept: _Kept, force: bool, report: Report) -> StoredAnalysis:
    network = analysis.measured_network(snapshot)
    for stage in STAGES:
        started = time.monotonic()
        with transaction.atomic():
            _turn(snapshot)
            if not force:
                kept = max(kept, _kept(snapshot), key=lambda it: len(it.stages))
            there = stage in kept.stages
            if not there:
                kept.arrays |= _stage(stage, snapshot, network, kept)
                kept.stages.append(stage)
                kept.tables.pop("failure", None)
                _keep(snapshot, kept)
        report(stage, time.monotonic() - started, there)
    return _assembled(snapshot, kept)


def _stage(stage: str, snapshot: Snapshot, network: Network, kept: _Kept) -> Arrays:
    if stage == "measures":
        found = analysis.measure(snapshot, network)
        kept.tables |= {"errors": found.errors, "pivots": found.pivots, "transitivity": found.transitivity}
        values = {
            f"measures.{name}": values.astype(np.int32 if name in COUNTS else np.float64)
            for name, values in found.measures.items()
        }
        rest = {"piece": found.piece, "articulation": found.articulation, "bridges": found.bridges, "hubs": found.hubs}
        return values | rest
    before = _before(snapshot)
    if stage == "communities":
        labels = before["group"] if before else None
        groups = analysis.group_labels(network, kept.arrays["hubs"], before=labels)
        kept.tables["settled"] = groups.settled
        return {"group": groups.groups}
    if stage == "islands":
        return _islands(snapshot, network, kept)
    return {
        "positions": positions(
            drawn(snapshot),
            groups=kept.arrays["group"],
            coordinates=snapshot.metres,
            previous=before["positions"] if before else None,
            outer=~_stated(snapshot),
        ).astype(np.float32),
    }


def _islands(snapshot: Snapshot, network: Network, kept: _Kept) -> Arrays:
    found = islands(
        network,
        groups=kept.arrays["group"],
        hubs=kept.arrays["hubs"],
        coordinates=snapshot.metres,
        # As the ring is coloured: by what things are, then by their categories.
        sorts=snapshot.kind.astype(np.int64) * 100_000 + snapshot.category,
    )
    return {
        "islands": found.positions.astype(np.float32),
        "left_out": found.hubs,
        "ring": found.ring,
        "ring_gap": np.array(found.gap, dtype=np.float64),
    }


def drawn(snapshot: Snapshot) -> Network:
    """What decides where nodes lie: stated connections, and derived ones for those who have no other."""
    stated = _stated(snapshot)
    return snapshot.network(~snapshot.derived | ~stated[snapshot.source] | ~stated[snapshot.target])


def _stated(snapshot: Snapshot) -> NDArray[np.bool_]:
    """Who has a stated connection: the others are only shown when derived ones are."""
    stated = np.zeros(snapshot.size, dtype=bool)
    for ends in (snapshot.source, snapshot.target):
        stated[ends[~snapshot.derived]] = True
    return stated


def _assembled(snapshot: Snapshot, kept: _Kept) -> StoredAnalysis:
    arrays, tables = kept.arrays, kept.tables
    measured = Measured(
        measures={
            name: values.astype(np.int64) if (values := arrays[f"measures.{name}"]).dtype == np.int32 else values
            for name in MEASURES
        },
        errors=tables["errors"],
        pivots=tables["pivots"],
        piece=arrays["piece"],
        articulation=arrays["articulation"],
        bridges=arrays["bridges"],
        hubs=arrays["hubs"],
        transitivity=tables["transitivity"],
    )
    return StoredAnalysis(
        analysis.analyse(snapshot, measured=measured, group=Communities(arrays["group"], tables["settled"])),
        arrays["positions"].astype(np.float64),
        Islands(
            arrays["islands"].astype(np.float64), arrays["left_out"], arrays["ring"], tuple(arrays["ring_gap"].tolist())
        ),
    )


def _rows(snapshot: Snapshot):
    return GraphSnapshot.objects.filter(place_id=snapshot.tables["place_id"], viewer=snapshot.tables["viewers"])


def _nothing(snapshot: Snapshot) -> _Kept:
    # Numbers of nodes, so that a later revision knows who was where.
    about = {"version": VERSION, "stamps": snapshot.tables["stamps"], "stages": []}
    return _Kept({"ids": np.array(snapshot.ids)}, about)


def _kept(snapshot: Snapshot) -> _Kept:
    """What is kept of this very snapshot."""
    row = _rows(snapshot).filter(revision=snapshot.tables["revision"]).values_list("arrays", flat=True).first()
    found = _unpacked(row)
    if found is None or found.tables["stamps"] != snapshot.tables["stamps"]:
        return _nothing(snapshot)
    return found


def _unpacked(data: bytes | memoryview | None) -> _Kept | None:
    try:
        found = _Kept(*array_file.unpack(bytes(data))) if data else None
    except array_file.Damaged:
        return None
    return found if found is not None and found.tables.get("version") == VERSION else None


def _is_done(kept: _Kept) -> bool:
    return len(kept.stages) == len(STAGES)


def _before(snapshot: Snapshot) -> Arrays | None:
    """Group and position of every node at the last revision that was worked out; -1 and NaN for who was not there."""
    rows = _rows(snapshot).filter(revision__lt=snapshot.tables["revision"]).order_by("-revision")
    for data in rows.values_list("arrays", flat=True)[:3]:
        kept = _unpacked(data)
        # Where dots lay is kept from rows too that know of no later stage.
        if kept is None or "layout" not in kept.stages:
            continue
        ids = kept.arrays["ids"]
        if not len(ids):
            return None
        place = np.minimum(np.searchsorted(ids, snapshot.ids), len(ids) - 1)
        there = ids[place] == snapshot.ids
        points = kept.arrays["positions"][place].astype(np.float64)
        points[~there] = np.nan
        return {"group": np.where(there, kept.arrays["group"][place], -1), "positions": points}
    return None


def _turn(snapshot: Snapshot) -> None:
    """Wait until nobody else works on this place; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('graph'), %s)", [snapshot.tables["place_id"]])


def _keep(snapshot: Snapshot, kept: _Kept) -> None:
    """Write it down, unless its place has no number to know it by."""
    if not snapshot.tables["revision"]:
        return
    GraphSnapshot.objects.update_or_create(
        place_id=snapshot.tables["place_id"],
        viewer=snapshot.tables["viewers"],
        revision=snapshot.tables["revision"],
        defaults={"arrays": array_file.pack(kept.arrays, kept.tables)},
        create_defaults={"arrays": array_file.pack(kept.arrays, kept.tables), "payload": {}},
    )
