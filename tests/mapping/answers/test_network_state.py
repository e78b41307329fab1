"""A network that is worked out, and one that could not be, is told as that by every page and all data."""

from __future__ import annotations

import pytest

from cms.tour_draft import TourRefused, draft_tour, steps_for
from mapping.answers import bounds
from mapping.models import Actor, Answer, Revision, SavedView
from mapping.network import analysis_store
from mapping.network.state import Failed, NetworkFailed, NetworkPending, Pending, Ready
from mapping.views.answers import pages
from mapping.views.network import tour_reading

from .conftest import work

pytestmark = pytest.mark.django_db

PAGES = {
    "network": "/trafford/network/",
    "findings": "/trafford/network/words/",
    "removal": "/trafford/network/without/?scenario=central",
}
# The page has more to say, and says in the place of the network how that stands.
PARTS = {
    "overview": "/trafford/",
    "saved view": "/trafford/network/views/who-funds/",
    "tour": "/trafford/tour/?all=1",
    "tour, step": "/trafford/tour/?step=1",
}
DATA = {
    "table": "/trafford/network/words/table.csv",
    "graph": "/network/{revision}/graph.bin",
    "identities": "/network/{revision}/ids.bin?part=0",
    "removal": "/network/{revision}/without.json?scenario=central",
    "lines": "/maps/{revision}/lines.json",
}
PENDING_WORDS, FAILED_WORDS = "being worked out", "could not be worked out"


def named(addresses: dict[str, str]):
    return pytest.mark.parametrize("path", addresses.values(), ids=addresses)


@pytest.fixture
def town(large):
    SavedView.objects.create(place=large, slug="who-funds", name="Who funds", state={"type": ["funds"]})
    with bounds.lifted():
        draft_tour(actor=Actor.command("test"), place=large, publish=True)
    large.refresh_from_db()
    Answer.objects.all().delete()
    # Drafting it worked the network out: of the next revision, nothing is there.
    Revision.objects.raise_for([large])
    return large


@pytest.fixture
def at_once(monkeypatch):
    """Every question is answered in the request."""
    for module in (pages, tour_reading):
        monkeypatch.setattr(module, "is_at_once", lambda *question: True)
    monkeypatch.setattr(pages, "_may_be_small", lambda *question: True)


@pytest.fixture
def pending(town, at_once, monkeypatch):
    monkeypatch.setattr(analysis_store, "load", lambda snapshot: Pending())
    return town


@pytest.fixture
def failed(town, at_once, monkeypatch):
    monkeypatch.setattr(analysis_store, "load", lambda snapshot: Failed("ValueError"))
    return town


@pytest.fixture
def broken(town, monkeypatch):
    """A town whose network no job can work out."""

    def fail(*args):
        raise ValueError("no such layout")

    monkeypatch.setattr(analysis_store, "_stage", fail)
    return town


def get(client, path: str):
    number = Revision.objects.get(place__slug="trafford").number
    return client.get(path.format(revision=f"trafford.{number}"))


def is_kept_by_nobody(response) -> bool:
    return "no-store" in response["Cache-Control"] and not response.has_header("ETag")


@named(PAGES)
def test_a_page_tells_a_pending_network_as_pending(pending, client, path):
    response = get(client, path)
    assert response.status_code == 200 and int(response["Retry-After"]) > 0
    text = response.content.decode()
    assert PENDING_WORDS in text and FAILED_WORDS not in text
    assert is_kept_by_nobody(response)


@named(PAGES)
def test_a_page_tells_a_failed_network_as_failed(failed, client, path):
    response = get(client, path)
    assert response.status_code == 500 and not response.has_header("Retry-After")
    text = response.content.decode()
    assert FAILED_WORDS in text and PENDING_WORDS not in text
    assert is_kept_by_nobody(response)


@named(PARTS)
def test_a_part_of_a_page_tells_a_pending_network_as_pending(pending, client, path):
    response = get(client, path)
    text = response.content.decode()
    assert response.status_code == 200 and is_kept_by_nobody(response)
    assert PENDING_WORDS in text and FAILED_WORDS not in text


@named(PARTS)
def test_a_part_of_a_page_tells_a_failed_network_as_failed(failed, client, path):
    response = get(client, path)
    text = response.content.decode()
    assert response.status_code == 200 and is_kept_by_nobody(response)
    assert FAILED_WORDS in text and PENDING_WORDS not in text


@named(DATA)
def test_data_tell_a_pending_network_as_pending(pending, client, path):
    response = get(client, path)
    assert response.status_code == 202 and int(response["Retry-After"]) > 0
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Being worked out" and response["Cache-Control"] == "no-store"


@named(DATA)
def test_data_tell_a_failed_network_as_failed(failed, client, path):
    response = get(client, path)
    assert response.status_code == 500 and not response.has_header("Retry-After")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"] == "Failed" and FAILED_WORDS in response.json()["detail"]
    assert response["Cache-Control"] == "no-store"


@named({**PAGES, **PARTS, **{f"data: {name}": path for name, path in DATA.items()}})
def test_what_a_job_could_not_work_out_is_told_as_failed(broken, client, path):
    assert PENDING_WORDS in get(client, path).content.decode()
    work()
    response = get(client, path)
    assert FAILED_WORDS in response.content.decode() and PENDING_WORDS not in response.content.decode()
    assert not response.has_header("Retry-After")
    assert response.status_code == (200 if path in PARTS.values() else 500)


def test_a_tour_is_not_drafted_and_says_which_of_the_two_it_is(town, monkeypatch):
    monkeypatch.setattr(analysis_store, "load", lambda snapshot: Pending())
    with pytest.raises(TourRefused, match="being worked out. Try again in a few minutes"):
        steps_for(town)
    monkeypatch.setattr(analysis_store, "load", lambda snapshot: Failed("ValueError"))
    with pytest.raises(TourRefused, match="could not be worked out. Who looks after this site can see why"):
        steps_for(town)


def test_a_state_gives_its_value_or_raises():
    assert Ready(2).map(lambda it: it + 1).get() == 3
    with pytest.raises(NetworkPending) as pending:
        Pending().map(len).get()
    assert (pending.value.status, pending.value.seconds) == (503, 2)
    with pytest.raises(NetworkFailed) as failed:
        Failed("ValueError").map(len).get()
    assert (failed.value.status, failed.value.seconds) == (500, None)
