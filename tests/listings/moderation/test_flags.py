"""Anybody says that something is wrong; what is urgent hides at once where two agree or an address is confirmed."""

from __future__ import annotations

import datetime
import re
import threading
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import flag_decisions, flag_targets, flags
from listings.models import Decision, Flag, FlagCase, FlagReason, FlagTarget
from listings.moderation import flags as waiting
from mapping.commands import publication
from mapping.models import (
    PUBLIC,
    Actor,
    AuditEntry,
    Connection,
    MatchCandidate,
    Node,
    NodeState,
    Statement,
    Visibility,
    Withdrawal,
)
from tests.factories import (
    ConnectionFactory,
    ListingFactory,
    MembershipFactory,
    NodeFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
STEWARD = Actor.command("test")


@pytest.fixture
def hall(place):
    return NodeFactory(name="Sale Hall", place=place)


def target_of(node: Node):
    return flag_targets.find(FlagTarget.NODE, node.uuid, PUBLIC)


def said(node: Node, reason=FlagReason.UNSAFE, **more) -> flags.Said:
    return flags.say(target=target_of(node), reason=reason, **more)


def is_live(node: Node) -> bool:
    return Node.objects.get(pk=node.pk).state == NodeState.LIVE


def link(number: int = -1) -> str:
    """The capability link in a letter."""
    return re.search(r"https?://[^/]+(/flags/\S+)", mail.outbox[number].body)[1]


# --- what hides at once


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


# --- what is hidden, and put back


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


# --- decisions


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


# --- what the database keeps


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


# --- the queue


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


# --- the pages


def test_the_whole_path_without_an_account(client, place, hall):
    page = client.get(f"/node/{hall.uuid}/flag/")
    assert page.status_code == 200
    assert not page.cookies
    told = {"reason": "unsafe", "words": "The roof is loose.", "email": "Ann@Example.org"}
    page = client.post(f"/node/{hall.uuid}/flag/", told)
    assert "ann@example.org" in page.content.decode()
    assert not page.cookies
    assert is_live(hall)
    address = link()
    # What a mail program does by itself changes nothing.
    for _ in range(2):
        assert "Did you tell us this?" in client.get(address).content.decode()
    assert is_live(hall)
    client.post(address, {"confirm": "1"})
    assert not is_live(hall)
    assert client.get(f"/node/{hall.uuid}").status_code == 404
    assert client.post(address, {"confirm": "1"}).status_code == 302
    assert len(mail.outbox) == 1
    assert "Hidden until a steward has looked" in client.get(address).content.decode()


def test_both_sides_learn_what_was_decided_and_neither_who_the_other_is(client, place, group):
    from cms.commands import ensure_pages, ensure_steward

    ensure_pages(place, STEWARD)
    poster = UserFactory(email="poster@example.org")
    MembershipFactory(organisation=group, user=poster)
    client.post(f"/node/{group.uuid}/flag/", {"reason": "gone", "email": "ann@example.org", "words": "Ann was there."})
    address = link()
    client.post(address, {"confirm": "1"})
    case = FlagCase.objects.get()
    steward = Client()
    steward.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = steward.get(f"/admin/flags/{case.uuid}/")
    assert "Ann was there." in page.content.decode()
    assert "ann@example.org" not in page.content.decode()
    mail.outbox.clear()
    page = steward.post(f"/admin/flags/{case.uuid}/decide/", {"decision": "off", "words": "It closed in May."})
    assert page.status_code == 302
    to = {it.to[0]: it for it in mail.outbox}
    assert set(to) == {"ann@example.org", "poster@example.org"}
    assert all("It closed in May." in it.body for it in to.values())
    ours = to["poster@example.org"]
    assert not re.search(r"ann|steward@", f"{ours.subject}{ours.body}", re.IGNORECASE) or "Ann" not in ours.body
    assert str(Flag.objects.get().uuid) not in ours.body
    assert str(case.uuid) not in to["ann@example.org"].body
    # Both may ask once for it to be looked at again.
    group_address = re.search(r"(/flags/case/\S+)", ours.body)[1]
    for path in (address, group_address):
        assert client.post(path, {"appeal": "1", "words": "It is open."}).status_code == 302
        assert client.post(path, {"appeal": "1", "words": "It is open!"}).status_code == 422
    assert waiting.open_for(PlaceRoleFactory(place=place).user).count() == 1
    mail.outbox.clear()
    for appeal in case.appeals.all():
        steward.post(f"/admin/flags/{case.uuid}/appeals/{appeal.pk}/", {"words": "You are right."})
    assert {it.to[0] for it in mail.outbox} == {"ann@example.org", "poster@example.org"}
    assert all("You are right." in it.body for it in mail.outbox)
    assert waiting.open_for(PlaceRoleFactory(place=place).user).count() == 0


def test_a_letter_that_was_not_asked_for_is_ended_by_its_receiver(client, hall):
    client.post(f"/node/{hall.uuid}/flag/", {"reason": "unsafe", "email": "ann@example.org"})
    address = link()
    assert "deleted" in client.post(address, {"disown": "1"}).content.decode()
    assert client.get(address).status_code == 404
    assert client.post(address, {"confirm": "1"}).status_code == 404
    assert Flag.objects.get().email == ""
    assert is_live(hall)


def test_a_link_that_comes_late_says_what_was_decided_and_hides_nothing(client, hall):
    client.post(f"/node/{hall.uuid}/flag/", {"reason": "unsafe", "email": "ann@example.org"})
    address = link()
    flag_decisions.decide(actor=STEWARD, case=FlagCase.objects.get(), decision=Decision.KEEP, reply="All is well.")
    client.post(address, {"confirm": "1"})
    assert is_live(hall)
    assert "All is well." in client.get(address).content.decode()


@pytest.mark.parametrize("how", ["draft", "group"])
def test_what_one_does_not_see_cannot_be_flagged(client, hall, how, group):
    change = {"state": NodeState.DRAFT} if how == "draft" else {"visibility": Visibility.GROUP, "group": group}
    Node.objects.filter(pk=hall.pk).update(**change)
    assert client.get(f"/node/{hall.uuid}/flag/").status_code == 404
    assert client.post(f"/node/{hall.uuid}/flag/", {"reason": "gone"}).status_code == 404
    assert client.post(f"/node/{uuid.uuid4()}/flag/", {"reason": "gone"}).status_code == 404
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"reason": "boring"},
        {"reason": "gone", "email": "nobody"},
        {"reason": "gone", "words": "x" * 1001},
        {"reason": "gone", "words": "a\0b"},
        {"reason": "gone", "email": "a" * 300 + "@example.org"},
        {"reason": "gone", "leave_empty": "spam"},
        {"reason": "duplicate", "other": "Zzyzx Qwrt"},
        {"reason": "duplicate", "other": str(uuid.UUID(int=7))},
    ],
    ids=lambda it: "-".join(it) or "nothing",
)
def test_what_cannot_be_kept_is_refused_and_nothing_typed_is_lost(client, hall, typed):
    page = client.post(f"/node/{hall.uuid}/flag/", {"words": "The roof", **typed})
    assert page.status_code == 422
    assert typed.get("words", "The roof").replace("\0", "")[:8] in page.content.decode()
    assert not Flag.objects.exists()


def test_which_one_it_is_the_same_as_is_found_by_name_address_or_choice(client, hall):
    same = [NodeFactory(place=hall.place, name="Old Hall", address=f"{n} Road") for n in range(2)]
    only = NodeFactory(place=hall.place, name="The Only Barn")
    send = lambda **typed: client.post(f"/node/{hall.uuid}/flag/", {"reason": "duplicate", **typed})  # noqa: E731
    page = send(other="old hall", email="a@example.org")
    assert page.status_code == 422
    assert str(same[1].uuid) in page.content.decode()
    send(other="old hall", other_choice=str(same[1].uuid), email="a@example.org")
    send(other="the only barn", email="b@example.org")
    send(other=f"https://example.org/node/{only.uuid}", email="c@example.org")
    send(other="", email="d@example.org")
    send(other="old hall", other_choice="none", email="e@example.org")
    named = dict(Flag.objects.values_list("email", "other"))
    assert named == {
        "a@example.org": same[1].uuid,
        "b@example.org": only.uuid,
        "c@example.org": only.uuid,
        "d@example.org": None,
        "e@example.org": None,
    }


def test_the_link_is_on_every_page_of_a_thing_and_of_a_connection(client, place, group):
    from cms.commands import ensure_pages

    ensure_pages(place, STEWARD)
    tie = ConnectionFactory(source=group, target=NodeFactory(place=place))
    StatementFactory(connection=tie)
    assert f"/node/{group.uuid}/flag/" in client.get(f"/node/{group.uuid}").content.decode()
    assert f"/connections/{tie.uuid}/flag/" in client.get(f"/connections/{tie.uuid}/").content.decode()


def test_the_same_address_may_not_flag_without_end(place):
    for _ in range(flags.MAX_OF_ADDRESS_A_DAY):
        said(NodeFactory(place=place), FlagReason.GONE, email="ann@example.org")
    with pytest.raises(flags.TooManyFlags):
        said(NodeFactory(place=place), FlagReason.GONE, email="ann@example.org")


def test_stewards_of_other_places_decide_nothing(client, hall):
    from tests.factories import PlaceFactory

    said(hall, FlagReason.GONE)
    case = FlagCase.objects.get()
    other = PlaceFactory(slug="salford", code="E2", name="Salford")
    client.force_login(PlaceRoleFactory(place=other).user, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("", "decide/"):
        assert client.post(f"/admin/flags/{case.uuid}/{path}", {"decision": "keep"}).status_code in (302, 403, 404)
    case.refresh_from_db()
    assert case.is_open


def test_a_steward_of_an_area_decides_what_lies_in_it(place):
    from django.contrib.gis.geos import Point

    from tests.factories import PlaceFactory

    area = PlaceFactory(slug="sale", code="E05", name="Sale", is_home=False)
    steward = PlaceRoleFactory(place=area).user
    inside = NodeFactory(place=place, name="Inside", location=Point(-2.32, 53.42, srid=4326))
    outside = NodeFactory(place=place, name="Outside", location=Point(0.1, 51.5, srid=4326))
    for node in (inside, outside):
        said(node, FlagReason.GONE)
    tie = ConnectionFactory(source=inside, target=outside)
    StatementFactory(connection=tie)
    flags.say(target=flag_targets.find(FlagTarget.CONNECTION, tie.uuid, PUBLIC), reason=FlagReason.WRONG)
    assert {it.target_uuid for it in waiting.open_for(steward)} == {inside.uuid, tie.uuid}
