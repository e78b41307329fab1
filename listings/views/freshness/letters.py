"""`/still-true/`: what the links of a letter open. No account and no cookie; only a button changes anything."""

from __future__ import annotations

import uuid as uuids

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from listings.commands import freshness
from listings.models import Listing, Reminder, ReminderAnswer, ReminderStop
from listings.views.letter_links import may_be_gone
from mapping.access.viewers import viewer_for
from mapping.commands import publication
from mapping.models import Node, NodeState
from mapping.nodes.cards import confirmed

FOLDER = "listings/freshness"


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


# The address is the key, and it allows this alone: there is no session in whose name another site could ask.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def still_true(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One question with its three answers, and what was answered. A POST answers."""
    reminder = Reminder.objects.select_related("node__place", "user").filter(uuid=uuid).exclude(email="").first()
    if reminder is None:
        return _kept_private(render(request, f"{FOLDER}/gone.html", status=404))
    if request.method == "POST":
        given = request.POST.get("answer", "")
        if given not in ReminderAnswer.values or not given:
            return _page(request, reminder, problem=_("Press one of the buttons."), status=422)
        try:
            freshness.answer(reminder=reminder, answer=ReminderAnswer(given))
        except HereaboutsError as error:
            reminder.refresh_from_db()
            return _page(request, reminder, problem=str(error), status=409)
        return redirect("still-true", uuid=uuid)
    return _page(request, reminder)


def _page(request: HttpRequest, reminder: Reminder, *, problem: str = "", status: int = 200) -> HttpResponse:
    node = reminder.node
    off = publication.unpublication(node)
    allowed = freshness.answers_for(reminder)
    if not allowed:
        # Whoever does not look after it any more learns nothing that the map does not tell.
        context = {"place": node.place, "problem": problem}
        return _kept_private(render(request, f"{FOLDER}/not_yours.html", context, status=status))
    since = node.confirmed_at or node.created_at
    context = {
        "reminder": reminder,
        "node": node,
        "place": node.place,
        "off": off,
        "is_live": node.state == NodeState.LIVE,
        "may_put_back": off is not None and not off.for_stewards,
        "answered_elsewhere": not reminder.answer and node.state == NodeState.LIVE and since > reminder.since,
        "confirmed": confirmed(node, timezone.localtime()),
        "is_listing": Listing.objects.filter(pk=node.pk).exists(),
        # The form for those without an account is there for what everybody sees.
        "can_suggest": Node.objects.visible_to(viewer_for(request)).filter(pk=node.pk).exists(),
        "errors": [{"field_id": "", "message": problem}] if problem else [],
    }
    return _kept_private(render(request, f"{FOLDER}/still_true.html", context, status=status))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def all_true(request: HttpRequest, letter: uuids.UUID) -> HttpResponse:
    """Everything of a letter that waits for an answer. A POST says that all of it is still true."""
    known = Reminder.objects.filter(letter=letter).exclude(email="")
    if not known.exists():
        return _kept_private(render(request, f"{FOLDER}/gone.html", status=404))
    done = freshness.answer_all(letter=letter) if request.method == "POST" else []
    rows = [
        {"reminder": it, "name": it.node.name}
        for it in known.select_related("node", "user").order_by("pk")[:200]
        if freshness.answers_for(it)
    ]
    context = {
        "letter": letter,
        "done": len(done),
        "waiting": [it for it in rows if not it["reminder"].answer],
        "answered": [it for it in rows if it["reminder"].answer],
    }
    return _kept_private(render(request, f"{FOLDER}/all_true.html", context))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def stop(request: HttpRequest, letter: uuids.UUID) -> HttpResponse:
    """End these letters to the address that this one went to, with one POST (RFC 8058); or begin them again."""
    reminder = Reminder.objects.filter(letter=letter).exclude(email="").first()
    if reminder is None:
        return _kept_private(render(request, f"{FOLDER}/gone.html", status=404))
    if request.method == "POST":
        if "resume" in request.POST:
            freshness.resume(email=reminder.email)
        else:
            freshness.stop(email=reminder.email)
    context = {"letter": letter, "stopped": ReminderStop.objects.filter(email=reminder.email.lower()).exists()}
    return _kept_private(render(request, f"{FOLDER}/stop.html", context))
