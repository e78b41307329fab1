from __future__ import annotations

import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from listings.commands import missing
from listings.models import MissingReport
from listings.taking_part.missing import waiting
from mapping.models import Actor
from tests.factories import PlaceFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db

PATH = "/tell-us/?place=trafford&q=repair+caf%C3%A9"


def tell(client, what="Repair café", **more):
    return client.post(PATH, {"looked_for": what, **more})


def test_from_a_search_without_results_to_the_answer(client, place):
    assert 'value="repair café"' in client.get(PATH).content.decode()
    page = tell(client, email="ann@example.org", words="There was one in Urmston")
    assert page.status_code == 200 and not client.cookies and not mail.outbox
    tell(client, "CAFE, repair", email="bea@example.org")
    tell(client, "repair cafe")
    tell(client, "A pool")
    steward = PlaceRoleFactory(place=place).user
    found = waiting(steward, 10)
    assert found.number == 2
    assert "3 people" in found.items[0].why and waiting(UserFactory(), 10).number == 0
    client.force_login(steward)
    url = found.items[0].url
    assert "There was one in Urmston" in client.get(url).content.decode()
    assert client.post(url, {"words": " "}).status_code == 422
    client.post(url, {"answer": "1", "words": "Try the library on Saturdays."})
    assert sorted(it.to[0] for it in mail.outbox) == ["ann@example.org", "bea@example.org"]
    assert "Try the library" in mail.outbox[0].body
    assert not MissingReport.objects.exclude(email="").exists()
    assert waiting(steward, 10).number == 1
    assert client.post(url, {"words": "Again"}).status_code == 409


def test_closed_without_an_answer_nobody_is_written_to(client, place):
    tell(client, email="ann@example.org")
    client.force_login(PlaceRoleFactory(place=place).user)
    report = MissingReport.objects.get()
    client.post(f"/stewards/missing/{report.uuid}/", {"close": "1"})
    assert not mail.outbox and waiting(UserFactory(is_superuser=True), 5).number == 0


def test_the_same_of_the_same_address_is_one(client, place):
    for _time in range(3):
        tell(client, email="ann@example.org")
    assert MissingReport.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        MissingReport.objects.create(place=place, looked_for="x", alike="cafe repair", email="ann@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        MissingReport.objects.create(place=place, looked_for="", alike="x")


def test_an_address_tells_so_much_in_a_day(client, place):
    for number in range(missing.MAX_A_DAY):
        assert tell(client, f"thing {number}", email="ann@example.org").status_code == 200
    assert tell(client, "one more", email="ann@example.org").status_code == 429


@pytest.mark.parametrize(
    "wrong",
    [{"looked_for": ""}, {"looked_for": "x" * 201}, {"looked_for": "a\x00b"}, {"email": "no"}, {"leave_empty": "x"}],
    ids=["empty", "long", "nul", "no address", "trap"],
)
def test_what_is_wrong_is_said(client, place, wrong):
    page = client.post(PATH, {"looked_for": "A pool", "words": "By the canal", **wrong})
    assert page.status_code == 422 and "By the canal" in page.content.decode() and not MissingReport.objects.exists()


@pytest.mark.parametrize("asked", ["", "?place=nowhere", "?place=%00", "?place=" + "x" * 300], ids=range(4))
def test_of_no_place_there_is_nothing(client, place, asked):
    assert client.get(f"/tell-us/{asked}").status_code == 404


def test_another_places_steward_does_not_see_it(client, place):
    tell(client)
    client.force_login(PlaceRoleFactory(place=PlaceFactory(name="Elsewhere", slug="elsewhere", code="E2")).user)
    assert client.get(f"/stewards/missing/{MissingReport.objects.get().uuid}/").status_code == 404
    assert client.get(f"/stewards/missing/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize(("one", "other"), [("Café, repair!", "repair cafe"), ("the  POOL", "pool the"), ("?!", "?!")])
def test_alike_is_without_case_accents_and_order(one, other):
    assert missing.alike_of(one) == missing.alike_of(other) != ""


def test_a_year_later_it_is_forgotten(client, place):
    import datetime

    from django.utils import timezone

    tell(client)
    missing.answer(actor=Actor.command("test"), place=place, alike=MissingReport.objects.get().alike)
    assert missing.purge(timezone.now() + datetime.timedelta(days=366)) == 1
