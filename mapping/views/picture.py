"""A place as a picture: `/<place>/picture.svg` on its front page, `/<place>/picture.png` where that page is shared.

The PNG has 1200 by 630 pixels. The SVG comes in the colours of the light look, or with `?look=dark` of the dark one.
"""

from __future__ import annotations

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from config.palette import palette
from mapping import search
from mapping.answers import page_copies
from mapping.maps.preview import Preview, preview
from mapping.models import PUBLIC, Place

from . import conditional

SIZE = (1200, 630)
# Drawn twice as large and made smaller, so that edges are smooth.
FINE = 2
PAPER, EARTH, LINE, DOT = "#fbf7ee", "#f3ecdd", "#867c69", "#0b6e5b"
RADIUS = 4
A_WHILE = 600  # s; what was taken off the map is a dot for no longer


@require_safe
def picture(request: HttpRequest, place: str) -> HttpResponse:
    """The picture of what everybody sees; 404 for a place without a map or a boundary of its own."""
    page_copies.begin_at(request, place, for_everybody=True)
    found = get_object_or_404(Place.objects.current().homes(), slug=place, boundary__isnull=False)
    response = conditional.answer(request, found, PUBLIC, lambda: _made(found))
    patch_cache_control(response, public=True, max_age=A_WHILE)
    return response


@require_safe
def drawing(request: HttpRequest, place: str) -> HttpResponse:
    """The picture of what everybody sees, small, for the place's own page; 404 for a place without a boundary."""
    page_copies.begin_at(request, place, for_everybody=True)
    found = get_object_or_404(Place.objects.current(), slug=place, boundary__isnull=False)
    is_dark = request.GET.get("look") == "dark"
    return conditional.answer(request, found, PUBLIC, lambda: _drawn(found, palette(dark=is_dark)))


def _drawn(place: Place, colours: dict[str, str]) -> HttpResponse:
    it = preview(place, search.answer({}, place, PUBLIC).matching)
    dots = format_html_join(
        "",
        '<path d="{}" stroke="{}"/>',
        ((d, colours.get(f"kind-{colour}", colours["kind-other"])) for colour, d in it.marks),
    )
    text = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        '<path fill="{earth}" d="M0 0h{width}v{height}H0z"/>'
        '<path fill="{land}" stroke="{edge}" stroke-width="1.5" d="{outline}"/>'
        '<g fill="none" stroke-width="4" stroke-linecap="round">{dots}</g></svg>',
        width=it.width,
        height=it.height,
        earth=colours["map-earth"],
        land=colours["map-built"],
        edge=colours["map-boundary"],
        outline=it.outline,
        dots=dots,
    )
    return HttpResponse(text, content_type="image/svg+xml")


def _made(place: Place) -> HttpResponse:
    drawn = preview(place, search.answer({}, place, PUBLIC).matching)
    data = io.BytesIO()
    _draw(drawn).save(data, "PNG", optimize=True)
    return HttpResponse(data.getvalue(), content_type="image/png")


def _draw(drawn: Preview) -> Image.Image:
    width, height = (FINE * side for side in SIZE)
    scale = min(width / drawn.width, height / drawn.height)
    left, top = (width - drawn.width * scale) / 2, (height - drawn.height * scale) / 2
    image = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(image)
    for ring in drawn.rings:
        pen.polygon([(left + x * scale, top + y * scale) for x, y in ring], fill=EARTH, outline=LINE, width=2 * FINE)
    reach = RADIUS * FINE
    for dots in drawn.dots.values():
        for x, y in dots:
            middle = left + x * scale, top + y * scale
            pen.ellipse([middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach], fill=DOT)
    # Few colours: a small file.
    return image.resize(SIZE, Image.Resampling.LANCZOS).quantize(32)
