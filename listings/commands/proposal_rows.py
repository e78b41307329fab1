"""The rows of proposals: how one is kept, and locked with its record for whoever decides. What the verbs share."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Revision

from listings.access import permissions
from listings.models import Listing, Proposal, ProposalKind, ProposalStatus
from mapping.commands.change import change
from mapping.models import Actor, Node
from mapping.search.geocoding import tidy

from .listings import MAX_A_DAY, AlreadyDecided, Changed, ListingError, TooMany, version

# A decision for later is for this year or the next.
FURTHEST = datetime.timedelta(days=366)


class NotAllowed(ListingError):
    """Somebody who may not decide, or may not propose."""

    status = 403


class NotPossible(ListingError):
    """A decision that makes no sense for what was asked; the text says why and what to do."""

    status = 422


def seen_of(proposal: Proposal, node: Node) -> str:
    """What tells one state of a proposal and its node from the next: what a steward read."""
    return f"{proposal.updated_at.isoformat()} {node.updated_at.isoformat()}"


def different(base: Mapping[str, Any], typed: Mapping[str, Any]) -> list[str]:
    """The names of the fields that are another: for the audit, which keeps no contact details."""
    return sorted(name for name in {*base, *typed} if (base.get(name) or "") != (typed.get(name) or ""))


def keep(node: Node, kind: str, typed: Mapping[str, Any], base: Mapping[str, Any], **more) -> Proposal:
    """Keep what was typed as a Wagtail revision, with a proposal that points to it."""
    types = ContentType.objects.get_for_models(type(node), Node)
    revision = Revision.objects.create(
        content_type=types[type(node)],
        base_content_type=types[Node],
        object_id=str(node.pk),
        object_str=node.name,
        content={"typed": dict(typed), "base": dict(base), "version": version(node)},
    )
    return Proposal.objects.create(node_id=node.pk, revision=revision, kind=kind, language=get_language() or "", **more)


@contextmanager
def deciding(
    actor: Actor,
    proposal: Proposal,
    action: str,
    *,
    user=None,
    seen: str = "",
    data: Mapping[str, Any] | None = None,
    clock: bool = False,
) -> Iterator[tuple[Node, Proposal]]:
    """The node and its proposal, locked in that order, with whoever decides allowed to, and nothing changed unread."""
    with transaction.atomic():
        node = locked_node(proposal)
        it = Proposal.objects.select_for_update(of=("self",)).select_related("revision").get(pk=proposal.pk)
        it.node = node
        if user is not None and not clock:
            must_decide(user, it)
        if not it.is_open:
            raise AlreadyDecided(_decided_words(it, user))
        if seen and seen != seen_of(it, node):
            raise Changed(
                _("“%(name)s”, or what is proposed for it, was changed since you opened it.") % {"name": node.name},
                _("Read it again before you go on."),
            )
        with change(actor=actor, action=action, place=node.place_id, target=node) as kept:
            kept.places.clear()
            kept.data |= {"proposal": str(it.uuid), "kind": it.kind, **(data or {})}
            yield node, it
            it.save()


def locked_node(proposal: Proposal) -> Node:
    """The node of a proposal, as a listing where it is one, locked until the end of the transaction."""
    listing = Listing.objects.filter(pk=proposal.node_id).first()
    if listing is not None:
        return (
            Listing.objects.select_for_update(of=("self", "node_ptr"))
            .select_related("place", "organiser")
            .get(pk=listing.pk)
        )
    return Node.objects.select_for_update(of=("self",)).select_related("place").get(pk=proposal.node_id)


def must_decide(user, proposal: Proposal) -> None:
    """Raise `NotAllowed` for whoever may not decide about it."""
    if not permissions.decides_proposal(user, proposal):
        raise NotAllowed(_("You do not decide about this."))


def _decided_words(it: Proposal, user) -> str:
    by_its_maker = it.status in (ProposalStatus.WITHDRAWN, ProposalStatus.SUPERSEDED)
    who = _("whoever made it") if by_its_maker else _("a steward")
    if it.decided_by is not None:
        # Stewards know each other; to others nobody's address is told, which a name of an account often is.
        known = user is not None and permissions.decides_for(user, it.node)
        who = it.decided_by.get_username() if known else _("a steward")
    done = {
        ProposalStatus.APPROVED: _("was already approved by %(who)s."),
        ProposalStatus.SENT_BACK: _("was already sent back by %(who)s."),
        ProposalStatus.REFUSED: _("was already refused by %(who)s."),
        ProposalStatus.WITHDRAWN: _("was taken back by %(who)s."),
        ProposalStatus.SUPERSEDED: _("was replaced by a newer one by %(who)s."),
    }[ProposalStatus(it.status)]
    return _("What was proposed for “%(name)s”") % {"name": it.node.name} + " " + done % {"who": who}


def said(text: str, most: int, without: str) -> str:
    """The words, tidied and bounded. Raises `NotPossible` with `without` when there are none."""
    text = tidy(text)[:most]
    if not text:
        raise NotPossible(without)
    return text


def must_be_ahead(at: datetime.datetime) -> None:
    """Raise `NotPossible` for a moment that has passed, or that is too far away."""
    now = timezone.now()
    if at <= now:
        raise NotPossible(_("That moment has passed."), _("Choose a later one, or approve it now."))
    if at > now + FURTHEST:
        raise NotPossible(_("That is more than a year away."), _("Check the year."))


def not_too_many(user) -> None:
    """Raise `TooMany` for somebody who sends more changes than one person would."""
    since = timezone.now() - datetime.timedelta(days=1)
    if (
        Proposal.objects.filter(by_user=user, created_at__gt=since)
        .exclude(kind__in=(ProposalKind.AFTERWARDS, ProposalKind.NEW))
        .count()
        >= 3 * MAX_A_DAY
    ):
        raise TooMany(
            _("You have sent %(number)s changes since yesterday, which is as many as one person may.")
            % {"number": 3 * MAX_A_DAY},
            _("Send the next one tomorrow, or ask a steward of the place to help."),
        )
