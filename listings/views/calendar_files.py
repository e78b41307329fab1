"""Calendars as files that other calendars read and follow: of a place, a venue, a group, a listing; and QR codes."""

from __future__ import annotations

import datetime
import io
import uuid as uuids
from collections.abc import Callable
from email.utils import format_datetime

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_http_date_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.errors import HereaboutsError
from listings.calendar import events, icalendar_writer
from listings.calendar.question import Question
from listings.models import Listing
from mapping import search
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import Node, NodeKind, Place, Revision, Viewer
from mapping.search.results import conditions
from mapping.views import conditional

CONTENT_TYPE = "text/calendar; charset=utf-8"
# How long a shared cache may answer without asking, in seconds; apps ask every few hours.
KEPT = 300
# Dates of HTTP have whole seconds, and there may be another change in the same one: only when it is long over is its
# date sent, so that no copy from before that change has it.
SETTLED = datetime.timedelta(seconds=60)


@require_safe
def place_file(request: HttpRequest, place: str) -> HttpResponse:
    """`/<place>/calendar.ics`: what is on in a place, with every filter of its list. 400 for what cannot be read."""
    viewer = viewer_for(request)
    page_copies.begin_at(request, place, for_everybody=viewer.user_id is None)
    found = Place.objects.homes().current().filter(slug=place).first()
    if found is None:
        raise Http404
    asked = search.answer(request.GET, found, viewer)
    question = Question(asked, found.get_absolute_url())
    name = _("What is on in %(place)s") % {"place": found.name}
    return _answer(request, found, viewer, lambda: _of_question(request, question, name, found.slug))


@require_safe
def node_file(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """`/node/<uuid>/calendar.ics`: one listing, or all that is on at a venue or of a group."""
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    node = Node.objects.visible_to(viewer).select_related("place").filter(uuid=uuid).first()
    if node is None:
        raise Http404
    if node.kind == NodeKind.ACTIVITY:
        if not Listing.objects.filter(pk=node.pk, occurrences__isnull=False).exists():
            raise Http404
        return _answer(request, None, viewer, lambda: _of_listing(request, node, viewer))
    place = node.place if node.place is not None and node.place.is_home else None
    asked = search.answer(request.GET, place, viewer)
    question = Question(asked, f"{node.get_absolute_url()}/", at=node)
    return _answer(request, None, viewer, lambda: _of_question(request, question, node.name, str(node.uuid)))


def _answer(
    request: HttpRequest, place: Place | None, viewer: Viewer, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """With an ETag of the revision and the hour, and the same as a date for readers that only know dates."""
    now = timezone.now()
    modified = _modified(place, now)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    # Our own date and no later one: a change that took long to be written has the time at which it began.
    is_fresh = "If-None-Match" not in request.headers and since == int(modified.timestamp())
    response = conditional.answer(
        request, place, viewer, HttpResponseNotModified if is_fresh else make, by_the_hour=True
    )
    if now - modified >= SETTLED:
        response["Last-Modified"] = format_datetime(modified, usegmt=True)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    if viewer.user_id is None:
        response["Cache-Control"] = f"public, max-age={KEPT}"
    return response


def _modified(place: Place | None, now: datetime.datetime) -> datetime.datetime:
    """When what is told last changed: with a revision, or with the hour, when something may be over."""
    hour = now.astimezone(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    revisions = Revision.objects.filter(place=place) if place is not None else Revision.objects.all()
    raised = revisions.order_by("-raised_at").values_list("raised_at", flat=True).first()
    return max(hour, raised.astimezone(datetime.UTC).replace(microsecond=0)) if raised else hour


def _of_question(request: HttpRequest, question: Question, name: str, slug: str) -> HttpResponse:
    listings, total = events.nearest(question)
    made = events.events(listings, question.viewer, question.now, request.build_absolute_uri)
    description = ""
    if total > len(listings):
        words = {"shown": len(listings), "total": total, "url": request.build_absolute_uri(question.path)}
        description = _("The next %(shown)s of %(total)s things; all of them are at %(url)s") % words
    if sum(len(it.dates) for it in made) >= events.MAX_DATES:
        words = {"shown": events.MAX_DATES, "url": request.build_absolute_uri(question.path)}
        more = _("Of dates that come from other calendars the next %(shown)s; all of them are at %(url)s") % words
        description = "\n".join(it for it in (description, more) if it)
    query = question.query
    # The place is in the name already.
    narrowing = " ".join(conditions(query.replace(place=None), query.units)) if query.q or query.near else ""
    if narrowing:
        name = _("%(name)s, %(conditions)s") % {"name": name, "conditions": narrowing}
    address = request.build_absolute_uri(question.file_url)
    content = icalendar_writer.write(name, made, address=address, description=description, zone=question.zone)
    return _file(content, slug)


def _of_listing(request: HttpRequest, node: Node, viewer: Viewer) -> HttpResponse:
    made = events.events(events.one(node.pk, viewer), viewer, timezone.now(), request.build_absolute_uri)
    address = request.build_absolute_uri(request.path)
    return _file(icalendar_writer.write(node.name, made, address=address), str(node.uuid))


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


@require_safe
def node_qr(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The address of a node's page as a QR code (SVG)."""
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    node = Node.objects.visible_to(viewer).filter(uuid=uuid).first()
    if node is None:
        raise Http404
    return qr(request, None, viewer, request.build_absolute_uri(node.get_absolute_url()))


@require_safe
def place_qr(request: HttpRequest, place: str) -> HttpResponse:
    """The address of a place's calendar as a QR code, with every filter."""
    viewer = viewer_for(request)
    page_copies.begin_at(request, place, for_everybody=viewer.user_id is None)
    found = Place.objects.homes().current().filter(slug=place).first()
    if found is None:
        raise Http404
    question = Question(search.answer(request.GET, found, viewer), found.get_absolute_url())
    return qr(request, found, viewer, request.build_absolute_uri(question.url()))


def qr(request: HttpRequest, place: Place | None, viewer: Viewer, address: str) -> HttpResponse:
    """`address` as a QR code, black on white: readers want the contrast. Error correction M: it may lose 15 %."""

    def made() -> HttpResponse:
        out = io.BytesIO()
        try:
            code = segno.make(address, error="m", micro=False)
        except segno.DataOverflowError:
            raise HereaboutsError(
                _("This question is too long for a QR code."), _("Ask with fewer words or filters.")
            ) from None
        code.save(out, kind="svg", border=4, xmldecl=False, svgns=True, light="#fff", dark="#000", omitsize=True)
        return HttpResponse(out.getvalue(), content_type="image/svg+xml")

    return conditional.answer(request, place, viewer, made)
