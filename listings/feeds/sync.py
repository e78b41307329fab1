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
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from config.errors import HereaboutsError
from listings.commands import feeds
from listings.commands.dates import AT_ONCE, HORIZON
from listings.commands.feeds import Item, Kept
from listings.models import Feed, FeedItem, ListingKind
from mapping.models import Actor, Category

from .dates import Dates, dates_of, locations, without_twins
from .events import FeedEvent, FeedKind, Problem, Reading, Window
from .fetch import FetchError, fetch
from .readers import read
from .venues import Match, Venues

CHUNK = 50
# Raised when events are made into listings in another way: then all are looked at again.
VERSION = 1
MAX_PROBLEMS = 100
# Events in a preview.
MAX_SHOWN = 20
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
# News leaves the lists after that.
NEWS_DAYS = datetime.timedelta(days=60)
MAX_SUMMARY = 2000
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


def home_of(feed: Feed) -> ZoneInfo:
    """The clocks of the feed's place."""
    return ZoneInfo(feed.organisation.place.timezone or settings.TIME_ZONE)


def window_of(now: datetime.datetime, home: ZoneInfo) -> Window:
    """As far as dates are kept."""
    today = now.astimezone(home).date()
    return Window(today, today + HORIZON + AT_ONCE, home)


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
        _note_unchanged(feed, now)
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
        _note_unchanged(feed, now)
        return Outcome(events=feed.events, unchanged=True)
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
        outcome.kept += feeds.keep(
            actor=actor, feed=feed, items=[items.item(event) for event in new[start : start + CHUNK]], now=now
        )
    _take_out(feed, reading, known, {event.uid for event in wanted}, actor, now, outcome)
    _say_older(reading, outcome)
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
    if len(wanted) > feeds.MAX_ITEMS:
        message = f"More than {feeds.MAX_ITEMS:,} events: only those that come first were taken."
        outcome.problems.append(Problem("", message, "Give a calendar of its own for what belongs here."))
        wanted = sorted(
            wanted, key=lambda it: (it.uid not in known, min((o.original for o in it.occurrences), default=""))
        )
        wanted = wanted[: feeds.MAX_ITEMS]
    return wanted


def _take_out(feed, reading, known, wanted, actor, now, outcome) -> None:
    """What is in the feed no more, or has nothing to come. News is never taken out: a feed only has the newest."""
    if not reading.is_whole or reading.format == "syndication":
        return
    there = wanted | reading.unreadable
    gone = [uid for uid, row in known.items() if row.gone_at is None and uid not in there]
    for start in range(0, len(gone), CHUNK):
        outcome.kept += feeds.take_out(actor=actor, feed=feed, uids=gone[start : start + CHUNK], now=now)


def _say_older(reading: Reading, outcome: Outcome) -> None:
    lines = {event.uid: event for event in reading.events}
    for uid in outcome.kept.older:
        event = lines[uid]
        message = (
            f"“{event.name}” is an older version (SEQUENCE {event.sequence}) than what was read before: it was left."
        )
        outcome.problems.append(Problem(f"line {event.line}" if event.line else "", message))


class Items:
    """Makes items of events: with venue, category and dates."""

    def __init__(self, feed: Feed, window: Window, now: datetime.datetime) -> None:
        self.feed = feed
        self.window = window
        self.now = now
        self.home = home_of(feed)
        self.venues = Venues(feed.organisation)
        self.nation = feed.organisation.place.nation
        self._categories: dict[str, Category] | None = None

    def is_coming(self, event: FeedEvent) -> bool:
        """Whether anything of it is still to come, or it is news."""
        if event.kind == FeedKind.NOTICE:
            return self._expires(event) > self.now
        return any(it.is_live for it in event.occurrences)

    def has_dates(self, event: FeedEvent) -> bool:
        """Whether it has a date that is not over, cancelled or not, or is news."""
        return event.kind == FeedKind.NOTICE or bool(event.occurrences)

    def is_new(self, event: FeedEvent, row: FeedItem | None) -> bool:
        return row is None or row.gone_at is not None or row.fingerprint != self.fingerprint(event)

    def fingerprint(self, event: FeedEvent) -> str:
        """The same for the same event, whenever it is looked at."""
        said = f"{VERSION}\n{self.feed.category_id}\n{event.sequence}\n{event.source or replace(event, line=0)!r}"
        return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=20).hexdigest()

    def item(self, event: FeedEvent) -> Item:
        if event.kind == FeedKind.NOTICE:
            return self._notice(event)
        match = self.match(event)
        places = {text: self.venues.match(text) for text in locations(event)}
        dates = dates_of(event, self.window, self.home, {it: self._sure(match) for it, match in places.items()})
        repeats = bool(event.series and event.series.rule)
        return Item(
            uid=event.uid,
            sequence=event.sequence,
            fingerprint=self.fingerprint(event),
            name=event.name or "Event",
            summary=event.description[:MAX_SUMMARY],
            website=event.url,
            cost=event.cost,
            listing_kind=ListingKind.ACTIVITY if repeats else ListingKind.EVENT,
            category=self.category(event),
            where=self.venues.where(match, event.location, event.point),
            online=match.how == "online",
            location_text=event.location,
            confidence=match.confidence if not match.how or match.how not in ("online", "organisation") else None,
            # As the form writes it, so that an edit of something else is none of the dates.
            schedule=dates.schedule and replace(dates.schedule, nation=self.nation),
            spans=tuple(without_twins(dates.spans)),
            over=dates.over,
            goes_on=dates.goes_on,
            read=event.source if dates.goes_on and dates.schedule is None else "",
            known_until=self.window.last if self._is_open(dates) else None,
        )

    def match(self, event: FeedEvent) -> Match:
        return self.venues.match(event.location, event.point)

    def category(self, event: FeedEvent) -> Category | None:
        """The category of the feed; else the one that its words name; else "event"."""
        if self.feed.category_id is not None:
            return self.feed.category
        if self._categories is None:
            self._categories = {}
            for it in Category.objects.order_by("-position", "-pk"):
                self._categories |= {it.name.casefold(): it, it.slug: it}
                if it.plural:
                    self._categories[it.plural.casefold()] = it
        for word in event.categories:
            if (found := self._categories.get(word.casefold())) is not None:
                return found
        return self._categories.get("event")

    def _notice(self, event: FeedEvent) -> Item:
        listen = [f"{_MEDIA.get(it.media, 'More')}: {it.url}" for it in event.links if it.url != event.url]
        summary = "\n\n".join(part for part in (event.description[:MAX_SUMMARY], "\n".join(listen)) if part)
        return Item(
            uid=event.uid,
            sequence=event.sequence,
            fingerprint=self.fingerprint(event),
            name=event.name,
            summary=summary,
            website=event.url or next((it.url for it in event.links), ""),
            cost="",
            listing_kind=ListingKind.NOTICE,
            category=self.category(event),
            where=self.venues.where(Match(how="organisation"), ""),
            online=False,
            location_text="",
            confidence=None,
            schedule=None,
            spans=(),
            over=None,
            expires_at=self._expires(event),
        )

    def _expires(self, event: FeedEvent) -> datetime.datetime:
        return (event.published or event.changed or self.now) + NEWS_DAYS

    @staticmethod
    def _sure(match: Match) -> int | None:
        return match.venue.pk if match.venue is not None and match.is_sure else None

    @staticmethod
    def _is_open(dates: Dates) -> bool:
        return dates.goes_on or (dates.schedule is not None and dates.schedule.repeats)


_MEDIA = {"audio": "Listen", "video": "Watch"}


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


def _note_unchanged(feed: Feed, now: datetime.datetime) -> None:
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
        changed += feeds.keep_later_dates(actor=actor, rows=later, now=now)
    return changed
