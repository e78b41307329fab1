"""`/maps/<revision>/<name>.js`: the script of a folium map, a file like any other to the browser.

`explore` is the map of a place, `embed` that of a widget (its parameters are those of a query), `node` the small map
of one node (`?node=<uuid>`). `/maps/<revision>/lines.json` is what lies underneath. How long they are kept, and what an
older revision gets: mapping/views/revisions.py.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from mapping import search
from mapping.access.viewers import viewer_for
from mapping.maps import connection_lines
from mapping.maps.builder import build_map, build_node_map, version
from mapping.maps.figure import parts
from mapping.maps.tiles import ALL, TileError, asked
from mapping.models import PUBLIC, Node, Place, Viewer
from mapping.network.view.state import PARAMETERS, NetworkView
from mapping.search import unknown

from .answers import pages
from .revisions import ASK_AGAIN, keep_for, refusal, words

CONTENT_TYPE = "text/javascript; charset=utf-8"
NAMES = ("explore", "embed", "node")
# What lines.json reads; `v` tells versions of the page apart.
LINES = ("v", "node", "bbox", *PARAMETERS)
_BOX = re.compile(r"-?\d{1,3}(\.\d{1,7})?(,-?\d{1,3}(\.\d{1,7})?){3}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@require_safe
def map_script(request: HttpRequest, revision: str, name: str) -> HttpResponse:
    """The script of one map; 404 for what there is not, 400 for what cannot be read."""
    try:
        slug, number, at = asked(revision)
    except TileError as error:
        return refusal(error)
    if name not in NAMES:
        return words("There is no such map.", 404)
    language = request.GET.get("lang", settings.LANGUAGE_CODE)
    if language not in dict(settings.LANGUAGES):
        return words("There is no such language here.", 400)
    tag = f'W/"{at.number}.{version()}"'
    place = None if slug == ALL else Place.objects.current().filter(slug=slug).first()
    try:
        with translation.override(language):
            made = _build(request, name, place)
    except search.QueryError as error:
        return words(str(error), 400)
    viewer = _reader(request)
    if viewer.user_id is None and tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(parts(made).script, content_type=CONTENT_TYPE)
    # Of another version of ours it is asked for again: what that one kept draws another map.
    ours = viewer.user_id is not None or request.GET.get("v") == version()
    response["Cache-Control"] = keep_for(viewer, number, at) if ours else ASK_AGAIN
    if viewer.user_id is None:
        response["ETag"] = tag
    return response


@require_safe
def map_lines(request: HttpRequest, revision: str) -> HttpResponse:
    """The strongest connections of a place as lines and bands (`lines.collection`), as GeoJSON.

    `?node=<uuid>`: those of one node; `?bbox=west,south,east,north`: those with an end there; `type`, `hide`, `stated`,
    `least` and `day` as on the page of the network. 400 for what is not understood: without it, it would be another
    question.
    """
    try:
        slug, number, at = asked(revision)
    except TileError as error:
        return refusal(error)
    place = Place.objects.current().filter(slug=slug).first()
    node, bbox = request.GET.get("node"), request.GET.get("bbox")
    within = None if bbox is None else _box(bbox)
    if place is None or (node is not None and not _UUID.fullmatch(node)) or (bbox is not None and within is None):
        return words("There are no such connections.", 404)
    if problem := _not_understood(request):
        return words(problem, 400)
    viewer = viewer_for(request)
    tag = f'W/"{at.number}.{version()}"'
    if viewer.user_id is None and tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = pages.data(request, place, viewer, "lines", lambda: make_lines(request, place))
        if response.status_code != 200:
            return response
    response["Cache-Control"] = keep_for(viewer, number, at)
    if viewer.user_id is None:
        response["ETag"] = tag
    return response


def make_lines(request: HttpRequest, place: Place) -> JsonResponse:
    """The same, made at once or by a job; what is asked was looked at before."""
    bbox = request.GET.get("bbox")
    found = connection_lines.collection(
        place,
        viewer_for(request),
        view=NetworkView.from_params(request.GET),
        node=request.GET.get("node"),
        within=None if bbox is None else _box(bbox),
    )
    short = {"separators": (",", ":")}
    return JsonResponse(found, content_type="application/geo+json", json_dumps_params=short)


def _not_understood(request: HttpRequest) -> str:
    """What is wrong with the parameters of a question for lines; empty when nothing is."""
    problems = [*unknown.problems(request.GET, LINES), *NetworkView.from_params(request.GET).problems]
    return " ".join(map(str, problems))


def _box(text: str) -> connection_lines.Box | None:
    """Four numbers of degrees; None for anything else."""
    if not _BOX.fullmatch(text):
        return None
    west, south, east, north = (float(it) for it in text.split(","))
    return (west, south, east, north) if west <= east and south <= north else None


def _reader(request: HttpRequest) -> Viewer:
    """Who asks. A session is looked at only where there is one, so that other answers do not vary by it."""
    return viewer_for(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else PUBLIC


def _build(request: HttpRequest, name: str, place: Place | None):
    """The map: as the public sees it, unless only this reader may see the node."""
    if name == "node":
        return _node_map(request)
    if place is None:
        raise Http404("There is no place of that name.")
    if name == "embed":
        query = search.answer(request.GET, place, PUBLIC, also=("v", "lang")).query
        return build_map(query, viewer=PUBLIC, name="embed", node_url="/node/{uuid}", connections=False)
    return build_map(place, viewer=PUBLIC)


def _node_map(request: HttpRequest):
    uuid = request.GET.get("node", "")
    for viewer in dict.fromkeys((PUBLIC, _reader(request))):
        found = Node.objects.visible_to(viewer).located().select_related("category", "place")
        node = found.filter(uuid=uuid).first() if _UUID.fullmatch(uuid) else None
        if node is not None:
            return build_node_map(node)
    raise Http404("There is no such node on the map.")
