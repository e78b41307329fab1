"""What if these closed? `/<place>/network/without/` answers in words; `/network/<revision>/without.json` is its data.

`/<place>/network/area/` takes a drawn area as GeoJSON and leads to the page with the area in its address.
"""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from numpy.typing import NDArray

from mapping.access.viewers import viewer_for
from mapping.graph.snapshot import Snapshot
from mapping.models import Place, Viewer
from mapping.network.measures_table import group_names
from mapping.network.removal import area as removal_area
from mapping.network.removal import question
from mapping.network.removal.answer import Answer
from mapping.network.removal.area import AreaProblem
from mapping.network.removal.scenarios import AREA
from mapping.views import revisions
from mapping.views.answers import pages

# Told one by one in the data; the rest are counted.
MAX_NODES = 5_000


@require_safe
def network_without(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Choose who goes, by name or all at once, and say what would be lost."""
    return pages.page(request, place, "without", lambda: _page(request, place, viewer_for(request), page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it."""
    return _page(request, place, viewer_for(request))


def _page(
    request: HttpRequest, place: Place, viewer: Viewer, page=None, problems=(), status: int = 200
) -> HttpResponse:
    answer = question.answer(place, viewer, request.GET)
    place_url = place.get_absolute_url()
    here, picture = f"{place_url}network/without/", f"{place_url}network/"
    view = answer.view
    curves = question.curves_of(answer)
    context = {
        "place": place,
        "place_url": place_url,
        "page": page,
        "section": "network",
        "crumbs": [{"url": place_url, "label": place.name}, {"url": picture, "label": revisions.NETWORK_CRUMB}],
        "answer": answer,
        "view": view,
        "here": here,
        "area_url": reverse("network_area", args=[place.slug]),
        "scenarios": answer.scenarios.offered(),
        "scenario": view.scenario or (AREA if view.area else ""),
        "without": ",".join(str(it) for it in view.without),
        "chosen": [
            {
                "name": it.name,
                "url": view.replace(without=tuple(u for u in view.without if str(u) != it.uuid)).url(here),
            }
            for it in answer.chosen
        ],
        "choices": [
            {"label": it["label"], "url": view.replace(without=(*view.without, uuid.UUID(it["uuid"]))).url(here)}
            for it in answer.added.labelled
        ],
        "picture_url": view.url(picture) if answer.removal is not None else "",
        "curves": curves.get("picture"),
        "curves_sentence": curves.get("sentence", ""),
        "errors": [{"field_id": "", "message": it} for it in (*answer.problems, *problems)],
    }
    return TemplateResponse(request, "mapping/network/removal.html", context, status=status)


@csrf_exempt  # It keeps nothing and changes nothing: what is sent comes back as an address.
def network_area(request: HttpRequest, place: str) -> HttpResponse:
    """Read a pasted or uploaded GeoJSON and lead to the page with its area, or with what is wrong with it."""
    found = Place.objects.current().homes().filter(slug=place).first()
    if found is None:
        raise Http404("There is no place of that name.")
    here = f"{found.get_absolute_url()}network/without/"
    if request.method != "POST":
        return redirect(here)
    try:
        file = request.FILES.get("file")
        if file is not None and file.size > removal_area.LARGEST:
            raise AreaProblem(_("That file is too large."), _("Two megabytes are the most."))
        given = file.read() if file is not None else request.POST.get("geojson", "")
        if not given:
            raise AreaProblem(_("Paste an area as GeoJSON, or choose a file."))
        area = removal_area.from_geojson(given)
    except AreaProblem as error:
        if not pages.is_at_once(found, viewer_for(request), "without"):
            return pages.problem(request, found, "without", str(error), here)
        return _page(request, found, viewer_for(request), problems=[str(error)], status=422)
    return redirect(f"{here}?{urlencode({'scenario': AREA, 'area': area})}")


@require_safe
def without_json(request: HttpRequest, revision: str) -> HttpResponse:
    """The same answer as data: who goes, who is left alone, which groups split, numbers, sentences."""
    return revisions.answer(
        request,
        revision,
        lambda place, viewer: pages.data(request, place, viewer, "without-data", lambda: make_data(request, place)),
    )


def make_data(request: HttpRequest, place: Place) -> JsonResponse:
    """The data as a job makes them."""
    answer = question.answer(place, viewer_for(request), request.GET)
    return JsonResponse(data(answer))


def data(answer: Answer) -> dict[str, Any]:
    """What `without.json` says."""
    removal = answer.removal
    told: dict[str, Any] = {
        "title": answer.title,
        "problems": answer.problems,
        "choices": answer.added.labelled,
        "removed": _uuids(answer.snapshot, answer.nodes),
        "alone": [],
        "cut_off": [],
        "groups": [],
        "numbers": {},
        "sentences": [it.text for it in answer.facts],
        "parameters": answer.view.params(),
    }
    if removal is None:
        return told
    names = group_names(answer.snapshot, answer.analysis) if removal.splits and answer.analysis else {}
    told |= {
        "alone": _uuids(answer.snapshot, removal.alone),
        "cut_off": _uuids(answer.snapshot, removal.cut_off),
        "groups": [
            {
                "label": it.label,
                "name": names.get(it.label, ""),
                "members": it.members,
                "before": it.before,
                "after": it.after,
                "largest": it.largest,
            }
            for it in removal.splits
        ],
        "numbers": _numbers(answer),
    }
    return told


def _numbers(answer: Answer) -> dict[str, Any]:
    removal = answer.removal
    assert removal is not None  # asked for only then
    far = removal.distances
    return {
        "removed": len(removal.removed),
        "alone": len(removal.alone),
        "cut_off": len(removal.cut_off),
        "ties": removal.ties,
        "lost": removal.lost,
        "largest": [removal.largest_before, removal.largest_after],
        "pieces": [removal.pieces_before, removal.pieces_after],
        "reach": [round(removal.reach_before, 4), round(removal.reach_after, 4)],
        "steps": [round(far.before, 3), round(far.after, 3)] if far else None,
        "steps_error": round(far.error, 4) if far else None,
    }


def _uuids(snapshot: Snapshot, nodes: NDArray[np.int64]) -> list[str]:
    return [str(uuid.UUID(bytes=snapshot.uuids[it].tobytes())) for it in nodes[:MAX_NODES].tolist()]
