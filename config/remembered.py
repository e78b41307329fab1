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
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import get_language

T = TypeVar("T")

MAX_THINGS = 256  # things
SECONDS = 600.0  # what nobody asked for in so long is forgotten, whatever its state

_state: ContextVar[str] = ContextVar("state", default="")
_kept: OrderedDict[Hashable, tuple[str, float, Any]] = OrderedDict()
_lock = threading.Lock()


@contextmanager
def nothing() -> Iterator[None]:
    """Hold no state; within the block `hold` may be called."""
    token = _state.set("")
    try:
        yield
    finally:
        _state.reset(token)


def hold(state: str) -> None:
    """Say in which state what this request reads is. Only for who sees what everybody sees."""
    _state.set(state if settings.PAGE_COPIES_MB else "")


def is_held() -> bool:
    """Whether anything is remembered for this request."""
    return bool(_state.get())


def get(key: tuple[Hashable, ...], make: Callable[[], T], keep: Callable[[T], bool] = lambda made: True) -> T:
    """Return what `make` made in this state and language; whoever is given it changes nothing in it.

    keep : whether what was made is to be remembered.
    """
    state = _state.get()
    if not state:
        return make()
    full, now = (get_language(), *key), time.monotonic()
    with _lock:
        kept = _kept.get(full)
        if kept is not None and kept[0] == state:
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


def forget() -> None:
    """Forget everything."""
    with _lock:
        _kept.clear()
