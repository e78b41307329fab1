"""Withdrawals that outlast the database: written into a ledger of files, and done again after a restore.

withdrawals.note(kind=WithdrawalKind.CONSENT, target=consent.uuid, of=node.uuid)      # inside the change
withdrawals.reapply()                                                                 # at every start
"""

from __future__ import annotations

import logging
import uuid as uuids
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from mapping.access import withdrawal_ledger
from mapping.access.withdrawal_ledger import Entry
from mapping.models import Withdrawal, WithdrawalKind

logger = logging.getLogger(__name__)

SETTLED = timedelta(seconds=30)


def note(*, kind: WithdrawalKind, target: uuids.UUID | str | int, of: uuids.UUID | str = "") -> None:
    """Write a withdrawal down, in the database and in the ledger. Call it last in the transaction that withdraws.

    It is on the disk when this returns, and so before anybody is told. A ledger that cannot be written to keeps nobody
    from being taken off: the row says so, /readyz tells, and it is written as soon as it can be.
    """
    row = Withdrawal(kind=kind, target=str(target), of=str(of), at=timezone.now())
    try:
        withdrawal_ledger.append(entry_of(row))
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


def entry_of(row: Withdrawal) -> Entry:
    return Entry(str(row.uuid), row.kind, row.target, row.of, row.at.isoformat())


def note_account(sender, instance, **_more) -> None:
    """A signal's receiver: an account is being deleted, whoever does it."""
    if not getattr(instance, "withdrawal_noted", False):
        note(kind=WithdrawalKind.ACCOUNT, target=instance.pk)
