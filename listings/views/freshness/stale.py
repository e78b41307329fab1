"""`/stewards/stale/`: what nobody has confirmed for long, for the stewards of its place; several at once.

`/stewards/open-data/<place>/`: the same of open data that nobody here looks after.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from listings.access import permissions
from listings.commands import freshness
from listings.freshness.open_data import fewer, unconfirmed
from listings.freshness.stale import stale_for
from mapping.models import Actor, ConfirmedBy, Node
from mapping.nodes.cards import cards

SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stale(request: HttpRequest) -> HttpResponse:
    """The list with a tick box each; a POST confirms what is ticked (`node`, a uuid, up to fifty times)."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not permissions.has_a_queue(request.user):
        raise Http404
    if request.method == "POST":
        return _confirm(request)
    return _page(request)


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    page = Paginator(stale_for(request.user).for_cards().select_related("place"), SHOWN).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": list(zip(page.object_list, cards(page.object_list, timezone.localtime()), strict=True)),
        "errors": [{"field_id": "", "message": problem}] if problem else [],
    }
    return render(request, "listings/freshness/stale.html", context, status=status)


def _ticked(request: HttpRequest) -> set[uuids.UUID]:
    ids = set()
    for text in request.POST.getlist("node")[:SHOWN]:
        try:
            ids.add(uuids.UUID(text))
        except ValueError:
            continue
    return ids


def _confirm(request: HttpRequest) -> HttpResponse:
    ids = _ticked(request)
    if not ids:
        return _page(request, _("Nothing was ticked. Tick what is still true, then press the button."), 422)
    _confirmed(request, stale_for(request.user).filter(uuid__in=ids), len(ids))
    return redirect("stale")


def _confirmed(request: HttpRequest, nodes: Iterable[Node], asked: int) -> int:
    """Confirm each, and tell how many. What somebody else has confirmed or taken off meanwhile is not among them."""
    done = 0
    for node in nodes:
        try:
            freshness.confirm(actor=Actor.of(request.user), node=node, by=ConfirmedBy.STEWARD)
            done += 1
        except freshness.AnswerRefused:
            continue
    words = ngettext("%(n)s is confirmed.", "%(n)s are confirmed.", done) % {"n": done}
    if left := asked - done:
        words += " " + ngettext(
            "%(n)s was answered by somebody else meanwhile.", "%(n)s were answered by somebody else meanwhile.", left
        ) % {"n": left}
    messages.success(request, words)
    return done


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_data(request: HttpRequest, place: str) -> HttpResponse:
    """Records of open data, fifty at a time in the order of their numbers (`after`); a POST confirms what is ticked."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = permissions.places_to_decide_in(request.user).filter(slug=place).first()
    if found is None:
        raise Http404
    problem, after = "", _number(request.POST.get("after") or request.GET.get("after"))
    if request.method == "POST":
        ids = _ticked(request)
        if ids:
            done = _confirmed(request, unconfirmed().filter(place=found, uuid__in=ids).order_by("pk"), len(ids))
            fewer(found, done)
            return redirect(f"{request.path}?after={after}")
        problem = _("Nothing was ticked. Tick what is still true, then press the button.")
    # By number and not by page: what is confirmed leaves the list, and nothing is counted.
    rows = list(
        unconfirmed().filter(place=found, pk__gt=after).for_cards().select_related("place").order_by("pk")[: SHOWN + 1]
    )
    shown = rows[:SHOWN]
    context = {
        "place": found,
        "rows": list(zip(shown, cards(shown, timezone.localtime()), strict=True)),
        "after": after,
        "next": shown[-1].pk if len(rows) > SHOWN else 0,
        "errors": [{"field_id": "", "message": problem}] if problem else [],
    }
    return render(request, "listings/freshness/open_data.html", context, status=422 if problem else 200)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
