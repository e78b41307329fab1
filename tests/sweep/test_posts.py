"""What those who look after something are shown as buttons, pressed by those to whom none of it belongs.

The forms are read from the pages themselves, so a new button is pressed without a new test. Nothing of the database may
be another afterwards, no answer may be a fault, and none may name what is hidden from whoever pressed.
"""

from __future__ import annotations

import logging

import pytest
from django.db import transaction

from tests import test_access as access
from tests.sweep import world as worlds
from tests.sweep.forms import Sent, crawl, route_of

# Pages of Wagtail's own, and of the network: no buttons of ours.
NOT_READ = (
    "accounts/", "django-admin/", "admin/logout", "admin/users", "admin/account", "admin/pages", "admin/failwhale",
    "admin/images", "admin/reports", "admin/bulk", "admin/chooser", "admin/workflows", "admin/tasks", "admin/editing",
    "admin/choose", "admin/documents", "admin/collections", "admin/sites", "admin/form-state", "documents/", "api/",
    "maps/", "tiles/", "network/", "<slug:place>/network", "^((", "basemap/", "demo/",
)  # fmt: skip
# What anybody may send, and the tables in which that is kept. Of whoever signs in it may be another table too.
ASKED = {"mapping_auditentry"}
FLAG = {"listings_flag", "listings_flagcase"}
PUBLIC: dict[str, set[str]] = {
    "node/<uuid:uuid>/flag/": FLAG,
    "connections/<uuid:uuid>/flag/": FLAG,
    "reports/<uuid:uuid>/flag/": FLAG,
    "reports/<uuid:uuid>/follow/": {"listings_reportfollower"},
    "node/<uuid:uuid>/suggest/": {"listings_proposal", "wagtailcore_revision"},
    "node/<uuid:uuid>/book/": {"listings_booking", "listings_bookingdate"},
    "alerts/new/": {"listings_alert"},
    "tell-us/": {"listings_missingreport"},
    "groups/nominate/": {"listings_nomination"},
    "groups/claim/<uuid:uuid>/": {"listings_claim"},
    "groups/<uuid:uuid>/join/": {"listings_member"},
    "<slug:place>/join/": {"listings_member", "listings_space", "mapping_placerole"},
    # Whoever is not signed in goes on after that.
    "post/<uuid:uuid>/edit/": {"listings_postdraft"},
    "post/check/": {"listings_postdraft"},
    "post/new/": {"listings_postdraft"},
}
# Members write to the contacts of a space.
OF_MEMBERS = {"groups/<uuid:uuid>/space/urgent/": {"listings_urgentcall", "listings_urgentcopy"}}
ODD = ("", "\x00", "9" * 40, "-1", "٣", "not-a-uuid", "🧶" * 3000, "<script>", "[]", "2031-02-30", "NaN")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for all tests of this module, and taken back at its end."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.make()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def first(world) -> list[str]:
    """Addresses from which all others are reached."""
    found = [access.RULES[it][0].format(**world.at) for it in access.OURS if not it.startswith(NOT_READ)]
    found += [
        f"/{it}"
        for it in access.ADMIN
        if not it.startswith(NOT_READ) and not set(it) & set("<^") and it != "admin/login/"
    ]
    for name in ("bread", "supper", "waiting"):
        it = world.at[name]
        found += [f"/node/{it}", f"/node/{it}/book/", f"/node/{it}/publication/"]
        found += [f"/post/{it}/{part}" for part in ("", "edit/", "dates/", "bookings/", "links/")]
    return [*found, f"/post/{world.at['bread']}/bookings/{world.at['booked']}/"]


@pytest.fixture(scope="module")
def presses(world, first) -> list[Sent]:
    found = {}
    for who in ("steward", "ours"):
        for it in crawl(world.client(who), first, a_route=1, skip=NOT_READ):
            if len(known := found.setdefault(it.kind(), set())) < 2:
                known.add(it)
    return sorted((it for known in found.values() for it in known), key=str)


def may_change(who: str, route: str) -> set[str]:
    allowed = PUBLIC.get(route, set()) | (OF_MEMBERS.get(route, set()) if who == "member" else set())
    return allowed | ASKED if allowed else set()


def press(world, who: str, address: str, body: dict, before: dict) -> list[str]:
    """What is wrong about the answer; whatever it changed is taken back."""
    allowed, problems = may_change(who, route_of(address)), []
    with transaction.atomic():
        with worlds.written() as written:
            response = world.client(who).post(address, body)
        if response.status_code >= 500:
            problems.append(f"status {response.status_code}")
        else:
            # Only then are they all looked through.
            after = worlds.tables() if written - allowed else before
            if more := {name for name, it in after.items() if before[name] != it} - allowed:
                problems.append(f"changed {sorted(more)}")
            problems += [f"names {it!r}" for it in named(world, who, response, body)]
        transaction.set_rollback(True)
    return [f"{who} {address} {str(body)[:300]}: {it}" for it in problems]


def named(world, who: str, response, body: dict) -> list[str]:
    """What the answer names of what is hidden; what was typed may be said back."""
    if response.streaming or "text" not in response.get("Content-Type", ""):
        return []
    text, typed = response.content.decode().lower(), str(body).lower()
    hidden = world.secrets | (set() if who == "member" else world.members_only)
    return [it for it in hidden if it in text and it not in typed]


def test_buttons_are_found(presses):
    """A page that is not read any more would leave its buttons unpressed."""
    routes = {it.route for it in presses}
    assert len(routes) > 50
    for part in ("admin/queue/bulk/", "groups/<uuid:uuid>/team/", "admin/flags/<uuid:uuid>/decide/", "tell-us/"):
        assert part in routes


@pytest.mark.parametrize("who", worlds.OUTSIDERS)
def test_buttons_of_others_do_nothing(who, world, presses):
    before, problems = worlds.tables(), []
    for it in presses:
        problems += press(world, who, it.address, it.body(), before)
    assert not problems, "\n".join(problems)


def test_odd_bodies_do_nothing(world, first):
    before, problems = worlds.tables(), []
    for number, address in enumerate(dict.fromkeys(first)):
        odd = {"do": ODD[number % len(ODD)], "uuid": ODD[number % 7], "email": ODD[number % 5]}
        problems += press(world, ("anonymous", "stranger")[number % 2], address, odd if number % 3 else {}, before)
    assert not problems, "\n".join(problems)


def test_buttons_do_something_for_whoever_may(world, presses):
    """Else the tests above would pass whatever a page let through."""
    did = set()
    for it in presses:
        with transaction.atomic():
            with worlds.written() as written:
                world.client("steward" if it.route.startswith("admin/") else "ours").post(it.address, it.body())
            if written:
                did.add(it.route)
            transaction.set_rollback(True)
    assert len(did) > 30, did


def test_odd_words_of_whoever_may_are_no_fault(world, presses):
    """One field of each form after the other with something odd in it: refused in words, never a fault."""
    problems = []
    for number, it in enumerate(presses):
        body = it.body()
        who = "steward" if it.route.startswith("admin/") else "ours"
        for place, name in enumerate(body):
            if (place + number) % 4:
                continue
            with transaction.atomic():
                odd = ODD[(number + place) % len(ODD)]
                response = world.client(who).post(it.address, body | {name: [odd]})
                if response.status_code >= 500:
                    problems.append(f"{who} {it.address} {name}={odd[:20]!r}: {response.status_code}")
                transaction.set_rollback(True)
    assert not problems, "\n".join(problems)
