"""What stands in a space: notices, what is on, what other groups share; as cards. Each list is short."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from listings.models import Listing, Occurrence, Organisation, Space
from mapping.models import NodeShare, Viewer, Visibility
from mapping.nodes.cards import cards

SHOWN = 40


@dataclass
class Inside:
    """The cards of a space; for its editors, what is offered to it and what it shares."""

    notices: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    shared: list[dict[str, Any]] = field(default_factory=list)
    sharing: list[str] = field(default_factory=list)


def inside(space: Space, viewer: Viewer) -> Inside:
    """Return what `viewer`, who may enter, sees in it."""
    now = timezone.now()
    own = (
        Listing.objects.visible_to(viewer).current().filter(visibility=Visibility.GROUP, group_id=space.organisation_id)
    )
    coming = Occurrence.objects.on().filter(listing__in=own.order_by().values("pk")).not_over(now)
    first = list(dict.fromkeys(coming.order_by("starts_at").values_list("listing_id", flat=True)[: SHOWN * 5]))[:SHOWN]
    events = {it.pk: it for it in own.filter(pk__in=first).for_cards()}
    notices = own.exclude(pk__in=first).filter(occurrences__isnull=True).for_cards().order_by("-created_at", "-pk")
    accepted = NodeShare.objects.filter(group=space.organisation_id, accepted_at__isnull=False)
    shared = Listing.objects.visible_to(viewer).current().filter(pk__in=accepted.order_by().values("node_id"))
    shared = list(shared.for_cards().order_by("-created_at", "-pk")[:SHOWN])
    groups = Organisation.objects.visible_to(viewer).filter(pk__in=[it.group_id for it in shared])
    local = timezone.localtime()
    return Inside(
        notices=cards(notices[:SHOWN], local),
        events=cards([events[pk] for pk in first if pk in events], local),
        shared=cards(shared, local),
        sharing=list(groups.order_by("name").values_list("name", flat=True)),
    )


def offers_to(space: Space) -> list[NodeShare]:
    """What other groups offer, and what was accepted: for editors, who decide."""
    rows = NodeShare.objects.filter(group=space.organisation_id).select_related("node__group")
    return list(rows.order_by("accepted_at", "-offered_at")[:SHOWN])
