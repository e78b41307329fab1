"""How a post stands: what has happened to it, in words, and how long a steward usually takes."""

from __future__ import annotations

import datetime
import statistics
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import Listing, ProposalKind
from mapping.commands import publication
from mapping.models import AuditEntry, Place

DECISIONS = ("approve listing", "send back listing", "refuse listing")
SAID = (*DECISIONS, "send back proposal", "refuse proposal", "answer appeal")
# The median of fewer says nothing.
LEAST_DECISIONS = 5
LAST_DECISIONS = 40
SHOWN = 20


@dataclass(frozen=True)
class Happened:
    """One thing that happened to a post: when, what, and what was said of it."""

    when: datetime.datetime
    what: str
    said: str = ""


def history(listing: Listing) -> list[Happened]:
    """Return what happened to `listing`, the newest first. Of stewards no name is told."""
    words = {
        "post listing": _("You sent it."),
        "edit listing": _("It was changed."),
        "approve listing": _("A steward published it."),
        "send back listing": _("A steward sent it back."),
        "refuse listing": _("A steward did not publish it."),
        "schedule listing": _("A steward approved it for later."),
        "propose change": _("You sent a change."),
        "withdraw proposal": _("You took a change back."),
        "approve proposal": _("A steward published a change."),
        "schedule proposal": _("A steward approved a change for later."),
        "send back proposal": _("A steward sent a change back."),
        "refuse proposal": _("A steward did not publish a change."),
        "appeal": _("You appealed."),
        "answer appeal": _("An appeal was answered."),
        publication.UNPUBLISH: _("It was taken off the map."),
        publication.PUT_BACK: _("It was put back on the map."),
    }
    # What others of its group did.
    theirs = {
        "propose change": _("Your group sent a change."),
        "withdraw proposal": _("Your group took a change back."),
        "appeal": _("Your group appealed."),
    }
    found = AuditEntry.objects.filter(target_uuid=listing.uuid, action__in=words).order_by("-at", "-pk")
    # To look at something afterwards changes nothing; of what readers suggest only that it was taken up is of interest.
    unchanged = Q(data__kind=ProposalKind.AFTERWARDS) | (
        Q(data__kind=ProposalKind.SUGGESTION) & ~Q(action="approve proposal")
    )
    found = found.exclude(Q(data__has_key="kind") & unchanged)

    def said(it: AuditEntry) -> str:
        if it.data.get("state") == "live":
            return _("You sent it, and it was live at once.")
        own = it.user_id is None or it.user_id == listing.posted_by_id
        return words[it.action] if own else theirs.get(it.action, words[it.action])

    return [
        Happened(
            it.at,
            said(it),
            str(it.data.get("reason") or it.data.get("answer") or "") if it.action in SAID else "",
        )
        for it in found[:SHOWN]
    ]


def usual_wait(place: Place) -> datetime.timedelta | None:
    """The median of how long the last posts of a place waited until they were first decided; None where too few were.

    Two queries.
    """
    last = AuditEntry.objects.filter(place=place, action__in=DECISIONS).order_by("-at", "-pk")
    decided: dict = {}
    for uuid, when in last.values_list("target_uuid", "at")[:LAST_DECISIONS]:
        # Going back in time, the first decision of each is what stays.
        decided[uuid] = when
    posted = dict(Listing.objects.filter(uuid__in=decided).values_list("uuid", "created_at"))
    waits = [decided[uuid] - posted[uuid] for uuid in decided if uuid in posted]
    return statistics.median(waits) if len(waits) >= LEAST_DECISIONS else None


def in_words(wait: datetime.timedelta) -> str:
    """`within an hour`, `within 5 hours`, `within 3 days`: rounded up, so that it is kept."""
    hours = max(1, -(-wait // datetime.timedelta(hours=1)))
    if hours < 24:
        return ngettext("within an hour", "within %(n)s hours", hours) % {"n": hours}
    days = -(-wait // datetime.timedelta(days=1))
    return ngettext("within a day", "within %(n)s days", days) % {"n": days}
