"""The drawn nodes within a frame: where each lies in the picture, how large, and what is written beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from mapping.graph import labels, layout, selection
from mapping.graph.findings import Findings
from mapping.graph.network import Network
from mapping.graph.snapshot import Snapshot

WIDTH = 1000.0
BORDER = 26.0
WIDE_TEXT, NARROW_TEXT = 17.0, 36.0
EMPTY: dict[str, Any] = {
    "order": [], "places": [], "height": 0, "labels": {"wide": [], "narrow": [], "inside": []}
}  # fmt: skip


def frame(
    snapshot: Snapshot, network: Network, found: Findings, chosen: selection.Selection, strength: np.ndarray
) -> dict[str, Any]:
    """Where the drawn nodes lie, within `WIDTH` and a height, and what is written beside them.

    Returns
    -------
    dict
        `order`, the drawn nodes, the most joined first; `places`, `x`, `y`, `r` of each in that order; `height`;
        `labels`.
    """
    drawn = chosen.drawn
    if not len(drawn):
        return dict(EMPTY)
    back = {int(node): index for index, node in enumerate(drawn)}
    hubs = np.array([back[int(it)] for it in found.hubs if int(it) in back], dtype=np.int64)
    radii = np.minimum(3.2 + 1.9 * np.sqrt(strength[drawn]), 15)
    radii[hubs] = 34
    plan = layout.layout(
        network.only(drawn),
        radii=radii,
        groups=found.group[drawn],
        hubs=hubs,
        order=-strength[drawn],
        coordinates=snapshot.point[drawn] * [0.6, 1],
    )
    left, top, wide, high = plan.extent
    scale = min((WIDTH - 2 * BORDER) / max(wide, 1), 2.5)
    shift = (WIDTH - scale * wide) / 2
    x = (plan.positions[:, 0] - left) * scale + shift
    y = (plan.positions[:, 1] - top) * scale + BORDER
    height = round(high * scale + 2 * BORDER, 1)
    # The most joined come first: that is the order of the keyboard and of the table.
    order = np.lexsort((drawn, -found.degree[drawn]))
    dots = [labels.Dot(float(x[i]), float(y[i]), float(radii[i] * scale), snapshot.names[int(drawn[i])]) for i in order]
    where = {int(i): k for k, i in enumerate(order)}
    first = [where[int(it)] for it in hubs]
    centres = [where[back[it.centre]] for it in found.groups if it.centre in back]
    return {
        "order": drawn[order].tolist(),
        "places": [{"x": round(it.x, 1), "y": round(it.y, 1), "r": round(it.radius, 1)} for it in dots],
        "height": height,
        "labels": _labels(dots, first, centres, height),
    }


def _labels(dots: list[labels.Dot], first: list[int], centres: list[int], height: float) -> dict[str, Any]:
    naming = list(dict.fromkeys([*first, *centres, *range(len(dots))]))
    size = {"width": WIDTH, "height": height}
    inside = {index: lines for index in first if (lines := labels.within(dots[index], WIDE_TEXT))}
    # On a phone there is room for the hubs and the largest groups.
    few = [*first, *(it for it in centres[:8] if it not in first)]
    outside = [index for index in naming if index not in inside]
    wide = labels.place(dots, outside, size=WIDE_TEXT, most=26, first=first, **size)
    narrow = labels.place(dots, few, size=NARROW_TEXT, most=4, over=2, first=first, **size)
    return {
        "wide": [vars(it) for it in wide],
        "narrow": [vars(it) for it in narrow],
        "inside": [{"dot": index, "lines": lines} for index, lines in inside.items()],
    }
