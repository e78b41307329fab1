"""Writes on connections: state one, withdraw a statement. Importers state many at once.

    connections.state(actor=actor, claim=Claim(source=council, target=hall, type="funds", by_source=data, key="row 7"))

A connection is made with its first statement and never without one. Saying the same thing twice (the same
author, or the same row of a dataset) changes nothing; what a person may do with it is in `commands.statements`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from config.errors import HereaboutsError
from mapping.access.disclosure import loosened, stricter
from mapping.models import (
    SUPPORTING_KINDS,
    Actor,
    Connection,
    ConnectionType,
    Document,
    Node,
    Source,
    Statement,
    StatementKind,
    Visibility,
    WithdrawalKind,
)
from mapping.models.document_url import NotAnAddress, key_of

from . import documents, import_runs, withdrawals
from .change import Change, change


class ConnectionRefused(HereaboutsError):
    """A statement that cannot be kept."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody says about two nodes. Exactly one of user (perhaps for a node), node, source, rule says it."""

    source: Node
    target: Node
    type: str
    # Where two types have one slug (a place's own beside everybody's), which of them is meant.
    type_id: int | None = None
    kind: str = StatementKind.AGREES
    by_user: Any = None
    by_node: Node | None = None
    by_source: Source | None = None
    by_rule: str = ""
    key: str = ""
    strength: int = 3
    held_from: datetime.date | None = None
    held_to: datetime.date | None = None
    said_on: datetime.date | None = None
    amount: Decimal | None = None
    currency: str = ""
    note: str = ""
    evidence_url: str = ""
    visibility: str = Visibility.PUBLIC
    group: Node | None = None
    consent: str = ""

    def fields(self) -> dict[str, Any]:
        """The values that a later saying of the same thing may change."""
        return {
            name: getattr(self, name)
            for name in (
                "kind", "strength", "held_from", "held_to", "said_on", "amount", "currency", "note",
                "evidence_url", "visibility", "group", "consent",
            )
        }  # fmt: skip

    def author(self) -> dict[str, Any]:
        return {
            "by_user": self.by_user,
            "by_node": self.by_node,
            "by_source": self.by_source,
            "by_rule": self.by_rule,
        }


@dataclass
class Counts:
    """What stating many did."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    # Statements whose claim more people would have seen than may.
    kept_strict: int = 0


def state(*, actor: Actor, claim: Claim) -> tuple[Statement, bool]:
    """Keep one claim. Returns the statement and whether anything changed.

    Raises `ConnectionRefused` when the ends are one node, the type is unknown or does not join such nodes,
    nobody (or more than one party) says it, or its dates are the wrong way round.
    """
    types = _types([claim])
    _checked(claim, types)
    with change(actor=actor, action="state connection", place=claim.source.place_id) as it:
        [(statement, outcome)] = _keep(it, [claim], types)
        it.touch(claim.target.place_id)
        it.data.update(statement=str(statement.uuid), outcome=outcome)
        if outcome == "unchanged":
            it.nothing_changed()
    return statement, outcome != "unchanged"


def state_many(*, actor: Actor, claims: Iterable[Claim], place=None) -> Counts:
    """Keep many claims as one change: all of them, or none when one is refused.

    One audit row with the counts. The number of queries does not grow with the number of claims, but for
    one for each statement that an earlier reading said differently.
    """
    claims = list(claims)
    with change(actor=actor, action="state connections", place=place) as it:
        counts = state_within(it, claims)
        it.data.update(created=counts.created, updated=counts.updated)
        if not counts.created and not counts.updated:
            it.nothing_changed()
    return counts


def state_within(it: Change, claims: Sequence[Claim]) -> Counts:
    """Keep many claims as a part of the change `it`, for a command that also writes something else."""
    types = _types(claims)
    for claim in claims:
        _checked(claim, types)
    counts = Counts()
    for claim, (statement, outcome) in zip(claims, _keep(it, claims, types), strict=True):
        counts.kept_strict += outcome == "updated" and statement.visibility != claim.visibility
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if outcome != "unchanged":
            it.touch(claim.source.place_id)
            it.touch(claim.target.place_id)
    return counts


def withdraw(*, actor: Actor, statement: Statement, reason: str = "", noted: bool = False) -> bool:
    """Take a statement back: it stops counting at once, everybody else's stay. False when it was withdrawn before.

    `reason` is kept in the audit: why somebody took back what another party had said. It is written into the ledger of
    withdrawals, so that a restored back-up does not bring it back (unless it is `noted` there already).
    """
    connection = Connection.objects.select_related("source", "target", "type").get(pk=statement.connection_id)
    with change(actor=actor, action="withdraw statement", place=connection.source.place_id, target=statement) as it:
        it.touch(connection.target.place_id)
        it.data.update(connection=str(connection.uuid), **({"reason": reason[:500]} if reason else {}))
        now = timezone.now()
        taken = Statement.objects.live().filter(pk=statement.pk).update(withdrawn_at=now)
        if not taken:
            it.nothing_changed()
        elif not noted:
            withdrawals.note(kind=WithdrawalKind.STATEMENT, target=statement.uuid)
    if taken:
        statement.withdrawn_at = now
    return bool(taken)


def _types(claims: Sequence[Claim]) -> dict[tuple[str, int | None], ConnectionType]:
    slugs = {claim.type for claim in claims}
    return {(it.slug, it.place_id): it for it in ConnectionType.objects.filter(slug__in=slugs)}


def _type_of(claim: Claim, types: dict[tuple[str, int | None], ConnectionType]) -> ConnectionType | None:
    """The type that a claim means: one of the source's place, of the target's, or of everybody's vocabulary."""
    if claim.type_id is not None:
        return next((it for it in types.values() if it.pk == claim.type_id), None)
    places = (claim.source.place_id, claim.target.place_id, None)
    return next((types[claim.type, place] for place in places if (claim.type, place) in types), None)


def _checked(claim: Claim, types: dict[tuple[str, int | None], ConnectionType]) -> ConnectionType:
    """The type of a claim that may be kept."""
    if claim.source.pk == claim.target.pk:
        raise ConnectionRefused(f"{claim.source} cannot be connected with itself.", "Choose two different nodes.")
    kind = _type_of(claim, types)
    if kind is None:
        raise ConnectionRefused(
            f"There is no type of connection called {claim.type!r}.",
            "Use one of the types in the vocabulary, or add it first.",
        )
    if not kind.allows(claim.source.kind, claim.target.kind):
        raise ConnectionRefused(
            f"“{claim.source} {kind.forward} {claim.target}” is not possible: "
            f"{kind.forward!r} does not join a node of kind {claim.source.kind} to one of kind {claim.target.kind}.",
            "Turn it round, or choose another type.",
        )
    parties = [bool(claim.by_user or claim.by_node), bool(claim.by_source), bool(claim.by_rule)]
    if sum(parties) != 1:
        raise ConnectionRefused("A statement needs exactly one author.", "Give a person or group, a source, or a rule.")
    if claim.held_from and claim.held_to and claim.held_to < claim.held_from:
        raise ConnectionRefused(
            f"It cannot have ended on {claim.held_to} and begun on {claim.held_from}.",
            "Put the dates in order.",
        )
    if claim.amount is not None and not claim.currency:
        raise ConnectionRefused("An amount needs its currency.", "Give it as three letters: GBP.")
    if not 1 <= claim.strength <= 5:
        raise ConnectionRefused(f"A connection cannot be {claim.strength} strong.", "Give a number from 1 to 5.")
    if claim.evidence_url:
        try:
            key_of(claim.evidence_url)
        except NotAnAddress as error:
            raise ConnectionRefused(str(error), "Give the address of a page or file, or leave it out.") from None
    return kind


def _keep(
    it: Change, claims: Sequence[Claim], types: dict[tuple[str, int | None], ConnectionType]
) -> list[tuple[Statement, str]]:
    """The statement of each claim and what became of it: created, updated or unchanged."""
    ends = [_ends(claim, _type_of(claim, types)) for claim in claims]
    _one_thing_a_row(claims, ends)
    connections, made = _connections(ends, {kind.pk for kind in types.values() if not kind.directed})
    left: set[int] = set(made)
    kept = _statements(connections.values(), claims)
    evidence = documents.keep(claim.evidence_url for claim in claims)
    new: list[Statement] = []
    outcomes: list[tuple[Statement, str]] = []
    for claim, claim_ends in zip(claims, ends, strict=True):
        connection = connections[claim_ends]
        author = {name: getattr(value, "pk", value) for name, value in claim.author().items()}
        identity = _identity(connection.pk, author, claim.key)
        statement = kept.get(identity)
        document = evidence.get(claim.evidence_url)
        if statement is None:
            statement = Statement(
                connection=connection, key=claim.key, document=document, **claim.author(), **claim.fields()
            )
            kept[identity] = statement
            new.append(statement)
            outcomes.append((statement, "created"))
            continue
        before = statement.connection_id
        if statement.pk is None or not _updated(it, statement, claim, connection, document):
            outcomes.append((statement, "unchanged"))
        else:
            outcomes.append((statement, "updated"))
            left.add(before)
    Statement.objects.bulk_create(new, batch_size=1000)
    import_runs.said("statement", (it.pk for it, _ in outcomes))
    # A row that leads elsewhere now, or was withdrawn, leaves a connection of which nobody says anything.
    Connection.objects.filter(pk__in=left - {it.connection_id for it in new}).unstated().delete()
    return outcomes


def _one_thing_a_row(claims: Sequence[Claim], ends: Sequence[tuple[int, int, int]]) -> None:
    """Refuse claims of which two, by one row of one source, say different things: the second would be lost."""
    said: dict[tuple[int, str], tuple[int, int, int]] = {}
    for claim, claim_ends in zip(claims, ends, strict=True):
        if claim.by_source is None or not claim.key:
            continue
        before = said.setdefault((claim.by_source.pk, claim.key), claim_ends)
        if before != claim_ends:
            raise ConnectionRefused(
                f"The row {claim.key!r} of “{claim.by_source}” says two different things.",
                "Give each row its own key.",
            )


def _ends(claim: Claim, kind: ConnectionType) -> tuple[int, int, int]:
    """Source, target and type. What reads the same both ways is one connection, whoever is named first."""
    source, target = claim.source.pk, claim.target.pk
    if not kind.directed and source > target:
        source, target = target, source
    return source, target, kind.pk


def _connections(
    ends: Sequence[tuple[int, int, int]], undirected: set[int]
) -> tuple[dict[tuple[int, int, int], Connection], list[int]]:
    """The connection of each pair of ends and type, made where there was none; and those that were (ids)."""
    wanted = dict.fromkeys(ends)
    if not wanted:
        return {}, []
    nodes = {pk for source, target, _ in wanted for pk in (source, target)}
    found: dict[tuple[int, int, int], Connection] = {}

    def read() -> None:
        # Locked, in one order, so that two people who say it at once leave one statement.
        rows = Connection.objects.filter(source_id__in=nodes, target_id__in=nodes, type__in={it[2] for it in wanted})
        for it in rows.order_by("pk").select_for_update():
            pair = (it.source_id, it.target_id)
            if it.type_id in undirected:
                pair = (min(pair), max(pair))
            found.setdefault((*pair, it.type_id), it)

    read()
    missing = [it for it in wanted if it not in found]
    if missing:
        # Somebody else may state the same at this moment: their row is as good as ours.
        Connection.objects.bulk_create(
            [Connection(source_id=s, target_id=t, type_id=k) for s, t, k in missing],
            ignore_conflicts=True,
            batch_size=1000,
        )
        read()
    return found, [found[it].pk for it in missing]


def _identity(connection: int, author: dict[str, Any], key: str) -> tuple:
    """What makes two statements the same one: who says it of what; for a dataset, which row.

    A group has one voice, whoever of its people speaks for it: two editors do not count twice.
    """
    if author["by_source"] is not None and key:
        return ("row", author["by_source"], key)
    if author["by_node"] is not None:
        return ("group", connection, author["by_node"], key)
    return (connection, *(author[name] for name in sorted(author)), key)


def _statements(connections: Iterable[Connection], claims: Sequence[Claim]) -> dict[tuple, Statement]:
    """What was said before: live statements of these connections, and these rows wherever they led.

    A row that was withdrawn is there too, so that reading the dataset again does not bring it back.
    """
    sources = {claim.by_source for claim in claims if claim.by_source and claim.key}
    keys = {claim.key for claim in claims if claim.by_source and claim.key}
    rows = Statement.objects.filter(
        Q(connection__in=[it.pk for it in connections], withdrawn_at__isnull=True)
        | Q(by_source__in=sources, key__in=keys)
    )
    return {
        _identity(
            it.connection_id,
            {
                "by_user": it.by_user_id,
                "by_node": it.by_node_id,
                "by_source": it.by_source_id,
                "by_rule": it.by_rule,
            },
            it.key,
        ): it
        for it in rows
    }


def _updated(it: Change, statement: Statement, claim: Claim, connection: Connection, document: Document | None) -> bool:
    """Bring a statement up to date; whether anything was different."""
    now = {
        **{name: getattr(value, "pk", value) for name, value in claim.fields().items()},
        "connection_id": connection.pk,
        "document_id": document.pk if document else None,
    }
    now["group_id"] = now.pop("group")
    said_by_people = claim.by_user is not None or claim.by_node is not None
    if not said_by_people:
        # A file may show it to fewer people, never to more. Whoever says something chooses who may see that.
        now["visibility"] = stricter(statement.visibility, claim.visibility)
        if now["visibility"] == statement.visibility:
            now["group_id"] = statement.group_id
    if claim.by_node and claim.by_user:
        # Whoever spoke for the group last answers for it.
        now["by_user_id"] = claim.by_user.pk
    changed = [name for name, value in now.items() if getattr(statement, name) != value]
    if not changed or statement.withdrawn_at is not None:
        return False
    before = copy(statement)
    for name in changed:
        setattr(statement, name, now[name])
    if said_by_people and (looser := loosened(before, statement)):
        it.loosens(**looser)
    statement.save(update_fields=[name.removesuffix("_id") for name in changed])
    return True


def supported(connection: Connection) -> bool:
    """Whether any live statement still supports it, whoever may see that."""
    return connection.statements.live().filter(kind__in=SUPPORTING_KINDS).exists()
