"""What the statements of a connection add up to, and how we know: who says so, when, on what evidence and terms.

Only statements that the viewer may see are handed in here, so two viewers may rightly read different sums.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mapping.models import Node, NodeKind, Statement, StatementKind, Viewer

# Shown under one sentence; the rest are counted.
SHOWN_STATEMENTS = 8
# What telling of statements needs besides them (`select_related`).
DESCRIBED_WITH = ("by_source", "by_node", "by_user", "document")

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
RULES = {
    "same-venue": gettext_lazy("both use the same venue"),
    "same-organiser": gettext_lazy("both are run by the same organiser"),
    "same-funder": gettext_lazy("both are funded by the same funder"),
    "shared-tag": gettext_lazy("both have a tag that few have"),
    "shared-purpose": gettext_lazy("both work for the same purpose"),
    "same-activity": gettext_lazy("both take part in the same activity"),
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
    if when := _period(amounts or supporting, bool(amounts)):
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


def authors(statements: Iterable[Statement], viewer: Viewer) -> set[int]:
    """Return the ids of the groups whose name `viewer` may read among the authors of these statements. One query."""
    ids = {it.by_node_id for it in statements} - {None}
    if not ids:
        return set()
    return set(Node.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it: `£12,400`, `£1.50` below ten, `12,400 CHF` without a known sign."""
    places = 2 if amount != int(amount) and abs(amount) < 10 else 0
    # Django cuts decimals off: round first.
    number = formats.number_format(round(amount, places), decimal_pos=places, force_grouping=True)
    return f"{SIGNS[currency]}{number}" if currency in SIGNS else f"{number} {currency}"


def how_we_know(statements: list[Statement], named: set[int]) -> list[Evidence]:
    """Return who says so, in the order given; at most `SHOWN_STATEMENTS`, then a line that counts the others.

    Lines that would read the same are said once.
    """
    lines = list(dict.fromkeys(_evidence(it, named) for it in statements))
    if len(lines) > SHOWN_STATEMENTS:
        rest = len(lines) - SHOWN_STATEMENTS + 1
        lines = lines[: SHOWN_STATEMENTS - 1]
        text = ngettext("and %(n)s more statement", "and %(n)s more statements", rest)
        lines.append(Evidence(text=text % {"n": rest}))
    return lines


def address_of(statement: Statement) -> str:
    """Where the evidence can be read, however this statement wrote the address; empty without."""
    return statement.document.address if statement.document else statement.evidence_url


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
    if statement.note and not statement.by_rule:
        text = f"{text}: {statement.note}"
    return Evidence(
        text=text,
        url=address_of(statement) or (source.url if source else ""),
        licence=source.licence if source else "",
        licence_url=source.licence_url if source else "",
        disagrees=statement.kind == StatementKind.DISAGREES,
    )


def _date(day: datetime.date) -> str:
    return formats.date_format(day, "j F Y")


def held(first: datetime.date | None, last: datetime.date | None) -> str:
    """The days on which something held, in words; empty when nobody said."""
    days = {"first": _date(first) if first else "", "last": _date(last) if last else ""}
    if first and last:
        return _("%(first)s to %(last)s") % days
    if first:
        return _("since %(first)s") % days
    return _("until %(last)s") % days if last else ""


def who(statement: Statement, named: set[int]) -> str:
    """Whose statement it is. A group that the viewer may not see (not in `named`), and every person, stays unnamed."""
    if statement.by_rule:
        # The rule says in each case why; its general reason stands in for that.
        reason = statement.note or RULES.get(statement.by_rule, statement.by_rule.replace("-", " "))
        return _("Worked out: %(reason)s") % {"reason": reason}
    if statement.by_source:
        return statement.by_source.title
    if statement.by_node_id in named:
        return statement.by_node.name
    if statement.by_node_id and statement.by_node.kind != NodeKind.PERSON:
        return _("A group")
    if statement.author_left or (statement.by_user is not None and not statement.by_user.is_active):
        return _("Someone who has since left")
    return _("Someone who lives or works here")


def _author(statement: Statement, named: set[int]) -> str:
    """Who says it, as a clause of its own."""
    said_by = who(statement, named)
    if statement.by_rule or statement.by_source:
        return said_by
    if statement.kind == StatementKind.DISAGREES:
        return _("%(who)s says that it does not hold") % {"who": said_by}
    if statement.kind == StatementKind.CORRECTS:
        return _("%(who)s corrects it") % {"who": said_by}
    return _("%(who)s says so") % {"who": said_by}
