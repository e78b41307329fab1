"""Every question that grows with a place: who answers it, what it takes, and up to which size it is answered at once.

The sizes are those at which some 50 ms of processor time are spent, the database's counted, in a process that has
answered such a question before. Measured (`bench/measure_kinds.py`, docs/network.md, "Answered at once, or by a job")
with made-up towns of 119, 308 and 1,133 connections and with Trafford's 1,397, on two cores that others used too (load
8 to 11), which makes the figures larger than they are on a quiet machine. What fits at Trafford's size is bounded a
little above it, though a town in which everybody is connected takes longer there (what if: 155 ms); for the others the
bound lies on a straight line between what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VIEW = (
    "colour", "size", "layout", "type", "hide", "kind", "group", "stated", "least", "day", "since", "focus", "steps",
    "from", "to", "without", "scenario", "area", "hub",
)  # fmt: skip
"""The parameters of a view of the network (`mapping.network.view.state.NetworkView`)."""

# Connections of which measures, groups and a layout are worked out at once: 91 ms of 119 connections, 169 ms of 308.
MAX_ANALYSED = 60
# Connections up to which the picture is drawn at once: 85 ms with 119 connections, 25 ms without any.
MAX_DRAWN = 50


@dataclass(frozen=True)
class Kind:
    """A question.

    maker : "module:function", called as `function(request, place)`; it returns an `HttpResponse`.
    parameters : of the URL, that the answer depends on; others make no other question.
    connections, nodes : of a place, up to which it is answered at once.
    analysis : it needs measures, groups and layout: at once only if these are kept, or few.
    needs : kinds of smaller answers without parameters that it needs, with the number of connections above which
    they are made by a job too.
    title : for the page that says that it is being worked out.
    everywhere : it may tell of any place.
    is_file : it is written to a file, and sent in parts.
    payload : it shows the small picture, which is made beforehand too.
    by_address : it says where this site is, so it differs by the site's address.
    """

    maker: str
    title: Promise
    parameters: tuple[str, ...] = ()
    connections: int = 1_500
    nodes: int = 3_000
    analysis: bool = True
    needs: tuple[str, ...] = ()
    everywhere: bool = False
    is_file: bool = False
    by_address: bool = False
    payload: bool = False


NETWORK = _("The network")
KINDS: dict[str, Kind] = {
    "overview": Kind("mapping.views.overview:make_network", NETWORK, connections=120, needs=("missing",), payload=True),
    "network": Kind("mapping.views.network.page:make", NETWORK, VIEW, connections=MAX_DRAWN, needs=("missing",)),
    "stage": Kind("mapping.views.network.saved_views:make_stage", NETWORK, VIEW, connections=MAX_DRAWN),
    "reading": Kind(
        "mapping.views.network.tour_reading:make", _("The tour"), ("readings",),
        connections=MAX_DRAWN, needs=("missing",),
    ),
    "words": Kind(
        "mapping.views.network.findings:make", _("The network in words"),
        ("focus", "more", "sort", "turned", "name", "kind", "community", "page"), needs=("missing",),
    ),
    "table": Kind(
        "mapping.views.network.findings:make_table", _("The table"),
        ("sort", "turned", "name", "kind", "community"), is_file=True,
    ),
    "paths": Kind(
        "mapping.views.network.paths:make", _("How two are connected"),
        (*VIEW, "from_name", "to_name", "hubs", "by", "most"), analysis=False,
    ),
    "path-data": Kind(
        "mapping.views.network.paths:make_data", _("How two are connected"),
        (*VIEW, "from_name", "to_name", "hubs", "by", "most"), analysis=False,
    ),
    "without": Kind(
        "mapping.views.network.removal:make", _("What if this closed?"), (*VIEW, "add_name"), needs=("curves",),
    ),
    "without-data": Kind(
        "mapping.views.network.removal:make_data", _("What if this closed?"), (*VIEW, "add_name"),
    ),
    "gaps": Kind("mapping.views.network.gaps:make", _("Gaps"), ("show", "dismissing"), connections=60, nodes=500),
    "compare": Kind(
        "mapping.views.network.comparison:make", _("Side by side"), ("by",), connections=1_000, nodes=800,
        analysis=False, everywhere=True,
    ),
    "export": Kind(
        "mapping.views.network.export:make", _("The network as files"), ("derived",), connections=250,
        analysis=False,
    ),
    "export-file": Kind(
        "mapping.views.network.export:make_file", _("The file"), ("name", "derived"), connections=30, analysis=False,
        is_file=True, by_address=True,
    ),
    "graph": Kind("mapping.views.network.data:make_graph", NETWORK),
    "identities": Kind("mapping.views.network.data:make_identities", NETWORK, ("part", "node")),
    "lines": Kind("mapping.views.maps:make_lines", NETWORK, (*VIEW, "node", "bbox")),
    # Parts of others, without a page of their own.
    "missing": Kind("mapping.network.place_network:make_missing", NETWORK, connections=120, nodes=500),
    "curves": Kind("mapping.network.removal.question:make_curves", NETWORK, connections=300, analysis=False),
}  # fmt: skip


def register(slug: str, kind: Kind) -> None:
    """Add a question of an app above this one (called once, from an AppConfig's `ready`)."""
    KINDS[slug] = kind


PREPARED = ("missing", "curves", "overview", "network", "words", "gaps", "compare", "export", "graph")
"""What is made for everybody as soon as a network has been worked out, where it is too large to be answered at once."""
