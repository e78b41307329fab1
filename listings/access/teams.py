"""Who may do what with the team of a group, and with what is asked of it: invitations, claims, nominations."""

from __future__ import annotations

import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from listings.models import (
    OPEN_CLAIMS,
    OWNERS_ANSWER_WITHIN,
    Claim,
    ClaimState,
    Invitation,
    InvitationKind,
    InvitationState,
    Membership,
    MembershipRole,
    Nomination,
    NominationState,
    Organisation,
)
from mapping.models import PUBLIC, Node, NodeKind, NodeState

from . import permissions

# What somebody may say is theirs. An activity has its poster, a person themselves, a purpose nobody.
CLAIMABLE = (NodeKind.ORGANISATION, NodeKind.ASSET, NodeKind.PROJECT)
# A group that is asked first has so long to answer, before a steward is asked what becomes of it.
ANSWERS_WITHIN = datetime.timedelta(days=7)


def role_in(user, organisation: Organisation) -> str:
    """The part of `user` in the team, or nothing."""
    if not user.is_authenticated:
        return ""
    return Membership.objects.filter(organisation=organisation, user=user).values_list("role", flat=True).first() or ""


def groups_of(user) -> QuerySet[Organisation]:
    """The groups that `user` is in the team of, in whatever part, that are on the map or wait for it."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.exclude(state=NodeState.ARCHIVED).filter(
        pk__in=Membership.objects.filter(user=user).values("organisation_id")
    )


def owns(user, organisation: Organisation) -> bool:
    return role_in(user, organisation) == MembershipRole.OWNER


def has_owner(node_id: int) -> bool:
    return Membership.objects.filter(organisation_id=node_id, role=MembershipRole.OWNER).exists()


def sees_team(user, organisation: Organisation) -> bool:
    """Everybody in the team, and the stewards who decide about the group."""
    return bool(role_in(user, organisation)) or permissions.decides_for(user, organisation)


def has_address(user, email: str) -> bool:
    """Whether `user` has shown that this address is theirs, by a code that was sent there."""
    return user.is_authenticated and EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def is_claimable(node: Node) -> bool:
    """Whether it is on the map for everybody, of a kind that may be somebody's, and a steward can decide about it."""
    on_the_map = Node.objects.visible_to(PUBLIC).filter(pk=node.pk, kind__in=CLAIMABLE, place__isnull=False)
    return on_the_map.exists()


def _with_owners() -> Exists:
    return Exists(Membership.objects.filter(organisation_id=OuterRef("node_id"), role=MembershipRole.OWNER))


def claims_to_decide(user) -> QuerySet[Claim]:
    """What a steward is asked: open claims that await them, and those whose owners have not answered, or are gone."""
    late = timezone.now() - OWNERS_ANSWER_WITHIN
    unanswered = Q(state=ClaimState.OWNERS) & (Q(owners_asked_at__lte=late) | ~_with_owners())
    rows = Claim.objects.filter(Q(state=ClaimState.WAITING) | unanswered, node__state=NodeState.LIVE)
    return permissions.to_decide(user, rows, "node").order_by("created_at", "pk")


def claims_to_answer(user, organisation: Organisation) -> QuerySet[Claim]:
    """What the owners of a group are asked."""
    if not owns(user, organisation):
        return Claim.objects.none()
    return Claim.objects.filter(node_id=organisation.pk, state=ClaimState.OWNERS).select_related("user")


def decides_claim(user, claim: Claim) -> bool:
    """Whether a steward's word is asked of `user` now. Nobody decides about their own claim."""
    return claim.user_id != user.pk and claims_to_decide(user).filter(pk=claim.pk).exists()


def answers_claim(user, claim: Claim) -> bool:
    """Whether an owner's word is asked of `user`."""
    if not user.is_authenticated or claim.state != ClaimState.OWNERS or claim.user_id == user.pk:
        return False
    return Membership.objects.filter(organisation_id=claim.node_id, user=user, role=MembershipRole.OWNER).exists()


def rivals(claim: Claim) -> QuerySet[Claim]:
    """Others who say the same of the same node."""
    return Claim.objects.filter(node_id=claim.node_id, state__in=OPEN_CLAIMS).exclude(pk=claim.pk)


def nominations_to_decide(user) -> QuerySet[Nomination]:
    """The nominations that this user decides: of their homes, and at a point within an area of theirs."""
    rows = Nomination.objects.filter(state=NominationState.WAITING)
    if not user.is_authenticated:
        return rows.none()
    if not (user.is_superuser and user.is_active):
        mine = Q(place__in=permissions.places_to_decide_in(user))
        areas = permissions.areas_to_decide_in(user).order_by("pk").values_list("boundary", flat=True)
        for boundary in areas[: permissions.MAX_AREAS]:
            mine |= Q(point__coveredby=boundary)
        rows = rows.filter(mine)
    return rows.order_by("created_at", "pk")


def orphans(user) -> QuerySet[Organisation]:
    """Live groups that had an owner and have none, about which this user decides."""
    rows = Organisation.objects.filter(orphaned_at__isnull=False, state=NodeState.LIVE).exclude(
        Exists(Membership.objects.filter(organisation_id=OuterRef("pk"), role=MembershipRole.OWNER))
    )
    return permissions.to_decide(user, rows).order_by("orphaned_at", "pk")


def unanswered(user) -> QuerySet[Organisation]:
    """Groups that go on the map when somebody of them agrees, and nobody has: those about which this user decides.

    What they were asked last is `asked_at` and `asked` (the state of that invitation, or nothing).
    """
    late = timezone.now() - ANSWERS_WITHIN
    letters = Invitation.objects.filter(organisation_id=OuterRef("pk"), kind=InvitationKind.STEWARD)
    last = letters.order_by("-sent_at", "-pk")
    rows = Organisation.objects.filter(
        ~Exists(Membership.objects.filter(organisation_id=OuterRef("pk"))),
        ~Exists(letters.filter(state=InvitationState.OPEN, sent_at__gt=late)),
        # Who said no has answered: that need not wait.
        Q(created_at__lte=late) | Exists(letters.exclude(state=InvitationState.OPEN)),
        state=NodeState.DRAFT,
    ).annotate(
        asked_at=Subquery(last.values("sent_at")[:1]),
        asked=Subquery(last.values("state")[:1]),
        invitation_uuid=Subquery(letters.filter(state=InvitationState.OPEN).values("uuid")[:1]),
        since=Coalesce("asked_at", "created_at"),
    )
    return permissions.to_decide(user, rows).order_by("since", "pk")
