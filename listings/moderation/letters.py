"""Letters about proposals: that one waits, what was decided and why, how to appeal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from config import letters
from listings.access import permissions
from listings.models import EDITING_ROLES, Membership, Proposal, ProposalKind, ProposalStatus

MAX_EDITORS = 20


def received(proposal: Proposal, request: HttpRequest | None) -> bool:
    """Say that a change waits."""
    return _to_its_maker(proposal, "change_waits", request)


def decided(proposal: Proposal, request: HttpRequest | None) -> bool:
    """Tell whoever made a change or a new listing what was decided. Returns whether the letter went."""
    name = {
        ProposalStatus.APPROVED: "change_approved",
        ProposalStatus.SCHEDULED: "scheduled",
        ProposalStatus.SENT_BACK: "change_sent_back",
        ProposalStatus.REFUSED: "refused",
    }.get(ProposalStatus(proposal.status))
    if name is None or proposal.kind == ProposalKind.AFTERWARDS:
        return False
    return _to_its_maker(proposal, name, request)


def suggestion_decided(proposal: Proposal, request: HttpRequest | None) -> bool:
    """Tell whoever suggested it, and nobody else, what became of it."""
    return _to_its_maker(proposal, "suggestion_decided", request)


def appeal_answered(proposal: Proposal, request: HttpRequest | None, *, granted: bool) -> bool:
    """Say what became of an appeal."""
    return _to_its_maker(proposal, "proposal_appeal_answered", request, granted=granted)


def ask_to_confirm(proposal: Proposal, request: HttpRequest | None) -> bool:
    """Ask whether an address belongs to whoever gave it with a suggestion."""
    return _send("suggestion_received", proposal.by_email, proposal, request, proposal.language)


def editors(proposal: Proposal, *, but: int | None = None) -> list[str]:
    """Addresses of the editors of the group whose record it is, without the account `but` and whoever made it."""
    group = permissions.group_of(proposal.node)
    if group is None:
        return []
    people = _team(group).exclude(user=but).exclude(user=proposal.by_user_id).exclude(user__email="").order_by("pk")
    found = people.values_list("user__email", flat=True)[:MAX_EDITORS]
    return list(dict.fromkeys(it.lower() for it in found))


def is_editor(proposal: Proposal, address: str) -> bool:
    """Whether somebody with this address edits the group whose record it is, now."""
    group = permissions.group_of(proposal.node)
    return group is not None and _team(group).filter(user__email__iexact=address).exists()


def _team(group) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=group, role__in=EDITING_ROLES, user__is_active=True)


def to_editor(proposal: Proposal, name: str, address: str, language: str) -> bool:
    """Write to one of them. Returns whether the letter went."""
    return _send(name, address, proposal, None, language)


def address_of(proposal: Proposal) -> str:
    """Where whoever made it is written to; empty where nowhere."""
    if proposal.by_user is not None:
        return proposal.by_user.email
    return proposal.by_email if proposal.email_confirmed_at else ""


def _to_its_maker(proposal: Proposal, name: str, request: HttpRequest | None, **more) -> bool:
    return _send(name, address_of(proposal), proposal, request, proposal.language, **more)


def _send(name: str, address: str, proposal: Proposal, request: HttpRequest | None, language: str, **more) -> bool:
    place = proposal.node.place
    zone = ZoneInfo(place.timezone) if place is not None else None
    words = date_format(timezone.localtime(proposal.publish_at, zone), "j F Y, H:i") if proposal.publish_at else ""
    return letters.send(
        f"listings/moderation/mail/{name}.txt",
        to=address,
        context={"proposal": proposal, "node": proposal.node, "when": words, **more},
        about=f"proposal {proposal.uuid}",
        request=request,
        language=language,
    )
