"""What listings need from time to time, done by `manage.py worker`."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *")
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


@app.periodic(cron="9 * * * *")
@app.task(name="send_alerts", queue="mail", queueing_lock="send_alerts", lock="send_alerts", pass_context=False)
def send_alerts(timestamp: int) -> None:
    """Send the digests that are due, and forget alerts that nobody has confirmed."""
    from .alerts import sending
    from .commands import alerts

    sending.send_due()
    alerts.purge()
