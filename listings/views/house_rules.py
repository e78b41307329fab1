"""`/<place>/rules/`: what may stand here, what stewards do, and how to complain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from listings.commands import house_rules as commands
from mapping.models import Place


@require_safe
def house_rules(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """The rules that hold here, with their version and day."""
    url = place.get_absolute_url()
    context = {
        "place": place,
        "place_url": url,
        "search_url": f"{url}map/",
        "page": page,
        "rules": commands.of_place(place),
    }
    return TemplateResponse(request, "listings/moderation/house_rules.html", context)
