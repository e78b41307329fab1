"""Listings that are due, the letters that ask, and their links."""

from __future__ import annotations

import datetime
import re

from django.core import mail
from django.utils import timezone

from listings.freshness import sending
from listings.freshness.survey import survey
from mapping.models import Actor, ConfirmedBy, Node

JOB = Actor.command("test")


def at_noon(days: int = 0) -> datetime.datetime:
    return timezone.localtime().replace(hour=12, minute=0) + datetime.timedelta(days=days)


def aged(node, days: int = 400):
    old = timezone.now() - datetime.timedelta(days=days)
    Node.objects.filter(pk=node.pk).update(created_at=old, confirmed_at=old, confirmed_by=ConfirmedBy.POSTER)
    node.refresh_from_db()
    return node


def ask(now=None) -> int:
    survey(JOB, now or at_noon())
    return sending.send_due(now or at_noon())


def link(body: str = "") -> str:
    return re.search(r"/still-true/[0-9a-f-]{36}/", body or mail.outbox[-1].body)[0]
