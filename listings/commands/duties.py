"""Writes on duty: how and when a steward of a place is told by e-mail that something waits.

duty = find(user, place)                                  # as it is, or as it begins; not kept until it is used
choose(actor=actor, user=user, place=place, at_once="urgent", digest="daily", weekdays=[0, 2])
stop(duty)                                               # by the link of a letter
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import AtOnce, Digest, Duty
from mapping.commands.change import change
from mapping.models import Actor, Place


class DutyRefused(HereaboutsError):
    """A choice that there is not; the text says what to do."""

    status = 422


def find(user, place: Place) -> Duty:
    """Return what this steward has chosen in this place; what it begins with when they have chosen nothing."""
    return Duty.objects.filter(user=user, place=place).first() or Duty(user=user, place=place)


def choose(
    *, actor: Actor, user, place: Place, at_once: str, digest: str, weekdays: Collection[int] = ()
) -> tuple[Duty, bool]:
    """Keep a choice. Returns it, and whether anything changed. Raises `DutyRefused`."""
    days = sorted(set(weekdays))
    if at_once not in AtOnce.values or digest not in Digest.values or not set(days) <= set(range(7)):
        raise DutyRefused(_("Choose one of those that are offered."))
    with change(actor=actor, action="choose duty", place=place) as it:
        it.places.clear()
        duty, made = Duty.objects.get_or_create(user=user, place=place)
        same = (duty.at_once, duty.digest, duty.weekdays) == (at_once, digest, days)
        if same and not made:
            it.nothing_changed()
            return duty, False
        duty.at_once, duty.digest, duty.weekdays = at_once, digest, days
        duty.save(update_fields=["at_once", "digest", "weekdays"])
        it.data.update(at_once=at_once, digest=digest, weekdays=days)
    return duty, not same


def stop(duty: Duty) -> bool:
    """End its letters. Returns whether there were any; what waits is in the queue all the same."""
    with change(actor=Actor(label="whoever was sent the letter"), action="stop duty letters", place=duty.place) as it:
        it.places.clear()
        it.data["user"] = duty.user_id
        ended = (
            Duty.objects.filter(pk=duty.pk)
            .exclude(at_once=AtOnce.NOTHING, digest=Digest.NEVER)
            .update(at_once=AtOnce.NOTHING, digest=Digest.NEVER)
        )
        if not ended:
            it.nothing_changed()
    return bool(ended)
