"""How large a place is, and whether a question about it is answered at once: one that takes 50 ms at most."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock

from mapping.models import Connection, Node, Place, Revision

from .kinds import KINDS

# Counted no further: larger is large.
MAX_COUNTED = 10_001
KEPT = 64

_lifted: ContextVar[bool] = ContextVar("bounds_lifted", default=False)
_sizes: OrderedDict[int, tuple[tuple, Size]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Size:
    """How many connections and nodes a place has, whoever may see them; `MAX_COUNTED` for more."""

    connections: int
    nodes: int


@contextmanager
def lifted() -> Iterator[None]:
    """Inside, nothing is too large: this is a job."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def are_lifted() -> bool:
    return _lifted.get()


def size_of(place: Place) -> Size:
    """Return the size of a place. Counted once a revision by each process; one quick query besides."""
    stamp = Revision.objects.filter(place=place).values_list("number", "raised_at").first()
    with _lock:
        kept = _sizes.get(place.pk)
    if kept is not None and stamp is not None and kept[0] == stamp:
        return kept[1]
    ends = Connection.objects.of_place(place).order_by().values("pk")[:MAX_COUNTED]
    nodes = Node.objects.of_place(place).order_by().values("pk")[:MAX_COUNTED]
    found = Size(ends.count(), nodes.count())
    if stamp is not None:
        with _lock:
            _sizes[place.pk] = (stamp, found)
            _sizes.move_to_end(place.pk)
            while len(_sizes) > KEPT:
                _sizes.popitem(last=False)
    return found


def is_small(place: Place, kind: str) -> bool:
    """Whether the place is within the bounds of this kind of question."""
    return are_lifted() or fits(size_of(place), kind)


def fits(size: Size, kind: str) -> bool:
    """Whether a place of this size is within the bounds of this kind of question."""
    it = KINDS[kind]
    return size.connections <= it.connections and size.nodes <= it.nodes


def are_small(places: list[Place], kind: str) -> bool:
    """The same of several places together."""
    if are_lifted():
        return True
    it, sizes = KINDS[kind], [size_of(place) for place in places]
    return sum(one.connections for one in sizes) <= it.connections and sum(one.nodes for one in sizes) <= it.nodes
