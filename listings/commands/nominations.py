"""Nominations: a resident names a group, a steward makes it of it what it is.

nomination = nominate(place=place, uuid=uuid, name="Sale Choir", where="M33 7XZ", contact_email="...", email="...")
accept(actor=actor, user=steward, nomination=nomination, live=True)    # the group, and an invitation to its address
already_known(actor=actor, nomination=nomination, node=choir)
refuse(actor=actor, nomination=nomination, reason="...")
give_up(actor=actor, organisation=group)                 # it was asked first, and has not agreed
"""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import (
    Invitation,
    InvitationKind,
    InvitationState,
    Membership,
    MembershipRole,
    Nomination,
    NominationState,
    Organisation,
)
from mapping.commands import retention
from mapping.commands.change import Change, change
from mapping.models import Actor, LocationPrecision, LocationSource, Node, NodeState, Place
from mapping.search import geocoding, spelling
from mapping.search.geocoding import tidy

from . import invitations, teams

# Whoever nominates need not be known.
READER = Actor(label="a reader")
MAX_REASON = 500
# Of one place, waiting at a time: nobody reads more.
MAX_WAITING = 500
KEPT = datetime.timedelta(days=90)


class NominationError(HereaboutsError):
    """A nomination that cannot be taken or decided; the text says why and what to do."""

    status = 409


def nominate(
    *,
    place: Place,
    name: str,
    uuid: uuids.UUID | None = None,
    summary: str = "",
    where: str = "",
    website: str = "",
    contact_email: str = "",
    email: str = "",
    held_for: Sequence[str] = (),
) -> Nomination:
    """Keep what a resident says. `uuid` names the attempt: the same one twice is one nomination.

    Raises `NominationError` without a name, or when too many wait in this place.
    """
    name = tidy(name)[:200]
    if not name:
        raise NominationError(_("Write the name of the group."), status=422)
    uuid = uuid or uuids.uuid4()
    if known := Nomination.objects.filter(uuid=uuid).first():
        return known
    if Nomination.objects.filter(place=place, state=NominationState.WAITING).count() >= MAX_WAITING:
        raise NominationError(
            _("More groups wait to be read than the stewards can read."), _("Try again in some days."), status=429
        )
    where = tidy(where)[:300]
    spots = geocoding.find(where, place) if where else []
    point = Point(spots[0].lon, spots[0].lat, srid=4326) if len(spots) == 1 and spots[0].inside else None
    try:
        with change(actor=READER, action="nominate group", place=place, target=name) as it:
            it.places.clear()
            made = Nomination.objects.create(
                uuid=uuid,
                place=place,
                name=name,
                summary=tidy(summary)[:1000],
                where=where,
                point=point,
                website=website[:500],
                contact_email=contact_email.strip().lower(),
                email=email.strip().lower(),
                language=(get_language() or "")[:10],
                held_for=list(held_for),
            )
            it.data["nomination"] = str(made.uuid)
    except IntegrityError:
        # The same form, sent twice at the same moment.
        return Nomination.objects.get(uuid=uuid)
    return made


def accept(
    *, actor: Actor, user, nomination: Nomination, live: bool = True
) -> tuple[Nomination, Organisation, Invitation | None]:
    """Make the group, and an invitation for the address that is known. Without `live` it waits for who accepts it.

    Raises `NominationError` when it was decided already, or would wait for an address that nobody knows.
    """
    with _locked(nomination) as nomination:
        if not live and not nomination.contact_email:
            raise NominationError(
                _("No address of the group is known."), _("Put it on the map without asking first, or refuse it."),
                status=422,
            )  # fmt: skip
        group = Organisation(
            name=nomination.name,
            place=nomination.place,
            summary=nomination.summary,
            address=nomination.where,
            website=nomination.website,
            state=NodeState.LIVE if live else NodeState.DRAFT,
            confirmed_at=timezone.now() if live else None,
        )
        if nomination.point is not None:
            # Where a resident says that it is may be somebody's home: never more exactly than this.
            group.location, group.location_source = nomination.point, LocationSource.POSTCODE
            group.location_precision = LocationPrecision.POSTCODE
        with _change(actor, "accept nomination", nomination) as it:
            group.save()
            if live:
                it.touch(nomination.place)
                spelling.learn([group])
            _decide(nomination, actor, NominationState.ACCEPTED, node=group)
            it.data["node"] = str(group.uuid)
        invitation = None
        if nomination.contact_email:
            invitation = invitations.invite(
                actor=actor,
                user=user,
                organisation=group,
                email=nomination.contact_email,
                role=MembershipRole.OWNER,
                kind=InvitationKind.STEWARD,
            )
    return nomination, group, invitation


def already_known(*, actor: Actor, nomination: Nomination, node: Node) -> Nomination:
    """Say that it is this one, which was on the map already. Raises `NominationError` when it was decided already."""
    with _locked(nomination) as nomination, _change(actor, "find nomination known", nomination) as it:
        it.data["node"] = str(node.uuid)
        _decide(nomination, actor, NominationState.KNOWN, node=node)
    return nomination


def refuse(*, actor: Actor, nomination: Nomination, reason: str) -> Nomination:
    """Do not take it, with words for whoever nominated it. Raises `NominationError`."""
    reason = tidy(reason)[:MAX_REASON]
    if not reason:
        raise NominationError(_("Say why: whoever nominated it reads your words."), status=422)
    with _locked(nomination) as nomination, _change(actor, "refuse nomination", nomination) as it:
        it.data["reason"] = reason
        _decide(nomination, actor, NominationState.REFUSED, reason=reason)
    return nomination


def give_up(*, actor: Actor, organisation: Organisation) -> Organisation:
    """Put a group that has not agreed to be on the map into the archive; what it was sent lets nobody in any more.

    Raises `NominationError` when it is on the map, was given up already, or somebody has joined its team.
    """
    with teams.locked_team(organisation.pk) as group:
        if group.state != NodeState.DRAFT or Membership.objects.filter(organisation=group).exists():
            raise NominationError(_("“%(name)s” does not wait for an answer any more.") % {"name": group.name})
        with change(actor=actor, action="give up nominated group", place=group.place, target=group) as it:
            # Nobody has seen it.
            it.places.clear()
            waiting = Invitation.objects.filter(organisation=group, state=InvitationState.OPEN)
            it.data["invitations"] = waiting.update(state=InvitationState.WITHDRAWN, ended_at=timezone.now())
            group.state = NodeState.ARCHIVED
            group.save(update_fields=["state", "updated_at"])
    return group


def purge(now: datetime.datetime | None = None) -> int:
    """Delete nominations that were decided ninety days ago, with the addresses in them. Returns how many."""
    old = (now or timezone.now()) - KEPT
    return retention.let_go(Nomination.objects.filter(decided_at__lt=old), action="delete old nominations")


def _decide(nomination: Nomination, actor: Actor, state: str, *, node: Node | None = None, reason: str = "") -> None:
    nomination.state, nomination.reason = state, reason
    nomination.node_id = node.pk if node is not None else None
    nomination.decided_at, nomination.decided_by = timezone.now(), actor.user
    nomination.save()


@contextmanager
def _locked(nomination: Nomination) -> Iterator[Nomination]:
    """The nomination as it is now, locked until the end, and not decided yet."""
    with transaction.atomic():
        rows = Nomination.objects.select_for_update(of=("self",)).select_related("place")
        found = rows.filter(pk=nomination.pk).first()
        if found is None or found.state != NominationState.WAITING:
            raise NominationError(_("“%(name)s” was decided already.") % {"name": nomination.name})
        yield found


@contextmanager
def _change(actor: Actor, action: str, nomination: Nomination) -> Iterator[Change]:
    with change(actor=actor, action=action, place=nomination.place, target=nomination.name) as it:
        it.places.clear()
        it.data["nomination"] = str(nomination.uuid)
        yield it
