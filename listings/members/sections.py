"""What the page of a group, and of what only its members see, says of members: joining, who to talk to."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from config.compiled import Compiled
from listings.models import Member, Membership, MembershipRole, MemberState, Organisation, Space
from mapping.models import Node, NodeKind, Viewer, Visibility
from mapping.nodes.providers import Action, AskedTime, Section

_SPACE = Compiled(
    lambda group: (
        Space.objects.filter(organisation=group, opened_at__isnull=False)
        .select_related("organisation", "contact", "deputy")
        .order_by("pk")
    ),
    group=int,
)


def space_of(node: Node) -> Space | None:
    """The open space that a node belongs to, because only the members of its group see it."""
    if node.visibility != Visibility.GROUP or node.group_id is None:
        return None
    return _open(node.group_id)


def _open(group: int) -> Space | None:
    return _SPACE.first(group=group)


def sections(node: Node, viewer: Viewer, asked: AskedTime | None = None) -> list[Section]:
    """Return who to talk to, and where to say that something is wrong, for what only members see."""
    space = space_of(node)
    if space is None:
        return []
    lines = [
        _("Only members of %(name)s, and of groups that it is shared with, see this.") % {"name": space.title},
        _("Safeguarding contact: %(name)s, %(phone)s") % {"name": space.contact.name, "phone": space.contact.phone},
        _("Deputy: %(name)s, %(phone)s") % {"name": space.deputy.name, "phone": space.deputy.phone},
        _("If somebody is in danger now: 999."),
    ]
    url = reverse("space-urgent", args=[space.organisation.uuid])
    return [
        Section(
            _("For members only"), lines=lines, links=[{"label": _("Something is wrong now"), "url": url}], position=-5
        )
    ]


def actions(user, node: Node) -> list[Action]:
    """Return how to become a member of a group and where its members go; for its owners, its members and space."""
    if node.kind == NodeKind.ACTIVITY:
        return _of_listing(user, node)
    if node.kind != NodeKind.ORGANISATION:
        return []
    role, belongs = "", False
    if user.is_authenticated:
        mine = Membership.objects.filter(user=user, organisation=node.pk).first()
        role = mine.role if mine else ""
        belongs = Member.objects.filter(user=user, space__organisation=node.pk, state=MemberState.MEMBER).exists()
    space = _open(node.pk)
    found = []
    if space is not None:
        if role or belongs:
            found.append(Action(reverse("space", args=[node.uuid]), _("For members only"), -10))
        if not role:
            label = _("Your membership") if belongs else _("Become a member")
            found.append(Action(reverse("group-join", args=[node.uuid]), label, -9))
    if role == MembershipRole.OWNER:
        found.append(Action(reverse("space-settings", args=[node.uuid]), _("Its members and their space"), 5, own=True))
    return found


def _of_listing(user, node: Node) -> list[Action]:
    if node.visibility != Visibility.GROUP or node.group_id is None or not user.is_authenticated:
        return []
    group = Organisation.objects.filter(pk=node.group_id).first()
    if group is None or _open(group.pk) is None or group.pk not in Membership.edited_by(user.pk):
        return []
    return [Action(reverse("space-share", args=[group.uuid, node.uuid]), _("Share it with another group"), 5, own=True)]


def entered(node: Node, viewer: Viewer) -> Space | None:
    """The open space of a group that `viewer` may enter, for the pages that show them more than others."""
    if node.kind != NodeKind.ORGANISATION or not (viewer.sees_everything or node.pk in viewer.group_ids):
        return None
    return _open(node.pk)
