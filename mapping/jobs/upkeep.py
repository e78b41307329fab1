"""The queue keeps every job that it ever did: old ones are deleted."""

from __future__ import annotations

from django.db import connection

from .lost import WORKERS_KEPT_HOURS

DONE_DAYS = 7
# Why they failed is of use for longer.
FAILED_DAYS = 30
BATCH = 5000

OLD = """
DELETE FROM procrastinate_jobs WHERE id IN (
  SELECT job.id FROM procrastinate_jobs job
   WHERE job.status = ANY(%(statuses)s::procrastinate_job_status[])
     AND NOT EXISTS (SELECT 1 FROM procrastinate_events event
                      WHERE event.job_id = job.id AND event.at > now() - make_interval(days => %(days)s))
   LIMIT %(batch)s)
"""


def forget_old() -> int:
    """Delete what nobody will ask for: jobs, reasons of failures, dead workers. Returns how many jobs."""
    gone = 0
    with connection.cursor() as cursor:
        for statuses, days in ((["succeeded"], DONE_DAYS), (["failed", "aborted", "cancelled"], FAILED_DAYS)):
            while True:
                cursor.execute(OLD, {"statuses": statuses, "days": days, "batch": BATCH})
                gone += cursor.rowcount
                if cursor.rowcount < BATCH:
                    break
        cursor.execute("DELETE FROM mapping_jobfailure WHERE at < now() - make_interval(days => %s)", [FAILED_DAYS])
        cursor.execute(
            "DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(hours => %s)",
            [WORKERS_KEPT_HOURS],
        )
    return gone
