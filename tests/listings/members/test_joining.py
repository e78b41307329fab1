"""Joining a group or a place, being let in or turned away, and leaving."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import members
from listings.models import Joining, Member, MemberState, Space
from listings.moderation import items, waiting_letters
from mapping.access.viewers import viewer_of
from mapping.models import Actor, AuditEntry, Node, NodeState, PlaceRole
from tests.factories import PlaceFactory, UserFactory, member_of, open_space_of

from .conftest import client_of, only_for

pytestmark = pytest.mark.django_db


def sees(user, node) -> bool:
    return Node.objects.visible_to(viewer_of(user)).filter(pk=node.pk).exists()


def join_url(group) -> str:
    return f"/groups/{group.uuid}/join/"


def test_somebody_joins_by_mail_sees_what_others_do_not_leaves_and_sees_it_no_more(group, space):
    secret = only_for(group)
    client = client_of()
    page = client.get(join_url(group)).content.decode()
    assert "You see our suppers." in page and "your e-mail address" in page and "SECRET" not in page
    assert "sessionid" not in client.cookies
    answer = client.post(join_url(group), {"name": "Zoë Field"})
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/?next=%2Fgroups%2F")
    client.post("/accounts/login/", {"email": "zoe@example.org", "next": join_url(group)})
    code = re.search(r"^\s*([A-Z0-9-]{5,})\s*$", mail.outbox[-1].body, re.M).group(1)
    answer = client.post("/accounts/login/code/confirm/", {"code": code, "next": join_url(group)}, follow=True)
    page = answer.content.decode()
    assert 'value="Zoë Field"' in page and "zoe@example.org is confirmed" in page
    assert not Member.objects.exists()
    page = client.post(join_url(group), {"name": "Zoë Field"}, follow=True).content.decode()
    assert "You belong to" in page
    assert "SECRET supper" in client.get(f"/groups/{group.uuid}/space/").content.decode()
    assert client.get(f"/node/{secret.uuid}").status_code == 200
    letter = mail.outbox[-1]
    assert letter.to == ["zoe@example.org"] and "You are a member" in letter.subject and "Zoë Field" in letter.body
    page = client.post(join_url(group), {"leave": "1"}).content.decode()
    assert "You have left" in page and not Member.objects.exists()
    assert client.get(f"/node/{secret.uuid}").status_code == 404
    assert client.get(f"/groups/{group.uuid}/space/").status_code == 302
    assert client.get(f"/node/{secret.uuid}/").status_code == 404


def test_the_link_of_the_letter_ends_it_without_an_account_and_does_nothing_when_looked_at(group, space):
    member = member_of(space)
    url = f"/members/{member.leave_key}/leave/"
    assert client_of().get(url).status_code == 200 and Member.objects.exists()
    assert "You have left" in client_of().post(url).content.decode()
    assert not Member.objects.exists() and not sees(member.user, only_for(group))
    again = client_of().post(url)
    assert again.status_code == 404 and "left already" in again.content.decode()
    assert client_of().get(f"/members/{member.uuid}/leave/").status_code == 404


def test_by_approval_nothing_is_shown_until_the_groups_people_decide(group, people):
    open_space_of(group, Joining.APPROVAL)
    secret = only_for(group)
    people.as_stranger.post(join_url(group), {"name": "Sam"})
    waiting_letters.send_due()
    assert {it.to[0] for it in mail.outbox} == {people.owner.email, people.editor.email}
    assert not sees(people.stranger, secret)
    assert "You have asked" in people.as_stranger.get(join_url(group)).content.decode()
    member = Member.objects.get()
    url = f"/groups/{group.uuid}/space/members/"
    assert "Sam" in people.as_editor.get(url).content.decode()
    for one in (people.as_stranger, people.as_nobody):
        assert one.post(url, {"action": "approve", "member": member.uuid}).status_code in (302, 404)
    member.refresh_from_db()
    assert member.state == MemberState.ASKED
    people.as_editor.post(url, {"action": "approve", "member": member.uuid})
    waiting_letters.send_due()
    assert sees(people.stranger, secret) and mail.outbox[-1].to == [people.stranger.email]
    second = people.as_owner.post(url, {"action": "approve", "member": member.uuid})
    assert second.status_code == 409 and "already" in second.content.decode()


def test_who_is_turned_away_reads_why_and_asks_again_after_a_week_only(group, people):
    space = open_space_of(group, Joining.APPROVAL)
    people.as_stranger.post(join_url(group), {"name": "Sam"})
    member, url = Member.objects.get(), f"/groups/{group.uuid}/space/members/"
    empty = people.as_editor.post(url, {"action": "refuse", "member": member.uuid, "reason": " "})
    assert empty.status_code == 422
    people.as_editor.post(url, {"action": "refuse", "member": member.uuid, "reason": "We are full."})
    waiting_letters.send_due()
    assert "We are full." in mail.outbox[-1].body and mail.outbox[-1].to == [people.stranger.email]
    member.refresh_from_db()
    assert (member.state, member.name) == (MemberState.TURNED_AWAY, "")
    answer = people.as_stranger.post(join_url(group), {"name": "Sam"})
    assert answer.status_code == 409 and "Sam" in answer.content.decode()
    Member.objects.update(decided_at=timezone.now() - datetime.timedelta(days=8))
    Space.objects.filter(pk=space.pk).update(joining=Joining.OPEN)
    people.as_stranger.post(join_url(group), {"name": "Sam"})
    member.refresh_from_db()
    assert member.state == MemberState.ASKED, "a person decides on somebody who was turned away"


def test_only_owners_remove_and_whoever_is_removed_reads_why(group, space, people):
    member, url = member_of(space, user=people.stranger), f"/groups/{group.uuid}/space/members/"
    sent = {"action": "remove", "member": member.uuid, "reason": "You shouted."}
    assert people.as_editor.post(url, sent).status_code == 403
    assert sees(people.stranger, only_for(group))
    people.as_owner.post(url, sent)
    waiting_letters.send_due()
    assert not sees(people.stranger, only_for(group)) and "You shouted." in mail.outbox[-1].body


def test_the_list_is_for_owners_runs_no_formula_and_is_noted(group, space, people):
    member_of(space, user=people.stranger, name='=HYPERLINK("x")')
    url = f"/groups/{group.uuid}/space/members.csv"
    assert people.as_editor.post(url).status_code == 403
    assert people.as_stranger.post(url).status_code == 404
    assert people.as_owner.get(url).status_code == 405
    text = b"".join(people.as_owner.post(url).streaming_content).decode()
    assert "'=HYPERLINK" in text and people.stranger.email in text
    entry = AuditEntry.objects.filter(action="take list of members").get()
    assert entry.data == {"members": 1} and people.stranger.email not in str(entry.data)


def test_joining_twice_is_one_membership_and_one_letter(group, space, people):
    for _ in range(2):
        people.as_stranger.post(join_url(group), {"name": "Sam"})
    assert Member.objects.count() == 1 and len(mail.outbox) == 1


def test_leaving_and_asking_again_is_counted_each_time(group, people, monkeypatch):
    """Each asking is a letter to the group's people."""
    monkeypatch.setattr(members, "MAX_ASKED_A_DAY", 2)
    open_space_of(group, joining=Joining.APPROVAL)
    answers = []
    for _it in range(3):
        answers.append(people.as_stranger.post(join_url(group), {"name": "Zoë Field"}))
        waiting_letters.send_due()
        people.as_stranger.post(join_url(group), {"leave": "1"})
    assert [it.status_code for it in answers] == [302, 302, 429] and len(mail.outbox) == 4
    assert "Go on tomorrow" in answers[-1].content.decode()


def test_nobody_joins_what_is_closed_to_new_members(group, space, people):
    Space.objects.update(joining=Joining.CLOSED)
    assert "Nobody can join" in people.as_stranger.get(join_url(group)).content.decode()
    answer = people.as_stranger.post(join_url(group), {"name": "Sam"})
    assert answer.status_code == 409 and not Member.objects.exists()


def test_a_group_without_a_space_says_so(group, people):
    answer = people.as_stranger.get(join_url(group))
    assert answer.status_code == 404 and "nothing to join" in answer.content.decode()
    assert people.as_stranger.post(join_url(group), {"name": "Sam"}).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 121, "a\x00b"], ids=["empty", "long", "NUL"])
def test_a_name_that_cannot_be_kept_is_told(group, space, people, name):
    answer = people.as_stranger.post(join_url(group), {"name": name})
    assert answer.status_code == 422 and not Member.objects.exists()


def test_a_place_by_approval_of_its_stewards(place, people):
    steward = ensure_steward("steward@example.org", place)
    page = people.as_nobody.get("/trafford/join/").content.decode()
    assert "A steward of the place decides" in page
    people.as_stranger.post("/trafford/join/", {"name": "Sam"})
    assert items.counts_for(steward)["joining"] == 1 and items.counts_for(people.owner)["joining"] == 0
    [(_source, item)] = items.waiting_for(steward, 5, only="joining")
    button = next(it for it in item.buttons if it.post)
    client_of(steward).post(button.url, dict(button.data))
    assert PlaceRole.objects.get(user=people.stranger).role == "member"
    assert viewer_of(people.stranger).place_ids == {place.pk}
    people.as_stranger.post("/trafford/join/", {"leave": "1"})
    assert viewer_of(people.stranger).is_public and not Member.objects.exists()


def test_a_steward_elsewhere_decides_nothing_here(place, people):
    other = ensure_steward("other@example.org", PlaceFactory(slug="salford", code="E2", name="Salford"))
    people.as_stranger.post("/trafford/join/", {"name": "Sam"})
    assert items.counts_for(other)["joining"] == 0
    assert client_of(other).get("/trafford/members/").status_code == 404
    sent = {"action": "approve", "member": Member.objects.get().uuid}
    assert client_of(other).post("/trafford/members/", sent).status_code == 404
    assert not PlaceRole.objects.filter(user=people.stranger).exists()


def test_a_place_may_be_open_and_leaving_ends_only_what_one_joined(place, people):
    steward = ensure_steward("steward@example.org", place)
    client_of(steward).post("/trafford/members/joining/", {"summary": "Come in.", "joining": "open"})
    people.as_stranger.post("/trafford/join/", {"name": "Sam"})
    assert viewer_of(people.stranger).place_ids == {place.pk}
    client_of(steward).post("/trafford/join/", {"leave": "1"})
    assert PlaceRole.objects.get(user=steward).role == "steward"


def test_members_of_a_closed_space_or_of_a_group_that_is_gone_see_nothing_of_it(group, space, people):
    member, secret = member_of(space), only_for(group)
    assert sees(member.user, secret)
    Space.objects.update(opened_at=None)
    assert not sees(member.user, secret) and sees(people.owner, secret)
    Space.objects.update(opened_at=timezone.now())
    Node.objects.filter(pk=group.pk).update(state=NodeState.ARCHIVED)
    assert not sees(member.user, secret)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "boss", "since": None}, "member_state_known"),
        ({"state": "member", "since": None}, "member_since_when_member"),
        ({"state": "turned-away", "since": None}, "member_turned_away_has_no_name"),
    ],
    ids=["state", "since", "name"],
)
def test_the_database_keeps_members_right(space, values, constraint):
    member = member_of(space)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Member.objects.filter(pk=member.pk).update(**values)


def test_somebody_is_a_member_once(space):
    member = member_of(space)
    with pytest.raises(IntegrityError, match="member_once"), transaction.atomic():
        Member.objects.create(space=space, user=member.user)


def test_the_audit_tells_of_members_by_number(group, space):
    user = UserFactory()
    member = members.join(actor=Actor.of(user), user=user, space=space, name="Zuleika")
    members.leave(actor=Actor.of(user), member=member)
    assert "Zuleika" not in str(list(AuditEntry.objects.values_list("data", "target")))


def test_why_a_group_removed_somebody_is_between_the_two(group, space, people, place):
    """Stewards read the audit, and are no members; why a place's own stewards did it is theirs to read again."""
    steward = ensure_steward("steward@example.org", place)
    inside, resident = member_of(space), member_of(Space.objects.create(place=place))
    members.remove(actor=Actor.of(people.owner), user=people.owner, member=inside, reason="A WHISPER")
    members.remove(actor=Actor.of(steward), user=steward, member=resident, reason="Moved away.")
    told = list(AuditEntry.objects.filter(action="remove member").order_by("pk").values_list("data", flat=True))
    assert "WHISPER" not in str(told) and told[1]["reason"] == "Moved away."
