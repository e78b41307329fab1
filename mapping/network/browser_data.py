"""A place's network for the browser: the snapshot that a viewer may see, with its picture, packed.

packed = browser_data.load(place, viewer).get()
packed.graph.plain, packed.identities(0).plain

What is packed is kept as long as its snapshot is: `snapshots.load` says how long that is.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from django.utils.translation import get_language

from mapping.graph.analysis import Analysis
from mapping.graph.packed import PART, Picture, identities, pack, part_of
from mapping.graph.snapshot import Snapshot
from mapping.models import Category, NodeKind, Place, Viewer
from mapping.network.findings.communities import name_of, short_names
from mapping.network.view.state import SIZES

from . import analysis_store, snapshots
from .analysis_store import StoredAnalysis
from .compressed import Compressed
from .findings import facts
from .state import Ready, State

__all__ = ["PART", "Groups", "Packed", "groups", "load", "picture"]

MAX_PLACES = 200


@dataclass(eq=False)
class Packed:
    """What `graph.bin` and `ids.bin` answer, for one snapshot."""

    snapshot: Snapshot
    picture: Picture

    def __post_init__(self) -> None:
        self.graph = Compressed(pack(self.snapshot, self.picture))
        self._parts: dict[int, Compressed] = {}

    def identities(self, first: int) -> Compressed:
        """Names and uuids of the nodes from `first` on. Raises IndexError when no part begins there."""
        if first not in self._parts:
            self._parts[first] = Compressed(identities(self.snapshot, self.picture, first=first))
        return self._parts[first]

    def identities_with(self, uuid: bytes) -> Compressed:
        """The part that holds the node of this uuid. Raises KeyError when there is none."""
        return self.identities(part_of(self.snapshot, self.picture, uuid))


# By snapshot, then by language: some of what is sent is words.
_kept: WeakKeyDictionary[Snapshot, dict[str, Packed]] = WeakKeyDictionary()
_lock = Lock()


def remembered(place: Place, viewer: Viewer) -> Packed | None:
    """Return what this process has packed already, if it is of this moment. One query."""
    snapshot = snapshots.remembered(place, viewer)
    with _lock:
        return _kept.get(snapshot, {}).get(get_language() or "") if snapshot is not None else None


def load(place: Place, viewer: Viewer) -> State[Packed]:
    """Return the network of `place` as `viewer` sees it, packed."""
    snapshot = snapshots.load(place, viewer)
    language = get_language() or ""
    with _lock:
        found = _kept.get(snapshot, {}).get(language)
    # Two that ask at the same moment both work: neither waits for the other.
    return Ready(found) if found is not None else picture(snapshot).map(lambda it: _packed(snapshot, it, language))


def _packed(snapshot: Snapshot, drawn: Picture, language: str) -> Packed:
    found = Packed(_light(snapshot), drawn)
    with _lock:
        _kept.setdefault(snapshot, {})[language] = found
    return found


def _light(snapshot: Snapshot) -> Snapshot:
    """The same, as another object: what is kept for a snapshot must not keep the snapshot itself."""
    return Snapshot(**{name: getattr(snapshot, name) for name in Snapshot.__dataclass_fields__})


@dataclass(frozen=True, eq=False)
class Groups:
    """of : (n,) the group of each node, the largest 0, -1 for none; labels : what each is called; does : what its
    members do, in a few words, no two alike."""

    of: np.ndarray
    labels: list[str]
    does: list[str]


def groups(snapshot: Snapshot) -> State[Groups]:
    """The groups of a snapshot, numbered by their size."""
    return analysis_store.load(snapshot).map(lambda found: _groups(snapshot, found.analysis))


def picture(snapshot: Snapshot) -> State[Picture]:
    """What the picture of a snapshot says beside the snapshot.

    Two queries besides: names of categories, names of places.
    """
    return analysis_store.load(snapshot).map(lambda found: _picture(snapshot, found))


def _picture(snapshot: Snapshot, found: StoredAnalysis) -> Picture:
    sets = _groups(snapshot, found.analysis)
    colour, colours = _colours(snapshot)
    home, places = _homes(snapshot)
    return Picture(
        positions=found.positions,
        groups=sets.of,
        group_labels=sets.labels,
        colour=colour,
        colours=colours,
        home=home,
        places=places,
        kinds=[{"slug": kind, "label": str(NodeKind(kind).label)} for kind in snapshot.tables["kinds"]],
        measures={key: it.astype(np.float64) for key, it in found.analysis.measures.items() if key in SIZES},
        islands=found.islands,
        group_does=sets.does,
    )


def _groups(snapshot: Snapshot, analysis: Analysis) -> Groups:
    of = np.full(snapshot.size, -1, dtype=np.int64)
    told = []
    for number, it in enumerate(analysis.groups):
        of[it.members] = number
        centre = facts.named(snapshot, it.centre)
        told.append(facts.Group(centre, len(it.members), facts.sorts_of(snapshot, it.words)))
    # As the words have it, where it stands in HTML.
    labels = [html.unescape(str(name_of(it))) for it in told]
    return Groups(of, labels, [html.unescape(str(it)) for it in short_names(told)])


def _colours(snapshot: Snapshot) -> tuple[np.ndarray, list[dict[str, str]]]:
    """What gives each node its colour (`cards.colour_of`): the top of its category, or its kind."""
    categories = snapshot.tables["categories"]
    slugs = sorted({it["group"] for it in categories}) + ["organisation", "other"]
    names = dict(Category.objects.filter(slug__in=slugs).values_list("slug", "name"))
    names |= {"organisation": names.get("organisation") or str(NodeKind.ORGANISATION.label), "other": ""}
    by_category = np.array([slugs.index(it["group"]) for it in categories] + [len(slugs) - 1], dtype=np.int64)
    colour = by_category[snapshot.category]
    kinds = snapshot.tables["kinds"]
    plain = (snapshot.category < 0) & (snapshot.kind == kinds.index(NodeKind.ORGANISATION))
    colour[plain] = len(slugs) - 2
    return colour, [{"slug": slug, "label": names.get(slug, slug)} for slug in slugs]


def _homes(snapshot: Snapshot) -> tuple[np.ndarray, list[dict[str, str]]]:
    """The home place of each node; those of the fewest nodes, and none, are elsewhere: the last one."""
    ids, counts = np.unique(snapshot.place[snapshot.place >= 0], return_counts=True)
    ids = np.sort(ids[np.argsort(-counts, kind="stable")[:MAX_PLACES]])
    known = {pk: {"slug": slug, "label": name} for pk, slug, name in _named(ids)}
    ids = np.array([pk for pk in ids.tolist() if pk in known], dtype=np.int64)
    home = np.full(snapshot.size, len(ids), dtype=np.int64)
    if len(ids):
        place = np.minimum(np.searchsorted(ids, snapshot.place), len(ids) - 1)
        home = np.where(ids[place] == snapshot.place, place, home)
    return home, [*(known[pk] for pk in ids.tolist()), {"slug": "", "label": ""}]


def _named(ids: np.ndarray):
    return Place.objects.filter(pk__in=ids.tolist()).values_list("pk", "slug", "name")
