"""The letters that ask: one a person and day, with everything that they look after and that is due."""

from __future__ import annotations

import datetime
import logging
import uuid as uuids
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Max, Min
from django.urls import reverse
from django.utils import timezone

from config import letters
from listings.models import Reminder, ReminderAct, ReminderStop
from mapping.models import NodeState

logger = logging.getLogger(__name__)

# Not in the night: by the clocks of the place.
EARLIEST, LATEST = 8, 19
# An hour is left, so that a job that ran late yesterday does not push today's a day on.
A_DAY = datetime.timedelta(hours=23)
MAX_AT_ONCE = 300
MAX_IN_LETTER = 30


def send_due(now: datetime.datetime | None = None) -> int:
    """Send the letters that are due, at most `MAX_AT_ONCE`. Returns how many.

    That it was sent is noted before it is sent: a worker that is killed in between leaves one letter out rather than
    send it twice. What the mail server does not take is due again.
    """
    now, sent = now or timezone.now(), 0
    waits = Reminder.objects.filter(sent_at=None, due__lte=now).exclude(email="")
    people = waits.values("email").annotate(first=Min("due")).order_by("first", "email")
    for address in islice((it["email"] for it in people.iterator(200)), MAX_AT_ONCE):
        sent += _write_to(address, now)
    return sent


def _write_to(address: str, now: datetime.datetime) -> bool:
    mine = Reminder.objects.filter(email=address)
    last = mine.aggregate(last=Max("sent_at"))["last"]
    if last is not None and last > now - A_DAY:
        return False
    rows = list(
        mine.filter(sent_at=None, due__lte=now)
        .select_related("node__place", "user")
        .order_by("due", "pk")[:MAX_IN_LETTER]
    )
    stale = [it.pk for it in rows if _is_answered(it)]
    if ReminderStop.objects.filter(email=address.lower()).exists():
        stale = [it.pk for it in rows]
    Reminder.objects.filter(pk__in=stale, sent_at=None).delete()
    rows = [it for it in rows if it.pk not in stale]
    if not rows or not any(_is_awake(it, now) for it in rows):
        return False
    letter = uuids.uuid4()
    ids = [it.pk for it in rows]
    if Reminder.objects.filter(pk__in=ids, sent_at=None).update(sent_at=now, letter=letter) != len(ids):
        # Another worker took some of them: what it did not take goes out tomorrow.
        Reminder.objects.filter(letter=letter).update(sent_at=None, letter=None)
        return False
    if _send(address, letter, rows):
        return True
    Reminder.objects.filter(letter=letter).update(sent_at=None, letter=None)
    return False


def _is_answered(reminder: Reminder) -> bool:
    """Whether it need not be asked any more: confirmed, or taken off the map by somebody, since it was written."""
    node = reminder.node
    if reminder.act == ReminderAct.ARCHIVE:
        return node.state == NodeState.LIVE
    return node.state != NodeState.LIVE or (node.confirmed_at or node.created_at) != reminder.since


def _is_awake(reminder: Reminder, now: datetime.datetime) -> bool:
    place = reminder.node.place
    zone = ZoneInfo(place.timezone) if place is not None else timezone.get_default_timezone()
    return EARLIEST <= now.astimezone(zone).hour < LATEST


def _send(address: str, letter: uuids.UUID, rows: list[Reminder]) -> bool:
    asked = [it for it in rows if it.act != ReminderAct.ARCHIVE]
    return letters.send(
        "listings/freshness/mail/still_true.txt",
        to=address,
        context={
            "asked": asked,
            "rests": [it for it in rows if it.act == ReminderAct.ARCHIVE],
            "letter": letter,
            "first": rows[0],
        },
        about=f"reminder letter {letter}",
        stop_url=reverse("still-true-stop", args=[letter]),
    )
