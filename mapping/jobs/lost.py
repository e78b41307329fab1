"""Jobs whose worker died: procrastinate leaves them `doing`, with their lock, for good. Here they are given back.

SQL by hand on the queue's own tables, because its functions refuse what is needed: to let go of a job while a later
one of the same queueing lock waits (a unique index allows one that waits). Its triggers write the events as ever.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from procrastinate.connector import BaseConnector
from procrastinate.exceptions import UniqueViolation

from .retry import MAX_TRIES

# A worker says so often that it lives,
BEAT_SECONDS = 5
# and is taken for dead when it has not for so long.
DEAD_AFTER_SECONDS = 20
# So long, its row says when there last was one.
WORKERS_KEPT_HOURS = 24 * 7
# Tried again at once the first time; whatever killed its worker may do so again.
WAIT_SECONDS = 15

REASON = "The worker ended in the middle of it."

SELECT = """
SELECT job.id, job.task_name, job.attempts, job.worker_id
  FROM procrastinate_jobs job
  LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
 WHERE job.status = 'doing'
   AND (worker.id IS NULL
        OR worker.last_heartbeat < now() - make_interval(secs => %(dead_after)s)
        OR job.id = ANY(%(astray)s::bigint[]))
 ORDER BY job.id
"""

# One that waits does the work of this one too: this one is done with, and said to be aborted.
GIVE_BACK = """
WITH lost AS (
  SELECT id, attempts, queueing_lock FROM procrastinate_jobs
   WHERE id = %(id)s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %(worker)s
     FOR UPDATE SKIP LOCKED
), given AS (
  UPDATE procrastinate_jobs job
     SET status = (CASE
           WHEN EXISTS (SELECT 1 FROM procrastinate_jobs other
                         WHERE other.queueing_lock = lost.queueing_lock AND other.status = 'todo') THEN 'aborted'
           WHEN lost.attempts + 1 >= %(most)s THEN 'failed'
           ELSE 'todo' END)::procrastinate_job_status,
         attempts = lost.attempts + 1,
         scheduled_at = now() + make_interval(secs => %(wait)s * lost.attempts),
         abort_requested = false,
         worker_id = NULL
    FROM lost WHERE job.id = lost.id
  RETURNING job.id, job.task_name, job.attempts, job.status
)
INSERT INTO mapping_jobfailure (job, task, attempt, error)
SELECT id, task_name, attempts, %(reason)s FROM given
RETURNING job, (SELECT status FROM given)
"""


OF_WORKER = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker)s"


async def held_by(connector: BaseConnector, worker: int | None) -> set[int]:
    """The jobs that a worker is at, as the queue has it."""
    return {it["id"] for it in await connector.execute_query_all_async(OF_WORKER, worker=worker)}


async def give_back(connector: BaseConnector, *, astray: Collection[int] = ()) -> list[dict[str, Any]]:
    """Give back every job whose worker is dead: to be tried again, or as failed when it was tried often enough.

    `astray` are jobs that nobody is at though their worker lives. Returns a row for each, with `job` and `status`. One
    at a time: two of one queueing lock may be among them.
    """
    asked = {"dead_after": DEAD_AFTER_SECONDS, "astray": list(astray)}
    found = []
    for row in await connector.execute_query_all_async(SELECT, **asked):
        given = {"id": row["id"], "worker": row["worker_id"], "most": MAX_TRIES, "wait": WAIT_SECONDS, "reason": REASON}
        try:
            found += await connector.execute_query_all_async(GIVE_BACK, **given)
        except UniqueViolation:
            # One of its queueing lock was put in at this very moment: the next look sees it.
            continue
    return found
