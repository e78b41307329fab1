"""`/tell-us/`: what somebody looked for and did not find; `/stewards/missing/<uuid>/`: what a steward answers."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config import letters
from config.forms import error_list
from listings.access import permissions
from listings.commands import missing as commands
from listings.models import MissingReport
from listings.taking_part.forms import MissingForm
from mapping.models import Actor, Place
from mapping.search.geocoding import tidy

from .booking import FOLDER

MAX_LETTERS = 100
SHOWN = 50


# Nothing is done in anybody's name, so no cookie is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell_us(request: HttpRequest) -> HttpResponse:
    """The form, with what was searched (`?q=`) in it; for a place (`?place=`)."""
    place = Place.objects.current().homes().filter(slug=tidy(request.GET.get("place", ""))[:100]).first()
    if place is None:
        raise Http404
    form = MissingForm(
        request.POST if request.method == "POST" else None,
        request=request,
        initial={"looked_for": tidy(request.GET.get("q", ""))[:200]},
    )
    context = {"place": place, "place_url": place.get_absolute_url(), "form": form}
    if request.method != "POST" or not form.is_valid():
        errors = error_list(form) if form.is_bound else []
        return render(request, f"{FOLDER}/tell_us.html", context | {"errors": errors}, status=422 if errors else 200)
    data = form.cleaned_data
    try:
        commands.tell(place=place, looked_for=data["looked_for"], words=data["words"], email=data["email"])
    except commands.MissingRefused as error:
        errors = [{"field_id": "", "message": str(error)}]
        return render(request, f"{FOLDER}/tell_us.html", context | {"errors": errors}, status=error.status)
    return render(request, f"{FOLDER}/thanks.html", context | {"email": data["email"]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def missing(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Everything alike, and the answer to it. POST `answer` with `words`, or `close`."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    report = MissingReport.objects.select_related("place").filter(uuid=uuid).first()
    if report is None or not permissions.can_decide(request.user, report.place_id):
        raise Http404
    problem, status = "", 200
    words = request.POST.get("words", "").replace("\x00", "").strip()[:2000]
    if request.method == "POST":
        if "close" not in request.POST and not words:
            problem, status = _("Write the answer, or close it without one."), 422
        else:
            try:
                return _answer(request, report, "" if "close" in request.POST else words)
            except commands.MissingRefused as error:
                problem, status = str(error), error.status
    alike = MissingReport.objects.filter(place=report.place_id, alike=report.alike, answered_at=None)
    context = {
        "report": report,
        "place": report.place,
        "number": alike.count(),
        "with_address": alike.exclude(email="").count(),
        "alike": alike[:SHOWN],
        "typed": words,
        "errors": [{"field_id": "id_words", "message": problem}] if problem else [],
    }
    return render(request, f"{FOLDER}/missing.html", context, status=status)


def _answer(request: HttpRequest, report: MissingReport, words: str) -> HttpResponse:
    theirs = commands.answer(actor=Actor.of(request.user), place=report.place, alike=report.alike, words=words)
    sent = []
    for it in theirs[:MAX_LETTERS]:
        told = letters.send(
            f"{FOLDER}/mail/missing.txt",
            to=it.email,
            context={"report": it, "place": report.place, "words": words},
            about=f"missing {it.uuid}",
            request=request,
            language=it.language,
        )
        if told:
            sent.append(it)
    commands.forget_address(sent)
    said = ngettext("Answered; %(n)s letter went out.", "Answered; %(n)s letters went out.", len(sent))
    messages.success(request, said % {"n": len(sent)} if words else _("Closed."))
    return redirect("missing", uuid=report.uuid)
