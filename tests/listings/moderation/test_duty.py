"""Stewards are told that something waits: those on duty, by day, each thing once, without a word about any person."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.commands import duties, flag_targets, flags
from listings.models import AtOnce, Digest, Duty, DutyNotice, FlagReason, FlagTarget
from listings.moderation import duty_letters
from mapping.models import PUBLIC, Actor, PlaceRole, PlaceRoleKind
from tests.factories import NodeFactory, PlaceFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# A Wednesday.
NOON = datetime.datetime(2026, 12, 2, 12, 0, tzinfo=LONDON)
NIGHT = NOON.replace(hour=3)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def steward(place):
    return PlaceRoleFactory(place=place, user=UserFactory(email="steward@example.org")).user


def choose(user, place, at_once=AtOnce.URGENT, digest=Digest.NEVER, weekdays=()):
    duties.choose(
        actor=Actor.command("test"), user=user, place=place, at_once=at_once, digest=digest, weekdays=weekdays
    )


def flag(place, reason=FlagReason.GONE, name="Sale Hall", **more):
    node = NodeFactory(place=place, name=name)
    target = flag_targets.find(FlagTarget.NODE, node.uuid, PUBLIC)
    return flags.say(target=target, reason=reason, words="Ask Ann of 3 High Street.", email="ann@example.org", **more)


def test_what_cannot_wait_is_told_at_once_at_night_too_and_once(place, steward):
    choose(steward, place)
    flag(place, FlagReason.GONE, "Can wait")
    flag(place, FlagReason.UNSAFE, "Loose roof")
    assert duty_letters.tell(NIGHT) == 1
    assert duty_letters.tell(NIGHT) == 0
    [letter] = mail.outbox
    assert "Loose roof" in letter.body
    assert "Can wait" not in letter.body
    assert "/admin/flags/" in letter.body


def test_what_can_wait_comes_by_day(place, steward):
    choose(steward, place, AtOnce.ALL)
    flag(place)
    assert duty_letters.tell(NIGHT) == 0
    assert duty_letters.tell(NOON) == 1
    assert duty_letters.tell(NOON + datetime.timedelta(minutes=10)) == 0
    flag(place, name="Another")
    assert duty_letters.tell(NOON + datetime.timedelta(minutes=20)) == 1
    assert "Sale Hall" not in mail.outbox[-1].body


def test_a_list_comes_once_a_day_or_once_a_week(place, steward):
    choose(steward, place, AtOnce.NOTHING, Digest.DAILY)
    flag(place)
    assert [duty_letters.tell(it) for it in (NIGHT, NOON, NOON, NOON + DAY, NOON + DAY)] == [0, 1, 0, 1, 0]
    choose(steward, place, AtOnce.NOTHING, Digest.WEEKLY)
    assert [duty_letters.tell(NOON + n * DAY) for n in (2, 7, 8, 9, 15)] == [0, 0, 1, 0, 1]


def test_nothing_comes_when_nothing_waits_or_nothing_is_wanted(place, steward):
    assert duty_letters.tell(NOON) == 0
    flag(place, FlagReason.UNSAFE)
    choose(steward, place, AtOnce.NOTHING, Digest.NEVER)
    assert duty_letters.tell(NOON) == 0


def test_letters_hold_no_personal_data_and_a_way_to_end_them(place, steward):
    flag(place)
    assert duty_letters.tell(NOON) == 1
    [letter] = mail.outbox
    assert not any(word in f"{letter.subject}{letter.body}" for word in ("Ann", "ann@", "High Street"))
    duty = Duty.objects.get()
    assert f"/duty/{duty.uuid}/" in letter.extra_headers["List-Unsubscribe"]
    client = Client()
    for _ in range(2):
        client.get(f"/duty/{duty.uuid}/")
    duty.refresh_from_db()
    assert duty.digest == Digest.DAILY
    for _ in range(2):
        assert client.post(f"/duty/{duty.uuid}/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    duty.refresh_from_db()
    assert (duty.at_once, duty.digest) == (AtOnce.NOTHING, Digest.NEVER)


def test_who_is_on_duty_is_told_and_everybody_when_nobody_is(place, steward):
    other = PlaceRoleFactory(place=place, user=UserFactory(email="other@example.org")).user
    choose(steward, place, digest=Digest.DAILY, weekdays=[NOON.weekday()])
    choose(other, place, digest=Digest.DAILY, weekdays=[(NOON.weekday() + 1) % 7])
    flag(place)
    told = []
    for n in range(3):
        mail.outbox.clear()
        duty_letters.tell(NOON + n * DAY)
        told.append(sorted(it.to[0] for it in mail.outbox))
    assert told == [["steward@example.org"], ["other@example.org"], ["other@example.org", "steward@example.org"]]


def test_a_rota_of_those_who_want_no_letters_is_none(place, steward):
    other = PlaceRoleFactory(place=place, user=UserFactory(email="other@example.org")).user
    choose(steward, place, AtOnce.NOTHING, Digest.NEVER, [NOON.weekday()])
    choose(other, place, digest=Digest.DAILY)
    flag(place)
    duty_letters.tell(NOON)
    assert [it.to for it in mail.outbox] == [["other@example.org"]]


def test_what_cannot_wait_is_told_to_the_others_when_the_only_one_on_duty_wants_nothing_at_once(place, steward):
    other = PlaceRoleFactory(place=place, user=UserFactory(email="other@example.org")).user
    UserFactory(email="root@example.org", is_superuser=True)
    choose(steward, place, AtOnce.NOTHING, Digest.DAILY, [NOON.weekday()])
    choose(other, place, weekdays=[(NOON.weekday() + 1) % 7])
    flag(place, FlagReason.GONE, "Can wait")
    flag(place, FlagReason.UNSAFE, "Loose roof")
    assert [duty_letters.tell(NIGHT) for _ in range(2)] == [1, 0]
    [letter] = mail.outbox
    assert letter.to == ["other@example.org"]
    assert "Loose roof" in letter.body
    assert "Can wait" not in letter.body


@pytest.mark.parametrize("stewards", [0, 1])
def test_what_cannot_wait_is_told_to_superusers_when_no_steward_wants_it(place, stewards):
    root = UserFactory(email="root@example.org", is_superuser=True)
    UserFactory(email="gone@example.org", is_superuser=True, is_active=False)
    if stewards:
        user = PlaceRoleFactory(place=place, user=UserFactory(email="steward@example.org")).user
        choose(user, place, AtOnce.NOTHING, Digest.DAILY)
    flag(place, FlagReason.GONE, "Can wait")
    flag(place, FlagReason.UNSAFE, "Loose roof")
    assert duty_letters.tell(NIGHT, place_id=PlaceFactory(slug="far", code="E2").pk) == 0
    assert [duty_letters.tell(NIGHT, place_id=place.pk) for _ in range(2)] == [1, 0]
    assert mail.outbox[-1].to == ["root@example.org"]
    assert "Can wait" not in mail.outbox[-1].body
    # Once it is in a steward's list, it is in nobody's else.
    assert duty_letters.tell(NOON) == stewards
    choose(root, place, AtOnce.NOTHING)
    flag(place, FlagReason.UNSAFE, "Deep hole")
    assert duty_letters.tell(NIGHT) == 0


def test_superusers_are_not_written_to_about_what_a_steward_was(place, steward):
    UserFactory(email="root@example.org", is_superuser=True)
    choose(steward, place)
    flag(place, FlagReason.UNSAFE)
    duty_letters.tell(NIGHT)
    assert [it.to for it in mail.outbox] == [["steward@example.org"]]


def test_only_the_stewards_of_a_place_are_told_of_what_is_in_it(place, steward):
    elsewhere = PlaceFactory(slug="salford", code="E2", name="Salford")
    PlaceRoleFactory(place=elsewhere, user=UserFactory(email="elsewhere@example.org"))
    PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER, user=UserFactory(email="member@example.org"))
    # Steward of two: each letter is about one.
    PlaceRole.objects.create(place=elsewhere, user=steward, role=PlaceRoleKind.STEWARD)
    flag(place)
    duty_letters.tell(NOON)
    assert [it.to for it in mail.outbox] == [["steward@example.org"]]


def test_a_letter_that_could_not_be_sent_is_due_still(place, steward, monkeypatch):
    choose(steward, place, digest=Digest.DAILY)
    flag(place, FlagReason.UNSAFE)
    monkeypatch.setattr("config.letters.send", lambda *args, **more: False)
    assert duty_letters.tell(NIGHT) == 0
    assert duty_letters.tell(NOON) == 0
    monkeypatch.undo()
    assert duty_letters.tell(NOON) == 1


def test_the_hours_are_those_of_the_place(steward, place):
    far = PlaceFactory(slug="auckland", code="E9", name="Auckland", timezone="Pacific/Auckland")
    user = PlaceRoleFactory(place=far, user=UserFactory(email="far@example.org")).user
    choose(user, far, AtOnce.ALL)
    flag(far)
    # One o'clock in the morning there.
    assert duty_letters.tell(NOON) == 0
    assert duty_letters.tell(NOON + datetime.timedelta(hours=10)) == 1


def test_the_database_keeps_what_there_is(place, steward):
    choose(steward, place)
    duty = Duty.objects.get()
    DutyNotice.objects.create(duty=duty, key="flags:1")
    for broken in (
        lambda: Duty.objects.create(user=steward, place=place),
        lambda: Duty.objects.filter(pk=duty.pk).update(weekdays=[7]),
        lambda: Duty.objects.filter(pk=duty.pk).update(at_once="often"),
        lambda: Duty.objects.filter(pk=duty.pk).update(digest="hourly"),
        lambda: DutyNotice.objects.create(duty=duty, key="flags:1"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()
    with pytest.raises(duties.DutyRefused):
        choose(steward, place, weekdays=[9])


def test_a_steward_chooses_on_their_page_and_sees_the_rota(place):
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/admin/duty/").status_code == 200
    typed = {"at_once": "all", "digest": "weekly", "weekdays": ["0", "4"]}
    assert client.post("/admin/duty/trafford/", typed).status_code == 302
    duty = Duty.objects.get()
    assert (duty.at_once, duty.digest, duty.weekdays) == ("all", "weekly", [0, 4])
    assert "nobody, so everybody" in client.get("/admin/duty/").content.decode()
    assert client.post("/admin/duty/trafford/", {**typed, "weekdays": ["8"]}).status_code == 422
    assert client.post("/admin/duty/elsewhere/", typed).status_code == 404
    duty.refresh_from_db()
    assert duty.weekdays == [0, 4]


def test_an_urgent_flag_has_the_stewards_told_at_once(client, place, steward):
    from procrastinate.contrib.django.models import ProcrastinateJob

    node = NodeFactory(place=place)
    client.post(f"/node/{node.uuid}/flag/", {"reason": "gone"})
    jobs = ProcrastinateJob.objects.filter(task_name="tell_stewards", args__place_id=place.pk)
    assert not jobs.exists()
    client.post(f"/node/{node.uuid}/flag/", {"reason": "unsafe"})
    assert jobs.count() == 1
