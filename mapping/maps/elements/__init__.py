"""What stands on our folium maps. Each element is one call of a function of `hb/map/folium_bridge`, documented there.

They bring no scripts or styles of their own: a page has those already, and a single file carries them
(mapping/maps/single_file.py). What they say is data, never a template (`verbatim`).
"""

from .basemap import Basemap
from .connections import Connections
from .controls import Controls
from .marker import NodeMarker
from .points import NodeTiles
from .raster import RasterTiles
from .verbatim import Text, Verbatim, javascript

__all__ = [
    "Basemap",
    "Connections",
    "Controls",
    "NodeMarker",
    "NodeTiles",
    "RasterTiles",
    "Text",
    "Verbatim",
    "javascript",
]
