"""The imports in the admin: who sees which, what would go in words, and the button with its box."""

from __future__ import annotations

import pytest

from cms.commands import ensure_pages, ensure_steward
from cms.views import imports
from mapping.commands import import_runs
from mapping.commands.nodes import import_nodes
from mapping.models import Actor, ImportRun, Node
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.nodes import NodeRow
from tests.factories import NodeFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


def bring(place, *names, title="Halls") -> ImportRun:
    rows = [NodeRow(row=i, key=name, name=name, kind="asset", categories=()) for i, name in enumerate(names)]
    with import_runs.recorded(actor=ACTOR, command="import_nodes", file="/srv/data/halls.csv") as run:
        facts = SourceFacts(slug=title.lower(), title=title)
        done = import_nodes(actor=ACTOR, rows=rows, source=facts, place=place)
        import_runs.finish(run, done.counts(), place)
    return run


@pytest.fixture
def run(place):
    return bring(place, "Oak <Hall>", "Elm Hall")


@pytest.fixture
def admin(client, place):
    ensure_pages(place, ACTOR)
    client.force_login(ensure_steward("ann@example.org", place))
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_list_and_the_page_say_what_was_brought_and_what_would_go(admin, run):
    page = text(admin.get("/admin/imports/"))
    assert "Halls</a>" in page and "halls.csv" in page and "/srv" not in page and "Made 2, changed 0" in page
    node = Node.objects.get(name="Elm Hall")
    node.save()
    page = text(admin.get(f"/admin/imports/{run.pk}/"))
    assert "1 record that only this import spoke of" in page and "Oak &lt;Hall&gt;" in page
    assert "1 record changed by somebody since: Elm Hall" in page
    assert "<script>" not in page.split("<main", 1)[1]


def test_the_button_needs_its_box_and_forgets_once(admin, run):
    url = f"/admin/imports/{run.pk}/forget/"
    assert admin.get(url).status_code == 405
    assert "Tick the box" in text(admin.post(url, follow=True)) and Node.objects.count() == 2
    page = text(admin.post(url, {"sure": "yes"}, follow=True))
    assert "2 records are gone" in page and "forgotten already" in page and not Node.objects.exists()
    assert "forgotten already" in text(admin.post(url, {"sure": "yes"}, follow=True))
    run.refresh_from_db()
    assert run.forgotten_by.email == "ann@example.org"
    assert "Forgotten on" in text(admin.get("/admin/imports/"))


def test_a_large_import_is_for_the_command(admin, run, monkeypatch):
    monkeypatch.setattr(imports, "MAX_ROWS", 1)
    assert f"forget_import {run.pk} --dry-run" in text(admin.get(f"/admin/imports/{run.pk}/"))
    assert "too large" in text(admin.post(f"/admin/imports/{run.pk}/forget/", {"sure": "yes"}, follow=True))
    assert Node.objects.count() == 2


def test_what_a_group_keeps_to_itself_is_counted_and_not_named(admin, run, place):
    stamp = Node.objects.get(name="Elm Hall").updated_at
    Node.objects.filter(name="Elm Hall").update(visibility="group", group=NodeFactory(place=place), updated_at=stamp)
    page = text(admin.get(f"/admin/imports/{run.pk}/"))
    assert "2 records that only this import spoke of" in page and "Elm Hall" not in page


def test_only_the_place_s_stewards_and_superusers(admin, client, place):
    other = bring(PlaceFactory(slug="salford", code="E2", name="Salford"), "Far Hall", title="Far")
    nowhere = bring(None, "No Hall", title="No")
    for run in (other, nowhere):
        assert admin.get(f"/admin/imports/{run.pk}/").status_code == 404
        assert admin.post(f"/admin/imports/{run.pk}/forget/", {"sure": "yes"}).status_code == 404
    assert "Far" not in text(admin.get("/admin/imports/")).split("<main", 1)[1]
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(f"/admin/imports/{nowhere.pk}/").status_code == 200
    client.force_login(UserFactory())
    for url in ("/admin/imports/", f"/admin/imports/{other.pk}/"):
        assert client.get(url).status_code in (302, 403)
    assert Node.objects.count() == 2
