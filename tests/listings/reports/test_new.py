"""From "something needs care" to the page that everybody sees."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from listings.commands import reports
from listings.guard import puzzle
from listings.models import Report, ReportFollower, ReportPhoto
from listings.reports import queue, sending
from mapping.models import AuditEntry, Revision
from tests.factories import NodeFactory, UserFactory

from .conftest import REPORTER, a_photo, make_report, path_in_letter

pytestmark = pytest.mark.django_db

ADDRESS = "/reports/new/?place=trafford&point=53.42,-2.32&category=play-sport&new=1"


def sent(client, address=ADDRESS, **more):
    data = {"title": "The swing has lost a chain", "words": "Left one of three.", "email": REPORTER}
    return client.post(address, {**data, **worked(), "key": str(uuid.uuid4()), **more})


def worked() -> dict[str, str]:
    """What a browser with JavaScript sends along."""
    given = puzzle.make("report")
    return {"guard_puzzle": given, "guard_answer": puzzle.solve(given)}


def uploaded(photo=None):
    return SimpleUploadedFile("IMG_1.jpg", (photo or a_photo()).getvalue(), "image/jpeg")


def test_from_the_first_question_to_the_public_page(client, town, body):
    Revision.objects.get_or_create(place=town)
    before = Revision.objects.get(place=town).number
    assert "where is it?" in client.get("/reports/new/?place=trafford").content.decode()
    found = client.get("/reports/new/", {"place": "trafford", "where": "", "point": "53.42, -2.32"})
    assert found.status_code == 302 and "point=53.42" in found["Location"]
    kinds = client.get(found["Location"]).content.decode()
    assert "What needs care?" in kinds and "Playground or sports ground" in kinds
    assert "Tell us about it" in client.get(f"{found['Location']}&category=play-sport").content.decode()
    answer = sent(client)
    assert answer.status_code == 302
    assert "Look into your mail" in client.get(answer["Location"]).content.decode()
    report = Report.objects.get()
    assert client.get(report.get_absolute_url()).status_code == 404
    # Whoever only looks at the link changes nothing.
    page = client.get(path_in_letter()).content.decode()
    assert "Did you report this?" in page and Report.objects.get().confirmed_at is None
    client.post(path_in_letter(), {"do": "confirm"})
    page = client.get(report.get_absolute_url()).content.decode()
    assert "The swing has lost a chain" in page and "Open" in page
    assert "The swing has lost a chain" in client.get("/trafford/reports/").content.decode()
    assert not client.cookies
    assert report.deliveries.get().body == body
    assert Revision.objects.get(place=town).number == before
    # Nothing of who it was stands in the record of changes.
    assert REPORTER not in str(list(AuditEntry.objects.values_list("actor", "target", "data")))


def test_nobody_learns_who_reported_it(client, town):
    sent(client, name="Rita Reporter")
    client.post(path_in_letter(), {"do": "confirm"})
    report = Report.objects.get()
    for path in (report.get_absolute_url(), "/trafford/reports/", f"/trafford/reports/map.js?report={report.uuid}"):
        page = client.get(path).content.decode()
        assert "Rita" not in page and REPORTER not in page
    Report.objects.update(show_name=True)
    assert "Reported by Rita Reporter" in client.get(report.get_absolute_url()).content.decode()


def test_a_name_is_shown_only_with_the_tick(client, town):
    sent(client, name="Rita Reporter", show_name="on")
    assert Report.objects.get().show_name
    sent(client, name="", show_name="on")
    assert not Report.objects.order_by("pk").last().show_name


def test_what_was_reported_near_is_shown_first(client, category):
    report, _ = make_report(category)
    page = client.get(ADDRESS.replace("&new=1", "")).content.decode()
    assert "Is it one of these?" in page and report.title in page and "0 yards away" in page
    assert f"/reports/{report.uuid}/follow/" in page
    assert "Tell us about it" in client.get(ADDRESS).content.decode()
    # Of another kind, or far away, or closed: not asked.
    for other in ("category=litter-dumping", "category=play-sport&point=53.44,-2.30"):
        address = f"/reports/new/?place=trafford&point=53.42,-2.32&{other}"
        if "point" in other:
            address = f"/reports/new/?place=trafford&{other}"
        assert "Is it one of these?" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("point=54.0,-2.0", "outside Trafford"),
        ("where=&point=54.0,-2.0", "outside Trafford"),
        ("where=&point=nowhere", "two numbers"),
        ("where=&point=", "Say where it is"),
        ("where=Atlantis&point=", "do not know “Atlantis”"),
        ("point=53.42,-2.32&category=dragons", "none of these"),
        ("point=53.42,-2.32&kind=1", "Choose what comes nearest"),
        ("point=x", "cannot be read"),
        ("where=%00&point=%00", "Null characters"),
        ("point=" + "9" * 5000, "cannot be read"),
    ],
)
def test_mistakes_on_the_way_are_explained(client, town, query, words):
    answer = client.get(f"/reports/new/?place=trafford&{query}")
    assert answer.status_code == 422 and words in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": ""}, "Say in a few words"),
        ({"words": ""}, "Write a sentence or two"),
        ({"email": "rita"}, "not an e-mail address"),
        ({"email": f"a@{'a.' * 140}org"}, "too long"),
        ({"title": "x" * 121}, "too long"),
        ({"words": "x" * 2001}, "too long"),
        ({"leave_empty": "x"}, "should stay empty"),
        ({"title": "a\0b"}, "Null characters"),
        ({"key": "nonsense"}, "UUID"),
    ],
)
def test_mistakes_are_explained_and_nothing_typed_is_lost(client, town, given, words):
    answer = sent(client, **{"words": "A chain came off.", **given})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert given.get("words", "A chain came off.") in page
    assert not Report.objects.exists() and not mail.outbox


def test_a_photo_is_kept_when_something_else_has_to_be_mended(client, town):
    answer = sent(client, email="rita", photo=uploaded(), alt="A swing")
    page = answer.content.decode()
    assert answer.status_code == 422 and "you need not choose it again" in page
    kept = re.search(r'name="photo_kept" value="([0-9a-f-]{36})"', page)[1]
    assert client.get(f"/reports/photos/{kept}/").status_code == 404
    assert sent(client, photo_kept=kept, alt="A swing").status_code == 302
    photo = ReportPhoto.objects.get()
    assert photo.report == Report.objects.get() and photo.alt == "A swing"
    # Nobody else gets it by naming it.
    assert sent(client, photo_kept=kept, alt="Mine").status_code == 302
    assert ReportPhoto.objects.get().report == photo.report and ReportPhoto.objects.get().alt == "A swing"


def test_a_photo_that_cannot_be_taken_says_so_and_the_text_stays(client, town):
    bad = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = sent(client, photo=bad, alt="A swing")
    page = answer.content.decode()
    assert answer.status_code == 422 and "not a photo that we can read" in page and "Left one of three." in page
    assert "choose it again" in page


def test_a_photo_needs_words_for_those_who_cannot_see_it(client, town):
    answer = sent(client, photo=uploaded())
    assert answer.status_code == 422 and "for those who cannot see it" in answer.content.decode()


def test_the_first_photo_of_somebody_waits_for_a_steward(client, category, django_user_model):
    sent(client, photo=uploaded(), alt="A swing")
    client.post(path_in_letter(), {"do": "confirm"})
    report, photo = Report.objects.get(), ReportPhoto.objects.get()
    address = f"/reports/photos/{photo.uuid}/"
    assert (
        client.get(address).status_code == 404
        and str(photo.uuid) not in client.get(report.get_absolute_url()).content.decode()
    )
    boss = Client()
    boss.force_login(django_user_model.objects.create_superuser("boss"), "django.contrib.auth.backends.ModelBackend")
    assert boss.get(address).status_code == 200
    reports.show_photo(actor=reports.READER, report=report)
    shown = client.get(address)
    assert shown.status_code == 200 and shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"] and "sandbox" in shown["Content-Security-Policy"]
    assert "no-cache" in shown["Cache-Control"]
    # The next one of the same person is shown at once.
    sent(client, photo=uploaded(), alt="A slide")
    client.post(path_in_letter(), {"do": "confirm"})
    assert ReportPhoto.objects.order_by("pk").last().shown_at
    # With a hidden report its photo is gone.
    reports.hide(actor=reports.READER, report=report, reason="a face")
    assert client.get(address).status_code == 404


def test_without_javascript_it_waits_for_a_steward_and_is_never_refused(client, town, body):
    sent(client, guard_answer="")
    link = path_in_letter()
    client.post(link, {"do": "confirm"})
    report = Report.objects.get()
    assert "A steward looks at it first" in client.get(link).content.decode()
    assert client.get(report.get_absolute_url()).status_code == 404
    assert report.title not in client.get("/trafford/reports/").content.decode() and not report.deliveries.exists()
    boss = UserFactory(is_superuser=True)
    [row] = queue.waiting(boss, 10).items
    assert row.title == report.title and "Nobody sees it until you have looked" in row.why
    reports.show(actor=reports.READER, report=report)
    assert client.get(report.get_absolute_url()).status_code == 200
    assert sending.route() == 1


def test_sent_twice_is_one_report(client, town):
    key = str(uuid.uuid4())
    assert sent(client, key=key).status_code == sent(client, key=key).status_code == 302
    assert Report.objects.count() == 1 and len(mail.outbox) == 1


def test_a_letter_that_cannot_be_sent_loses_nothing(client, town, monkeypatch):
    def refuse(*_):
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    answer = sent(client, photo=uploaded(), alt="A swing")
    page = answer.content.decode()
    assert answer.status_code == 503 and "Left one of three." in page and "need not choose it again" in page
    assert not Report.objects.exists() and not ReportFollower.objects.exists()
    assert ReportPhoto.objects.get().report is None


def test_an_address_sends_so_many_a_day_and_no_more(client, category):
    for number in range(reports.MAX_OF_ADDRESS):
        make_report(category, title=f"Number {number}")
    answer = sent(client)
    assert answer.status_code == 429 and "as many as there may be" in answer.content.decode()
    assert "Left one of three." in answer.content.decode()


def test_a_place_on_the_map_leads_to_a_report_there(client, town):
    hall = NodeFactory(name="The hall", place=town)
    page = client.get(hall.get_absolute_url()).content.decode()
    assert "Report a problem here" in page
    address = f"/reports/new/?place=trafford&node={hall.uuid}"
    assert "The hall" in client.get(address).content.decode()
    assert sent(client, f"{address}&category=play-sport&new=1").status_code == 302
    report = Report.objects.get()
    assert report.node_id == hall.pk and report.point.equals_exact(hall.public_point, 1e-9)
    client.post(path_in_letter(), {"do": "confirm"})
    assert "The hall" in client.get(report.get_absolute_url()).content.decode()
    # What is hidden since is not named.
    type(hall).objects.filter(pk=hall.pk).update(visibility="members")
    assert "The hall" not in client.get(report.get_absolute_url()).content.decode()


def test_a_place_without_categories_says_so(client, place):
    from cms.commands import ensure_pages
    from mapping.models import Actor

    ensure_pages(place, Actor.command("test"))
    from listings.models import ReportCategory

    ReportCategory.objects.all().delete()
    assert "Nothing can be reported here yet" in client.get("/reports/new/?place=trafford").content.decode()


def test_an_unknown_place_is_not_there(client, town):
    assert client.get("/reports/new/?place=nowhere").status_code == 404
    assert client.get("/reports/new/").status_code == 200
