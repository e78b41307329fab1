"""What listings need from time to time, done by `manage.py worker`."""

from __future__ import annotations

import logging

from django.db import DatabaseError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

logger = logging.getLogger(__name__)


@app.periodic(cron="17 * * * *")
@app.task(name="keep_dates", queue="listings", queueing_lock="keep_dates", pass_context=False)
def keep_dates(timestamp: int) -> None:
    """Work out the dates of listings that have come within 18 months."""
    from mapping.models import Actor

    from .commands import dates
    from .feeds import sync

    dates.keep_all_dates(actor=Actor.command("keep_dates"))
    sync.keep_later_dates(actor=Actor.command("keep_dates"))


@app.periodic(cron="* * * * *")
@app.task(name="publish_scheduled", queue="listings", queueing_lock="publish_scheduled", pass_context=False)
def publish_scheduled(timestamp: int) -> None:
    """Publish what was approved for a moment that has come, and note the letters to whoever proposed it."""
    from mapping.models import Actor

    from .moderation import decisions

    decisions.publish_due(actor=Actor.command("publish_scheduled"))


@app.periodic(cron="* * * * *")
@app.task(name="send_letters", queue="mail", queueing_lock="send_letters", lock="send_letters", pass_context=False)
def send_letters(timestamp: int) -> None:
    """Send the letters that wait: what was decided of flags, what went live."""
    from .moderation import waiting_letters

    waiting_letters.send_due()


@app.periodic(cron="41 3 * * *")
@app.task(name="purge_addresses", queue="listings", queueing_lock="purge_addresses", pass_context=False)
def purge_addresses(timestamp: int) -> None:
    """Forget the addresses of suggestions that nobody confirmed, or that were decided some time ago."""
    from .commands import proposals

    proposals.purge_addresses()


@app.periodic(cron="37 3 * * *")
@app.task(name="purge_drafts", queue="listings", queueing_lock="purge_drafts", pass_context=False)
def purge_drafts(timestamp: int) -> None:
    """Delete drafts that nobody has touched for ninety days, and puzzles of forms that would not be taken any more."""
    from .guard import puzzle
    from .posting import drafts

    drafts.purge()
    puzzle.purge()


@app.periodic(cron="47 3 * * *")
@app.task(name="purge_groups", queue="listings", queueing_lock="purge_groups", pass_context=False)
def purge_groups(timestamp: int) -> None:
    """Delete invitations, claims and nominations that were over long ago, with the addresses in them."""
    from .commands import claims, invitations, nominations

    claims.purge()
    invitations.purge()
    nominations.purge()


@app.periodic(cron="9 * * * *")
@app.task(name="send_alerts", queue="mail", queueing_lock="send_alerts", lock="send_alerts", pass_context=False)
def send_alerts(timestamp: int) -> None:
    """Send the digests that are due, and forget alerts that nobody has confirmed."""
    from .alerts import sending
    from .commands import alerts

    sending.send_due()
    alerts.purge()


@app.periodic(cron="47 3 * * *")
@app.task(name="forget_urgent_calls", queue="listings", queueing_lock="forget_urgent_calls", pass_context=False)
def forget_urgent_calls(timestamp: int) -> None:
    """Forget what was said in urgent calls a year ago, and contacts of spaces who never answered."""
    from .commands import spaces, urgent_calls

    urgent_calls.forget_old()
    spaces.purge()


@app.periodic(cron="23 4 * * *")
@app.task(name="survey_freshness", queue="listings", queueing_lock="survey_freshness", pass_context=False)
def survey_freshness(timestamp: int) -> None:
    """See what nobody has confirmed lately: whom to ask, what fades, what rests; and count it for each place."""
    from mapping.models import Actor

    from .commands import freshness
    from .freshness import figure, survey

    survey.survey(Actor.command("survey_freshness"))
    figure.count()
    freshness.purge()


@app.periodic(cron="41 * * * *")
@app.task(
    name="send_reminders", queue="mail", queueing_lock="send_reminders", lock="send_reminders", pass_context=False
)
def send_reminders(timestamp: int) -> None:
    """Send the letters that ask whether something is still true."""
    from .freshness import sending

    sending.send_due()


@app.periodic(cron="*/10 * * * *")
@app.task(name="keep_bookings", queue="mail", queueing_lock="keep_bookings", lock="keep_bookings", pass_context=False)
def keep_bookings(timestamp: int) -> None:
    """Let go places that nobody confirmed, follow dates that moved, remind, and send what people are to be told."""
    from .commands import booking_dates, booking_news, bookings
    from .taking_part import letters

    booking_dates.follow_dates()
    booking_news.follow_places()
    booking_news.follow_the_map()
    bookings.release()
    bookings.note_reminders()
    letters.send_due()


@app.periodic(cron="51 3 * * *")
@app.task(name="purge_bookings", queue="listings", queueing_lock="purge_bookings", pass_context=False)
def purge_bookings(timestamp: int) -> None:
    """Forget who came thirty days after, and what was missing a year after."""
    from .commands import bookings, missing

    bookings.purge()
    missing.purge()


@app.periodic(cron="* * * * *")
@app.task(name="send_reports", queue="mail", queueing_lock="send_reports", pass_context=False)
def send_reports(timestamp: int) -> None:
    """Tell bodies of what was reported, and those who follow of what became of it."""
    from .reports import sending

    sending.route()
    sending.send_to_bodies()
    sending.tell_followers()


@app.periodic(cron="27 9 * * *")
@app.task(name="keep_reports", queue="mail", queueing_lock="keep_reports", pass_context=False)
def keep_reports(timestamp: int) -> None:
    """Ask whether what was reported is still there, and delete what has been kept as long as it may."""
    from .commands import report_retention
    from .reports import sending

    sending.ask_whether_still_there()
    report_retention.purge()


# So many are put into the queue at a time; the rest is due in a minute still.
MAX_QUEUED = 500


@app.periodic(cron="* * * * *")
@app.task(name="queue_feeds", queue="feeds", queueing_lock="queue_feeds", pass_context=False)
def queue_feeds(timestamp: int) -> None:
    """Put the feeds that are due into the queue, one job each."""
    from django.utils import timezone

    from .models import Feed

    due = Feed.objects.filter(paused=False, next_read_at__lte=timezone.now()).order_by("next_read_at")
    for feed in due.values_list("pk", flat=True)[:MAX_QUEUED]:
        read_feed_soon(feed)


@app.task(name="sync_feed", queue="feeds")
def sync_feed(feed_id: int) -> None:
    """Read one feed and keep it in step. What is wrong with it is noted on it, and it is tried again later."""
    from mapping.models import Actor

    from .feeds import sync
    from .models import Feed

    feed = Feed.objects.filter(pk=feed_id, paused=False).select_related("organisation__place", "category").first()
    if feed is not None and feed.is_awaited:
        sync.preview(feed)
    elif feed is not None:
        outcome = sync.sync(feed, actor=Actor.command("sync_feed"))
        logger.info("feed %s: %s events, %s", feed.uuid, outcome.events, outcome.failure or outcome.kept)


def read_feed_soon(feed_id: int) -> None:
    """Queue one feed. Never fails: what is due is queued each minute."""
    try:
        # A savepoint, so that "already queued" does not spoil a transaction around this one.
        with transaction.atomic():
            sync_feed.configure(queueing_lock=f"feed-{feed_id}", lock=f"feed-{feed_id}").defer(feed_id=feed_id)
    except AlreadyEnqueued:
        pass
    except (ProcrastinateException, DatabaseError):
        logger.exception("The feed %s could not be queued.", feed_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="tell_stewards", queue="mail", queueing_lock="tell_stewards", lock="tell_stewards", pass_context=False)
def tell_stewards(timestamp: int, place_id: int | None = None) -> None:
    """Tell stewards by e-mail what waits: what cannot wait at once, the rest by day."""
    from .moderation import duty_letters

    duty_letters.tell(place_id=place_id)


def tell_stewards_soon(place_id: int) -> None:
    """Have the stewards of a place told now of what cannot wait. Never fails: the next round does it too."""
    try:
        with transaction.atomic():
            tell_stewards.configure(queueing_lock=f"tell-stewards-{place_id}").defer(timestamp=0, place_id=place_id)
    except AlreadyEnqueued:
        pass
    except (ProcrastinateException, DatabaseError):
        logger.exception("The stewards of place %s could not be told at once.", place_id)


@app.periodic(cron="52 3 * * *")
@app.task(name="purge_flags", queue="listings", queueing_lock="purge_flags", pass_context=False)
def purge_flags(timestamp: int) -> None:
    """Empty addresses of flags that are not needed any more, and forget what stewards were told long ago."""
    from .commands import flag_decisions
    from .moderation import duty_letters, waiting_letters

    flag_decisions.purge()
    duty_letters.purge()
    waiting_letters.purge()
