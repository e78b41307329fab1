"""What the page of a group offers besides: the team's own page, and "This is mine" for everybody else."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from listings.access import teams
from listings.models import MembershipRole, Organisation
from mapping.models import Node, NodeState, Visibility
from mapping.nodes.providers import Action

LAST = 90


def actions(user, node: Node) -> list[Action]:
    """Return the links for `user`, signed in or not."""
    if node.kind not in teams.CLAIMABLE or node.place_id is None:
        return []
    found = []
    if user.is_authenticated:
        group = Organisation.objects.filter(pk=node.pk).first()
        if group is not None and teams.sees_team(user, group):
            role = teams.role_in(user, group)
            label = _("Your group’s page") if role else _("Its team, and how its listings are")
            found.append(Action(reverse("group", args=[node.uuid]), label, 1, own=True))
            if role == MembershipRole.OWNER:
                return found
    if node.visibility != Visibility.PUBLIC or node.state != NodeState.LIVE:
        # As `teams.is_claimable` has it: the page would not be there.
        return found
    # "This is mine" leads to what is asked first: whoever is not signed in reads that before anything.
    note = _("You run it, or look after it, and want to keep this page true.")
    return [*found, Action(reverse("claim-new", args=[node.uuid]), _("This is mine"), LAST, note)]
