"""Is it one of these? What is on the map already, or waits, and is much like what somebody is about to send.

Three things count: the words of the name, how far it is, and whether it is on at the same time. Of a million records
two queries look at few: the nearest by the index of public points, and those that have every word of the name by the
index of words. Misspelt names are found nearby, where a repetition stands; not across a county.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.postgres.search import SearchQuery, TrigramSimilarity
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands.details import Details
from listings.models import Occurrence
from listings.schedules.schedule import Schedule
from mapping.models import Node, NodeKind, NodeState, Place, Viewer
from mapping.nodes.providers import Action, actions_for

# Looked at, before the likeness of names is asked: the nearest, and those with every word.
MOST_NEAR = 600
MOST_NAMED = 300
SHOWN = 5
# Metres: nearly the same spot, and the neighbourhood in which somebody would repeat something.
SAME_SPOT, NEARBY = 60, 800
# From 0 to 1, by trigrams of the names.
MUCH_ALIKE, ALIKE, HARDLY = 0.5, 0.3, 0.12
KINDS = (NodeKind.ACTIVITY, NodeKind.ORGANISATION, NodeKind.ASSET)
AHEAD = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Duplicate:
    """Something that it may repeat: how alike its name is (0 to 1), how far (metres), whether at the same time."""

    node: Node
    likeness: float
    metres: float | None
    same_time: bool
    is_theirs: bool = False

    @property
    def score(self) -> float:
        near = 0.3 if self.metres is not None and self.metres <= SAME_SPOT else 0.0
        near = near or (0.15 if self.metres is not None and self.metres <= NEARBY else 0.0)
        return self.likeness + near + (0.25 if self.same_time else 0.0)

    @property
    def is_likely(self) -> bool:
        here = self.metres is not None and self.metres <= SAME_SPOT
        nearby = self.metres is not None and self.metres <= NEARBY
        if self.node.kind != NodeKind.ACTIVITY:
            return self.likeness >= MUCH_ALIKE
        return (
            self.likeness >= MUCH_ALIKE
            or (self.likeness >= ALIKE and (nearby or self.same_time))
            or (self.likeness >= HARDLY and here and self.same_time)
        )

    @property
    def url(self) -> str:
        """Where it is to be seen; empty for what waits."""
        return self.node.get_absolute_url() if self.node.state == NodeState.LIVE else ""

    @property
    def why(self) -> str:
        """Why it is shown, in words."""
        said = [str(NodeKind(self.node.kind).label)]
        if self.is_theirs:
            said.append(_("yours, waiting for a steward"))
        if self.likeness >= ALIKE:
            said.append(_("of nearly the same name") if self.likeness >= MUCH_ALIKE else _("of a similar name"))
        if self.metres is not None and self.metres <= SAME_SPOT:
            said.append(_("at the same place"))
        elif self.metres is not None and self.metres <= NEARBY:
            said.append(_("%(metres)s m away") % {"metres": int(round(self.metres, -1))})
        if self.same_time:
            said.append(_("at the same time"))
        return ", ".join(said)


def duplicates(place: Place, details: Details, viewer: Viewer, user: Any) -> list[Duplicate]:
    """Return what a new listing with these `details` may repeat, the likeliest first; five at most.

    Only what `viewer` may see, and what `user` has waiting in this place themselves. At most five queries.
    """
    near = details.where.point
    not_these = [it.pk for it in (details.where.venue, details.organiser) if it is not None]
    seen = Node.objects.visible_to(viewer).current().of_place(place).filter(kind__in=KINDS).exclude(pk__in=not_these)
    found: dict[int, Node] = {it.pk: it for it in _named(seen, details.name, near)}
    if near is not None:
        found |= {it.pk: it for it in _near(seen, details.name, near)}
    theirs = {}
    if user.is_authenticated:
        waiting = Node.objects.filter(
            listing__posted_by=user, place=place, state=NodeState.PENDING, listing__isnull=False
        )
        theirs = {it.pk: it for it in _measured(waiting, details.name, near)[:20]}
    same_time = _at_the_same_time({*found, *theirs}, details.schedule)
    judged = [
        Duplicate(it, it.likeness, _metres(it), it.pk in same_time, it.pk in theirs)
        for it in {**found, **theirs}.values()
    ]
    likely = [it for it in judged if it.is_likely]
    return sorted(likely, key=lambda it: (-it.score, it.node.pk))[:SHOWN]


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


def _measured(nodes: QuerySet, name: str, near: Point | None) -> QuerySet:
    nodes = nodes.annotate(likeness=TrigramSimilarity("name", name))
    # Of the public point: distance tells no more than the map does.
    return nodes.annotate(metres=Distance("public_point", near)) if near is not None else nodes


def _metres(node: Node) -> float | None:
    distance = getattr(node, "metres", None)
    return None if distance is None else distance.m


def _near(seen: QuerySet, name: str, near: Point) -> list[Node]:
    """The nearest of a neighbourhood whose names are somewhat alike, or that are at this very spot."""
    inside = seen.filter(public_point__coveredby=_around(near, NEARBY))
    nearest = inside.order_by(Distance("public_point", near)).values("pk")[:MOST_NEAR]
    return list(_measured(Node.objects.filter(pk__in=nearest), name, near).filter(likeness__gte=HARDLY)[:MOST_NEAR])


def _named(seen: QuerySet, name: str, near: Point | None) -> list[Node]:
    """Those anywhere in the place that have every word of the name."""
    worded = seen.filter(search_vector=SearchQuery(name, config="english")).values("pk")[:MOST_NAMED]
    return list(_measured(Node.objects.filter(pk__in=worded), name, near).filter(likeness__gte=ALIKE)[:MOST_NAMED])


def _around(point: Point, metres: float) -> Polygon:
    """A box of about that size each way: at our latitudes a degree of longitude is 55 to 75 km."""
    north, east = metres / 111_000, metres / 55_000
    box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
    box.srid = 4326
    return box


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
