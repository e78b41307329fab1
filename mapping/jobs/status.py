"""What can be seen of background work: is somebody at it, what waits, what failed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from .lost import DEAD_AFTER_SECONDS

# Longer than any job that is in order has to wait: one that runs before it may take long (settings.JOB_MINUTES).
LATE_MINUTES = 15
# Failed jobs are shown, and counted by /readyz, for so long.
FAILED_DAYS = 7
SHOWN = 50

FAILED_SINCE = """
  FROM procrastinate_jobs job
 WHERE job.status = 'failed'
   AND EXISTS (SELECT 1 FROM procrastinate_events event
                WHERE event.job_id = job.id AND event.at > now() - make_interval(days => %(days)s))
"""
# A job is due since it was put in, or since the time it is scheduled for, or since it was given back.
STATUS = f"""
SELECT (SELECT count(*) FROM procrastinate_workers
         WHERE last_heartbeat >= now() - make_interval(secs => %(dead_after)s)),
       (SELECT max(last_heartbeat) FROM procrastinate_workers),
       count(*), min(due.at),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'),
       (SELECT count(*) {FAILED_SINCE}),
       now()
  FROM procrastinate_jobs job
 CROSS JOIN LATERAL (
   SELECT greatest(job.scheduled_at, (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id)) AS at
 ) due
 WHERE job.status = 'todo' AND due.at <= now()
"""
FAILED = f"""
SELECT failed.*, last.error, last.at
  FROM (SELECT job.id, job.task_name, job.args::text, job.attempts {FAILED_SINCE}) failed
  LEFT JOIN LATERAL (
    SELECT error, at FROM mapping_jobfailure WHERE job = failed.id ORDER BY at DESC LIMIT 1
  ) last ON true
 ORDER BY failed.id DESC LIMIT %(shown)s
"""


@dataclass(frozen=True)
class Status:
    """workers : how many live; heard : when one was last heard of, if ever; waiting : jobs that are due, the oldest
    since `waiting_since`; doing, failed : jobs; now : the clock of the database."""

    workers: int
    heard: datetime | None
    waiting: int
    waiting_since: datetime | None
    doing: int
    failed: int
    now: datetime

    @property
    def stands_still(self) -> datetime | None:
        """Since when nobody does anything; None while a worker lives."""
        if self.workers:
            return None
        return self.heard or self.waiting_since or self.now

    @property
    def is_late(self) -> bool:
        """Whether a job has been waiting for too long though somebody is at work."""
        late = timedelta(minutes=LATE_MINUTES)
        return self.waiting_since is not None and self.now - self.waiting_since > late


@dataclass(frozen=True)
class FailedJob:
    """A job that was tried often enough: its row in the queue, and why the last try failed, when that is known."""

    pk: int
    task: str
    args: dict[str, Any]
    attempts: int
    error: str
    at: datetime | None


def status() -> Status:
    """Look at the queue. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATUS, {"dead_after": DEAD_AFTER_SECONDS, "days": FAILED_DAYS})
        return Status(*cursor.fetchone())


def failed_jobs() -> list[FailedJob]:
    """The newest failed jobs, `SHOWN` at most. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FAILED, {"days": FAILED_DAYS, "shown": SHOWN})
        return [
            FailedJob(pk, task, json.loads(args), attempts, error or "", at)
            for pk, task, args, attempts, error, at in cursor.fetchall()
        ]


def of_workers() -> str:
    """What /readyz says of who does the work: "ok" or what is the matter."""
    since = status().stands_still
    return "ok" if since is None else f"none since {since:%Y-%m-%d %H:%M:%S} UTC: start manage.py worker"


def of_jobs() -> str:
    """What /readyz says of the work: "ok" or what is the matter."""
    now = status()
    if now.failed:
        return f"{now.failed} failed in the last {FAILED_DAYS} days: see /admin/background/"
    if now.is_late:
        assert now.waiting_since is not None
        minutes = int((now.now - now.waiting_since).total_seconds() // 60)
        return f"{now.waiting} waiting, the oldest for {minutes} minutes"
    return "ok"
