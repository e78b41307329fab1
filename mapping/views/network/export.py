"""The network of a place to take away: the formats, on what terms, and the files themselves."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import Place
from mapping.network import export as exports
from mapping.search import QueryProblem, unknown
from mapping.views import conditional
from mapping.views.answers import pages

# Connections in one download; the command writes any number.
MAX_CONNECTIONS = 100_000
PLAIN = "text/plain; charset=utf-8"
DERIVED = (exports.STATED, exports.DERIVED, exports.ALL)
_BY_FILE = {it.file: it for it in exports.FORMATS.values()}


def network_export(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show what there is to take away. `derived`: no, only or yes; anything else is said, and shown without."""
    return pages.page(request, place, "export", lambda: _page(request, place, page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it."""
    return _page(request, place, None)


@require_safe
def download(request: HttpRequest, place: str, name: str) -> HttpResponseBase:
    """Send one file, or the part of it that is asked for.

    404 for what there is not; 400 for a parameter that is not understood: no file in place of another; 413 when it is
    too large.
    """
    viewer = viewer_for(request)
    page_copies.begin_at(request, place, for_everybody=viewer.user_id is None)
    found = Place.objects.homes().current().filter(slug=place).first()
    form = _BY_FILE.get(name)
    if found is None or form is None:
        raise Http404("There is no such file of a network.")
    if problems := _problems(request):
        return HttpResponse("".join(f"{it}\n" for it in problems), status=400, content_type=PLAIN)
    if pages.is_at_once(found, viewer, "export-file"):
        return conditional.answer(request, found, viewer, lambda: _file(request, found, form))
    return pages.data(request, found, viewer, "export-file", lambda: _file(request, found, form), extras={"name": name})


def make_file(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The file as a job writes it."""
    return _file(request, place, _BY_FILE[request.GET["name"]])


def _problems(request: HttpRequest) -> list[QueryProblem]:
    """What of the address is not understood."""
    asked = request.GET.get("derived", exports.STATED)
    problems = unknown.problems(request.GET, ("derived",))
    if asked not in DERIVED:
        message = _("We do not know derived=“%(asked)s”.") % {"asked": asked[:40]}
        remedy = _("Choose one of: %(these)s.") % {"these": ", ".join(DERIVED)}
        problems.append(QueryProblem("derived", asked[:200], message, remedy))
    return problems


def _export(request: HttpRequest, place: Place) -> exports.Export:
    asked = request.GET.get("derived", "")
    derived = asked if asked in (exports.DERIVED, exports.ALL) else exports.STATED
    address = request.build_absolute_uri("/").rstrip("/")
    return exports.prepare(place, viewer_for(request), derived=derived, address=address)


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    export = _export(request, place)
    types = export.types()
    count = sum(it["count"] for it in types)
    query = "" if export.derived == exports.STATED else f"?derived={export.derived}"
    choices = (
        (exports.STATED, "", _("What somebody has stated")),
        (exports.DERIVED, "?derived=only", _("What is worked out by rules")),
        (exports.ALL, "?derived=yes", _("Both, with a column that tells them apart")),
    )
    context = {
        "place": place,
        "place_url": place.get_absolute_url(),
        "page": page,
        "section": "network",
        "crumbs": [
            {"url": place.get_absolute_url(), "label": place.name},
            {"url": f"{place.get_absolute_url()}network/", "label": _("Underneath")},
        ],
        "formats": [
            {"title": it.title, "about": it.about, "file": it.file, "url": f"{it.file}{query}"}
            for it in exports.FORMATS.values()
        ],
        "choices": [
            {"url": f"./{words}", "label": label, "current": slug == export.derived} for slug, words, label in choices
        ],
        "problems": _problems(request),
        "types": types,
        "count": count,
        "too_many": count > MAX_CONNECTIONS,
        "most": MAX_CONNECTIONS,
        "terms": export.terms(),
        "more_than_public": not viewer_for(request).is_public,
    }
    return TemplateResponse(request, "mapping/network/export.html", context)


def _file(request: HttpRequest, place: Place, form: exports.Format) -> HttpResponseBase:
    export = _export(request, place)
    if export.size() > MAX_CONNECTIONS:
        message = _(
            "%(place)s has more than %(most)s connections, too many for one download. Ask whoever runs this site for "
            "the file (export_connections), or read them page by page: /api/v1/connections?place=%(slug)s"
        )
        said = message % {"place": place.name, "most": MAX_CONNECTIONS, "slug": place.slug}
        return HttpResponse(f"{said}\n", status=413, content_type=PLAIN)
    pieces = (piece.encode() for piece in export.written(form.slug))
    response = (
        HttpResponse(content_type=form.content_type)
        if request.method == "HEAD"
        else StreamingHttpResponse(pieces, content_type=form.content_type)
    )
    response["Content-Disposition"] = f'attachment; filename="{place.slug}-{form.file}"'
    return response
