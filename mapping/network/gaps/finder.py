"""The gaps of a place as a viewer sees it: what to compare is read once a revision, then kept for this process.

    found = finder.load(place, viewer)
    found.gaps["unmet"][0].score

Beside the network itself this reads who has no connection at all: the snapshot knows only those who have.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np

from mapping.graph import gaps, proximity
from mapping.graph.gaps import Gap
from mapping.graph.network import Network
from mapping.graph.proximity import Comparison
from mapping.graph.snapshot import Snapshot
from mapping.graph.terrain import Terrain, on_plane
from mapping.models import Node, NodeKind, NodeTag, Place, Units, Viewer
from mapping.network import snapshots

ACTING = (NodeKind.ORGANISATION, NodeKind.ACTIVITY, NodeKind.PROJECT)
# Of those without any connection; a place with more has other worries than who is near whom.
MAX_ALONE = 20_000
KEPT = 8
_kept: OrderedDict[tuple, Gaps] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Gaps:
    """What was found, with the names that belong to its numbers."""

    gaps: dict[str, list[Gap]]
    distance: Comparison
    terrain: Terrain
    names: list[str]
    uuids: list[uuid.UUID]
    kinds: list[str]
    revision: int
    units: str = Units.MILES.value

    def key(self, gap: Gap) -> str:
        return gaps.key(gap, lambda node: str(self.uuids[node]))

    def without(self, keys: Iterable[str]) -> dict[str, list[Gap]]:
        """The suggestions without those that were dismissed."""
        gone = set(keys)
        return {what: [it for it in found if self.key(it) not in gone] for what, found in self.gaps.items()}


def load(place: Place, viewer: Viewer) -> Gaps:
    """Return the gaps in the network of `place` as `viewer` sees it at this moment."""
    snapshot = snapshots.load(place, viewer)
    # By all that the snapshot is of: what is hidden in another place goes from here too.
    key = (place.pk, str(snapshot.tables["stamps"]), snapshot.tables["revision"], viewer)
    found = _kept.get(key) or find(place, viewer, snapshot)
    with _lock:
        _kept[key] = found
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def find(place: Place, viewer: Viewer, snapshot: Snapshot) -> Gaps:
    """Work the gaps out. Two queries for those who have no connection."""
    terrain, names, uuids, kinds = _terrain(place, viewer, snapshot)
    return Gaps(
        gaps=gaps.find(terrain),
        # Everybody is tied with a hub, however far: that is no matter of distance.
        distance=proximity.compare(terrain.rest, terrain.metres),
        terrain=terrain,
        names=names,
        uuids=uuids,
        kinds=kinds,
        revision=snapshot.tables["revision"],
        units=place.units,
    )


def _terrain(place: Place, viewer: Viewer, snapshot: Snapshot) -> tuple[Terrain, list[str], list[uuid.UUID], list[str]]:
    known = snapshot.ids.tolist()
    lonely = list(
        Node.objects.visible_to(viewer)
        .current()
        .filter(place=place, kind__in=ACTING)
        .exclude(pk__in=known)
        .select_related("category")
        .only("uuid", "name", "kind", "public_point", "category__name")
        .order_by("pk")[:MAX_ALONE]
    )
    size, total = snapshot.size, snapshot.size + len(lonely)
    points = np.full((total, 2), np.nan)
    points[:size] = snapshot.point
    for index, it in enumerate(lonely, start=size):
        if it.public_point is not None:
            points[index] = it.public_point.coords
    kinds = [snapshot.tables["kinds"][it] for it in snapshot.kind.tolist()] + [it.kind for it in lonely]
    words = _words(snapshot, lonely)
    names: dict[str, int] = {}
    pairs = np.unique([(node, names.setdefault(word, len(names))) for node, word in words] or [(0, 0)], axis=0)
    stated = snapshot.network(snapshot.pick(stated=True))
    terrain = Terrain(
        network=Network(total, stated.edges, stated.weights),
        metres=on_plane(points),
        node=pairs[:, 0] if words else np.zeros(0, dtype=np.int64),
        term=pairs[:, 1] if words else np.zeros(0, dtype=np.int64),
        terms=list(names),
        acts=np.array([kind in ACTING for kind in kinds], dtype=bool),
    )
    uuids = [uuid.UUID(bytes=row.tobytes()) for row in snapshot.uuids] + [it.uuid for it in lonely]
    return terrain, [*snapshot.names, *(it.name for it in lonely)], uuids, kinds


def _words(snapshot: Snapshot, lonely: list[Node]) -> list[tuple[int, str]]:
    """What each node can be told by: its category, its tags, the purposes that it works for."""
    categories, tags = snapshot.tables["categories"], snapshot.tables["tags"]
    words = [(node, categories[it]["name"]) for node, it in enumerate(snapshot.category.tolist()) if it >= 0]
    owner = np.repeat(np.arange(snapshot.size), np.diff(snapshot.tag_starts))
    words += [(node, tags[it]) for node, it in zip(owner.tolist(), snapshot.tags.tolist(), strict=True)]
    purpose = snapshot.kind == snapshot.tables["kinds"].index(NodeKind.PURPOSE)
    for one, other in ((snapshot.source, snapshot.target), (snapshot.target, snapshot.source)):
        towards = np.flatnonzero(purpose[other] & ~snapshot.derived)
        words += [(int(one[it]), snapshot.names[int(other[it])]) for it in towards]
    number = {it.pk: index for index, it in enumerate(lonely, start=snapshot.size)}
    words += [(number[it.pk], it.category.name) for it in lonely if it.category]
    told = NodeTag.objects.filter(content_object__in=number).values_list("content_object_id", "tag__name")
    return words + [(number[node], name) for node, name in told]
