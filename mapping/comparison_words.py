"""What a table of places side by side says, in sentences. True for none, one and many."""

from __future__ import annotations

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .comparison import Table
from .gap_words import percent
from .models import PlaceKind

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
        (high, best), (low, worst) = max(told, key=lambda it: it[0]), min(told, key=lambda it: it[0])
        if say(high) != say(low):
            words = {"most": best, "least": worst, "a": say(high), "b": say(low)}
            said.append(f"{most % words} {least % words}")
    return said
