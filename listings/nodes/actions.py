"""What whoever may edit a listing finds on its page: its single dates, and the form."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.models import Listing
from mapping.models import Node, NodeKind
from mapping.nodes.providers import Action


def actions(user, node: Node) -> list[Action]:
    """Return the links for `user`; none for whoever may not edit it."""
    if node.kind != NodeKind.ACTIVITY:
        return []
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser", "schedule_row").first()
    if listing is None or not permissions.can_edit(user, listing):
        return []
    found = [Action(reverse("post-edit", args=[listing.uuid]), _("Change it"))]
    if getattr(listing, "schedule_row", None) is not None:
        url = reverse("post-dates", args=[listing.uuid])
        found.insert(0, Action(url, _("Cancel or move single dates")))
    return found
