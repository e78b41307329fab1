"""A network in words: everything that its picture says, in sentences that are true for none, one and many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import NodeKind

# Groups, and kinds of what is left out, that are told one by one.
TOLD = 6


@dataclass(frozen=True)
class Section:
    """One thing to say: a heading, a sentence or two, perhaps a list."""

    slug: str
    heading: str
    text: SafeString
    items: list[SafeString]


class Words:
    """Puts a snapshot's findings (`commands.graph.payload`) into words."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload
        self.nodes: list[dict[str, Any]] = payload["nodes"]

    @property
    def counted(self) -> str:
        """How many are connected and how many of them are drawn, in a sentence or two."""
        connected, drawn = self.payload["connected"], self.payload["drawn"]
        first = ngettext(
            "%(nodes)s group or place is connected here",
            "%(nodes)s groups and places are connected here",
            connected,
        ) % {"nodes": counted(connected)}
        second = ngettext(", by %(n)s connection.", ", by %(n)s connections.", self.payload["connections"]) % {
            "n": counted(self.payload["connections"])
        }
        if drawn == connected:
            return first + second + " " + _("The picture shows all of them.")
        third = ngettext("The picture shows %(n)s of them.", "The picture shows %(n)s of them.", drawn) % {
            "n": counted(drawn)
        }
        return f"{first}{second} {third}"

    def sections(self) -> list[Section]:
        """All there is to say; empty when nobody is connected."""
        if not self.payload["connected"]:
            return []
        return [
            it
            for it in (self._best(), self._bridges(), self._groups(), self._edge(), self._left_out())
            if it is not None
        ]

    def _link(self, number: int) -> SafeString:
        node = self.nodes[number]
        return format_html('<a href="{}">{}</a>', url_of(node), node["name"])

    def _best(self) -> Section | None:
        best = self.payload["findings"]["best"]
        if not best:
            return None
        items = []
        for number in best:
            degree = self.nodes[number]["degree"]
            words = ngettext("%(n)s connection", "%(n)s connections", degree) % {"n": counted(degree)}
            items.append(format_html("{} <span>{}</span>", self._link(number), words))
        return Section("best", _("Best connected"), mark_safe(""), items)

    def _bridges(self) -> Section | None:
        items = [
            format_html("{}", _format(self._falling(it), name=self._link(it["node"])))
            for it in self.payload["findings"]["bridges"]
        ]
        text = (
            _("Everything here would still hold together if any one of them closed.")
            if not items
            else ngettext(
                "One is held on to by others that have no second way.",
                "These are held on to by others that have no second way.",
                len(items),
            )
        )
        return Section("bridges", _("What holds it together"), format_html("{}", text), items)

    def _falling(self, it: dict[str, int]) -> str:
        """ "Without {name}, 447 would have no connection to anyone else here, and the rest falls into 72 parts." """
        apart = it["cut_off"] - it["alone"]
        if it["alone"] and it["pieces"] > 1:
            first = ngettext(
                "Without {name}, %(n)s would have no connection to anyone else here",
                "Without {name}, %(n)s would have no connection to anyone else here",
                it["alone"],
            ) % {"n": counted(it["alone"])}
            second = ngettext(
                ", and the others would fall into %(n)s part.",
                ", and the others would fall into %(n)s parts.",
                it["pieces"],
            ) % {"n": counted(it["pieces"])}
            return first + second
        if it["alone"] and not apart:
            return ngettext(
                "Without {name}, %(n)s would have no connection to anyone else here.",
                "Without {name}, %(n)s would have no connection to anyone else here.",
                it["alone"],
            ) % {"n": counted(it["alone"])}
        return ngettext(
            "Without {name}, %(n)s would lose touch with the rest.",
            "Without {name}, %(n)s would lose touch with the rest.",
            it["cut_off"],
        ) % {"n": counted(it["cut_off"])}

    def _groups(self) -> Section | None:
        found = self.payload["findings"]
        groups, hubs = found["groups"], found["hubs"]
        names = _and([self._link(number) for number in hubs])
        if not groups:
            if not hubs:
                return None
            text = _format(_("Apart from {hubs}, nobody here forms a group yet."), hubs=names)
            return Section("groups", _("Groups within"), text, [])
        if hubs:
            text = _format(
                ngettext(
                    "Leaving {hubs} aside, %(n)s group holds together by itself.",
                    "Leaving {hubs} aside, %(n)s groups hold together by themselves.",
                    len(groups),
                )
                % {"n": counted(len(groups))},
                hubs=names,
            )
        else:
            text = format_html(
                "{}",
                ngettext(
                    "%(n)s group holds together more closely than the rest.",
                    "%(n)s groups hold together more closely than the rest.",
                    len(groups),
                )
                % {"n": counted(len(groups))},
            )
        items = []
        for it in groups[:TOLD]:
            words = ngettext("Around {name}: %(n)s", "Around {name}: %(n)s", it["size"]) % {"n": counted(it["size"])}
            if it["mostly"]:
                words += ", " + _("mostly %(what)s") % {"what": _safe(it["mostly"].lower())}
            items.append(_format(words, name=self._link(it["centre"])))
        if len(groups) > TOLD:
            rest = len(groups) - TOLD
            items.append(
                format_html(
                    "{}",
                    ngettext("and %(n)s smaller one", "and %(n)s smaller ones", rest) % {"n": counted(rest)},
                )
            )
        return Section("groups", _("Groups within"), text, items)

    def _edge(self) -> Section | None:
        found = self.payload["findings"]
        parts: list[SafeString] = []
        if found["hub_only"]:
            names = _and([self._link(number) for number in found["hubs"]])
            parts.append(
                _format(
                    ngettext(
                        "%(n)s is connected to nobody but {hubs}.",
                        "%(n)s are connected to nobody but {hubs}.",
                        found["hub_only"],
                    )
                    % {"n": counted(found["hub_only"])},
                    hubs=names,
                )
            )
        if found["edge"]:
            text = ngettext("%(n)s has a single connection.", "%(n)s have a single connection.", found["edge"])
            parts.append(format_html("{}", text % {"n": counted(found["edge"])}))
        apart = found["pieces"][1] - 1
        if apart > 0:
            text = ngettext(
                "%(n)s part is not joined to the rest at all;",
                "%(n)s parts are not joined to the rest at all;",
                apart,
            ) % {"n": counted(apart)}
            size = ngettext(
                "the largest has %(n)s member.", "the largest has %(n)s members.", found["second_piece"]
            ) % {"n": counted(found["second_piece"])}
            parts.append(format_html("{} {}", text, size))
        if not parts:
            return None
        return Section("edge", _("At the edge"), format_html_join(" ", "{}", ((it,) for it in parts)), [])

    def _left_out(self) -> Section | None:
        more = self.payload["more"]
        missing = self.payload["connected"] - self.payload["drawn"]
        if not missing:
            return None
        items, told = [], 0
        for it in more[:TOLD]:
            if it["count"] < 3:
                break
            told += it["count"]
            items.append(
                _format(
                    f"{{name}} {_safe(it['verb'])} {_safe(_some(it))}",
                    name=self._link(it["node"]),
                )
            )
        if missing > told:
            rest = missing - told
            if items:
                text = ngettext("and %(n)s more on the edge", "and %(n)s more on the edge", rest) % {"n": counted(rest)}
                items.append(format_html("{}", text))
        text = ngettext(
            "%(n)s is left out of the picture, where a number says as much. It is in the table.",
            "%(n)s are left out of the picture, where a number says as much. They are in the table.",
            missing,
        ) % {"n": counted(missing)}
        return Section("left-out", _("Not drawn"), format_html("{}", text), items)


def url_of(node: dict[str, Any]) -> str:
    """The address of a node of a snapshot."""
    return reverse("node", args=[node["uuid"]])


def counted(number: int) -> str:
    """A number as people write it: 1,204."""
    return formats.number_format(number, force_grouping=True)


def _safe(text: str) -> str:
    """A text of people's, to be put into a format string."""
    return text.replace("{", "{{").replace("}", "}}")


def _format(words: str, **links: SafeString) -> SafeString:
    return format_html(words, **links)


def _and(names: list[SafeString]) -> SafeString:
    if len(names) < 2:
        return names[0] if names else mark_safe("")
    first = format_html_join(", ", "{}", ((it,) for it in names[:-1]))
    return format_html(_("{first} and {last}"), first=first, last=names[-1])


def _some(it: dict[str, Any]) -> str:
    """ "138 more places", "49 more organisations", by the kind of node."""
    nouns = {
        NodeKind.ORGANISATION: ngettext("%(n)s more group", "%(n)s more groups", it["count"]),
        NodeKind.ASSET: ngettext("%(n)s more place", "%(n)s more places", it["count"]),
        NodeKind.ACTIVITY: ngettext("%(n)s more activity", "%(n)s more activities", it["count"]),
    }
    return nouns.get(it["kind"], ngettext("%(n)s more", "%(n)s more", it["count"])) % {"n": counted(it["count"])}
