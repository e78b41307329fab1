"""Take something off the map, with a reason, and put it back.

    publication.unpublish(actor=actor, node=hall, reason="It has closed.", by_steward=True)
    publication.put_back(actor=actor, node=hall)

Nothing is deleted: its page, connections, hours and dates are kept, and are there again when it is put back.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping import signals
from mapping.models import Actor, AuditEntry, Node, NodeState
from mapping.search import spelling
from mapping.search.geocoding import tidy

from .change import change

UNPUBLISH, PUT_BACK = "unpublish", "put back"
MAX_REASON = 500


class PublicationRefused(HereaboutsError):
    """Something that cannot be taken off or put back; the text says why and what to do."""

    status = 409


@dataclass(frozen=True)
class Unpublication:
    """Why and by whom something is off the map. `who` is a name for the audit, not for pages.

    `by_flag`: readers said that something is wrong with it; until a steward has looked, unless it is `by_steward` too.
    """

    at: datetime.datetime
    reason: str
    by_steward: bool
    who: str
    by_flag: bool = False

    @property
    def for_stewards(self) -> bool:
        """Whether only a steward puts it back."""
        return self.by_steward or self.by_flag


def unpublish(*, actor: Actor, node: Node, reason: str, by_steward: bool, by_flag: bool = False) -> Node:
    """Take a live node off the map.

    `by_flag`: because of what readers said; whoever looks after it is told by those who know of the flags.

    Raises `PublicationRefused` without a reason, or when it is not live.
    """
    reason = tidy(reason)[:MAX_REASON]
    if not reason:
        raise PublicationRefused(_("Say why: whoever looks after it reads your words."))
    with transaction.atomic():
        node = _locked(node)
        if node.state != NodeState.LIVE:
            raise PublicationRefused(_("“%(name)s” is not on the map any more.") % {"name": node.name})
        with change(actor=actor, action=UNPUBLISH, place=node.place_id, target=node) as it:
            it.touch_around([node.pk])
            it.data |= {"reason": reason, "by_steward": by_steward, **({"by_flag": True} if by_flag else {})}
            node.state = NodeState.ARCHIVED
            node.save(update_fields=["state", "updated_at"])
            signals.unpublished.send(Node, node=node, reason=reason, by_steward=by_steward, by_flag=by_flag)
    return node


def keep_off(*, actor: Actor, node: Node, reason: str) -> Node:
    """A steward decides that what flags had hidden stays off the map. Raises `PublicationRefused` when it is on it."""
    reason = tidy(reason)[:MAX_REASON]
    with transaction.atomic():
        node = _locked(node)
        if unpublication(node) is None:
            raise PublicationRefused(_("“%(name)s” was not taken off the map.") % {"name": node.name})
        with change(actor=actor, action=UNPUBLISH, place=node.place_id, target=node) as it:
            # It is gone already: nothing that readers see changes.
            it.places.clear()
            it.data |= {"reason": reason, "by_steward": True, "by_flag": True}
    return node


def put_back(*, actor: Actor, node: Node) -> Node:
    """Show a node again that was unpublished. Raises `PublicationRefused` when it was not, or may not be shown."""
    with transaction.atomic():
        node = _locked(node)
        if unpublication(node) is None:
            raise PublicationRefused(_("“%(name)s” was not taken off the map.") % {"name": node.name})
        try:
            with change(actor=actor, action=PUT_BACK, place=node.place_id, target=node) as it:
                it.touch_around([node.pk])
                it.loosens(state=[str(node.state), NodeState.LIVE])
                node.state = NodeState.LIVE
                node.save(update_fields=["state", "updated_at"])
                spelling.learn([node])
                signals.put_back.send(Node, node=node)
        except IntegrityError as error:
            if error.__cause__.diag.constraint_name != "node_person_needs_consent":
                raise
            words = _("A person is shown only with their consent: record it first, then put “%(name)s” back.")
            raise PublicationRefused(words % {"name": node.name}) from None
    return node


def unpublication(node: Node) -> Unpublication | None:
    """Why `node` is off the map; None when it is on it, or when nobody took it off."""
    if node.state != NodeState.ARCHIVED:
        return None
    last = AuditEntry.objects.filter(target_uuid=node.uuid, action__in=(UNPUBLISH, PUT_BACK)).first()
    if last is None or last.action != UNPUBLISH:
        return None
    data = last.data
    return Unpublication(
        last.at, data.get("reason", ""), bool(data.get("by_steward")), last.actor, bool(data.get("by_flag"))
    )


def off_the_map(nodes: QuerySet) -> QuerySet:
    """Those of `nodes` that somebody took off the map, whatever model they are rows of."""
    taken = AuditEntry.objects.filter(target_uuid=OuterRef("uuid"), action=UNPUBLISH)
    return nodes.filter(Exists(taken), state=NodeState.ARCHIVED)


def _locked(node: Node) -> Node:
    return Node.objects.select_for_update(of=("self",)).select_related("place").get(pk=node.pk)
