"""Periodic tasks by the clock on the wall of the place. Procrastinate's own are by UTC.

A line of cron with a fixed hour (`17 3 * * *`) means that hour of the place, in summer and in winter. An hour that is
left out in spring is made up for right after; one that comes twice in autumn counts once. A line with `*` for the hour
goes on by elapsed time. What was due while no worker ran is run once when there is one again, however long ago.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import croniter
from procrastinate import periodic

logger = logging.getLogger(__name__)

HOUR = 3600.0
# Clocks are changed by two hours at most (Antarctica/Troll).
LARGEST_CHANGE = 3 * HOUR
# A machine that slept, or whose clock was put right, finds out within a minute.
LONGEST_SLEEP = 60.0


class WallClock:
    """When a line of cron is due in a time zone. Times are seconds since 1970.

    Examples
    --------
    >>> clock = WallClock("17 3 * * *", ZoneInfo("Europe/London"))
    >>> datetime.fromtimestamp(clock.after(datetime(2026, 7, 1, tzinfo=UTC).timestamp()), UTC).isoformat()
    '2026-07-01T02:17:00+00:00'
    """

    def __init__(self, cron: str, zone: ZoneInfo) -> None:
        self.cron = cron
        self.zone = zone
        self.every_hour = cron.split()[1].startswith("*")

    def latest(self, until: float) -> int:
        """Return when it was last due, at `until` or before."""
        if self.every_hour:
            offset = self._offset(until)
            return int(croniter(self.cron, until + offset + 1).get_prev(float) - offset)
        line = croniter(self.cron, until + self._offset(until) + LARGEST_CHANGE)
        while (found := self._moment(line.get_prev(float))) > until:
            pass
        return int(found)

    def after(self, since: float) -> int:
        """Return when it is due next, later than `since`."""
        if self.every_hour:
            offset = self._offset(since)
            return int(croniter(self.cron, since + offset).get_next(float) - offset)
        line = croniter(self.cron, since + self._offset(since) - LARGEST_CHANGE)
        while (found := self._moment(line.get_next(float))) <= since:
            pass
        return int(found)

    def _offset(self, at: float) -> float:
        offset = datetime.fromtimestamp(at, self.zone).utcoffset()
        assert offset is not None
        return offset.total_seconds()

    def _moment(self, wall: float) -> float:
        """The moment at which the wall shows `wall`, which is told as if it were UTC.

        Of a time that comes twice it is the first. One that never comes is as long after the change as it would have
        been without (PEP 495).
        """
        shown = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(wall))
        return shown.replace(tzinfo=self.zone).timestamp()


@lru_cache(maxsize=256)
def clock_of(cron: str, zone: str) -> WallClock:
    """The clock for a line of cron in the time zone of that name."""
    return WallClock(cron, ZoneInfo(zone))


class PeriodicDeferrer(periodic.PeriodicDeferrer):
    """Puts periodic tasks into the queue when they are due. The database keeps two workers from doing so twice."""

    def __init__(self, registry: periodic.PeriodicRegistry, zone: str) -> None:
        super().__init__(registry=registry)
        self.zone = zone

    def get_next_tick(self, at: float) -> float:
        """Seconds until the next one is due."""
        tasks = self.registry.periodic_tasks.values()
        return min(clock_of(it.cron, self.zone).after(at) for it in tasks) - at

    def get_timestamps(self, periodic_task: periodic.PeriodicTask, since: int | None, until: float) -> Iterable[int]:
        """The last time it was due, unless that was seen to already: what was missed ten times is run once."""
        latest = clock_of(periodic_task.cron, self.zone).latest(until)
        if since is None or latest > since:
            yield latest

    async def wait(self, next_tick: float) -> None:
        """Sleep until then, or for a minute."""
        await asyncio.sleep(min(next_tick, LONGEST_SLEEP) + periodic.MARGIN)
