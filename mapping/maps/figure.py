"""Our folium map: the same text for the same records, and nothing asked of anybody else."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
from django.utils.html import escape

from . import single_file
from .elements import Verbatim, javascript
from .single_file import MapParts

Bounds = tuple[tuple[float, float], tuple[float, float]]  # (south, west), (north, east) in degrees

MAX_ZOOM = 19
# How far in one may go where no small streets are drawn: there is room for every dot, and nothing more to see.
MAX_ZOOM_WITHOUT_STREETS = 17
# How far out one may go where there is nothing to fit into the picture.
MIN_ZOOM = 8
# A place that is smaller than a town is still shown with what is around it.
LEAST_ZOOMS = (1, 12)
NODE_ZOOM = 15


class HereaboutsMap(Verbatim, folium.Map):
    """A folium map that fetches nothing from anybody else, and is the same text for the same records."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self, name: str, *, bounds: Bounds | None = None, **options: Any) -> None:
        """`name` is part of the element's id: one map of a name on a page."""
        location = options.pop("location", None)
        zoom = options.pop("zoom", NODE_ZOOM)
        super().__init__(location=location or (0.0, 0.0), tiles=None, zoom_control=False)
        self._id = name
        self.name = name
        self.bounds = bounds if location is None else None
        self.zoom = zoom
        least = MIN_ZOOM if self.bounds is None else least_zoom(self.bounds)
        self.options = {"zoomControl": False, "minZoom": least, "maxZoom": MAX_ZOOM, **options}
        # For a single file: what it was built of, and how the builder makes it again with everything inside.
        self.built_of: dict[str, Any] = {}
        self.rebuilt_offline: Callable[[], HereaboutsMap] | None = None

    # Without folium's header: its inline styles and script would break our policy, its viewport forbids to enlarge.

    def html(self) -> str:
        return f'<div class="folium-map" id="{self.get_name()}"></div>'

    def script(self) -> str:
        name = self.get_name()
        made = f"var {name} = L.map({javascript(name)}, {javascript(self.options)})"
        if self.bounds:
            return f"{made}.fitBounds({javascript(self.bounds)}, {{animate: false}});\n"
        return f"{made}.setView({javascript(self.location)}, {javascript(self.zoom)});\n"

    def single_file(self) -> str:
        """The whole map as one HTML file that asks for nothing; works from a disk, and in a notebook."""
        whole = self.rebuilt_offline() if self.rebuilt_offline is not None else self
        return single_file.render(whole.built_of, parts(whole), name=whole.get_name())

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the single file to a path, or to a binary file."""
        data = self.single_file().encode("utf-8")
        if isinstance(outfile, str | Path):
            Path(outfile).write_bytes(data)
            return
        outfile.write(data)
        if close_file:
            outfile.close()

    def _repr_html_(self, **kwargs: Any) -> str:
        """What a notebook shows: the single file in a frame."""
        return (
            f'<iframe srcdoc="{escape(self.single_file())}" width="100%" height="600" '
            'style="border: 0" title="Map"></iframe>'
        )


def least_zoom(bounds: Bounds) -> int:
    """How far out a map of `bounds` goes: until they fit into 256 pixels, so into any picture with a margin."""
    (south, west), (north, east) = bounds
    up, down = (math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (north, south))
    # As parts of the world's width in Web Mercator, which is 256 pixels at zoom 0.
    extent = max((east - west) / 360, (up - down) / (2 * math.pi), 1e-9)
    least, most = LEAST_ZOOMS
    return min(max(math.floor(math.log2(1 / extent)), least), most)


def parts(the_map: HereaboutsMap) -> MapParts:
    """Render a map, to be put into a template of ours."""
    figure = the_map.get_root()
    for part in (figure.header, figure.html, figure.script):
        part._children.clear()
    figure.render()
    return MapParts("", figure.html.render().strip(), figure.script.render().strip() + "\n")
