"""The connections and statements of two nodes that become one.

Said of either, it is said of the one. What joined the two with each other joins nothing any more. Nobody is counted
twice: of two statements of one party that come to say the same, one is withdrawn. What a node said of others stays the
word of a third party where it would otherwise become the word of an end: so nothing is said by both that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from mapping.models import Connection, Node, Statement

from .journal import Entry, Journal
from .statement_keys import MADE, made_key_of

# What makes two rows of one dataset say the same.
_SAID = (
    "kind", "strength", "held_from", "held_to", "said_on", "amount", "currency", "note", "evidence_url", "visibility"
)  # fmt: skip


def move(journal: Journal, kept: Node, dropped: Node) -> Counter:
    """Let what is said of `dropped` be said of `kept`. Returns what was moved, joined and left, by name."""
    counts: Counter[str] = Counter()
    own = _own_contributor(kept, dropped)
    pairs = Connection.objects.select_related("type").filter(Q(source=dropped) | Q(target=dropped)).order_by("pk")
    touched: set[int] = set()
    for it in list(pairs.select_for_update(of=("self",))):
        if kept.pk in (it.source_id, it.target_id):
            counts["loops"] += 1
            _drop(journal, it)
            continue
        counts["derived"] += journal.drop(it.statements.exclude(by_rule=""))
        if not it.statements.exists():
            journal.lose(it)
            continue
        ends = [kept.pk if end == dropped.pk else end for end in (it.source_id, it.target_id)]
        if not it.type.directed:
            ends.sort()
        same = Connection.objects.filter(source=ends[0], target=ends[1], type=it.type).first()
        if same is None and not it.type.directed:
            same = Connection.objects.filter(source=ends[1], target=ends[0], type=it.type).first()
        if same is None:
            counts["connections"] += 1
            journal.note(it, said=list(it.statements.values_list("pk", flat=True)))
            journal.set(it, source_id=ends[0], target_id=ends[1])
            touched.add(it.pk)
            continue
        counts["joined"] += 1
        journal.move(it.statements.all(), "connection", same.pk)
        journal.lose(it)
        touched.add(same.pk)
    spoken = Statement.objects.filter(by_node=dropped)
    of_kept = Q(connection__source=kept) | Q(connection__target=kept)
    third = list(spoken.filter(of_kept).exclude(pk__in=own).values_list("pk", flat=True))
    counts["third_parties"] = len(third)
    touched |= set(spoken.values_list("connection", flat=True))
    counts["spoken"] = journal.move(spoken.exclude(pk__in=third), "by_node", kept.pk)
    _rename_rows(journal, touched)
    for pk in sorted(touched):
        counts["repeated"] += _once_a_party(journal, pk)
    return counts


def _rename_rows(journal: Journal, connections: set[int]) -> None:
    """Rows without an id of their own are known by their ends: let the next reading find these by the new ones."""
    rows = Statement.objects.filter(connection__in=connections, by_source__isnull=False, key__startswith=MADE)
    for it in rows.select_related("connection__source", "connection__target", "connection__type").order_by("pk"):
        key = made_key_of(it)
        if not Statement.objects.filter(by_source=it.by_source_id, key=key).exists():
            journal.set(it, key=key)


def _own_contributor(kept: Node, dropped: Node) -> set[int]:
    """What the dropped node said as an end of the connection that it spoke of."""
    ends = Q(connection__source=dropped) | Q(connection__target=dropped)
    return set(Statement.objects.filter(ends, by_node=dropped).values_list("pk", flat=True))


def _drop(journal: Journal, it: Connection) -> None:
    """Take a connection away with all that is said of it."""
    journal.drop(it.statements.all())
    journal.lose(it)


def _once_a_party(journal: Journal, connection: int) -> int:
    """Withdraw what a party says twice of one connection: the newer counts. Returns how many."""
    withdrawn = 0
    heard: set[tuple] = set()
    for it in Statement.objects.live().filter(connection=connection).order_by("-created_at", "-pk"):
        party = _party(it)
        if party in heard:
            journal.set(it, withdrawn_at=timezone.now())
            withdrawn += 1
        heard.add(party)
    return withdrawn


def _party(it: Statement) -> tuple:
    if it.by_source_id is not None:
        return ("source", it.by_source_id, *(getattr(it, name) for name in _SAID))
    if it.by_node_id is not None:
        return ("node", it.by_node_id, it.key)
    if it.by_user_id is not None:
        return ("user", it.by_user_id, it.key)
    return ("left", it.pk)


def said_since(entries: Sequence[Entry]) -> dict[int, list[int]]:
    """Connections that moved, and the statements (ids) that were made of them since: connection -> statements."""
    since: dict[int, list[int]] = {}
    for entry in entries:
        if entry["what"] == "note" and entry["model"] == "mapping.Connection":
            new = Statement.objects.filter(connection=entry["pk"]).exclude(pk__in=entry["said"])
            if pks := list(new.values_list("pk", flat=True)):
                since[entry["pk"]] = pks
    return since


def stay(since: dict[int, list[int]], ends: dict[int, tuple[int, int]]) -> list[Entry]:
    """Let what was said since a merge stay with the kept node, when its connection has gone back.

    ends : source and target of each of these connections as they were until then. Returns what stays.
    """
    for pk, statements in since.items():
        source, target = ends[pk]
        kind = Connection.objects.values_list("type", flat=True).get(pk=pk)
        again, _made = Connection.objects.get_or_create(source_id=source, target_id=target, type_id=kind)
        Statement.objects.filter(pk__in=statements).update(connection=again)
    return [{"model": "mapping.Statement", "pk": pk, "field": ""} for pks in since.values() for pk in pks]
