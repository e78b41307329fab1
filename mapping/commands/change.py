"""The frame of every write: one transaction, an actor, an audit row, the place's revision raised.

    with change(actor=Actor.of(user), action="approve", place=place, target=node) as it:
        ...
        it.data["note"] = "..."

Nothing is recorded, and no revision raised, when `it.nothing_changed()` was called or an error left the block.

What is taken from readers (hidden, coarsened, taken back, deleted) raises the floor of its places: triggers see to that
for nodes and statements, `it.withdraws()` says it of anything else. A record is shown to more people, or more exactly,
only after `it.loosens(...)`: where a person has decided so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from mapping import signals
from mapping.maps.tile_cache import tiles
from mapping.models import Actor, AuditEntry, Connection, Place, Revision, Visibility


@dataclass
class Change:
    """What a change touches; `places` may be added to inside the block."""

    places: set[int] = field(default_factory=set)
    data: dict[str, Any] = field(default_factory=dict)
    changed: bool = True
    withdrawn: set[int] = field(default_factory=set)
    may_loosen: bool = False

    def touch(self, place) -> None:
        """Say that published records of `place` (a Place, its id, or None) change too."""
        if place is not None:
            self.places.add(place if isinstance(place, int) else place.pk)

    def touch_around(self, nodes: Iterable[int]) -> None:
        """Say that these nodes (ids) are told of differently: with those they are connected with, wherever they are."""
        self.places.update(Connection.objects.all().places_around(list(nodes)))

    def touch_everywhere(self) -> None:
        """Say that what changes belongs to no place of its own, and so may show in any."""
        self.places.update(Place.objects.homes().values_list("pk", flat=True))

    def withdraws(self, *places) -> None:
        """Say that something is taken from the readers of these places (Place or id): their older addresses are gone.

        For what no trigger sees; of nodes and statements they see everything.
        """
        self.withdrawn.update(place if isinstance(place, int) else place.pk for place in places if place is not None)

    def loosens(self, **fields: list[str]) -> None:
        """Say that a person decided to show something to more people, or more exactly: it is let until the block ends.

        `fields` are its values before and after, for the audit (`mapping.access.disclosure.loosened`).
        """
        if fields:
            self.data.setdefault("loosened", {}).update(fields)
        if not self.may_loosen:
            self.may_loosen = True
            _let_loosen("on")

    def nothing_changed(self) -> None:
        """Leave no trace: the block found nothing to do."""
        self.changed = False


@contextmanager
def change(*, actor: Actor, action: str, place=None, target=None) -> Iterator[Change]:
    """Run a block as one change. Raises whatever the block raises, having undone everything."""
    it = Change()
    it.touch(place)
    with transaction.atomic():
        yield it
        if it.may_loosen:
            # Not for what else this transaction does.
            _let_loosen("off")
        if it.changed:
            AuditEntry.objects.create(
                user=actor.user,
                actor=actor.label,
                action=action,
                target=_called(target)[:200],
                target_uuid=getattr(target, "uuid", None),
                place_id=place if isinstance(place, int) else getattr(place, "pk", None),
                data=it.data,
            )
            # Last, so that the row lock of the revision is held for as short a time as can be.
            raised = Revision.objects.all().raise_for(it.places, it.withdrawn)
            transaction.on_commit(lambda: _after(set(raised)))


def _called(target) -> str:
    """What it is called; not what stands in a group's own space: stewards read the audit, and are no members."""
    if getattr(target, "visibility", None) == Visibility.GROUP:
        return "a record that only a group sees"
    return str(target or "")


def _let_loosen(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hereabouts.loosens', %s, true)", [state])


def _after(places: set[int]) -> None:
    # This process trusts a number of a revision that it read a moment ago; after its own changes not even for that.
    tiles.forget_numbers()
    signals.revision_raised.send(sender=Change, places=places)
