"""A place with something of every kind that is hidden from somebody, and those who ask for it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import booking_dates, bookings, flag_targets, flags, proposals
from listings.models import (
    Alert,
    Claim,
    Duty,
    FlagReason,
    FlagTarget,
    Member,
    MembershipRole,
    MemberState,
    MissingReport,
    Reminder,
    Space,
)
from mapping.models import PUBLIC, Actor, NodeState, Place, Revision, Visibility
from tests import factories, records

TEST = Actor.command("test")
# Those to whom none of it belongs.
OUTSIDERS = ("anonymous", "stranger", "member", "viewer", "editor", "owner", "elsewhere")


@dataclass
class World:
    place: Place
    group: Any
    at: dict[str, str]
    users: dict[str, Any] = field(default_factory=dict)
    # What no outsider may read anywhere, in lower case; and what only the members of the group may.
    secrets: set[str] = field(default_factory=set)
    members_only: set[str] = field(default_factory=set)

    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """The client of somebody, signed in once: that it is so is a change of its own."""
        if who not in self.clients:
            self.clients[who] = client = Client()
            client.raise_request_exception = False
            if who != "anonymous":
                client.force_login(self.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return self.clients[who]


def person(name: str) -> Any:
    user = factories.UserFactory(username=name, email=f"{name}@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make() -> World:
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    group = factories.OrganisationFactory(name="The group", place=place)
    world = World(place, group, records.make(place, group))
    _people(world)
    _hidden(world)
    return world


def _people(world: World) -> None:
    world.users = {name: person(f"the-{name}") for name in ("stranger", "member", "viewer", "editor", "owner", "ours")}
    factories.MembershipFactory(organisation=world.group, user=world.users["ours"], role=MembershipRole.OWNER)
    factories.member_of(Space.objects.get(organisation=world.group), world.users["member"], name="Maud Member")
    another = factories.OrganisationFactory(name="Another group", place=world.place)
    for role in MembershipRole.values:
        factories.MembershipFactory(organisation=another, user=world.users[role], role=role)
    elsewhere = factories.PlaceFactory(slug="salford", code="E2", name="Salford")
    world.users["elsewhere"] = ensure_steward("elsewhere@example.org", elsewhere)
    world.users["steward"] = ensure_steward("steward@example.org", world.place)


def _hidden(world: World) -> None:
    place, group, now = world.place, world.group, timezone.now()
    hall = factories.NodeFactory(name="Another hall", place=place)
    supper = factories.ListingFactory(
        name="Supper for members", place=place, organiser=group, visibility=Visibility.GROUP, group_id=group.pk
    )
    factories.dates_for(supper)
    poster = person("pip-poster")
    waiting = factories.ListingFactory(
        name="Not approved yet", place=place, state=NodeState.PENDING, posted_by=poster, email="pip-shown@example.org"
    )
    bread = factories.ListingFactory(name="Bread baking", place=place, organiser=group, posted_by=poster)
    row = factories.takes_place(bread, now + datetime.timedelta(days=3))
    terms = booking_dates.set_terms(actor=TEST, listing=bread, is_open=True, places=5)
    date = booking_dates.date_for(listing=bread, row=row, terms=terms)
    booking = bookings.book(date=date, email="bea-booked@example.org", people=1, name="Bea Booked")
    bookings.confirm(booking=booking)
    asks = person("aster-asks")
    Member.objects.create(
        space=Space.objects.get(organisation=group), user=asks, name="Aster Asks", state=MemberState.ASKED
    )
    factories.member_of(Space.objects.create(place=place), person("petra-place"), name="Petra Place")
    flags.say(
        target=flag_targets.find(FlagTarget.NODE, hall.uuid, PUBLIC),
        reason=FlagReason.GONE, words="Fay says that it closed", email="fay-flags@example.org",
    )  # fmt: skip
    Duty.objects.create(user=world.users["steward"], place=place)
    Alert.objects.create(email="alf-alert@example.org", place=place, question="q=hall")
    MissingReport.objects.create(
        place=place, looked_for="A pool", alike="a pool", words="Mia swims", email="mia-missing@example.org"
    )
    Reminder.objects.create(
        node=bread,
        user=poster,
        email=poster.email,
        since=now,
        due=now + datetime.timedelta(days=1),
    )
    proposals.suggest(
        node=bread, typed={"summary": "Pia proposes"}, base={"summary": ""}, email="pia-proposes@example.org"
    )
    Claim.objects.update(words="Clem claims it")
    world.at |= {"bread": str(bread.uuid), "supper": str(supper.uuid), "booked": str(date.uuid)}
    world.at["waiting"] = str(waiting.uuid)
    known = {world.users[it].pk for it in OUTSIDERS[1:]}
    world.secrets = {it.email for it in type(poster).objects.exclude(pk__in=known)} | {
        *("not approved yet", "tea dance", "bea booked", "aster asks", "petra place", "maud member"),
        *("fay says that", "mia swims", "pia proposes", "clem claims"),
        *("ann@example.org", "bea-booked@example.org", "fay-flags@example.org", "alf-alert@example.org"),
        *("mia-missing@example.org", "pia-proposes@example.org", "rita@example.org"),
        *("carol@example.org", "dan@example.org"),
    }
    world.members_only = {"supper for members"}
    for who in (*OUTSIDERS, "ours", "steward"):
        world.client(who)


# Sessions, and what counts those who sign in.
UNCOUNTED = {"django_session", "spatial_ref_sys", "axes_accesslog", "axes_accessfailurelog", "axes_accessattempt"}


WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that are written to inside, whether or not it is taken back."""
    found: set[str] = set()

    def note(execute, sql, params, many, context):
        if match := WRITES.match(sql):
            found.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
    found -= UNCOUNTED


def tables() -> dict[str, tuple[int, Any]]:
    """Of each table how many rows it has, and a number that changes with any of them."""
    names = sorted({*connection.introspection.table_names()} - UNCOUNTED)
    parts = [f"SELECT '{it}', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM \"{it}\" t" for it in names]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (number, total) for name, number, total in cursor.fetchall()}
