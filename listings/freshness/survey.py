"""Which records are due to be asked about, to fade, or to rest: looked through once a day, a chunk at a time.

Each chunk is a transaction of its own and leaves nothing to be done twice, so a job that is killed is begun again.
"""

from __future__ import annotations

import datetime
import logging
from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce, Lag
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from listings.commands import freshness
from listings.models import (
    EDITING_ROLES,
    Listing,
    ListingKind,
    Membership,
    MembershipRole,
    Occurrence,
    Reminder,
    ReminderAct,
    ReminderStop,
    Schedule,
)
from mapping.models import Actor, Node, NodeState

from .ladder import PAUSE, RECENT, Act, Facts, Ladder, Step, next_step

CHUNK = 200
# So many records are looked at in one run; the next begins where this one ended up: with what is due still.
MAX_LOOKED_AT = 200_000
logger = logging.getLogger(__name__)

# The last letter goes to so many of a group; those before to one.
MAX_ASKED = 5
STANDING_KINDS = (ListingKind.SERVICE, ListingKind.SPACE)
# How far back dates are looked at for the pause before a season.
LOOKED_BACK = datetime.timedelta(days=400)


def survey(actor: Actor, now: datetime.datetime | None = None) -> int:
    """Keep the questions that are due, let fade and rest what nobody answers for. Returns how many records changed."""
    now = now or timezone.now()
    done = looked = last = 0
    while looked < MAX_LOOKED_AT:
        nodes = list(_in_question(now).filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not nodes:
            break
        done += _together(nodes, actor, now)
        last, looked = nodes[-1].pk, looked + len(nodes)
    return done


def _in_question(now: datetime.datetime) -> QuerySet[Node]:
    """Live records that somebody looks after, and that nobody has confirmed lately."""
    listings = Listing.objects.filter(pk=OuterRef("pk"))
    owned = listings.filter(Q(posted_by__isnull=False) | Q(organiser__isnull=False) | Q(node_ptr__source__isnull=True))
    members = Membership.objects.filter(organisation_id=OuterRef("pk"))
    asked_about = Q(Exists(owned)) | Q(Exists(members))
    since = Coalesce("confirmed_at", "created_at")
    return Node.objects.current(now).alias(asked_since=since).filter(
        asked_about, state=NodeState.LIVE, asked_since__lt=now - RECENT
    )  # fmt: skip


def _together(nodes: list[Node], actor: Actor, now: datetime.datetime) -> int:
    """Take several; where one of them fails, each by itself: it must not keep the others from being asked about."""
    try:
        with transaction.atomic():
            return _take(nodes, actor, now)
    except Exception:
        if len(nodes) > 1:
            return sum(_together([it], actor, now) for it in nodes)
        logger.exception("The record %s could not be looked at.", nodes[0].uuid)
        return 0


def _take(nodes: list[Node], actor: Actor, now: datetime.datetime) -> int:
    facts = facts_of(nodes, now)
    asked: dict[int, list[Reminder]] = defaultdict(list)
    for it in Reminder.objects.filter(node__in=nodes).order_by("sent_at", "pk"):
        if it.since == facts[it.node_id].since:
            asked[it.node_id].append(it)
    due: dict[int, Step] = {}
    for node in nodes:
        letters = [it for it in asked[node.pk] if it.act == ReminderAct.ASK and it.email]
        if any(it.sent_at is None for it in letters):
            # The letter before has not gone out yet.
            continue
        sent = sorted({it.step: it.sent_at for it in reversed(letters)}.values())
        step = next_step(facts[node.pk], sent, now)
        if step is not None:
            due[node.pk] = step
    whom = addressees([node for node in nodes if node.pk in due])
    rows: list[Reminder] = []
    changed = 0
    for node in nodes:
        step = due.get(node.pk)
        if step is None:
            continue
        users, since = whom.get(node.pk, []), facts[node.pk].since
        if step.act == Act.ASK:
            rows += _questions(node, users, since, step.due, ReminderAct.ASK, step.number)
        elif step.act == Act.FADE:
            changed += freshness.fade(actor=actor, node=node, now=now)
            rows += _letters(node, users, since, now, ReminderAct.FADE)
        elif freshness.rest(actor=actor, node=node, reason=_reason(since)):
            changed += 1
            rows += _letters(node, users, since, now, ReminderAct.ARCHIVE)
    return changed + (freshness.remind(rows) if rows else 0)


def _reason(since: datetime.datetime) -> str:
    with translation.override(None):
        month = date_format(timezone.localtime(since), "F Y")
    return _("Nobody has confirmed it since %(month)s.") % {"month": month}


def _questions(node, users, since, due, act, number) -> list[Reminder]:
    """Rows for those who are asked at this step; the stewards, once, where nobody is left to ask."""
    if not users:
        return [Reminder(node=node, since=since, due=due, act=act, step=1)]
    chosen = users[:MAX_ASKED] if number == 3 else users[:1]
    return [Reminder(node=node, user=it, email=it.email, since=since, due=due, act=act, step=number) for it in chosen]


def _letters(node, users, since, due, act) -> list[Reminder]:
    """What those who were asked are told afterwards: nothing where it was the stewards."""
    return _questions(node, users, since, due, act, 3) if users else []


def facts_of(nodes: Iterable[Node], now: datetime.datetime) -> dict[int, Facts]:
    """Return what the ladder wants to know of each. Four queries."""
    nodes = list(nodes)
    ids = [node.pk for node in nodes]
    listings = {it.pk: it for it in Listing.objects.filter(pk__in=ids).only("listing_kind", "expires_at")}
    schedules = {it.pk: it for it in Schedule.objects.filter(listing__in=ids)}
    dated = set(Occurrence.objects.filter(listing__in=ids).values_list("listing_id", flat=True).distinct())
    seasons = _seasons([pk for pk, it in schedules.items() if it.rule], now)
    found = {}
    for node in nodes:
        listing, schedule = listings.get(node.pk), schedules.get(node.pk)
        ladder, season = ladder_of(listing, schedule, node.pk in dated), None
        if ladder == Ladder.RUNNING and (season := _season(seasons.get(node.pk, []), schedule, now)):
            ladder = Ladder.SEASONAL
        since = node.confirmed_at or node.created_at
        found[node.pk] = Facts(ladder, since, season=season, fading_since=node.fading_since)
    return found


def ladder_of(listing: Listing | None, schedule: Schedule | None, has_dates: bool) -> Ladder:
    """Return the ladder of a record: a listing with what is known of its dates, or (None) a group."""
    if listing is None or listing.listing_kind in STANDING_KINDS and schedule is None:
        return Ladder.STANDING if listing is None or listing.expires_at is None else Ladder.ONCE
    if schedule is not None and schedule.rule:
        return Ladder.RUNNING
    if schedule is not None or has_dates or listing.expires_at is not None:
        return Ladder.ONCE
    return Ladder.RUNNING


def _seasons(ids: list[int], now: datetime.datetime) -> dict[int, list[tuple]]:
    """For each, the dates to come that follow a pause, and those without any date before them, in order."""
    before = Window(Lag("starts_at"), partition_by=[F("listing_id")], order_by="starts_at")
    rows = (
        Occurrence.objects.on()
        .filter(listing__in=ids, starts_at__gt=now - LOOKED_BACK)
        .annotate(before=before)
        .filter(Q(before=None) | Q(starts_at__gte=F("before") + PAUSE), starts_at__gt=now)
    )
    found: dict[int, list[tuple]] = defaultdict(list)
    for pk, starts, last in rows.order_by("listing_id", "starts_at").values_list("listing_id", "starts_at", "before"):
        found[pk].append((starts, last))
    return found


def _season(rows: list[tuple], schedule: Schedule, now: datetime.datetime) -> datetime.datetime | None:
    """Its next season's first date. A date with none before it is one only where it has not begun at all."""
    for starts, before in rows:
        if before is not None or schedule.first_on > now.date():
            return starts
    return None


def addressees(nodes: Iterable[Node]) -> dict[int, list]:
    """Return whom to ask about each, first first: its poster, then owners and editors of its group. Four queries.

    A group's listing is the group's: who posted it and has left the group is asked only where nobody else is there.
    """
    ids = [node.pk for node in nodes]
    listings = dict(Listing.objects.filter(pk__in=ids).values_list("pk", "organiser_id"))
    posters = dict(Listing.objects.filter(pk__in=ids, posted_by__isnull=False).values_list("pk", "posted_by_id"))
    group_of = {pk: listings.get(pk, pk) for pk in ids}
    members: dict[int, list[int]] = defaultdict(list)
    rows = Membership.objects.filter(organisation__in=set(filter(None, group_of.values())), role__in=EDITING_ROLES)
    for group, user, role in rows.order_by("created_at").values_list("organisation_id", "user_id", "role"):
        members[group].insert(0, user) if role == MembershipRole.OWNER else members[group].append(user)
    wanted = {user for group in members.values() for user in group} | set(posters.values())
    people = {it.pk: it for it in get_user_model().objects.filter(pk__in=wanted, is_active=True).exclude(email="")}
    stopped = set(
        ReminderStop.objects.filter(email__in=[it.email.lower() for it in people.values()]).values_list(
            "email", flat=True
        )
    )
    found = {}
    for pk in ids:
        theirs, poster = members.get(group_of[pk] or 0, []), posters.get(pk)
        chain = [poster, *theirs] if not theirs or poster in theirs else theirs
        chosen = [people[it] for it in dict.fromkeys(chain) if it in people]
        found[pk] = [it for it in chosen if it.email.lower() not in stopped]
    return found
