"""A path as a chain of dots: small, drawn by the server, read from the left."""

from __future__ import annotations

from typing import Any

from mapping.network.picture.overview import shape

from .description import Way

STEP, EDGE, RADIUS, HEIGHT = 76, 22, 15, 44
# More dots than this are drawn closer together, so that the numbers in them stay as large as they are.
ROOMY = 5
CLOSEST = 46


def chain(way: Way) -> dict[str, Any]:
    """Return what `partials/path_chain.html` draws: numbered dots, and a line for each step.

    The numbers are those of the list beside it. A dashed line is worked out, a double one said by both.
    """
    count = len(way.stops)
    step = STEP if count <= ROOMY else max(CLOSEST, STEP * ROOMY // count)
    middle = HEIGHT // 2
    dots = [
        {
            "number": place + 1,
            "name": stop.name,
            "colour": stop.colour,
            "x": EDGE + place * step,
            "shape": shape({"kind": stop.kind, "x": EDGE + place * step, "y": middle, "r": RADIUS}),
        }
        for place, stop in enumerate(way.stops)
    ]
    lines = [
        {
            "d": _line(dots[place]["x"], dots[place + 1]["x"], middle, double=it.mutual),
            "derived": it.derived,
        }
        for place, it in enumerate(way.steps)
    ]
    return {
        "width": 2 * EDGE + (count - 1) * step,
        "height": HEIGHT,
        "text_y": middle + 5,
        "dots": dots,
        "lines": lines,
        "label": way.length,
    }


def _line(left: int, right: int, middle: int, *, double: bool) -> str:
    ys = (middle - 3, middle + 3) if double else (middle,)
    return "".join(f"M{left + RADIUS} {y}H{right - RADIUS}" for y in ys)
