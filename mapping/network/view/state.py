"""How somebody looks at a network: what is coloured, chosen, filtered, taken away. Every state is a URL.

    view = NetworkView.from_params(request.GET)
    view.url("/trafford/network/")            # the same again
    view.replace(size="betweenness").params() # and changed

One object serves the picture, the words, saved views, tours and the data behind them.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mapping.graph.snapshot import day_number

COLOURS = ("kind", "community", "capital", "place", "none")
"""What a dot's colour can say: kind of thing, group within the network, kind of capital, home place, nothing."""
SIZES = ("connections", "betweenness", "pagerank", "harmonic", "core", "clustering", "constraint", "same")
"""What a dot's size can say: measures by their keys in `graph.measures`, or nothing."""
STATED = {"all": None, "stated": True, "derived": False}
"""Which connections, and the same as `graph.snapshot.Snapshot.pick` takes it."""
LAYOUTS = ("network", "ground")
HUBS = ("out", "in")
"""Whether hubs that hide all else are left out of the picture, or drawn."""
MAX_STEPS = 3
MAX_WITHOUT = 200


@dataclass(frozen=True)
class ViewProblem:
    """A parameter that was not understood: `field`, `value`, and what to do."""

    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: “{self.value}”. {self.remedy}"


@dataclass(frozen=True)
class NetworkView:
    """A state of the network view. Everything has a default, which its URL leaves out.

    colour, size : what dots show (`COLOURS`, `SIZES`); layout : "network", or "ground" for where they are;
    types : slugs of the connection types shown, none: all; hide : types left out; kinds, groups (top categories)
    : of the nodes shown; stated : stated (what somebody said), derived (worked out by rules) or all;
    least : least strength 1 to 5; day : how it was on that day; since : what changed since then;
    focus : a node, with `steps` around it; source, target : a path between two nodes; without : nodes taken
    away; scenario : nodes taken away by a rule; area : a ring "lon,lat;lon,lat;..." (a lasso, a flood area);
    hub : "out", or "in" to draw the hubs that hide all else too.
    """

    colour: str = "kind"
    size: str = "connections"
    layout: str = "network"
    types: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    stated: str = "stated"
    least: int = 0
    day: datetime.date | None = None
    since: datetime.date | None = None
    focus: uuid.UUID | None = None
    steps: int = 1
    source: uuid.UUID | None = None
    target: uuid.UUID | None = None
    without: tuple[uuid.UUID, ...] = ()
    scenario: str = ""
    area: str = ""
    hub: str = "out"
    problems: tuple[ViewProblem, ...] = field(default=(), compare=False)

    @classmethod
    def from_params(cls, params: Mapping[str, Any] | QueryDict) -> NetworkView:
        """Read a URL's parameters. What is not understood keeps its default and is told in `problems`."""
        problems: list[ViewProblem] = []
        values: dict[str, Any] = {}
        for name, reader in _READERS.items():
            given = _given(params, NAMES.get(name, name))
            if not given:
                continue
            try:
                values[name] = reader(given)
            except ValueError as error:
                problems.append(ViewProblem(NAMES.get(name, name), ", ".join(given)[:100], str(error)))
        return cls(**values, problems=tuple(problems))

    def params(self) -> dict[str, Any]:
        """The parameters of this state, without defaults: texts, or lists of texts."""
        result: dict[str, Any] = {}
        for it in dataclasses.fields(self):
            value = getattr(self, it.name)
            if it.name == "problems" or value == it.default:
                continue
            result[NAMES.get(it.name, it.name)] = (
                [str(part) for part in value] if isinstance(value, tuple) else str(value)
            )
        return result

    def query(self) -> QueryDict:
        """The parameters as a request has them."""
        return QueryDict(urlencode(self.params(), doseq=True))

    def url(self, path: str) -> str:
        """`path` with this state."""
        words = urlencode(self.params(), doseq=True)
        return f"{path}?{words}" if words else path

    def replace(self, **changes: Any) -> NetworkView:
        """The same state with some things changed."""
        return dataclasses.replace(self, problems=(), **changes)

    @property
    def is_stated(self) -> bool | None:
        """Whether stated connections are asked for (True), derived ones (False), or both."""
        return STATED[self.stated]

    @property
    def day_number(self) -> int | None:
        """The day as the arrays of a snapshot have it."""
        return None if self.day is None else day_number(self.day)

    @property
    def leaves_hub_out(self) -> bool:
        """Whether hubs that hide all else are left out, if the focus does not bring them back.

        What asks about ways, about what would be lost, or about rules, asks about everybody.
        """
        asks = (self.source and self.target) or self.without or self.scenario
        return self.hub == "out" and self.stated == "stated" and not asks

    @property
    def is_plain(self) -> bool:
        """Whether nothing is chosen: the network as it is first shown."""
        return self == NetworkView()


# Parameters that are not called as their field is.
NAMES = {"source": "from", "target": "to", "types": "type", "kinds": "kind", "groups": "group"}


def _given(params: Mapping[str, Any] | QueryDict, name: str) -> list[str]:
    if isinstance(params, QueryDict):
        values = params.getlist(name)
    else:
        value = params.get(name, [])
        values = list(value) if isinstance(value, (list, tuple)) else [value]
    return [text for it in values if (text := str(it).strip())]


def _one_of(*allowed: str):
    def read(given: list[str]) -> str:
        if given[-1] not in allowed:
            raise ValueError(_("Choose one of: %(these)s.") % {"these": ", ".join(allowed)})
        return given[-1]

    return read


def _whole(least: int, most: int):
    def read(given: list[str]) -> int:
        text = given[-1]
        if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
            raise ValueError(_("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
        return int(text)

    return read


def _slugs(given: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(given))
    if len(found) > 50 or any(not it.replace("-", "").replace("_", "").isalnum() or len(it) > 80 for it in found):
        raise ValueError(_("Give names as the filters on this page write them."))
    return found


def _day(given: list[str]) -> datetime.date:
    try:
        return datetime.date.fromisoformat(given[-1])
    except ValueError:
        raise ValueError(_("Give a day as year-month-day, such as 2024-03-31.")) from None


def _uuid(given: list[str]) -> uuid.UUID:
    try:
        return uuid.UUID(given[-1])
    except ValueError:
        raise ValueError(_("Choose a group or place from the list.")) from None


def _uuids(given: list[str]) -> tuple[uuid.UUID, ...]:
    found = tuple(dict.fromkeys(_uuid([it]) for text in given for it in text.split(",") if it))
    if len(found) > MAX_WITHOUT:
        raise ValueError(_("Take away at most %(most)s at a time.") % {"most": MAX_WITHOUT})
    return found


def _short(most: int):
    def read(given: list[str]) -> str:
        if len(given[-1]) > most or "\x00" in given[-1]:
            raise ValueError(_("That is too long."))
        return given[-1]

    return read


_READERS = {
    "colour": _one_of(*COLOURS),
    "size": _one_of(*SIZES),
    "layout": _one_of(*LAYOUTS),
    "types": _slugs,
    "hide": _slugs,
    "kinds": _slugs,
    "groups": _slugs,
    "stated": _one_of(*STATED),
    "least": _whole(0, 5),
    "day": _day,
    "since": _day,
    "focus": _uuid,
    "steps": _whole(1, MAX_STEPS),
    "source": _uuid,
    "target": _uuid,
    "without": _uuids,
    "scenario": _short(80),
    "area": _short(8000),
    "hub": _one_of(*HUBS),
}
PARAMETERS = tuple(NAMES.get(name, name) for name in _READERS)
"""The names of a view's parameters in an address."""
