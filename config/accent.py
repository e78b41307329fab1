"""The accent of a place: one strong colour, made readable on both papers.

A steward chooses any colour; the style sheet that the page loads holds that colour, made just so much darker (light
paper) or lighter (dark paper) that text in it reaches a contrast of 4.5. The address holds
the colour, so it may be cached for ever and no database is asked.
"""

import colorsys
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

DEFAULT = "#0b6e5b"
LIGHT_PAPER, DARK_PAPER = "#f3ecdd", "#26221d"  # the worst of each theme's papers for text on it
TEXT_CONTRAST = 4.5
PATTERN = re.compile(r"#[0-9a-f]{6}")


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    channels = []
    for start in (1, 3, 5):
        value = int(colour[start : start + 2], 16) / 255
        channels.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = channels
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def readable(colour: str, paper: str) -> str:
    """Return `colour`, its hue kept, darker or lighter by as little as makes it readable as text on `paper`."""
    target = 0.0 if luminance(paper) > 0.18 else 1.0
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    moved = colour
    for percent in range(0, 101, 2):
        if contrast(moved, paper) >= TEXT_CONTRAST:
            break
        nearer = lightness + (target - lightness) * percent / 100
        channels = colorsys.hls_to_rgb(hue, nearer, saturation)
        moved = "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
    return moved


def ink_on(colour: str) -> str:
    """Return the ink, near-white or near-black, that reads better on `colour`."""
    return max(("#ffffff", "#14120f"), key=lambda ink: contrast(ink, colour))


def style_sheet(colour: str) -> str:
    """Return the rules that set the accent `colour` for both themes."""
    light, dark = readable(colour, LIGHT_PAPER), readable(colour, DARK_PAPER)
    return (
        f":root{{--accent:{light};--accent-ink:{ink_on(light)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark};--accent-ink:{ink_on(dark)}}}}}"
    )


@require_safe
def accent_css(request: HttpRequest, colour: str) -> HttpResponse:
    """Serve the accent `colour` (six hexadecimal digits) as a style sheet."""
    if not PATTERN.fullmatch(f"#{colour}"):
        raise Http404
    response = HttpResponse(style_sheet(f"#{colour}"), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
