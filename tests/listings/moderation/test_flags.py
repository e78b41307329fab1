"""Anybody says that something is wrong; what is urgent hides at once where two agree or an address is confirmed."""

from __future__ import annotations

import datetime
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import flag_decisions, flag_targets, flags
from listings.models import Decision, Flag, FlagCase, FlagReason, FlagTarget
from listings.moderation import flags as waiting
from mapping.commands import publication
from mapping.models import PUBLIC, AuditEntry, Connection, MatchCandidate, Node, Statement, Withdrawal
from tests.factories import (
    ConnectionFactory,
    ListingFactory,
    MembershipFactory,
    NodeFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)
from tests.listings.moderation.flagging import STEWARD, is_live, said

pytestmark = pytest.mark.django_db


def test_one_without_an_address_hides_nothing(hall):
    assert not said(hall, household="192.0.2.1").hidden
    assert is_live(hall)


def test_one_person_in_two_windows_is_one(hall):
    said(hall, household="192.0.2.1")
    again = said(hall, household="192.0.2.1")
    assert (again.fresh, again.hidden) == (False, False)
    # With two addresses of the same household too.
    said(hall, household="192.0.2.1", email="one@example.org")
    said(hall, household="192.0.2.1", email="two@example.org")
    assert is_live(hall)


def test_two_households_agree(hall):
    said(hall, household="192.0.2.1")
    assert said(hall, household="192.0.2.2").hidden
    assert not is_live(hall)


def test_one_address_from_two_lines_is_one_person(hall):
    said(hall, household="192.0.2.1", email="ann@example.org")
    said(hall, household="192.0.2.2", email="Ann@example.org ")
    assert Flag.objects.count() == 1
    assert is_live(hall)


def test_what_may_come_from_a_machine_does_not_count(hall):
    said(hall, household="192.0.2.1", held="speed")
    assert not said(hall, household="192.0.2.2").hidden
    assert is_live(hall)


@pytest.mark.parametrize("held", ["no-work", "stale-work", "used-work", "no-work,used-work"])
def test_people_without_javascript_agree_like_others(hall, held):
    said(hall, household="192.0.2.1", held=held)
    assert said(hall, household="192.0.2.2", held=held).hidden
    assert not is_live(hall)


@pytest.mark.parametrize("held", ["links", "words", "no-work,only-links", "disowned"])
def test_what_its_words_make_odd_does_not_count_for_one_of_two(hall, held):
    said(hall, household="192.0.2.1", held="no-work")
    assert not said(hall, household="192.0.2.2", held=held).hidden
    assert is_live(hall)


def test_two_forms_without_javascript_hide_what_is_unsafe(hall):
    for number in (1, 2):
        page = Client(REMOTE_ADDR=f"192.0.2.{number}").post(f"/node/{hall.uuid}/flag/", {"reason": "unsafe"})
        assert page.status_code == 200
    assert set(Flag.objects.values_list("held", flat=True)) == {"no-work"}
    assert not is_live(hall)


def test_only_what_is_unsafe_hides_at_once(hall):
    for reason in FlagReason:
        if reason != FlagReason.UNSAFE:
            said(hall, reason, household="192.0.2.1")
            said(hall, reason, household="192.0.2.2")
    assert is_live(hall)


def test_a_confirmed_address_is_enough_and_confirming_twice_is_once(hall):
    flag = said(hall, email="ann@example.org", household="192.0.2.1").flag
    assert is_live(hall)
    assert flags.confirm(flag=flag) == (True, True)
    assert not is_live(hall)
    assert flags.confirm(flag=flag) == (False, False)
    assert AuditEntry.objects.filter(action="confirm flag").count() == 1


def test_an_account_with_a_confirmed_address_is_enough(hall):
    from allauth.account.models import EmailAddress

    user = UserFactory()
    assert not said(hall, user=user, household="192.0.2.1").hidden
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    other = NodeFactory(place=hall.place)
    assert said(other, user=user, household="192.0.2.1").hidden


def test_an_address_hides_three_things_a_day(place):
    nodes = [NodeFactory(place=place) for _ in range(4)]
    hidden = [flags.confirm(flag=said(it, email="ann@example.org").flag)[1] for it in nodes]
    assert hidden == [True, True, True, False]
    assert is_live(nodes[3])


def test_what_a_steward_keeps_is_not_hidden_again_for_a_month(hall):
    flags.confirm(flag=said(hall, email="ann@example.org").flag)
    case = FlagCase.objects.get()
    flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.KEEP)
    assert is_live(hall)
    assert not flags.confirm(flag=said(hall, email="ben@example.org").flag)[1]
    said(hall, household="192.0.2.1")
    assert not said(hall, household="192.0.2.2").hidden
    assert is_live(hall)
    # After that it may be.
    FlagCase.objects.filter(pk=case.pk).update(decided_at=timezone.now() - flags.IMMUNE - datetime.timedelta(days=1))
    assert said(hall, household="192.0.2.3").hidden


def test_an_address_that_was_wrong_hides_nothing_else_for_ninety_days(hall):
    flags.confirm(flag=said(hall, email="ann@example.org").flag)
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    other = NodeFactory(place=hall.place)
    assert not flags.confirm(flag=said(other, email="ann@example.org").flag)[1]
    assert is_live(other)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_case_and_hide_once(place):
    hall = NodeFactory(name="Sale Hall", place=place)
    start, failed = threading.Barrier(4), []

    def flag(number: int) -> None:
        try:
            start.wait()
            said(hall, household=f"192.0.2.{number}")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=flag, args=(n,)) for n in range(4)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert not failed
    assert FlagCase.objects.count() == 1
    assert Flag.objects.count() == 4
    assert AuditEntry.objects.filter(action=publication.UNPUBLISH).count() == 1
    assert not is_live(hall)


def test_only_a_steward_puts_back_what_flags_have_hidden(place, group):
    poster = UserFactory()
    MembershipFactory(organisation=group, user=poster)
    listing = ListingFactory(place=place, organiser=group, posted_by=poster)
    flags.confirm(flag=said(listing, email="ann@example.org").flag)
    off = publication.unpublication(Node.objects.get(pk=listing.pk))
    assert (off.by_steward, off.by_flag) == (False, True)
    client = Client()
    client.force_login(poster, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/node/{listing.uuid}/publication/")
    assert "hidden until a steward has looked" in page.content.decode()
    assert "Put it back" not in page.content.decode()
    assert client.post(f"/node/{listing.uuid}/publication/", {"put_back": "1"}).status_code == 403
    assert not is_live(listing)


def test_a_decision_to_take_off_what_is_hidden_is_the_stewards(hall):
    flags.confirm(flag=said(hall, email="ann@example.org").flag)
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.OFF, reply="It is a fraud.")
    off = publication.unpublication(Node.objects.get(pk=hall.pk))
    assert (off.reason, off.by_steward) == ("It is a fraud.", True)


def test_keeping_does_not_bring_back_what_a_steward_took_off_since(hall):
    flags.confirm(flag=said(hall, email="ann@example.org").flag)
    publication.put_back(actor=STEWARD, node=hall)
    publication.unpublish(actor=STEWARD, node=hall, reason="Closed.", by_steward=True)
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    assert not is_live(hall)


def test_the_statements_of_a_connection_are_set_aside_and_come_back(place, group):
    hall = NodeFactory(place=place)
    tie = ConnectionFactory(source=group, target=hall)
    first, gone = StatementFactory(connection=tie), StatementFactory(connection=tie)
    rule = Statement.objects.create(connection=tie, by_rule="near")
    Statement.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now() - datetime.timedelta(days=1))
    target = flag_targets.find(FlagTarget.CONNECTION, tie.uuid, PUBLIC)
    flags.confirm(flag=flags.say(target=target, reason=FlagReason.UNSAFE, email="ann@example.org").flag)
    assert list(Statement.objects.live().filter(connection=tie)) == [rule]
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    # What had been taken back before stays so.
    assert set(Statement.objects.live().filter(connection=tie)) == {first, rule}
    assert not Withdrawal.objects.exists()


def test_what_a_steward_takes_off_a_connection_is_withdrawn_for_good(place, group):
    tie = ConnectionFactory(source=group, target=NodeFactory(place=place))
    statement = StatementFactory(connection=tie)
    target = flag_targets.find(FlagTarget.CONNECTION, tie.uuid, PUBLIC)
    flags.confirm(flag=flags.say(target=target, reason=FlagReason.UNSAFE, email="ann@example.org").flag)
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.OFF, reply="Private.")
    assert not Connection.objects.visible_to(PUBLIC).filter(pk=tie.pk).exists()
    assert [it.target for it in Withdrawal.objects.all()] == [str(statement.uuid)]


def test_a_case_is_decided_once(hall):
    said(hall, FlagReason.GONE)
    case = FlagCase.objects.get()
    flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.OFF, reply="It has closed.")
    with pytest.raises(flag_decisions.AlreadyDecided):
        flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.KEEP)
    assert not is_live(hall)


def test_what_was_changed_while_it_was_read_is_read_again(hall):
    said(hall, FlagReason.WRONG, household="192.0.2.1")
    case = FlagCase.objects.get()
    seen = flag_decisions.version(case, flag_targets.load(case))
    hall.name = "Sale Old Hall"
    hall.save()
    with pytest.raises(flag_decisions.DecisionRefused):
        flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.OFF, reply="Gone.", seen=seen)
    seen = flag_decisions.version(case, flag_targets.load(case))
    said(hall, FlagReason.WRONG, household="192.0.2.2")
    with pytest.raises(flag_decisions.DecisionRefused):
        flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.KEEP, seen=seen)
    assert is_live(hall)


def test_taking_off_needs_words_and_a_pair_needs_another(hall):
    said(hall, FlagReason.DUPLICATE)
    case = FlagCase.objects.get()
    for decision in (Decision.OFF, Decision.PAIR, "nothing", ""):
        with pytest.raises(flag_decisions.DecisionRefused):
            flag_decisions.decide(actor=STEWARD, case=case, decision=decision)
    other = NodeFactory(place=hall.place)
    flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.PAIR, other=other)
    pair = MatchCandidate.objects.get()
    assert {pair.first_id, pair.second_id} == {hall.pk, other.pk}


def test_a_case_of_what_is_gone_can_be_closed(hall):
    said(hall, FlagReason.GONE)
    Node.objects.filter(pk=hall.pk).delete()
    assert flag_targets.load(FlagCase.objects.get()) is None
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)


def test_what_tells_households_apart_goes_with_the_decision(hall):
    said(hall, household="192.0.2.1")
    assert Flag.objects.get().household not in ("", "192.0.2.1")
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    assert Flag.objects.get().household == ""


def test_addresses_are_emptied_in_time(hall):
    flag = said(hall, email="ann@example.org").flag
    said(hall, email="ben@example.org", household="192.0.2.9")
    flags.confirm(flag=flag)
    later = timezone.now() + flag_decisions.UNCONFIRMED + datetime.timedelta(days=1)
    assert flag_decisions.purge(later) == 1
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    assert flag_decisions.purge(later) == 0
    assert flag_decisions.purge(timezone.now() + datetime.timedelta(days=181)) == 1
    assert not Flag.objects.exclude(email="").exists()


def test_that_an_account_flagged_it_is_forgotten_in_time_too(hall):
    said(hall, FlagReason.GONE, user=UserFactory())
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP)
    assert flag_decisions.purge(timezone.now() + datetime.timedelta(days=181)) == 1
    assert Flag.objects.get().user is None


def test_the_database_keeps_one_open_case_and_known_words(hall):
    case = FlagCase.objects.create(target=FlagTarget.NODE, target_uuid=hall.uuid, target_name="Sale Hall")
    flag = {"case": case, "reason": FlagReason.GONE}
    Flag.objects.create(**flag, email="ann@example.org")
    Flag.objects.create(**flag, household="1")
    for broken in (
        lambda: FlagCase.objects.create(target=FlagTarget.NODE, target_uuid=hall.uuid, target_name="x"),
        lambda: FlagCase.objects.create(target="planet", target_uuid=uuid.uuid4(), target_name="x"),
        lambda: FlagCase.objects.filter(pk=case.pk).update(decision="keep"),
        lambda: FlagCase.objects.filter(pk=case.pk).update(decided_at=timezone.now()),
        lambda: FlagCase.objects.filter(pk=case.pk).update(decision="so", decided_at=timezone.now()),
        lambda: Flag.objects.create(**flag, email="ann@example.org"),
        lambda: Flag.objects.create(**flag, household="1"),
        lambda: Flag.objects.create(case=case, reason="boring"),
        lambda: case.appeals.create(side="nobody", words="x"),
        lambda: case.appeals.create(side="group", words="x", answered_at=timezone.now()),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_the_queue_gathers_flags_of_one_thing_in_one_row(hall):
    steward = PlaceRoleFactory(place=hall.place).user
    said(hall, FlagReason.GONE, household="192.0.2.1")
    said(hall, FlagReason.GONE, household="192.0.2.2")
    said(hall, FlagReason.WRONG, household="192.0.2.3")
    urgent = NodeFactory(place=hall.place, name="Urgent")
    said(urgent, household="192.0.2.1")
    found = waiting.waiting(steward, 10)
    assert found.number == 2
    assert [it.title for it in found.items] == ["Urgent", "Sale Hall"]
    assert found.items[1].why.startswith("3 people")
    assert [len(it.buttons) for it in found.items] == [2, 2]
    assert waiting.waiting(UserFactory(), 10).number == 0


def test_the_queue_costs_the_same_for_one_and_for_many(hall, django_assert_max_num_queries):
    steward = PlaceRoleFactory(place=hall.place).user
    for _ in range(6):
        said(NodeFactory(place=hall.place), FlagReason.GONE)
    with django_assert_max_num_queries(5):
        assert len(waiting.waiting(steward, 10).items) == 6
