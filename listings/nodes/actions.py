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
    note = _("It is gone, here twice, not safe, or against the house rules.")
    return [Action(reverse("flag", args=[node.uuid]), _("Something is wrong here"), 30, note)]


def actions(user, node: Node) -> list[Action]:
    """Return the links for `user`: what they may change themselves, and else where they may suggest something."""
    own = _own(user, node) if user.is_authenticated else []
    may_change = any(it.url == reverse("post-edit", args=[node.uuid]) for it in own)
    if may_change or node.kind == NodeKind.PERSON or node.place_id is None:
        # Of a person nothing is said but what they agreed to.
        return own
    if user.is_authenticated and node.kind != NodeKind.ACTIVITY and permissions.decides_for(user, node):
        # What a steward saves there counts at once.
        return [Action(reverse("node-suggest", args=[node.uuid]), _("Change it"), own=True, edits=True), *own]
    note = _("A time, a number or a word is not right, or something is missing.")
    return [*own, Action(reverse("node-suggest", args=[node.uuid]), _("Suggest a change"), 10, note)]


def _own(user, node: Node) -> list[Action]:
    if node.kind == NodeKind.ORGANISATION:
        organisation = Organisation.objects.filter(pk=node.pk).first()
        if organisation is None or not permissions.can_keep_feeds(user, organisation):
            return []
        return [Action(reverse("feeds-of-group", args=[organisation.uuid]), _("Its calendars"), 2, own=True)]
    if node.kind != NodeKind.ACTIVITY:
        return []
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser", "schedule_row").first()
    if listing is None or not permissions.may_change(user, listing):
        return []
    found = [Action(reverse("post-edit", args=[listing.uuid]), _("Change it"), own=True, edits=True)]
    if getattr(listing, "schedule_row", None) is not None:
        url = reverse("post-dates", args=[listing.uuid])
        found.insert(0, Action(url, _("Cancel or move single dates"), own=True))
    return found
