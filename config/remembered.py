"""What a process remembers of what everybody may see, as long as the state that it was made in is the current one.

    with remembered.nothing():                  # around each request
        remembered.hold(f"{place} {state}")     # once the state was read, for whoever is not signed in
        tree = remembered.get(("categories",), read_categories)

The state is read by each request before anything that it shows (ADR 0028), so what is remembered is never older than
what a request would read itself. Where no state is held (commands, jobs, whoever is signed in), nothing is remembered.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.translation import get_language

T = TypeVar("T")

MAX_THINGS = 256  # things
SECONDS = 600.0  # what nobody asked for in so long is forgotten, whatever its state

_state: ContextVar[str] = ContextVar("state", default="")
# What was made for the request at hand.
_here: ContextVar[dict[Hashable, Any] | None] = ContextVar("here", default=None)
_kept: OrderedDict[Hashable, tuple[str, float, Any]] = OrderedDict()
_lock = threading.Lock()


@contextmanager
def nothing() -> Iterator[None]:
    """Hold no state; within the block `hold` may be called."""
    token, here = _state.set(""), _here.set({})
    try:
        yield
    finally:
        _state.reset(token)
        _here.reset(here)


def hold(state: str) -> None:
    """Say in which state what this request reads is. Only for who sees what everybody sees."""
    _state.set(state if settings.PAGE_COPIES_MB else "")


def is_held() -> bool:
    """Whether anything is remembered for this request."""
    return bool(_state.get())


def once(key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """Return what `make` made in this state for the request at hand: what nobody else is likely to ask for."""
    state, here = _state.get(), _here.get()
    if not state or here is None:
        return make()
    full = (state, get_language(), *key)
    if full not in here:
        here[full] = make()
    return here[full]


def get(
    key: tuple[Hashable, ...],
    make: Callable[[], T],
    keep: Callable[[T], bool] = lambda made: True,
    holds: Callable[[T], bool] = lambda made: True,
    in_words: bool = True,
) -> T:
    """Return what `make` made in this state and language; whoever is given it changes nothing in it.

    keep : whether what was made is to be remembered; holds : whether what is remembered still does, by the clock.
    in_words : False for what is the same in every language.
    """
    state = _state.get()
    if not state:
        return make()
    # What pages of one place and of all places read is remembered side by side: their states differ.
    of = state.partition(" ")[0]
    full, now = (get_language() if in_words else None, of, *key), time.monotonic()
    with _lock:
        kept = _kept.get(full)
        if kept is not None and kept[0] == state and holds(kept[2]):
            _kept.move_to_end(full)
            _kept[full] = (state, now, kept[2])
            return kept[2]
    made = make()
    if not keep(made):
        return made
    with _lock:
        _kept[full] = (state, now, made)
        _kept.move_to_end(full)
        while len(_kept) > MAX_THINGS or now - next(iter(_kept.values()))[1] > SECONDS:
            _kept.popitem(last=False)
    return made


class Shelf(Generic[T]):
    """Pieces made in one state, by number: the latest `most` that were asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, wanted: Iterable[Hashable]) -> dict[Hashable, T]:
        """Those of the pieces that are there."""
        with self._lock:
            found = {it: self._kept[it] for it in wanted if it in self._kept}
            for it in found:
                self._kept.move_to_end(it)
        return found

    def put(self, made: Mapping[Hashable, T]) -> None:
        with self._lock:
            self._kept.update(made)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def forget() -> None:
    """Forget everything."""
    with _lock:
        _kept.clear()
