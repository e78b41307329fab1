"""`/reports/<uuid>/`: one report, what became of it, its photo; and being told of it."""

from __future__ import annotations

import uuid as uuids

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.forms import error_list
from listings.access import permissions
from listings.commands import reports
from listings.models import Report, ReportPhoto
from listings.reports import queue, sending
from listings.reports.forms import FollowReportForm
from listings.reports.history import history
from mapping.access.viewers import viewer_for
from mapping.models import Node

from .index import map_parts


def _report(request: HttpRequest, uuid: uuids.UUID) -> Report | None:
    found = Report.objects.visible_to(viewer_for(request)).filter(uuid=uuid)
    return found.select_related("place", "category", "duplicate_of").first()


def photo_for(request: HttpRequest, report: Report) -> ReportPhoto | None:
    """The photo of a report, where whoever asks may see it: everybody once it is shown, stewards before."""
    photo = ReportPhoto.objects.filter(report=report).first()
    if photo is None or photo.shown_at is not None:
        return photo
    return photo if permissions.can_decide(request.user, report.place_id) else None


def _context(request: HttpRequest, report: Report) -> dict:
    viewer = viewer_for(request)
    node = Node.objects.visible_to(viewer).filter(pk=report.node_id).first() if report.node_id else None
    twin = report.duplicate_of
    return {
        "report": report,
        "place": report.place,
        "place_url": report.place.get_absolute_url(),
        "section": "reports",
        "node": node,
        "twin": twin if twin is not None and twin.is_public else None,
    }


# Those who look for a report that is not public are told the same, whether there is one or not.
def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "listings/reports/gone.html", status=404)


@never_cache
@require_safe
def report(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The page of one report."""
    found = _report(request, uuid)
    if found is None:
        return _gone(request)
    may_decide = permissions.can_decide(request.user, found.place_id)
    context = _context(request, found) | {
        "history": history(found),
        "photo": photo_for(request, found),
        "seen_by": found.followers.filter(me_too=True, confirmed_at__isnull=False).count(),
        "steward_url": queue.admin_url(found) if may_decide else "",
        "canonical": request.build_absolute_uri(found.get_absolute_url()),
        **map_parts(found),
    }
    return render(request, "listings/reports/report.html", context)


# As for alerts: the worst that another site can send is a letter that asks.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Be told what becomes of it; a POST sends the letter that asks to confirm."""
    found = _report(request, uuid)
    if found is None or not found.is_public:
        return _gone(request)
    bound = request.method == "POST"
    initial = {"me_too": request.GET.get("me_too") == "1"}
    form = FollowReportForm(request.POST if bound else None, initial=initial, request=request)
    context = _context(request, found) | {"form": form}
    name = "listings/reports/follow.html"
    if not bound or not form.is_valid():
        errors = error_list(form) if bound else []
        return render(request, name, {**context, "errors": errors}, status=form.refused_status if errors else 200)
    email = form.cleaned_data["email"]
    try:
        follower, fresh = reports.follow(report=found, email=email, me_too=form.cleaned_data["me_too"])
    except reports.TooManyReports as error:
        return render(request, name, {**context, "errors": [{"message": str(error)}]}, status=429)
    if fresh and not sending.ask_to_confirm(follower, request):
        if follower.confirmed_at is None and not follower.is_reporter:
            follower.delete()
        problem = _("The letter could not be sent just now. Try again in some minutes.")
        return render(request, name, {**context, "errors": [{"message": problem}]}, status=503)
    # The same page whether or not the address was known: nobody learns who follows what.
    return render(request, "listings/reports/follow_asked.html", {**context, "email": email})


@never_cache
@require_safe
def photo(request: HttpRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """The photo of a report, for those who may see both. Always a JPEG of our own making; nothing in it may run."""
    found = ReportPhoto.objects.filter(uuid=uuid).select_related("report").first()
    if found is None or found.report is None:
        raise Http404
    report = _report(request, found.report.uuid)
    if report is None or photo_for(request, report) is None:
        raise Http404
    try:
        file = found.file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {"default-src": ["'none'"], "frame-ancestors": ["'none'"], "sandbox": []}
    return response
