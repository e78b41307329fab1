"""The picture of a network as the template draws it: lines, dots, names, the key."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.models import NodeKind
from mapping.network import build
from mapping.network.findings import counted, url_of

from . import appearance

# Dots that the Tab key stops at; arrow keys (hb/network/keys) and the table lead to the others.
TOP_STOPS = 12
BEND = 0.12

Values = dict[str, Any]


def picture(payload: Values, place_name: str, description: str) -> Values:
    """Return what `partials/network/overview.html` draws, out of a snapshot (`mapping.network.build.payload`)."""
    drawn = payload["nodes"][: payload["drawn"]]
    beside: list[set[int]] = [set() for _ in drawn]
    for source, target, _type in payload["edges"]:
        beside[source].add(target)
        beside[target].add(source)
    dots = [
        {
            **it,
            "number": number,
            "url": url_of(it),
            "label": _spoken(it),
            "beside": " ".join(str(n) for n in sorted(beside[number])),
            "shape": shape(it),
            "stop": number < TOP_STOPS,
            "hub": number in payload["findings"]["hubs"],
        }
        for number, it in enumerate(drawn)
    ]
    labels = payload["labels"]
    return {
        "title": _("How %(place)s is connected") % {"place": place_name},
        "description": description,
        "width": int(build.WIDTH),
        "height": math.ceil(payload["height"]),
        "lines": _lines(payload),
        # The order of the keyboard: the most connected first.
        "dots": dots,
        "names": [{**it, "size": size} for size in ("wide", "narrow") for it in labels[size]],
        "marks": _marks(drawn, set(payload["findings"]["hubs"])),
        "inner": "".join(appearance.mark_path(it["mark"], it["x"], it["y"], it["r"]) for it in drawn),
        "inside": [_inside(dots[it["dot"]], it["lines"]) for it in labels["inside"]],
        "colours": [it for it in payload["colours"] if it["name"]],
        "shapes": _shapes(drawn),
    }


def _marks(drawn: list[Values], hubs: set[int]) -> list[Values]:
    """All dots of a colour as one path: a picture that is looked at, an eighth of the size of one of links."""
    parts: dict[tuple[bool, str], list[str]] = {}
    for number, it in enumerate(drawn):
        x, y, r = it["x"], it["y"], it["r"]
        if it["kind"] == NodeKind.ORGANISATION:
            wide = round(2 * r, 1)
            bit = f"M{x - r:.1f} {y}a{r} {r} 0 1 0 {wide} 0a{r} {r} 0 1 0-{wide} 0z"
        else:
            side = round(appearance.SQUARE * r, 1)
            bit = f"M{x - side / 2:.1f} {y - side / 2:.1f}h{side}v{side}h-{side}z"
        parts.setdefault((number in hubs, it["colour"]), []).append(bit)
    return [{"colour": colour, "hub": hub, "d": "".join(bits)} for (hub, colour), bits in parts.items()]


def _inside(dot: Values, lines: list[str]) -> Values:
    """A name written inside its dot, line by line."""
    leading = 1.1 * build.WIDE_TEXT
    top = dot["y"] + 0.35 * build.WIDE_TEXT - leading * (len(lines) - 1) / 2
    return {
        "x": dot["x"],
        "lines": [{"text": it, "y": round(top + n * leading, 1)} for n, it in enumerate(lines)],
    }


def _spoken(node: Values) -> str:
    text = ngettext("%(name)s, connected to %(n)s other", "%(name)s, connected to %(n)s others", node["degree"])
    return text % {"name": node["name"], "n": counted(node["degree"])}


def _lines(payload: Values) -> list[Values]:
    """One path for all connections of a type: what leads to a hub is straight, the others bend a little."""
    hubs = set(payload["findings"]["hubs"])
    nodes = payload["nodes"]
    parts: dict[tuple[int, bool], list[str]] = {}
    for source, target, kind in payload["edges"]:
        ray = source in hubs or target in hubs
        line = _line(nodes[source], nodes[target], bend=0 if ray else BEND)
        parts.setdefault((kind, ray), []).append(line)
    return [
        {"type": payload["types"][kind]["slug"], "ray": ray, "d": "".join(bits)}
        for (kind, ray), bits in sorted(parts.items(), key=lambda it: (not it[0][1], it[0][0]))
    ]


def _shapes(drawn: list[Values]) -> list[Values]:
    kinds = {it["kind"] for it in drawn}
    return [
        {"label": kind.label, "shape": shape({"kind": kind.value, "x": 9, "y": 9, "r": 6})}
        for kind in NodeKind
        if kind.value in kinds
    ]


def _line(a: Values, b: Values, bend: float) -> str:
    """From rim to rim, so that the line does not show through the dots."""
    dx, dy = b["x"] - a["x"], b["y"] - a["y"]
    far = math.hypot(dx, dy)
    if far <= a["r"] + b["r"]:
        return ""
    ux, uy = dx / far, dy / far
    x1, y1 = a["x"] + ux * a["r"], a["y"] + uy * a["r"]
    x2, y2 = b["x"] - ux * b["r"], b["y"] - uy * b["r"]
    if not bend:
        return f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}"
    cx, cy = (x1 + x2) / 2 - dy * bend, (y1 + y2) / 2 + dx * bend
    return f"M{x1:.0f} {y1:.0f}Q{cx:.0f} {cy:.0f} {x2:.0f} {y2:.0f}"


def shape(node: Values) -> Values:
    """The outline of a dot: groups are round, places square, what is done a diamond, purposes a triangle.

    `tag` is the SVG element, `geometry` its attributes, name by name.
    """
    x, y, r = node["x"], node["y"], node["r"]
    if node["kind"] == NodeKind.ASSET:
        side = round(appearance.SQUARE * r, 1)
        corner = {"x": round(x - side / 2, 1), "y": round(y - side / 2, 1)}
        return {"tag": "rect", "geometry": {**corner, "width": side, "height": side}}
    if node["kind"] in (NodeKind.ACTIVITY, NodeKind.PROJECT):
        h = r * appearance.DIAMOND
        points = [(x, y - h), (x + h, y), (x, y + h), (x - h, y)]
    elif node["kind"] == NodeKind.PURPOSE:
        points = [(x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r)]
    else:
        return {"tag": "circle", "geometry": {"cx": x, "cy": y, "r": r}}
    corners = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    return {"tag": "polygon", "geometry": {"points": corners}}
