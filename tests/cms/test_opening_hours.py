"""A steward's page of opening hours with questions."""

import pytest
from django.test import Client

from cms.commands import ensure_steward
from mapping.models import AuditEntry, OpeningHours, Revision
from tests.factories import NodeFactory, PlaceFactory, UserFactory, opens

pytestmark = pytest.mark.django_db
PATH = "/admin/opening-hours/"


@pytest.fixture
def steward(place):
    client = Client()
    client.force_login(ensure_steward("ann@example.org", place), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def pantry(place):
    node = NodeFactory(name="The pantry", place=place)
    return opens(node, "Sa 12:00-15:00", text="Saturday 12am-3pm", questions=["Is 12 noon or midnight?"])


def test_only_what_has_questions_and_lies_in_their_places_is_listed(steward, pantry):
    opens(NodeFactory(name="The library"), "Mo-Fr 10:00-16:00")
    elsewhere = PlaceFactory(slug="elsewhere", code="E08000010")
    other = opens(NodeFactory(name="Elsewhere", place=elsewhere), "", not_understood=["now and then"])
    page = steward.get(PATH).content.decode()
    assert "The pantry" in page and "noon or midnight" in page and "Saturday 12am-3pm" in page
    assert "The library" not in page and "Elsewhere" not in page
    assert steward.get(f"{PATH}{other.pk}/").status_code == 404


def test_it_reads_back_what_was_understood_and_takes_a_correction(steward, place, pantry):
    one = f"{PATH}{pantry.pk}/"
    page = steward.get(one).content.decode()
    assert "Saturday: noon to 3 pm" in page
    before = Revision.objects.get(place=place).number
    said = {"hours_text": "Saturday 12am-3pm", "expression": "Sa 00:00-15:00; PH off"}
    assert steward.post(one, said).status_code == 302
    hours = OpeningHours.objects.get()
    assert (hours.expression, hours.by_hand, hours.questions) == ("Sa 00:00-15:00; PH off", True, [])
    assert "No questions are open." in steward.get(PATH).content.decode()
    assert Revision.objects.get(place=place).number == before + 1
    assert AuditEntry.objects.get(action="correct opening hours").actor


def test_a_new_text_is_read(steward, pantry):
    said = {"hours_text": "Saturday noon-3pm", "expression": "Sa 12:00-15:00"}
    assert steward.post(f"{PATH}{pantry.pk}/", said).status_code == 302
    pantry.refresh_from_db()
    assert pantry.hours_text == "Saturday noon-3pm" and pantry.opening_hours.expression == "Sa 12:00-15:00"


def test_what_is_no_notation_is_refused_by_name(steward, pantry):
    response = steward.post(f"{PATH}{pantry.pk}/", {"hours_text": "x", "expression": "Sat noonish"})
    assert response.status_code == 422
    assert "is not opening_hours notation" in response.content.decode()
    assert OpeningHours.objects.get().expression == "Sa 12:00-15:00"


def test_whoever_looks_after_nothing_may_not(pantry, client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    for path in (PATH, f"{PATH}{pantry.pk}/"):
        assert client.get(path).status_code in (302, 403)


def test_the_number_of_queries_does_not_grow(steward, place, pantry, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    steward.get(PATH)
    with CaptureQueriesContext(connection) as few:
        steward.get(PATH)
    for n in range(20):
        opens(NodeFactory(place=place), f"Mo 10:{n + 10}-12:00", questions=["Really?"])
    with django_assert_max_num_queries(len(few)):
        steward.get(PATH)
