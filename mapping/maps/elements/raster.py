"""The ground from a provider of pictures, where an operator has set one (RASTER_TILES_URL)."""

from __future__ import annotations

from .call import BridgeCall


class RasterTiles(BridgeCall):
    """`url` with {z}, {x}, {y} (and {s}), as Leaflet has it; `attribution` is shown in the corner of the map."""

    function = "addRaster"

    def __init__(self, *, url: str, attribution: str, max_zoom: int) -> None:
        super().__init__(url=url, attribution=attribution, maxZoom=max_zoom)
