"""Maps: one builder for pages, widgets, single files and notebooks.

    the_map = build_map(place, viewer=viewer)              # a folium map, for the page of a place
    parts(the_map).script                                  # what /maps/<revision>/explore.js holds
    build_map(place, viewer=PUBLIC, offline=True).save("trafford.html")   # one file that asks for nothing

A map of ours is a `folium.Map` without folium's scripts and styles: pages have theirs, and a single file carries them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import importmap, remembered
from mapping.models import PUBLIC, LocationPrecision, Node, NodeQuerySet, Place, Rank, Units, Viewer
from mapping.models.node import GRID
from mapping.nodes.cards import colour_of, rank_of
from mapping.nodes.distances import distance, units_of
from mapping.search.query import Query

from . import basemap as basemaps
from . import connection_lines, tiles
from .elements import Basemap, Connections, Controls, NodeMarker, NodeTiles, RasterTiles
from .figure import MAX_ZOOM, MAX_ZOOM_WITHOUT_STREETS, NODE_ZOOM, Bounds, HereaboutsMap

# Where nothing says where a map should be.
BRITAIN: Bounds = ((49.9, -8.2), (60.9, 1.8))
DRAWN_AT_ONCE = 60
OFFLINE_LINES = 2_000  # a dot that is picked shows its own
METRES_PER_DEGREE = 111_195.0
FIVE_MINUTES = {Units.MILES: 366, Units.KM: 400}  # metres: 400 yards, 400 m


def build_map(
    what: Query | Place | NodeQuerySet | Iterable[Node],
    *,
    viewer: Viewer,
    offline: bool = False,
    name: str = "explore",
    node_url: str | None = None,
    connections: bool = True,
) -> HereaboutsMap:
    """Make the map of a place, of what a query finds, or of some nodes.

    `offline` puts everything into the map itself, which some nodes always need: they have no tiles. Nodes are shown
    as far as `viewer` may see them. `node_url` (with {uuid}) is where a dot leads when no page listens;
    `connections` are those of a place.
    """
    query = what if isinstance(what, Query) else Query(place=what) if isinstance(what, Place) else None
    place = query.place if query is not None else None
    nodes = _nodes(what, query, viewer)
    bounds = _bounds(place, nodes)
    # Within a page of another site it lets pass who only scrolls.
    passing = {"scrollWheelZoom": False} if name == "embed" else {}
    made = HereaboutsMap(name, bounds=bounds, **passing)
    made.built_of = {"place": place, "nodes": nodes, "lines": 0}
    if not offline:
        again = query if query is not None else nodes
        made.rebuilt_offline = lambda: build_map(again, viewer=viewer, offline=True, name=name)
    add_basemap(made, place, offline=offline)
    if offline or query is None:
        leads_to = node_url or ("#node-{uuid}" if offline else "/node/{uuid}")
        made.add_child(NodeTiles(data=_points(nodes), node_url=leads_to))
    else:
        url = f"/tiles/{tiles.revision_token(place)}/nodes/{{z}}/{{x}}/{{y}}.mvt"
        wanted = query.replace(place=None, sort="", page=1)
        if (spot := query.centre) is not None:
            # By its point: a name that is one place here may be several where no place is asked about.
            wanted = wanted.replace(near=f"{spot.lat:.5f},{spot.lon:.5f}")
        made.add_child(NodeTiles(url=url, query=wanted.query_string, node_url=node_url))
    if place is not None and connections:
        data = _lines(place, viewer) if offline else None
        made.built_of["lines"] = len(data["features"]) if data else 0
        url = network = None
        if not offline:
            token = tiles.revision_token(place)
            # Kept for ever by revision; a new version of ours draws others.
            url = f"{reverse('map_lines', args=[token])}?v={version()}"
            network = reverse("network_graph", args=[token])
        made.add_child(Connections(url=url, data=data, network=network, limit=DRAWN_AT_ONCE, on=False))
    made.add_child(
        Controls(
            bounds=bounds,
            place=place.name if place else None,
            ring=None if offline else ring_of(place),
            labels=labels_of(place),
        )
    )
    return made


def build_node_map(node: Node) -> HereaboutsMap:
    """Make the small map of one node; it must have a public point."""
    point = node.public_point
    radius = None
    if node.location_precision != LocationPrecision.EXACT:
        # The point may be anywhere in its cell of the grid.
        radius = round(GRID[node.location_precision] / 2 * METRES_PER_DEGREE)
    zoom = NODE_ZOOM if radius is None or radius < 200 else 14
    made = HereaboutsMap("node", location=(round(point.y, 6), round(point.x, 6)), zoom=zoom, scrollWheelZoom=False)
    made.rebuilt_offline = lambda: build_map([node], viewer=PUBLIC, offline=True, name="node")
    add_basemap(made, node.place, offline=False)
    icon = node.category.icon if node.category else "marker"
    made.add_child(
        NodeMarker(
            lat=round(point.y, 6),
            lon=round(point.x, 6),
            category=colour_of(node),
            icon=icon,
            name=node.name,
            radius=radius,
        )
    )
    made.add_child(Controls(labels=labels_of(None)))
    return made


def add_basemap(the_map: HereaboutsMap, place: Place | None, *, offline: bool) -> None:
    """Put the basemap of a place under a map; or the raster provider, where one is set and there may be requests."""
    if settings.RASTER_TILES_URL and not offline:
        credit = settings.RASTER_TILES_ATTRIBUTION
        the_map.add_child(RasterTiles(url=settings.RASTER_TILES_URL, attribution=credit, max_zoom=MAX_ZOOM))
        return
    found = basemaps.current(place.slug) if place is not None else None
    if found is None or not found.small_streets:
        the_map.options["maxZoom"] = MAX_ZOOM_WITHOUT_STREETS
    if found is None:
        return
    the_map.add_child(
        Basemap(
            url=None if offline else f"/basemap/{found.name}",
            tiles=basemaps.inline_tiles(found) if offline else None,
            max_data_zoom=found.max_zoom,
            attribution=found.attribution,
            lang=(get_language() or "en").partition("-")[0],
            note=None if found.small_streets else _no_small_streets(),
        )
    )


def _no_small_streets() -> str:
    return _("This map has no small streets: the open data that it is drawn from has main roads only.")


def _nodes(what: Any, query: Query | None, viewer: Viewer) -> NodeQuerySet | list[Node]:
    if query is not None:
        found = query.apply(Node.objects.visible_to(viewer), viewer)
    elif isinstance(what, NodeQuerySet):
        # Whatever chose them, nobody sees more on a map than they may.
        found = what.filter(pk__in=Node.objects.visible_to(viewer).values("pk"))
    else:
        ids = [node.pk for node in what]
        found = Node.objects.visible_to(viewer).filter(pk__in=ids)
    return found.located().select_related("category")


def _bounds(place: Place | None, nodes: NodeQuerySet) -> Bounds:
    box = place.boundary.extent if place is not None and place.boundary else None
    if box is None:
        box = nodes.order_by().aggregate(box=Extent("public_point"))["box"]
    if box is None:
        return BRITAIN
    west, south, east, north = (round(edge, 5) for edge in box)
    return (south, west), (north, east)


def _points(nodes: Iterable[Node]) -> dict[str, Any]:
    """GeoJSON of nodes, with the properties of our tiles."""
    return {"type": "FeatureCollection", "features": [_point(node) for node in nodes]}


def _point(node: Node) -> dict[str, Any]:
    point = node.public_point
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        "properties": {
            "uuid": str(node.uuid),
            "name": node.name,
            "c": colour_of(node),
            "i": node.category.icon if node.category else "marker",
            "n": 1,
            **({} if (rank := rank_of(node)) == Rank.ORDINARY else {"r": rank}),
        },
    }


def _lines(place: Place, viewer: Viewer) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": connection_lines.strongest(place, viewer, limit=OFFLINE_LINES)}


def ring_of(place: Place | None) -> dict[str, Any]:
    """How far the ring around where somebody is lies from them: five minutes on foot, in the unit of the place."""
    units = units_of(place)
    metres = FIVE_MINUTES[units]
    return {"metres": metres, "reach": distance(metres, units)}


def labels_of(place: Place | None) -> dict[str, str]:
    """The words of the map's buttons; `place`: with one for the whole of it."""
    labels = {
        "zoomIn": _("Closer"),
        "zoomOut": _("Further away"),
        "locate": _("Where I am"),
        "locateFailed": _("Your device did not say where you are."),
        "here": _("You are here"),
        "somewhere": _("You are somewhere in this ring"),
    }
    if place is not None:
        labels["whole"] = _("The whole of %(place)s") % {"place": place.name}
    return labels


# --- for pages ---------------------------------------------------------------------------------------------------


def explore_parts(place: Place) -> dict[str, Any]:
    """Context of the map + list page: `map_html` and `map_scripts`. The filter is the page's to set."""
    # The state of the place that the page was asked in has its revision in it.
    revision = remembered.get(("revision", place.slug), lambda: tiles.revision_token(place), in_words=False)
    return _page_parts("explore", place, {}, revision)


def embed_parts(place: Place, query: Query) -> dict[str, Any]:
    """Context of a widget's map, which shows what `query` finds: `map_html` and `map_scripts`."""
    return _page_parts("embed", place, query.replace(sort="", page=1).to_params())


def node_parts(node: Node) -> dict[str, Any]:
    """Context of a node's small map: `map_html` and `map_scripts`."""
    return _page_parts("node", node.place, {"node": str(node.uuid)})


def _page_parts(name: str, place: Place | None, parameters: dict[str, Any], revision: str = "") -> dict[str, Any]:
    revision = revision or tiles.revision_token(place)
    language = get_language() or settings.LANGUAGE_CODE
    if language != settings.LANGUAGE_CODE:
        parameters = {**parameters, "lang": language}
    address = reverse("map_script", args=[revision, name])
    # The version stands in the address because a new one of ours draws other maps of the same revision.
    text = urlencode({**parameters, "v": version()}, doseq=True, safe=",:")
    return {
        "map_html": f'<div class="folium-map" id="map_{name}"></div>',
        "map_scripts": [*importmap.map_scripts(), f"{address}?{text}"],
    }


@lru_cache(maxsize=1)
def version() -> str:
    """A stamp of what this module and its elements are, and of the settings that they follow."""
    here = Path(__file__).parent
    digest = hashlib.sha256(f"{settings.RASTER_TILES_URL} {settings.RASTER_TILES_ATTRIBUTION}".encode())
    for path in [
        *(here / f"{it}.py" for it in ("builder", "figure", "connection_lines")),
        *sorted((here / "elements").glob("*.py")),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
