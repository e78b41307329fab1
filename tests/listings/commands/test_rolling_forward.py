"""Dates are carried forward as time goes by: with a moved clock, over the nights when clocks change."""

from __future__ import annotations

import datetime
import threading
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from listings.commands import dates, listings
from listings.models import Occurrence
from listings.schedules.repeat import Repeat
from mapping.models import Actor, AuditEntry, Node
from tests.factories import PlaceFactory
from tests.listings.commands.test_listings import a_schedule, post

LONDON = ZoneInfo("Europe/London")
ACTOR = Actor.command("test")
MONTH = datetime.timedelta(days=30)


@pytest.fixture
def listing(place):
    return listings.approve(actor=ACTOR, listing=post(place))


def days(listing) -> list[datetime.date]:
    return [it.starts_at.astimezone(LONDON).date() for it in listing.occurrences.order_by("starts_at")]


def test_a_month_later_there_are_18_months_again(place, listing):
    first = days(listing)
    later = timezone.now() + datetime.timedelta(days=40)
    assert dates.keep_all_dates(actor=ACTOR, now=later) == 1
    found = days(listing)
    assert found[: len(first)] == first, "what was on record stays"
    assert found[-1] - later.date() > dates.HORIZON
    assert {(two - one).days for one, two in zip(found, found[1:], strict=False)} == {7}


def test_a_second_run_changes_nothing(place, listing):
    later = timezone.now() + datetime.timedelta(days=40)
    dates.keep_all_dates(actor=ACTOR, now=later)
    before = list(Occurrence.objects.order_by("pk").values()), AuditEntry.objects.count(), place.revision_number
    assert dates.keep_all_dates(actor=ACTOR, now=later) == 0
    assert (
        list(Occurrence.objects.order_by("pk").values()),
        AuditEntry.objects.count(),
        place.revision_number,
    ) == before


def test_within_the_month_nothing_is_due(listing, django_assert_num_queries):
    now = timezone.now() + datetime.timedelta(days=20)
    with django_assert_num_queries(1):
        dates.keep_all_dates(actor=ACTOR, now=now)


def test_years_of_runs_leave_no_gap_and_keep_ten_o_clock(listing):
    now = timezone.now()
    for step in range(1, 26):
        dates.keep_all_dates(actor=ACTOR, now=now + step * MONTH)
    found = list(listing.occurrences.order_by("starts_at"))
    assert {it.starts_at.astimezone(LONDON).time() for it in found} == {datetime.time(10)}
    assert {it.starts_at.astimezone(datetime.UTC).hour for it in found} == {9, 10}, "summer and winter"
    assert {(two - one).days for one, two in zip(days(listing), days(listing)[1:], strict=False)} == {7}
    assert len(found) > 150


def test_the_nights_when_clocks_change(place):
    nightly = a_schedule(starts=datetime.time(1, 30), ends=datetime.time(2, 30), repeat=Repeat("DAILY"))
    listing = listings.approve(actor=ACTOR, listing=post(place, schedule=nightly))
    rows = listing.occurrences.order_by("starts_at")
    shifted = [it for it in rows if it.starts_at.astimezone(LONDON).time() != datetime.time(1, 30)]
    # One night in spring has no 1.30: it is then an hour later; the one in autumn has two, and the first counts.
    assert shifted
    assert {it.starts_at.astimezone(LONDON).time() for it in shifted} == {datetime.time(2, 30)}
    assert {(it.starts_at.astimezone(LONDON).month, it.starts_at.astimezone(LONDON).weekday()) for it in shifted} == {
        (3, 6)
    }
    assert all(it.ends_at > it.starts_at for it in rows)
    starts = [it.starts_at for it in rows]
    assert {round((two - one) / datetime.timedelta(hours=1)) for one, two in zip(starts, starts[1:], strict=False)} <= {
        23, 24, 25,
    }  # fmt: skip
    assert not dates.keep_dates(listing)


def test_what_has_ended_is_due_no_more(place):
    soon = timezone.localdate() + datetime.timedelta(days=14)
    listing = listings.approve(actor=ACTOR, listing=post(place, schedule=a_schedule(until=soon)))
    assert dates.keep_all_dates(actor=ACTOR, now=timezone.now() + datetime.timedelta(days=100)) == 0
    listing.refresh_from_db()
    assert listing.over_at.astimezone(LONDON).date() == soon
    assert not Node.objects.current(listing.over_at).filter(pk=listing.pk).exists()


def test_a_job_does_it_every_hour(listing, monkeypatch):
    [task] = [it for key, it in app.periodic_registry.periodic_tasks.items() if key[0] == "keep_dates"]
    assert task.cron.split()[1:] == ["*"] * 4
    later = timezone.now() + datetime.timedelta(days=40)
    monkeypatch.setattr(timezone, "now", lambda: later)
    before = len(days(listing))
    task.task.func(timestamp=0)
    assert len(days(listing)) > before


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_editing_is_left_to_their_edit():
    listing = listings.approve(actor=ACTOR, listing=post(PlaceFactory()))
    later = timezone.now() + datetime.timedelta(days=40)
    done = []

    def run() -> None:
        try:
            done.append(dates.keep_all_dates(actor=ACTOR, now=later))
        finally:
            connection.close()

    with listings.locked(listing):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(timeout=30)
        assert done == [0], "it neither waits nor writes"
    run()
    assert done == [0, 1]
