"""What lies underneath a place: the kept picture of its network, and the same in words.

network = underneath.of(place)
network.picture, network.sections, network.table(sort="between", page=2)
"""

from __future__ import annotations

import logging
import math
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import network_facts, network_picture, network_walk, snapshots
from .commands import graph
from .graph.snapshot import Snapshot
from .models import GraphSnapshot, Node, NodeKind, Place
from .network_view import NetworkView
from .network_words import Section, Words, bridges, url_of
from .viewers import PUBLIC, Viewer

logger = logging.getLogger(__name__)

ROWS = 25
# Above this many connections a page does not wait for the network: `build_graph` works it out.
AT_ONCE_MOST = 20_000

# Categories of things that stand everywhere: they name no group.
EVERYWHERE = {"defibrillator", "tram-stop", "toilets", "plaque", "memorial", "listed-building"}

SORTS: dict[str, Promise] = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "connections": gettext_lazy("Connections"),
    "linked": gettext_lazy("Linked neighbours"),
    "between": gettext_lazy("On the way between others"),
}


@dataclass(frozen=True)
class Table:
    """One page of the table of nodes."""

    rows: list[dict[str, Any]]
    columns: list[dict[str, str]]
    sort: str
    page: int
    pages: int
    total: int


def of(place: Place, viewer: Viewer = PUBLIC) -> Underneath | None:
    """Return the network of `place` for its present revision, as everybody may see it.

    None while it is being worked out (only where there are very many connections) or cannot be, never an older one:
    what was withdrawn must not be seen.
    """
    kept = GraphSnapshot.objects.filter(place=place, revision=graph.revision_of(place)).first()
    if kept is not None and kept.payload.get("version") == graph.VERSION and not _outdated(kept.payload):
        return Underneath(place, kept)
    last = GraphSnapshot.objects.filter(place=place).first()
    if last is not None and last.payload.get("connections", 0) > AT_ONCE_MOST:
        return None
    try:
        return Underneath(place, graph.build(place, force=kept is not None).snapshot)
    except Exception:
        # The page of a place has more to say than its network: it stays, and says what is missing.
        logger.exception("The network of %s could not be worked out.", place.slug)
        return None


def _outdated(payload: dict[str, Any]) -> bool:
    """Whether something that another place keeps has gone: our number does not tell of that."""
    outside = {it["uuid"] for it in payload["nodes"] if it.get("outside")}
    return bool(outside) and (Node.objects.visible_to(PUBLIC).filter(uuid__in=outside).count() < len(outside))


class Underneath:
    """The network of a place as one viewer may see it, ready to be shown."""

    def __init__(self, place: Place, snapshot: GraphSnapshot, viewer: Viewer = PUBLIC) -> None:
        self.place = place
        self.viewer = viewer
        self.payload: dict[str, Any] = snapshot.payload
        self.revision = snapshot.revision
        self.built_at = snapshot.built_at

    @property
    def nodes(self) -> list[dict[str, Any]]:
        return self.payload["nodes"]

    @property
    def is_empty(self) -> bool:
        return not self.payload["connected"]

    @cached_property
    def arrays(self) -> Snapshot:
        """The network itself."""
        return snapshots.of(self.place, self.viewer)

    @cached_property
    def picture(self) -> dict[str, Any]:
        """What `partials/network_picture.html` draws."""
        return network_picture.picture(self.payload, self.place.name)

    @cached_property
    def words(self) -> Words:
        snapshot = self.arrays
        categories = snapshot.tables["categories"]
        sorts = {
            str(uuid.UUID(bytes=snapshot.uuids[index].tobytes())): {
                "what": categories[number]["plural"] or categories[number]["name"],
                "everywhere": categories[number]["slug"] in EVERYWHERE,
            }
            for index, number in enumerate(snapshot.category.tolist())
            if number >= 0
        }
        return Words(self.payload, network_facts.of(snapshot), sorts)

    @property
    def counted(self) -> str:
        """How many are connected and how many of them are drawn, in words."""
        return Words(self.payload).counted

    @cached_property
    def sections(self) -> list[Section]:
        """What stands beside the picture: it says the same."""
        return self.words.short()

    @cached_property
    def all_sections(self) -> list[Section]:
        """Everything that can be said."""
        return self.words.sections()

    def section(self, slug: str, view: NetworkView) -> Section | None:
        """One thing to say: a section by its slug, or about what `view` has in focus or takes away."""
        if slug == "counted":
            return Section("counted", _("The whole"), format_html("{}", self.counted))
        if slug == "what-if":
            return self._what_if(view)
        if slug == "neighbours":
            return network_walk.section(self.arrays, view)
        return next((it for it in self.all_sections if it.slug == slug), None)

    def _what_if(self, view: NetworkView) -> Section | None:
        index = [number for it in view.without if (number := self.arrays.by_uuid.get(it.bytes)) is not None]
        if not index:
            return None
        lost = network_facts.losing(self.arrays, index)
        return bridges.without(network_walk.links(self.arrays, index), lost)

    def table(self, sort: str = "connections", page: int = 1) -> Table:
        """One page of the nodes, sorted; an unknown sort is by connections, a page too far is the last."""
        sort = sort if sort in SORTS else "connections"
        keys = {
            "name": lambda it: it["name"].casefold(),
            "kind": lambda it: (it["what"] or it["kind"]).casefold(),
            "connections": lambda it: -it["degree"],
            "linked": lambda it: -it["linked"],
            "between": lambda it: -it["between"],
        }
        rows = sorted(self.nodes, key=lambda it: (keys[sort](it), -it["degree"], it["name"].casefold()))
        pages = max(math.ceil(len(rows) / ROWS), 1)
        page = min(max(page, 1), pages)
        return Table(
            rows=[
                {
                    **it,
                    "url": url_of(it),
                    "what": it["what"] or NodeKind(it["kind"]).label,
                    "share": formats.number_format(it["between"] * 100, 1) if it["between"] else "",
                }
                for it in rows[(page - 1) * ROWS : page * ROWS]
            ],
            columns=[{"slug": slug, "label": str(label)} for slug, label in SORTS.items()],
            sort=sort,
            page=page,
            pages=pages,
            total=len(rows),
        )
