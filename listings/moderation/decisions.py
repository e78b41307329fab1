"""What a steward reads of a proposal, and what follows from a decision: both versions put together, checked, written.

reading = decisions.read(proposal)          # lines that are different, what both changed, what stands in the way
decisions.approve(actor=..., user=..., proposal=proposal, chosen={"when": "proposed"}, seen=reading.seen)
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from config.forms import error_list
from listings.commands import corrections, listings, proposal_rows, proposals
from listings.commands.details import Details
from listings.models import Listing, Proposal, ProposalKind, ProposalStatus
from listings.posting import drafts
from listings.posting.forms import PostForm
from mapping.access.viewers import viewer_of
from mapping.models import PUBLIC, Actor, Node, NodeState, Viewer

from . import decision_letters, diff, suggestions

logger = logging.getLogger(__name__)

PROPOSED, NOW = "proposed", "now"
# So many are published in one go of the job; the rest a minute later.
MAX_DUE = 100


@dataclass(frozen=True)
class Reading:
    """A proposal as it stands against what is there now. `problems`: why it cannot be published as it is, in words."""

    proposal: Proposal
    node: Node
    lines: list[diff.Line]
    # The topics that somebody else changed meanwhile, to something else.
    both: list[str]
    # What would be there after it, in the form of `drafts.typed_from`.
    typed: dict[str, Any]
    now: dict[str, Any]
    details: Details | None = None
    problems: list[str] = field(default_factory=list)
    # Whether anything at all was changed since it was written.
    moved_on: bool = False

    @property
    def seen(self) -> str:
        return proposal_rows.seen_of(self.proposal, self.node)

    @property
    def is_live(self) -> bool:
        return self.node.state == NodeState.LIVE


def viewer_of_proposer(proposal: Proposal) -> Viewer:
    """As whom the texts of a proposal are read: what its maker may not see stays out of them."""
    return viewer_of(proposal.by_user) if proposal.by_user is not None else PUBLIC


def read(proposal: Proposal, chosen: Mapping[str, str] | None = None) -> Reading:
    """Read a proposal. `chosen`: for topics that both changed, `PROPOSED` or `NOW`."""
    chosen = chosen or {}
    if proposal.kind == ProposalKind.SUGGESTION:
        return _read_suggestion(proposal, chosen)
    listing = Listing.objects.select_related("place", "category", "organiser", "venue").get(pk=proposal.node_id)
    now = drafts.typed_from(listing, viewer_of_proposer(proposal))
    if proposal.kind == ProposalKind.AFTERWARDS or not proposal.is_open:
        shown = diff.lines(proposal.base, proposal.typed, place=listing.place) if proposal.base else []
        return Reading(proposal, listing, shown, [], dict(proposal.typed), now)
    keep = {topic for topic, which in chosen.items() if which == NOW}
    typed, both = diff.merge(proposal.base, proposal.typed, now, keep)
    form = form_of(typed, listing, proposal.by_user)
    problems = [] if form.is_valid() else [_problem(it) for it in error_list(form)]
    return Reading(
        proposal,
        listing,
        diff.lines(proposal.base, proposal.typed, place=listing.place, now=now),
        both,
        typed,
        now,
        details=form.details,
        problems=problems,
        moved_on=bool(diff.changed(proposal.base, now)),
    )


def _problem(error: Mapping[str, str]) -> str:
    return error["message"]


def form_of(typed: Mapping[str, Any], listing: Listing, user) -> PostForm:
    """The form, filled in with `typed`, as `user` would have sent it."""
    form = PostForm(None, place=listing.place, user=user, listing=listing)
    own = {value for value, _label in form.fields["organisation"].choices} if "organisation" in form.fields else set()
    given = dict(typed)
    if given.get("organisation") not in own:
        # A group of which they are no editor (any more): it is known by its name.
        given["organisation"] = ""
    return PostForm(given, place=listing.place, user=user, listing=listing)


def _read_suggestion(proposal: Proposal, chosen: Mapping[str, str]) -> Reading:
    node = proposal.node
    listing = Listing.objects.select_related("place", "venue").filter(pk=node.pk).first()
    node = listing or node
    now = suggestions.facts_of(node)
    shown = suggestions.lines(proposal.base, proposal.typed, now if proposal.is_open else proposal.base)
    both = [it.topic for it in shown if it.is_conflict]
    taken = {name: text for name, text in proposal.typed.items() if name in now and chosen.get(name) != NOW}
    return Reading(
        proposal, node, shown, both, taken, now,
        moved_on=any(now.get(name, "") != was for name, was in proposal.base.items()),
    )  # fmt: skip


def approve(
    *, actor: Actor, user, proposal: Proposal, chosen: Mapping[str, str] | None = None, seen: str = ""
) -> Proposal:
    """Publish it now. Raises `proposals.NotPossible` where it cannot be, with the reason."""
    if proposal.kind == ProposalKind.AFTERWARDS:
        return proposals.settle(actor=actor, user=user, proposal=proposal, seen=seen)
    chosen = chosen or {}
    reading = read(proposal, chosen)
    _must_be_whole(reading, chosen)
    # Nothing that came between is written over, also where nobody says what they have read.
    seen = seen or reading.seen
    if proposal.kind == ProposalKind.SUGGESTION:
        return proposals.settle(
            actor=actor, user=user, proposal=proposal, seen=seen,
            apply=lambda node: corrections.correct(actor=actor, node=node, values=reading.typed),
        )  # fmt: skip
    return proposals.settle(
        actor=actor, user=user, proposal=proposal, seen=seen,
        apply=lambda node: listings.edit(actor=actor, user=user, listing=node, details=reading.details, decided=True),
    )  # fmt: skip


def approve_edited(*, actor: Actor, user, proposal: Proposal, details: Details, seen: str = "") -> Proposal:
    """Publish what a steward made of it."""
    return proposals.settle(
        actor=actor, user=user, proposal=proposal, seen=seen,
        apply=lambda node: listings.edit(actor=actor, user=user, listing=node, details=details, decided=True),
    )  # fmt: skip


def schedule(
    *,
    actor: Actor,
    user,
    proposal: Proposal,
    at: datetime.datetime,
    chosen: Mapping[str, str] | None = None,
    seen: str = "",
) -> Proposal:
    """Approve it now, for a later moment. Raises `proposals.NotPossible`."""
    chosen = chosen or {}
    if proposal.kind != ProposalKind.CHANGE:
        raise proposals.NotPossible(_("Only changes and new listings can wait for a moment."))
    reading = read(proposal, chosen)
    _must_be_whole(reading, chosen)
    return proposals.schedule(
        actor=actor,
        user=user,
        proposal=proposal,
        at=at,
        typed=reading.typed,
        base=reading.now,
        seen=seen or reading.seen,
    )


def _must_be_whole(reading: Reading, chosen: Mapping[str, str]) -> None:
    open_ones = [it.label for it in reading.lines if it.is_conflict and chosen.get(it.topic) not in (PROPOSED, NOW)]
    if open_ones:
        raise proposals.NotPossible(
            _("Somebody else changed this too: %(topics)s.") % {"topics": ", ".join(open_ones)},
            _("Say for each which version counts."),
        )
    if reading.problems:
        raise proposals.NotPossible(
            _("It cannot be published as it is: %(problems)s") % {"problems": " ".join(reading.problems)},
            _("Change it yourself and approve it, or send it back."),
        )


# --- what goes live at its moment


def publish_due(*, actor: Actor, now: datetime.datetime | None = None) -> list[Proposal]:
    """Publish what was approved for a moment that has come, and note the letters. Returns those that went live.

    What cannot be published any more (changed meanwhile, its venue gone) waits for a steward again, with the reason.
    """
    due = (
        Proposal.objects.filter(status=ProposalStatus.SCHEDULED, publish_at__lte=now or timezone.now())
        .order_by("publish_at", "pk")
        .with_what_is_shown()
    )
    done = []
    for proposal in due[:MAX_DUE]:
        try:
            with transaction.atomic():
                published = _publish(actor, proposal)
                # With it, so that no letter is lost where the worker ends here.
                decision_letters.note_live(published)
            done.append(published)
        except HereaboutsError as error:
            _wait_again(actor, proposal, str(error))
        except Exception:
            # One that fails, for whatever reason, must not hold up the others; it is tried again in a minute.
            logger.exception("The scheduled proposal %s could not be published.", proposal.uuid)
    return done


def _publish(actor: Actor, proposal: Proposal) -> Proposal:
    if proposal.kind == ProposalKind.CHANGE:
        return _publish_change(actor, proposal)
    listing = Listing.objects.get(pk=proposal.node_id)
    if listing.state == NodeState.LIVE:
        return proposals.settle(actor=actor, user=None, proposal=proposal)
    read = proposal.revision.content.get("version", "")
    if read != listings.version(listing):
        raise proposals.NotPossible(_("It was changed after it was approved. Read it again."))
    return proposals.settle(
        actor=actor, user=None, proposal=proposal,
        apply=lambda node: listings.approve(actor=actor, listing=node, seen=read),
    )  # fmt: skip


def _publish_change(actor: Actor, proposal: Proposal) -> Proposal:
    if proposal.decided_by is None:
        raise proposals.NotPossible(_("Whoever approved it has no account any more."))
    reading = read(proposal)
    _must_be_whole(reading, {})
    return proposals.settle(
        actor=actor, user=None, proposal=proposal, seen=reading.seen,
        apply=lambda node: listings.edit(
            actor=actor, user=proposal.decided_by, listing=node, details=reading.details, decided=True
        ),
    )  # fmt: skip


def _wait_again(actor: Actor, proposal: Proposal, why: str) -> None:
    try:
        if proposal.kind == ProposalKind.NEW:
            proposals.end_schedule(actor=actor, proposal=proposal, why=why)
        else:
            proposals.unschedule(actor=actor, user=None, proposal=proposal, why=why)
    except HereaboutsError:
        # Decided by somebody in this very moment.
        logger.info("The scheduled proposal %s was decided meanwhile.", proposal.uuid)
