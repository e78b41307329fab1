"""Nodes as dots, from our vector tiles or from GeoJSON."""

from __future__ import annotations

from typing import Any

from .call import BridgeCall


class NodeTiles(BridgeCall):
    """`url` with {z}, {x}, {y}, or `data` (a FeatureCollection of points) for a map that has to ask for nothing.

    `query` is a canonical query string; `node_url` with {uuid} is where a dot leads when no page listens for picks.
    """

    function = "addPoints"

    def __init__(
        self,
        *,
        url: str | None = None,
        data: dict[str, Any] | None = None,
        query: str = "",
        max_data_zoom: int = 18,
        node_url: str | None = None,
        attribution: str | None = None,
    ) -> None:
        super().__init__(
            url=url,
            data=data,
            query=query or None,
            maxDataZoom=max_data_zoom,
            nodeUrl=node_url,
            attribution=attribution,
        )
