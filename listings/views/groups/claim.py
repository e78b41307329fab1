"""`/groups/claim/…` and `/groups/claims/…`: "this is mine", the code, what owners and stewards answer, the letter."""

from __future__ import annotations

import uuid as uuids

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from config.errors import HereaboutsError
from config.forms import error_list
from listings.access import permissions
from listings.access import teams as access
from listings.commands import claims
from listings.groups import decision_letters, mail
from listings.models import (
    MAX_CODES,
    Claim,
    ClaimState,
    ClaimWay,
    Membership,
    MembershipRole,
)
from mapping.models import Actor, Node, NodeKind

from .signed_in import in_place, signed_in


class ClaimForm(forms.Form):
    """Who says so, and how it can be found out."""

    words = forms.CharField(
        label=gettext_lazy("Who are you, and what have you to do with it?"),
        help_text=gettext_lazy("Read by whoever decides, and by nobody else."),
        max_length=claims.MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How shall we find out?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the ways.")},
    )

    def __init__(self, *args, node: Node, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        words = {
            ClaimWay.EMAIL: _("Send a code to %(email)s, the address on its page") % {"email": node.email},
            ClaimWay.LETTER: _("Post a letter with a code to its address: %(address)s")
            % {"address": ", ".join(it for it in (node.public_address, node.public_postcode) if it)},
            ClaimWay.STEWARD: _("Let a steward of the place decide, by what I write above"),
        }
        ways = claims.ways(node)
        self.fields["way"].choices = [(way, words[ClaimWay(way)]) for way in ways]
        self.fields["way"].initial = ways[0]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("way") == ClaimWay.STEWARD and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say who you are, and why it is yours: a steward reads your words."))
        return cleaned


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What claiming means; for whoever is signed in the form. An open claim of theirs is gone to."""
    node = get_object_or_404(Node.objects.select_related("place"), uuid=uuid)
    if not access.is_claimable(node):
        raise Http404
    if not request.user.is_authenticated and request.method != "POST":
        return render(request, "listings/groups/claim_new.html", _about(node))
    return _form(request, node)


@signed_in
def _form(request: HttpRequest, node: Node) -> HttpResponse:
    known = Claim.objects.filter(node=node, user=request.user).order_by("-created_at").first()
    if known is not None and (known.is_open or known.state == ClaimState.REFUSED and request.method != "POST"):
        return redirect("claim", uuid=known.uuid)
    form = ClaimForm(request.POST if request.method == "POST" else None, node=node)
    status, problem = 200, ""
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    claim, code = claims.begin(user=request.user, node=node, **form.cleaned_data)
                    if claim.state == ClaimState.OWNERS:
                        decision_letters.note_claim_for_owners(claim)
            except HereaboutsError as error:
                status, problem = error.status, str(error)
            else:
                return _begun(request, claim, code)
    errors = [{"field_id": "", "message": problem}] if problem else []
    errors += error_list(form) if form.is_bound else []
    return render(request, "listings/groups/claim_new.html", _about(node, form=form, errors=errors), status=status)


def _about(node: Node, **more) -> dict:
    is_group = node.kind == NodeKind.ORGANISATION
    return in_place(node.place, node=node, is_group=is_group, has_owner=access.has_owner(node.pk), **more)


def _begun(request: HttpRequest, claim: Claim, code: str) -> HttpResponse:
    if code and not mail.claim_code(claim, code, request):
        messages.warning(request, _("The letter could not be sent just now. Ask for another code in some minutes."))
    return redirect("claim", uuid=claim.uuid)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def claim(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One claim, for who made it, for who is asked, and for the stewards. For others it is not there."""
    found = get_object_or_404(Claim.objects.select_related("node__place", "user"), uuid=uuid)
    if not _may_read(request.user, found):
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    try:
        return _do(request, found)
    except HereaboutsError as error:
        found.refresh_from_db()
        return _page(request, found, status=error.status, problem=str(error))


def _may_read(user, found: Claim) -> bool:
    owners = Membership.objects.filter(organisation_id=found.node_id, user=user, role=MembershipRole.OWNER)
    return found.user_id == user.pk or permissions.decides_for(user, found.node_id) or owners.exists()


def _page(request: HttpRequest, found: Claim, *, status: int = 200, problem: str = "") -> HttpResponse:
    user = request.user
    decides, answers = access.decides_claim(user, found), access.answers_claim(user, found)
    context = _about(
        found.node,
        claim=found,
        is_mine=found.user_id == user.pk,
        decides=decides,
        answers=answers,
        rivals=access.rivals(found).select_related("user")[:20] if decides or answers else [],
        prints=found.way == ClaimWay.LETTER and found.appealed_at is None
        and found.state in (ClaimState.WAITING, ClaimState.PROVING) and found.codes < MAX_CODES
        and found.user_id != user.pk and permissions.decides_for(user, found.node_id),
        may_ask_again=found.way == ClaimWay.EMAIL and found.state == ClaimState.PROVING and found.codes < MAX_CODES,
        may_appeal=found.state == ClaimState.REFUSED and found.appealed_at is None,
        typed={name: request.POST.get(name, "") for name in ("code", "reason", "words")} if status != 200 else {},
        errors=[{"field_id": "", "message": problem}] if problem else [],
    )  # fmt: skip
    return render(request, "listings/groups/claim.html", context, status=status)


def _do(request: HttpRequest, found: Claim) -> HttpResponse:
    user, do = request.user, request.POST.get("do")
    if do in ("grant", "refuse"):
        return _decide(request, found, do)
    if found.user_id != user.pk:
        raise Http404
    match do:
        case "prove":
            # In no transaction of ours: that a wrong code was tried has to stay.
            found = claims.prove(user=user, claim=found, code=request.POST.get("code", ""))
            if found.state == ClaimState.OWNERS:
                decision_letters.note_claim_for_owners(found)
            elif found.node.kind == NodeKind.ORGANISATION:
                decision_letters.note_claims_for_owner(user, found.node)
                messages.success(request, _("“%(name)s” is yours to look after.") % {"name": found.node.name})
                return redirect("group", uuid=found.node.uuid)
        case "again":
            if found.way != ClaimWay.EMAIL:
                raise Http404
            found, code = claims.new_code(actor=Actor.of(user), claim=found)
            if mail.claim_code(found, code, request):
                messages.success(request, _("Another code is on its way. The one before holds no more."))
            else:
                messages.warning(request, _("The letter could not be sent just now. Try again in some minutes."))
        case "withdraw":
            claims.withdraw(user=user, claim=found)
            messages.success(request, _("Your claim is withdrawn."))
        case "appeal":
            claims.appeal(user=user, claim=found, words=request.POST.get("words", ""))
            messages.success(request, _("A steward reads it, and writes to you."))
        case _:
            raise Http404
    return redirect("claim", uuid=found.uuid)


def _decide(request: HttpRequest, found: Claim, do: str) -> HttpResponse:
    steward, owner = access.decides_claim(request.user, found), access.answers_claim(request.user, found)
    if not steward and not owner:
        if found.user_id == request.user.pk:
            raise claims.ClaimError(_("Nobody decides about their own claim."), status=403)
        raise claims.ClaimOver(_("This was decided already, or somebody else is asked."))
    actor, reason = Actor.of(request.user), request.POST.get("reason", "")
    if do == "grant":
        role = request.POST.get("role", MembershipRole.OWNER)
        if role not in MembershipRole.values:
            raise claims.ClaimError(_("Choose one of the parts in the list."), status=422)
        with transaction.atomic():
            found = claims.grant(actor=actor, claim=found, note=reason, role=role)
            decision_letters.note_claims_for_owner(found.user, found.node)
            told = decision_letters.note_claim_decided(found)
    else:
        with transaction.atomic():
            found = claims.refuse(actor=actor, claim=found, reason=reason)
            told = decision_letters.note_claim_decided(found)
    messages.success(
        request, _("Decided. We are writing to them.") if told else _("Decided. They have no address to write to.")
    )
    return redirect("claim", uuid=found.uuid)


@never_cache
@require_POST
@signed_in
def letter(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Make the code and the letter that takes it: shown once, to be printed. The code before is void."""
    found = get_object_or_404(Claim.objects.select_related("node__place", "user"), uuid=uuid)
    if found.user_id == request.user.pk or not permissions.decides_for(request.user, found.node_id):
        raise Http404
    if found.way != ClaimWay.LETTER:
        raise Http404
    try:
        found, code = claims.new_code(actor=Actor.of(request.user), claim=found)
    except HereaboutsError as error:
        return _page(request, found, status=error.status, problem=str(error))
    address = [it.strip() for it in found.node.public_address.split(",") if it.strip()]
    if found.node.public_postcode and found.node.public_postcode not in found.node.public_address:
        address.append(found.node.public_postcode)
    url = request.build_absolute_uri(found.node.get_absolute_url())
    context = in_place(found.node.place, claim=found, node=found.node, code=code, address=address, url=url)
    return render(request, "listings/groups/letter.html", context)
