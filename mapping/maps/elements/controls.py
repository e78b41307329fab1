"""The map's buttons."""

from __future__ import annotations

from collections.abc import Mapping

from .call import BridgeCall


class Controls(BridgeCall):
    """`bounds` ((south, west), (north, east)) for "the whole place"; `labels` are translated words."""

    function = "addControls"

    def __init__(
        self,
        *,
        bounds: tuple[tuple[float, float], tuple[float, float]] | None = None,
        place: str | None = None,
        locate: bool = False,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(bounds=bounds, place=place, locate=locate or None, labels=dict(labels or {}) or None)
