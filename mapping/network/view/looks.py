"""What a dot's size and colour say, and what a measure is called: one table for every page, control and file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """name : in a list of choices; explained : beside the picture, a sentence; phrase : in the sentence of a view."""

    name: Promise
    explained: Promise
    phrase: Promise


@dataclass(frozen=True)
class Column:
    """heading : over a column of the table; explained : what its values say."""

    heading: Promise
    explained: Promise


SIZES: dict[str, Look] = {
    "connections": Look(
        _("Connections"),
        _("The larger a dot, the more others it is connected to."),
        _("the larger, the more connections"),
    ),
    "betweenness": Look(
        _("On the way between others"),
        _("The larger a dot, the more of the shortest ways between two others lead through it (betweenness)."),
        _("the larger, the more often on the way between others"),
    ),
    "pagerank": Look(
        _("Well connected neighbours"),
        _("The larger a dot, the more it is connected to those who are well connected themselves (PageRank)."),
        _("the larger, the better connected those it is connected to"),
    ),
    "harmonic": Look(
        _("Near to everyone"),
        _("The larger a dot, the fewer steps it takes from there to everyone else (harmonic closeness)."),
        _("the larger, the nearer to everyone else"),
    ),
    "core": Look(
        _("Core (k-core)"),
        _("The larger a dot, the more closely knit the part of the network that it belongs to (k-core)."),
        _("the larger, the deeper in the closely knit middle"),
    ),
    "clustering": Look(
        _("Neighbours know each other"),
        _("The larger a dot, the more of those it is connected to are connected to each other (clustering)."),
        _("the larger, the more its neighbours are connected to each other"),
    ),
    "constraint": Look(
        _("Links separate groups"),
        _(
            "The larger a dot, the less those it is connected to are connected to each other: it stands where "
            "groups meet (Burt’s constraint, turned round)."
        ),
        _("the larger, the more it depends on few"),
    ),
    "same": Look(_("Nothing: all the same"), _("All dots have one size."), _("all of one size")),
}
"""By what a dot's size can say (`state.SIZES`): measures by their keys in `graph.measures`, or nothing."""

COLUMNS: dict[str, Column] = {
    "name": Column(_("Name"), _("What it is called.")),
    "kind": Column(_("Kind"), _("What it is.")),
    "connections": Column(_("Connected to"), _("How many others it is connected to (degree).")),
    "linked": Column(
        _("Linked neighbours"),
        _("How many of those it is connected to are connected to another one of them."),
    ),
    "betweenness": Column(
        SIZES["betweenness"].name,
        _("How many of the shortest ways between two others lead through it (betweenness, as a share of all pairs)."),
    ),
    "pagerank": Column(
        SIZES["pagerank"].name,
        _("How much it is connected to those who are well connected themselves (PageRank; all together make 100%)."),
    ),
    "harmonic": Column(
        SIZES["harmonic"].name,
        _("How few steps it takes to everyone else: 100% is one step to all of them (harmonic closeness)."),
    ),
    "core": Column(
        SIZES["core"].name,
        _("The largest number k for which it belongs to a part where everyone has k connections within (k-core)."),
    ),
    "clustering": Column(
        SIZES["clustering"].name,
        _("How many of the pairs of those it is connected to are connected to each other (clustering)."),
    ),
    # The other way round than as a size: there, large is where groups meet.
    "constraint": Column(
        _("Depends on few"),
        _("How much its connections lead to the same people again: low where groups meet (Burt’s constraint)."),
    ),
    "group": Column(_("Group"), _("Which of the groups within the network it belongs to.")),
}
"""The columns of the table of measures, in their order."""

COLOURS: dict[str, Look] = {
    "kind": Look(
        _("What it is"),
        _(
            "The colour says what something is, and the mark in a dot what sort of organisation; the shape says "
            "whether it is a group or a place."
        ),
        _("coloured by kind"),
    ),
    "community": Look(
        _("Group in the network"),
        _("One colour for those who have more connections among themselves than chance would give."),
        _("coloured by group"),
    ),
    "capital": Look(
        _("What it adds"),
        _("The colour says which of six kinds of wealth something adds to the neighbourhood."),
        _("coloured by the kind of wealth that each adds"),
    ),
    "place": Look(
        _("Home place"),
        _("The colour says which place something belongs to."),
        _("coloured by home place"),
    ),
    "none": Look(_("Nothing"), _("All dots have one colour."), _("all in one colour")),
}
"""By what a dot's colour can say (`state.COLOURS`)."""
