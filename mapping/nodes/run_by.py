"""What a group runs, as a condition on nodes. An app that keeps who runs what says so from its AppConfig's `ready`:

run_by.register(lambda group: Listing.objects.filter(organiser__uuid=group).values("pk"))
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db.models import Q, QuerySet

from mapping.models import PUBLIC, Node, NodeKind

_readers: list[Callable[[uuid.UUID], QuerySet]] = []


def register(reader: Callable[[uuid.UUID], QuerySet]) -> None:
    """Add a reader: given a group's uuid, the ids of the nodes that it runs, in a query that is not asked yet."""
    if reader not in _readers:
        _readers.append(reader)


def run_by(group: uuid.UUID) -> Q:
    """The condition that a node is run by `group`; whether that may be known, the asker sees to."""
    found = Q(pk__in=[])
    for reader in _readers:
        found |= Q(pk__in=reader(group))
    return found


def is_known(group: uuid.UUID) -> bool:
    """Whether it is a group that everybody sees."""
    return Node.objects.visible_to(PUBLIC).filter(uuid=group, kind=NodeKind.ORGANISATION).exists()
