"""Letters to stewards: that something waits. Numbers, titles and links; nothing of any person.

tell()                       # whatever is due now, in all places; tell(place_id=3) in one

Who is told: the stewards of a place who are on duty on this day of the week, on its clocks; all of them when nobody is.
What cannot wait reaches somebody: where none of those on duty wants letters at once, all stewards who do; else the
superusers.
Each is told of a thing once; of what waits in the morning, or weekly. Nothing comes in the night but what is urgent.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from config import letters
from listings.models import AtOnce, Digest, Duty, DutyNotice
from listings.moderation import items
from listings.moderation.items import Item, Source
from mapping.commands import retention
from mapping.models import Place, PlaceRole, PlaceRoleKind

logger = logging.getLogger(__name__)

ROOM = "listings/moderation/mail"
MAX_LISTED = 30
# What is looked through for one steward: more than that is not told of one by one.
MAX_READ = 200
# Hours of the place between which letters come that can wait.
DAY = range(8, 20)
WEEK = datetime.timedelta(days=7)
NOTICES_KEPT = datetime.timedelta(days=180)


def tell(now: datetime.datetime | None = None, place_id: int | None = None) -> int:
    """Send what is due. Returns how many letters went. A place whose letters fail keeps no other from its own."""
    now = now or timezone.now()
    roles = PlaceRole.objects.filter(
        role=PlaceRoleKind.STEWARD, user__is_active=True, place__superseded_at=None
    ).exclude(user__email="")
    if place_id is not None:
        # Also those of areas: what waits may lie in one of theirs.
        roles = roles.filter(Q(place=place_id) | Q(place__is_home=False))
    sent = 0
    ordered = roles.select_related("user", "place").order_by("place_id", "pk")
    for _place, stewards in groupby(ordered.iterator(chunk_size=200), key=lambda it: it.place_id):
        duties = duties_of(list(stewards))
        today = on_duty(duties, now)
        for duty in today:
            sent += _safely(_tell_one, duty, now)
        for duty in in_their_stead(duties, today):
            sent += _safely(_tell_urgent, duty)
    return sent + _tell_superusers(place_id)


def _safely(tell_them: Callable[..., int], duty: Duty, *more: Any) -> int:
    try:
        return tell_them(duty, *more)
    except Exception:
        logger.exception("The steward of duty %s could not be told.", duty.uuid)
        return 0


def duties_of(roles: Sequence[PlaceRole]) -> list[Duty]:
    """The duties of these stewards of one place; made for those who never chose."""
    place = roles[0].place
    known = {it.user_id: it for it in Duty.objects.filter(place=place, user__in=[it.user_id for it in roles])}
    for role in roles:
        if role.user_id not in known:
            known[role.user_id] = Duty.objects.get_or_create(user_id=role.user_id, place=place)[0]
        known[role.user_id].user, known[role.user_id].place = role.user, place
    return list(known.values())


def on_duty(duties: Sequence[Duty], now: datetime.datetime) -> list[Duty]:
    """Those of the duties of one place that are today's."""
    # Whoever wants no letters is not counted as being there.
    willing = [it for it in duties if (it.at_once, it.digest) != (AtOnce.NOTHING, Digest.NEVER)]
    return [it for it in willing if local(it.place, now).weekday() in it.weekdays] or willing


def in_their_stead(duties: Sequence[Duty], today: Sequence[Duty]) -> list[Duty]:
    """Those who are told of what cannot wait where nobody of `today` wants letters at once."""
    if any(it.at_once != AtOnce.NOTHING for it in today):
        return []
    return [it for it in duties if it.at_once != AtOnce.NOTHING]


def _tell_urgent(duty: Duty) -> int:
    urgent = [it for it in _waiting(duty) if it[1].urgent]
    return _send_fresh(duty, urgent) if urgent else 0


def _tell_superusers(place_id: int | None) -> int:
    """Write to superusers of what cannot wait and no steward was written to about. Returns how many letters went."""
    people = list(get_user_model().objects.filter(is_superuser=True, is_active=True).exclude(email="").order_by("pk"))
    if not people:
        return 0
    found: dict[int, list[tuple[Source, Item]]] = {}
    for source, item in items.waiting_for(people[0], MAX_READ):
        if item.urgent and item.place is not None and place_id in (None, item.place.pk):
            found.setdefault(item.place.pk, []).append((source, item))
    sent = 0
    for place, rows in found.items():
        known = DutyNotice.objects.filter(key__in=[_key(*it) for it in rows]).values_list("key", flat=True)
        new = [it for it in rows if _key(*it) not in set(known)]
        for user in people if new else ():
            duty, _made = Duty.objects.select_related("user", "place").get_or_create(user=user, place_id=place)
            if duty.at_once != AtOnce.NOTHING:
                sent += _safely(_send_fresh, duty, new)
    return sent


def _key(source: Source, item: Item) -> str:
    return f"{source.name}:{item.key}"[:120]


def local(place: Place, now: datetime.datetime) -> datetime.datetime:
    """`now` on the clocks of a place."""
    return now.astimezone(ZoneInfo(place.timezone or settings.TIME_ZONE))


def _tell_one(duty: Duty, now: datetime.datetime) -> int:
    here = local(duty.place, now)
    by_day = here.hour in DAY
    due = by_day and _digest_is_due(duty, here.date())
    if not due and duty.at_once == AtOnce.NOTHING:
        return 0
    found = _waiting(duty)
    # First the single ones: what is told in them is not new in the digest, which has everything all the same.
    fresh = [it for it in found if it[1].urgent or (duty.at_once == AtOnce.ALL and by_day)]
    sent = 0
    if duty.at_once != AtOnce.NOTHING and fresh and not due:
        sent += _send_fresh(duty, fresh)
    if due:
        sent += _send_digest(duty, found, here.date())
    return sent


def _digest_is_due(duty: Duty, today: datetime.date) -> bool:
    if duty.digest == Digest.NEVER:
        return False
    if duty.digest_on is None:
        return True
    return duty.digest_on < today if duty.digest == Digest.DAILY else duty.digest_on <= today - WEEK


def _waiting(duty: Duty) -> list[tuple[Source, Item]]:
    """What waits for this steward in this place; of an area, what lies in it and in no home of theirs."""
    found = items.waiting_for(duty.user, MAX_READ)
    if duty.place.is_home:
        return [it for it in found if it[1].place is not None and it[1].place.pk == duty.place_id]
    roles = PlaceRole.objects.filter(user=duty.user, role=PlaceRoleKind.STEWARD, place__is_home=True)
    homes = set(roles.values_list("place_id", flat=True))
    return [it for it in found if it[1].place is None or it[1].place.pk not in homes]


def _send_fresh(duty: Duty, found: list[tuple[Source, Item]]) -> int:
    keys = {_key(source, item): (source, item) for source, item in found}
    with transaction.atomic():
        # Whoever comes at the same moment waits here, and finds them written down.
        Duty.objects.select_for_update().get(pk=duty.pk)
        told = set(DutyNotice.objects.filter(duty=duty, key__in=keys).values_list("key", flat=True))
        new = {key: row for key, row in keys.items() if key not in told}
        DutyNotice.objects.bulk_create(DutyNotice(duty=duty, key=key) for key in new)
    if not new:
        return 0
    rows = list(new.values())
    if _send(duty, "duty_at_once", rows, urgent=any(item.urgent for _source, item in rows)):
        return 1
    # It did not go: it is due still.
    DutyNotice.objects.filter(duty=duty, key__in=new).delete()
    return 0


def _send_digest(duty: Duty, found: list[tuple[Source, Item]], today: datetime.date) -> int:
    before = duty.digest_on
    # One of two processes gets it. A morning on which nothing waits counts, too: the next is tomorrow's.
    mine = Duty.objects.filter(pk=duty.pk, digest_on=before).update(digest_on=today)
    if not mine or not found:
        return 0
    keys = [_key(source, item) for source, item in found]
    DutyNotice.objects.bulk_create([DutyNotice(duty=duty, key=key) for key in keys], ignore_conflicts=True)
    if _send(duty, "duty_digest", found, urgent=False):
        return 1
    Duty.objects.filter(pk=duty.pk, digest_on=today).update(digest_on=before)
    return 0


def _send(duty: Duty, name: str, rows: list[tuple[Source, Item]], *, urgent: bool) -> bool:
    numbers: dict[str, int] = {}
    for source, _item in rows:
        numbers[str(source.label)] = numbers.get(str(source.label), 0) + 1
    stop = reverse("duty-stop", args=[duty.uuid])
    return letters.send(
        f"{ROOM}/{name}.txt",
        to=duty.user.email,
        context={
            "place": duty.place,
            "urgent": urgent,
            "numbers": numbers.items(),
            "total": len(rows),
            "rows": [{"title": item.title, "url": item.url, "urgent": item.urgent} for _s, item in rows[:MAX_LISTED]],
            "more": max(len(rows) - MAX_LISTED, 0),
            "stop": stop,
        },
        about=f"duty {duty.uuid}",
        stop_url=stop,
    )


def purge(now: datetime.datetime | None = None) -> int:
    """Forget what was told long ago. Returns how many."""
    old = DutyNotice.objects.filter(at__lt=(now or timezone.now()) - NOTICES_KEPT)
    return retention.let_go(old, action="delete notices to stewards")
