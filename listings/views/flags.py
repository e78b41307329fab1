"""`/node/<uuid>/flag/`, also of connections and reports: say that something is wrong, without an account.

`/flags/<uuid>/`: for whoever flagged it, by a letter. `/flags/case/<uuid>/`: for whoever looks after it, by a letter.
"""

from __future__ import annotations

import uuid as uuids

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from config.limits import household, reader_of
from listings.commands import flag_decisions, flag_targets, flags
from listings.models import AppealSide, Flag, FlagCase, FlagReason, FlagTarget
from listings.moderation import decision_letters, flag_letters
from listings.moderation.flag_form import FlagForm
from listings.tasks import tell_stewards_soon
from listings.views.letter_links import may_be_gone
from mapping.access.viewers import viewer_for


# Nothing is done in anybody's name: from another site no cookie of ours comes along (SameSite), so whoever is led here
# from one flags as somebody who is not signed in. So no cookie is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_node(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Of anything on the map that the reader sees; of anything else nobody learns that it exists."""
    return _flag(request, FlagTarget.NODE, uuid)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_connection(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Of a connection that the reader sees."""
    return _flag(request, FlagTarget.CONNECTION, uuid)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flag_report(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Of a report of a problem that the reader sees."""
    return _flag(request, FlagTarget.REPORT, uuid)


def _flag(request: HttpRequest, kind: str, uuid: uuids.UUID) -> HttpResponse:
    viewer = viewer_for(request)
    target = flag_targets.find(kind, uuid, viewer)
    if target is None:
        raise Http404
    user = request.user if request.user.is_authenticated else None
    known = flags.known_address(user)
    data = request.POST if request.method == "POST" else None
    initial = {"reason": request.GET.get("reason", "")} if request.GET.get("reason") in FlagReason.values else None
    form = FlagForm(data, request=request, target=target, viewer=viewer, known_address=known, initial=initial)
    if not form.is_bound:
        return _page(request, target, form)
    if not form.is_valid():
        return _page(request, target, form, form.refused_status)
    try:
        with transaction.atomic():
            said = flags.say(
                target=target,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                email=form.cleaned_data.get("email", ""),
                user=user,
                household=_household(request),
                other=form.other_record.uuid if form.other_record else None,
                held=",".join(form.held_for),
            )
            _note_hidden(said.flag, said.hidden)
    except flags.TooManyFlags as error:
        form.add_error(None, str(error))
        return _page(request, target, form, error.status)
    sent = (
        said.fresh and said.flag.email and said.flag.confirmed_at is None and flag_letters.confirm(said.flag, request)
    )
    _after(said.flag)
    context = _context(
        target, said=said, address=said.flag.email, sent=sent, urgent=said.flag.reason == FlagReason.UNSAFE
    )
    return render(request, "listings/moderation/flagged.html", context)


def _note_hidden(flag: Flag, hidden: bool) -> None:
    """Have whoever looks after what is hidden now written to."""
    if hidden:
        decision_letters.note_hidden(FlagCase.objects.get(pk=flag.case_id))


def _after(flag: Flag) -> None:
    """Tell the stewards of what cannot wait."""
    if flag.reason == FlagReason.UNSAFE and flag.case.place_id is not None:
        tell_stewards_soon(flag.case.place_id)


def _household(request: HttpRequest) -> str:
    found = household(reader_of(request))
    return "" if found == "?" else found


def _page(request: HttpRequest, target, form: FlagForm, status: int = 200) -> HttpResponse:
    errors = error_list(form) if form.is_bound else []
    context = _context(target, form=form, errors=errors, known=form.known_address)
    return render(request, "listings/moderation/flag.html", context, status=status)


def _context(target, **more) -> dict:
    place = target.place
    place_url = place.get_absolute_url() if place is not None and place.is_home else ""
    return {"target": target, "place": place, "place_url": place_url, "search_url": f"{place_url}map/", **more}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def mine(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """A flag of one's own: confirm it, see how it stands, let go of it. Looking changes nothing."""
    flag = Flag.objects.select_related("case__place").filter(uuid=uuid).exclude(email="").first()
    if flag is None:
        # Also one whose address was deleted: nothing on this page is for anybody else.
        return _private(render(request, "listings/moderation/flag_gone.html", status=404))
    case, problem = flag.case, ""
    if request.method == "POST":
        if "confirm" in request.POST:
            with transaction.atomic():
                fresh, hidden = flags.confirm(flag=flag)
                _note_hidden(flag, hidden)
            if fresh:
                _after(flag)
            return _private(redirect("flag-mine", uuid=uuid))
        if "disown" in request.POST:
            flags.disown(flag=flag)
            return _private(render(request, "listings/moderation/flag_disowned.html", {"case": case}))
        if "appeal" in request.POST and flag.confirmed_at is not None:
            problem = _appeal(request, case, AppealSide.READER, flag)
            if not problem:
                return _private(redirect("flag-mine", uuid=uuid))
    appeal = case.appeals.filter(flag=flag).first()
    context = _standing(case, flag=flag, appeal=appeal, problem=problem, typed=request.POST.get("words", ""))
    page = render(request, "listings/moderation/flag_mine.html", context, status=422 if problem else 200)
    return _private(page)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def ours(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What is said of something that one looks after, and what was decided; never who said it."""
    case = FlagCase.objects.select_related("place").filter(uuid=uuid).first()
    if case is None:
        return _private(render(request, "listings/moderation/flag_gone.html", status=404))
    problem = ""
    if request.method == "POST" and "appeal" in request.POST:
        problem = _appeal(request, case, AppealSide.GROUP, None)
        if not problem:
            return _private(redirect("flag-case-ours", uuid=uuid))
    reasons = case.flags.order_by().values_list("reason", flat=True).distinct()
    context = _standing(
        case,
        reasons=[FlagReason(it).label for it in reasons],
        appeal=case.appeals.filter(side=AppealSide.GROUP).first(),
        problem=problem,
        typed=request.POST.get("words", ""),
    )
    page = render(request, "listings/moderation/flag_ours.html", context, status=422 if problem else 200)
    return _private(page)


def _appeal(request: HttpRequest, case: FlagCase, side: str, flag: Flag | None) -> str:
    """Keep it; returns what is wrong with it."""
    words = request.POST.get("words", "").replace("\0", "")
    if len(words) > 1000:
        return _("This is %(length)s letters; 1000 are kept. Shorten it.") % {"length": len(words)}
    try:
        flag_decisions.appeal(case=case, side=side, words=words, flag=flag)
    except flag_decisions.DecisionRefused as error:
        return str(error)
    return ""


def _standing(case: FlagCase, *, problem: str, **more) -> dict:
    target = flag_targets.load(case)
    place = case.place
    errors = [{"field_id": "id_words", "message": problem}] if problem else []
    return {
        "case": case,
        "place": place,
        "place_url": place.get_absolute_url() if place is not None and place.is_home else "",
        "url": target.url if target is not None and target.shown else "",
        "may_appeal": not case.is_open and more.get("appeal") is None and flag_decisions.may_appeal(case),
        "errors": errors,
        **more,
    }


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: it goes into no index and no other site's log."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
