"""People who ask to join a place, for its stewards. Those of a group decide on the group's own page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from listings.access import spaces
from listings.moderation.items import Button, Item, Waiting


def waiting(user, limit: int) -> Waiting:
    """Return how many ask to join the places that `user` decides for, and the first `limit`, oldest first."""
    asked = spaces.decides_on(user)
    rows = asked.select_related("space__place", "user").order_by("asked_at", "pk")[:limit] if limit else ()
    return Waiting(number=asked.count(), items=[_item(it) for it in rows])


def _item(member) -> Item:
    place = member.space.place
    url = reverse("place-members", args=[place.slug])
    return Item(
        key=str(member.uuid),
        title=member.name or _("Without a name"),
        why=_("Asks to be a member of %(place)s.") % {"place": place.name},
        since=member.asked_at,
        place=place,
        url=url,
        detail=member.user.email,
        buttons=(
            Button(
                _("Let in"), url, post=True, data=(("action", "approve"), ("member", str(member.uuid))), primary=True
            ),
            Button(_("Decide"), url),
        ),
    )
