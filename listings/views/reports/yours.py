"""The pages behind the links of letters: of whoever reported or follows, and of the bodies that look after things.

Whoever holds the address may act. A GET changes nothing: programs that look at the links of mails press no buttons.
"""

from __future__ import annotations

import uuid as uuids

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config.forms import error_list
from listings.commands import reports, responsible_bodies
from listings.models import ReportDelivery, ReportFollower, ReportStatus, ResponsibleBody, Teller
from listings.reports import sending
from listings.reports.forms import ReplyForm
from listings.reports.history import history
from listings.views.letter_links import may_be_gone
from mapping.models import Actor

BODY = "a responsible body"
ANSWERS = {"fixed": ReportStatus.FIXED, "not-fixed": ReportStatus.OPEN}


def _capability(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, name: str, context: dict, status: int = 200) -> HttpResponse:
    return _capability(render(request, f"listings/reports/{name}.html", context, status=status))


def _follower(uuid: uuids.UUID) -> ReportFollower | None:
    found = ReportFollower.objects.select_related("report__place", "report__category", "report__duplicate_of")
    return found.filter(uuid=uuid).first()


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def yours(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Confirm, say how it stands, say something, or have the address deleted."""
    follower = _follower(uuid)
    if follower is None:
        return _page(request, "yours_gone", {}, 404)
    report = follower.report
    context = {
        "follower": follower,
        "report": report,
        "place": report.place,
        "place_url": report.place.get_absolute_url(),
        "asked": request.GET.get("answer", ""),
        "typed": "",
    }
    if request.method != "POST":
        return _page(request, "yours", {**context, "history": history(report)})
    do = request.POST.get("do", "")
    if do == "stop":
        return _stopped(request, follower)
    if do == "confirm":
        if reports.confirm(follower=follower) and follower.is_reporter:
            sending.route(only=report)
        return _capability(redirect("report-yours", uuid=uuid))
    if not (follower.is_reporter and follower.confirmed_at):
        return _page(request, "yours", {**context, "history": history(report)}, 403)
    words = request.POST.get("words", "").replace("\0", "")
    problem = _("This is too long: at most 2000 letters. Shorten it.") if len(words) > 2000 else ""
    if not problem:
        try:
            reports.tell(
                actor=reports.READER, report=report, by=Teller.REPORTER, words=words, status=ANSWERS.get(do, "")
            )
        except reports.ReportRefused as error:
            problem = str(error)
    if problem:
        errors = [{"field_id": "id_words", "message": problem}]
        return _page(request, "yours", {**context, "history": history(report), "errors": errors, "typed": words}, 422)
    return _capability(redirect("report-yours", uuid=uuid))


@csrf_exempt
@never_cache
@require_POST
@may_be_gone
def stop(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Delete the address: what mail programs send by themselves (RFC 8058)."""
    follower = _follower(uuid)
    if follower is None:
        return _page(request, "yours_gone", {}, 404)
    return _stopped(request, follower)


def _stopped(request: HttpRequest, follower: ReportFollower) -> HttpResponse:
    place, report = follower.report.place, follower.report
    whole = reports.stop(follower=follower)
    context = {"place": place, "place_url": place.get_absolute_url(), "report": None if whole else report}
    return _page(request, "stopped", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def reply(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """A body says how it stands, by the link of its letter."""
    delivery = (
        ReportDelivery.objects.select_related("report__place", "report__category", "body").filter(uuid=uuid).first()
    )
    if delivery is None or not delivery.is_at_its_body:
        return _page(request, "reply_gone", {}, 404)
    report, body = delivery.report, delivery.body
    context = {"report": report, "body": body, "place": report.place, "place_url": report.place.get_absolute_url()}
    form = ReplyForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_bound:
        errors = error_list(form)
        if form.is_valid():
            try:
                reports.tell(
                    actor=Actor(label=BODY),
                    report=report,
                    by=Teller.BODY,
                    by_name=body.name,
                    status=form.cleaned_data["status"],
                    words=form.cleaned_data["words"],
                )
                return _capability(redirect("report-reply", uuid=uuid))
            except reports.ReportRefused as error:
                errors = [{"field_id": "id_words", "message": str(error)}]
    report.refresh_from_db()
    context |= {"form": form, "errors": errors, "history": history(report)}
    return _page(request, "reply", context, 422 if errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def body(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """A body says whether reports may come to its address."""
    found = ResponsibleBody.objects.select_related("place", "area").filter(key=uuid).first()
    if found is None:
        return _page(request, "reply_gone", {}, 404)
    if request.method == "POST":
        if request.POST.get("do") == "pause":
            responsible_bodies.pause_body(actor=Actor(label=BODY), body=found)
        elif request.POST.get("do") == "confirm":
            responsible_bodies.confirm_body(body=found)
        return _capability(redirect("report-body", uuid=uuid))
    context = {"body": found, "place": found.place, "place_url": found.place.get_absolute_url()}
    return _page(request, "body", {**context, "categories": found.categories.all()})
