"""Letters about reports: to bodies, to those who follow, and "is it still there?"; each in its turn, none twice.

Every letter is claimed in the database before it is sent. A worker that is killed in between leaves one out, or, of
those to a body, one that a steward is asked about (`unclear`); what the mail server does not take is tried again.
"""

from __future__ import annotations

import datetime
import logging

from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config import letters
from listings.models import (
    Report,
    ReportDelivery,
    ReportFollower,
    ReportPhoto,
    ReportStatus,
    ResponsibleBody,
    Teller,
)
from mapping.models import PUBLIC, Node

from .history import sentence
from .routing import body_for

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 200
# After so many refusals of the mail server a steward is told.
MAX_TRIES = 8
# A claim without a letter is unclear after that.
UNCLEAR = datetime.timedelta(hours=1)
# What is this old is not sent to a body that begins to look after it now.
TOO_OLD = datetime.timedelta(days=28)
STILL_THERE = datetime.timedelta(days=28)
# Nobody is written to about what is older.
NEWS = datetime.timedelta(days=7)
MAX_LETTERS = 10
MAIL = "listings/reports/mail/"


def route(now: datetime.datetime | None = None, *, only: Report | None = None) -> int:
    """Note a letter for each public report that is open, of which no body was told and one looks after it.

    `only`: for this one, also where another body was told before: it was moved. Returns how many were noted.
    """
    now = now or timezone.now()
    waiting = Report.objects.public().filter(confirmed_at__gt=now - TOO_OLD).order_by("confirmed_at")
    if only is not None:
        waiting = waiting.filter(pk=only.pk).still_open()
    else:
        waiting = waiting.filter(status=ReportStatus.OPEN, deliveries=None)
    noted = 0
    for report in waiting[:MAX_AT_ONCE]:
        body = body_for(report)
        if body is not None:
            _, made = ReportDelivery.objects.get_or_create(report=report, body=body, defaults={"due_at": now})
            noted += made
    return noted


def astray(now: datetime.datetime | None = None):
    """Letters to bodies that a steward is asked about: `unclear` ones, and those that the mail server refused."""
    return ReportDelivery.objects.filter(
        Q(pk__in=unclear(now).values("pk")) | Q(sent_at=None, claimed_at=None, tries__gte=MAX_TRIES)
    )


def unclear(now: datetime.datetime | None = None):
    """Letters to bodies that were begun long ago, and of which nobody knows whether they went out."""
    return ReportDelivery.objects.filter(sent_at=None, claimed_at__lt=(now or timezone.now()) - UNCLEAR)


def send_to_bodies(now: datetime.datetime | None = None) -> int:
    """Send the letters to bodies that are due. Returns how many went out."""
    now = now or timezone.now()
    due = (
        ReportDelivery.objects.filter(sent_at=None, claimed_at=None, due_at__lte=now, tries__lt=MAX_TRIES)
        .filter(body__confirmed_at__isnull=False, body__paused=False)
        # What was hidden since is nobody's to read.
        .filter(report__hidden_at=None, report__held_for="")
        .select_related("report__place", "report__category", "body")
        .order_by("due_at", "pk")
    )
    sent = 0
    for delivery in due[:MAX_AT_ONCE]:
        if not ReportDelivery.objects.filter(pk=delivery.pk, claimed_at=None).update(claimed_at=now):
            # Another worker has it.
            continue
        photo = ReportPhoto.objects.filter(report=delivery.report, shown_at__isnull=False).first()
        # Named where everybody may know it: by now it may be hidden.
        node = Node.objects.visible_to(PUBLIC).filter(pk=delivery.report.node_id).first()
        context = {"report": delivery.report, "body": delivery.body, "delivery": delivery, "photo": photo}
        context["place_name"] = node.name if node is not None else ""
        if letters.send(
            f"{MAIL}to_body.txt", to=delivery.body.email, context=context, about=f"report {delivery.report.uuid}"
        ):
            ReportDelivery.objects.filter(pk=delivery.pk).update(sent_at=timezone.now())
            sent += 1
        else:
            # It was refused, so it is known not to have gone out.
            wait = datetime.timedelta(minutes=5 * 2**delivery.tries)
            ReportDelivery.objects.filter(pk=delivery.pk).update(
                claimed_at=None, tries=F("tries") + 1, due_at=now + wait
            )
    return sent


def tell_followers(now: datetime.datetime | None = None) -> int:
    """Write to those who follow a report of what was said of it since. Returns how many letters went out."""
    now = now or timezone.now()
    behind = (
        ReportFollower.objects.filter(
            confirmed_at__isnull=False,
            report__hidden_at=None,
            report__held_for="",
            report__changed_at__gt=now - NEWS,
            report__updates__pk__gt=F("last_sent"),
            report__updates__hidden_at=None,
        )
        .select_related("report__place")
        .order_by("pk")
        .distinct()
    )
    return sum(_tell(follower) for follower in behind[:MAX_AT_ONCE])


def _tell(follower: ReportFollower) -> int:
    """Write to one follower, letter by letter; stops at the first that the mail server does not take."""
    sent = 0
    news = follower.report.updates.filter(pk__gt=follower.last_sent, hidden_at=None).order_by("pk")
    for update in news[:MAX_LETTERS]:
        before = follower.last_sent
        if not ReportFollower.objects.filter(pk=follower.pk, last_sent=before).update(last_sent=update.pk):
            # Another worker has it.
            break
        follower.last_sent = update.pk
        if update.by == Teller.REPORTER and follower.is_reporter:
            # They know what they said.
            continue
        context = {"report": follower.report, "follower": follower, "update": update, "sentence": sentence(update)}
        if not _write(f"{MAIL}update.txt", follower, context):
            ReportFollower.objects.filter(pk=follower.pk, last_sent=update.pk).update(last_sent=before)
            break
        sent += 1
    return sent


def ask_whether_still_there(now: datetime.datetime | None = None) -> int:
    """Ask whoever reported it, once after four weeks without a word. Returns how many letters went out."""
    now = now or timezone.now()
    quiet = (
        ReportFollower.objects.filter(is_reporter=True, confirmed_at__isnull=False, report__asked_at=None)
        .filter(report__in=Report.objects.public().still_open(), report__changed_at__lt=now - STILL_THERE)
        .select_related("report__place")
        .order_by("report__changed_at", "pk")
    )
    sent = 0
    for follower in quiet[:MAX_AT_ONCE]:
        if not Report.objects.filter(pk=follower.report_id, asked_at=None).update(asked_at=now):
            continue
        if _write(f"{MAIL}still_there.txt", follower, {"report": follower.report, "follower": follower}):
            sent += 1
        else:
            Report.objects.filter(pk=follower.report_id, asked_at=now).update(asked_at=None)
    return sent


def ask_to_confirm(follower: ReportFollower, request: HttpRequest | None = None) -> bool:
    """Send the letter with the link that confirms a report, or that somebody wants to be told of one."""
    name = "confirm" if follower.is_reporter else "confirm_follow"
    return _write(f"{MAIL}{name}.txt", follower, {"report": follower.report, "follower": follower}, request)


def ask_body(body: ResponsibleBody, request: HttpRequest | None = None) -> bool:
    """Ask a body whether letters may come to its address."""
    context = {"body": body, "place": body.place}
    return letters.send(
        f"{MAIL}body_confirm.txt", to=body.email, context=context, about=f"body {body.uuid}", request=request
    )


def _write(template: str, follower: ReportFollower, context: dict, request: HttpRequest | None = None) -> bool:
    return letters.send(
        template,
        to=follower.email,
        context=context,
        about=f"report {follower.report.uuid}",
        language=follower.language,
        request=request,
        stop_url=reverse("report-stop", args=[follower.uuid]),
    )
