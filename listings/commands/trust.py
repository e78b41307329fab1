"""Trust: a steward says that what somebody posts in their place may be live at once, or says so no more.

grant(actor=Actor.of(steward), by=steward, user=ann, place=place)
revoke(actor=Actor.of(steward), by=steward, user=ann, place=place)
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import permissions
from listings.models import Trust
from mapping.commands.change import change
from mapping.models import Actor, Place


class NotTheirs(HereaboutsError):
    """Somebody decides whom to trust in a place that they do not look after."""

    status = 403


def grant(*, actor: Actor, by, user, place: Place) -> Trust:
    """Let `user` publish at once in `place`. Granted twice it stays as it is.

    Raises `NotTheirs` when `by` is no steward of the place.
    """
    _must_decide(by, place)
    with change(actor=actor, action="trust person", place=place) as it:
        it.places.clear()
        trust, made = Trust.objects.get_or_create(user=user, place=place, defaults={"by": by})
        it.data["user"] = user.pk
        if not made:
            it.nothing_changed()
    return trust


def revoke(*, actor: Actor, by, user, place: Place) -> bool:
    """Have what `user` posts in `place` wait again. What is live stays. Returns whether they were trusted.

    Raises `NotTheirs` when `by` is no steward of the place.
    """
    _must_decide(by, place)
    with change(actor=actor, action="end trust", place=place) as it:
        it.places.clear()
        gone = Trust.objects.filter(user=user, place=place).delete()[0]
        it.data["user"] = user.pk
        if not gone:
            it.nothing_changed()
    return bool(gone)


def _must_decide(by, place: Place) -> None:
    if not permissions.can_decide(by, place.pk):
        words = {"place": place.name}
        raise NotTheirs(
            _("You do not look after %(place)s.") % words, _("Ask a steward of %(place)s to decide.") % words
        )
