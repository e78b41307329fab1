"""`/admin/audit/`: everything that was changed in the places one looks after, by whom and why; and as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from listings.moderation import audit, flags
from listings.moderation.audit import Asked
from mapping.writers import tables

from .looked_after import places_looked_after

PER_PAGE = 50
MAX_PLACES = 200


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A page of records, the latest first."""
    places = places_looked_after(request)
    asked = Asked.read(request.GET, places)
    found, following = audit.page(audit.entries(request.user, asked), asked.before, PER_PAGE)
    kept = request.GET.copy()
    kept.pop("before", None)
    rows = [{"entry": it, "meaning": audit.meaning(it), "details": audit.details(it)} for it in found]
    context = {
        "rows": rows,
        "asked": asked,
        "errors": [{"field_id": "", "message": it} for it in asked.problems],
        "places": places.order_by("name")[:MAX_PLACES],
        "groups": [(name, label) for name, (label, _words) in audit.GROUPS.items()],
        "days": audit.DAYS,
        "question": kept.urlencode(),
        "following": following,
        "page_title": _("Audit"),
        "header_title": _("Audit"),
        "header_icon": "history",
    }
    return render(request, "cms/admin/audit.html", context)


@never_cache
@require_safe
def changes_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same records as a file, without pages."""
    asked = Asked.read(request.GET, places_looked_after(request))
    return _file("audit.csv", audit.HEADER, audit.exported(audit.entries(request.user, asked)))


@never_cache
@require_safe
def flags_csv(request: HttpRequest) -> StreamingHttpResponse:
    """What was flagged, what was decided, what was appealed. Nobody who flagged something is in it."""
    asked = Asked.read(request.GET, places_looked_after(request))
    cases = flags.cases_for(request.user)
    if asked.place is not None:
        cases = cases.filter(place=asked.place)
    return _file("flags.csv", audit.FLAGS_HEADER, audit.exported_flags(cases))


def _file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(tables.table(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
