"""What a table of places side by side says, in sentences. True for none, one and many."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapping.models import PlaceKind
from mapping.network.gaps.description import percent
from mapping.network.paths.description import plain_list

from .table import Table

# Fewer are not put beside each other in words (each is of `suppression.MIN_CELL` or more already); more that share a
# figure are counted, not named.
MIN_ROWS, NAMED = 2, 3
COLUMNS = {
    "groups": gettext_lazy("Groups"),
    "assets": gettext_lazy("Places and things"),
    "activities": gettext_lazy("Activities and projects"),
    "others": gettext_lazy("Others"),
}
PLURALS = {
    PlaceKind.NEIGHBOURHOOD: gettext_lazy("Neighbourhoods"),
    PlaceKind.TOWN: gettext_lazy("Town centres"),
    PlaceKind.LOCALITY: gettext_lazy("Localities"),
    PlaceKind.WARD: gettext_lazy("Wards"),
    PlaceKind.PARISH: gettext_lazy("Parishes"),
    PlaceKind.DISTRICT: gettext_lazy("Districts"),
    PlaceKind.COUNTY: gettext_lazy("Counties"),
}


def kind_name(kind: str) -> str:
    """What places of a kind are called."""
    return str(PLURALS[PlaceKind(kind)])


def number(value: float) -> str:
    return formats.number_format(round(value, 1), decimal_pos=1)


def findings(table: Table) -> list[str]:
    """Who is best connected, who looks outward most, where most are on their own; nothing when all are alike."""
    questions = (
        (
            "each",
            number,
            _("In %(most)s those who are connected have most connections each: %(a)s on average."),
            _("Fewest have those in %(least)s: %(b)s."),
        ),
        (
            "outward",
            percent,
            _("From %(most)s the largest share of connections leads elsewhere: %(a)s."),
            _("The smallest is that of %(least)s: %(b)s."),
        ),
        (
            "unconnected",
            percent,
            _("In %(most)s the largest share of groups and activities has no connection yet: %(a)s."),
            _("The smallest is in %(least)s: %(b)s."),
        ),
    )
    said = []
    for measure, say, most, least in questions:
        told = [(value, row.name) for row in table.rows if (value := getattr(row, measure)) is not None]
        if not told:
            continue
        if len(told) < MIN_ROWS:
            continue
        high, low = say(max(it[0] for it in told)), say(min(it[0] for it in told))
        if high != low:
            # Those that are told by the same figure are told together.
            best, worst = (_these([name for value, name in told if say(value) == it]) for it in (high, low))
            words = {"most": best, "least": worst, "a": high, "b": low}
            of = _("(Of %(n)s that are told of.)") % {"n": len(told)}
            said.append(f"{most % words} {least % words} {of}")
    return said


def _these(names: list[str]) -> str:
    if len(names) > NAMED:
        return _("%(n)s of them") % {"n": len(names)}
    return plain_list(names)
