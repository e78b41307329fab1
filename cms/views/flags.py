"""`/admin/flags/`: what readers say is wrong, one row a record; what it says, and what is decided of it."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import HereaboutsError
from listings.access import permissions
from listings.commands import flag_decisions, flag_targets
from listings.models import Decision, FlagAppeal, FlagCase, FlagReason, FlagTarget, Listing
from listings.moderation import decision_letters, flags
from listings.moderation.replies import ReplyFields
from mapping.access.viewers import viewer_for
from mapping.commands import publication
from mapping.models import Actor, MatchCandidate, Node

PER_PAGE = 20


class DecisionForm(ReplyFields):
    """What is written to both sides. Needed for taking off, as the command says; the rest may go without words."""

    reply_needed = False


@dataclass(frozen=True)
class Choice:
    """One thing that may be decided: what it is called on the button, what it does, in a sentence."""

    decision: str
    label: str
    what: str
    likely: bool = False


def _steward(request: HttpRequest) -> None:
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The cases that wait; `?decided=1` those that were decided, the latest first."""
    _steward(request)
    decided = "decided" in request.GET
    found = flags.cases_for(request.user).exclude(decision="").order_by("-decided_at", "-pk")
    page = Paginator(found if decided else flags.open_for(request.user), PER_PAGE).get_page(request.GET.get("p"))
    reasons = flags.reasons_of(list(page))
    rows = [{"case": it, "why": flags.why(it, reasons[it.pk])} for it in page]
    context = {"rows": rows, "page": page, "decided": decided, **_titles(_("Flags"))}
    return render(request, "cms/admin/flags.html", context)


def _case(request: HttpRequest, uuid: uuids.UUID) -> FlagCase:
    _steward(request)
    case = flags.cases_for(request.user).filter(uuid=uuid).first()
    if case is None:
        raise Http404
    return case


@require_safe
def one(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """A case: what was said, what it says, what can be decided."""
    case = _case(request, uuid)
    return _show(request, case, DecisionForm(place=case.place))


def _show(
    request: HttpRequest, case: FlagCase, form: DecisionForm, problem: str = "", status: int = 200
) -> HttpResponse:
    target = flag_targets.load(case)
    lines = flags.lines_of(case)
    others = _others(request, [it.flag.other for it in lines])
    errors = [{"field_id": "words", "message": problem}] if problem else []
    errors += [{"field_id": "words", "message": it} for found in form.errors.values() for it in found]
    context = {
        "case": case,
        "target": target,
        "lines": lines,
        "number": case.flags.count(),
        "others": others,
        "node": target.record if target is not None and case.target == FlagTarget.NODE else None,
        "says": _says(target),
        "edit_url": _edit_url(target),
        "off": publication.unpublication(target.record)
        if target is not None and case.target == FlagTarget.NODE and not target.shown
        else None,
        "form": form,
        "errors": errors,
        "choices": _choices(case, target, others) if case.is_open else [],
        "seen": flag_decisions.version(case, target),
        "appeals": case.appeals.select_related("answered_by"),
        "earlier": FlagCase.objects.filter(target_uuid=case.target_uuid).exclude(pk=case.pk).exclude(decision="")[:10],
        **_titles(case.target_name),
    }
    return render(request, "cms/admin/flag_case.html", context, status=status)


def _says(target) -> str:
    """What readers read of it, besides its name."""
    if target is None or target.kind == FlagTarget.CONNECTION:
        return ""
    return target.record.words if target.kind == FlagTarget.REPORT else target.record.summary


def _others(request: HttpRequest, uuids_named: list) -> list[Node]:
    """The records that readers say it is the same as, as far as the steward sees them."""
    named = {it for it in uuids_named if it is not None}
    found = Node.objects.visible_to(viewer_for(request)).filter(uuid__in=named).select_related("place")
    return list(found.order_by("name", "pk")[:5])


def _edit_url(target) -> str:
    """Where a steward changes it, if there is a form for it."""
    if target is not None and target.kind == FlagTarget.REPORT:
        return reverse("steward-report", args=[target.uuid])
    if target is None or target.kind != FlagTarget.NODE:
        return ""
    if Listing.objects.filter(pk=target.record.pk).exists():
        return reverse("post-edit", args=[target.uuid])
    return ""


def _choices(case: FlagCase, target, others: list[Node]) -> list[Choice]:
    """What may be decided, the likely first: it depends on what was said."""
    reasons = set(case.flags.order_by().values_list("reason", flat=True).distinct())
    keep = Choice(
        Decision.KEEP,
        _("Put it back") if case.hidden_at else _("Let it stay"),
        _("It stays as it is. For thirty days nothing hides it again before a steward has looked.")
        if case.urgent
        else _("It stays as it is."),
    )
    if target is None:
        return [Choice(Decision.KEEP, _("Close this"), _("The record is gone already."), likely=True)]
    off = Choice(
        Decision.OFF,
        _("Take it off") if case.target == FlagTarget.REPORT else _("Take it off the map"),
        _("It goes from every page, and can be put back. Your words are needed.")
        if case.target != FlagTarget.CONNECTION
        else _("All that people and files say of this connection is withdrawn, for good. Your words are needed."),
        likely=bool(reasons & {FlagReason.GONE, FlagReason.UNSAFE, FlagReason.RULES}),
    )
    mended = Choice(
        Decision.MENDED,
        _("It is right now"),
        _("You, or whoever looks after it, have put it right."),
        likely=FlagReason.WRONG in reasons,
    )
    found = [off, mended]
    if others:
        what = _("Puts the two side by side among the possible duplicates, where you merge them or keep them apart.")
        found.append(Choice(Decision.PAIR, _("Compare the two"), what, likely=True))
    found.sort(key=lambda it: not it.likely)
    return [keep, *found]


@require_POST
def decide(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Decide a case; a job writes to both sides."""
    case = _case(request, uuid)
    form = DecisionForm(request.POST, place=case.place)
    if not form.is_valid():
        return _show(request, case, form, status=422)
    named = request.POST.get("other", "")
    others = _others(request, [it.flag.other for it in flags.lines_of(case)])
    other = next((it for it in others if str(it.uuid) == named), others[0] if len(others) == 1 else None)
    try:
        with transaction.atomic():
            case = flag_decisions.decide(
                actor=Actor.of(request.user),
                case=case,
                decision=request.POST.get("decision", ""),
                reply=form.reply,
                seen=request.POST.get("seen", "")[:2000],
                other=other,
            )
            flaggers, carers = decision_letters.note_decided(case)
    except flag_decisions.AlreadyDecided as error:
        messages.warning(request, str(error))
        return redirect("flag-case", uuid=uuid)
    except HereaboutsError as error:
        return _show(request, _case(request, uuid), form, problem=str(error), status=error.status)
    messages.success(request, f"“{case.target_name}”: {case.get_decision_display()}. {_told(flaggers, carers)}")
    if case.decision == Decision.PAIR:
        pair = _pair(case, other)
        return redirect("duplicate", pk=pair.pk) if pair is not None else redirect("duplicates")
    return redirect("flags")


def _pair(case: FlagCase, other: Node | None) -> MatchCandidate | None:
    target = flag_targets.load(case)
    if target is None or other is None:
        return None
    pairs = MatchCandidate.objects.filter(first__in=(target.record, other), second__in=(target.record, other))
    return pairs.first()


def _told(flaggers: int, carers: int) -> str:
    """Who gets a letter, in words: a steward should know when nobody does."""
    if not flaggers and not carers:
        return _("Nobody can be written to: there is no address.")
    said = ngettext("We are writing to %(n)s who flagged it", "We are writing to %(n)s who flagged it", flaggers)
    after = ngettext("%(n)s who looks after it", "%(n)s who look after it", carers)
    return f"{said % {'n': flaggers}}, {_('and')} {after % {'n': carers}}."


@require_http_methods(["POST"])
def answer(request: HttpRequest, uuid: uuids.UUID, pk: int) -> HttpResponse:
    """Answer somebody who asks for a decision to be looked at again."""
    case = _case(request, uuid)
    appeal = FlagAppeal.objects.select_related("case__place", "flag").filter(case=case, pk=pk).first()
    if appeal is None:
        raise Http404
    form = DecisionForm(request.POST, place=case.place)
    if not form.is_valid():
        return _show(request, case, form, status=422)
    try:
        with transaction.atomic():
            appeal = flag_decisions.answer(actor=Actor.of(request.user), appeal=appeal, reply=form.reply)
            told = decision_letters.note_answered(appeal)
    except flag_decisions.AlreadyDecided as error:
        messages.warning(request, str(error))
        return redirect("flag-case", uuid=uuid)
    except flag_decisions.DecisionRefused as error:
        return _show(request, case, form, problem=str(error), status=422)
    if told:
        messages.success(request, _("Answered. We are writing to them."))
    else:
        messages.success(request, _("Answered. There is no address to write to; they see it on their page."))
    return redirect("flag-case", uuid=uuid)


def _titles(title: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": "warning"}
