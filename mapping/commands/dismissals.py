"""Writes on suggestions: "these two need not meet" is kept with its reason, and can be taken back."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import Actor, Dismissal, Place, PlaceRole

from .change import change

MAX_REASON = 300
# So many may be dismissed in one place: more than it could ever be shown.
MAX_LISTED = 2000


class DismissalRefused(HereaboutsError):
    """A dismissal that cannot be kept; the text says what is wrong and what to do."""

    status = 422


def may_dismiss(user, place: Place) -> bool:
    """Members, weavers and stewards of a place say what need not be suggested there."""
    if not user.is_authenticated:
        return False
    return (user.is_superuser and user.is_active) or PlaceRole.objects.filter(user=user, place=place).exists()


def dismiss(*, actor: Actor, place: Place, key: str, reason: str = "") -> bool:
    """Suggest it no longer. False when it was dismissed before. Raises `DismissalRefused`."""
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        raise DismissalRefused(_("The reason is too long."), _("Say it in %(most)s letters.") % {"most": MAX_REASON})
    if not key or len(key) > 200 or "\x00" in key + reason:
        raise DismissalRefused(_("There is no such suggestion."), _("Load the page again."))
    if Dismissal.objects.filter(place=place).count() >= MAX_LISTED:
        raise DismissalRefused(
            _("%(most)s suggestions are dismissed here already.") % {"most": MAX_LISTED}, _("Take some back first.")
        )
    try:
        with change(actor=actor, action="dismiss suggestion", place=place) as it, transaction.atomic():
            Dismissal.objects.create(place=place, key=key, reason=reason, by_user=actor.user)
            it.data.update(key=key, reason=reason)
    except IntegrityError:
        return False
    return True


def restore(*, actor: Actor, place: Place, key: str) -> bool:
    """Suggest it again. False when it was not dismissed."""
    with change(actor=actor, action="restore suggestion", place=place) as it:
        gone, _kinds = Dismissal.objects.filter(place=place, key=key).delete()
        it.data["key"] = key
        if not gone:
            it.nothing_changed()
    return bool(gone)
