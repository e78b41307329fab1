"""Is it one of these? What is on the map already, or waits, and is much like what somebody is about to send.

Three things count: the words of the name, how far it is, and whether it is on at the same time (`candidates.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands.details import Details
from listings.models import Occurrence
from listings.schedules.schedule import Schedule
from mapping.models import Node, NodeKind, NodeState, Place, Units, Viewer
from mapping.nodes.distances import apart
from mapping.nodes.providers import Action, actions_for

from .candidates import ALIKE, MUCH_ALIKE, Candidate, candidates, likeliest

SHOWN = 5
# Of so many it is asked whether they are on at the same time.
MOST_TIMED = 300
KINDS = (NodeKind.ACTIVITY, NodeKind.ORGANISATION, NodeKind.ASSET)
AHEAD = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Duplicate:
    """Something that it may repeat, how alike and how far it is, and whether it is on at the same time."""

    node: Node
    alike: Candidate
    same_time: bool
    units: str = Units.MILES.value

    @property
    def url(self) -> str:
        """Where it is to be seen; empty for what waits."""
        return self.node.get_absolute_url() if self.node.state == NodeState.LIVE else ""

    @property
    def why(self) -> str:
        """Why it is shown, in words."""
        said = [str(NodeKind(self.node.kind).label)]
        if self.alike.is_theirs:
            said.append(_("yours, waiting for a steward"))
        if self.alike.likeness >= ALIKE:
            much = self.alike.likeness >= MUCH_ALIKE
            said.append(_("of nearly the same name") if much else _("of a similar name"))
        if self.alike.is_here:
            said.append(_("at the same place"))
        elif self.alike.is_nearby:
            said.append(_("%(far)s away") % {"far": apart(self.alike.metres, self.units)})
        if self.same_time:
            said.append(_("at the same time"))
        return ", ".join(said)


def duplicates(place: Place, details: Details, viewer: Viewer, user: Any) -> list[Duplicate]:
    """Return what a new listing with these `details` may repeat, the likeliest first; five at most.

    Only what `viewer` may see, and what `user` has waiting in this place themselves. At most five statements.
    """
    not_these = [it.pk for it in (details.where.venue, details.organiser) if it is not None]
    seen = Node.objects.visible_to(viewer).current().of_place(place).filter(kind__in=KINDS).exclude(pk__in=not_these)
    found = likeliest(candidates(seen, place, details.name, details.where.point, user), MOST_TIMED)
    same_time = _at_the_same_time([it.pk for it in found], details.schedule)
    likely = [it for it in found if it.is_likely(it.pk in same_time)]
    shown = sorted(likely, key=lambda it: (-it.score(it.pk in same_time), it.pk))[:SHOWN]
    nodes = Node.objects.in_bulk([it.pk for it in shown])
    return [Duplicate(nodes[it.pk], it, it.pk in same_time, place.units) for it in shown if it.pk in nodes]


def with_actions(found: list[Duplicate], user: Any) -> list[dict[str, Any]]:
    """What the page shows of each: why, and what to do when it is that one."""
    return [{"node": it.node, "url": it.url, "why": it.why, "actions": _actions(user, it)} for it in found]


# Of what can be done with a node, what is of use to whoever finds theirs there.
USEFUL = ("/edit/", "/dates/", "/suggest/", "/flag/")


def _actions(user: Any, it: Duplicate) -> list[Action]:
    """Change it or its dates, for those who may; say what is different, for everybody."""
    if not it.url:
        return []
    return [action for action in actions_for(user, it.node) if action.url.endswith(USEFUL)][:2]


def _at_the_same_time(nodes: Collection[int], schedule: Schedule | None) -> set[int]:
    """Which of these begin when one of the next dates of `schedule` does."""
    if schedule is None or not nodes:
        return set()
    now = timezone.now()
    starts = [it.starts for it in schedule.next_spans(now, 6) if it.starts <= now + AHEAD]
    if not starts:
        return set()
    close = Q()
    for it in starts:
        close |= Q(starts_at__range=(it - datetime.timedelta(minutes=30), it + datetime.timedelta(minutes=30)))
    return set(Occurrence.objects.filter(close, listing__in=nodes).values_list("listing_id", flat=True))
