"""What a steward is asked about: what has faded with nobody answering, and what has nobody to ask."""

from __future__ import annotations

import uuid as uuids

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.commands import freshness
from listings.models import Reminder
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting
from mapping.models import Actor, ConfirmedBy, Node, NodeQuerySet, NodeState
from mapping.nodes.cards import ago

BULK = "confirm-stale"


def stale_for(user) -> NodeQuerySet:
    """The live records that this steward decides about and that faded, or of which they are asked; longest
    unconfirmed first."""
    faded = permissions.to_decide(user, Node.objects.filter(fading_since__isnull=False, state=NodeState.LIVE))
    open_ones = permissions.to_decide(
        user,
        Reminder.objects.filter(email="", answered_at=None, due__lte=timezone.now(), node__state=NodeState.LIVE),
        "node",
    )
    # What has been confirmed since is asked of nobody.
    open_ones = open_ones.filter(since=Coalesce("node__confirmed_at", "node__created_at"))
    ids = faded.order_by().values("pk").union(open_ones.order_by().values("node_id"))
    return _longest_first(Node.objects.filter(pk__in=ids))


def _longest_first(nodes: NodeQuerySet) -> NodeQuerySet:
    return nodes.alias(unconfirmed=Coalesce("confirmed_at", "created_at")).order_by(F("unconfirmed").asc(), "pk")


def _whole(found: NodeQuerySet) -> NodeQuerySet:
    """These with their places. To sort whole records of everything that waits would take long."""
    ids = list(found.values_list("pk", flat=True))
    return _longest_first(Node.objects.filter(pk__in=ids)).select_related("place")


def waiting(user, limit: int) -> Waiting:
    """The source of the queue (`listings.moderation.items`). Three queries."""
    if not user.is_authenticated:
        return Waiting()
    found = stale_for(user)
    number = items.count(found)
    return Waiting(number, [_item(node) for node in _whole(found[:limit])] if limit else ())


def _item(node: Node) -> Item:
    since = node.confirmed_at or node.created_at
    when = ago(since, timezone.localtime())
    if node.fading_since is not None:
        why = _("Three letters went out, and nobody answered. Last confirmed %(when)s.") % {"when": when}
    elif node.confirmed_at is None:
        why = _("Nobody is left to ask. Written down %(when)s, never confirmed.") % {"when": when}
    else:
        why = _("Nobody is left to ask. Last confirmed %(when)s.") % {"when": when}
    return Item(
        key=str(node.uuid),
        title=node.name,
        why=why,
        since=node.fading_since or since,
        place=node.place,
        url=node.get_absolute_url(),
        buttons=(
            Button(_("It is still true"), reverse("stale"), True, (("node", str(node.uuid)),), True),
            Button(_("Take it off the map"), reverse("publication", args=[node.uuid])),
        ),
        bulk=BULK,
    )


def confirm_row(request, key: str) -> None:
    """Confirm one row of the queue. Raises `AnswerRefused` when it does not wait there any more."""
    try:
        node = stale_for(request.user).filter(uuid=uuids.UUID(key)).first()
    except ValueError:
        node = None
    if node is None:
        raise freshness.AnswerRefused(_("One of them was answered by somebody else meanwhile."))
    freshness.confirm(actor=Actor.of(request.user), node=node, by=ConfirmedBy.STEWARD)
