"""Pages that list something ask as many questions of the database for two hundred rows as for five."""

from __future__ import annotations

import datetime
import logging
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from listings.commands import proposals
from listings.models import (
    Booking,
    BookingDate,
    BookingState,
    Claim,
    Duty,
    Feed,
    Flag,
    FlagAppeal,
    FlagCase,
    Invitation,
    Member,
    Membership,
    MissingReport,
    Nomination,
    Reminder,
    Report,
    ReportCategory,
    ReportFollower,
    Space,
    Trust,
    UrgentCall,
)
from mapping.models import AuditEntry, MatchCandidate, NodeState, PlaceRole, Visibility
from tests import factories
from tests.sweep import world as worlds

FEW, MANY = 5, 200
# So many more may be asked: the number of a next page, say.
MORE = 3
PAGES: dict[str, tuple[str, str]] = {
    "queue": ("steward", "/admin/queue/"),
    "queue of new": ("steward", "/admin/queue/?source=new"),
    "queue of suggestions": ("steward", "/admin/queue/?source=suggestions"),
    "queue of claims": ("steward", "/admin/queue/?source=claims"),
    "queue of nominations": ("steward", "/admin/queue/?source=nominations"),
    "queue of flags": ("steward", "/admin/queue/?source=flags"),
    "queue of those who join": ("steward", "/admin/queue/?source=joining"),
    "queue of the place": ("steward", "/admin/queue/?place=trafford"),
    "first page of the admin": ("steward", "/admin/"),
    "flags": ("steward", "/admin/flags/"),
    "one case": ("steward", "/admin/flags/{case}/"),
    "live": ("steward", "/admin/live/"),
    "live, one group": ("steward", "/admin/live/?group=group"),
    "history": ("steward", "/admin/live/{node}/"),
    "duty": ("steward", "/admin/duty/"),
    "audit": ("steward", "/admin/audit/"),
    "trust": ("steward", "/admin/trust/"),
    "duplicates": ("steward", "/admin/duplicates/"),
    "reports of stewards": ("steward", "/admin/reported/"),
    "what reports are set up with": ("steward", "/admin/reported/setup/"),
    "one report of stewards": ("steward", "/admin/reported/{report}/"),
    "scheduled": ("steward", "/admin/queue/scheduled/"),
    "imports": ("steward", "/admin/imports/"),
    "members of the place": ("steward", "/trafford/members/"),
    "stale": ("steward", "/stewards/stale/"),
    "open data": ("steward", "/stewards/open-data/trafford/"),
    "one nomination": ("steward", "/groups/nominations/{nomination}/"),
    "one claim": ("steward", "/groups/claims/{claim}/"),
    "group": ("ours", "/groups/{group}/"),
    "team": ("ours", "/groups/{group}/team/"),
    "members": ("ours", "/groups/{group}/space/members/"),
    "space": ("ours", "/groups/{group}/space/"),
    "urgent": ("member", "/groups/{group}/space/urgent/"),
    "settings of the space": ("ours", "/groups/{group}/space/settings/"),
    "bookings": ("ours", "/post/{bread}/bookings/"),
    "roster": ("ours", "/post/{bread}/bookings/{booked}/"),
    "roster as a file": ("ours", "/post/{bread}/bookings/{booked}/people.csv"),
    "feeds": ("ours", "/post/feeds/"),
    "feeds of the group": ("ours", "/post/feeds/of/{group}/"),
    "mine": ("ours", "/post/"),
    "export of the group": ("ours", "/groups/{group}/export/"),
    "account": ("ours", "/accounts/"),
    "page of the group": ("anonymous", "/node/{group}"),
    "page of the event": ("anonymous", "/node/{bread}"),
    "book": ("anonymous", "/node/{bread}/book/"),
    "reports": ("anonymous", "/trafford/reports/"),
    "map of reports": ("anonymous", "/trafford/reports/map.js"),
    "one report": ("anonymous", "/reports/{report}/"),
    "report follower": ("anonymous", "/reports/yours/{follower}/"),
    "letter of freshness": ("anonymous", "/still-true/all/{letter}/"),
    "calendar of the group": ("anonymous", "/node/{group}/calendar/"),
    "a new alert": ("anonymous", "/alerts/new/?place=trafford"),
}  # fmt: skip


def fill(world, number: int, tag: str) -> None:
    """So many rows of everything that a page lists."""
    now, place, group = timezone.now(), world.place, world.group
    hour = datetime.timedelta(hours=1)
    User = get_user_model()
    names = [f"{tag}{it}" for it in range(number)]
    people = User.objects.bulk_create([User(username=it, email=f"{it}@example.org") for it in names])
    space, of_place = Space.objects.get(organisation=group), Space.objects.get(place=place)
    for where in (space, of_place):
        half = number // 2
        Member.objects.bulk_create(
            [Member(space=where, user=it, name="A", state="member", since=now) for it in people[:half]]
            + [Member(space=where, user=it, name="B") for it in people[half:]]
        )
    Membership.objects.bulk_create([Membership(organisation=group, user=it, role="editor") for it in people])
    PlaceRole.objects.bulk_create([PlaceRole(place=place, user=it, role="steward") for it in people[: number // 4]])
    Duty.objects.bulk_create([Duty(place=place, user=it) for it in people[: number // 4]])
    Trust.objects.bulk_create([Trust(place=place, user=it, by=world.users["steward"]) for it in people])
    Invitation.objects.bulk_create(
        [Invitation(organisation=group, email=it.email, role="editor", invited_by=people[0]) for it in people[:40]]
    )
    Claim.objects.bulk_create([Claim(node=group, user=it, way="steward", state="waiting", words="I") for it in people])
    Nomination.objects.bulk_create([Nomination(place=place, name=f"Choir {it}") for it in names])
    Feed.objects.bulk_create([Feed(organisation=group, url=f"https://example.org/{it}.ics") for it in names])
    MissingReport.objects.bulk_create([MissingReport(place=place, looked_for=it, alike=it) for it in names])
    UrgentCall.objects.bulk_create([UrgentCall(space=space) for _it in names])
    AuditEntry.objects.bulk_create(
        [AuditEntry(user=it, actor=it.username, action="approve listing", place=place, target_uuid=world.at["node"])
         for it in people]
    )  # fmt: skip
    date = BookingDate.objects.get(uuid=world.at["booked"])
    BookingDate.objects.filter(pk=date.pk).update(places=None)
    BookingDate.objects.bulk_create(
        [BookingDate(listing_id=date.listing_id, starts_at=now + hour * it, places=3) for it in range(1, number)]
    )
    states = [BookingState.BOOKED, BookingState.HELD, BookingState.WAITING, BookingState.ENDED]
    Booking.objects.bulk_create(
        [Booking(date=date, email=it.email, state=states[at % 4], confirmed_at=now) for at, it in enumerate(people)]
    )
    _reports(world, names, now)
    # More of these than a page shows are not needed, and they take long to make.
    _nodes(world, people, names[:60], now)


def _reports(world, names: list[str], now) -> None:
    category = ReportCategory.objects.first()
    found = Report.objects.bulk_create(
        [Report(place=world.place, category=category, point=Point(-2.32, 53.42, srid=4326), title=it, words="w",
                confirmed_at=now) for it in names]
    )  # fmt: skip
    one = Report.objects.get(uuid=world.at["report"])
    ReportFollower.objects.bulk_create(
        [ReportFollower(report=one, email=f"f{it}@example.org", confirmed_at=now) for it in names]
        + [ReportFollower(report=it, email="g@example.org", is_reporter=True, confirmed_at=now) for it in found]
    )
    one.updates.model.objects.bulk_create(
        [one.updates.model(report=one, by="steward", user=world.users["steward"], words=it) for it in names]
    )
    world.at["follower"] = str(ReportFollower.objects.filter(report=one, is_reporter=True).get().uuid)


def _nodes(world, people, names: list[str], now) -> None:
    place, group, old = world.place, world.group, now - datetime.timedelta(days=500)
    case = FlagCase.objects.filter(decision="").order_by("pk").first()
    world.at["case"] = str(case.uuid)
    letter = world.at.setdefault("letter", "6d7f5b9e-6d1f-4f1b-8f43-2f5a4f6b0a11")
    Flag.objects.bulk_create([Flag(case=case, reason="gone", words="w", email=f"c{it}@example.org") for it in names])
    for it in names:
        more = {"place": place, "organiser": group, "posted_by": world.users["ours"]}
        listing = factories.ListingFactory(name=f"L {it}", **more)
        factories.takes_place(listing, now + datetime.timedelta(days=2))
        factories.ListingFactory(name=f"P {it}", state=NodeState.PENDING, **more)
        factories.ListingFactory(name=f"S {it}", visibility=Visibility.GROUP, group_id=group.pk, **more)
        hall = factories.NodeFactory(name=f"H {it}", place=place, created_at=old, confirmed_at=old)
        another = factories.NodeFactory(name=f"H {it}", place=place)
        MatchCandidate.objects.create(first=hall, second=another, score=0.9, reason="r")
        opened = FlagCase.objects.create(target="node", target_uuid=hall.uuid, target_name=it, place=place)
        flag = Flag.objects.create(case=opened, reason="gone")
        decided = {"decision": "keep", "decided_at": now, "decided_by": world.users["steward"]}
        closed = FlagCase.objects.create(
            target="node", target_uuid=another.uuid, target_name=it, place=place, **decided
        )
        flag = Flag.objects.create(case=closed, reason="gone")
        FlagAppeal.objects.create(case=closed, flag=flag, side="reader", words="w")
        proposals.suggest(node=hall, typed={"phone": it}, base={"phone": ""})
        Reminder.objects.create(node=hall, email="", since=old, due=now, act="ask")
        sent = {"since": old, "due": now, "sent_at": now, "letter": letter}
        Reminder.objects.create(node=listing, email=f"{people[0].username}@example.org", **sent)


@pytest.fixture(scope="module")
def counted(django_db_setup, django_db_blocker) -> dict[str, list[list[str]]]:
    """By page the questions that it asks, with few rows and with many."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        world = worlds.make()
        found: dict[str, list[list[str]]] = {name: [] for name in PAGES}
        for number, tag in ((FEW, "few"), (MANY - FEW, "many")):
            fill(world, number, tag)
            for name, (who, address) in PAGES.items():
                found[name].append(_asked(world, who, address.format(**world.at)))
        yield found
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def _asked(world, who: str, address: str) -> list[str]:
    # Once before, for what is kept in memory.
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            response = world.client(who).get(address)
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
    if response.status_code != 200:
        return []
    return [it["sql"] for it in queries]


@pytest.mark.parametrize("name", PAGES)
def test_it_does_not_grow(name, counted):
    few, many = counted[name]
    assert few, "It does not show the page."
    again = Counter(it.split(" WHERE ")[0][-300:] for it in many) - Counter(it.split(" WHERE ")[0][-300:] for it in few)
    assert len(many) <= len(few) + MORE, (len(few), len(many), again.most_common(3))
