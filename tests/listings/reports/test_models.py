"""What the database itself refuses, who sees which report, and how what is near is found."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from listings.commands import reports, responsible_bodies
from listings.models import (
    Report,
    ReportCategory,
    ReportDelivery,
    ReportFollower,
    ReportPhoto,
    ReportUpdate,
    ResponsibleBody,
    Teller,
)
from listings.reports.nearby import alike
from mapping.models import PUBLIC, Viewer
from tests.factories import PlaceFactory

from .conftest import HERE, TEST, make_report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("report_status_known|report_closed_when_closed", {"status": "lost"}),
        ("report_closed_when_closed", {"status": "fixed"}),
        ("report_closed_when_closed", {"closed_at": timezone.now}),
        ("report_says_something", {"title": ""}),
        ("report_says_something", {"words": ""}),
        ("report_duplicate_is_closed", {"duplicate_of": "another"}),
        ("report_no_duplicate_of_itself", {"duplicate_of": "itself", "status": "closed", "closed_at": timezone.now}),
        ("report_closed_after_confirmed", {"status": "fixed", "closed_at": timezone.now, "confirmed_at": None}),
    ],
    ids=lambda it: it if isinstance(it, str) else "-".join(it),
)
def test_the_database_refuses_reports_that_cannot_be(category, constraint, values):
    report, _ = make_report(category)
    another, _ = make_report(category, title="Another")
    known = {"another": another.pk, "itself": report.pk}
    values = {
        name: it() if callable(it) else known.get(it, it) if isinstance(it, str) else it for name, it in values.items()
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**values)


def test_the_database_refuses_parts_that_cannot_be(town, category, body):
    report, _ = make_report(category)
    other, _ = make_report(category, email="sam@example.org")
    ReportDelivery.objects.create(report=report, body=body, due_at=timezone.now())
    ReportPhoto.objects.create(file="reports/a.jpg", width=1, height=1)
    photos, now = ReportPhoto.objects, timezone.now()
    letters = ReportDelivery.objects
    updates = ReportUpdate.objects
    twice = {"place": town, "slug": category.slug, "name": "Again"}
    for constraint, attempt in (
        ("report_update_by_known", lambda: updates.create(report=report, by="nobody", words="x")),
        ("report_update_status_known", lambda: updates.create(report=report, by="body", status="lost")),
        ("report_update_says_something", lambda: updates.create(report=report, by="body")),
        ("report_follower_once", lambda: report.followers.create(email=report.followers.get().email)),
        ("report_has_one_reporter", lambda: report.followers.create(email="x@example.org", is_reporter=True)),
        ("report_reporter_is_not_me_too", lambda: other.followers.update(me_too=True)),
        ("report_photo_has_a_size", lambda: ReportPhoto.objects.create(file="b.jpg", width=0, height=1)),
        ("report_photo_shown_with_report", lambda: photos.update(shown_at=now)),
        ("report_category_once", lambda: ReportCategory.objects.create(**twice)),
        ("report_category_has_a_name", lambda: ReportCategory.objects.create(place=town, slug="x", name="")),
        ("responsible_body_once", lambda: ResponsibleBody.objects.create(place=town, name=body.name, email="a@b.org")),
        ("responsible_body_can_be_reached", lambda: ResponsibleBody.objects.create(place=town, name="x", email="")),
        ("report_delivery_once", lambda: letters.create(report=report, body=body, due_at=now)),
        ("report_delivery_claimed_first", lambda: letters.update(sent_at=now)),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            attempt()


def test_who_sees_which_report(category):
    shown, _ = make_report(category, title="Shown")
    make_report(category, title="Not confirmed", confirmed=False)
    hidden, _ = make_report(category, title="Hidden")
    reports.hide(actor=TEST, report=hidden, reason="a name")
    make_report(category, title="Held", held_for="no-work")

    def seen(viewer: Viewer) -> set[str]:
        return set(Report.objects.visible_to(viewer).values_list("title", flat=True))

    own = frozenset({category.place_id})
    assert seen(PUBLIC) == seen(Viewer(user_id=1, place_ids=own)) == {"Shown"}
    assert seen(Viewer(user_id=1, steward_of=frozenset({0}))) == {"Shown"}
    assert seen(Viewer(user_id=1, place_ids=own, steward_of=own)) == {"Shown", "Hidden", "Held"}
    assert seen(Viewer(user_id=1, sees_everything=True)) == {"Shown", "Hidden", "Held"}


READERS = (
    "/reports/{report}/",
    "/trafford/reports/",
    "/trafford/reports/?state=all",
    "/trafford/reports/?near=53.42,-2.32",
    "/trafford/reports/map.js",
    "/trafford/reports/map.js?report={report}",
    "/reports/new/?place=trafford&point=53.42,-2.32&category=play-sport",
    "/reports/{report}/follow/",
)


@pytest.mark.parametrize("how", ["shown", "unconfirmed", "hidden", "held"])
def test_no_reader_gives_a_report_away_that_is_not_public(client, category, how):
    report, _ = make_report(category, title="SECRET", confirmed=how != "unconfirmed")
    if how == "hidden":
        reports.hide(actor=TEST, report=report, reason="a name")
    if how == "held":
        Report.objects.update(held_for="no-work")
    told = [it for it in READERS if "SECRET" in client.get(it.format(report=report.uuid)).content.decode()]
    # The test would pass of pages that show nothing.
    assert told == (list(READERS) if how == "shown" else [])


def test_a_duplicate_of_what_is_hidden_does_not_name_it(client, category):
    first, _ = make_report(category, title="SECRET")
    second, _ = make_report(category, title="Another")
    reports.merge(actor=TEST, report=second, into=first)
    Report.objects.filter(pk=second.pk).update(duplicate_of=first)
    assert "SECRET" in client.get(second.get_absolute_url()).content.decode()
    reports.hide(actor=TEST, report=first, reason="a name")
    assert "SECRET" not in client.get(second.get_absolute_url()).content.decode()


def test_what_is_near_is_found_by_the_index_of_points(category):
    made, _ = make_report(category, point=Point(-2.25, 53.50, srid=4326))
    columns = [it.column for it in Report._meta.local_fields if it.column not in ("id", "uuid", "point")]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        # A city's reports, a hundred metres apart.
        cursor.execute(
            f"""INSERT INTO listings_report (uuid, point, {names})
                SELECT gen_random_uuid(),
                       ST_MakePoint(-2.45 + (n %% 200) / 1000.0, 53.36 + (n / 200) / 1000.0)::geography, {names}
                FROM listings_report, generate_series(0, 19999) AS n WHERE id = %s""",
            [made.pk],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listings_report")
    found = alike(category, HERE)
    assert 0 < len(found) <= 5 and found[0].away.m < 100
    plan = found.explain()
    assert "listings_report_point" in plan and "Seq Scan on listings_report" not in plan


def test_the_list_asks_as_often_for_many_as_for_few(client, category, django_assert_max_num_queries):
    for number in range(8):
        make_report(category, title=f"Number {number}")
    client.get("/trafford/reports/")
    with django_assert_max_num_queries(16):
        client.get("/trafford/reports/")


def test_the_list_is_cut_into_pages_and_filtered(client, town, category):
    litter = ReportCategory.objects.get(place=town, slug="litter-dumping")
    now = timezone.now()
    Report.objects.bulk_create(
        [
            Report(place=town, category=category, point=HERE, title=f"Swing {n}", words="x", confirmed_at=now)
            for n in range(25)
        ]
    )
    make_report(litter, title="An old sofa", point=Point(-2.40, 53.50, srid=4326))
    done, _ = make_report(litter, title="Mended", email="sam@example.org")
    reports.tell(actor=TEST, report=done, by=Teller.STEWARD, status="fixed")

    def shown(query: str) -> str:
        answer = client.get(f"/trafford/reports/?{query}")
        assert answer.status_code == 200 and "no-cache" in answer["Cache-Control"]
        return answer.content.decode()

    assert "26 reports" in shown("") and "Page 1 of 2" in shown("") and "Mended" not in shown("")
    assert "1 report<" in shown("category=litter-dumping").replace("\n", "") and "An old sofa" in shown("page=1")
    assert "Mended" in shown("state=closed") and "27 reports" in shown("state=all")
    assert "An old sofa" not in shown("near=53.42,-2.32") and "25 reports" in shown("near=53.42,-2.32")
    for odd, words in (
        ("category=dragons", "no such kind"),
        ("state=x", "Choose still open"),
        ("near=Atlantis", "do not know"),
        ("near=%00&category=%00&state=%00&page=%00", "Choose still open"),
    ):
        assert words in shown(odd)


def test_an_area_that_a_body_looks_after_cannot_be_deleted_unnoticed(town):
    from django.db.models import ProtectedError

    area = PlaceFactory(slug="part", code="", is_home=False)
    responsible_bodies.save_body(
        actor=TEST, body=ResponsibleBody(place=town, name="Works", email="a@example.org", area=area), categories=[]
    )
    with pytest.raises(ProtectedError):
        area.delete()


def test_a_place_begins_with_the_usual_categories_and_keeps_its_own(town):
    ReportCategory.objects.filter(place=town).exclude(slug="other").delete()
    assert responsible_bodies.ensure_usual_categories(actor=TEST, place=town) == 0
    assert ReportCategory.objects.filter(place=town).count() == 1
    assert not ReportFollower.objects.exists()
