"""When a job that failed is tried again, and when it is left for a person to look at."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from procrastinate import App, RetryDecision
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from config.errors import HereaboutsError

# Seconds until the next try, by the number of tries before. One try more than there are waits.
WAITS = (10, 60, 300, 1800)
MAX_TRIES = len(WAITS) + 1
# The database was away: nothing is wrong with the job, so it is given longer.
DATABASE_WAITS = (5, 5, 10, 20, 40)
DATABASE_LAST_WAIT = 60
MAX_DATABASE_TRIES = 30


class JobFailed(HereaboutsError):
    """A job that failed in the process that ran it.

    `error` is the name of its exception, `about` the first line of its message; `database_away` when it failed because
    the database was away, busy or full.
    """

    status = 500

    def __init__(self, error: str, about: str, database_away: bool = False) -> None:
        super().__init__(f"{error}: {about}" if about else error)
        self.error = error
        self.about = about
        self.database_away = database_away


def database_away(error: BaseException) -> bool:
    """Whether `error`, or what it came from, is the database's: away, restarted, busy, full. Not a wrong value."""
    seen: set[int] = set()
    it: BaseException | None = error
    while it is not None and id(it) not in seen:
        if isinstance(it, JobFailed):
            return it.database_away
        if isinstance(it, (OperationalError, InterfaceError, ConnectorException)):
            return True
        seen.add(id(it))
        it = it.__cause__ or it.__context__
    return False


def wait_before(tries: int, away: bool) -> int | None:
    """Return the seconds until a job is tried again that has failed `tries` times, or None when that was enough.

    Examples
    --------
    >>> [wait_before(it, away=False) for it in (1, 4, 5)]
    [10, 1800, None]
    """
    if away:
        if tries >= MAX_DATABASE_TRIES:
            return None
        return DATABASE_WAITS[tries - 1] if tries <= len(DATABASE_WAITS) else DATABASE_LAST_WAIT
    return WAITS[tries - 1] if tries < MAX_TRIES else None


class Backoff(BaseRetryStrategy):
    """Try again after 10 s, 1 min, 5 min and 30 min; oftener while the database is away."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None when it was tried often enough: then it stays `failed` until somebody presses the button."""
        if isinstance(exception, JobAborted):
            # Stopped with its worker: nothing is wrong with it.
            return RetryDecision(retry_in={"seconds": 0})
        # `attempts` counts those before this one.
        seconds = wait_before(job.attempts + 1, database_away(exception))
        return None if seconds is None else RetryDecision(retry_in={"seconds": seconds})


def set_default(app: App) -> None:
    """Let every task that says nothing about it be tried again. Called once, when all tasks are known."""
    for task in app.tasks.values():
        if task.retry_strategy is None:
            task.retry_strategy = Backoff()
