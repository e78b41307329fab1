"""How a network stands losing more and more, as curves and as a table."""

from __future__ import annotations

import math
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from mapping.graph.robustness import Curve, Robustness
from mapping.network.findings.phrases import counted, share

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 66, 30, 14, 58
# Rows of the table: every second point that is drawn.
EVERY = 2


def curves(found: Robustness) -> dict[str, Any]:
    """Return what `partials/loss_curves.html` draws: lines, axes, and the same numbers in rows."""
    shown = [
        ("chance", _("by accident"), found.by_chance),
        ("degree", _("the most connected first"), found.by_degree),
    ]
    if found.by_betweenness is not None:
        shown.append(("between", _("those on the way between most others first"), found.by_betweenness))
    last = found.by_chance.removed[-1]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": [{"slug": slug, "label": label, "d": _line(curve, last)} for slug, label, curve in shown],
        "x": [_tick(gone, _across(gone, last), HEIGHT - BOTTOM + 24) for gone in (0, 0.1, 0.2, 0.3, 0.4, 0.5)],
        "y": [_tick(held, LEFT - 8, _down(held) + 5) | {"at": _down(held)} for held in (0, 0.25, 0.5, 0.75, 1)],
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
        "title_y": HEIGHT - 8,
        "middle": (LEFT + WIDTH - RIGHT) // 2,
        "headings": [label for _slug, label, _curve in shown],
        "rows": [
            {
                "removed": _percent(gone),
                "held": [_percent(float(curve.held[place])) for _slug, _label, curve in shown],
            }
            for place, gone in enumerate(found.by_chance.removed.tolist())
            if place % EVERY == 0
        ],
        "robustness": [
            {"label": label, "value": formats.number_format(round(curve.robustness, 3), 3)}
            for _slug, label, curve in shown
        ],
        "runs": found.runs,
    }


def sentence(found: Robustness, gone: float = 0.1) -> str:
    """What the curves say, in two sentences."""
    place = int(abs(found.by_chance.removed - gone).argmin())
    return _(
        "The largest part that holds together has %(size)s of the %(all)s that are connected. If one in ten of all "
        "went by accident, it would have %(chance)s of that many, give or take %(error)s percentage points (the mean "
        "of %(runs)s draws, 95 times of 100); if the best connected tenth went, %(degree)s."
    ) % {
        "size": counted(found.largest),
        "all": counted(found.size),
        "runs": counted(found.runs),
        "chance": _percent(float(found.by_chance.held[place])),
        "error": formats.number_format(math.ceil(1000 * float(found.by_chance.error[place])) / 10, 1),
        "degree": _percent(float(found.by_degree.held[place])),
    }


def _line(curve: Curve, last: float) -> str:
    points = (
        f"{_across(gone, last)} {_down(held)}"
        for gone, held in zip(curve.removed.tolist(), curve.held.tolist(), strict=True)
    )
    return "M" + "L".join(points)


def _across(gone: float, last: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * gone / last, 1)


def _down(held: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - held), 1)


def _tick(part: float, x: float, y: float) -> dict[str, Any]:
    return {"text": _percent(part), "x": x, "y": y}


def _percent(part: float) -> str:
    return share(part, 1)
