"""Who may do what with a listing. Each answer is for a signed-in user; nobody else may do anything."""

from __future__ import annotations

from django.db.models import Q

from listings.models import EDITING_ROLES, Listing, Membership, Organisation
from mapping.commands import publication
from mapping.models import NodeState, Place, PlaceRole, PlaceRoleKind

# Before it is decided, whoever posted a listing may change it.
OPEN_TO_ITS_POSTER = (NodeState.DRAFT, NodeState.PENDING)


def places_to_decide_in(user):
    """The places whose queue this user works through: theirs as a steward; every home for a superuser."""
    homes = Place.objects.current().homes()
    if user.is_superuser and user.is_active:
        return homes
    return homes.filter(pk__in=PlaceRole.objects.filter(user=user, role=PlaceRoleKind.STEWARD).values("place_id"))


def can_decide(user, place_id: int | None) -> bool:
    return place_id is not None and user.is_authenticated and places_to_decide_in(user).filter(pk=place_id).exists()


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


def can_edit(user, listing: Listing) -> bool:
    """Stewards of its place and editors of its group always; its poster until it is decided."""
    if not user.is_authenticated:
        return False
    if listing.posted_by_id == user.pk and listing.state in OPEN_TO_ITS_POSTER:
        return True
    if can_decide(user, listing.place_id):
        return True
    return listing.organiser_id is not None and posts_for(user, listing.organiser)


def looks_after(user, node) -> bool:
    """Whether this node is a listing that the user posted, or edits for its group."""
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser").first()
    return listing is not None and (
        listing.posted_by_id == user.pk or (listing.organiser_id is not None and posts_for(user, listing.organiser))
    )


def listings_of(user):
    """What this user posted, or may edit for a group, newest first; also what was taken off the map."""
    theirs = Listing.objects.filter(Q(posted_by=user) | Q(organiser__in=organisations_of(user)))
    return (
        theirs.filter(~Q(state=NodeState.ARCHIVED) | Q(pk__in=publication.off_the_map(theirs).values("pk")))
        .select_related("place", "category", "organiser", "schedule_row")
        .order_by("-created_at")
    )


def can_keep_feeds(user, organisation: Organisation) -> bool:
    """Whether this user looks after the calendars of a group: its editors, and the stewards of its place."""
    if not user.is_authenticated or organisation.state != NodeState.LIVE:
        return False
    return posts_for(user, organisation) or can_decide(user, organisation.place_id)
