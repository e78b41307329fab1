"""`/connections/<uuid>/`: one connection, everything that is said of it, and what one says oneself.

`/statements/<uuid>/withdraw/`: take back what was said.
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from mapping.access.permissions import Contributor, contributor_of
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.commands import statements
from mapping.commands.connections import ConnectionRefused
from mapping.connections import evidence, sentences
from mapping.models import SUPPORTING_KINDS, Connection, Node, Statement, StatementKind, Viewer

from . import conditional
from .connect import page_context, sign_in, typed_before
from .statement_forms import STRENGTHS, AnswerForm

# Said on the page; the rest is counted. The API gives all.
SHOWN = 100


@dataclass(frozen=True)
class Said:
    """One statement as the page shows it."""

    statement: Statement
    who: str
    mine: bool
    may_withdraw: bool
    address: str

    @property
    def supports(self) -> bool:
        return self.statement.kind in SUPPORTING_KINDS

    @property
    def facts(self) -> str:
        """What it says besides that it holds: "£4,000, since 1 April 2019". Strength only where somebody chose it."""
        it = self.statement
        found = [evidence.money(it.amount, it.currency)] if it.amount is not None else []
        if self.supports and it.by_source_id is None and not it.is_derived:
            found.append(str(STRENGTHS[it.strength]))
        found.append(evidence.held(it.held_from, it.held_to))
        text = ", ".join(part for part in found if part)
        return f"{text[:1].upper()}{text[1:]}." if text else ""


ENDS = ("source__place", "source__category", "target__place", "target__category", "type")


def _found(uuid: uuids.UUID, viewer: Viewer) -> Connection | None:
    return Connection.objects.visible_to(viewer).select_related(*ENDS).filter(uuid=uuid).first()


def _once_own(uuid: uuids.UUID, contributor: Contributor | None) -> tuple[Connection, Statement] | None:
    """A connection that does not show any more, and what this person said of it last. None for anybody else's, and
    where an end or the type is hidden from them since."""
    if contributor is None:
        return None
    nodes = Node.objects.visible_to(contributor.viewer).values("pk")
    shown = Connection.objects.of_shown_types().filter(source__in=nodes, target__in=nodes)
    connection = shown.select_related(*ENDS).filter(uuid=uuid).first()
    if connection is None:
        return None
    said = connection.statements.filter(Q(by_user=contributor.user.pk) | Q(by_node__in=contributor.group_ids))
    last = said.order_by(F("withdrawn_at").desc(nulls_first=True), "-created_at", "-pk").first()
    return (connection, last) if last is not None else None


@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show a connection that the reader may see; 404 for any other, whether it exists or not.

    Whoever said the last thing for it, and took it back or disputes it now, is told that it does not show any more.
    """
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    found = _found(uuid, viewer)
    contributor = contributor_of(request)
    if found is None:
        own = _once_own(uuid, contributor)
        if own is None:
            raise Http404
        return _gone(request, *own, contributor)
    if request.method == "POST":
        return _answered(request, found, contributor)
    if contributor is not None:
        # Forms are on it: not to be kept, or an old one would be sent.
        return _own_page(request, found, contributor)
    return conditional.answer(
        request,
        None,
        viewer,
        lambda: TemplateResponse(request, "mapping/connections/connection.html", context_of(found, viewer, None)),
    )


@never_cache
def _own_page(
    request: HttpRequest, found: Connection, contributor: Contributor, form=None, status: int = 200
) -> HttpResponse:
    context = context_of(found, contributor.viewer, contributor)
    if context["may_state"]:
        own = statements.mine(contributor, found)
        if form is None:
            initial = {**AnswerForm.initial_of(own), **typed_before(request)}
            form = AnswerForm(initial=initial, connection=found, contributor=contributor)
        context |= {"form": form, "own": own, "errors": error_list(form) if form.is_bound else []}
    return render(request, "mapping/connections/connection.html", context, status=status)


@never_cache
def _gone(request: HttpRequest, found: Connection, last: Statement, contributor: Contributor) -> HttpResponse:
    """Say that a connection is not shown any more, why, and how that can be undone. Nothing is posted here."""
    again = {"other": found.target.uuid, "verb": f"{found.type_id}>"}
    context = page_context(
        found.source,
        connection=found,
        last=last,
        disputed=last.withdrawn_at is None and last.kind == StatementKind.DISAGREES,
        withdrawn=last.withdrawn_at is not None,
        again=f"{reverse('connect', args=[found.source.uuid])}?{urlencode(again)}"
        if contributor.may_state(found.source, found.target)
        else "",
    )
    return render(request, "mapping/connections/gone.html", context)


def _answered(request: HttpRequest, found: Connection, contributor: Contributor | None) -> HttpResponse:
    if contributor is None:
        return sign_in(request)
    if not contributor.may_state(found.source, found.target):
        return render(request, "mapping/connections/may_not_connect.html", page_context(found.source), status=403)
    form = AnswerForm(request.POST, connection=found, contributor=contributor)
    if not form.is_valid():
        return _own_page(request, found, contributor, form, 422)
    try:
        statements.answer(
            contributor=contributor,
            connection=found,
            kind=form.cleaned_data["kind"],
            for_group=form.speaker,
            **form.values(),
        )
    except ConnectionRefused as error:
        form.add_error(None, str(error))
        return _own_page(request, found, contributor, form, error.status)
    return _back(request, found, contributor, _("Thank you. What you said stands beside what others said."))


def _back(request: HttpRequest, found: Connection, contributor: Contributor, thanks: str) -> HttpResponse:
    """To the connection; when nothing supports it any more, its page says so to whoever said the last thing for it.

    Others (a steward who withdrew what somebody said) are led to its first end that shows.
    """
    viewer = contributor.viewer
    if Connection.objects.visible_to(viewer).filter(pk=found.pk).exists():
        messages.success(request, thanks)
        return redirect(found.get_absolute_url())
    if _once_own(found.uuid, contributor) is not None:
        return redirect(found.get_absolute_url())
    messages.success(request, thanks)
    end = Node.objects.visible_to(viewer).filter(pk__in=[found.source_id, found.target_id]).order_by("pk").first()
    return redirect(end.get_absolute_url() if end else "/")


def context_of(found: Connection, viewer: Viewer, contributor: Contributor | None) -> dict[str, Any]:
    """What the page tells: only statements that `viewer` may see are shown, summed and counted."""
    visible = Statement.objects.visible_to(viewer).filter(connection=found).select_related(*evidence.DESCRIBED_WITH)
    read = list(visible.ranked()[: sentences.MAX_READ])
    # Of more than are read no sum is told: it would be too small.
    total = len(read) if len(read) < sentences.MAX_READ else visible.count()
    for it in read:
        it.connection = found
    named = evidence.authors(read, viewer)
    supporting = [it for it in read if it.kind in SUPPORTING_KINDS]
    said = [
        Said(
            statement=it,
            who=evidence.who(it, named),
            mine=contributor is not None and contributor.owns(it),
            may_withdraw=contributor is not None and contributor.may_withdraw(it),
            address=evidence.address_of(it),
        )
        for it in read[:SHOWN]
    ]
    return page_context(
        found.source,
        connection=found,
        detail=evidence.describe(supporting) if total == len(read) else "",
        mutual=sentences.is_mutual(found, supporting),
        derived=all(it.is_derived for it in supporting),
        disputes=sum(it.kind == StatementKind.DISAGREES for it in read),
        said=said,
        more=total - len(said),
        may_state=contributor is not None and contributor.may_state(found.source, found.target),
        signed_in=contributor is not None,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Ask whether it is meant, then take a statement back. Others' statements are not there to be withdrawn."""
    contributor = contributor_of(request)
    if contributor is None:
        return sign_in(request)
    ends = [f"connection__{name}" for name in ("source__place", "target__place", "type")]
    statement = Statement.objects.live().select_related(*ends, *evidence.DESCRIBED_WITH).filter(uuid=uuid).first()
    if statement is None or not contributor.may_withdraw(statement):
        # Sent twice, or come back to: what is withdrawn already has the page of its connection.
        before = Statement.objects.filter(uuid=uuid, withdrawn_at__isnull=False).select_related("connection").first()
        if (
            before is not None
            and contributor.owns(before)
            and _once_own(before.connection.uuid, contributor) is not None
        ):
            return redirect(before.connection.get_absolute_url())
        raise Http404
    found, error = statement.connection, ""
    if request.method == "POST":
        try:
            statements.withdraw(contributor=contributor, statement=statement, reason=request.POST.get("reason", ""))
        except ConnectionRefused as refused:
            error = str(refused)
        else:
            return _back(request, found, contributor, _("It is withdrawn. What others said is still there."))
    named = evidence.authors([statement], contributor.viewer)
    context = page_context(
        found.source,
        connection=found,
        statement=statement,
        who=evidence.who(statement, named),
        mine=contributor.owns(statement),
        # As far as the reader may know: of what others keep to themselves nobody learns here.
        last=not Statement.objects.visible_to(contributor.viewer)
        .filter(connection=found, kind__in=SUPPORTING_KINDS)
        .exclude(pk=statement.pk)
        .exists(),
        reason=request.POST.get("reason", ""),
        errors=[{"field_id": "reason", "message": error}] if error else [],
    )
    return render(request, "mapping/connections/withdraw.html", context, status=422 if error else 200)
