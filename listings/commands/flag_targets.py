"""What can be flagged: how it is found, hidden until a steward has looked, put back, and taken off for good.

target = flag_targets.find(FlagTarget.NODE, uuid, viewer)        # None when the viewer does not see it
target = flag_targets.load(case)                                 # whatever its state; None when it is gone
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.commands import reports
from listings.models import FlagCase, FlagTarget, Report
from mapping.commands import merges, publication, withdrawals
from mapping.commands.change import change
from mapping.models import Actor, Connection, Node, NodeState, Place, Statement, Viewer, WithdrawalKind

_ENDS = ("source__place", "target__place", "type")


@dataclass(frozen=True)
class Target:
    """One record that may be flagged. `version` tells one state of it from the next; `shown`: readers see it."""

    kind: str
    uuid: uuids.UUID
    name: str
    place: Place | None
    url: str
    shown: bool
    version: str
    record: Node | Connection | Report


def find(kind: str, uuid: uuids.UUID, viewer: Viewer) -> Target | None:
    """A record that `viewer` sees; None for any other, whether it exists or not."""
    if kind == FlagTarget.NODE:
        node = Node.objects.visible_to(viewer).select_related("place").filter(uuid=uuid).first()
        return _of_node(node) if node else None
    if kind == FlagTarget.REPORT:
        report = Report.objects.visible_to(viewer).select_related("place").filter(uuid=uuid).first()
        return _of_report(report) if report else None
    connection = Connection.objects.visible_to(viewer).select_related(*_ENDS).filter(uuid=uuid).first()
    return _of_connection(connection) if connection else None


def load(case: FlagCase) -> Target | None:
    """The record of a case as it is now, also one that is hidden; what it was merged into, if it was."""
    if case.target == FlagTarget.NODE:
        node = Node.objects.select_related("place").filter(uuid=case.target_uuid).first()
        merged = merges.redirected(case.target_uuid) if node is None or node.state == NodeState.ARCHIVED else None
        node = merged or node
        return _of_node(node) if node else None
    if case.target == FlagTarget.REPORT:
        report = Report.objects.select_related("place").filter(uuid=case.target_uuid).first()
        return _of_report(report) if report else None
    connection = Connection.objects.select_related(*_ENDS).filter(uuid=case.target_uuid).first()
    return _of_connection(connection) if connection else None


def _of_node(node: Node) -> Target:
    return Target(
        kind=FlagTarget.NODE,
        uuid=node.uuid,
        name=node.name,
        place=node.place,
        url=node.get_absolute_url(),
        shown=node.state == NodeState.LIVE,
        version=node.updated_at.isoformat(),
        record=node,
    )


def _of_connection(connection: Connection) -> Target:
    live = list(_said(connection).order_by("pk").values_list("pk", flat=True)[:100])
    return Target(
        kind=FlagTarget.CONNECTION,
        uuid=connection.uuid,
        name=str(connection),
        place=connection.source.place or connection.target.place,
        url=connection.get_absolute_url(),
        shown=Statement.objects.live().filter(connection=connection).exists(),
        version="-".join(str(pk) for pk in live),
        record=connection,
    )


def _of_report(report: Report) -> Target:
    return Target(
        kind=FlagTarget.REPORT,
        uuid=report.uuid,
        name=report.title,
        place=report.place,
        url=report.get_absolute_url(),
        shown=report.is_public,
        version=report.changed_at.isoformat(),
        record=report,
    )


def _said(connection: Connection):
    """What people and files say of it. What a rule works out is not for a steward to set aside: it would be back."""
    return Statement.objects.live().filter(connection=connection, by_rule="")


def hide(*, actor: Actor, case: FlagCase, target: Target) -> bool:
    """Hide a record until a steward has looked. Nothing is lost. Returns whether there was something to hide."""
    if target.kind == FlagTarget.NODE:
        reason = _("Somebody says that it may not be safe. It is hidden until a steward has looked at it.")
        try:
            publication.unpublish(actor=actor, node=target.record, reason=reason, by_steward=False, by_flag=True)
        except publication.PublicationRefused:
            return False
        case.hidden_at = timezone.now()
        case.save(update_fields=["hidden_at"])
        return True
    if target.kind == FlagTarget.REPORT:
        report = target.record
        reports.hide(actor=actor, report=report, reason=_("Somebody says that it may not be safe."))
        # The same moment: so it is known that nobody else has hidden it since.
        case.hidden_at = report.hidden_at
        case.save(update_fields=["hidden_at"])
        return True
    return _set_aside(actor, case, target.record)


def _set_aside(actor: Actor, case: FlagCase, connection: Connection) -> bool:
    """As if taken back, and remembered: the same come back when a steward says so."""
    now = timezone.now()
    with change(actor=actor, action="set statements aside", place=connection.source.place_id, target=connection) as it:
        it.touch(connection.target.place_id)
        taken = list(_said(connection).select_for_update().values_list("uuid", flat=True))
        if not taken:
            it.nothing_changed()
            return False
        Statement.objects.filter(uuid__in=taken).update(withdrawn_at=now)
        it.data["statements"] = [str(uuid) for uuid in taken]
    case.hidden_at, case.hidden_statements = now, taken
    case.save(update_fields=["hidden_at", "hidden_statements"])
    return True


def put_back(*, actor: Actor, case: FlagCase, target: Target) -> bool:
    """Show what flags had hidden. Returns whether anything had to be done. Raises `PublicationRefused`."""
    if case.hidden_at is None:
        return False
    if target.kind == FlagTarget.NODE:
        off = publication.unpublication(target.record)
        if off is None or off.by_steward:
            # Put back by a steward already, or taken off by one since: then it is not for a flag to bring it back.
            return False
        publication.put_back(actor=actor, node=target.record)
        return True
    if target.kind == FlagTarget.REPORT:
        if target.record.hidden_at != case.hidden_at:
            return False
        reports.show(actor=actor, report=target.record)
        return True
    connection = target.record
    with change(actor=actor, action="put statements back", place=connection.source.place_id, target=connection) as it:
        it.touch(connection.target.place_id)
        # Only those that are as this case left them.
        aside = Statement.objects.filter(uuid__in=case.hidden_statements, withdrawn_at=case.hidden_at)
        it.loosens(withdrawn_at=[case.hidden_at.isoformat(), ""])
        back = aside.update(withdrawn_at=None)
        it.data["statements"] = back
        if not back:
            it.nothing_changed()
    return bool(back)


def take_off(*, actor: Actor, case: FlagCase, target: Target, reason: str) -> None:
    """Take a record off by a steward's decision. Raises `PublicationRefused` when it is not there to be taken off."""
    if target.kind == FlagTarget.NODE:
        if target.shown:
            publication.unpublish(actor=actor, node=target.record, reason=reason, by_steward=True, by_flag=True)
        elif case.hidden_at is not None:
            publication.keep_off(actor=actor, node=target.record, reason=reason)
        else:
            raise publication.PublicationRefused(_("“%(name)s” is not on the map any more.") % {"name": target.name})
        return
    if target.kind == FlagTarget.REPORT:
        if not target.shown and case.hidden_at is None:
            raise publication.PublicationRefused(_("Readers do not see “%(name)s” any more.") % {"name": target.name})
        # Of one that flags have hidden nothing changes: the reason stands in the decision.
        reports.hide(actor=actor, report=target.record, reason=reason)
        return
    connection = target.record
    with change(actor=actor, action="withdraw statements", place=connection.source.place_id, target=connection) as it:
        it.touch(connection.target.place_id)
        gone = list(_said(connection).values_list("uuid", flat=True))
        Statement.objects.filter(uuid__in=gone).update(withdrawn_at=timezone.now())
        it.data |= {"reason": reason, "statements": [str(uuid) for uuid in [*gone, *case.hidden_statements]]}
        # A restored back-up does not bring them back.
        for uuid in [*gone, *case.hidden_statements]:
            withdrawals.note(kind=WithdrawalKind.STATEMENT, target=uuid)
