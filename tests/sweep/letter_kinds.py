"""Every kind of link that a letter brings: how one is made, what is pressed on its page, and how it grows old.

A new kind of link in a letter needs a row in KINDS, or a word in OPEN saying why it is no key.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    Duty,
    FlagReason,
    FlagTarget,
    Invitation,
    Reminder,
    ReportDelivery,
    ReportFollower,
    ResponsibleBody,
    SpaceContact,
    UrgentCall,
    UrgentCopy,
)
from mapping.commands import consents
from mapping.models import PUBLIC, Actor, Consent, Node, NodeKind, NodeState
from tests import factories
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
