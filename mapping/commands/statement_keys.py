"""What a row of a file is known again by, where it has no id of its own: its ends, type, dates and amount."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal

from mapping.models import ConnectionType, Node, Statement

MADE = "row "


def made_key(
    first: Node,
    second: Node,
    kind: ConnectionType,
    held_from: datetime.date | None,
    held_to: datetime.date | None,
    said_on: datetime.date | None,
    amount: Decimal | None,
) -> str:
    """The key of a row that says this of these two."""
    ends = (first, second) if kind.directed or first.pk < second.pk else (second, first)
    said = (*(str(it.uuid) for it in ends), kind.slug, held_from, held_to, said_on, amount)
    return MADE + hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def made_key_of(it: Statement) -> str:
    """The key that the row of a statement has by where its connection leads now."""
    joined = it.connection
    return made_key(joined.source, joined.target, joined.type, it.held_from, it.held_to, it.said_on, it.amount)
