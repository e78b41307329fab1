"""A listing in the words of schema.org: an Event with its next date."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from listings.models import Occurrence
from listings.schedules.repeat import Weekday
from listings.schedules.schedule import ONE_DAY, Schedule, Status
from mapping.models import Node, NodeKind, Viewer

from .date_lines import span_of
from .facts import next_rows, of_node

SCHEMA = "https://schema.org"
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# https://schema.org/EventStatusType
STATUS = {Status.ON: "EventScheduled", Status.MOVED: "EventRescheduled", Status.CANCELLED: "EventCancelled"}


def event(node: Node, viewer: Viewer) -> dict[str, Any]:
    """Return the properties of an Event (https://schema.org/Event) for a listing that still has a date."""
    if node.kind != NodeKind.ACTIVITY:
        return {}
    listing = of_node(node)
    rows = next_rows(listing) if listing else []
    if not rows:
        return {}
    # The next that takes place; where none does, the next that does not.
    row = next((it for it in rows if it.status != Occurrence.Status.CANCELLED), rows[0])
    span, dates = span_of(row), listing.schedule
    zone = dates.zone if dates is not None else timezone.get_current_timezone()
    found: dict[str, Any] = {
        "@type": "Event",
        "startDate": _moment(span.starts, zone, span.all_day),
        "eventStatus": f"{SCHEMA}/{STATUS[span.status]}",
        "eventSchedule": in_schema_org(dates) if dates is not None else None,
        "eventAttendanceMode": f"{SCHEMA}/{'Online' if listing.online else 'Offline'}EventAttendanceMode",
    }
    if span.ends:
        last = span.ends - ONE_DAY if span.all_day else span.ends
        found["endDate"] = _moment(last, zone, span.all_day)
    if span.status == Status.MOVED and span.original is not None:
        found["previousStartDate"] = _moment(span.original.replace(tzinfo=zone), zone, span.all_day)
    visible = set(
        Node.objects.visible_to(viewer)
        .filter(pk__in=[pk for pk in (listing.organiser_id, listing.venue_id, row.venue_id) if pk])
        .values_list("pk", flat=True)
    )
    organiser = listing.organiser.name if listing.organiser_id in visible else listing.organiser_name
    if organiser:
        found["organizer"] = {"@type": "Organization", "name": organiser}
    if row.venue_id or row.where:
        # That date is elsewhere.
        name = row.venue.name if row.venue_id in visible else row.where
        found["location"] = {"@type": "Place", "name": name} if name else None
    elif listing.online:
        found["location"] = {"@type": "VirtualLocation", "url": node.website} if node.website else None
    else:
        place: dict[str, Any] = {"@type": "Place"}
        if listing.venue_id in visible:
            place["name"] = listing.venue.name
        address = " ".join(part for part in (node.public_address, node.public_postcode) if part)
        if address:
            place["address"] = address
        found["location"] = place if len(place) > 1 else None
    return {key: value for key, value in found.items() if value}


def _moment(at: datetime.datetime, zone: datetime.tzinfo, all_day: bool) -> str:
    local = at.astimezone(zone)
    return local.date().isoformat() if all_day else local.isoformat()


def in_schema_org(dates: Schedule) -> dict[str, Any] | None:
    """The schedule as https://schema.org/Schedule; None where that has no words for it, or it is a single date."""
    rule = dates.repeat
    if rule is None or rule.position or len(dates.times) > 1 or dates.not_on_holidays:
        return None
    found: dict[str, Any] = {
        "@type": "Schedule",
        "repeatFrequency": f"P{rule.interval}{rule.frequency[0]}",
        "byDay": [_day(it) for it in rule.weekdays],
        "byMonthDay": list(rule.month_days),
        "byMonth": list(rule.months),
        "repeatCount": rule.count,
        "startDate": dates.first.isoformat(),
        "endDate": rule.until and rule.until.isoformat(),
        "exceptDate": [it.isoformat() for it in dates.not_on],
        "scheduleTimezone": dates.zone.key,
    }
    if dates.not_in_months:
        found["byMonth"] = sorted(set(rule.months or range(1, 13)) - set(dates.not_in_months))
    if dates.times:
        [slot] = dates.times
        found["startTime"] = f"{slot.starts:%H:%M}"
        found["endTime"] = f"{slot.ends:%H:%M}" if slot.ends else None
    return {key: value for key, value in found.items() if value}


def _day(day: Weekday) -> str:
    """A day of the week by its address; the second of a month as iCalendar says it, which is allowed there."""
    return str(day) if day.nth else f"{SCHEMA}/{DAY_NAMES[day.day]}"
