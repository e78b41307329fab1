"""A feed kept in step: fetched, read, and what is new, other or gone written down.

    sync(feed, actor=Actor.command("sync_feed"))          # fetches; what cannot be fetched is noted, not raised
    sync_bytes(feed, data, actor=actor)                   # what came, from anywhere

Each `CHUNK` of events is one transaction, and the feed is noted as read only after the last: a process that is killed
leaves whole listings, and the next reading goes on where it ended.
"""

from __future__ import annotations

import datetime
import hashlib
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from config.errors import HereaboutsError
from listings.commands import feed_items, feeds
from listings.commands.dates import HORIZON
from listings.commands.feed_items import MAX_ITEMS, Kept
from listings.models import Feed, FeedItem
from mapping.models import Actor

from .events import FeedEvent, Problem, Reading
from .fetch import FetchError, fetch
from .items import VERSION, Items, home_of, window_of
from .readers import read

CHUNK = 50
MAX_PROBLEMS = 100
# Events in a preview.
MAX_SHOWN = 20
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
# What is written anew each time that a calendar is asked for.
_CHANGING = re.compile(rb"^(?:DTSTAMP|CREATED|LAST-MODIFIED)[:;][^\n]*\n?", re.MULTILINE)


@dataclass
class Outcome:
    """What a reading came to. `failure`: nothing could be read, and why."""

    kept: Kept = field(default_factory=Kept)
    events: int = 0
    unchanged: bool = False
    failure: str = ""
    problems: list[Problem] = field(default_factory=list)


def sync(feed: Feed, *, actor: Actor, now: datetime.datetime | None = None) -> Outcome:
    """Fetch a feed and keep it in step. Whatever is wrong with it is noted on it."""
    now = now or timezone.now()
    try:
        # Each month all of it is looked at again: what was too far ahead to be kept has come nearer.
        known = feed.content_hash.startswith(_month(now))
        found = fetch(feed.url, etag=feed.etag if known else "", last_modified=feed.last_modified if known else "")
    except HereaboutsError as error:
        after = error.retry_after if isinstance(error, FetchError) else None
        return _failed(feed, str(error), now, after=after)
    if found.unchanged:
        _note_unchanged(feed, actor, now)
        return Outcome(events=feed.events, unchanged=True)
    outcome = sync_bytes(feed, found.data, actor=actor, now=now, address=found.url)
    if not outcome.failure:
        # Only now: had this been cut short, the next reading would have to get all of it again.
        feeds.note_reading(feed, etag=found.etag, last_modified=found.last_modified)
    return outcome


def preview(feed: Feed, *, now: datetime.datetime | None = None) -> None:
    """Read a feed that nobody has said yes to, and note what would come in. Nothing of it is kept."""
    now = now or timezone.now()
    try:
        found = fetch(feed.url)
    except HereaboutsError as error:
        _failed(feed, str(error), now)
        return
    home = home_of(feed)
    window = window_of(now, home)
    reading = read(found.data, home=home, window=window, address=found.url, format=feed.format)
    if not reading.format or not reading.events and reading.problems:
        sentence = str(reading.problems[0]) if reading.problems else "There is nothing in it."
        _failed(feed, sentence, now, problems=reading.problems)
        return
    feeds.note_reading(
        feed,
        format=reading.format,
        preview=_shown(reading, Items(feed, window, now)),
        problems=problems_as_json(reading.problems),
        failures=0,
        failure="",
        read_at=now,
        # Not again by itself: whoever added it looks at this.
        next_read_at=None,
    )


def _shown(reading: Reading, items: Items) -> dict:
    """What would come in, as far as a page shows it."""
    coming = [event for event in reading.events if not event.is_private and items.is_coming(event)]
    coming.sort(key=lambda event: min((it.original for it in event.occurrences), default=""))
    titles = []
    for event in coming[:MAX_SHOWN]:
        first = next((it for it in event.occurrences if it.is_live), None)
        match = items.match(event)
        titles.append(
            {
                "name": event.name,
                "starts": first.starts.isoformat() if first is not None else "",
                "dates": len(event.occurrences),
                "location": event.location,
                "venue": match.venue.name if match.venue is not None and match.is_sure else "",
            }
        )
    return {"title": reading.title, "events": len(coming), "titles": titles}


def sync_bytes(
    feed: Feed, data: bytes, *, actor: Actor, now: datetime.datetime | None = None, address: str = ""
) -> Outcome:
    """Keep a feed in step with what it says. Nothing at all is written of what is the same but when it was read."""
    now = now or timezone.now()
    digest = _digest(feed, data, now)
    if digest == feed.content_hash:
        _note_unchanged(feed, actor, now)
        # What was wrong with it still is.
        return Outcome(events=feed.events, unchanged=True, problems=[Problem(**it) for it in feed.problems])
    home = home_of(feed)
    window = window_of(now, home)
    reading = read(data, home=home, window=window, address=address or feed.url, format=feed.format)
    if not reading.events and (not reading.format or reading.problems):
        return _failed(feed, str(reading.problems[0]) if reading.problems else "There is nothing in it.", now,
                       problems=reading.problems)  # fmt: skip
    if not reading.events and feed.events and not feed.failures:
        sentence = "The calendar is empty now. If it still is when it is read next, what came from it is taken out."
        return _failed(feed, sentence, now)
    outcome = Outcome(problems=reading.problems)
    items = Items(feed, window, now)
    known = {row.uid: row for row in FeedItem.objects.filter(feed=feed)}
    wanted = _wanted(reading, known, items, outcome)
    outcome.events = len(wanted)
    new = [event for event in wanted if items.is_new(event, known.get(event.uid))]
    for start in range(0, len(new), CHUNK):
        outcome.kept += feed_items.keep(
            actor=actor, feed=feed, items=[items.item(event) for event in new[start : start + CHUNK]], now=now
        )
    _take_out(feed, reading, known, {event.uid for event in wanted}, actor, now, outcome)
    _say_older(reading, outcome)
    feed_items.confirm(actor=actor, feed=feed, now=now)
    feeds.note_reading(
        feed,
        format=reading.format,
        content_hash=digest,
        read_at=now,
        changed_at=now if outcome.kept.created or outcome.kept.changed or outcome.kept.taken_out else feed.changed_at,
        next_read_at=next_time(now),
        failures=0,
        failure="",
        problems=problems_as_json(outcome.problems),
        events=outcome.events,
    )
    return outcome


def _wanted(reading: Reading, known: dict[str, FeedItem], items: Items, outcome: Outcome) -> list[FeedEvent]:
    """The events that are or become listings: those that are not over, and those that already are."""
    private = [event for event in reading.events if event.is_private]
    if private:
        message = f"{len(private)} events are marked private, and are not shown."
        outcome.problems.append(Problem("", message, "Mark them public in the calendar if everybody may read them."))
    wanted = [
        event
        for event in reading.events
        if not event.is_private and (items.is_coming(event) or event.uid in known and items.has_dates(event))
    ]
    if len(wanted) > MAX_ITEMS:
        message = f"More than {MAX_ITEMS:,} events: only those that come first were taken."
        outcome.problems.append(Problem("", message, "Give a calendar of its own for what belongs here."))
        wanted = sorted(
            wanted, key=lambda it: (it.uid not in known, min((o.original for o in it.occurrences), default=""))
        )
        wanted = wanted[:MAX_ITEMS]
    return wanted


def _take_out(feed, reading, known, wanted, actor, now, outcome) -> None:
    """What is in the feed no more, or has nothing to come. News is never taken out: a feed only has the newest."""
    if not reading.is_whole or reading.format == "syndication":
        return
    there = wanted | reading.unreadable
    gone = [uid for uid, row in known.items() if row.gone_at is None and uid not in there]
    for start in range(0, len(gone), CHUNK):
        outcome.kept += feed_items.take_out(actor=actor, feed=feed, uids=gone[start : start + CHUNK], now=now)


def _say_older(reading: Reading, outcome: Outcome) -> None:
    lines = {event.uid: event for event in reading.events}
    for uid in outcome.kept.older:
        event = lines[uid]
        message = (
            f"“{event.name}” is an older version (SEQUENCE {event.sequence}) than what was read before: it was left."
        )
        outcome.problems.append(Problem(f"line {event.line}" if event.line else "", message))


# --- when it is read next


def next_time(now: datetime.datetime) -> datetime.datetime:
    """In an hour, a little more or less, so that not all are asked at once."""
    return now + HOUR + random.uniform(0, 0.2) * HOUR


def next_try(failures: int, now: datetime.datetime, after: int | None = None) -> datetime.datetime:
    """After a failure: in an hour, two, four, up to a day; never before the site said."""
    wait = min(HOUR * 2 ** min(max(failures - 1, 0), 6), DAY)
    if after is not None:
        wait = max(wait, datetime.timedelta(seconds=after))
    return now + wait + random.uniform(0, 0.1) * wait


def _failed(
    feed: Feed,
    sentence: str,
    now: datetime.datetime,
    *,
    after: int | None = None,
    problems: Iterable[Problem] = (),
) -> Outcome:
    failures = min(feed.failures + 1, 1000)
    feeds.note_reading(
        feed,
        failures=failures,
        failure=sentence[:500],
        read_at=now,
        next_read_at=next_try(failures, now, after),
        problems=problems_as_json(problems),
    )
    feed.failures = failures
    return Outcome(failure=sentence, problems=list(problems))


def _note_unchanged(feed: Feed, actor: Actor, now: datetime.datetime) -> None:
    feed_items.confirm(actor=actor, feed=feed, now=now)
    feeds.note_reading(feed, read_at=now, next_read_at=next_time(now), failures=0, failure="")


def problems_as_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [
        {"where": it.where, "message": str(it.message)[:500], "remedy": str(it.remedy)[:300]}
        for it in list(problems)[:MAX_PROBLEMS]
    ]


def _digest(feed: Feed, data: bytes, now: datetime.datetime) -> str:
    """What tells one content from the next in a month: without what is written anew each time."""
    head = f"{VERSION}\n{feed.category_id}\n".encode()
    return _month(now) + hashlib.blake2b(head + _CHANGING.sub(b"", data), digest_size=20).hexdigest()


def _month(now: datetime.datetime) -> str:
    return f"{now:%Y%m}-"


# --- later dates


def keep_later_dates(*, actor: Actor, now: datetime.datetime | None = None) -> int:
    """Carry on the dates of what goes on without a schedule of ours, also of feeds that say nothing new.

    Returns how many listings changed.
    """
    now = now or timezone.now()
    last = (now + HORIZON).date()
    due = (
        FeedItem.objects.filter(kept_until__lt=last, gone_at=None, listing__isnull=False)
        .exclude(read="")
        .select_related("listing", "feed__organisation__place", "feed__category")
        .order_by("feed_id", "pk")
    )
    changed, rows = 0, list(due)
    for start in range(0, len(rows), CHUNK):
        later = []
        for row in rows[start : start + CHUNK]:
            items = Items(row.feed, window_of(now, home_of(row.feed)), now)
            reading = read(row.read.encode(), home=items.home, window=items.window)
            event = next((it for it in reading.events if it.uid == row.uid), None)
            if event is not None:
                later.append((row, items.item(event)))
        changed += feed_items.keep_later_dates(actor=actor, rows=later, now=now)
    return changed
