"""What stands around the dots of a picture: islands under them, names beside them, the left out hub in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapping.graph import callouts, labels
from mapping.graph.callouts import Box, Taken, Wanted
from mapping.graph.packed import Picture
from mapping.graph.room import Room
from mapping.graph.snapshot import Snapshot
from mapping.network.findings.phrases import counted
from mapping.network.view.labels import hub_words
from mapping.network.view.state import NetworkView

from . import appearance

# How large the picture is on a screen, in CSS pixels: only the size of its letters depends on it.
SCREENS = {"wide": (716, 448), "narrow": (341, 364)}
# The ring is named in one of so many lines.
RING_LINES = (1, 2, 3)
# A group of fewer has no name on the picture.
MIN_NAMED = 4


@dataclass(frozen=True)
class Layout:
    """Where nodes lie: x, y (n,), 0 to width and height, y downwards, as `graph.bin` has it; gap : of the ring."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    width: float
    height: float
    gap: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @classmethod
    def of(cls, picture: Picture, *, is_open: bool) -> Layout:
        open_one = picture.islands if is_open else None
        positions = picture.positions if open_one is None else open_one.positions
        if not len(positions):
            return cls(np.zeros(0), np.zeros(0), 1.0, 1.0)
        low = np.nanmin(positions, axis=0)
        extent = np.maximum(np.nanmax(positions, axis=0) - low, 1e-9)
        gap = (0.0, 0.0, 0.0)
        if open_one is not None:
            x, y, wide = open_one.gap
            gap = (x - float(low[0]), y - float(low[1]), wide)
        return cls(*(positions - low).T, float(extent[0]), float(extent[1]), gap)


@dataclass(frozen=True)
class Scene:
    """Where what lies and what of it is shown, and near to what is looked at: (n,) each."""

    layout: Layout
    picture: Picture
    radii: NDArray[np.float64]
    shown: NDArray[np.bool_]
    near: NDArray[np.bool_]


@dataclass(frozen=True)
class Hub:
    """What hides all else: `names`; `sentence` of what is left out, or of what is drawn; `ring` : how many touch
    nothing else, `caption` of the ring; `other` : the state that changes it ("in" or "out"), `action` : what that does.
    """

    names: list[str]
    sentence: str
    ring: int
    caption: str
    other: str
    action: str


def hub(
    snapshot: Snapshot, picture: Picture, view: NetworkView, shown: NDArray[np.bool_], *, is_open: bool
) -> Hub | None:
    """Say what is left out of the picture, or could be; None where no hub hides the rest."""
    if picture.islands is None or not picture.has_hub:
        return None
    names = [snapshot.names[int(it)] for it in picture.islands.hubs]
    ring = int((picture.islands.ring & shown).sum())
    everybody = int(shown.sum()) + (len(names) if is_open else 0)
    patterns = hub_words()
    count = "one" if ring == 1 else "many"
    values = {"name": ", ".join(names), "n": counted(ring), "all": counted(everybody)}
    return Hub(
        names,
        patterns["out" if is_open else "in"][count].format(**values),
        ring,
        patterns["ring"][count].format(**values),
        "in" if is_open else "out",
        patterns["put" if is_open else "leave"].format(**values),
    )


def open_box(layout: Layout) -> tuple[float, float, float, float]:
    """What is seen at first of a picture without its hubs: x, y, width, height."""
    margin = appearance.OPEN_MARGIN
    return (-margin, -margin, layout.width + 2 * margin, layout.height + 2 * margin + appearance.OPEN_FOOT)


def closer_box(
    layout: Layout, near: NDArray[np.bool_], whole: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """What is near, with what lies around it: at least a third of the whole in each direction, in its proportions."""
    x, y = layout.x[near], layout.y[near]
    if not len(x) or np.isnan(x).any():
        return whole
    across, down = float(np.ptp(x)), float(np.ptp(y))
    share = min(max(1.4 * across / whole[2], 1.4 * down / whole[3], 1 / 3), 1.0)
    wide, high = whole[2] * share, whole[3] * share
    left = min(max(float(x.min() + x.max()) / 2 - wide / 2, whole[0]), whole[0] + whole[2] - wide)
    top = min(max(float(y.min() + y.max()) / 2 - high / 2, whole[1]), whole[1] + whole[3] - high)
    return (left, top, wide, high)


def letters(box: Box) -> dict[str, float]:
    """How high letters are in the unit of the picture, by the size of the screen."""
    across, down = box[2:]
    return {size: appearance.LETTERS * max(across / width, down / height) for size, (width, height) in SCREENS.items()}


def islands(snapshot: Snapshot, scene: Scene) -> list[dict[str, Any]]:
    """The land under each group: lines that are drawn as wide as their shores."""
    of = scene.picture.groups
    there = scene.shown & (of >= 0) & ~np.isnan(scene.layout.x)
    if there.sum() > appearance.MAX_LAND or scene.shown.sum() > appearance.MAX_LAND:
        return []
    x, y = np.round(scene.layout.x, 0), np.round(scene.layout.y, 0)
    source, target = snapshot.source, snapshot.target
    ties = (of[source] == of[target]) & there[source] & there[target] & ~snapshot.derived
    ties &= np.hypot(x[source] - x[target], y[source] - y[target]) < appearance.MAX_TIE
    parts: dict[int, list[str]] = {}
    for i in np.flatnonzero(there).tolist():
        parts.setdefault(int(of[i]), []).append(f"M{x[i]:.0f} {y[i]:.0f}h.1")
    for a, b in zip(source[ties].tolist(), target[ties].tolist(), strict=True):
        parts[int(of[a])].append(f"M{x[a]:.0f} {y[a]:.0f}L{x[b]:.0f} {y[b]:.0f}")
    wide = {group: 2 * (float(np.median(scene.radii[there & (of == group)])) + appearance.SHORE) for group in parts}
    return [
        {"d": "".join(parts[group]), "width": round(wide[group], 1), "shore": round(wide[group] + 2, 1)}
        for group in sorted(parts)
    ]


def names(
    snapshot: Snapshot,
    scene: Scene,
    order: NDArray[np.int64],
    sizes: dict[str, float],
    box: tuple[float, float, float, float],
    left_out: Hub | None,
    *,
    closer: bool = False,
) -> list[dict[str, Any]]:
    """Names of the groups' islands, of the ring, and of the first of `order`; they touch no dot, nor each other.

    `closer` : on a sheet of whatever form, so that what lies beyond `box` may not be seen.
    """
    layout = scene.layout
    shown = np.flatnonzero(scene.shown & ~np.isnan(layout.x))
    dots = np.column_stack([layout.x[shown], layout.y[shown], scene.radii[shown]])
    bright = [int(it) for it in order if scene.near[it]]
    found = []
    for size, (groups, most) in appearance.NAMES.items():
        letter = sizes[size]
        frame = (box[0], box[1], box[0] + box[2], box[1] + box[3]) if closer else _seen(size, letter, box)
        room = callouts.room_for(dots, letter, frame)
        name = callouts.slim if size == "narrow" else labels.shortened
        taken = Taken()
        if left_out is not None and layout.gap[2]:
            text, x, y = _ring(left_out.caption, layout, letter, room, frame)
            half, high = callouts.half_size(text, letter)
            taken = Taken(((x - half, y - high, x + half, y + high),))
            found += _texts(size, letter, x, y, text, "ring")
        for i in _hubs(scene, left_out):
            text = callouts.broken(labels.shortened(snapshot.names[i]), 2)
            x, y = float(layout.x[i]), float(layout.y[i])
            half, high = callouts.half_size(text, letter)
            taken = Taken((*taken.boxes, (x - half, y - high, x + half, y + high)))
            found += _texts(size, letter, x, y, text, "hub")
        wanted = [
            Wanted(i, name(snapshot.names[i]), float(layout.x[i]), float(layout.y[i]), *[float(scene.radii[i])] * 2)
            for i in bright[: callouts.MAX_TRIED]
            if i not in _hubs(scene, left_out)
        ]
        # The groups have the first choice: what they are called says around whom they are.
        given: dict[str, Any] = {"room": room, "size": letter}
        groups_here = _lands(scene, narrow=size == "narrow")
        lands, taken = callouts.callouts(groups_here, most=groups, taken=taken, move=True, **given)
        said = [scene.picture.group_does[it.key] for it in lands]
        rest = [it for it in wanted if not any(text.endswith(snapshot.names[it.key]) for text in said)]
        named, taken = callouts.callouts(rest, most=most, taken=taken, **given)
        for look, those in (("number" if size == "narrow" else "land", lands), ("dot", named)):
            for it in those:
                line, *more = _texts(size, letter, it.x, it.y, it.text, look)
                says = {"says": scene.picture.group_does[it.key]} if look == "number" else {}
                found += [{**line, **says, "leader": it.leader}, *more]
    return found


def _seen(size: str, letter: float, box: Box) -> Box:
    """All that a screen of this size shows of the sheet: the picture lies in its middle."""
    width, height = (it * letter / appearance.LETTERS for it in SCREENS[size])
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _hubs(scene: Scene, left_out: Hub | None) -> list[int]:
    """The hubs that hide the rest, where they are drawn: named in their middle, whatever lies there."""
    islands = scene.picture.islands
    if left_out is None or islands is None or left_out.other != "out":
        return []
    return [int(it) for it in islands.hubs if scene.shown[it]]


def _ring(caption: str, layout: Layout, letter: float, room: Room, seen: Box) -> tuple[str, float, float]:
    """What the ring is, never cut, and its middle: in the gap, or below, in as few lines as fit."""
    x, y, wide = layout.gap
    for below in (False, True):
        for lines in RING_LINES:
            text = callouts.broken(caption, lines)
            half, high = callouts.half_size(text, letter)
            middle = layout.height + high + letter if below else min(y, seen[3] - high)
            box = np.array([[x - half, middle - high, x + half, middle + high]])
            if (below or 2 * half <= wide) and room.free(box)[0]:
                return text, x, middle
    text = callouts.broken(caption, 2)
    return text, x, min(y, seen[3] - callouts.half_size(text, letter)[1])


def _texts(size: str, letter: float, x: float, y: float, text: str, look: str) -> list[dict[str, Any]]:
    """A name, line by line."""
    lines = text.split("\n")
    top = y - callouts.LEADING * letter * (len(lines) - 1) / 2
    return [_text(size, letter, x, top + n * callouts.LEADING * letter, it, look) for n, it in enumerate(lines)]


def _text(size: str, letter: float, x: float, y: float, text: str, look: str) -> dict[str, Any]:
    baseline = round(y + 0.35 * letter, 1)
    return {
        "size": size,
        "x": round(x, 1),
        "y": baseline,
        "anchor": "middle",
        "text": text,
        "look": look,
        "leader": None,
    }


def _lands(scene: Scene, *, narrow: bool) -> list[Wanted]:
    """The named groups, the largest first, each by the box around its dots; on a narrow screen by numbers."""
    layout, of = scene.layout, scene.picture.groups
    there = scene.shown & scene.near & (of >= 0) & ~np.isnan(layout.x)
    does: Sequence[str] = scene.picture.group_does
    wanted = []
    # They are numbered by size.
    for group in range(min(len(does), 3 * appearance.NAMES["wide"][0])):
        nodes = np.flatnonzero(there & (of == group))
        if len(nodes) < MIN_NAMED or not does[group]:
            continue
        x, y, r = layout.x[nodes], layout.y[nodes], scene.radii[nodes]
        left, right, top, bottom = (x - r).min(), (x + r).max(), (y - r).min(), (y + r).max()
        half = (float(right - left) / 2, float(bottom - top) / 2)
        middle = (float(left + right) / 2, float(top + bottom) / 2)
        forms = (str(len(wanted) + 1),) if narrow else callouts.folded(does[group])
        members = np.column_stack([x, y, r + appearance.SHORE])
        wanted.append(Wanted(group, forms[0], *middle, *half, forms=forms, members=members, above=True))
    return wanted


def arrow_head(ax: float, ay: float, bx: float, by: float, radius: float) -> str:
    """The head of an arrow from one dot to another, its tip at the other's rim; nothing where they nearly touch."""
    far = math.hypot(bx - ax, by - ay)
    long, wide = appearance.HEAD
    if far <= radius + long:
        return ""
    ux, uy = (bx - ax) / far, (by - ay) / far
    tip_x, tip_y = bx - ux * radius, by - uy * radius
    back_x, back_y = tip_x - ux * long, tip_y - uy * long
    side_x, side_y = -uy * wide / 2, ux * wide / 2
    return (
        f"M{tip_x:.1f} {tip_y:.1f}L{back_x + side_x:.1f} {back_y + side_y:.1f}"
        f"L{back_x - side_x:.1f} {back_y - side_y:.1f}z"
    )
