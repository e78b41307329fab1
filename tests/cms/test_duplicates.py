"""Possible duplicates: who sees which pair, side by side in words, and what each button does."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.commands import ensure_pages, ensure_steward
from mapping.models import Actor, AuditEntry, CandidateState, MatchCandidate, Node, NodeMerge, NodeState
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def steward(place):
    ensure_pages(place, ACTOR)
    return ensure_steward("ann@example.org", place)


@pytest.fixture
def admin(client, steward):
    client.force_login(steward)
    return client


def pair_of(place, first="The Hall", second="Public Hall", **more) -> MatchCandidate:
    one = OrganisationFactory(name=first, place=place, phone="0161 1", address="1 Elm Street")
    two = OrganisationFactory(name=second, place=place, phone="0161 2", address="1 Elm Street", email="b@example.org")
    return MatchCandidate.objects.create(first=one, second=two, score=0.9, reason="alike names, 3 m apart", **more)


@pytest.fixture
def pair(place):
    return pair_of(place)


def text(response) -> str:
    return response.content.decode()


def seen(client, pair) -> str:
    return re.search(r'name="seen" value="([^"]+)"', text(client.get(f"/admin/duplicates/{pair.pk}/")))[1]


def decide(client, pair, **given):
    return client.post(f"/admin/duplicates/{pair.pk}/", {"seen": seen(client, pair), **given}, follow=True)


def test_the_line_of_the_queue_leads_to_the_pairs(admin, pair):
    page = text(admin.get("/admin/queue/?source=duplicates"))
    assert "The Hall / Public Hall" in page and f"/admin/duplicates/{pair.pk}/" in page


def test_the_list_says_why_and_how_alike(admin, pair):
    page = text(admin.get("/admin/duplicates/"))
    assert "The Hall and Public Hall" in page and "alike names, 3 m apart" in page
    assert re.search(r"The names are \d+% alike", page)


def test_both_are_there_side_by_side_and_what_differs_is_said_in_words(admin, pair):
    StatementFactory(connection=ConnectionFactory(source=pair.first.organisation))
    page = " ".join(text(admin.get(f"/admin/duplicates/{pair.pk}/")).split())
    assert "<legend>Phone <em>(differs)</em></legend>" in page
    assert "<h3>Address <em>(the same)</em></h3>" in page
    assert "<h3>E-mail <em>(only one says it)</em></h3>" in page
    assert "<h3>Website <em>(neither says it)</em></h3>" in page
    assert "funds Organisation" in page


def test_merging_keeps_what_was_chosen_and_leads_on(admin, steward, pair, place):
    dropped = pair.second.uuid
    answer = decide(admin, pair, do="merge", keep="first", **{"fact-name": "second", "fact-phone": "first"})
    assert "is part of" in text(answer) and "take it back until" in text(answer)
    kept = Node.objects.get(pk=pair.first_id)
    assert (kept.name, kept.phone, kept.email) == ("Public Hall", "0161 1", "b@example.org")
    assert AuditEntry.objects.get(action="merge nodes").user == steward
    anonymous = Client()
    moved = anonymous.get(f"/node/{dropped}")
    assert (moved.status_code, moved["Location"]) == (301, f"/node/{kept.uuid}")
    moved = anonymous.get(f"/api/v1/nodes/{dropped}")
    assert (moved.status_code, moved["Location"]) == (308, f"/api/v1/nodes/{kept.uuid}")
    assert anonymous.get(moved["Location"]).json()["properties"]["name"] == "Public Hall"


def test_the_second_can_be_the_one_that_is_kept(admin, pair):
    decide(admin, pair, do="merge", keep="second", **{"fact-phone": "first"})
    kept = Node.objects.get(pk=pair.second_id)
    assert (kept.state, kept.phone, kept.name) == (NodeState.LIVE, "0161 1", "Public Hall")
    assert Node.objects.get(pk=pair.first_id).state == NodeState.ARCHIVED


def test_an_address_leads_nowhere_for_those_who_may_not_see_what_it_leads_to(admin, pair):
    Node.objects.filter(pk=pair.second_id).update(visibility="members")
    pair.refresh_from_db()
    decide(admin, pair, do="merge", keep="first")
    assert Client().get(f"/node/{pair.second.uuid}").status_code == 404
    assert Client().get(f"/api/v1/nodes/{pair.second.uuid}").status_code == 404
    assert Client().get(f"/node/{pair.first.uuid}").status_code == 404
    assert admin.get(f"/node/{pair.second.uuid}").status_code == 301


def test_they_are_two_is_remembered(admin, steward, pair):
    answer = decide(admin, pair, do="two")
    assert "are two things" in text(answer)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (CandidateState.DIFFERENT, steward)
    assert Node.objects.filter(state=NodeState.LIVE, name__in=["The Hall", "Public Hall"]).count() == 2
    assert admin.get(f"/admin/duplicates/{pair.pk}/").status_code == 404


def test_later_leads_to_the_next_pair(admin, place, pair):
    following = pair_of(place, "A", "B")
    assert f'href="/admin/duplicates/{following.pk}/">Later' in text(admin.get(f"/admin/duplicates/{pair.pk}/"))
    assert 'href="/admin/duplicates/">Later' in text(admin.get(f"/admin/duplicates/{following.pk}/"))
    answer = decide(admin, pair, do="two")
    assert answer.redirect_chain[-1][0] == f"/admin/duplicates/{following.pk}/"


def test_what_changed_meanwhile_is_not_merged_unread(admin, pair):
    given = {"seen": seen(admin, pair), "do": "merge", "keep": "first"}
    pair.second.save()
    answer = admin.post(f"/admin/duplicates/{pair.pk}/", given, follow=True)
    assert "was changed while you looked" in text(answer) and not NodeMerge.objects.exists()


def test_what_cannot_be_one_says_why(admin, pair):
    Node.objects.filter(pk=pair.second_id).update(kind="asset")
    assert "are of different kinds" in text(decide(admin, pair, do="merge", keep="first"))


def test_a_second_steward_is_told_that_it_was_decided(admin, pair):
    given = {"seen": seen(admin, pair), "do": "merge", "keep": "first"}
    admin.post(f"/admin/duplicates/{pair.pk}/", given)
    assert "decided already" in text(admin.post(f"/admin/duplicates/{pair.pk}/", given, follow=True))
    assert NodeMerge.objects.count() == 1


def test_a_merge_is_taken_back_by_a_button_that_says_what_stays(admin, pair):
    decide(admin, pair, do="merge", keep="first")
    Node.objects.filter(pk=pair.first_id).update(email="new@example.org")
    page = text(admin.get("/admin/duplicates/merged/"))
    assert "“Public Hall” was merged into it" in page and "1 merge can still be taken back" in page
    merge = NodeMerge.objects.get()
    answer = text(admin.post(f"/admin/duplicates/merged/{merge.pk}/undo/", follow=True))
    assert "are two again" in answer and "left as it is: email" in answer
    assert Client().get(f"/node/{pair.second.uuid}").status_code == 200
    pair.refresh_from_db()
    assert pair.state == CandidateState.WAITING
    assert admin.post(f"/admin/duplicates/merged/{merge.pk}/undo/").status_code == 404


def test_who_may_look_and_decide(client, place, steward, pair):
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    ensure_pages(elsewhere, ACTOR)
    across = MatchCandidate.objects.create(
        first=NodeFactory(place=place), second=NodeFactory(place=elsewhere), score=0.5, reason="one number"
    )
    nowhere = MatchCandidate.objects.create(
        first=NodeFactory(place=None), second=NodeFactory(place=None), score=0.4, reason="one number"
    )
    group = OrganisationFactory(name="Secret", place=place)
    hidden = MatchCandidate.objects.create(
        first=NodeFactory(place=place, visibility="group", group=group), second=NodeFactory(place=place), score=0.4,
        reason="alike",
    )  # fmt: skip
    people = {
        "steward": (steward, {pair.pk}),
        "elsewhere": (ensure_steward("bo@example.org", elsewhere), set()),
        "superuser": (UserFactory(is_staff=True, is_superuser=True), {pair.pk, across.pk, nowhere.pk, hidden.pk}),
        "stranger": (UserFactory(), None),
    }
    for name, (user, may) in people.items():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for it in (pair, across, nowhere, hidden):
            status = client.get(f"/admin/duplicates/{it.pk}/").status_code
            expected = (302, 403) if may is None else (200,) if it.pk in may else (404,)
            assert status in expected, f"{name} {it.pk} {status}"
        assert client.get("/admin/duplicates/").status_code in ((302, 403) if may is None else (200,))
        assert client.get("/admin/duplicates/merged/").status_code in ((302, 403) if may is None else (200,))
    client.force_login(people["elsewhere"][0])
    client.post(f"/admin/duplicates/{pair.pk}/", {"do": "merge", "keep": "first"})
    assert not NodeMerge.objects.exists()
    client.force_login(steward)
    decide(client, pair, do="merge", keep="first")
    merge = NodeMerge.objects.get()
    client.force_login(people["elsewhere"][0])
    assert client.post(f"/admin/duplicates/merged/{merge.pk}/undo/").status_code == 404
    assert "can still be taken back" in text(client.get("/admin/duplicates/merged/")) and "The Hall" not in text(
        client.get("/admin/duplicates/merged/")
    )


def test_the_number_of_queries_does_not_grow(admin, place):
    pair_of(place)
    admin.get("/admin/duplicates/")
    with CaptureQueriesContext(connection) as few:
        admin.get("/admin/duplicates/")
    for n in range(6):
        pair_of(place, f"Hall {n}", f"The Hall {n}")
    with CaptureQueriesContext(connection) as many:
        admin.get("/admin/duplicates/")
    assert len(many) == len(few)
