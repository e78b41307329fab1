"""Work out the network of a place and keep it: derive, measure, group, lay out, draw.

    built = tasks.rebuild(place, actor=Actor.command("build_graph"))     # as the job does it
    built = build.build(place, viewer)                                   # what is there, for one class of viewers

Each stage is kept as soon as it is done (`analysis_store`, by place, revision and class of viewers): a job that was
stopped goes on with the next one. What comes out is a row of `GraphSnapshot`: `arrays` holds what `analysis_store.load`
reads, `payload` what pages read; the shape of the payload is told in `network_payload`.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from mapping.graph.snapshot import Snapshot
from mapping.models import PUBLIC, GraphSnapshot, Place, Revision, Viewer
from mapping.network.picture.overview_layout import NARROW_TEXT, WIDE_TEXT, WIDTH

from . import analysis_store, snapshots
from . import payload as network_payload
from .payload import MAX_DRAWN, MAX_LISTED, VERSION

__all__ = [
    "MAX_DRAWN", "KEPT", "MAX_LISTED", "NARROW_TEXT", "STAGES", "VERSION", "WIDE_TEXT", "WIDTH", "Built", "Stage",
    "build", "kept", "payload", "revision_of",
]  # fmt: skip

STAGES = ("derive", "snapshot", *analysis_store.STAGES, "picture")
# Revisions of a place that are kept for each class of viewers.
KEPT = 3


@dataclass(frozen=True)
class Stage:
    """One stage: how many seconds it took, and the most megabytes the process had used when it was done.

    `there` when it had been done before.
    """

    name: str
    seconds: float
    megabytes: int
    there: bool = False


Progress = Callable[[Stage], None]


@dataclass
class Built:
    """What `build` did: `fresh` when nothing was to be done."""

    snapshot: GraphSnapshot
    fresh: bool
    stages: list[Stage] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(it.seconds for it in self.stages)


class Clock:
    """Tells of each stage when it is done."""

    def __init__(self, progress: Progress | None) -> None:
        self.stages: list[Stage] = []
        self._progress = progress
        self._since = time.monotonic()

    def done(self, name: str, there: bool = False) -> None:
        now = time.monotonic()
        stage = Stage(name, now - self._since, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, there)
        self._since = now
        self.stages.append(stage)
        if self._progress:
            self._progress(stage)


def revision_of(place: Place) -> int:
    """The number of the place now, without what the object may remember of it."""
    return Revision.objects.filter(place=place).values_list("number", flat=True).first() or 0


def kept(place: Place, viewer: Viewer = PUBLIC) -> GraphSnapshot | None:
    """What is kept for the present revision of `place` and the class of `viewer`, when all of it is there. Two queries.

    Not whether nodes that other places keep are as they were: `snapshots.load` knows that.
    """
    row = GraphSnapshot.objects.filter(place=place, revision=revision_of(place), viewer=viewer.key).first()
    return row if row is not None and row.payload.get("version") == VERSION else None


def is_kept(place: Place) -> bool:
    """Whether `build` for everybody would find its work done. Few queries; the network's arrays are not read."""
    snapshot = snapshots.load(place, PUBLIC)
    row = GraphSnapshot.objects.filter(**_key(snapshot)).values_list("payload__version", "payload__stamps").first()
    return row is not None and row[0] == VERSION and row[1] == _stamps(snapshot)


def build(
    place: Place,
    viewer: Viewer = PUBLIC,
    *,
    force: bool = False,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Built:
    """Work out and keep the network of `place` as the class of `viewer` may see it, for its revision.

    Does nothing when that is there already. Keeps the last `KEPT` revisions. The result is the same whenever the
    records are, and what was kept of the revision before.
    """
    clock = clock or Clock(progress)
    snapshot = snapshots.load(place, viewer, anew=force)
    clock.done("snapshot")
    row = None if force else _row(snapshot)
    if row is not None and row.payload.get("version") == VERSION and row.payload.get("stamps") == _stamps(snapshot):
        return Built(row, fresh=True, stages=clock.stages)
    found = analysis_store.work_out(snapshot, force=force, report=lambda stage, _, there: clock.done(stage, there))
    values = network_payload.payload(snapshot, found, viewer) | {"stamps": _stamps(snapshot)}
    with transaction.atomic():
        row, _ = GraphSnapshot.objects.update_or_create(**_key(snapshot), defaults={"payload": values})
        old = GraphSnapshot.objects.filter(place=place, viewer=row.viewer).order_by("-revision")
        GraphSnapshot.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT:])).delete()
        # Who has not looked since is shown it anew: what they might see is not kept for them.
        oldest = row.revision - KEPT
        GraphSnapshot.objects.filter(place=place, revision__lte=oldest).exclude(viewer="public").delete()
    clock.done("picture")
    return Built(row, fresh=False, stages=clock.stages)


def payload(place: Place, viewer: Viewer = PUBLIC) -> dict:
    """What `network_payload.payload` says of `place` at this moment, worked out if need be."""
    snapshot = snapshots.load(place, viewer)
    kept = analysis_store.kept(snapshot) or analysis_store.work_out(snapshot)
    return network_payload.payload(snapshot, kept, viewer)


def _key(snapshot: Snapshot) -> dict:
    tables = snapshot.tables
    return {"place_id": tables["place_id"], "revision": tables["revision"], "viewer": tables["viewers"]}


def _row(snapshot: Snapshot) -> GraphSnapshot | None:
    return GraphSnapshot.objects.filter(**_key(snapshot)).first()


def _stamps(snapshot: Snapshot) -> list:
    """The revisions of all places inside: when one of them was raised, it is worked out anew."""
    return snapshot.tables["stamps"]
