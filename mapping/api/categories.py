"""Categories: the tree of what a node can be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from mapping.models import Category
from mapping.search import QueryError, unknown

from .answers import JSON, answer, link, stamp
from .schemas import CategoryList

router = Router(tags=["categories"])
PATH = "/api/v1/categories"


@router.get("/categories", response=CategoryList, summary="List categories", operation_id="listCategories")
def list_categories(request: HttpRequest) -> HttpResponse:
    """All categories, in the order in which they are shown; `parent` makes the tree. It takes no parameters."""
    if problems := unknown.problems(request.GET, ()):
        raise QueryError(problems)

    def build() -> dict[str, Any]:
        return {
            "timeStamp": stamp(),
            "links": [link(request, "self", PATH, JSON, "All categories")],
            "categories": [
                {
                    "slug": it.slug,
                    "name": it.name,
                    "plural": it.plural,
                    "parent": it.parent.slug if it.parent else None,
                    "group": it.group,
                    "icon": it.icon,
                    "capital": it.capital,
                    "infrastructure": it.infrastructure,
                    "osm_tags": it.osm_tags,
                }
                for it in Category.objects.select_related("parent")
            ],
        }

    return answer(request, build)
