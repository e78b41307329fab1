"""Everything that the network page shows of the picture: the picture itself, its controls, its addresses.

stage = page.draw(place, viewer, NetworkView.from_params(request.GET))
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.graph.packed import Picture
from mapping.graph.snapshot import Snapshot
from mapping.models import Node, NodeKind, Place, Source, SourceRecord, Statement, Viewer
from mapping.network.findings.phrases import counted
from mapping.network.picture.svg import Drawing
from mapping.network.removal.scenarios import Scenarios
from mapping.network.view.state import NetworkView

from . import browser_data
from .paths import question
from .picture import appearance, boundary, svg
from .view import labels as view_labels
from .view import looks

Option = dict[str, Any]
MAX_SOURCES = 12


@dataclass(frozen=True)
class Stage:
    """What `partials/network/view.html` needs."""

    place: Place
    view: NetworkView
    viewer: Viewer
    snapshot: Snapshot
    laid_out: Picture
    closer: bool = False

    @cached_property
    def picture(self) -> Drawing:
        return svg.draw(self.snapshot, self.laid_out, self.view, self._way(), closer=self.closer)

    def _way(self) -> list[int] | None:
        """The first of the ways that the page of the question tells of; None where there is no question."""
        if not (self.view.source and self.view.target):
            return None
        found = question.answer(self.place, self.viewer, QueryDict(self.view.url("").lstrip("?")))
        stops = found.ways[0].stops if found.ways else [found.source, found.target]
        index = [self.snapshot.by_uuid.get(UUID(it.uuid).bytes, -1) for it in stops if it.uuid]
        return [it for it in index if it >= 0]

    # Addresses

    @property
    def url(self) -> str:
        return f"{self.place.get_absolute_url()}network/"

    @property
    def address(self) -> str:
        """Of this view, as paper has it."""
        return self.view.url(f"{settings.SITE_URL}{self.url}")

    @property
    def _data_url(self) -> str:
        return f"/network/{self.place.slug}.{self.snapshot.tables['revision']}/"

    @property
    def graph_url(self) -> str:
        return f"{self._data_url}graph.bin"

    @property
    def path_url(self) -> str:
        return f"{self._data_url}path.json"

    @property
    def without_url(self) -> str:
        return f"{self._data_url}without.json"

    @property
    def node_url(self) -> str:
        return "/node/{uuid}"

    @property
    def keep_url(self) -> str:
        return self.view.url(f"{self.url}views/")

    @property
    def more(self) -> list[dict[str, str]]:
        """Pages beside this one."""
        return [
            {"url": f"{self.url}{path}", "label": label}
            for path, label in (
                ("words/", _("All of it in words, with every measure")),
                ("paths/", _("How two are connected")),
                ("without/", _("What if some closed")),
                ("gaps/", _("What is missing")),
                ("compare/", _("Beside other places")),
                ("views/", _("Saved views")),
                ("export/", _("Take the data with you")),
            )
        ]

    @property
    def hub_url(self) -> str:
        """The same view with the hubs that hide all else put back, or left out again."""
        hub = self.picture.hub
        return self.view.replace(hub=hub.other if hub else "out").url(self.url)

    # What the form holds

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Fields of the state that have no control of their own."""
        view = self.view
        single = {
            "focus": view.focus, "from": view.source, "to": view.target, "area": view.area,
            "without": ",".join(str(it) for it in view.without),
        }  # fmt: skip
        return [
            *((name, str(value or "")) for name, value in single.items()),
            *(("hide", it) for it in view.hide),
            *(("group", it) for it in view.groups),
            # Always there: the script keeps what is chosen on the picture in it.
            ("hub", view.hub if view.hub != NetworkView().hub else ""),
        ]

    @property
    def steps(self) -> tuple[int, ...]:
        return (1, 2, 3)

    @property
    def colours(self) -> list[Option]:
        return _options(looks.COLOURS, self.view.colour)

    @property
    def colour_means(self) -> str:
        return str(looks.COLOURS[self.view.colour].explained)

    @property
    def sizes(self) -> list[Option]:
        return _options(looks.SIZES, self.view.size)

    @property
    def size_means(self) -> str:
        return str(looks.SIZES[self.view.size].explained)

    @property
    def stated(self) -> list[Option]:
        labels = {
            "stated": _("Stated by somebody"),
            "derived": _("Worked out by rules"),
            "all": _("Both"),
        }
        return [{"value": it, "label": label, "chosen": it == self.view.stated} for it, label in labels.items()]

    @property
    def types(self) -> list[Option]:
        types = self.snapshot.tables["types"]
        counts = np.bincount(self.snapshot.type, minlength=len(types)).tolist()
        rows = sorted(zip(types, counts, strict=True), key=lambda it: -it[1])
        return [
            {"value": it["slug"], "label": it["forward"], "count": n, "chosen": it["slug"] in self.view.types}
            for it, n in rows
            if n or it["slug"] in self.view.types
        ]

    @property
    def kinds(self) -> list[Option]:
        kinds = self.snapshot.tables["kinds"]
        counts = np.bincount(self.snapshot.kind, minlength=len(kinds)).tolist()
        return [
            {"value": kind, "label": NodeKind(kind).label, "count": n, "chosen": kind in self.view.kinds}
            for kind, n in zip(kinds, counts, strict=True)
            if n or kind in self.view.kinds
        ]

    @property
    def least(self) -> list[Option]:
        labels = [_("However weak"), "", _("2 of 5"), _("3 of 5"), _("4 of 5"), _("5 of 5: the strongest only")]
        return [{"value": n, "label": label, "chosen": n == self.view.least} for n, label in enumerate(labels) if label]

    @property
    def scenarios(self) -> list[tuple[str, list[Option]]]:
        """What can be taken away at once, by heading; buildings of a kind are on the page of the question itself."""
        offered = Scenarios(self.place, self.snapshot, None, None).offered()
        chosen = self.view.scenario
        if chosen and all(chosen != key for _heading, options in offered for key, _label in options):
            offered.append((_("Chosen before"), [(chosen, chosen)]))
        return [
            (heading, [{"value": key, "label": label, "chosen": key == chosen} for key, label in options])
            for heading, options in offered
        ]

    def _name(self, uuid) -> str:
        index = self.snapshot.by_uuid.get(uuid.bytes) if uuid else None
        return "" if index is None else self.snapshot.names[index]

    @property
    def from_name(self) -> str:
        return self._name(self.view.source)

    @property
    def to_name(self) -> str:
        return self._name(self.view.target)

    @property
    def open(self) -> dict[str, bool]:
        """Which panels are open: those that say something other than at first."""
        view, plain = self.view, NetworkView()
        differs = lambda *names: any(getattr(view, it) != getattr(plain, it) for it in names)  # noqa: E731
        return {
            "look": differs("colour", "size"),
            "filters": differs("types", "kinds", "stated", "least"),
            "time": differs("day", "since"),
            "paths": differs("source", "target"),
            "without": differs("without", "scenario"),
        }

    # What is said

    @property
    def counted(self) -> str:
        picture = self.picture
        nodes = ngettext("%(n)s node", "%(n)s nodes", picture.nodes) % {"n": counted(picture.nodes)}
        edges = ngettext("%(n)s connection shown", "%(n)s connections shown", picture.connections)
        return f"{nodes}, {edges % {'n': counted(picture.connections)}}."

    @property
    def lines(self) -> list[dict[str, Any]]:
        names = view_labels.words(place="", attribution=[])["lines"]
        if self.picture.connections <= appearance.MAX_ARROWS:
            names["stated"] = names["pointed"]
        return [{**it, "label": names[it["look"]]} for it in self.picture.lines if it["look"] in names]

    @property
    def busy(self) -> str:
        n = self.picture.connections
        return "is-full" if n > appearance.FULL else "is-busy" if n > appearance.BUSY else ""

    @property
    def numbered(self) -> list[dict[str, Any]]:
        """What the islands are that a narrow picture has numbers for, in their order."""
        return sorted((it for it in self.picture.names if it.get("says")), key=lambda it: int(it["text"]))

    @property
    def name_sizes(self) -> list[dict[str, Any]]:
        picture = self.picture
        return [
            {
                "slug": size,
                "letters": letters,
                "rim": letters / 4,
                "names": [it for it in picture.names if it["size"] == size],
                "leaders": "".join(
                    "M{} {}L{} {}".format(*it["leader"]) for it in picture.names if it["size"] == size and it["leader"]
                ),
            }
            for size, letters in picture.letters.items()
        ]

    @cached_property
    def words(self) -> dict[str, Any]:
        told = view_labels.words(place=self.place.name, attribution=_attribution(self.place, self.viewer))
        return {**told, "boundary": boundary.outline(self.place)}


def draw(place: Place, viewer: Viewer, view: NetworkView, *, closer: bool = False) -> Stage | None:
    """Return the picture's part of the page as `viewer` sees it; None where nothing is connected.

    `closer` brings near what is looked at: a picture that stands still cannot be zoomed.
    """
    packed = browser_data.load(place, viewer).get()
    if not packed.snapshot.size:
        return None
    return Stage(place, view, viewer, packed.snapshot, packed.picture, closer)


def _options(choices: dict[str, looks.Look], chosen: str) -> list[Option]:
    return [{"value": key, "label": str(it.name), "chosen": key == chosen} for key, it in choices.items()]


def _attribution(place: Place, viewer: Viewer) -> list[str]:
    """Whose data a picture of the place shows, with licences, for what is taken away from here."""
    said = Statement.objects.visible_to(viewer).filter(
        Q(connection__source__place=place) | Q(connection__target__place=place)
    )
    # The names are data too; OpenStreetMap's licence asks to be told of on every picture of them.
    shown = Node.objects.visible_to(viewer).filter(place=place)
    named = SourceRecord.objects.filter(source=OuterRef("pk"), node__in=shown.values("pk"))
    of_names = Q(licence__startswith="ODbL") & Exists(named)
    rows = Source.objects.filter(Q(pk__in=said.values("by_source")) | of_names).order_by("pk")[:MAX_SOURCES]
    told = dict.fromkeys(
        text if "licen" in (text := (it.attribution or it.title).strip(". ")).lower() else f"{text} ({it.licence})"
        for it in rows
    )
    return [_("Data: %(sources)s.") % {"sources": "; ".join(told)}] if told else []
