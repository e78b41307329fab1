"""A feed kept in step: what is new, other, cancelled, moved or gone; what was changed here; twice the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.commands import changes, feeds, local_edits
from listings.feeds import sync
from listings.models import FeedItem, Listing, ListingKind, Occurrence, Schedule
from mapping.models import AuditEntry, Node, NodeState, Revision
from tests.factories import UserFactory

from .calendars import calendar, event
from .conftest import ACTOR, NOW, dates, listing

pytestmark = pytest.mark.django_db

WEEKLY = ("DTSTART;TZID=Europe/London:20260701T100000", "DTEND;TZID=Europe/London:20260701T113000",
          "RRULE:FREQ=WEEKLY;INTERVAL=2")  # fmt: skip


def traces() -> tuple:
    return (
        AuditEntry.objects.count(),
        list(Revision.objects.values_list("place_id", "number")),
        list(FeedItem.objects.order_by("pk").values()),
        list(Listing.objects.order_by("pk").values("pk", "updated_at")),
        list(Occurrence.objects.order_by("pk").values_list("pk", "starts_at")),
    )


def test_an_event_becomes_a_listing_of_the_group(read_in, group):
    outcome = read_in(calendar(event(*WEEKLY, "DESCRIPTION:Bring a mat", "URL:https://example.org/yoga")))
    assert (outcome.kept.created, outcome.events, outcome.failure) == (1, 1, "")
    found = listing()
    assert (found.name, found.summary, found.website) == ("Yoga", "Bring a mat", "https://example.org/yoga")
    assert (found.organiser_id, found.place_id, found.state) == (group.pk, group.place_id, NodeState.LIVE)
    assert (found.listing_kind, found.category.slug) == (ListingKind.ACTIVITY, "event")
    # A rule of ours says it, so that it can be edited here and goes on by itself.
    assert found.schedule.repeat.text == "FREQ=WEEKLY;INTERVAL=2"
    assert dates()[:2] == ["2026-07-15T09:00Z on", "2026-07-29T09:00Z on"]
    assert dates()[-1] > "2028-01" and found.dates_over_at is None


def test_one_of_a_group_that_is_not_trusted_waits_for_a_steward(read_in, group):
    type(group).objects.filter(pk=group.pk).update(trusted=False)
    read_in(calendar(event(*WEEKLY)))
    assert listing().state == NodeState.PENDING


def test_the_same_twice_changes_nothing(read_in):
    text = calendar(event(*WEEKLY, "DTSTAMP:20260701T000000Z"), event("DTSTART:20260714T100000Z", uid="b"))
    read_in(text)
    before = traces()
    assert read_in(text).unchanged
    # Also asked with the feed as it was read into memory then.
    assert traces() == before
    # Google writes a new DTSTAMP each time.
    assert read_in(text.replace("20260701T000000Z", "20260702T000000Z")).unchanged
    assert traces() == before
    # Other bytes, the same events.
    outcome = read_in(text.replace("X-NOTHING", "").replace("VERSION:2.0", "VERSION:2.0\r\nX-PUBLISHED-TTL:PT1H"))
    assert not outcome.unchanged and traces() == before


def test_one_event_that_changes_is_all_that_is_written(read_in):
    other = event("DTSTART:20260714T100000Z", uid="b")
    read_in(calendar(event(*WEEKLY), other))
    untouched = listing("b").updated_at
    outcome = read_in(calendar(event(*WEEKLY, "LOCATION:Park", name="Yoga outside"), other))
    assert (outcome.kept.created, outcome.kept.changed) == (0, 1)
    assert (listing().name, listing().address, listing("b").updated_at) == ("Yoga outside", "Park", untouched)


def test_the_revision_of_the_place_is_raised_once_for_many(read_in, group):
    before = Revision.objects.get(place=group.place).number
    read_in(calendar(*(event("DTSTART:20260714T100000Z", uid=f"u{n}", name=f"Talk {n}") for n in range(20))))
    assert Revision.objects.get(place=group.place).number == before + 1
    assert AuditEntry.objects.filter(action="read feed").count() == 1


def test_an_older_sequence_never_writes_over_a_newer(read_in):
    read_in(calendar(event("DTSTART:20260714T100000Z", "SEQUENCE:3", name="New")))
    outcome = read_in(calendar(event("DTSTART:20260714T120000Z", "SEQUENCE:2", name="Old")))
    assert listing().name == "New" and dates() == ["2026-07-14T10:00Z on"]
    assert "older version (SEQUENCE 2)" in str(outcome.problems[0])
    read_in(calendar(event("DTSTART:20260714T120000Z", "SEQUENCE:4", name="Newest")))
    assert listing().name == "Newest" and dates() == ["2026-07-14T12:00Z on"]


def test_a_date_that_is_cancelled_or_moved_is_followed(read_in, hall):
    read_in(calendar(event(*WEEKLY)))
    moved = event("RECURRENCE-ID;TZID=Europe/London:20260715T100000", "DTSTART;TZID=Europe/London:20260716T140000",
                  "DTEND;TZID=Europe/London:20260716T150000", "LOCATION:Sale Community Hall")  # fmt: skip
    off = event("RECURRENCE-ID;TZID=Europe/London:20260729T100000", "DTSTART;TZID=Europe/London:20260729T100000",
                "DTEND;TZID=Europe/London:20260729T113000", "STATUS:CANCELLED")  # fmt: skip
    read_in(calendar(event(*WEEKLY), moved, off))
    assert dates()[:3] == ["2026-07-16T13:00Z moved", "2026-07-29T09:00Z cancelled", "2026-08-12T09:00Z on"]
    assert Occurrence.objects.get(original="2026-07-15T10:00").venue_id == hall.pk
    assert listing().schedule is not None
    # And back.
    read_in(calendar(event(*WEEKLY)))
    assert dates()[:3] == ["2026-07-15T09:00Z on", "2026-07-29T09:00Z on", "2026-08-12T09:00Z on"]


def test_what_no_rule_of_ours_says_is_kept_date_by_date_and_carried_on(read_in, feed):
    # On clocks that change on other days than ours.
    text = calendar(event("DTSTART;TZID=America/New_York:20260701T100000", "RRULE:FREQ=WEEKLY"))
    read_in(text)
    assert listing().schedule is None and listing().dates_over_at is None
    last = dates()[-1]
    assert last > "2028-01"
    later = NOW + timedelta(days=90)
    # Nobody has to read the feed for that.
    assert sync.keep_later_dates(actor=ACTOR, now=later) == 1
    assert dates()[-1] > last
    before = traces()
    assert sync.keep_later_dates(actor=ACTOR, now=later) == 0 and traces() == before


def test_no_address_of_a_person_is_kept(read_in):
    people = ("ORGANIZER;CN=Jo:mailto:jo@example.org", "ATTENDEE;CN=Al:mailto:al@example.org")
    read_in(calendar(event("DTSTART;TZID=America/New_York:20260701T100000", "RRULE:FREQ=WEEKLY", *people)))
    kept = FeedItem.objects.get().read
    assert "BEGIN:VEVENT" in kept and "@example.org" not in kept.replace("UID:a@example.org", "")


def test_what_is_gone_is_archived_and_what_took_place_stays(read_in):
    coming, begun = event("DTSTART:20260714T100000Z", uid="coming"), event(
        "DTSTART;TZID=Europe/London:20260701T100000", "RRULE:FREQ=DAILY", uid="begun"
    )  # fmt: skip
    read_in(calendar(coming, begun, event("DTSTART:20261001T100000Z", uid="stays")))
    later = NOW + timedelta(days=3)
    outcome = read_in(calendar(event("DTSTART:20261001T100000Z", uid="stays")), now=later)
    assert outcome.kept.taken_out == 2
    assert listing("coming").state == NodeState.ARCHIVED
    begun = listing("begun")
    assert begun.state == NodeState.LIVE and begun.over_at <= later
    assert [it[:10] for it in dates("begun")] == ["2026-07-06", "2026-07-07", "2026-07-08"]
    assert listing("stays").state == NodeState.LIVE
    # It comes back.
    read_in(calendar(coming, event("DTSTART:20261001T100000Z", uid="stays")), now=later)
    assert listing("coming").state == NodeState.LIVE


def test_what_is_over_and_gone_is_left_alone(read_in):
    read_in(calendar(event("DTSTART:20260706T100000Z"), event("DTSTART:20261001T100000Z", uid="b")))
    outcome = read_in(calendar(event("DTSTART:20261001T100000Z", uid="b")), now=NOW + timedelta(days=2))
    assert outcome.kept.taken_out == 0 and listing().state == NodeState.LIVE


def test_an_event_that_cannot_be_read_any_more_stays_as_it_was(read_in):
    read_in(calendar(event(*WEEKLY), event("DTSTART:20261001T100000Z", uid="b")))
    outcome = read_in(
        calendar(event("DTSTART:20260714T100000Z", "RRULE:FREQ=SOMETIMES"), event("DTSTART:20261001T100000Z", uid="b"))
    )
    assert outcome.problems and outcome.kept.taken_out == 0
    assert listing().state == NodeState.LIVE


def test_a_calendar_that_was_cut_short_takes_nothing_out(read_in):
    text = calendar(event("DTSTART:20261001T100000Z", uid="b"), event(*WEEKLY))
    read_in(text)
    assert read_in(text[: text.rindex("BEGIN:VEVENT")]).kept.taken_out == 0


def test_a_calendar_that_is_suddenly_empty_is_asked_twice(read_in, feed):
    read_in(calendar(event(*WEEKLY)))
    assert "is empty now" in read_in(calendar()).failure
    assert listing().state == NodeState.LIVE
    assert read_in(calendar()).kept.taken_out == 1


def test_what_was_changed_here_wins(read_in, group):
    read_in(calendar(event(*WEEKLY, "DESCRIPTION:From the calendar")))
    found = listing()
    before = local_edits.values_of(found)
    found.name = "Yoga for beginners"
    found.save()
    local_edits.note(found, before)
    assert found.feed_item.local_fields == ["name"]
    read_in(calendar(event(*WEEKLY, "DESCRIPTION:Newer", name="Yoga again")))
    assert (listing().name, listing().summary) == ("Yoga for beginners", "Newer")
    # Until somebody lets the feed write it again.
    item = FeedItem.objects.select_related("feed__organisation").get()
    feeds.follow_again(actor=ACTOR, item=item)
    read_in(calendar(event(*WEEKLY, "DESCRIPTION:Newer", name="Yoga again")))
    assert listing().name == "Yoga again"


def test_a_date_that_was_cancelled_here_stays_cancelled(read_in):
    user = UserFactory(is_superuser=True)
    now = timezone.now()
    day = f"{now + timedelta(days=7):%Y%m%d}"
    weekly = (f"DTSTART;TZID=Europe/London:{day}T100000", "RRULE:FREQ=WEEKLY")
    read_in(calendar(event(*weekly)), now=now)
    original = listing().occurrences.order_by("starts_at").first().original
    changes.cancel(actor=ACTOR, user=user, listing=listing(), original=original)
    assert listing().feed_item.local_fields == [f"change:{original}"]
    read_in(calendar(event(*weekly, name="Yoga, new")), now=now)
    assert listing().name == "Yoga, new"
    assert [it.split()[1] for it in dates()[:2]] == ["cancelled", "on"]


def test_what_a_steward_took_off_stays_off(read_in):
    from mapping.commands import publication

    read_in(calendar(event(*WEEKLY)))
    publication.unpublish(actor=ACTOR, node=Node.objects.get(pk=listing().pk), reason="Not here", by_steward=True)
    read_in(calendar(event(*WEEKLY, name="Yoga, new")))
    assert (listing().state, listing().name) == (NodeState.ARCHIVED, "Yoga, new")


def test_private_events_are_not_shown_and_that_is_said(read_in):
    outcome = read_in(calendar(event(*WEEKLY, "CLASS:PRIVATE"), event("DTSTART:20261001T100000Z", uid="b")))
    assert Listing.objects.count() == 1
    assert "1 events are marked private" in str(outcome.problems[0])


def test_a_cancelled_event_says_so_until_it_would_have_been_over(read_in):
    read_in(calendar(event("DTSTART:20260714T100000Z", "DTEND:20260714T110000Z")))
    read_in(calendar(event("DTSTART:20260714T100000Z", "DTEND:20260714T110000Z", "STATUS:CANCELLED")))
    assert dates() == ["2026-07-14T10:00Z cancelled"]
    assert listing().over_at.isoformat() == "2026-07-14T11:00:00+00:00"


def test_what_is_too_far_ahead_comes_in_when_it_is_nearer(read_in):
    text = calendar(event(*WEEKLY), event("DTSTART:20280401T100000Z", uid="far"))
    assert read_in(text).kept.created == 1
    assert read_in(text, now=NOW + timedelta(days=20)).unchanged
    assert read_in(text, now=NOW + timedelta(days=90)).kept.created == 1
    assert dates("far") == ["2028-04-01T10:00Z on"]


def test_past_events_are_not_taken_in(read_in):
    read_in(calendar(event("DTSTART:20250714T100000Z")))
    assert not Listing.objects.exists()


def test_news_leaves_the_lists_by_itself_and_is_never_taken_out(read_in):
    from .test_readers import RSS

    read_in(RSS.replace("14 Jul 2026", "30 Jun 2026"))
    found = listing("ep3")
    assert (found.listing_kind, found.website) == (ListingKind.NOTICE, "https://radio.example.org/3")
    assert "Listen: https://radio.example.org/3.mp3" in found.summary
    assert found.over_at.date().isoformat() == "2026-08-29"
    read_in(RSS.replace("ep3", "ep4").replace("14 Jul 2026", "1 Jul 2026"))
    assert listing("ep3").state == NodeState.LIVE


def test_a_table_becomes_listings_with_their_dates(read_in):
    from .test_readers import SHEET

    outcome = read_in(SHEET)
    assert outcome.kept.created == 3 and len(outcome.problems) == 3
    coffee = Listing.objects.get(name="Coffee morning")
    assert (coffee.cost, coffee.schedule.also_on[0].isoformat()) == ("Free", "2026-07-21")
    assert coffee.occurrences.count() == 2
    before = traces()
    # Days later the first date is over, and nothing else is different.
    read_in(SHEET + ",,,,\n", now=NOW + timedelta(days=10))
    assert traces()[3:] == before[3:]


def test_a_feed_that_is_removed_takes_what_is_to_come_with_it(read_in, feed):
    read_in(calendar(event(*WEEKLY)))
    assert feeds.remove(actor=ACTOR, feed=feed, now=NOW) == 1
    assert not FeedItem.objects.exists() and Listing.objects.get().state == NodeState.ARCHIVED


def test_all_that_is_wrong_with_a_feed_is_noted_on_it(read_in, feed):
    read_in("<html><body>Sign in</body></html>")
    feed.refresh_from_db()
    assert feed.failures == 1 and "web page" in feed.failure
    read_in(calendar(event(*WEEKLY), event("DTSTART:20260714T100000Z", "RRULE:FREQ=NEVER", uid="b")))
    feed.refresh_from_db()
    assert (feed.failures, feed.failure, feed.events, feed.format) == (0, "", 1, "icalendar")
    assert feed.problems[0]["where"] == "line 11"


def test_a_feed_that_fails_is_asked_less_and_less(feed):
    waits = [(sync.next_try(n, NOW) - NOW) / timedelta(hours=1) for n in range(1, 9)]
    assert all(low <= wait <= low * 1.1 for low, wait in zip([1, 2, 4, 8, 16, 24, 24, 24], waits, strict=True))
    assert sync.next_try(1, NOW, after=7200) - NOW >= timedelta(hours=2)


def test_an_event_is_written_with_a_bounded_number_of_queries(read_in, feed, django_assert_max_num_queries):
    read_in(calendar(event("DTSTART:20261001T100000Z", uid="first")))
    texts = [event(*WEEKLY, uid=f"u{n}", name=f"Class {n}") for n in range(20)]
    with django_assert_max_num_queries(40 + 20 * 5):
        read_in(calendar(event("DTSTART:20261001T100000Z", uid="first"), *texts))
    assert Schedule.objects.count() == 21


def test_limits_of_a_person_do_not_count_what_a_feed_brings(read_in, feed):
    user = UserFactory()
    feed.added_by = user
    feed.save()
    read_in(calendar(event(*WEEKLY)))
    assert listing().posted_by is None


def test_what_is_free_or_online_is_found_by_that(read_in):
    read_in("Title,Date,Time,Venue,Price\nChess,14/07/2026,7pm,Online,Free\nYoga,15/07/2026,7pm,The Hall,£4\n")
    facts = dict(Listing.objects.values_list("name", "features"))
    assert facts == {"Chess": ["free", "online"], "Yoga": []}
    read_in("Title,Date,Time,Venue,Price\nChess,14/07/2026,7pm,Online,£2\nYoga,15/07/2026,7pm,The Hall,£4\n")
    assert Listing.objects.get(name="Chess").features == ["online"]


def test_what_is_wrong_with_a_calendar_is_said_again_while_it_is_the_same(read_in):
    sheet = "Title,Date,Time,Venue\nChess,14/07/2026,7pm,Hall\nLost,sometime,7pm,Hall\n"
    first = read_in(sheet)
    again = read_in(sheet)
    assert again.unchanged and [str(it) for it in again.problems] == [str(it) for it in first.problems] != []
