"""Feeds are read by jobs: queued when they are due, each alone, and whole listings are left wherever one is killed."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from listings import tasks
from listings.models import Feed, FeedItem, Listing, Occurrence
from tests.factories import CategoryFactory, OrganisationFactory
from tests.mapping.jobs.conftest import rows

from .calendars import calendar, event
from .web import serve


def queued() -> list[int]:
    return [it for (it,) in rows("SELECT (args->>'feed_id')::int FROM procrastinate_jobs WHERE task_name = 'sync_feed'"
                                 " AND status = 'todo' ORDER BY 1")]  # fmt: skip


@pytest.mark.django_db
def test_what_is_due_is_queued_once_and_what_is_paused_is_not(group):
    now = timezone.now()
    due = Feed.objects.create(organisation=group, url="https://example.org/1", next_read_at=now)
    Feed.objects.create(organisation=group, url="https://example.org/2", next_read_at=now + timedelta(hours=1))
    Feed.objects.create(organisation=group, url="https://example.org/3", next_read_at=now, paused=True)
    Feed.objects.create(organisation=group, url="https://example.org/4")
    tasks.queue_feeds(timestamp=0)
    tasks.queue_feeds(timestamp=0)
    assert queued() == [due.pk]


@pytest.mark.django_db
def test_a_feed_that_was_removed_meanwhile_is_no_trouble():
    tasks.sync_feed(feed_id=1)
    assert not Listing.objects.exists()


@pytest.mark.django_db
def test_it_asks_with_what_it_was_told_and_backs_off(feed):
    with serve() as site:
        Feed.objects.filter(pk=feed.pk).update(url=site.url())
        text = calendar(event("DTSTART:20270714T100000Z")).encode()
        site.pages["/calendar.ics"] = (200, {"ETag": '"v1"'}, text)
        tasks.sync_feed(feed_id=feed.pk)
        feed.refresh_from_db()
        assert (feed.etag, feed.events, feed.failure) == ('"v1"', 1, "")
        site.pages["/calendar.ics"] = (304, {}, b"")
        tasks.sync_feed(feed_id=feed.pk)
        assert site.asked[-1][1]["if-none-match"] == '"v1"'
        site.pages["/calendar.ics"] = (503, {"Retry-After": "7200"}, b"")
        tasks.sync_feed(feed_id=feed.pk)
        feed.refresh_from_db()
        assert feed.failures == 1 and "503" in feed.failure
        assert feed.next_read_at > timezone.now() + timedelta(seconds=7000)
        assert Listing.objects.count() == 1


def test_a_worker_that_is_killed_in_the_middle_leaves_whole_listings_and_the_next_goes_on(queue, start_worker):
    CategoryFactory(slug="event")
    group = OrganisationFactory(name="Friends of Sale", trusted=True)
    feed = Feed.objects.create(organisation=group, url="placeholder", next_read_at=timezone.now())
    events = [
        event(
            f"DTSTART;TZID=Europe/London:2027010{n % 9 + 1}T100000", "RRULE:FREQ=WEEKLY", uid=f"u{n}", name=f"Class {n}"
        )
        for n in range(400)
    ]
    with serve() as site:
        site.pages["/calendar.ics"] = (200, {}, calendar(*events).encode())
        Feed.objects.filter(pk=feed.pk).update(url=site.url())
        job = queue.put("sync_feed", args={"feed_id": feed.pk}, lock=f"feed-{feed.pk}")
        worker = start_worker("--jobs", "1", DJANGO_SETTINGS_MODULE="tests.mapping.jobs.settings")
        until = time.monotonic() + 300
        while not FeedItem.objects.exists():
            assert time.monotonic() < until and worker.poll() is None, worker.log.read_text()[-2000:]
            time.sleep(0.01)
        worker.kill()
        worker.wait()
        here = FeedItem.objects.count()
        assert 0 < here < 400, "it was quicker than the kill: give it more events"
        # No listing without its item, no item without its listing, none without its dates.
        assert Listing.objects.count() == here
        assert not FeedItem.objects.filter(listing=None).exists()
        assert Occurrence.objects.values("listing").distinct().count() == here
        feed.refresh_from_db()
        assert feed.content_hash == "" and feed.etag == ""
        kept = set(Listing.objects.values_list("pk", flat=True))
        start_worker("--jobs", "1", DJANGO_SETTINGS_MODULE="tests.mapping.jobs.settings")
        assert queue.wait_for(job, "succeeded", "failed")[0] == "succeeded"
    assert Listing.objects.count() == FeedItem.objects.count() == 400
    assert kept <= set(Listing.objects.values_list("pk", flat=True))
    feed.refresh_from_db()
    assert feed.events == 400 and feed.failure == ""
