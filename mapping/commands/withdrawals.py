"""Withdrawals that outlast the database: written into a ledger of files, and done again after a restore.

withdrawals.note(kind=WithdrawalKind.CONSENT, target=consent.uuid, of=node.uuid)      # inside the change
withdrawals.reapply()                                                                 # at every start
"""

from __future__ import annotations

import logging
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mapping.access import withdrawal_ledger
from mapping.access.withdrawal_ledger import Entry
from mapping.models import Consent, Statement, Withdrawal, WithdrawalKind

from .change import Actor, change

logger = logging.getLogger(__name__)

SETTLED = timedelta(seconds=30)
ACTOR = Actor.command("reapply_withdrawals")


@dataclass(frozen=True)
class Reapplied:
    """found : lines of the ledger that this database did not know; done : what that changed; kept : rows that the
    ledger did not have yet."""

    found: int = 0
    done: int = 0
    kept: int = 0


def note(*, kind: WithdrawalKind, target: uuids.UUID | str | int, of: uuids.UUID | str = "") -> None:
    """Write a withdrawal down, in the database and in the ledger. Call it last in the transaction that withdraws.

    It is on the disk when this returns, and so before anybody is told. A ledger that cannot be written to keeps nobody
    from being taken off: the row says so, /readyz tells, and it is written as soon as it can be.
    """
    row = Withdrawal(kind=kind, target=str(target), of=str(of), at=timezone.now())
    try:
        withdrawal_ledger.append(_entry(row))
        row.kept = True
    except OSError:
        logger.exception("A withdrawal could not be written into the ledger; it is tried again.")
    row.save(force_insert=True)


def state(settled: timedelta = SETTLED) -> str:
    """What /readyz says: "ok" or what is the matter. One query and the end of each file.

    What is younger than `settled` may not be committed yet.
    """
    try:
        newest = [it.uuid for it in withdrawal_ledger.newest() if it.moment < timezone.now() - settled]
    except OSError as error:
        return f"the ledger cannot be read ({error.strerror}): see WITHDRAWALS_ROOT"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM mapping_withdrawal WHERE uuid = ANY(%s::uuid[])),"
            " EXISTS (SELECT 1 FROM mapping_withdrawal WHERE NOT kept)", [newest],
        )  # fmt: skip
        known, waiting = cursor.fetchone()
    if known < len(newest):
        return "this database does not know the last ones (was it restored?): run manage.py reapply_withdrawals"
    if waiting:
        return "not all are in the ledger: see WITHDRAWALS_ROOT, then run manage.py reapply_withdrawals"
    return "ok"


def reapply(*, dry_run: bool = False) -> Reapplied:
    """Do again what the ledger has and this database does not know of; write down what the ledger does not have.

    Each in a transaction of its own: one that fails keeps no other from being done. Doing it twice changes nothing.
    Raises OSError when the ledger cannot be read.
    """
    known = {str(it) for it in Withdrawal.objects.values_list("uuid", flat=True)}
    missing = [it for it in withdrawal_ledger.entries() if it.uuid not in known]
    if dry_run:
        return Reapplied(found=len(missing), kept=Withdrawal.objects.filter(kept=False).count())
    done = failed = 0
    for entry in missing:
        try:
            with transaction.atomic():
                done += _again(entry)
                values = {"kind": entry.kind, "target": entry.target, "of": entry.of, "at": entry.moment}
                Withdrawal.objects.get_or_create(uuid=entry.uuid, defaults={**values, "kept": True})
        except DatabaseError:
            failed += 1
            logger.exception("Withdrawal %s could not be done again.", entry.uuid)
    kept = 0
    for row in Withdrawal.objects.filter(kept=False):
        withdrawal_ledger.append(_entry(row))
        Withdrawal.objects.filter(pk=row.pk).update(kept=True)
        kept += 1
    if failed:
        raise DatabaseError(f"{failed} withdrawals could not be done again.")
    return Reapplied(len(missing), done, kept)


def at_start() -> None:
    """Reapply what a restored database does not know of, before anybody is answered. Never fails: /readyz tells."""
    try:
        if state(timedelta()) != "ok":
            found = reapply()
            logger.warning("Withdrawals: %s were not known to this database; %s done again.", found.found, found.done)
    except (DatabaseError, OSError):
        logger.warning("It could not be looked whether all withdrawals are known to the database; see /readyz.")
    finally:
        # The processes that are forked from this one have connections of their own.
        connection.close()
        if getattr(connection, "pool", None) is not None:
            connection.close_pool()


def _entry(row: Withdrawal) -> Entry:
    return Entry(str(row.uuid), row.kind, row.target, row.of, row.at.isoformat())


def _again(entry: Entry) -> int:
    """Do one withdrawal again. Returns how many things that changed."""
    handler = _HANDLERS.get(entry.kind)
    if handler is None:
        raise DatabaseError(f"A withdrawal of the kind {entry.kind!r} is not known to this version.")
    return handler(entry, entry.moment)


def _consents(entry: Entry, moment: datetime) -> int:
    """End every consent of that person that was there when they took it back; a back-up may have an older one."""
    from . import consents

    found = Consent.objects.live().filter(node__uuid=entry.of, created_at__lte=moment)
    return sum(consents.withdraw(actor=ACTOR, consent=it, noted=True) for it in found)


def _statements(entry: Entry, _moment: datetime) -> int:
    from . import connections

    found = Statement.objects.live().filter(uuid=entry.target)
    return sum(connections.withdraw(actor=ACTOR, statement=it, noted=True) for it in found)


def _accounts(entry: Entry, moment: datetime) -> int:
    """Delete the account of that number, unless another has got it since."""
    found = get_user_model().objects.filter(pk=int(entry.target), date_joined__lte=moment).first()
    if found is None:
        return 0
    with change(actor=ACTOR, action="erase account again") as it:
        it.data["account"] = found.pk
        found.withdrawal_noted = True
        found.delete()
    return 1


_HANDLERS: dict[str, Callable[[Entry, datetime], int]] = {
    WithdrawalKind.CONSENT: _consents,
    WithdrawalKind.STATEMENT: _statements,
    WithdrawalKind.ACCOUNT: _accounts,
}


def note_account(sender, instance, **_more) -> None:
    """A signal's receiver: an account is being deleted, whoever does it."""
    if not getattr(instance, "withdrawal_noted", False):
        note(kind=WithdrawalKind.ACCOUNT, target=instance.pk)
