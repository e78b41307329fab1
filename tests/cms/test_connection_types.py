"""A steward's page of the types of connections."""

import pytest
from django.test import Client

from cms.commands import ensure_steward
from mapping.models import ConnectionType
from tests.factories import ConnectionTypeFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/admin/connection-types/"
WORDS = {"forward": "mends things for", "directed": "yes", "reverse": "has things mended by", "meaning": "Repairs."}


@pytest.fixture
def steward(place):
    client = Client()
    user = ensure_steward("ann@example.org", place)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def funds(place):
    return ConnectionTypeFactory()


def test_a_steward_hides_a_type_and_shows_it_again(steward, place, funds):
    assert "is funded by" in steward.get(PATH).content.decode()
    for do, hidden in (("hide", {place}), ("show", set())):
        response = steward.post(f"{PATH}trafford/{funds.pk}/", {"do": do}, follow=True)
        assert response.status_code == 200 and set(funds.hidden_in.all()) == hidden


def test_a_steward_adds_a_type_and_removes_it(steward, place, funds):
    assert steward.post(f"{PATH}trafford/add/", WORDS).status_code == 302
    kind = ConnectionType.objects.get(place=place)
    assert (kind.forward, kind.meaning) == ("mends things for", "Repairs.")
    assert "your own" in steward.get(PATH).content.decode()
    steward.post(f"{PATH}trafford/{kind.pk}/", {"do": "remove"})
    assert not ConnectionType.objects.filter(place=place).exists()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(steward, place):
    response = steward.post(f"{PATH}trafford/add/", {**WORDS, "reverse": ""})
    text = response.content.decode()
    assert response.status_code == 422 and "the other way round" in text and 'value="mends things for"' in text
    steward.post(f"{PATH}trafford/add/", WORDS)
    assert "already" in steward.post(f"{PATH}trafford/add/", WORDS).content.decode()


def test_everybodys_types_are_not_removed(steward, funds):
    response = steward.post(f"{PATH}trafford/{funds.pk}/", {"do": "remove"}, follow=True)
    assert "everybody" in response.content.decode() and ConnectionType.objects.filter(pk=funds.pk).exists()


def test_only_stewards_and_only_of_their_own_place(steward, funds):
    PlaceFactory(name="Salford", slug="salford", code="E08000006")
    assert steward.post(f"{PATH}salford/{funds.pk}/", {"do": "hide"}).status_code == 404
    assert steward.get(f"{PATH}?place=salford").status_code == 404
    other = Client()
    other.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert other.post(f"{PATH}trafford/{funds.pk}/", {"do": "hide"}).status_code in (302, 403)
    assert not funds.hidden_in.exists()


def test_the_number_of_queries_does_not_grow_with_the_types(steward, place, django_assert_max_num_queries):
    for n in range(30):
        ConnectionTypeFactory(slug=f"type{n}")
    with django_assert_max_num_queries(25):
        steward.get(PATH)
