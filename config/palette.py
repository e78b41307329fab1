"""The colours of the design as Python needs them, for pictures that are files of their own: read from tokens.css."""

from __future__ import annotations

import re
from functools import cache

from config import stylesheets

COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")
DARK = "@media (prefers-color-scheme: dark)"


@cache
def palette(*, dark: bool = False) -> dict[str, str]:
    """Return token (without its two hyphens) -> colour (`#rrggbb`) of the light or the dark look."""
    light, found, rest = (stylesheets.PAGES / "tokens.css").read_text(encoding="utf-8").partition(DARK)
    if not found:
        raise ValueError("tokens.css has no dark colours.")
    colours = dict(COLOUR.findall(light))
    return colours | dict(COLOUR.findall(rest)) if dark else colours
