"""What the site lets go of from time to time: its log of sign-ins, and sessions that have ended."""

from __future__ import annotations

import datetime
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

SIGN_INS_KEPT = datetime.timedelta(days=30)


@app.periodic(cron="7 4 * * *")
@app.task(name="purge_sign_ins", queue="site", queueing_lock="purge_sign_ins", pass_context=False)
def purge_sign_ins(timestamp: int) -> None:
    """Delete sessions that have ended, and what is known of sign-ins after `SIGN_INS_KEPT`."""
    purge(timezone.now())


def purge(now: datetime.datetime) -> dict[str, int]:
    """Delete what is older than it may be at `now`; how many rows of each kind."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog

    from mapping.commands import retention

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    stale = now - SIGN_INS_KEPT
    return {
        model.__name__: retention.let_go(model.objects.filter(attempt_time__lt=stale), action="delete old sign-ins")
        for model in (AccessLog, AccessFailureLog, AccessAttempt)
    }
