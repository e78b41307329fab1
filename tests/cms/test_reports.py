"""What stewards do with reports: in their own place only, on record."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from cms.commands import ensure_steward
from listings.commands import reports, responsible_bodies
from listings.models import Report, ReportCategory, ReportPhoto, ReportStatus, ResponsibleBody
from listings.reports.photo import remade
from mapping.models import Actor, AuditEntry
from tests.factories import PlaceFactory
from tests.listings.reports.conftest import *  # noqa: F403
from tests.listings.reports.conftest import a_photo, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(town):
    client = Client()
    client.force_login(ensure_steward("steward@example.org", town), "django.contrib.auth.backends.ModelBackend")
    return client


def address(report) -> str:
    return f"/admin/reported/{report.uuid}/"


def test_the_list_says_what_waits_and_how_long_things_take(steward, category):
    report, _ = make_report(category)
    page = steward.get("/admin/reported/").content.decode()
    assert report.title in page and "Nobody was told of it" in page and "Nothing is fixed yet" in page
    steward.post(address(report), {"do": "tell", "status": "fixed", "words": ""})
    page = steward.get("/admin/reported/").content.decode()
    assert "Nothing waits" in page and "1 report is fixed" in page
    assert "1 report waits for you" not in steward.get("/admin/").content.decode()
    make_report(category, title="Another")
    assert "1 report waits for you" in steward.get("/admin/").content.decode()


def test_what_a_steward_does_is_done_and_on_record(steward, town, category, client):
    made = remade(a_photo())
    photo = reports.keep_photo(data=made.data, width=made.width, height=made.height, alt="A swing")
    report, _ = make_report(category, photo=photo)
    page = steward.get(address(report)).content.decode()
    assert "first from this person" in page and str(photo.uuid) in page
    assert steward.post(address(report), {"do": "show-photo"}).status_code == 302
    assert ReportPhoto.objects.get().shown_at
    assert steward.post(address(report), {"do": "move", "category": "litter-dumping"}).status_code == 302
    assert steward.post(address(report), {"do": "move", "category": "dragons"}).status_code == 422
    assert steward.post(address(report), {"do": "hide", "reason": ""}).status_code == 422
    assert steward.post(address(report), {"do": "hide", "reason": "a name"}).status_code == 302
    assert client.get(report.get_absolute_url()).status_code == 404
    assert "Nobody but you" in steward.get(report.get_absolute_url()).content.decode()
    assert steward.post(address(report), {"do": "show"}).status_code == 302
    assert steward.post(address(report), {"do": "tell", "status": "closed", "words": ""}).status_code == 422
    assert steward.post(address(report), {"do": "remove-photo"}).status_code == 302
    assert steward.post(address(report), {"do": "dance"}).status_code == 422
    report.refresh_from_db()
    assert report.category.slug == "litter-dumping" and report.is_public and not ReportPhoto.objects.exists()
    done = set(AuditEntry.objects.filter(user__email="steward@example.org").values_list("action", flat=True))
    assert {"show photo of report", "move report", "hide report", "show report", "remove photo of report"} <= done


def test_the_same_thing_is_closed_as_the_same(steward, category):
    first, _ = make_report(category)
    second, _ = make_report(category, email="sam@example.org")
    assert steward.post(address(second), {"do": "merge", "into": "nonsense"}).status_code == 422
    assert steward.post(address(second), {"do": "merge", "into": str(second.uuid)}).status_code == 422
    into = f"https://hereabouts.example.org/reports/{first.uuid}/"
    assert steward.post(address(second), {"do": "merge", "into": into}).status_code == 302
    second.refresh_from_db()
    assert second.status == ReportStatus.CLOSED and second.duplicate_of == first


def test_a_steward_of_another_place_sees_and_does_nothing(category, client):
    report, _ = make_report(category)
    elsewhere = PlaceFactory(slug="salford", code="E2", name="Salford")
    other = Client()
    other.force_login(ensure_steward("other@example.org", elsewhere), "django.contrib.auth.backends.ModelBackend")
    assert other.get(address(report)).status_code == 404
    assert other.post(address(report), {"do": "hide", "reason": "x"}).status_code == 404
    assert other.get("/admin/reported/?place=trafford").status_code == 404
    assert report.title not in other.get("/admin/reported/").content.decode()
    for path in ("usual/", "kinds/new/", "bodies/new/"):
        assert other.post(f"/admin/reported/trafford/{path}", {"name": "x"}).status_code == 404
    assert Report.objects.get().hidden_at is None
    assert client.get(address(report)).status_code == 302


def test_an_unconfirmed_report_is_nobodys_to_read(steward, category):
    report, _ = make_report(category, confirmed=False)
    assert steward.get(address(report)).status_code == 404
    assert report.title not in steward.get("/admin/reported/").content.decode()


def test_kinds_are_added_and_changed(steward, town):
    assert steward.post("/admin/reported/trafford/kinds/new/", {"name": ""}).status_code == 422
    made = {"name": "Bike stands", "hint": "Loose", "position": "3", "offered": "on"}
    assert steward.post("/admin/reported/trafford/kinds/new/", made).status_code == 302
    kind = ReportCategory.objects.get(slug="bike-stands")
    again = steward.post("/admin/reported/trafford/kinds/new/", made)
    assert again.status_code == 422 and "of this name already" in again.content.decode()
    steward.post(f"/admin/reported/trafford/kinds/{kind.pk}/", {"name": "Bike racks", "position": "3"})
    kind.refresh_from_db()
    assert kind.name == "Bike racks" and kind.slug == "bike-stands" and not kind.offered
    assert "Bike racks" not in steward.get("/reports/new/?place=trafford&point=53.42,-2.32").content.decode()
    ReportCategory.objects.all().delete()
    steward.post("/admin/reported/trafford/usual/")
    assert ReportCategory.objects.filter(place=town).count() == 10


def test_a_body_is_asked_when_its_address_is_new(steward, town):
    given = {"name": "Works", "email": "works@example.org"}
    assert steward.post("/admin/reported/trafford/bodies/new/", {"name": "Works", "email": "x"}).status_code == 422
    assert steward.post("/admin/reported/trafford/bodies/new/", given).status_code == 302
    body = ResponsibleBody.objects.get()
    assert body.asked_at and mail.outbox[-1].to == ["works@example.org"]
    assert "asked, no answer yet" in steward.get("/admin/reported/setup/").content.decode()
    again = steward.post("/admin/reported/trafford/bodies/new/", given)
    assert again.status_code == 422 and "of this name already" in again.content.decode()
    ResponsibleBody.objects.update(confirmed_at=body.asked_at)
    letters = len(mail.outbox)
    # Only the name: what was confirmed stays confirmed.
    steward.post(f"/admin/reported/trafford/bodies/{body.pk}/", {**given, "name": "New Works"})
    body.refresh_from_db()
    assert body.confirmed_at and len(mail.outbox) == letters
    steward.post(f"/admin/reported/trafford/bodies/{body.pk}/", {**given, "email": "other@example.org"})
    body.refresh_from_db()
    assert body.confirmed_at is None and mail.outbox[-1].to == ["other@example.org"]


def test_a_body_that_paused_itself_while_a_form_was_open_stays_paused(steward, town):
    works = {"name": "Works", "email": "works@example.org"}
    steward.post("/admin/reported/trafford/bodies/new/", works)
    body = ResponsibleBody.objects.get()
    page = f"/admin/reported/trafford/bodies/{body.pk}/"
    assert 'name="initial-paused" value="False"' in steward.get(page).content.decode()
    responsible_bodies.pause_body(actor=Actor.command("test"), body=body)
    assert steward.post(page, {**works, "name": "New Works", "initial-paused": "False"}).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.paused) == ("New Works", True)
    assert steward.post(page, {**works, "initial-paused": "True"}).status_code == 302
    body.refresh_from_db()
    assert not body.paused
