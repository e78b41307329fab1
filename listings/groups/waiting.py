"""What of groups waits for a steward: claims, nominations, groups that have not answered, groups without an owner."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.access import teams
from listings.models import Claim, ClaimState, ClaimWay, Hold, InvitationState, Nomination, Organisation
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting


def claims(user, limit: int) -> Waiting:
    """Claims that a steward decides, oldest first."""
    rows = teams.claims_to_decide(user)
    # Counted by node, so that rivals are told of without a query for each.
    found = list(rows.select_related("node__place", "user")[:limit])
    open_now: dict[int, int] = {}
    for node_id in Claim.objects.filter(
        node__in=[it.node_id for it in found], state__in=(ClaimState.WAITING, ClaimState.OWNERS, ClaimState.PROVING)
    ).values_list("node_id", flat=True):
        open_now[node_id] = open_now.get(node_id, 0) + 1
    return Waiting(items.count(rows), [_claim(it, open_now.get(it.node_id, 1) - 1) for it in found])


def _claim(claim: Claim, rivals: int) -> Item:
    url = reverse("claim", args=[claim.uuid])
    why = _("Somebody says that it is theirs.")
    if claim.appealed_at is not None:
        why = _("Somebody was told that it is not theirs, and asks again.")
    elif claim.state == ClaimState.OWNERS:
        why = _("Somebody says that it is theirs, and its owners have not answered for 14 days.")
    elif claim.way == ClaimWay.LETTER:
        why = _("Somebody says that it is theirs: print the letter with the code, and post it.")
    if rivals:
        more = ngettext("%(n)s other says the same.", "%(n)s others say the same.", rivals) % {"n": rivals}
        why = f"{why} {more}"
    label = _("Print the letter") if _prints(claim) else _("Read and decide")
    return Item(
        key=str(claim.uuid),
        title=claim.node.name,
        why=why,
        since=claim.appealed_at or claim.created_at,
        place=claim.node.place,
        url=url,
        detail=claim.appeal or claim.words,
        buttons=(Button(label, url, primary=True), Button(_("Its page"), claim.node.get_absolute_url())),
    )


def _prints(claim: Claim) -> bool:
    return claim.way == ClaimWay.LETTER and claim.state == ClaimState.WAITING and claim.appealed_at is None


def nominations(user, limit: int) -> Waiting:
    """Groups that residents have named, oldest first."""
    rows = teams.nominations_to_decide(user)
    return Waiting(items.count(rows), [_nomination(it) for it in rows.select_related("place")[:limit]])


def _nomination(nomination: Nomination) -> Item:
    url = reverse("nomination", args=[nomination.uuid])
    why = _("A resident says that this group is not on the map.")
    if nomination.held_for:
        held = ", ".join(str(Hold(it).label) for it in nomination.held_for)
        why += " " + _("Look closely: %(why)s.") % {"why": held}
    return Item(
        key=str(nomination.uuid),
        title=nomination.name,
        why=why,
        since=nomination.created_at,
        place=nomination.place,
        url=url,
        detail=nomination.summary,
        buttons=(Button(_("Read and decide"), url, primary=True),),
    )


def unanswered(user, limit: int) -> Waiting:
    """Groups that were asked whether they want to be on the map, and have not said yes, longest first."""
    rows = teams.unanswered(user)
    return Waiting(items.count(rows), [_unanswered(it) for it in rows.select_related("place")[:limit]] if limit else ())


def _unanswered(group: Organisation) -> Item:
    url = reverse("group-team", args=[group.uuid])
    why = _("It goes on the map when somebody of the group agrees.") + " "
    if group.asked == InvitationState.OPEN:
        day = date_format(timezone.localtime(group.asked_at), "j F Y")
        why += _("We asked on %(day)s, and nobody has answered.") % {"day": day}
    elif group.asked == InvitationState.DECLINED:
        why += _("We asked, and they said no.")
    else:
        why += _("Nobody is being asked.")
    ask = Button(_("Ask somebody else"), url, primary=True)
    if group.invitation_uuid is not None:
        data = (("do", "resend"), ("invitation", str(group.invitation_uuid)), ("from", "queue"))
        ask = Button(_("Ask again"), url, post=True, data=data, primary=True)
    return Item(
        key=str(group.uuid),
        title=group.name,
        why=why,
        since=group.since,
        place=group.place,
        url=url,
        detail=group.summary,
        buttons=(ask, Button(_("Take it off"), url, post=True, data=(("do", "take-off"), ("from", "queue")))),
    )


def orphans(user, limit: int) -> Waiting:
    """Groups whose last owner has gone, longest first."""
    rows = teams.orphans(user)
    return Waiting(items.count(rows), [_orphan(it) for it in rows.select_related("place")[:limit]])


def _orphan(group: Organisation) -> Item:
    url = reverse("group-team", args=[group.uuid])
    return Item(
        key=str(group.uuid),
        title=group.name,
        why=_("Its last owner has gone: nobody looks after it."),
        since=group.orphaned_at,
        place=group.place,
        url=url,
        buttons=(Button(_("Invite an owner"), url, primary=True), Button(_("Its page"), group.get_absolute_url())),
    )
