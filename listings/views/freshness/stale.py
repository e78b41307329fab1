"""`/stewards/stale/`: what nobody has confirmed for long, for the stewards of its place; several at once."""

from __future__ import annotations

import uuid as uuids

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
from listings.freshness.stale import stale_for
from mapping.models import Actor, ConfirmedBy
from mapping.nodes.cards import cards

SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stale(request: HttpRequest) -> HttpResponse:
    """The list with a tick box each; a POST confirms what is ticked (`node`, a uuid, up to fifty times)."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not permissions.places_to_decide_in(request.user).exists():
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


def _confirm(request: HttpRequest) -> HttpResponse:
    ids = set()
    for text in request.POST.getlist("node")[:SHOWN]:
        try:
            ids.add(uuids.UUID(text))
        except ValueError:
            continue
    if not ids:
        return _page(request, _("Nothing was ticked. Tick what is still true, then press the button."), 422)
    done = 0
    # What somebody else has confirmed or taken off meanwhile is not in the list any more.
    for node in stale_for(request.user).filter(uuid__in=ids):
        try:
            freshness.confirm(actor=Actor.of(request.user), node=node, by=ConfirmedBy.STEWARD)
            done += 1
        except freshness.AnswerRefused:
            continue
    words = ngettext("%(n)s is confirmed.", "%(n)s are confirmed.", done) % {"n": done}
    if left := len(ids) - done:
        words += " " + ngettext(
            "%(n)s was answered by somebody else meanwhile.", "%(n)s were answered by somebody else meanwhile.", left
        ) % {"n": left}
    messages.success(request, words)
    return redirect("stale")
