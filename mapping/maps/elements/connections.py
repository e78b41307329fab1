"""What lies underneath: lines between nodes."""

from __future__ import annotations

from typing import Any

from .call import BridgeCall


class Connections(BridgeCall):
    """`url` or `data` (a FeatureCollection of lines with two ends); `limit` is the most that are drawn at once.

    `network` is where the whole network is (`graph.bin`), for the glide to it.
    """

    function = "addConnections"

    def __init__(
        self,
        *,
        url: str | None = None,
        data: dict[str, Any] | None = None,
        network: str | None = None,
        on: bool | None = None,
        limit: int = 60,
    ) -> None:
        super().__init__(url=url, data=data, network=network, on=on, limit=limit)
