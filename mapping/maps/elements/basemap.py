"""The ground: vector tiles out of a PMTiles file."""

from __future__ import annotations

from collections.abc import Mapping

from .call import BridgeCall


class Basemap(BridgeCall):
    """`url` of a PMTiles file, or `tiles` as `z/x/y` -> base64 for a map that has to ask for nothing.

    `note` is said in a corner of the map once somebody is so near that they would look for small streets.
    """

    function = "addBasemap"

    def __init__(
        self,
        *,
        url: str | None = None,
        tiles: Mapping[str, str] | None = None,
        max_data_zoom: int = 14,
        attribution: str = "",
        lang: str | None = None,
        note: str | None = None,
    ) -> None:
        super().__init__(url=url, tiles=tiles, maxDataZoom=max_data_zoom, attribution=attribution, lang=lang, note=note)
