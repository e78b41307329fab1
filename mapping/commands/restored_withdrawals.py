"""What the ledger of withdrawals has and a restored database does not know of is taken back again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from mapping.access import withdrawal_ledger
from mapping.access.withdrawal_ledger import Entry
from mapping.models import Actor, Consent, Statement, Withdrawal, WithdrawalKind

from . import connections, consents, withdrawals
from .change import change

logger = logging.getLogger(__name__)

ACTOR = Actor.command("reapply_withdrawals")


@dataclass(frozen=True)
class Reapplied:
    """found : lines of the ledger that this database did not know; done : what that changed; kept : rows that the
    ledger did not have yet."""

    found: int = 0
    done: int = 0
    kept: int = 0


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
        withdrawal_ledger.append(withdrawals.entry_of(row))
        Withdrawal.objects.filter(pk=row.pk).update(kept=True)
        kept += 1
    if failed:
        raise DatabaseError(f"{failed} withdrawals could not be done again.")
    return Reapplied(len(missing), done, kept)


def at_start() -> None:
    """Reapply what a restored database does not know of, before anybody is answered. Never fails: /readyz tells."""
    try:
        if withdrawals.state(timedelta()) != "ok":
            found = reapply()
            logger.warning("Withdrawals: %s were not known to this database; %s done again.", found.found, found.done)
    except (DatabaseError, OSError):
        logger.warning("It could not be looked whether all withdrawals are known to the database; see /readyz.")
    finally:
        # The processes that are forked from this one have connections of their own.
        connection.close()
        if getattr(connection, "pool", None) is not None:
            connection.close_pool()


def _again(entry: Entry) -> int:
    """Do one withdrawal again. Returns how many things that changed."""
    handler = _HANDLERS.get(entry.kind)
    if handler is None:
        raise DatabaseError(f"A withdrawal of the kind {entry.kind!r} is not known to this version.")
    return handler(entry, entry.moment)


def _consents(entry: Entry, moment: datetime) -> int:
    """End every consent of that person that was there when they took it back; a back-up may have an older one."""
    found = Consent.objects.live().filter(node__uuid=entry.of, created_at__lte=moment)
    return sum(consents.withdraw(actor=ACTOR, consent=it, noted=True) for it in found)


def _statements(entry: Entry, _moment: datetime) -> int:
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
