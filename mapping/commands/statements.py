"""What a person does with a connection: say it, agree, dispute, correct, take back.

    statements.say(contributor=contributor, claim=claim)
    statements.answer(
        contributor=contributor, connection=connection, kind=StatementKind.DISAGREES, note="It moved in 2024."
    )

One party has one say on a connection: saying something else about it replaces what that party said before, never
what others did. Conflicting statements stand side by side, in the order of `StatementQuerySet.ranked`.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from mapping.access.permissions import Contributor
from mapping.models import ONLY_RULES_WRITE as WRITTEN_BY_RULES
from mapping.models import Actor, Connection, ConnectionType, Node, Statement, StatementKind, Visibility
from mapping.search.geocoding import tidy

from . import connections
from .connections import Claim, ConnectionRefused

# In a day, of one person: a weaver typing in a workshop's cards stays below, a script does not.
MAX_A_DAY = 300


class NotYours(ConnectionRefused):
    """Somebody may not say or take back this."""

    status = 403


class TooMany(ConnectionRefused):
    """Somebody says more in a day than one person would."""

    status = 429


def say(*, contributor: Contributor, claim: Claim) -> tuple[Statement, bool]:
    """Keep what a person says of two nodes. Returns the statement and whether anything changed.

    The claim's `by_node`, where given, must be a group that they may speak for; `said_on` is today unless it is given.
    Raises `NotYours`, `TooMany`, or `ConnectionRefused` for what `connections.state` refuses.
    """
    if not contributor.may_state(claim.source, claim.target):
        raise NotYours(
            _("You can state connections of places you belong to, and of groups you may speak for."),
            _("Ask a steward of the place to make you a member."),
        )
    _may_speak_for(contributor, claim.by_node)
    _offered(claim)
    _may_see(contributor, claim)
    day = timezone.now() - datetime.timedelta(days=1)
    if Statement.objects.filter(by_user=contributor.user, created_at__gt=day).count() >= MAX_A_DAY:
        raise TooMany(
            _("You have said %(number)s things since yesterday, which is as many as one person may.")
            % {"number": MAX_A_DAY},
            _("Go on tomorrow, or bring a longer list in as a file."),
        )
    claim = replace(claim, by_user=contributor.user, said_on=claim.said_on or timezone.localdate())
    return connections.state(actor=Actor.of(contributor.user), claim=claim)


def answer(
    *, contributor: Contributor, connection: Connection, kind: str, for_group: Node | None = None, **values
) -> tuple[Statement, bool]:
    """Agree with a connection, dispute it (it does not hold) or correct it (it holds, but differently).

    `kind` is a StatementKind, `values` further fields of `Claim`: strength, held_from, held_to, note, evidence_url,
    visibility, group. A correction must differ from saying nothing: a date, a note or evidence.
    Raises as `say` does.
    """
    said = (values.get("held_from"), values.get("held_to"), values.get("note"), values.get("evidence_url"))
    if kind == StatementKind.CORRECTS and not any(said):
        raise ConnectionRefused(
            _("A correction needs something to correct."), _("Give the right dates, or write what is different.")
        )
    claim = Claim(
        source=connection.source,
        target=connection.target,
        type=connection.type.slug,
        type_id=connection.type_id,
        kind=kind,
        by_user=contributor.user,
        by_node=for_group,
        **values,
    )
    return say(contributor=contributor, claim=claim)


def withdraw(*, contributor: Contributor, statement: Statement, reason: str = "") -> bool:
    """Take back what one said oneself, or, as a steward, what another did: then a reason is needed.

    Everybody else's statements stay. Returns False when it was withdrawn before. Raises `NotYours`,
    `ConnectionRefused` without a reason.
    """
    if not contributor.may_withdraw(statement):
        raise NotYours(
            _("Only whoever said this, their group, or a steward of the place can withdraw it."),
            _("You can say that it does not hold instead."),
        )
    reason = tidy(reason)
    if not contributor.owns(statement) and not reason:
        raise ConnectionRefused(
            _("Somebody else said this, so a reason is needed."), _("Write in a sentence why it is withdrawn.")
        )
    return connections.withdraw(actor=Actor.of(contributor.user), statement=statement, reason=reason)


def mine(contributor: Contributor, connection: Connection, for_group: Node | None = None) -> Statement | None:
    """Return what this person (or a group of theirs) has said of a connection and not taken back."""
    live = Statement.objects.live().filter(connection=connection)
    if for_group is not None:
        return live.filter(by_node=for_group).order_by("-pk").first()
    return live.filter(by_user=contributor.user, by_node=None).order_by("-pk").first()


def _may_speak_for(contributor: Contributor, group: Node | None) -> None:
    if group is not None and group.pk not in contributor.group_ids:
        raise NotYours(
            _("You cannot speak for “%(name)s”.") % {"name": group.name},
            _("Say it for yourself, or ask an owner of the group to make you an editor."),
        )


def _may_see(contributor: Contributor, claim: Claim) -> None:
    """What is for a group only must be for a group one is in: nobody posts into somebody else's room."""
    if claim.visibility != Visibility.GROUP:
        return
    if claim.group is None or not (
        contributor.viewer.sees_everything or claim.group.pk in contributor.viewer.group_ids | contributor.group_ids
    ):
        raise NotYours(
            _("Only a group that you belong to can keep this to itself."),
            _("Choose on whose behalf you say it, or let the members of the place see it."),
        )


def _offered(claim: Claim) -> None:
    """A place that hides a type is not told of it either; and what rules work out is not for people to state."""
    if claim.type in WRITTEN_BY_RULES and claim.kind != StatementKind.DISAGREES:
        raise ConnectionRefused(
            _("This is worked out from the records, not stated."),
            _("Say in your own words how the two are connected, or that it does not hold."),
        )
    places = {claim.source.place_id, claim.target.place_id} - {None}
    types = ConnectionType.objects.filter(slug=claim.type, hidden_in__in=places)
    if claim.type_id is not None:
        types = types.filter(pk=claim.type_id)
    hidden = types.first()
    if hidden is not None:
        raise ConnectionRefused(
            _("“%(verb)s” is not used in this place.") % {"verb": hidden.forward}, _("Choose another type.")
        )
