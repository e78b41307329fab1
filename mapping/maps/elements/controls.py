"""The map's buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .call import BridgeCall


class Controls(BridgeCall):
    """`bounds` ((south, west), (north, east)) for "the whole place"; `labels` are translated words.

    `ring` (metres, reach: the same in words) is drawn around where the reader is; without it nobody is asked that.
    """

    function = "addControls"

    def __init__(
        self,
        *,
        bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
        place: str | None = None,
        ring: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            bounds=bounds, place=place, ring=dict(ring) if ring else None, labels=dict(labels or {}) or None
        )
