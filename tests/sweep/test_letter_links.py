"""Every kind of link that a letter brings: opened by a scanner, used twice, late, by others, of what is gone or erased.

A new kind of link in a letter needs a row in KINDS, or a word in OPEN saying why it is no key.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import (
    alerts,
    booking_dates,
    bookings,
    flag_decisions,
    flag_targets,
    flags,
    freshness,
    invitations,
    proposals,
    report_retention,
    reports,
    spaces,
    urgent_calls,
)
from listings.models import (
    Alert,
    Booking,
    BookingDate,
    Duty,
    FlagReason,
    FlagTarget,
    Invitation,
    Member,
    Reminder,
    ReportDelivery,
    ReportFollower,
    ResponsibleBody,
    SpaceContact,
    UrgentCall,
    UrgentCopy,
)
from mapping.access.personal_data import Person
from mapping.commands import consents, merges, persons
from mapping.models import PUBLIC, Actor, Consent, Node, NodeKind, NodeState, Revision
from tests import factories, records
from tests.sweep import world as worlds

TEST = Actor.command("test")
HER = "holly-holder@example.org"
LONG = datetime.timedelta(days=400)

# Named in letters, and no keys: pages that everybody may open, or that ask first who one is.
OPEN = {
    "account", "claim", "duty", "group", "group-join", "group-team", "post-edit", "post-status", "proposal",
    "publication", "report-photo", "space", "space-members", "space-settings", "stale", "waiting", "place-members",
    "space-urgent", "account_login", "account_reauthenticate", "queue",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of link. `make` returns its address and the node that it is about; `late` does what time does to it."""

    name: str
    make: Callable[[Any], tuple[str, Node | None]]
    press: dict[str, str]
    late: Callable[[datetime.datetime], object] | None = None
    # What is answered when it is used again; what its page says is then as it was.
    again: tuple[int, ...] = (200, 302)
    post_only: bool = False
    # Only with an address of one's own account, as the letter says.
    bound: bool = False
    # It goes to no address that is kept.
    addressless: bool = False
    # What was said of something is there when that is not.
    outlives: bool = False
    # Each answer counts, as the letter says: the last holds.
    counts_again: bool = False


def _booking(world):
    listing = factories.ListingFactory(name="Choir", place=world.place)
    row = factories.takes_place(listing, timezone.now() + datetime.timedelta(days=3))
    terms = booking_dates.set_terms(actor=TEST, listing=listing, is_open=True, places=2)
    date = booking_dates.date_for(listing=listing, row=row, terms=terms)
    booking = bookings.book(date=date, email=HER, people=1, name="Holly")
    return f"/bookings/{booking.uuid}/", listing


def _alert(world):
    alert, _fresh = alerts.ask(email=HER, place=world.place, question="q=hall", frequency="weekly")
    return f"/alerts/{alert.uuid}/", None


def _alert_stop(world):
    return f"{_alert(world)[0]}stop/", None


def _flag(world):
    hall = factories.NodeFactory(name="A hall", place=world.place)
    target = flag_targets.find(FlagTarget.NODE, hall.uuid, PUBLIC)
    said = flags.say(target=target, reason=FlagReason.GONE, email=HER)
    return f"/flags/{said.flag.uuid}/", hall


def _case(world):
    hall = factories.NodeFactory(name="A hall", place=world.place)
    target = flag_targets.find(FlagTarget.NODE, hall.uuid, PUBLIC)
    case = flags.say(target=target, reason=FlagReason.GONE).flag.case
    flag_decisions.decide(actor=TEST, case=case, decision="keep", reply="We looked.")
    return f"/flags/case/{case.uuid}/", hall


def _suggestion(world):
    hall = factories.NodeFactory(name="A hall", place=world.place)
    made, _new = proposals.suggest(node=hall, typed={"phone": "1"}, base={"phone": ""}, email=HER)
    return f"/suggestions/{made.token}/", hall


def _reminder(world) -> Reminder:
    now, user = timezone.now(), worlds.person("holly-holder")
    listing = factories.ListingFactory(name="Choir", place=world.place, posted_by=user)
    return Reminder.objects.create(
        node=listing, user=user, email=HER, since=now, due=now + datetime.timedelta(days=1), sent_at=now,
        letter="6d7f5b9e-6d1f-4f1b-8f43-2f5a4f6b0a11",
    )  # fmt: skip


def _still_true(world):
    made = _reminder(world)
    return f"/still-true/{made.uuid}/", made.node


def _all_true(world):
    made = _reminder(world)
    return f"/still-true/all/{made.letter}/", made.node


def _stop_asking(world):
    made = _reminder(world)
    return f"/still-true/stop/{made.letter}/", made.node


def _follower(world) -> ReportFollower:
    report, _photo = factories.report_with_photo(world.place)
    return reports.follow(report=report, email=HER, me_too=False)[0]


def _report(world):
    return f"/reports/yours/{_follower(world).uuid}/", None


def _report_stop(world):
    return f"/reports/yours/{_follower(world).uuid}/stop/", None


def _body(world) -> ResponsibleBody:
    return ResponsibleBody.objects.create(place=world.place, name="Works", email=HER)


def _body_page(world):
    return f"/reports/bodies/{_body(world).key}/", None


def _reply(world):
    body, report = _body(world), _follower(world).report
    ResponsibleBody.objects.filter(pk=body.pk).update(confirmed_at=timezone.now())
    delivery = ReportDelivery.objects.create(report=report, body=body, due_at=timezone.now())
    return f"/reports/reply/{delivery.uuid}/", None


def _leave(world):
    member = factories.member_of(factories.Space.objects.get(organisation=world.group), worlds.person("holly-holder"))
    return f"/members/{member.leave_key}/leave/", world.group


def _contact(world):
    space = factories.Space.objects.get(organisation=world.group)
    made = SpaceContact.objects.create(space=space, role="deputy", name="Holly", email=HER, phone="0161")
    return f"/spaces/contact/{made.uuid}/", world.group


def _urgent(world):
    call = UrgentCall.objects.create(space=factories.Space.objects.get(organisation=world.group), text="Help")
    made = UrgentCopy.objects.create(call=call, role="deputy", name="Holly", email=HER, phone="0161")
    return f"/spaces/urgent/{made.uuid}/", world.group


def _duty(world):
    duty = Duty.objects.create(user=worlds.person("holly-holder"), place=world.place)
    return f"/duty/{duty.uuid}/", None


def _invitation(world):
    group = factories.OrganisationFactory(name="Choir", place=world.place)
    made = Invitation.objects.create(organisation=group, email=HER, role="editor")
    return f"/groups/invitations/{made.uuid}/", group


def _consent(world):
    node = factories.NodeFactory(place=world.place, kind=NodeKind.PERSON, name="Holly", state=NodeState.DRAFT)
    made = Consent.objects.create(node=node, wording="Yes", given_on=datetime.date(2026, 1, 1), token="a-token-of-hers")
    assert consents and made.withdrawn_at is None
    return f"/consents/{made.token}/", node


def _purged(purge) -> Callable[[datetime.datetime], object]:
    return lambda then: purge(then)


KINDS = [
    Kind("booking", _booking, {"confirm": "1"}, _purged(bookings.purge)),
    Kind("booking", _booking, {"cancel": "1"}, _purged(bookings.purge)),
    Kind("alert", _alert, {}, _purged(alerts.purge)),
    Kind("alert-stop", _alert_stop, {}, _purged(alerts.purge), again=(404,), post_only=True),
    Kind("flag-mine", _flag, {"confirm": "1"}, _purged(flag_decisions.purge), outlives=True),
    Kind("flag-mine", _flag, {"disown": "1"}, _purged(flag_decisions.purge), again=(404,), outlives=True),
    Kind("flag-case-ours", _case, {"appeal": "1", "words": "No."}, None, again=(422,), addressless=True, outlives=True),
    Kind("suggestion", _suggestion, {}, _purged(proposals.purge_addresses)),
    Kind("still-true", _still_true, {"answer": "true"}, _purged(freshness.purge), counts_again=True),
    Kind("still-true", _still_true, {"answer": "finished"}, _purged(freshness.purge), counts_again=True),
    Kind("still-true-all", _all_true, {}, _purged(freshness.purge)),
    Kind("still-true-stop", _stop_asking, {}, _purged(freshness.purge)),
    Kind("report-yours", _report, {"do": "confirm"}, _purged(report_retention.purge)),
    Kind("report-yours", _report, {"do": "stop"}, _purged(report_retention.purge), again=(404,)),
    Kind("report-stop", _report_stop, {}, _purged(report_retention.purge), again=(404,), post_only=True),
    Kind("report-reply", _reply, {"status": "fixed", "words": ""}, None, counts_again=True),
    Kind("report-body", _body_page, {"do": "confirm"}, None),
    Kind("report-body", _body_page, {"do": "pause"}, None),
    Kind("member-leave", _leave, {}, None, again=(404,)),
    Kind("space-contact", _contact, {"answer": "yes"}, _purged(spaces.purge)),
    Kind("space-contact", _contact, {"answer": "no"}, _purged(spaces.purge), again=(404,)),
    Kind("urgent-copy", _urgent, {}, _purged(urgent_calls.forget_old)),
    Kind("duty-stop", _duty, {}, None),
    Kind("invitation", _invitation, {"do": "accept"}, _purged(invitations.purge), bound=True, again=(410,)),
    Kind("consent", _consent, {}, None, addressless=True),
]  # fmt: skip
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
