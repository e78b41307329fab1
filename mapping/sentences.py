"""Connections in words: "is funded by Trafford Council, 3 grants, £12,400 in all, 2013–2021", and how we know.

Only what the viewer may see is counted, summed and named, so two viewers may rightly read different sums.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .models import SUPPORTING_KINDS, Connection, Node, Statement, StatementKind
from .viewers import Viewer

# Shown of each type on a node's page, and statements shown for each; the rest are counted and linked.
SHOWN_OF_A_TYPE = 12
SHOWN_STATEMENTS = 8

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
RULES = {
    "same-venue": gettext_lazy("both use the same venue"),
    "same-organiser": gettext_lazy("both are run by the same organiser"),
    "same-funder": gettext_lazy("both are funded by the same funder"),
    "shared-tag": gettext_lazy("both have the same tag"),
    "near": gettext_lazy("they are near each other"),
}


@dataclass(frozen=True)
class Evidence:
    """One statement: who says it, when, where it can be read and on what terms."""

    text: str
    url: str = ""
    licence: str = ""
    licence_url: str = ""
    disagrees: bool = False


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
        """The whole sentence, to be read alone."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.subject} {self.verb} {self.other_name}{detail}."


@dataclass
class SentenceGroup:
    """All sentences of one type in one direction; `total` counts those that are not shown too."""

    type: str
    verb: str
    total: int
    summary: str = ""
    more_url: str = ""
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return self.verb[:1].upper() + self.verb[1:]

    @property
    def more(self) -> int:
        return self.total - len(self.sentences)


@dataclass
class Connections:
    """What a node is connected to, in words."""

    groups: list[SentenceGroup]

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    def __bool__(self) -> bool:
        return bool(self.groups)


def kind_of(node: Node) -> str:
    """The slug that gives a node its colour: the top of its category's branch, or its kind."""
    if node.category:
        return node.category.group
    return "organisation" if node.kind == "organisation" else "other"


def connections_of(node: Node, viewer: Viewer, limit: int = SHOWN_OF_A_TYPE) -> Connections:
    """Return the connections of `node` that `viewer` sees, `limit` of each type and direction.

    The largest sums come first, then what most parties state, then by name. Three queries, or four when
    statements were made by groups.
    """
    connections = list(_ranked(node, viewer, limit))
    named = _visible_authors(connections, viewer)
    groups: dict[tuple[str, bool], SentenceGroup] = {}
    for it in connections:
        verb = it.type.forward if it.outward or not it.type.directed else it.type.reverse
        group = groups.get((it.type.slug, it.outward))
        if group is None:
            group = groups[it.type.slug, it.outward] = SentenceGroup(
                type=it.type.slug, verb=verb, total=it.of_type, summary=_group_summary(it)
            )
            if it.of_type > limit and node.place is not None and node.place.is_home:
                group.more_url = f"{node.place.get_absolute_url()}list/?connected={node.uuid}"
        group.sentences.append(_sentence(node, it, verb, named))
    return Connections(groups=list(groups.values()))


def _ranked(node: Node, viewer: Viewer, limit: int):
    """Visible connections of a node with their sums, the first `limit` of each type and direction."""
    support = (
        Statement.objects.visible_to(viewer)
        .filter(connection=OuterRef("pk"), kind__in=SUPPORTING_KINDS)
        .order_by()
        .values("connection")
    )
    outward = Case(When(source=node, then=Value(True)), default=Value(False))
    kind = [F("type_id"), F("outward")]
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
        .select_related("type", "source__category", "target__category")
        .prefetch_related(
            Prefetch(
                "statements",
                Statement.objects.visible_to(viewer).select_related("by_source", "by_node").order_by("-said_on", "pk"),
                to_attr="said",
            )
        )
        .order_by("type__position", "type__slug", "-outward", "rank")
    )


def _visible_authors(connections, viewer: Viewer) -> set[int]:
    """Ids of the groups whose name `viewer` may read among the authors of these statements."""
    ids = {it.by_node_id for connection in connections for it in connection.said} - {None}
    if not ids:
        return set()
    return set(Node.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def _sentence(node: Node, connection, verb: str, named: set[int]) -> Sentence:
    supporting = [it for it in connection.said if it.kind in SUPPORTING_KINDS]
    authors = {it.by_node_id for it in supporting}
    return Sentence(
        subject=node.name,
        verb=verb,
        other=connection.target if connection.source_id == node.pk else connection.source,
        detail=describe(supporting),
        mutual={connection.source_id, connection.target_id} <= authors,
        derived=all(it.is_derived for it in supporting),
        how=how_we_know(connection.said, named),
    )


def describe(supporting: list[Statement]) -> str:
    """What the statements add up to: "3 grants, £12,400 in all, 2013–2021". Empty when nothing to add."""
    parts: list[str] = []
    amounts = [it for it in supporting if it.amount is not None]
    if amounts:
        if len(amounts) > 1:
            parts.append(
                ngettext("%(n)s grant", "%(n)s grants", len(amounts))
                % {"n": formats.number_format(len(amounts), force_grouping=True)}
            )
        if len({it.currency for it in amounts}) == 1:
            sum_ = money(sum(it.amount for it in amounts), amounts[0].currency)
            parts.append(_("%(money)s in all") % {"money": sum_} if len(amounts) > 1 else sum_)
        else:
            parts.append(_("in several currencies"))
    elif len(supporting) > 1:
        parts.append(
            ngettext("%(n)s statement", "%(n)s statements", len(supporting))
            % {"n": formats.number_format(len(supporting), force_grouping=True)}
        )
    if when := _period(supporting, bool(amounts)):
        parts.append(when)
    return ", ".join(parts)


def _period(supporting: list[Statement], money_given: bool) -> str:
    """The years in which it held, as far as anybody said."""
    if money_given:
        years = [day.year for it in supporting if (day := it.said_on or it.held_from)]
        if not years:
            return ""
        first, last = min(years), max(years)
        return str(first) if first == last else f"{first}–{last}"
    begun = [it.held_from.year for it in supporting if it.held_from]
    ended = [it.held_to for it in supporting]
    if begun and all(ended):
        first, last = min(begun), max(it.year for it in ended)
        return str(first) if first == last else f"{first}–{last}"
    if begun:
        return _("since %(year)s") % {"year": min(begun)}
    if ended and all(ended):
        return _("until %(year)s") % {"year": max(it.year for it in ended)}
    return ""


def _group_summary(connection) -> str:
    """What all of a type add up to, when that says more than its lines: "£1,204,000 in all"."""
    one_currency = connection.type_currency == connection.type_other_currency
    if connection.of_type < 2 or not connection.type_amount or not one_currency:
        return ""
    return _("%(money)s in all") % {"money": money(connection.type_amount, connection.type_currency)}


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it: `£12,400`, `£1.50` below ten, `12,400 CHF` without a known sign."""
    places = 2 if amount != int(amount) and abs(amount) < 10 else 0
    # Django cuts decimals off: round first.
    number = formats.number_format(round(amount, places), decimal_pos=places, force_grouping=True)
    return f"{SIGNS[currency]}{number}" if currency in SIGNS else f"{number} {currency}"


def how_we_know(statements: list[Statement], named: set[int]) -> list[Evidence]:
    """Return who says so, newest first; at most `SHOWN_STATEMENTS`, then a line that counts the others.

    Lines that would read the same are said once.
    """
    lines = list(dict.fromkeys(_evidence(it, named) for it in statements))
    if len(lines) > SHOWN_STATEMENTS:
        rest = len(lines) - SHOWN_STATEMENTS + 1
        lines = lines[: SHOWN_STATEMENTS - 1]
        text = ngettext("and %(n)s earlier statement", "and %(n)s earlier statements", rest)
        lines.append(Evidence(text=text % {"n": rest}))
    return lines


def _evidence(statement: Statement, named: set[int]) -> Evidence:
    source = statement.by_source
    said = [_author(statement, named)]
    if statement.amount is not None:
        said.append(money(statement.amount, statement.currency))
    if statement.said_on:
        said.append(_date(statement.said_on))
    elif source and source.last_read_at:
        said.append(_("read on %(date)s") % {"date": _date(source.last_read_at.date())})
    text = ", ".join(said)
    if statement.note:
        text = f"{text}: {statement.note}"
    return Evidence(
        text=text,
        url=statement.evidence_url or (source.url if source else ""),
        licence=source.licence if source else "",
        licence_url=source.licence_url if source else "",
        disagrees=statement.kind == StatementKind.DISAGREES,
    )


def _date(day: datetime.date) -> str:
    return formats.date_format(day, "j F Y")


def _author(statement: Statement, named: set[int]) -> str:
    """Who says it, in words. A group that the viewer may not see, and every person, stays unnamed."""
    if statement.by_rule:
        reason = RULES.get(statement.by_rule, statement.by_rule.replace("-", " "))
        return _("Worked out: %(reason)s") % {"reason": reason}
    if statement.by_source:
        return statement.by_source.title
    who = _("Someone who lives or works here")
    if statement.by_node_id in named:
        who = statement.by_node.name
    elif statement.by_node_id:
        who = _("A group")
    if statement.kind == StatementKind.DISAGREES:
        return _("%(who)s says that it does not hold") % {"who": who}
    if statement.kind == StatementKind.CORRECTS:
        return _("%(who)s corrects it") % {"who": who}
    return _("%(who)s says so") % {"who": who}
