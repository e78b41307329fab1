"""One place on a small map."""

from __future__ import annotations

from .call import BridgeCall


class NodeMarker(BridgeCall):
    """A dot at `lat`, `lon`; `radius` (metres) draws the area that it lies in, where no more may be known."""

    function = "addMarker"

    def __init__(
        self, *, lat: float, lon: float, category: str, icon: str, name: str, radius: float | None = None
    ) -> None:
        super().__init__(lat=lat, lon=lon, category=category, icon=icon, name=name, radius=radius)
