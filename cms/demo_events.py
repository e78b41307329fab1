"""The demo place's calendar: five made-up groups and some forty events, each marked as an example."""

from __future__ import annotations

import datetime
import random
import tomllib
import uuid
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.utils import timezone

from listings.commands import listings
from listings.commands.details import Details, Where
from listings.models import Listing, Membership, MembershipRole, Organisation
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change, Schedule, Slot
from mapping.commands.change import change
from mapping.models import Actor, Category, LocationSource, Node, NodeState, Place

FILE = "example_events.toml"
# Names of its own, so that the same file makes the same records.
NAMES = uuid.UUID("6f1d3c1e-5b0e-4c62-9a53-0f5f5b7a7e02")
ABOUT = "This is made up, to show what a calendar looks like. It does not take place."
# Series have begun a while ago.
BEGUN = datetime.timedelta(days=21)


@dataclass(frozen=True)
class Loaded:
    """What was there already, and what was made."""

    made: int
    kept: int


def load(folder: Path, place: Place, actor: Actor) -> Loaded:
    """Post what `FILE` in `folder` says; what is there already, changed or not, stays.

    Raises KeyError when it names a group or category that is not there.
    """
    said = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    groups = {it["key"]: _group(it, place, actor) for it in said["group"]}
    made = 0
    for number, event in enumerate(said["event"]):
        key = uuid.uuid5(NAMES, event["name"])
        if not Listing.objects.filter(uuid=key).exists():
            organisation, user = groups[event["group"]]
            details = _details(event, number, place, organisation)
            listings.post(actor=Actor.of(user), user=user, place=place, details=details, uuid=key, made_up=True)
            made += 1
    return Loaded(made, len(said["event"]) - made)


def _group(said: dict, place: Place, actor: Actor):
    """A trusted group, and an account that posts for it."""
    key = uuid.uuid5(NAMES, said["key"])
    email = f"{said['key']}@example.org"
    user, _ = get_user_model().objects.get_or_create(email=email, defaults={"username": email})
    organisation = Organisation.objects.filter(uuid=key).first()
    if organisation is None:
        with change(actor=actor, action="load demo", place=place) as it:
            organisation = Organisation.objects.create(
                uuid=key,
                name=said["name"],
                summary=said["summary"],
                place=place,
                category=Category.objects.get(slug="community-group"),
                state=NodeState.LIVE,
                trusted=True,
                email=email,
            )
            Membership.objects.create(organisation=organisation, user=user, role=MembershipRole.OWNER)
            it.data["group"] = said["key"]
    return organisation, user


def _details(said: dict[str, Any], number: int, place: Place, organisation: Organisation) -> Details:
    known = {it.name for it in fields(Details)}
    more = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said.items()
        if name in known and name not in ("name", "category")
    }
    return Details(
        name=said["name"],
        summary=ABOUT,
        listing_kind=said["kind"],
        category=Category.objects.get(slug=said["category"]),
        organiser=organisation,
        where=_where(said["venue"], number, place),
        schedule=_schedule(said, place),
        **more,
    )


def _where(venue: str, number: int, place: Place) -> Where:
    if venue in ("online", "home"):
        return Where(at_home=venue == "home")
    if venue:
        known = Node.objects.filter(place=place, name=venue, state=NodeState.LIVE).order_by("pk").first()
        if known is not None:
            return Where.at(known)
    return Where(point=_somewhere(place, number), source=LocationSource.PIN)


def _somewhere(place: Place, number: int) -> Point:
    """A point in the place, another for each event and the same each time."""
    draw = random.Random(number)
    west, south, east, north = place.boundary.extent
    for _ in range(1000):
        point = Point(draw.uniform(west, east), draw.uniform(south, north), srid=4326)
        if place.boundary.covers(point):
            return point
    return place.boundary.point_on_surface


def _schedule(said: dict[str, Any], place: Place) -> Schedule:
    zone = ZoneInfo(place.timezone)
    today = timezone.now().astimezone(zone).date()
    ahead = said.get("ahead")
    repeat = Repeat.parse(said["rule"]) if said["rule"] else None
    first = today + datetime.timedelta(days=ahead) if ahead else today - BEGUN
    made = Schedule(
        first=first,
        times=tuple(_slot(it) for it in said["times"].split()),
        zone=zone,
        days=said.get("days", 1),
        repeat=repeat,
        also_on=tuple(today + datetime.timedelta(days=it) for it in said.get("also", ())),
        not_in_months=tuple(said.get("not_in_months", ())),
        not_on_holidays=said.get("not_on_holidays", False),
        nation=place.nation,
    ).on_rule()
    return Schedule(**{**made.__dict__, "changes": _changes(made, said)})


def _slot(text: str) -> Slot:
    starts, _, ends = text.partition("-")
    return Slot.between(datetime.time.fromisoformat(starts), datetime.time.fromisoformat(ends) if ends else None)


def _changes(made: Schedule, said: dict[str, Any]) -> tuple[Change, ...]:
    spans = made.next_spans(timezone.now(), 8)
    changes = []
    if "cancel" in said:
        changes.append(Change(spans[said["cancel"]].original, cancelled=True, note="The hall is being painted."))
    if "move" in said:
        original = spans[said["move"]].original
        later = original + datetime.timedelta(hours=2)
        changes.append(Change(original, starts=later, note="Two hours later, this time only."))
    return tuple(changes)
