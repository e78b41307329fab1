"""The jobs of questions: each is made once, and what no longer holds is deleted."""

from __future__ import annotations

import logging

from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

logger = logging.getLogger(__name__)

# Somebody waits for a page; a file may take its time.
PAGE, FILE = 10, 5


@app.task(name="make_answer", queue="answers")
def make_answer(key: str) -> None:
    """Make the answer of a question that waits. Nothing to do when somebody else has."""
    from . import making

    making.make(key)


@app.periodic(cron="41 * * * *")
@app.task(name="purge_answers", queue="answers", queueing_lock="purge_answers", pass_context=False)
def purge_answers(timestamp: int) -> None:
    """Delete answers that no longer hold."""
    from . import store

    store.purge()


def defer(row) -> None:
    """Put a question into the queue. Never fails: it stays pending, and is put there again later."""
    from .kinds import KINDS

    try:
        # A savepoint, so that "already queued" does not spoil a transaction around this one.
        with transaction.atomic():
            make_answer.configure(
                queueing_lock=f"answer-{row.key}",
                lock=f"answer-{row.key}",
                priority=FILE if KINDS[row.kind].is_file else PAGE,
            ).defer(key=row.key)
    except AlreadyEnqueued:
        pass
    except (ProcrastinateException, DatabaseError):
        logger.exception("The question %s could not be queued.", row)
