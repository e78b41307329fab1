"""`/admin/queue/proposals/<uuid>/`: one change, suggestion, appeal: what is different, and what is decided of it."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from listings.access import permissions
from listings.commands import proposals
from listings.models import Listing, Proposal, ProposalKind, ProposalStatus
from listings.moderation import decision_letters, decisions, replies
from listings.posting.drafts import id_of
from mapping.models import Actor

from .queue import letter_words, moment, titles


def _found(request: HttpRequest, uuid: uuids.UUID) -> Proposal:
    found = Proposal.objects.with_what_is_shown().filter(uuid=uuid).first()
    if found is None or not permissions.decides_for(request.user, found.node):
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The page; a POST decides (`do`)."""
    found = _found(request, uuid)
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found)


def _page(request: HttpRequest, found: Proposal, *, status: int = 200) -> HttpResponse:
    chosen = _chosen(request)
    reading = decisions.read(found, chosen)
    node = reading.node
    context = {
        "proposal": found,
        "reading": reading,
        "node": node,
        "is_listing": isinstance(node, Listing),
        "is_open": found.is_open,
        "appealed": found.appealed_at is not None and found.appeal_decided_at is None,
        "by_me": found.decided_by_id == request.user.pk,
        "said": found.revision.content.get("said") or [],
        "replies": replies.of_place(node.place),
        "typed": {name: request.POST.get(name, "") for name in ("reason", "at", "answer")},
        **titles(f"{_title(found)}: {node.name}", "edit"),
    }
    return render(request, "cms/admin/queue_proposal.html", context, status=status)


def _title(found: Proposal) -> str:
    return {
        ProposalKind.CHANGE: _("A change"),
        ProposalKind.SUGGESTION: _("A suggestion"),
        ProposalKind.NEW: _("A new listing"),
        ProposalKind.AFTERWARDS: _("Published at once"),
    }[ProposalKind(found.kind)]


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {key[7:]: value for key, value in request.POST.items() if key.startswith("choose-")}


def _decide(request: HttpRequest, found: Proposal) -> HttpResponse:
    who = {"actor": Actor.of(request.user), "user": request.user, "proposal": found}
    seen, do = request.POST.get("seen", ""), request.POST.get("do", "")
    try:
        # The letter is noted with the decision, or neither is.
        with transaction.atomic():
            told, said = _DO.get(do, _unknown)(request, who, seen)
    except HereaboutsError as error:
        messages.warning(request, str(error))
        return _page(request, _found(request, found.uuid), status=409)
    messages.success(request, f"{said} {letter_words(told)}" if told is not None else said)
    return redirect("queue")


def _unknown(request, who, seen):
    raise Http404


def _approve(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    done = decisions.approve(**who, chosen=_chosen(request), seen=seen)
    words = {"name": done.node.name}
    if done.kind == ProposalKind.AFTERWARDS:
        return None, _("“%(name)s” is looked at.") % words
    return _tell(done), _("The change of “%(name)s” is live.") % words


def _schedule(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    at = moment(request.POST.get("at", ""), who["proposal"].node.place)
    done = decisions.schedule(**who, at=at, chosen=_chosen(request), seen=seen)
    return _tell(done), _("The change of “%(name)s” goes live by itself.") % {"name": done.node.name}


def _send_back(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    done = proposals.send_back(**who, reason=_reason(request, who), seen=seen)
    return _tell(done), _("The change of “%(name)s” was sent back.") % {"name": done.node.name}


def _reason(request: HttpRequest, who: dict) -> str:
    return replies.joined(request.POST, who["proposal"].node.place)


def _refuse(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    done = proposals.refuse(**who, reason=_reason(request, who), seen=seen)
    return _tell(done), _("“%(name)s” stays as it is.") % {"name": done.node.name}


def _undo(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    if who["proposal"].kind == ProposalKind.NEW:
        proposals.end_schedule(**who)
    else:
        proposals.unschedule(**who)
    return None, _("“%(name)s” waits again.") % {"name": who["proposal"].node.name}


def _grant(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    return _answer(request, who, grant=True)


def _uphold(request: HttpRequest, who: dict, seen: str) -> tuple[bool | None, str]:
    return _answer(request, who, grant=False)


def _answer(request: HttpRequest, who: dict, *, grant: bool) -> tuple[bool | None, str]:
    done = proposals.answer_appeal(**who, grant=grant, answer=request.POST.get("answer", ""))
    told = decision_letters.note_appeal(_whole(done), granted=grant)
    return told, _("It waits again.") if grant else _("It stays refused.")


def _tell(done: Proposal) -> bool:
    return decision_letters.note_proposal(_whole(done))


def _whole(done: Proposal) -> Proposal:
    return Proposal.objects.with_what_is_shown().get(pk=done.pk)


_DO = {
    "approve": _approve,
    "schedule": _schedule,
    "send-back": _send_back,
    "refuse": _refuse,
    "undo": _undo,
    "grant": _grant,
    "uphold": _uphold,
}


def bulk_looked_at(request: HttpRequest, key: str) -> None:
    """Say of one of several that it is all right. `key`: its uuid and what was read."""
    uuid, _at, seen = key.partition("@")
    found = _found(request, id_of(uuid) or uuids.UUID(int=0))
    if found.kind != ProposalKind.AFTERWARDS or found.status != ProposalStatus.WAITING:
        raise proposals.NotPossible(_("That does not wait any more."))
    proposals.settle(actor=Actor.of(request.user), user=request.user, proposal=found, seen=seen)
