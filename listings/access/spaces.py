"""Who may do what with members and their spaces. Owners keep a group's; stewards a place's."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from listings.models import EDITING_ROLES, Member, Membership, MembershipRole, MemberState, Organisation, Space
from mapping.models import NodeShare, NodeState, Place, Viewer

from . import permissions


def owns(user, organisation: Organisation | None) -> bool:
    """Whether this user is an owner of a live group."""
    if organisation is None or not user.is_authenticated or organisation.state != NodeState.LIVE:
        return False
    return Membership.objects.filter(user=user, organisation=organisation, role=MembershipRole.OWNER).exists()


def of_group(organisation: Organisation) -> Space | None:
    """The space of a group, open or not."""
    return (
        Space.objects.select_related("organisation__place", "contact", "deputy")
        .filter(organisation=organisation)
        .first()
    )


def of_place(place: Place) -> Space:
    """Membership of a place; where nobody has said how one joins, a steward decides (not kept yet)."""
    return Space.objects.select_related("place").filter(place=place).first() or Space(place=place)


def has_editors(organisation: Organisation) -> bool:
    """Whether anybody is left who could let people in."""
    return Membership.objects.filter(organisation=organisation, role__in=EDITING_ROLES, user__is_active=True).exists()


def may_decide(user, space: Space) -> bool:
    """Who lets people in: editors and owners of the group, or while it has none its stewards; stewards of the place."""
    if not user.is_authenticated:
        return False
    if space.organisation_id:
        if permissions.posts_for(user, space.organisation):
            return True
        return not has_editors(space.organisation) and permissions.decides_for(user, space.organisation)
    return permissions.can_decide(user, space.place_id)


def may_manage(user, space: Space) -> bool:
    """Who removes members, takes the list away and says how one joins: owners of the group, stewards of the place."""
    return owns(user, space.organisation) if space.organisation_id else may_decide(user, space)


def may_enter(viewer: Viewer, space: Space) -> bool:
    """Whether they see what is in the space of a group: its members and its team, while it is open."""
    if not space.is_open or not space.organisation_id or space.organisation.state != NodeState.LIVE:
        return False
    return viewer.sees_everything or space.organisation_id in viewer.group_ids


def may_call(viewer: Viewer, space: Space) -> bool:
    """Whether they may tell its two contacts that something is wrong: also those that it shares something with."""
    if may_enter(viewer, space):
        return True
    if viewer.user_id is None or not space.is_open or not space.organisation_id or not viewer.group_ids:
        return False
    shared = NodeShare.objects.filter(
        node__group_id=space.organisation_id, group_id__in=viewer.group_ids, accepted_at__isnull=False
    )
    return shared.exists()


def belonging_of(user, space: Space) -> Member | None:
    """How this user stands to the space: asked, member, turned away, or not at all."""
    if not user.is_authenticated or space.pk is None:
        return None
    return Member.objects.filter(space=space, user=user).first()


def decides_on(user):
    """Who has asked to join a place that this user decides for, or a group there that has no editor left."""
    asked = Member.objects.filter(state=MemberState.ASKED)
    editors = Membership.objects.filter(
        organisation=OuterRef("space__organisation"), role__in=EDITING_ROLES, user__is_active=True
    )
    left_alone = asked.filter(~Exists(editors), space__organisation__state=NodeState.LIVE)
    of_groups = permissions.to_decide(user, left_alone, "space__organisation").order_by()
    return asked.filter(
        Q(space__place__in=permissions.places_to_decide_in(user).order_by()) | Q(pk__in=of_groups.values("pk"))
    )
