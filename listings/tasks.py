"""What listings need from time to time, done by `manage.py worker`."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(name="keep_dates", queue="listings", queueing_lock="keep_dates", pass_context=False)
def keep_dates(timestamp: int) -> None:
    """Work out the dates of listings that have come within 18 months."""
    from mapping.models import Actor

    from .commands import dates

    dates.keep_all_dates(actor=Actor.command("keep_dates"))


@app.periodic(cron="37 3 * * *")
@app.task(name="purge_drafts", queue="listings", queueing_lock="purge_drafts", pass_context=False)
def purge_drafts(timestamp: int) -> None:
    """Delete drafts that nobody has touched for ninety days."""
    from .posting import drafts

    drafts.purge()
