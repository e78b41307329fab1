"""Events of a feed as the items that are kept as listings: with venue, category, dates, and a mark of their version."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import replace
from zoneinfo import ZoneInfo

from django.conf import settings

from listings.commands.dates import AT_ONCE, HORIZON
from listings.commands.feed_items import Item
from listings.models import Feed, FeedItem, ListingKind
from mapping.models import Category

from .dates import Dates, dates_of, locations, without_twins
from .events import FeedEvent, FeedKind, Window
from .venues import Match, Venues

# Raised when events are made into listings in another way: then all are looked at again.
VERSION = 1
# News leaves the lists after that.
NEWS_DAYS = datetime.timedelta(days=60)
MAX_SUMMARY = 2000
_MEDIA = {"audio": "Listen", "video": "Watch"}


def home_of(feed: Feed) -> ZoneInfo:
    """The clocks of the feed's place."""
    return ZoneInfo(feed.organisation.place.timezone or settings.TIME_ZONE)


def window_of(now: datetime.datetime, home: ZoneInfo) -> Window:
    """As far as dates are kept."""
    today = now.astimezone(home).date()
    return Window(today, today + HORIZON + AT_ONCE, home)


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
