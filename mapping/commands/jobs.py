"""Writes on the queue that a person asks for: try a failed job again."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import Actor

from .change import change


class JobRefused(HereaboutsError):
    """A job cannot be tried again. Says why."""

    status = 409


# With as many tries before it as a new one has. Not where a later one of its queueing lock waits: that one does it.
AGAIN = """
UPDATE procrastinate_jobs job SET status = 'todo', attempts = 0, scheduled_at = now(), worker_id = NULL
 WHERE job.id = %(job)s AND job.status = 'failed'
   AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs other
                    WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo')
RETURNING job.task_name, (job.args ->> 'place_id')::bigint
"""
LOCKED = "SELECT status FROM procrastinate_jobs WHERE id = %(job)s FOR UPDATE"


def try_again(*, actor: Actor, job: int) -> str:
    """Put a failed job back into the queue; returns the name of its task.

    Raises
    ------
    JobRefused
        When it is not failed (any more), or another one that does its work waits already.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCKED, {"job": job})
        found = cursor.fetchone()
        if found is None or found[0] != "failed":
            raise JobRefused(_("That job has not failed, or somebody has pressed the button already."))
        with change(actor=actor, action="try job again") as it:
            cursor.execute(AGAIN, {"job": job})
            row = cursor.fetchone()
            if row is None:
                raise JobRefused(_("Another job that does the same waits already."))
            it.data.update(job=job, task=row[0], place=row[1])
    return row[0]
