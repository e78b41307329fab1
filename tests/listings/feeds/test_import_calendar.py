"""`manage.py import_calendar`: what would come in."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from listings.models import Feed, Listing

from .calendars import calendar, event
from .web import serve

TEXT = calendar(
    event("DTSTART;TZID=Europe/London:20260325T100000", "RRULE:FREQ=DAILY;COUNT=8", "LOCATION:Hall"),
    event("RECURRENCE-ID;TZID=Europe/London:20260327T100000", "DTSTART;TZID=Europe/London:20260327T100000",
          "STATUS:CANCELLED"),
    event("DTSTART;VALUE=DATE:20260328", uid="b@example.org"),
    event("DTSTART:20260328T100000Z", "RRULE:RSCALE=CHINESE;FREQ=YEARLY", uid="c@example.org"),
)  # fmt: skip


def run(path, *options: str) -> str:
    out = StringIO()
    call_command("import_calendar", str(path), "--dry-run", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "calendar.ics"
    path.write_bytes(TEXT.encode())
    return path


def test_it_prints_the_live_occurrences_of_the_window_and_the_problems(file):
    # No database is asked: the test has none.
    said = json.loads(run(file, "--json", "--from", "2026-03-26", "--to", "2026-03-29"))
    assert said["occurrences"] == [
        {"uid": "a@example.org", "start": "2026-03-26T10:00:00+00:00"},
        {"uid": "b@example.org", "start": "2026-03-28"},
        {"uid": "a@example.org", "start": "2026-03-28T10:00:00+00:00"},
        {"uid": "a@example.org", "start": "2026-03-29T10:00:00+01:00"},
    ]
    assert len(said["problems"]) == 1 and "RSCALE" in said["problems"][0]


def test_the_last_day_is_included(file):
    said = json.loads(run(file, "--json", "--from", "2026-03-26", "--to", "2026-03-26"))
    assert [it["start"] for it in said["occurrences"]] == ["2026-03-26T10:00:00+00:00"]


def test_without_json_it_says_it_in_words(file):
    said = run(file, "--from", "2026-03-26", "--to", "2026-03-29")
    assert "2026-03-26 10:00  Yoga  Hall" in said and "Dry run: nothing was kept." in said


def test_an_empty_file_is_a_problem_of_the_calendar(tmp_path):
    path = tmp_path / "empty.ics"
    path.write_bytes(b"")
    assert json.loads(run(path, "--json")) == {
        "occurrences": [],
        "problems": ["There is nothing in it. Check its address, or write the file again."],
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--from", "2026-03-26", "--to", "2026-03-25"), "is before --from"),
        (("--from", "soon"), "is not a day"),
    ],
)
def test_what_was_asked_wrong_is_said(file, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(file, *options)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="there is no such file"):
        run(tmp_path / "missing.ics")


def test_an_address_is_fetched():
    with serve() as site:
        site.pages["/calendar.ics"] = (200, {}, TEXT.encode())
        assert "Yoga" in run(site.url(), "--from", "2026-03-26", "--to", "2026-03-29")
        with pytest.raises(CommandError, match="nothing at this address"):
            run(site.url("/missing.ics"))


def take_in(path, *options: str) -> str:
    out = StringIO()
    call_command("import_calendar", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_without_dry_run_it_becomes_listings_and_twice_changes_nothing(tmp_path, group):
    path = tmp_path / "programme.ics"
    path.write_bytes(calendar(event("DTSTART:20270714T100000Z"), event("DTSTART:soon", uid="b")).encode())
    said = take_in(path, "--organisation", str(group.uuid), "--place", group.place.slug)
    assert "created 1, updated 0, unchanged 0, taken off the map 0, problems 1" in said and "line 12" in said
    assert Listing.objects.get().organiser_id == group.pk
    assert "created 0, updated 0, unchanged 1" in take_in(path, "--organisation", str(group.pk))


@pytest.mark.django_db
def test_a_dry_run_writes_nothing(file, group):
    run(file, "--json", "--organisation", str(group.uuid))
    assert not Listing.objects.exists() and not Feed.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "Say whose calendar it is"),
        (("--organisation", "7"), "There is no organisation '7'"),
        (("--organisation", "nobody"), "There is no organisation 'nobody'"),
        (("--place", "traford"), "There is no place 'traford'"),
        (("--json",), "add --dry-run"),
    ],
)
def test_what_is_missing_is_said(file, place, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        take_in(file, *options)
