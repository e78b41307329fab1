"""Derive a place: all of it, or around what changed since it was last derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from mapping.commands.change import change
from mapping.models import Actor, Connection, ConnectionType, DerivationMark, Node, Place, Statement

from . import near, pairs, statements
from .rules import RULES, in_force

# Raised when the rules themselves change: then everything is derived anew.
VERSION = 2
# When more nodes than these changed (an import), all of a place is less work than their surroundings.
MAX_TOUCHED = 500
# And when so many others could be reached from them (everybody whom one funder funds).
MAX_REACHED = 1500


@dataclass
class Outcome:
    """What deriving did. by_rule : rule -> {created, updated, removed}; full : the whole place was looked at."""

    full: bool = True
    by_rule: dict[str, dict[str, int]] = field(default_factory=dict)
    touched: int = 0

    @property
    def created(self) -> int:
        return self._sum("created")

    @property
    def updated(self) -> int:
        return self._sum("updated")

    @property
    def removed(self) -> int:
        return self._sum("removed")

    @property
    def changed(self) -> bool:
        return bool(self.by_rule)

    def _sum(self, what: str) -> int:
        return sum(it.get(what, 0) for it in self.by_rule.values())


def derive(
    place: Place,
    *,
    actor: Actor,
    full: bool = False,
    progress: Callable[[str], None] | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Bring the derived connections of `place` up to date, as one change.

    Looks around the nodes that changed since the last time; at everything when `full`, the first time, when rules or
    their settings changed, or when more than `MAX_TOUCHED` nodes did. Without a difference there is no audit row and
    no new revision. `progress` is called with the name of each step.
    """
    say = progress or (lambda step: None)
    # Kept before anything is read: from now on triggers note what changes.
    DerivationMark.objects.get_or_create(place=place)
    outcome = Outcome()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One process at a time derives a place.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('derive'), %s)", [place.pk])
            mark = DerivationMark.objects.get(place=place)
            caps = in_force(place)
            now = _state(place, caps)
            nodes, tags, points = _touched(cursor, place, mark.data, now["over"])
            outcome.touched = len(nodes)
            known = {**mark.data, "day": now["day"], "over": now["over"]}
            outcome.full = full or known != now or len(nodes) > MAX_TOUCHED
            if outcome.full or nodes:
                with change(actor=actor, action="derive connections", place=place) as it:
                    outcome.by_rule = _work(cursor, place, caps, outcome.full, (nodes, tags, points), say)
                    it.data.update(full=outcome.full, rules=outcome.by_rule)
                    if not outcome.changed:
                        it.nothing_changed()
            if mark.data != now:
                mark.data = now
                mark.save()
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def counts(place: Place) -> dict[str, int]:
    """How many live statements each rule has in a place (with an end there)."""
    live = Statement.objects.live().filter(by_rule__in=list(RULES), connection__source__place=place)
    found = live.order_by().values_list("by_rule").annotate(number=Count("pk"))
    return {**dict.fromkeys(RULES, 0), **dict(found)}


def _state(place: Place, caps: dict[str, int]) -> dict[str, Any]:
    """What the derived connections depend on besides the records."""
    # Wherever they are hidden: what is shared may belong to another place.
    hidden = ConnectionType.hidden_in.through.objects.order_by("connectiontype", "place")
    return {
        "version": VERSION,
        "rules": dict(sorted(caps.items())),
        "hidden": [list(pair) for pair in hidden.values_list("connectiontype", "place")],
        "day": timezone.localdate().isoformat(),
        # Until when what is over has been looked at.
        "over": over.isoformat() if (over := Node.objects.last_over().first()) else "",
    }


def _touched(
    cursor: CursorWrapper, place: Place, known: dict[str, Any], over: str
) -> tuple[list[int], list[int], list[str]]:
    """Take what triggers noted: nodes, tags, and points where something was.

    Also what nobody wrote: whose connections ended since, and what is over since (`over`: until when).
    """
    since = known.get("day")
    cursor.execute("DELETE FROM mapping_touchednode WHERE place_id = %s RETURNING node, tag, point::text", [place.pk])
    rows = cursor.fetchall()
    nodes = {row[0] for row in rows}
    if since and since != timezone.localdate().isoformat():
        ended = Statement.objects.filter(
            held_to__gte=since, held_to__lt=timezone.localdate(), by_rule="", connection__source__place=place
        )
        nodes.update(pk for pair in ended.values_list("connection__source", "connection__target") for pk in pair)
    if over and over != known.get("over"):
        after = Node.objects.filter(over_at__lte=over)
        if known.get("over"):
            after = after.filter(over_at__gt=known["over"])
        beside = Connection.objects.filter(
            Q(source=OuterRef("pk"), target__place=place) | Q(target=OuterRef("pk"), source__place=place)
        )
        nodes.update(after.filter(Q(place=place) | Exists(beside)).values_list("pk", flat=True))
    tags = {row[1] for row in rows if row[1] is not None}
    return sorted(nodes), sorted(tags), sorted({row[2] for row in rows if row[2]})


def _work(
    cursor: CursorWrapper,
    place: Place,
    caps: dict[str, int],
    full: bool,
    touched: tuple[list[int], list[int], list[str]],
    say: Callable[[str], None],
) -> dict[str, dict[str, int]]:
    pairs.start(cursor)
    say("shared things")
    scope = None if full else _scope(cursor, place, touched)
    if scope is None:
        pairs.load_all(cursor, place.pk)
    pairs.keep_best(cursor, caps, part=scope is not None)
    if "near" in caps:
        say("near each other")
        near.keep_near(cursor, place.pk, caps["near"], scope=scope)
    say("statements")
    return statements.keep(cursor, place.pk, scope)


def _scope(cursor: CursorWrapper, place: Place, touched: tuple[list[int], list[int], list[str]]) -> list[int] | None:
    """Whose derived connections may be others now; None when they are too many to be looked at one by one."""
    nodes, tags, points = touched
    # What the rules say is kept together, so each looks at everything that any of them could change.
    also = near.around(cursor, place.pk, nodes, points)
    scope = pairs.reached(cursor, place.pk, nodes, tags, also=also)
    if len(scope) > MAX_REACHED:
        return None
    pairs.load_around(cursor, place.pk)
    return scope
