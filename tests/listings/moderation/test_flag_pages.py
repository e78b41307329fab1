"""The pages of flags: the form, the letters and their links, the steward's."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.test import Client

from listings.commands import flag_decisions, flag_targets, flags
from listings.models import Decision, Flag, FlagCase, FlagReason, FlagTarget
from listings.moderation import flags as waiting
from listings.moderation import waiting_letters
from mapping.models import PUBLIC, Node, NodeState, Visibility
from tests.factories import (
    ConnectionFactory,
    MembershipFactory,
    NodeFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)
from tests.listings.moderation.flagging import STEWARD, is_live, link, said

pytestmark = pytest.mark.django_db


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
    assert not mail.outbox
    assert waiting_letters.send_due() == 2
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
    waiting_letters.send_due()
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
