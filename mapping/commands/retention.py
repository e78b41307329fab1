"""Letting go of what was kept as long as it may be: in batches, each a change of the site's own, with its audit row.

    let_go(Claim.objects.filter(updated_at__lt=old), action="delete old claims")
    let_go(flags, action="forget addresses of flags", do=lambda rows: rows.update(email=""))

The audit says how many, of what, and nothing of whom. None of it is shown to readers, so no revision is raised.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from mapping.models import Actor

from .change import change

KEEPER = Actor.command("retention")
# Rows in one transaction, and in one run of a job; what is left goes with the next.
BATCH = 500
MAX_ROWS = 20_000


def let_go(
    rows: QuerySet,
    *,
    action: str,
    do: Callable[[QuerySet], int] | None = None,
    most: int = MAX_ROWS,
    batch: int = BATCH,
) -> int:
    """Delete `rows`, or `do` something to each batch of them that returns how many it changed. Returns how many.

    `do` has to leave no row that `rows` finds again. Rows that somebody has locked are left for the next run.
    """
    do, done, read = do or _delete, 0, 0
    label = rows.model._meta.label
    while read < most:
        with change(actor=KEEPER, action=action) as it:
            # Looked at and locked at once: what is confirmed in this very moment is not among them.
            locked = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))
            keys = [it.pk for it in locked.only("pk")[: min(batch, most - read)]]
            number = do(rows.model._base_manager.filter(pk__in=keys)) if keys else 0
            it.data[label] = number
            if not number:
                it.nothing_changed()
        read, done = read + len(keys), done + number
        if len(keys) < batch or not number:
            break
    return done


def _delete(rows: QuerySet) -> int:
    return rows.delete()[0]
