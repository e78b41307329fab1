"""Tiles that this process has made, by revision, so that a tile asked for again costs no query.

A kept tile is given out only while its revision is the current one. Which one that is, and the floor, are trusted when
they were read less than `TRUSTED_FOR` seconds ago: to ask the database for each tile would make a kept one
cost seven times as much (docs/maps.md has the figures). A change made by this process is known at once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from time import monotonic
from typing import NamedTuple

from django.conf import settings

from mapping.network.compressed import Gzipped

TRUSTED_FOR = 1.0


class At(NamedTuple):
    """The current number of a revision, and the floor below which an address is gone."""

    number: int
    floor: int


class TileCache:
    """The least recently used are let go when all together pass `TILE_CACHE_MB`."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[Hashable, Gzipped] = OrderedDict()
        self._numbers: dict[str, tuple[At, float]] = {}
        self._forgotten_at = 0.0
        self._size = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> Gzipped | None:
        with self._lock:
            kept = self._tiles.get(key)
            if kept is not None:
                self._tiles.move_to_end(key)
            return kept

    def put(self, key: Hashable, kept: Gzipped) -> None:
        limit = settings.TILE_CACHE_MB * 1_000_000
        if kept.size > limit:
            return
        with self._lock:
            old = self._tiles.pop(key, None)
            self._size += kept.size - (old.size if old else 0)
            self._tiles[key] = kept
            while self._size > limit:
                self._size -= self._tiles.popitem(last=False)[1].size

    def at(self, slug: str) -> At | None:
        """The current number of a place and its floor, if they were read a moment ago."""
        found, read_at = self._numbers.get(slug, (None, 0.0))
        return found if read_at and settings.TILE_CACHE_MB and monotonic() - read_at < TRUSTED_FOR else None

    def saw(self, slug: str, at: At, asked_at: float) -> None:
        """Remember what was asked for at `asked_at` (monotonic seconds)."""
        if asked_at < self._forgotten_at:
            # Asked for before a change of ours, answered after it: it may be from before.
            return
        if len(self._numbers) > 10_000:
            self._numbers.clear()
        if asked_at >= self._numbers.get(slug, (None, 0.0))[1]:
            self._numbers[slug] = (at, asked_at)

    def forget_numbers(self) -> None:
        """Trust no number that was read before now."""
        self._forgotten_at = monotonic()
        self._numbers.clear()

    def clear(self) -> None:
        with self._lock:
            self._tiles.clear()
            self._numbers.clear()
            self._size = 0


tiles = TileCache()
