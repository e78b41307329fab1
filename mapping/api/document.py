"""The API object and its OpenAPI 3.1 document."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from . import categories, connections, nodes, places
from .answers import GEOJSON, JSON, answer, link
from .problems import CONTENT_TYPE
from .schemas import ConnectionCollection, Landing, ProblemDocument, described

DESCRIPTION = """The open data of this site: what is here, where, and how it is connected.

Read only, without a key, from any site. Positions are longitude, latitude (WGS84). Everything carries its
source and licence. Answers have an `ETag`: send it back as `If-None-Match` and get 304 until something
changes. Lists are paged: follow `links` with `rel` `next`. Errors are problem documents (RFC 9457) that say what
was wrong and what to do. An empty parameter counts as left out; parameters we do not know are left alone."""

REFUSED = {
    "400": "Some parameters cannot be used; `errors` has each with its remedy.",
    "404": "There is nothing at this address, or it is not public.",
    "405": "Only GET, HEAD and OPTIONS may be used.",
    "500": "Something went wrong here.",
    "503": "It took too long: ask for less.",
}
CACHING = {
    "ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}},
    "Cache-Control": {"schema": {"type": "string"}},
}


class Document(NinjaAPI):
    """Ninja's document, with the content types, errors and links that its own leaves out."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        models = schema["components"]["schemas"]
        for model in (ProblemDocument, ConnectionCollection):
            told = described(model)
            models.update(told.pop("$defs", {}))
            models[model.__name__] = told
        schema["components"]["responses"] = {
            f"Problem{status}": {
                "description": meaning,
                "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
            }
            for status, meaning in REFUSED.items()
        }
        for path in schema["paths"].values():
            for operation in path.values():
                _complete(operation)
        return schema


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    found = responses.pop(200)
    content = found.pop("content")[JSON]
    content.setdefault("example", EXAMPLES.get(operation["operationId"]))
    if content["example"] is None:
        del content["example"]
    geo = operation["operationId"] in {"listNodes", "getNode", "listPlaces", "getPlace"}
    contents = {GEOJSON if geo else JSON: content}
    if operation["operationId"] == "listConnections":
        contents[GEOJSON] = {"schema": {"$ref": "#/components/schemas/ConnectionCollection"}}
    responses["200"] = {"description": "What was asked for.", "headers": CACHING, "content": contents}
    responses["304"] = {"description": "Nothing has changed since the ETag that was sent."}
    lists = operation["operationId"].startswith("list")
    for status in REFUSED:
        if (status == "400" and not lists) or (status == "404" and lists):
            continue
        responses[status] = {"$ref": f"#/components/responses/Problem{status}"}


EXAMPLES: dict[str, Any] = {
    "listNodes": {
        "type": "FeatureCollection",
        "numberMatched": 0,
        "numberReturned": 0,
        "timeStamp": "2026-11-22T09:00:00Z",
        "links": [
            {
                "rel": "self",
                "type": GEOJSON,
                "title": "This page",
                "href": "https://map.example.org/api/v1/nodes?place=trafford&q=food",
            }
        ],
        "features": [],
    },
    "listConnections": {
        "numberMatched": 1,
        "numberReturned": 1,
        "timeStamp": "2026-11-22T09:00:00Z",
        "links": [],
        "connections": [
            {
                "uuid": "0d3f0c1e-54f8-4f0e-8a51-3f1d7f0d2b11",
                "type": {
                    "slug": "funds",
                    "forward": "funds",
                    "reverse": "is funded by",
                    "directed": True,
                    "tie": "linking",
                },
                "source": {
                    "uuid": "7a0e0a52-0f0c-4a1c-9d6b-0d4b2c1e8a01",
                    "name": "The council",
                    "kind": "organisation",
                },
                "target": {
                    "uuid": "7a0e0a52-0f0c-4a1c-9d6b-0d4b2c1e8a02",
                    "name": "The hall",
                    "kind": "organisation",
                },
                "weight": 3,
                "mutual": False,
                "derived": False,
                "amount": 12400.0,
                "currency": "GBP",
                "statements": [],
            }
        ],
    },
}

start = Router(tags=["start"])


@start.get("/", response=Landing, summary="What there is", operation_id="start")
def landing(request: HttpRequest) -> HttpResponse:
    """Where to begin: links to everything else."""
    links = [
        link(request, "self", "/api/v1/", JSON, "This document"),
        link(request, "service-desc", "/api/v1/openapi.json", "application/json", "OpenAPI 3.1"),
        link(request, "data", nodes.PATH, GEOJSON, "Nodes"),
        link(request, "data", places.PATH, GEOJSON, "Places"),
        link(request, "data", connections.PATH, JSON, "Connections"),
        link(request, "data", categories.PATH, JSON, "Categories"),
    ]
    return answer(request, lambda: {"title": "Hereabouts API", "description": DESCRIPTION, "links": links})


api = Document(
    title="Hereabouts API",
    version="1.0.0",
    description=DESCRIPTION,
    docs_url=None,
    openapi_extra={"info": {"license": {"name": "As each record's source says"}}},
    urls_namespace="api-1",
)
for router in (start, nodes.router, places.router, connections.router, categories.router):
    api.add_router("", router)


def _leave(request: HttpRequest, error: Exception) -> HttpResponse:
    """Let `problems.guarded` answer: ninja's own answers to errors are no problem documents."""
    raise error


for kind in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(kind, _leave)
