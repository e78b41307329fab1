"""From the letter to the answer, without an account, a cookie or JavaScript."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_pages
from listings.commands import freshness
from listings.freshness import sending
from listings.freshness.survey import survey
from listings.models import ListingKind, Membership, Reminder, ReminderAnswer, ReminderStop
from mapping.commands import publication
from mapping.models import AuditEntry, ConfirmedBy, Node, NodeState, Revision
from tests.factories import ListingFactory, MembershipFactory, OrganisationFactory, UserFactory
from tests.listings.freshness.asking import JOB, aged, ask, at_noon, link

pytestmark = pytest.mark.django_db


def test_still_true_from_the_letter_to_the_map(service, place):
    assert ask() == 1
    [letter] = mail.outbox
    assert letter.to == ["ann@example.org"] and "Repair advice" in letter.subject
    before = Revision.objects.get(place=place).number
    reader = Client(enforce_csrf_checks=True)
    # What looks at the links of letters changes nothing, however often.
    for method in (reader.get, reader.head, reader.get):
        assert method(link()).status_code == 200
    service.refresh_from_db()
    assert service.confirmed_by == ConfirmedBy.POSTER and (timezone.now() - service.confirmed_at).days == 400
    page = reader.post(link(), {"answer": "true"}, follow=True)
    assert "Thank you" in page.content.decode() and not reader.cookies
    service.refresh_from_db()
    assert (timezone.now() - service.confirmed_at).days == 0
    assert Revision.objects.get(place=place).number > before
    assert "Confirmed today by whoever posted it" in Client().get(service.get_absolute_url()).content.decode()
    told = Client().get(f"/api/v1/nodes/{service.uuid}").json()["properties"]
    assert told["confirmed_by"] == "poster" and told["fading_since"] is None
    # Nobody asks again.
    assert ask(at_noon(2)) == 0 and len(mail.outbox) == 1


def test_an_answer_given_twice_or_otherwise_the_last_one_holds(client, service):
    ask()
    for _time in range(2):
        assert client.post(link(), {"answer": "finished"}, follow=True).status_code == 200
        service.refresh_from_db()
        assert service.state == NodeState.ARCHIVED
    page = client.get(link()).content.decode()
    assert "put it back on the map" in page and "has finished" in page
    client.post(link(), {"answer": "true"})
    service.refresh_from_db()
    assert service.state == NodeState.LIVE and (timezone.now() - service.confirmed_at).days == 0


def test_what_has_changed_leads_to_the_form_and_to_signing_in(client, service):
    ask()
    page = client.post(link(), {"answer": "changed"}, follow=True).content.decode()
    assert f"/post/{service.uuid}/edit/" in page
    service.refresh_from_db()
    assert service.state == NodeState.LIVE and (timezone.now() - service.confirmed_at).days == 400
    assert client.get(f"/post/{service.uuid}/edit/").status_code == 302


def test_what_has_changed_can_be_said_without_signing_in_where_everybody_sees_it(client, service):
    ask()
    page = client.post(link(), {"answer": "changed"}, follow=True).content.decode()
    address = f"/node/{service.uuid}/suggest/"
    assert address in page
    assert client.get(address).status_code == 200
    Node.objects.filter(pk=service.pk).update(visibility="members")
    assert address not in client.get(link()).content.decode()


@pytest.mark.parametrize("answer", ["", "no", "TRUE", "\x00", "true\x00"])
def test_an_answer_that_is_none_changes_nothing(client, service, answer):
    ask()
    given = client.post(link(), {"answer": answer})
    assert given.status_code == 422 and "Press one of the buttons." in given.content.decode()
    assert Reminder.objects.get().answer == ReminderAnswer.NONE


def test_a_link_that_was_never_sent_says_so(client, db):
    for path in (
        f"/still-true/{uuid.uuid4()}/",
        f"/still-true/all/{uuid.uuid4()}/",
        f"/still-true/stop/{uuid.uuid4()}/",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"answer": "true"}).status_code == 404


def test_after_a_steward_took_it_off_the_letter_does_not_put_it_back(client, service):
    ask()
    publication.unpublish(actor=JOB, node=service, reason="Against the house rules.", by_steward=True)
    page = client.post(link(), {"answer": "true"})
    assert page.status_code == 409 and "A steward took" in page.content.decode()
    service.refresh_from_db()
    assert service.state == NodeState.ARCHIVED


def test_whoever_left_the_group_answers_no_more(client, place, poster):
    group = OrganisationFactory(place=place)
    membership = MembershipFactory(organisation=group, user=poster)
    service = aged(
        ListingFactory(
            place=place, listing_kind=ListingKind.SERVICE, posted_by=poster, organiser=group, name="Secret name"
        )
    )
    ask(at_noon())
    path = link(next(it.body for it in mail.outbox if "Secret name" in it.body))
    path = Reminder.objects.get(node=service).uuid
    membership.delete()
    MembershipFactory(organisation=group)
    page = client.post(f"/still-true/{path}/", {"answer": "finished"})
    assert page.status_code == 409 and "not yours any more" in page.content.decode()
    service.refresh_from_db()
    assert service.state == NodeState.LIVE


def test_when_somebody_else_answered_the_letter_says_so(client, service):
    ask()
    freshness.confirm(actor=JOB, node=service, by=ConfirmedBy.STEWARD)
    page = client.get(link()).content.decode()
    assert "Confirmed today by a steward" in page and "nothing has to be done" in page


def test_one_letter_a_day_gathers_all_and_one_button_confirms_them(client, place, poster):
    listings = [
        aged(ListingFactory(place=place, listing_kind=ListingKind.SERVICE, posted_by=poster, name=f"Service {n}"))
        for n in range(3)
    ]
    assert ask() == 1
    [letter] = mail.outbox
    assert all(it.name in letter.body for it in listings)
    path = re.search(r"/still-true/all/[0-9a-f-]{36}/", letter.body)[0]
    assert "Are all 3 still true?" in client.get(path).content.decode()
    # One of them is answered by itself first.
    one = Reminder.objects.get(node=listings[0])
    client.post(f"/still-true/{one.uuid}/", {"answer": "finished"})
    assert "2 are confirmed" in client.post(path).content.decode()
    for it in listings:
        it.refresh_from_db()
    assert [it.state for it in listings] == ["archived", "live", "live"]
    assert client.post(path).status_code == 200
    assert sending.send_due(at_noon()) == 0


def test_three_letters_then_it_fades_then_it_rests_and_one_click_brings_it_back(client, service, place):
    ensure_pages(place, JOB)
    day = 0
    while len(mail.outbox) < 3:
        ask(at_noon(day))
        day += 1
        assert day < 40
    assert day >= 14
    service.refresh_from_db()
    assert service.fading_since is None
    survey(JOB, at_noon(day + 30))
    service.refresh_from_db()
    assert service.fading_since is not None
    page = client.get("/trafford/list/").content.decode()
    assert "Not confirmed since" in page and "card__confirmed--fading" in page
    sending.send_due(at_noon(day + 30))
    assert len(mail.outbox) == 4
    survey(JOB, at_noon(day + 300))
    sending.send_due(at_noon(day + 300))
    service.refresh_from_db()
    assert service.state == NodeState.ARCHIVED and len(mail.outbox) == 5
    assert "rests in the archive" in mail.outbox[-1].subject
    assert "Repair advice" not in client.get("/trafford/list/").content.decode()
    client.post(link(), {"answer": "true"})
    service.refresh_from_db()
    assert service.state == NodeState.LIVE and service.fading_since is None


def test_a_worker_that_is_killed_sends_nothing_twice(service, monkeypatch):
    survey(JOB, at_noon())

    class Killed(BaseException):
        pass

    def killed(*_args, **_more):
        raise Killed

    monkeypatch.setattr(sending, "_send", killed)
    with pytest.raises(Killed):
        sending.send_due(at_noon())
    monkeypatch.undo()
    assert sending.send_due(at_noon()) == 0 and not mail.outbox


def test_what_the_mail_server_does_not_take_is_due_again(service, monkeypatch):
    survey(JOB, at_noon())
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_send", lambda *args: False)
        assert sending.send_due(at_noon()) == 0
    assert sending.send_due(at_noon()) == 1


def test_nobody_is_written_to_at_night(service):
    survey(JOB, at_noon())
    assert sending.send_due(at_noon().replace(hour=3)) == 0


def test_surveys_repeated_ask_nothing_twice(service):
    for _time in range(3):
        survey(JOB, at_noon())
    assert Reminder.objects.count() == 1


def test_stopping_asks_the_groups_other_editors_then_the_stewards(client, place, poster):
    group = OrganisationFactory(place=place)
    MembershipFactory(organisation=group, user=poster)
    other = MembershipFactory(organisation=group, user=UserFactory(email="bea@example.org"), role="editor")
    aged(group)
    assert ask() == 1
    path = re.search(r"/still-true/stop/[0-9a-f-]{36}/", mail.outbox[-1].body)[0]
    assert mail.outbox[-1].extra_headers["List-Unsubscribe"].endswith(f"{path}>")
    client.get(path)
    assert not ReminderStop.objects.exists()
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert ReminderStop.objects.get().email == "ann@example.org"
    # She is not written to any more; the next letter goes to the other.
    ask(at_noon(8))
    assert mail.outbox[-1].to == ["bea@example.org"]
    freshness.stop(email=other.user.email)
    survey(JOB, at_noon(16))
    assert Reminder.objects.filter(email="").count() == 1
    assert "Write to me again" in client.get(path).content.decode()
    client.post(path, {"resume": "1"})
    assert ReminderStop.objects.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"act": "sing"},
        {"answer": "maybe"},
        {"answer": "true", "answered_at": None},
        {"due": datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)},
    ],
    ids=["act", "answer", "answered when", "due before"],
)
def test_the_database_refuses_reminders_that_make_no_sense(service, broken):
    since = timezone.now()
    values = {"node": service, "since": since, "due": since + datetime.timedelta(days=1), "email": "a@example.org"}
    Reminder.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(**{**values, "step": 2, **broken})
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(**values)


def test_the_database_refuses_a_confirmation_by_nobody_knows_whom(service):
    with pytest.raises(IntegrityError), transaction.atomic():
        Node.objects.filter(pk=service.pk).update(confirmed_by="witch")


def test_what_a_person_was_asked_is_theirs_to_read_and_to_have_erased(service, poster):
    from mapping.access import personal_data

    survey(JOB, at_noon())
    person = personal_data.Person.of("ann@example.org")
    [holding] = [it for it in personal_data.holdings() if it.model == "listings.Reminder"]
    assert holding.of(person).count() == 1
    assert holding.erase(holding.of(person), person) == 1
    assert not Reminder.objects.exists() and Membership.objects.count() == 0


def test_confirmations_are_audited_without_names(client, service):
    ask()
    client.post(link(), {"answer": "true"})
    entry = AuditEntry.objects.filter(action="confirm").latest("pk")
    assert entry.actor == "a reader of a letter" and entry.data == {"by": "poster"}
