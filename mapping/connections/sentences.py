"""Connections in words: "is funded by Trafford Council, 3 grants, £12,400 in all, 2013–2021", and how we know.

Only what the viewer may see is counted, summed and named, so two viewers may rightly read different sums.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from config.compiled import Compiled
from mapping.models import PUBLIC, SUPPORTING_KINDS, UNSHOWN, Connection, Node, Statement, Viewer

from .evidence import DESCRIBED_WITH, Evidence, authors, describe, how_we_know, money

# Shown of each type on a node's page; the rest are counted and linked.
SHOWN_OF_A_TYPE = 12
# All the sentences of a page that stand open; with more of them each group is folded, its first names shown.
MAX_UNFOLDED, NAMED = 8, 3
# Read of one connection: more statements about one tie are not summed.
MAX_READ = 500


@dataclass(frozen=True)
class Sentence:
    """One connection as read from one of its ends (`subject`)."""

    subject: str
    verb: str
    other: Node
    detail: str
    mutual: bool
    derived: bool
    how: list[Evidence]
    disputed: bool = False
    url: str = ""

    @property
    def other_name(self) -> str:
        return self.other.name

    @property
    def other_url(self) -> str:
        return self.other.get_absolute_url()

    @property
    def other_kind(self) -> str:
        return kind_of(self.other)

    @property
    def other_icon(self) -> str:
        return self.other.category.icon if self.other.category else "marker"

    @property
    def text(self) -> str:
        """The whole sentence, to be read alone, with what has to be known of it."""
        detail = f" ({self.detail})" if self.detail else ""
        return " ".join([f"{self.subject} {self.verb} {self.other_name}{detail}.", *self.marks])

    @property
    def marks(self) -> list[str]:
        """What is said beside the sentence: that both say so, that it was worked out, that not all agree."""
        found = []
        if self.mutual:
            found.append(_("Both say so."))
        elif self.derived:
            found.append(_("Worked out, not stated."))
        if self.disputed:
            found.append(_("Not everybody agrees."))
        return found


@dataclass
class SentenceGroup:
    """All sentences of one type in one direction; `total` counts those that are not shown too.

    What rules worked out is never in one group with what somebody stated.
    """

    type: str
    verb: str
    total: int
    summary: str = ""
    more_url: str = ""
    derived: bool = False
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return self.verb[:1].upper() + self.verb[1:]

    @property
    def first(self) -> str:
        """The first of them by name, for where the group is folded."""
        return " · ".join(it.other_name for it in self.sentences[:NAMED])

    @property
    def unnamed(self) -> int:
        return max(self.total - NAMED, 0)

    @property
    def more(self) -> int:
        return self.total - len(self.sentences)


@dataclass
class Connections:
    """What a node is connected to, in words."""

    groups: list[SentenceGroup]

    @property
    def stated(self) -> list[SentenceGroup]:
        return [group for group in self.groups if not group.derived]

    @property
    def derived(self) -> list[SentenceGroup]:
        return [group for group in self.groups if group.derived]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def is_long(self) -> bool:
        """Whether they are too many to be read through: then the groups are folded."""
        return sum(len(group.sentences) for group in self.groups) > MAX_UNFOLDED

    def __bool__(self) -> bool:
        return bool(self.groups)


def kind_of(node: Node) -> str:
    """The slug that gives a node its colour: the top of its category's branch, or its kind."""
    if node.category:
        return node.category.group
    return "organisation" if node.kind == "organisation" else "other"


def connections_of(node: Node, viewer: Viewer, limit: int = SHOWN_OF_A_TYPE) -> Connections:
    """Return the connections of `node` that `viewer` sees, `limit` of each type and direction.

    The largest sums come first, then what most parties state, then by name. Three queries, two short
    ones among them, or four when statements were made by groups.
    """
    connections = _first_of_each(node, viewer, limit)
    named = authors((said for it in connections for said in it.said), viewer)
    groups: dict[tuple[str, bool, bool], SentenceGroup] = {}
    for it in connections:
        verb = it.type.forward if it.outward or not it.type.directed else it.type.reverse
        group = groups.get((it.type.slug, it.outward, it.derived))
        if group is None:
            group = groups[it.type.slug, it.outward, it.derived] = SentenceGroup(
                type=it.type.slug, verb=verb, total=it.of_type, summary=_group_summary(it), derived=it.derived
            )
            if it.of_type > limit and node.place is not None and node.place.is_home:
                group.more_url = f"{node.place.get_absolute_url()}list/?connected={node.uuid}"
        group.sentences.append(_sentence(node, it, verb, named))
    return Connections(groups=list(groups.values()))


def _first_of_each(node: Node, viewer: Viewer, limit: int) -> list[Connection]:
    """Visible connections of a node with their sums, the first `limit` of each type and direction, in order."""
    if viewer.is_public and limit == SHOWN_OF_A_TYPE:
        # What everybody sees is asked in the same words each time.
        rows = _PUBLIC.rows(node=node.pk)
    else:
        rows = list(_ranked(node.pk, viewer, limit))
    if not rows:
        return []
    numbers = [row[0] for row in rows]
    found = {it.pk: it for it in _WITH_ENDS.objects(numbers=numbers)}
    said = _PUBLIC_SAID.objects(numbers=numbers) if viewer.is_public else _said(viewer, numbers)
    by_connection: dict[int, list[Statement]] = {}
    for statement in said:
        by_connection.setdefault(statement.connection_id, []).append(statement)
    connections = []
    for pk, *values in rows:
        if (it := found.get(pk)) is not None:
            it.said = by_connection.get(pk, [])
            for name, value in zip(_SUMS, values, strict=True):
                setattr(it, name, value)
            connections.append(it)
    return connections


# What is worked out of each connection for a node's page.
_SUMS = ("outward", "derived", "of_type", "type_amount", "type_currency", "type_other_currency")


def _ranked(node: int, viewer: Viewer, limit: int):
    """The numbers of these connections, each with `_SUMS`."""
    support = (
        Statement.objects.visible_to(viewer)
        .filter(connection=OuterRef("pk"), kind__in=SUPPORTING_KINDS)
        .order_by()
        .values("connection")
    )
    outward = Case(When(source=node, then=Value(True)), default=Value(False))
    kind = [F("type_id"), F("outward"), F("derived")]
    return (
        Connection.objects.visible_to(viewer)
        .of_node(node)
        .annotate(
            # What is not directed reads the same from both ends, so it is one group.
            outward=Case(When(type__directed=False, then=Value(True)), default=outward),
            amount=Subquery(support.annotate(it=Sum("amount")).values("it")),
            supports=Subquery(support.annotate(it=Count("pk")).values("it")),
            currency=Subquery(support.annotate(it=Max("currency")).values("it")),
            other_currency=Subquery(support.exclude(currency="").annotate(it=Min("currency")).values("it")),
            derived=~Exists(support.filter(by_rule="")),
            other_name=Case(When(source=node, then=F("target__name")), default=F("source__name")),
        )
        .annotate(
            of_type=Window(Count("pk"), partition_by=kind),
            type_amount=Window(Sum("amount"), partition_by=kind),
            type_currency=Window(Max("currency"), partition_by=kind),
            type_other_currency=Window(Min("other_currency"), partition_by=kind),
            rank=Window(
                RowNumber(),
                partition_by=kind,
                order_by=[
                    Coalesce("amount", Decimal(0)).desc(),
                    F("supports").desc(),
                    F("other_name").asc(),
                    F("pk").asc(),
                ],
            ),
        )
        .filter(rank__lte=limit)
        .order_by("derived", "type__position", "type__slug", "-outward", "rank")
        .values_list("pk", *_SUMS)
    )


def _said(viewer: Viewer, numbers: list[int]):
    """What `viewer` may read of these connections, in the order of its rank."""
    said = Statement.objects.visible_to(viewer).filter(connection__any_of=numbers)
    return said.select_related(*DESCRIBED_WITH).defer(*(f"by_node__{it}" for it in UNSHOWN)).ranked()


_PUBLIC = Compiled(lambda node: _ranked(node, PUBLIC, SHOWN_OF_A_TYPE), node=int)
_PUBLIC_SAID = Compiled(lambda numbers: _said(PUBLIC, numbers), numbers=list)
# Asked only for those that the viewer may see.
_WITH_ENDS = Compiled(
    lambda numbers: (
        Connection.objects.filter(pk__any_of=numbers)
        .select_related("type", "source__category", "target__category")
        .defer(*(f"{end}__{it}" for end in ("source", "target") for it in UNSHOWN))
    ),
    numbers=list,
)


def _sentence(node: Node, connection, verb: str, named: set[int]) -> Sentence:
    supporting = [it for it in connection.said if it.kind in SUPPORTING_KINDS]
    return Sentence(
        subject=node.name,
        verb=verb,
        other=connection.target if connection.source_id == node.pk else connection.source,
        detail=describe(supporting),
        mutual=is_mutual(connection, supporting),
        derived=connection.derived,
        how=how_we_know(connection.said, named),
        disputed=len(supporting) < len(connection.said),
        url=connection.get_absolute_url(),
    )


def is_mutual(connection: Connection, supporting: list[Statement]) -> bool:
    """Whether both ends say so, of those who support it: the strongest sign of trust there is."""
    return {connection.source_id, connection.target_id} <= {it.by_node_id for it in supporting}


def _group_summary(connection) -> str:
    """What all of a type add up to, when that says more than its lines: "£1,204,000 in all"."""
    one_currency = connection.type_currency == connection.type_other_currency
    if connection.of_type < 2 or not connection.type_amount or not one_currency:
        return ""
    return _("%(money)s in all") % {"money": money(connection.type_amount, connection.type_currency)}
