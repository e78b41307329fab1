"""Every kind of link that a letter brings: opened by a scanner, used twice, late, by others, of what is gone or erased.

The kinds, and where a new one is added: letter_kinds.py.
"""

from __future__ import annotations

import datetime
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import booking_dates
from listings.models import Alert, Booking, BookingDate, Member
from mapping.access.personal_data import Person
from mapping.commands import merges, persons
from mapping.models import Node, NodeState, Revision
from tests import factories, records
from tests.sweep import world as worlds
from tests.sweep.letter_kinds import HER, KINDS, LONG, OPEN, TEST, Kind

NAMES = [f"{it.name} {' '.join(it.press) + ' ' + ' '.join(it.press.values())}".strip() for it in KINDS]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=NAMES)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Made once for all tests of this module."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock(), transaction.atomic():
        place = factories.PlaceFactory()
        Revision.objects.get_or_create(place=place)
        group = factories.OrganisationFactory(name="The group", place=place)
        found = worlds.World(place, group, records.make(place, group))
        found.users["stranger"] = worlds.person("the-stranger")
        yield found
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(made):
    """As it was made: what a test does is taken back."""
    with transaction.atomic():
        yield made
        transaction.set_rollback(True)


def client_for(kind: Kind) -> Client:
    """Of whoever got the letter: signed in where it is bound to an account."""
    client = Client()
    if kind.bound:
        client.force_login(_account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _account():
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(username="holly-holder").first() or worlds.person("holly-holder")


def in_letters() -> set[str]:
    """The names of all addresses that a template of a letter has, or a module that sends letters."""
    names: set[str] = set()
    for app in ("mapping", "listings", "cms", "config"):
        folder = Path(settings.ROOT) / app
        for path in folder.glob("templates/**/mail/*.txt"):
            names |= set(re.findall(r"""{% url ['"]([\w-]+)['"]""", path.read_text()))
        for path in folder.rglob("*.py"):
            text = path.read_text()
            if re.search(r"\bletters\.send\(|\bsend_mail\(|\bEmailMessage\(|import letters as post_office", text):
                names |= set(re.findall(r"""reverse\(\s*['"]([\w-]+)['"]""", text))
    return names


def test_every_kind_has_a_row():
    # What a letter's module names besides.
    besides = {"flag-case", "bookings-door", "missing"}
    unnamed = in_letters() - {it.name for it in KINDS} - OPEN - besides
    assert not unnamed, f"Say in KINDS what becomes of these links, or in OPEN that they are no keys: {unnamed}"
    assert not {it.name for it in KINDS} - in_letters(), "Rows of links that no letter brings."


def test_signed_texts_are_known():
    """Links are keys of 122 random bits, kept in a row that can be deleted; only the puzzle of forms is signed."""
    signed = {
        str(path.relative_to(settings.ROOT))
        for app in ("mapping", "listings", "cms", "config")
        for path in (Path(settings.ROOT) / app).rglob("*.py")
        if re.search(r"\bsigning\.|\bSigner\(", path.read_text())
    }
    assert signed == {"listings/guard/puzzle.py"}


@every_kind
def test_a_scanner_changes_nothing(kind, world):
    address, _node = kind.make(world)
    client = client_for(kind)
    with worlds.written() as written:
        for method in (client.get, client.head):
            response = method(address)
            assert response.status_code == (405 if kind.post_only else 200)
    assert not written
    if not kind.post_only:
        assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] in ("no-referrer", "same-origin")


@every_kind
def test_twice_is_once(kind, world):
    address, _node = kind.make(world)
    client = client_for(kind)
    assert client.post(address, kind.press).status_code in (200, 302)
    before = worlds.tables()
    response = client.post(address, kind.press)
    assert response.status_code in kind.again, response.status_code
    if not kind.counts_again:
        assert worlds.tables() == before


@every_kind
def test_one_letter_another_opens_nothing(kind, world):
    address, _node = kind.make(world)
    client, at = client_for(kind), re.search(r"[0-9a-f]{8}-|a-token", address).start()
    wrong = address[:at] + ("0" if address[at] != "0" else "1") + address[at + 1 :]
    with worlds.written() as written:
        assert client.get(wrong).status_code in (404, 405)
        assert client.post(wrong, kind.press).status_code == 404
    assert not written


@every_kind
def test_in_another_account_it_is_still_theirs(kind, world):
    """Who is signed in does not matter where the link is the key; where it is bound, nothing is done."""
    address, _node = kind.make(world)
    client = Client()
    client.force_login(world.users["stranger"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address)
    assert page.status_code == (405 if kind.post_only else 200)
    assert not kind.bound or HER not in page.content.decode()
    before = worlds.tables()
    response = client.post(address, kind.press)
    assert response.status_code == 403 if kind.bound else response.status_code in (200, 302)
    assert (worlds.tables() == before) == kind.bound
    if kind.name == "member-leave":
        assert not Member.objects.filter(user__username="holly-holder").exists()


@pytest.mark.parametrize(
    "kind", [it for it in KINDS if it.late], ids=[n for n, it in zip(NAMES, KINDS, strict=True) if it.late]
)
def test_late_it_opens_nothing(kind, world):
    address, _node = kind.make(world)
    kind.late(timezone.now() + LONG)
    client = client_for(kind)
    response = client.post(address, kind.press)
    before = worlds.tables()
    assert response.status_code == 404
    client.get(address)
    assert worlds.tables() == before


def _twin(node: Node) -> Node:
    """Another of its kind, with what the links are about of its own."""
    factory = {"Listing": factories.ListingFactory, "Organisation": factories.OrganisationFactory}
    twin = factory.get(type(node).__name__, factories.NodeFactory)(name=node.name, place=node.place, kind=node.kind)
    if isinstance(node, factories.Listing):
        at = node.occurrences.first()
        row = factories.takes_place(twin, at.starts_at if at else timezone.now() + datetime.timedelta(days=3))
        terms = booking_dates.set_terms(actor=TEST, listing=twin, is_open=False, places=1, has_waiting_list=False)
        date = booking_dates.date_for(listing=twin, row=row, terms=terms)
        Booking.objects.create(date=date, email=HER)
        BookingDate.objects.filter(pk=date.pk).update(taken=1)
    elif isinstance(node, factories.Organisation):
        factories.open_space_of(twin)
    return twin


@pytest.mark.parametrize("kept", [True, False], ids=["merged into another", "archived"])
@every_kind
def test_of_what_is_off_the_map_or_merged_it_is_no_fault(kind, kept, world):
    address, node = kind.make(world)
    client = client_for(kind)
    if node is None:
        return
    if kept and node.state == NodeState.LIVE:
        merges.merge(actor=TEST, kept=Node.objects.get(pk=_twin(node).pk), dropped=Node.objects.get(pk=node.pk))
    else:
        Node.objects.filter(pk=node.pk).update(state=NodeState.ARCHIVED)
    assert client.get(address).status_code < 500
    assert client.post(address, kind.press).status_code in (200, 302, 404, 409, 410, 422)


@every_kind
def test_of_what_is_deleted_nothing_is_left(kind, world):
    address, node = kind.make(world)
    client = client_for(kind)
    if node is None:
        return
    Node.objects.filter(pk=node.pk).delete()
    assert client.get(address).status_code < 500
    response = client.post(address, kind.press)
    assert response.status_code in ((200, 302, 422) if kind.outlives else (404,)), response.status_code


@pytest.mark.parametrize("kind", [it for it in KINDS if not it.addressless], ids=lambda it: it.name)
def test_after_erasure_nothing_is_left(kind, world):
    address, _node = kind.make(world)
    persons.erase(actor=TEST, person=Person.of(HER))
    assert not Alert.objects.filter(email=HER).exists()
    client = client_for(kind)
    before = worlds.tables()
    page = client.get(address)
    assert page.status_code in (404, 405), page.status_code
    assert HER not in page.content.decode()
    assert client.post(address, kind.press).status_code == 404
    assert worlds.tables() == before


@pytest.mark.parametrize("kind", [it for it in KINDS if not it.addressless], ids=lambda it: it.name)
def test_erased_at_the_same_moment_it_is_no_fault(kind, world):
    """Between the look at the row and the change of it, the person is erased."""
    address, _node = kind.make(world)
    client = client_for(kind)
    client.raise_request_exception = False
    erased = []

    def erase_first(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not erased:
            erased.append(True)
            persons.erase(actor=TEST, person=Person.of(HER))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(erase_first):
        response = client.post(address, kind.press)
    assert erased and response.status_code < 500
