"""Places: neighbourhoods, wards, districts, with their boundaries and revisions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Func
from django.http import HttpRequest, HttpResponse
from ninja import Router

from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import Place, PlaceKind
from mapping.search import unknown
from mapping.search.parameters import API_LIMIT, DEFAULT_LIMIT, MAX_PAGE, QueryError, Reader

from . import parameters as p
from .answers import GEOJSON, answer, etag, link, page_links, stamp
from .nodes import provenance
from .problems import Problem
from .schemas import PlaceCollection, PlaceFeature

router = Router(tags=["places"])
PATH = "/api/v1/places"
# About a metre: boundaries are generalised anyway.
DECIMALS = 5


@router.get(
    "/places",
    response=PlaceCollection,
    summary="List places",
    operation_id="listPlaces",
    openapi_extra={"parameters": [p.PLACE_KIND, p.HOME, p.PAGE, p.LIMIT]},
)
def list_places(request: HttpRequest) -> HttpResponse:
    """Places of the latest releases with their boundaries, by name."""
    reader = Reader(request.GET)
    kinds = reader.choices("kind", PlaceKind.values, "“%(value)s” is not a kind of place.", "Choose from: %(all)s.")
    home = reader.choices("home", ("true", "false"), "“%(value)s” is neither true nor false.", "Use true or false.")
    page = reader.whole("page", 1, MAX_PAGE, 1)
    limit = reader.whole("limit", 1, API_LIMIT, DEFAULT_LIMIT)
    reader.problems += unknown.problems(request.GET, ("kind", "home", "page", "limit"))
    if reader.problems:
        raise QueryError(reader.problems)
    asked: dict[str, Any] = {
        "kind": list(kinds),
        "home": list(home),
        "limit": [limit] if limit != DEFAULT_LIMIT else [],
    }

    def url(number: int) -> str:
        text = urlencode({**asked, "page": [number] if number > 1 else []}, doseq=True)
        return f"{PATH}?{text}" if text else PATH

    def build() -> dict[str, Any]:
        places = Place.objects.current()
        if kinds:
            places = places.filter(kind__in=kinds)
        if len(home) == 1:
            places = places.filter(is_home=home == ("true",))
        matched = places.count()
        features = [
            feature(request, it)
            for it in _with_details(places.order_by("name", "slug"))[(page - 1) * limit : page * limit]
        ]
        return {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(features),
            "timeStamp": stamp(),
            "links": page_links(request, url, page=page, limit=limit, matched=matched, kind=GEOJSON),
            "features": features,
        }

    return answer(request, build, content_type=GEOJSON, tag=etag(request))


@router.get("/places/{slug:slug}", response=PlaceFeature, summary="One place", operation_id="getPlace")
def get_place(request: HttpRequest, slug: str) -> HttpResponse:
    """One place with its boundary and, when it keeps a map of its own, its revision."""
    page_copies.begin(request, for_everybody=viewer_for(request).user_id is None)
    place = _with_details(Place.objects.current().filter(slug=slug)).first()
    if place is None:
        raise Problem(404, f"There is no place “{slug}” here. The places are listed at {PATH}.")
    return answer(request, lambda: feature(request, place), content_type=GEOJSON)


def _with_details(places):
    # RFC 7946, 3.1.6: the outer ring runs counter-clockwise.
    wound = Func("boundary", function="ST_ForcePolygonCCW", output_field=MultiPolygonField(srid=4326))
    return (
        places.select_related("parent", "source", "revision", "freshness")
        .annotate(outline=AsGeoJSON(wound, precision=DECIMALS))
        .defer("boundary", "parent__boundary")
    )


def feature(request: HttpRequest, place: Place) -> dict[str, Any]:
    """A place as a GeoJSON Feature."""
    revision = getattr(place, "revision", None)
    links = [
        link(request, "self", f"{PATH}/{place.slug}", GEOJSON, place.name),
        link(request, "data", f"/api/v1/nodes?place={place.slug}", GEOJSON, "Its nodes"),
        link(
            request,
            "connections",
            f"/api/v1/connections?place={place.slug}",
            "application/json",
            "Its connections",
        ),
    ]
    if place.is_home:
        links.append(link(request, "alternate", place.get_absolute_url(), "text/html", "Its page"))
    return {
        "type": "Feature",
        "id": place.slug,
        "geometry": json.loads(place.outline) if place.outline else None,
        "properties": {
            "slug": place.slug,
            "name": place.name,
            "kind": place.kind,
            "code": place.code,
            "release": place.release,
            "parent": place.parent.slug if place.parent else None,
            "is_home": place.is_home,
            "revision": (revision.number if revision else 0) if place.is_home else None,
            "freshness": _freshness(place),
            "source": provenance(place.source),
        },
        "links": links,
    }


def _freshness(place: Place) -> dict[str, Any] | None:
    """How much of what is listed there was confirmed in time, as the last job counted it."""
    row = getattr(place, "freshness", None)
    if row is None or not row.counted:
        return None
    return {"listings": row.counted, "confirmed_in_time": row.fresh, "counted_at": row.counted_at}
