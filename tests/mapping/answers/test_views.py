"""Every question that grows with a place: pending at once where it is large, one job for it, ready afterwards."""

from __future__ import annotations

import difflib
import json

import pytest
from django.contrib.gis.geos import Point

from cms.tour_draft import draft_tour
from mapping.answers import askers, bounds, kinds, store
from mapping.jobs import answers
from mapping.models import Actor, Answer, AnswerState, Node, NodeState, NodeTag, Revision, SavedView, Statement, Tag
from mapping.views import ranged
from tests.factories import OrganisationFactory, PlaceRoleFactory

from .conftest import jobs, work

pytestmark = pytest.mark.django_db

PAGES = {
    "network": "/trafford/network/?colour=community",
    "words": "/trafford/network/words/?sort=name",
    "paths": "/trafford/network/paths/?from_name=Group+1&to_name=Group+2",
    "without": "/trafford/network/without/?scenario=central",
    "gaps": "/trafford/network/gaps/",
    "compare": "/trafford/network/compare/",
    "export": "/trafford/network/export/?derived=yes",
    "overview": "/trafford/",
    "saved view": "/trafford/network/views/who-funds/",
    "tour": "/trafford/tour/?all=1",
    "tour, step": "/trafford/tour/?step=1",
}
DATA = {
    "table": "/trafford/network/words/table.csv",
    "file": "/trafford/network/export/connections.csv",
    "graph": "/network/{revision}/graph.bin",
    "names": "/network/{revision}/ids.bin?part=0",
    "path data": "/network/{revision}/path.json?from_name=Group+1&to_name=Group+2",
    "without data": "/network/{revision}/without.json?scenario=central",
    "lines": "/maps/{revision}/lines.json",
}
ALL = {**PAGES, **DATA}


@pytest.fixture
def tour(large):
    SavedView.objects.create(place=large, slug="who-funds", name="Who funds", state={"type": ["funds"]})
    with bounds.lifted():
        draft_tour(actor=Actor.command("test"), place=large, publish=True)
    large.refresh_from_db()
    Answer.objects.all().delete()
    # Drafting it worked the network out: of the next revision, nothing is there.
    Revision.objects.raise_for([large])
    return large


def address(place, path: str) -> str:
    number = Revision.objects.get(place=place).number
    return path.format(revision=f"{place.slug}.{number}")


def text(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_says_at_once_that_it_is_worked_out_and_is_there_afterwards(tour, client, path):
    first = client.get(path)
    assert first.status_code == 200
    assert "being worked out" in text(first) and "Look again" in text(first)
    assert "no-store" in first["Cache-Control"] and not first.has_header("ETag")
    url = text(first).split('data-waiting="')[1].split('"')[0]
    assert client.get(url).json() == {"state": "pending"}
    client.get(path)
    assert jobs() == 1 and work() == 1
    assert client.get(url).json() == {"state": "ready"}
    after = client.get(path)
    assert after.status_code == 200 and "being worked out" not in text(after)
    assert jobs() == 0
    if after.has_header("ETag"):
        assert client.get(path, headers={"If-None-Match": after["ETag"]}).status_code == 304
    else:
        # Of saved views nothing is ever kept.
        assert "views/" in path and "no-store" in after["Cache-Control"]


@pytest.mark.parametrize("path", DATA.values(), ids=DATA)
def test_data_say_at_once_that_they_are_worked_out_and_are_there_afterwards(tour, client, path):
    path = address(tour, path)
    first = client.get(path)
    assert first.status_code == 202 and int(first["Retry-After"]) > 0
    assert first["Content-Type"] == "application/problem+json" and first["Cache-Control"] == "no-store"
    assert first.json()["status"] == 202 and first.json()["title"] == "Being worked out"
    client.get(path)
    assert jobs() == 1 and work() == 1
    after = client.get(path)
    assert after.status_code == 200 and len(b"".join(after) if after.streaming else after.content) > 20


@pytest.mark.parametrize("path", ALL.values(), ids=ALL)
def test_a_job_answers_as_the_request_would(tour, client, path, monkeypatch):
    path = address(tour, path)
    client.get(path)
    work()
    by_job = text(client.get(path))
    with bounds.lifted():
        at_once = text(client.get(path))
    by_job, at_once = ("\n".join(it.replace(">", ">\n").split()) for it in (by_job, at_once))
    different = list(difflib.unified_diff(at_once.split("\n"), by_job.split("\n"), lineterm="", n=1))
    assert not different, "\n".join(different)


@pytest.mark.parametrize("path", ALL.values(), ids=ALL)
def test_what_was_made_for_one_class_of_viewers_is_not_shown_to_another(tour, client, member, path):
    path = address(tour, path)
    member.get(path)
    assert work() == 1
    theirs = text(member.get(path))
    before = Answer.objects.get(state=AnswerState.READY) if Answer.objects.filter(state="ready").count() == 1 else None
    other = client.get(path)
    if "compare" in path:
        # It tells everybody the same.
        assert other.status_code == 200 and "being worked out" not in text(other)
        return
    assert "being worked out" in text(other)
    assert "MEMBERS ONLY" not in text(other)
    work()
    assert "MEMBERS ONLY" not in text(client.get(path))
    assert theirs
    if before is not None:
        assert client.get(f"/answers/{before.key}/").status_code == 404


@pytest.mark.parametrize("path", ALL.values(), ids=ALL)
def test_what_is_hidden_is_gone_at_the_next_request(tour, client, path):
    client.get(address(tour, path))
    work()
    client.get(address(tour, path))
    Node.objects.filter(name="Group 1").update(state=NodeState.DRAFT)
    Revision.objects.raise_for([tour])
    after = client.get(address(tour, path))
    assert "being worked out" in text(after)
    assert "Group 1 " not in text(after) and '"Group 1"' not in text(after)
    work()
    said = text(client.get(address(tour, path)))
    # What was typed is repeated: that tells nothing.
    asked = said
    for typed in ("Group+1", 'value="Group 1"', "“Group 1”", '"name": "Group 1", "choices"'):
        asked = asked.replace(typed, "")
    assert "Group 1<" not in asked and '"Group 1"' not in asked


def test_a_statement_that_was_deleted_is_gone_at_the_next_request(tour, client):
    path = "/trafford/network/export/connections.csv"
    client.get(path)
    work()
    before = text(client.get(path))
    said = Statement.objects.filter(connection__source__name="Group 5").get()
    assert "Group 5,Group 6" in before or "Group 5" in before
    # With its last statement the connection goes too.
    connection = str(said.connection.uuid)
    Statement.objects.filter(pk=said.pk).delete()
    Revision.objects.raise_for([tour])
    assert client.get(path).status_code == 202
    work()
    assert connection in before and connection not in text(client.get(path))


@pytest.mark.parametrize("path", ALL.values(), ids=ALL)
def test_a_failure_is_told_as_one(tour, client, path, monkeypatch, caplog):
    path = address(tour, path)

    def fail(question):
        raise ValueError("no such layout")

    client.get(path)
    monkeypatch.setattr(answers, "_made", fail)
    work()
    after = client.get(path)
    part_of_a_page = path in (PAGES["overview"], PAGES["saved view"], PAGES["tour"], PAGES["tour, step"])
    assert after.status_code == (200 if part_of_a_page else 500)
    assert "could not be worked out" in text(after) and "Ask again in a few" not in text(after)
    assert "no-store" in after["Cache-Control"] and not after.has_header("ETag")
    assert "no such layout" not in text(after)
    # It is not tried again at once, and the steward sees why.
    assert jobs() == 0
    assert store.report([tour]).failed[0].error == "ValueError: no such layout"


def test_an_address_may_have_a_few_questions_waiting_and_no_more(large, client):
    def ask(number: int, **more):
        return client.get(f"/trafford/network/words/?page={number}", **more)

    for number in range(2, askers.MAX_OF_AN_ADDRESS + 2):
        assert ask(number).status_code == 200
    refused = ask(50)
    assert refused.status_code == 429 and "asked for much at once" in text(refused) and refused["Retry-After"]
    assert client.get("/trafford/network/export/nodes.csv").status_code == 429
    # What waits already is told of to everybody, and others may ask.
    assert ask(2).status_code == 200
    assert ask(50, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert jobs() == askers.MAX_OF_AN_ADDRESS + 1
    work()
    assert ask(51).status_code == 200
    # Who asked is not kept once it is answered, and never as an address.
    assert not Answer.objects.exclude(state=AnswerState.PENDING).exclude(asker="").exists()
    assert "127.0.0.1" not in json.dumps(list(Answer.objects.values("asker", "question")))


def test_the_queue_has_an_end(large, client, monkeypatch):
    monkeypatch.setattr(store, "MAX_WAITING", 2)
    for number in (2, 3):
        client.get(f"/trafford/network/words/?page={number}")
    busy = client.get("/trafford/network/words/?page=4", REMOTE_ADDR="198.51.100.7")
    assert busy.status_code == 503 and "Look again in a minute" in text(busy) and busy["Retry-After"] == "30"
    data = client.get("/trafford/network/export/nodes.csv", REMOTE_ADDR="198.51.100.7")
    assert data.status_code == 503 and data.json()["title"] == "Busy"


def test_other_parameters_make_no_other_question(large, client):
    for path in ("?", "?utm_source=x", "?page=1&a=b", "?"):
        client.get(f"/trafford/network/words/{path}")
    # Only one of these parameters is the page's.
    assert jobs() == 2


def test_more_than_anybody_types_is_refused(large, client):
    assert client.get("/trafford/network/", {"area": "1" * 17_000}).status_code == 414
    assert jobs() == 0


class TestFile:
    PATH = "/trafford/network/export/connections.csv"

    @pytest.fixture
    def whole(self, large, client):
        client.get(self.PATH)
        work()
        return b"".join(client.get(self.PATH)) if client.get(self.PATH).streaming else client.get(self.PATH).content

    def test_it_is_a_file_that_is_sent_in_parts(self, whole, client):
        row = Answer.objects.get(kind="export-file")
        assert (store.folder() / row.file).read_bytes() == whole and row.body is None
        tag = client.head(self.PATH)["ETag"]
        part = client.get(self.PATH, headers={"Range": "bytes=10-19", "If-Range": tag})
        assert (part.status_code, part.content) == (206, whole[10:20])
        assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
        other = client.get(self.PATH, headers={"Range": "bytes=10-19", "If-Range": '"another"'})
        assert other.status_code == 200 and other.content == whole
        assert client.get(self.PATH, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
        assert client.get(self.PATH, headers={"If-None-Match": tag}).status_code == 304
        head = client.head(self.PATH)
        assert (head.status_code, head["Content-Length"], head["Accept-Ranges"]) == (200, str(len(whole)), "bytes")
        assert head["Content-Disposition"] == 'attachment; filename="trafford-connections.csv"'

    def test_a_large_one_is_streamed(self, whole, client, monkeypatch):
        monkeypatch.setattr(ranged, "CHUNK", 16)
        response = client.get(self.PATH)
        assert response.streaming and b"".join(response.streaming_content) == whole

    def test_the_proxy_sends_it_where_it_may(self, whole, client, settings):
        settings.ACCEL_REDIRECT = "/exports/"
        response = client.get(self.PATH)
        name = Answer.objects.get(kind="export-file").file
        assert response["X-Accel-Redirect"] == f"/exports/{name}" and response.content == b""
        # nginx knows the file by its time and size alone: what is shared between readers does not keep it.
        assert response["Cache-Control"] == "private, no-cache"

    def test_what_is_compressed_the_proxy_is_not_asked_to_send(self, whole, client, settings):
        # It passes on no Content-Encoding: the browser would take the bytes for the file.
        settings.ACCEL_REDIRECT = "/exports/"
        Answer.objects.filter(kind="export-file").update(headers={"Content-Encoding": "br"})
        response = client.get(self.PATH)
        assert not response.has_header("X-Accel-Redirect") and response["Content-Encoding"] == "br"
        assert text(response) == whole.decode()

    def test_one_that_is_not_there_is_written_again(self, whole, client):
        (store.folder() / Answer.objects.get(kind="export-file").file).unlink()
        assert client.get(self.PATH).status_code == 202
        assert work() == 1 and client.get(self.PATH).status_code == 200

    def test_who_is_signed_in_gets_one_that_nobody_keeps(self, large, member):
        assert member.get(self.PATH)["Cache-Control"] == "no-store"
        work()
        response = member.get(self.PATH)
        assert response["Cache-Control"] == "private, no-store" and "MEMBERS ONLY" in text(response)

    def test_a_browser_gets_a_page_until_then(self, large, client):
        response = client.get(self.PATH, headers={"Accept": "text/html,*/*"})
        assert response.status_code == 202 and response["Content-Type"].startswith("text/html")
        assert "data-waiting-file" in text(response) and "The file is being written" in text(response)

    def test_what_it_says_of_this_site_is_where_it_was_asked(self, large, client):
        client.get(self.PATH, HTTP_HOST="testserver")
        work()
        assert "http://testserver/connections/" in text(client.get(self.PATH, HTTP_HOST="testserver"))
        assert client.get(self.PATH, HTTP_HOST="localhost").status_code == 202


def test_a_small_place_is_answered_at_once(place, records, client):
    for path in ("/trafford/", "/trafford/network/", "/trafford/network/gaps/"):
        assert client.get(path).status_code == 200
    assert client.get("/trafford/network/export/connections.csv").status_code == 200
    assert not Answer.objects.exists() and jobs() == 0


@pytest.fixture
def alike(large):
    """Two groups of the ring and one that is tied to nobody have a tag that few others have."""
    tag = Tag.objects.create(name="rowing", slug="rowing")
    beside = OrganisationFactory(name="Beside", place=large, location=Point(-2.301, 53.42, srid=4326))
    for it in (beside, *Node.objects.filter(name__in=("Group 0", "Group 4"))):
        NodeTag.objects.create(tag=tag, content_object=it)
    for number in range(12):
        OrganisationFactory(name=f"Other {number}", place=large, category=None, location=None)
    Revision.objects.raise_for([large])


def test_a_member_dismisses_what_a_job_suggested(alike, large, client_for, monkeypatch):
    from mapping.models import Dismissal, PlaceRoleKind

    client = client_for(PlaceRoleFactory(place=large, role=PlaceRoleKind.MEMBER).user)
    path = "/trafford/network/gaps/"
    client.get(path)
    work()
    page = client.get(path)
    html = text(page)
    assert page["Cache-Control"] == "private, no-store"
    assert 'name="key" value="' in html, "nothing is suggested"
    key = html.split('name="key" value="')[1].split('"')[0]
    refused = client.post(path, {"do": "dismiss", "key": "unmet:nobody"}, follow=True)
    assert not Dismissal.objects.exists() and refused.status_code == 200
    client.post(path, {"do": "dismiss", "key": key})
    assert Dismissal.objects.get().key == key


def test_every_kind_has_a_maker():
    from django.utils.module_loading import import_string

    for slug, kind in kinds.KINDS.items():
        assert callable(import_string(kind.maker.replace(":", "."))), slug


def test_a_steward_sees_what_waits_and_what_failed(large, client, client_for, monkeypatch):
    from cms.commands import ensure_steward

    steward = client_for(ensure_steward("steward@example.org", large))

    def fail(question):
        raise ValueError("no such <layout>")

    client.get("/trafford/network/gaps/")
    monkeypatch.setattr(answers, "_made", fail)
    work()
    client.get("/trafford/network/words/")
    page = text(steward.get("/admin/queue/"))
    assert "1 page or file of a network is being worked out" in page
    assert "gaps, Trafford" in page and "no such &lt;layout&gt;" in page
