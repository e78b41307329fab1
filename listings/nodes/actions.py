"""What whoever may edit a listing or a group finds on its page: single dates, the form; the group's calendars."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.models import Listing, Organisation
from mapping.models import Node, NodeKind
from mapping.nodes.providers import Action


def flag(user, node: Node) -> list[Action]:
    """Return the link by which anybody says that something is wrong, signed in or not."""
    return [Action(reverse("flag", args=[node.uuid]), _("Something is wrong here"), 90)]


def actions(user, node: Node) -> list[Action]:
    """Return the links for `user`; none for whoever may not edit it."""
    if not user.is_authenticated:
        return []
    if node.kind == NodeKind.ORGANISATION:
        organisation = Organisation.objects.filter(pk=node.pk).first()
        if organisation is None or not permissions.can_keep_feeds(user, organisation):
            return []
        return [Action(reverse("feeds-of-group", args=[organisation.uuid]), _("Its calendars"))]
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
