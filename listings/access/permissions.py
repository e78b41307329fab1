"""Who may do what with a listing. Each answer is for a signed-in user; nobody else may do anything."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.db.models import Q, QuerySet

from listings.models import (
    EDITING_ROLES,
    Listing,
    Membership,
    Organisation,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Trust,
)
from mapping.commands import publication
from mapping.models import Node, NodeState, Place, PlaceRole, PlaceRoleKind, Visibility

# More areas than anybody looks after: each is a boundary in the query.
MAX_AREAS = 50


def places_to_decide_in(user):
    """The homes that this user looks after as a whole: theirs as a steward; every one for a superuser.

    For what belongs to a place itself (its rules, widgets, tours). What waits about a node is `to_decide`.
    """
    homes = Place.objects.current().homes()
    if user.is_superuser and user.is_active:
        return homes
    return homes.filter(pk__in=PlaceRole.objects.filter(user=user, role=PlaceRoleKind.STEWARD).values("place_id"))


def can_decide(user, place_id: int | None) -> bool:
    """Whether this user looks after a home as a whole. About one node ask `decides_for`."""
    return place_id is not None and user.is_authenticated and places_to_decide_in(user).filter(pk=place_id).exists()


def areas_to_decide_in(user):
    """The areas (wards, neighbourhoods) that this user looks after within the maps of others."""
    return Place.objects.current().filter(
        is_home=False, boundary__isnull=False, roles__user=user, roles__role=PlaceRoleKind.STEWARD
    )


def has_a_queue(user) -> bool:
    """Whether this user is a steward anywhere: of a home, or of an area."""
    if not user.is_authenticated:
        return False
    return places_to_decide_in(user).exists() or areas_to_decide_in(user).exists()


def to_decide(user, rows: QuerySet, node: str = "") -> QuerySet:
    """Of `rows`, those that this user decides about: in their homes, and wherever it lies within an area of theirs.
    Nothing of what a group shows to its members alone.

    `rows` are nodes (listings, organisations), or have one: `to_decide(user, Flag.objects.all(), "node")`. Where a
    node lies is its public point: an area's steward learns no more of it by deciding. Two queries are asked at once.
    """
    if not user.is_authenticated:
        return rows.none()
    if user.is_superuser and user.is_active:
        return rows
    prefix = f"{node}__" if node else ""
    # What stands in a group's own space is its members': a steward is asked about it where one of them flags it.
    seen = Q(**{f"{prefix}visibility__in": (Visibility.PUBLIC, Visibility.MEMBERS)})
    return rows.filter(lies_with(user, node) & seen)


def lies_with(user, node: str = "") -> Q:
    """What lies in the homes and areas of this steward, whoever may see it: `to_decide` without the last word.

    For rows of which more has to be asked, such as pairs of nodes (`node` is then the name of one of the two).
    """
    prefix = f"{node}__" if node else ""
    if user.is_superuser and user.is_active:
        return Q(**{f"{prefix}place__in": places_to_decide_in(user).order_by().values("pk")})
    # Ids and shapes as values: with a subquery in an OR the database would read every node.
    roles = PlaceRole.objects.filter(user=user, role=PlaceRoleKind.STEWARD, place__superseded_at=None)
    places = list(roles.order_by("place_id").values_list("place_id", "place__is_home"))
    mine = Q(**{f"{prefix}place_id__in": [pk for pk, is_home in places if is_home]})
    if not all(is_home for pk, is_home in places):
        for boundary in areas_to_decide_in(user).order_by("pk").values_list("boundary", flat=True)[:MAX_AREAS]:
            mine |= Q(**{f"{prefix}public_point__coveredby": boundary})
    return mine


def decides_for(user, node: Node | int | None) -> bool:
    """Whether this user decides about one node: as a steward of its home, or of an area that it lies in."""
    if node is None:
        return False
    return to_decide(user, Node.objects.filter(pk=node if isinstance(node, int) else node.pk)).exists()


def decides_at(user, place_id: int | None, point: Point | None = None) -> bool:
    """Whether this user decides about what is no node yet: of a home, and at a point (4326) if that is known."""
    if not user.is_authenticated:
        return False
    if can_decide(user, place_id):
        return True
    return point is not None and areas_to_decide_in(user).filter(boundary__covers=point).exists()


def decides_proposal(user, proposal: Proposal) -> bool:
    """Stewards; of suggestions also whoever may change the record at once: editors of a trusted group."""
    node = proposal.node
    if not user.is_authenticated:
        return False
    if decides_for(user, node):
        return True
    if proposal.kind != ProposalKind.SUGGESTION:
        return False
    group = group_of(node)
    return group is not None and group.trusted and posts_for(user, group)


def group_of(node) -> Organisation | None:
    """The group whose record this is: itself, or the one that runs it."""
    own = Organisation.objects.filter(pk=node.pk).first()
    if own is not None:
        return own
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser").first()
    return listing.organiser if listing is not None else None


def organisations_of(user):
    """The live organisations that this user posts for."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(
        state=NodeState.LIVE,
        pk__in=Membership.objects.filter(user=user, role__in=EDITING_ROLES).values("organisation_id"),
    )


def posts_for(user, organisation: Organisation | None) -> bool:
    return organisation is not None and organisations_of(user).filter(pk=organisation.pk).exists()


def may_change(user, listing: Listing) -> bool:
    """Whoever posted it, editors of its group, stewards: they may open its form, and cancel or move single dates."""
    if not user.is_authenticated:
        return False
    if listing.visibility == Visibility.GROUP:
        # Whoever posted it and has left the group reads it no more.
        return organisations_of(user).filter(pk=listing.group_id).exists() or decides_for(user, listing)
    if listing.posted_by_id == user.pk and listing.state != NodeState.ARCHIVED:
        return True
    if decides_for(user, listing):
        return True
    return listing.organiser_id is not None and posts_for(user, listing.organiser)


def can_edit(user, listing: Listing) -> bool:
    """Whether what they save of it counts at once. Of what is live: stewards, editors of a trusted group, and those
    whom the stewards of its place trust.

    The change of anybody else who `may_change` it waits as a proposal, and what is live stays as it was.
    """
    if not may_change(user, listing):
        return False
    if listing.state != NodeState.LIVE:
        return True
    if listing.visibility == Visibility.GROUP:
        # As it was posted: what only members see waits for no steward.
        return True
    if listing.organiser is not None and listing.organiser.trusted and posts_for(user, listing.organiser):
        return True
    return Trust.objects.filter(user=user, place=listing.place_id).exists() or decides_for(user, listing)


def looks_after(user, node) -> bool:
    """Whether this node is a listing that the user posted, or edits for its group."""
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser").first()
    return listing is not None and (
        listing.posted_by_id == user.pk or (listing.organiser_id is not None and posts_for(user, listing.organiser))
    )


def listings_of(user):
    """What this user posted, or may edit for a group, newest first; also what was taken off the map."""
    groups = organisations_of(user)
    theirs = Listing.objects.filter(Q(posted_by=user) | Q(organiser__in=groups))
    theirs = theirs.exclude(Q(visibility=Visibility.GROUP) & ~Q(group__in=groups.order_by().values("pk")))
    refused = Proposal.objects.filter(by_user=user, kind=ProposalKind.NEW, status=ProposalStatus.REFUSED)
    off = Q(pk__in=publication.off_the_map(theirs).values("pk")) | Q(pk__in=refused.values("node"))
    return (
        theirs.filter(~Q(state=NodeState.ARCHIVED) | off)
        .select_related("place", "category", "organiser", "schedule_row")
        .order_by("-created_at")
    )


def can_keep_feeds(user, organisation: Organisation) -> bool:
    """Whether this user looks after the calendars of a group: its editors, and the stewards of its place."""
    if not user.is_authenticated or organisation.state != NodeState.LIVE:
        return False
    return posts_for(user, organisation) or decides_for(user, organisation)
