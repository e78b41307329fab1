"""A thousand calendars of a hundred events each: read for the first time, again unchanged, and again changed.

Each is given as bytes to what a job does with what it fetched; two processes share them, as two workers would.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
import time
from collections.abc import Iterator

from . import database
from .database import Server
from .report import Row

NAME = "hereabouts_bench_feeds"
FEEDS, EVENTS, WORKERS = 1_000, 100, 2
# Of a changed calendar: so many events an hour later, one gone, one new.
MOVED = 10
GOALS = {"first": 0, "unchanged": 120, "changed": 600}


def rows(server: Server, feeds: int = FEEDS) -> list[Row]:
    """The three readings, one after the other, of `feeds` calendars."""
    url = database.empty(server, NAME)
    _run(url, ["make", str(feeds)])
    found = []
    for what, goal in GOALS.items():
        start = time.monotonic()
        _run(url, *([what, str(feeds), str(worker)] for worker in range(WORKERS)))
        seconds = time.monotonic() - start
        limit = goal * feeds / FEEDS
        found.append(
            Row(
                f"{feeds:,} calendars of {EVENTS} events read, {what}",
                f"<= {limit:g} s" if goal else "",
                f"{seconds:.0f} s",
                met=seconds <= limit if goal else None,
                figures={"seconds": seconds, "feeds": feeds},
            )
        )
    return found


def _run(url: str, *words: list[str]) -> None:
    """Run this module with each of `words`, at the same time. Raises RuntimeError when one fails."""
    started = [subprocess.Popen([sys.executable, "-m", __name__, *it], env=database.environ(url)) for it in words]
    # Each is waited for, also where one has failed.
    failed = [it for it in started if it.wait()]
    if failed:
        raise RuntimeError(f"{NAME}: {' '.join(words[0])} failed")


def calendar(feed: int, *, changed: bool = False) -> bytes:
    """A calendar as a group would keep it: single dates, classes of ten weeks, clubs without an end."""
    monday = datetime.date.today() - datetime.timedelta(days=datetime.date.today().weekday())
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//bench//EN"]
    numbers = [*range(1, EVENTS), EVENTS] if changed else range(EVENTS)
    for number in numbers:
        later = changed and number <= MOVED
        day = monday + datetime.timedelta(days=1 + (7 * number + feed) % 300)
        start = datetime.datetime.combine(day, datetime.time(9 + number % 10 + later))
        rule = ["", "", "", "", "", "FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;COUNT=10",
                "FREQ=WEEKLY", f"FREQ=MONTHLY;BYDAY={1 + number % 4}TU"][number % 10]  # fmt: skip
        lines += [
            "BEGIN:VEVENT",
            f"UID:{feed}-{number}@example.org",
            f"DTSTAMP:20261130T{10 + changed}0000Z",
            f"SEQUENCE:{int(later)}",
            f"DTSTART;TZID=Europe/London:{start:%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/London:{start + datetime.timedelta(minutes=90):%Y%m%dT%H%M%S}",
            *([f"RRULE:{rule}"] if rule else []),
            f"SUMMARY:Event {number} of group {feed}",
            "DESCRIPTION:An hour and a half in good company.",
            f"LOCATION:Hall {number % 5}\\, {feed} High Street",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _make(feeds: int) -> None:
    """A place, and a trusted group for each feed."""
    from listings.models import Feed, Organisation
    from mapping.models import Category, NodeState, Place, Revision

    place = Place.objects.create(
        name="Bench", slug="bench", kind="county", is_home=True, release=datetime.date(2026, 1, 1), nation="england"
    )
    category = Category.objects.create(name="Event", slug="event")
    Revision.objects.get_or_create(place=place)
    for number in range(feeds):
        group = Organisation.objects.create(name=f"Group {number}", place=place, state=NodeState.LIVE, trusted=True)
        Feed.objects.create(organisation=group, url=f"https://example.org/{number}.ics", category=category)


def _mine(worker: int) -> Iterator:
    from listings.models import Feed

    for feed in Feed.objects.select_related("organisation__place", "category").order_by("pk").iterator(100):
        if feed.pk % WORKERS == worker:
            yield feed


def main(what: str, feeds: str, worker: str = "0") -> None:
    import django

    django.setup()
    if what == "make":
        _make(int(feeds))
        return
    from listings.feeds.sync import sync_bytes
    from mapping.models import Actor

    for feed in _mine(int(worker)):
        number = int(feed.url.rpartition("/")[2].removesuffix(".ics"))
        outcome = sync_bytes(feed, calendar(number, changed=what == "changed"), actor=Actor.command("bench"))
        if outcome.failure or (what == "unchanged") != outcome.unchanged:
            raise SystemExit(f"{feed.url}: {outcome}")


if __name__ == "__main__":
    main(*sys.argv[1:])
