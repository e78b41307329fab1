"""Work that follows a change, done by `manage.py worker`."""

from __future__ import annotations

import logging

from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

from .answers import tasks as answer_tasks

__all__ = ["after_change", "answer_tasks", "rebuild_network"]

logger = logging.getLogger(__name__)

# Several edits in a row are worked out once.
DEBOUNCE_SECONDS = 5


@app.task(name="rebuild_network", queue="network")
def rebuild_network(place_id: int) -> None:
    """Derive and work out the network of a place for its newest revision; nothing to do when that is there."""
    from .answers import making
    from .commands.change import Actor
    from .models import Place
    from .network.build import rebuild

    place = Place.objects.filter(pk=place_id).first()
    if place is not None and place.is_home:
        rebuild(place, actor=Actor.command("rebuild_network"), progress=_log)
        making.prepare(place)


@app.periodic(cron="41 3 * * *")
@app.task(name="purge_merges", queue="maintenance", queueing_lock="purge_merges", pass_context=False)
def purge_merges(timestamp: int) -> None:
    """Delete what was kept to take merges of nodes back, when their time is over."""
    from .commands import merges
    from .commands.change import Actor

    merges.purge(actor=Actor.command("purge_merges"))


@app.periodic(cron="47 3 * * *")
@app.task(name="forget_jobs", queue="upkeep", queueing_lock="forget_jobs")
def forget_jobs(timestamp: int) -> None:
    """Delete the rows of jobs that were done a week ago, and of those that failed a month ago."""
    from .jobs.upkeep import forget_old

    forget_old()


@app.periodic(cron="*/10 * * * *")
@app.task(name="reapply_withdrawals", queue="upkeep", queueing_lock="reapply_withdrawals")
def reapply_withdrawals(timestamp: int) -> None:
    """Take back again what a database that was restored under us does not know of; write down what could not be."""
    from .commands import withdrawals

    if withdrawals.state() != "ok":
        withdrawals.reapply()


def _log(stage) -> None:
    logger.info("%s: %.1f s, %s MB at most%s", stage.name, stage.seconds, stage.megabytes, ", was there" * stage.there)


# Each hour, so that a night without a worker is made up for as soon as there is one; mostly there is nothing to do.
@app.periodic(cron="23 * * * *")
@app.task(name="fill_opening_hours", queue="hours", queueing_lock="fill_opening_hours", pass_context=False)
def fill_opening_hours(timestamp: int = 0) -> None:
    """Work out when things are open in the weeks ahead, where too little of it is kept."""
    from .commands import opening_hours

    written = opening_hours.fill_due()
    if written:
        logger.info("%s opening intervals written", f"{written:,}")


def fill_opening_hours_soon() -> None:
    """Queue the same without waiting for the hour. Never fails: the job that comes each hour does it too."""
    try:
        with transaction.atomic():
            fill_opening_hours.defer(timestamp=0)
    except AlreadyEnqueued:
        pass
    except (ProcrastinateException, DatabaseError):
        logger.exception("Filling the opening hours could not be queued.")


def after_change(place_ids: set[int]) -> None:
    """Queue what follows a change of these places. Never fails: the change itself is already kept."""
    for place_id in sorted(place_ids):
        try:
            # A savepoint, so that "already queued" does not spoil a transaction around this one.
            with transaction.atomic():
                rebuild_network.configure(
                    queueing_lock=f"network-{place_id}",
                    # What is queued while one runs waits for it, on any machine.
                    lock=f"network-{place_id}",
                    schedule_in={"seconds": DEBOUNCE_SECONDS},
                ).defer(place_id=place_id)
        except AlreadyEnqueued:
            continue
        except (ProcrastinateException, DatabaseError):
            logger.exception("The network of place %s could not be queued for rebuilding.", place_id)
