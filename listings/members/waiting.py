"""People who ask to join a place, for its stewards; of a group only while it has no editor who could decide."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from listings.access import spaces
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting


def waiting(user, limit: int) -> Waiting:
    """Return how many ask to join the places that `user` decides for, and the first `limit`, oldest first."""
    asked = spaces.decides_on(user)
    rows = (
        asked.select_related("space__place", "space__organisation__place", "user").order_by("asked_at", "pk")[:limit]
        if limit
        else ()
    )
    return Waiting(number=items.count(asked), items=[_item(it) for it in rows])


def _item(member) -> Item:
    space = member.space
    place, why = space.home, _("Asks to be a member of %(place)s.") % {"place": space.title}
    if space.organisation_id:
        url = reverse("space-members", args=[space.organisation.uuid])
        why = f"{why} {_('The group has no editor left who could decide.')}"
    else:
        url = reverse("place-members", args=[place.slug])
    return Item(
        key=str(member.uuid),
        title=member.name or _("Without a name"),
        why=why,
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
