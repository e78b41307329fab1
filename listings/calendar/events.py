"""Listings as events of a calendar file: what a viewer may know of each, its schedule or its single dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands.dates import AT_ONCE, HORIZON
from listings.models import Listing, Occurrence, ScheduleChange
from listings.nodes.date_lines import span_of
from listings.schedules.schedule import Change, Span
from mapping.models import LocationPrecision, Node, Place, StepFree, Viewer
from mapping.nodes.cards import confirmed

from .entries import UNREAD
from .icalendar_writer import Event
from .question import Question

MAX_EVENTS = 1000
# Single dates of feeds in one file, all its listings together.
MAX_DATES = 2000


def nearest(question: Question) -> tuple[list[Listing], int]:
    """The listings that answer and are still on, the one that is on next first: at most `MAX_EVENTS`; and how many
    there are."""
    following = Occurrence.objects.filter(listing=OuterRef("pk")).not_over(question.now).order_by("starts_at")
    found = question.listings.annotate(following=Subquery(following.values("starts_at")[:1]))
    found = found.filter(following__isnull=False)
    ids = list(found.order_by("following", "pk").values_list("pk", flat=True)[: MAX_EVENTS + 1])
    total = found.count() if len(ids) > MAX_EVENTS else len(ids)
    rows = {it.pk: it for it in whole(Listing.objects.filter(pk__in=ids[:MAX_EVENTS]))}
    return [rows[pk] for pk in ids[:MAX_EVENTS] if pk in rows], total


def one(listing_id: int, viewer: Viewer) -> list[Listing]:
    """A listing alone, also when it is over; nothing when the viewer may not see it."""
    return list(whole(Listing.objects.visible_to(viewer).filter(pk=listing_id)))


def whole(listings):
    """With what an event is made of: few queries, whatever the number of them."""
    changes = ScheduleChange.objects.order_by("original")
    return (
        listings.select_related("category", "schedule_row")
        .prefetch_related(Prefetch("schedule_row__changes", queryset=changes))
        .defer(*(name for name in UNREAD if name != "public_point"))
    )


def events(
    listings: Sequence[Listing], viewer: Viewer, now: datetime.datetime, absolute: Callable[[str], str]
) -> list[Event]:
    """Return an event for each of `listings`. `absolute` makes an address out of a path. Three queries."""
    rows = {it.pk: it for it in listings}
    changes = {pk: list(row.changes.all()) for pk, it in rows.items() if (row := getattr(it, "schedule_row", None))}
    dates = _single_dates([pk for pk in rows if pk not in changes], now)
    known = {it.venue_id for it in listings} | {it.organiser_id for it in listings}
    known |= {it.venue_id for found in changes.values() for it in found}
    known |= {it.change.venue for found in dates.values() for it in found if it.change}
    visible = Node.objects.visible_to(viewer).filter(pk__in=[pk for pk in known if pk])
    nodes = {it.pk: it for it in visible.defer(*UNREAD)}
    zones = dict(Place.objects.filter(pk__in={it.place_id for it in listings}).values_list("pk", "timezone"))
    # The same all year, so that a file does not change without a change of what it tells.
    since = datetime.date(now.year - 1, 1, 1)
    return [
        _event(it, nodes, changes.get(it.pk, []), dates.get(it.pk, []), since, zones.get(it.place_id, ""), absolute)
        for it in listings
        if it.pk in changes or it.pk in dates
    ]


def _event(
    listing: Listing,
    nodes: dict[int, Node],
    changes: Iterable[ScheduleChange],
    dates: Iterable[Span],
    since: datetime.date,
    zone: str,
    absolute: Callable[[str], str],
) -> Event:
    row = getattr(listing, "schedule_row", None)
    made = Event(
        uuid=str(listing.uuid),
        name=listing.name,
        changed=max([listing.updated_at, *(it.made_at for it in changes)]),
        created=listing.created_at,
        url=absolute(listing.get_absolute_url()),
        description=_description(listing, nodes, absolute(listing.get_absolute_url())),
        location=_location(listing, nodes),
        point=_point(listing),
        categories=(listing.category.name,) if listing.category else (),
        zone=ZoneInfo(zone) if zone else timezone.get_default_timezone(),
        dates=tuple(dates),
        since=since,
        places={pk: place_in_words(node) for pk, node in nodes.items()},
    )
    if row is None:
        return made
    schedule = row.dates
    if not schedule.repeats or schedule.first > since:
        made = replace(made, since=min([schedule.first, *schedule.also_on]))
    end = row.kept_until or (listing.updated_at + HORIZON + AT_ONCE).date()
    return replace(made, sequence=row.sequence, schedule=schedule, until=end)


def _single_dates(ids: Sequence[int], now: datetime.datetime) -> dict[int, list[Span]]:
    """The dates of listings that have no schedule: what feeds give, those of the last month too."""
    found: dict[int, list[Span]] = {}
    rows = Occurrence.objects.filter(listing__in=ids).not_over(now - AT_ONCE).select_related("listing")
    for row in rows.order_by("starts_at", "pk")[:MAX_DATES] if ids else ():
        original = _original(row)
        change = Change(original, venue=row.venue_id, where=row.where, note=row.note)
        span = replace(span_of(row), original=original, change=change if row.status != "on" or row.note else None)
        found.setdefault(row.listing_id, []).append(span)
    return found


def _original(row: Occurrence) -> datetime.datetime:
    """What tells a date from the others, as a time without a zone."""
    try:
        return datetime.datetime.fromisoformat(row.original).replace(tzinfo=None)
    except ValueError:
        return row.starts_at.astimezone(datetime.UTC).replace(tzinfo=None)


def _description(listing: Listing, nodes: dict[int, Node], url: str) -> str:
    facts = []
    if listing.cost:
        facts.append(_("Cost: %(cost)s") % {"cost": listing.cost})
    if listing.step_free == StepFree.YES:
        facts.append(_("Step-free"))
    organiser = nodes.get(listing.organiser_id or 0)
    if name := organiser.name if organiser is not None else listing.organiser_name:
        facts.append(_("Run by: %(name)s") % {"name": name})
    if listing.fading_since is not None:
        facts.append(confirmed(listing, listing.fading_since))
    # Not every calendar shows the address of an event.
    return "\n\n".join(it for it in (listing.summary, "\n".join(facts), url) if it)


def _location(listing: Listing, nodes: dict[int, Node]) -> str:
    if listing.online:
        return _("Online")
    venue = nodes.get(listing.venue_id or 0)
    parts = [venue.name if venue is not None else "", listing.public_address, listing.public_postcode]
    return ", ".join(dict.fromkeys(it for it in parts if it))


def place_in_words(node: Node) -> str:
    """A venue as LOCATION: name, address and postcode, as far as everybody may know them."""
    return ", ".join(dict.fromkeys(it for it in (node.name, node.public_address, node.public_postcode) if it))


def _point(listing: Listing) -> tuple[float, float] | None:
    """Latitude and longitude, only where everybody may know them exactly."""
    point = listing.public_point
    if point is None or listing.location_precision != LocationPrecision.EXACT:
        return None
    return point.y, point.x
