"""How the picture of a network looks, as the server's SVG and the browser's canvas both draw it.

`{% network_appearance %}` brings `for_browser()` to the page as JSON, and the module `hb/network/appearance` reads it
there. Lengths are in the unit of the positions, as `graph.bin` has them.
"""

from __future__ import annotations

from typing import Any

from mapping.graph import callouts

# The colours of kinds of place, in the order in which other things take them.
COLOURS = (
    "learning", "food-help", "green-space", "community-space", "health", "sport-play", "faith", "arts-heritage",
)  # fmt: skip
# Organisations have one colour. What tells their families apart is a mark of paper in the dot, by the category:
# hollow, half, an eye, a cross; whose category is not here has a full dot.
MARKED = "organisation"
MARKS = {
    "charity": "hollow", "company": "half", "social-enterprise": "half", "cooperative": "half", "council": "eye",
    "trust": "eye", "funder": "eye", "political-party": "eye", "friends-group": "cross",
}  # fmt: skip
# The radius of a dot: of the smallest and the largest value of a measure, and when all are the same.
MIN_RADIUS, MAX_RADIUS, SAME_RADIUS = 4.0, 12.0, 6.0
# By number of connections it is the room that the layout gives a dot (`positions.dot_radii`): this much and the root
# of the number, at most so much, with some of the gap around it.
ROOM_BASE, MAX_ROOM, ROOM_SCALE = 4.0, 26.0, 1.2
# Of a dot's radius: the side of a square, and how far the corners of a diamond lie from its middle.
SQUARE, DIAMOND = 1.72, 1.15
# Free space around the outermost dots, and the least width and height of what is seen at first.
MARGIN, MIN_BOX = 8.0, (260.0, 240.0)
# Who has so many connections, and is joined with such a share of all, is a hub: its lines are faint.
HUB_CONNECTIONS, HUB_SHARE = 30, 0.04
# How strong, or how often stated, a connection must be to stand out (the next pair where too many would), and how many
# may.
STANDING_OUT, MAX_STANDING_OUT = ((4, 3), (5, 5), (6, 10)), 400
# The radius of who touches a hub alone, in the ring around a picture without it; free space around that picture, and
# more below it for what is said of the ring.
RING_RADIUS, OPEN_MARGIN, OPEN_FOOT = 4.6, 10.0, 14.0
# How far an island reaches beyond its dots; with more dots shown there are only names. Longer ties are no land.
SHORE, MAX_LAND, MAX_TIE = 9.0, 2_000, 110.0
# Names of groups and of dots: on a wide screen, on a narrow one. How high letters are, in CSS pixels.
NAMES = {"wide": (10, 12), "narrow": (10, 5)}
LETTERS = 15
# With more connections than this only those of a chosen node have heads; how long and how wide one is.
MAX_ARROWS, HEAD = 700, (7.0, 5.0)
# With more lines than this each is drawn fainter, and in the SVG fainter still.
BUSY, FULL = 1200, 4000


def hub_connections(nodes: int) -> float:
    """Return how many connections make a hub in a network of `nodes`."""
    return max(HUB_CONNECTIONS, HUB_SHARE * nodes)


def mark_path(mark: str, x: float, y: float, r: float) -> str:
    """The outline of a mark in a dot, to be filled by the rule of even and odd; nothing for a full dot."""

    def circle(far: float) -> str:
        arc = f"a{far:.1f} {far:.1f} 0 1 0"
        return f"M{x - far:.1f} {y:.1f}{arc} {2 * far:.1f} 0{arc}-{2 * far:.1f} 0z"

    if mark == "hollow":
        return circle(0.6 * r)
    if mark == "eye":
        return circle(0.74 * r) + circle(0.36 * r)
    if mark == "half":
        far = 0.72 * r
        return f"M{x:.1f} {y - far:.1f}a{far:.1f} {far:.1f} 0 0 1 0 {2 * far:.1f}z"
    if mark == "cross":
        wide, arm = 0.36 * r, 0.82 * r
        return (
            f"M{x - wide / 2:.1f} {y - r:.1f}h{wide:.1f}v{arm:.1f}h{arm:.1f}v{wide:.1f}h-{arm:.1f}v{arm:.1f}"
            f"h-{wide:.1f}v-{arm:.1f}h-{arm:.1f}v-{wide:.1f}h{arm:.1f}z"
        )
    return ""


def for_browser() -> dict[str, Any]:
    """Return all of this by the names that scripts have for it (`hb/network/appearance`)."""
    return {
        "colours": COLOURS,
        "marked": MARKED,
        "marks": MARKS,
        "radius": {"min": MIN_RADIUS, "max": MAX_RADIUS, "same": SAME_RADIUS},
        "room": {"base": ROOM_BASE, "max": MAX_ROOM, "scale": ROOM_SCALE},
        "shape": {"square": SQUARE, "diamond": DIAMOND},
        "margin": MARGIN,
        "minBox": {"width": MIN_BOX[0], "height": MIN_BOX[1]},
        "hub": {"connections": HUB_CONNECTIONS, "share": HUB_SHARE},
        "standingOut": {"pairs": STANDING_OUT, "max": MAX_STANDING_OUT},
        "busy": BUSY,
        "open": {"radius": RING_RADIUS, "margin": OPEN_MARGIN, "foot": OPEN_FOOT},
        "island": {"shore": SHORE, "max": MAX_LAND, "tie": MAX_TIE},
        "names": NAMES,
        "letters": LETTERS,
        "arrows": {"max": MAX_ARROWS, "long": HEAD[0], "wide": HEAD[1]},
        "callout": {
            "distances": callouts.DISTANCES,
            "near": callouts.NEAR,
            "ways": callouts.WAYS,
            "air": callouts.AIR,
            "clear": callouts.CLEAR,
            "leading": callouts.LEADING,
            "slim": callouts.SLIM,
            "lines": callouts.MAX_LINES,
            "line": callouts.LINE,
            "cell": callouts.CELL,
            "step": callouts.STEP * callouts.CELL,
            "spots": callouts.MAX_SPOTS,
            "beside": callouts.BESIDE,
            "mistaken": callouts.MISTAKEN,
            "moves": callouts.MAX_MOVES,
            "orders": callouts.MAX_ORDERS,
            "above": callouts.ABOVE,
            "tried": callouts.MAX_TRIED,
            "land": callouts.LAND,
            "short": callouts.SHORT,
        },
    }
