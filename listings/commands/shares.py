"""Sharing between groups: one offers what only its members see, the other accepts, either ends it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import permissions
from listings.models import Listing, Organisation
from mapping.commands.change import change
from mapping.models import Actor, NodeShare, Visibility

MAX_GROUPS = 20


class ShareError(HereaboutsError):
    """Something that is not shared; the text says why and what to do."""

    status = 409


class NotYours(ShareError):
    """Somebody shares what is not their group's, or accepts for another."""

    status = 403


def offer(*, actor: Actor, user, listing: Listing, group: Organisation) -> NodeShare:
    """Offer a listing that only a group sees to the members of `group`. Nobody sees it until that has accepted.

    Offered twice it is one offer. Raises `NotYours` and `ShareError`.
    """
    _must_speak_for_the_owner(user, listing)
    if listing.visibility != Visibility.GROUP:
        raise ShareError(_("This is not for a group alone: more people see it already."))
    if group.pk == listing.group_id:
        raise ShareError(_("The members of this group see it already."), _("Choose another group."), status=422)
    if NodeShare.objects.filter(node=listing.pk).exclude(group=group.pk).count() >= MAX_GROUPS:
        raise ShareError(_("It is shared with as many groups as it may be."), _("End one of them first."))
    try:
        with (
            transaction.atomic(),
            change(actor=actor, action="offer to group", place=listing.place, target=listing) as it,
        ):
            it.places.clear()
            it.data["group"] = str(group.uuid)
            share, made = NodeShare.objects.get_or_create(node_id=listing.pk, group_id=group.pk)
            if not made:
                it.nothing_changed()
    except IntegrityError:
        return NodeShare.objects.get(node=listing.pk, group=group.pk)
    return share


def accept(*, actor: Actor, user, share: NodeShare) -> NodeShare:
    """Show what was offered to the members of the group. Raises `NotYours`, and `ShareError` when it is gone."""
    group = Organisation.objects.filter(pk=share.group_id).first()
    if not permissions.posts_for(user, group):
        raise NotYours(_("Only editors of the group accept what is offered to it."))
    with transaction.atomic():
        found = (
            NodeShare.objects.select_for_update(of=("self",)).select_related("node__place").filter(pk=share.pk).first()
        )
        if found is None:
            raise ShareError(_("It is not offered any more."))
        with change(actor=actor, action="accept from group", place=found.node.place, target=found.node) as it:
            if found.accepted_at is not None:
                it.nothing_changed()
                return found
            it.touch_around([found.node_id])
            it.loosens(shared=["", str(group.uuid)])
            found.accepted_at = timezone.now()
            found.save(update_fields=["accepted_at"])
    return found


def end(*, actor: Actor, user, share: NodeShare) -> None:
    """End it, for the group that shares or for the one it is shared with. It may be gone already. Raises `NotYours`."""
    node = share.node
    group = Organisation.objects.filter(pk=share.group_id).first()
    owner = Organisation.objects.filter(pk=node.group_id).first()
    if not (permissions.posts_for(user, group) or permissions.posts_for(user, owner)):
        raise NotYours(_("Only editors of one of the two groups end it."))
    with change(actor=actor, action="end sharing with group", place=node.place, target=node) as it:
        it.touch_around([node.pk])
        it.withdraws(node.place)
        it.data["group"] = str(group.uuid) if group else ""
        if not NodeShare.objects.filter(pk=share.pk).delete()[0]:
            it.nothing_changed()


def _must_speak_for_the_owner(user, listing: Listing) -> None:
    owner = Organisation.objects.filter(pk=listing.group_id).first()
    if not permissions.posts_for(user, owner):
        raise NotYours(_("Only editors of the group that keeps it share it."))
