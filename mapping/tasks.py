"""Work that follows a change, done by `manage.py worker`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

from .answers import store
from .answers.kinds import KINDS
from .models import PUBLIC, Actor, Answer, Place
from .signals import answer_wanted, answers_to_forget, opening_hours_wanted, revision_raised

if TYPE_CHECKING:
    from .network.build import Built, Progress

# What a job needs is imported when it runs: whoever only puts jobs into the queue starts without the graph engine.

logger = logging.getLogger(__name__)

# Several edits in a row are worked out once.
DEBOUNCE_SECONDS = 5
# Of questions: somebody waits for a page; a file may take its time.
PAGE_PRIORITY, FILE_PRIORITY = 10, 5


def rebuild(place: Place, *, actor: Actor, force: bool = False, progress: Progress | None = None) -> Built:
    """Derive what follows from what was stated, then work out the network as everybody may see it.

    Does nothing twice: what was derived, and every stage that is kept for the revision, stays (not with `force`).
    """
    from .derivation import derive
    from .network.build import Clock, build

    clock = Clock(progress)
    derive(place, actor=actor, full=force)
    clock.done("derive")
    return build(place, PUBLIC, force=force, clock=clock)


@app.task(name="rebuild_network", queue="network")
def rebuild_network(place_id: int) -> None:
    """Derive and work out the network of a place for its newest revision; nothing to do when that is there."""

    from .jobs import answers

    place = Place.objects.filter(pk=place_id).first()
    if place is not None and place.is_home:
        rebuild(place, actor=Actor.command("rebuild_network"), progress=_log)
        answers.prepare(place)


@app.periodic(cron="41 3 * * *")
@app.task(name="purge_merges", queue="maintenance", queueing_lock="purge_merges", pass_context=False)
def purge_merges(timestamp: int) -> None:
    """Delete what was kept to take merges of nodes back, when their time is over."""

    from .commands import merges

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

    from .commands import restored_withdrawals, withdrawals

    if withdrawals.state() != "ok":
        restored_withdrawals.reapply()


# Before everything else that waits: a list that tells of what is over sends somebody to a closed door.
@app.periodic(cron="* * * * *")
@app.task(name="let_over_leave", queue="upkeep", queueing_lock="let_over_leave", priority=20, pass_context=False)
def let_over_leave(timestamp: int) -> None:
    """Raise the revision of each place in which something is over since it was last raised."""

    from .commands import over

    over.let_leave(actor=Actor.command("let_over_leave"))


@app.task(name="sweep_person", queue="maintenance")
def sweep_person(emails: list[str], accounts: tuple[int, ...] = ()) -> None:
    """Take the addresses of somebody whose account was erased out of every text, those of this job's row too.

    Their sessions, which end with the account, are deleted as well: `accounts` are the numbers that it had.
    """
    from .commands import persons

    found = persons.sweep(tuple(emails), tuple(accounts))
    logger.info("The address of an erased account stood in %s texts.", sum(found.values()))


def sweep_soon(emails: tuple[str, ...], accounts: tuple[int, ...]) -> None:
    """Queue that. Raises what the queue raises: the account is erased, and this must not be forgotten."""
    sweep_person.defer(emails=list(emails), accounts=list(accounts))


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


@app.task(name="make_answer", queue="answers")
def make_answer(key: str) -> None:
    """Make the answer of a question that waits. Nothing to do when somebody else has."""
    from .jobs import answers

    answers.make(key)


@app.periodic(cron="41 * * * *")
@app.task(name="purge_answers", queue="answers", queueing_lock="purge_answers", pass_context=False)
def purge_answers(timestamp: int) -> None:
    """Delete answers that no longer hold."""
    store.purge()


def defer_answer(row: Answer) -> None:
    """Put a question into the queue. Never fails: it stays pending, and is put there again later."""
    try:
        # A savepoint, so that "already queued" does not spoil a transaction around this one.
        with transaction.atomic():
            make_answer.configure(
                queueing_lock=f"answer-{row.key}",
                lock=f"answer-{row.key}",
                priority=FILE_PRIORITY if KINDS[row.kind].is_file else PAGE_PRIORITY,
            ).defer(key=row.key)
    except AlreadyEnqueued:
        pass
    except (ProcrastinateException, DatabaseError):
        logger.exception("The question %s could not be queued.", row)


def connect() -> None:
    """Follow what is told from below (called once, from an AppConfig's `ready`)."""
    revision_raised.connect(lambda places, **_: after_change(places), weak=False, dispatch_uid="after_change")
    opening_hours_wanted.connect(
        lambda **_: fill_opening_hours_soon(), weak=False, dispatch_uid="fill_opening_hours_soon"
    )
    answer_wanted.connect(lambda answer, **_: defer_answer(answer), weak=False, dispatch_uid="defer_answer")
    answers_to_forget.connect(lambda places, **_: store.forget(places), weak=False, dispatch_uid="forget_answers")
