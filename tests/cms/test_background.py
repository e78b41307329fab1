"""Stewards see in plain words how background work goes, and try again what failed."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from mapping.models import Actor, AuditEntry, JobFailure
from tests.factories import PlaceFactory, UserFactory
from tests.mapping.jobs.test_status import beat, nothing_kept, put, state_of

__all__ = ["nothing_kept"]
pytestmark = pytest.mark.django_db
URL = "/admin/background/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    return signed_in(ensure_steward("steward@example.org", place))


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_all_is_well_in_one_sentence(steward):
    beat()
    page = text(steward.get(URL))
    assert "Background work goes on as it should." in page
    assert "Nothing, in the last seven days." in page
    assert "Background work stands still" not in text(steward.get("/admin/"))


def test_it_says_since_when_nobody_does_anything_and_what_that_means(steward):
    beat(ago=90)
    put(ago=5)
    for page in (text(steward.get(URL)), text(steward.get("/admin/"))):
        assert re.search(r"Background work stands still since [^:]*\d\d:\d\d: nobody is doing it", page)


def test_what_failed_is_shown_with_its_reason_and_tried_again(steward, place):
    beat()
    job = put(state="failed", attempts=5, args=f'{{"place_id": {place.pk}}}')
    JobFailure.objects.create(job=job, task="rebuild_network", attempt=5, error="ValueError: <b>no</b>")
    page = text(steward.get(URL))
    assert "Working out the network" in page and place.name in page
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page and "tried 5 times" in page
    assert "1 background job failed" in text(steward.get("/admin/"))
    assert "It is tried again" in text(steward.post(f"{URL}{job}/retry/", follow=True))
    assert state_of(job) == ("todo", 0)
    assert AuditEntry.objects.get(action="try job again").actor == "steward@example.org"
    # Pressed twice, by two people.
    assert steward.post(f"{URL}{job}/retry/").status_code == 404


def test_of_another_place_nothing_is_shown_and_nothing_tried(steward):
    other = PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    job = put(state="failed", args=f'{{"place_id": {other.pk}}}')
    assert "Elsewhere" not in text(steward.get(URL))
    assert steward.post(f"{URL}{job}/retry/").status_code == 404
    assert state_of(job)[0] == "failed"


def test_a_job_of_no_place_is_for_whoever_runs_the_site(steward, place):
    job = put(task="keep_dates", state="failed")
    assert "Whoever runs this site can try it again." in text(steward.get(URL))
    assert f"{URL}{job}/retry/" not in text(steward.get("/admin/queue/"))
    assert steward.post(f"{URL}{job}/retry/").status_code == 404
    boss = signed_in(UserFactory(is_superuser=True, is_staff=True))
    assert f"{URL}{job}/retry/" in text(boss.get("/admin/queue/"))
    assert boss.post(f"{URL}{job}/retry/").status_code == 302
    assert state_of(job)[0] == "todo"


def test_who_looks_after_no_place_sees_nothing(place):
    job = put(state="failed")
    client = signed_in(UserFactory())
    assert client.get(URL).status_code in (302, 403)
    assert client.post(f"{URL}{job}/retry/").status_code in (302, 403)
    assert state_of(job)[0] == "failed"
