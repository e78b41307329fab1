"""What the page and the card of a listing say besides a node's own facts: when, cost, who runs it, where."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Listing, Occurrence, Repeats
from listings.schedules.schedule import Span
from listings.schedules.sentence import next_time, sentence, span_in_full
from mapping.models import Node, NodeKind, Place, Viewer
from mapping.nodes.providers import CardDetail, Section, Upcoming

SHOWN = 6
# How far ahead the front page of a place looks, in days.
AHEAD = 14


def sections(node: Node, viewer: Viewer) -> list[Section]:
    """Return "When" with the next six dates, and the facts of a listing; for a venue, what is on there."""
    if node.kind == NodeKind.ACTIVITY:
        listing = Listing.objects.filter(pk=node.pk).select_related("organiser", "venue").first()
        return _of_listing(listing, viewer) if listing else []
    return _on_at(node, viewer)


def _of_listing(listing: Listing, viewer: Viewer) -> list[Section]:
    found = []
    schedule = listing.schedule
    if schedule is not None:
        dates = [span_in_full(span) for span in next_spans(listing)]
        facts = [{"label": _("When"), "value": sentence(schedule), "icon": "watch"}]
        facts.append(
            {"label": _("Next dates"), "values": dates}
            if dates
            else {"label": _("Next dates"), "value": _("None: this is over")}
        )
        found.append(Section(_("When"), facts=facts, position=-20))
    facts = []
    if listing.cost:
        facts.append({"label": _("Cost"), "value": listing.cost})
    facts += _linked(_("Run by"), listing.organiser, viewer, listing.organiser_name)
    facts += _linked(_("Venue"), listing.venue, viewer)
    if listing.online:
        facts.append({"label": _("Where"), "value": _("Online")})
    if facts:
        found.append(Section(_("What to know"), facts=facts, position=-10))
    return found


def _linked(label: str, node: Node | None, viewer: Viewer, name: str = "") -> list[dict]:
    """The fact that names a node, with a link, when the viewer may see it; else the name that was given."""
    if node is not None and Node.objects.visible_to(viewer).filter(pk=node.pk).exists():
        return [{"label": label, "value": node.name, "url": node.get_absolute_url()}]
    return [{"label": label, "value": name}] if name else []


def _on_at(node: Node, viewer: Viewer) -> list[Section]:
    coming = (
        Occurrence.objects.filter(
            Q(listing__venue=node) | Q(listing__organiser_id=node.pk),
            listing__in=Listing.objects.visible_to(viewer),
            starts_at__gte=timezone.now(),
        )
        .select_related("listing")
        .order_by("listing_id", "starts_at")
        .distinct("listing_id")
    )
    rows = sorted(coming, key=lambda it: it.starts_at)[:SHOWN]
    if not rows:
        return []
    facts = [
        {
            "label": span_in_full(Span(row.starts_at, row.ends_at)),
            "value": row.listing.name,
            "url": row.listing.get_absolute_url(),
        }
        for row in rows
    ]
    return [Section(_("What is on"), facts=facts, position=10)]


def next_spans(listing: Listing, count: int = SHOWN) -> list[Span]:
    """Return the next dates that are on record, in order."""
    now = timezone.now()
    rows = listing.occurrences.filter(Q(ends_at__gt=now) | Q(ends_at__isnull=True, starts_at__gt=now)).order_by(
        "starts_at"
    )[:count]
    return [Span(row.starts_at, row.ends_at) for row in rows]


def cards(ids: Iterable[int]) -> dict[int, CardDetail]:
    """Return `{id: CardDetail}` for those of the nodes that are listings; one query."""
    now = timezone.now()
    rows = (
        Occurrence.objects.filter(
            Q(ends_at__gt=now) | Q(ends_at__isnull=True, starts_at__gt=now), listing__in=list(ids)
        )
        .order_by("listing_id", "starts_at")
        .distinct("listing_id")
        .values_list("listing_id", "starts_at", "ends_at", "listing__repeats", "listing__cost")
    )
    return {
        pk: CardDetail(when=next_time(Span(starts, ends), repeats == Repeats.WEEKLY, now), cost=cost)
        for pk, starts, ends, repeats, cost in rows
    }


def upcoming(place: Place, viewer: Viewer, now: datetime.datetime, limit: int) -> list[Upcoming]:
    """Return what is on next in `place`, each listing once, soonest first; one query."""
    soonest = (
        Occurrence.objects.filter(
            Q(ends_at__gt=now) | Q(ends_at__isnull=True, starts_at__gt=now),
            starts_at__lt=now + datetime.timedelta(days=AHEAD),
            listing__in=Listing.objects.visible_to(viewer).of_place(place),
        )
        .order_by("listing_id", "starts_at")
        .distinct("listing_id")
        .values_list("listing_id", "starts_at", "ends_at", "listing__repeats")
    )
    rows = sorted(soonest, key=lambda row: row[1])[:limit]
    return [
        Upcoming(pk, starts, next_time(Span(starts, ends), repeats == Repeats.WEEKLY, now))
        for pk, starts, ends, repeats in rows
    ]
