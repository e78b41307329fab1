"""How are X and Y connected? What was asked, in URL parameters; what there is to say, in words.

answer = question.answer(place, viewer, request.GET)
answer.message, answer.ways, answer.offers

One answer serves the page (`views/network/paths.py`) and its data (`path.json`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.graph.paths import STEPS, STRENGTH, Choice, Path, Paths
from mapping.graph.shortest import LONGEST
from mapping.graph.snapshot import Snapshot
from mapping.models import Place, Viewer
from mapping.network import snapshots
from mapping.network.findings.phrases import counted, far, units_of
from mapping.network.node_lookup import Match, NodeLookup
from mapping.network.view.state import NetworkView

from . import description
from .description import Way

SHOWN, MAX_PATHS = 3, 10
# Ways much longer than the best say little.
LONGER = 4
HUBS = ("avoid", "use")


@dataclass(frozen=True)
class Question:
    """What was asked. view : ends, types, dates, stated or all, nodes to avoid; the rest is only asked of paths.

    hubs : "avoid" those that a fifth of all are joined with, or "use" them; by : `STEPS` or `STRENGTH`;
    most : how many ways.
    """

    view: NetworkView
    from_name: str = ""
    to_name: str = ""
    hubs: str = "avoid"
    by: str = STEPS
    most: int = SHOWN
    problems: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: QueryDict) -> Question:
        """Read a URL's parameters. What is not understood keeps its default and is told in `problems`."""
        view = NetworkView.from_params(params)
        problems = [str(it) for it in view.problems]
        chosen: dict[str, Any] = {}
        for name, allowed in (("hubs", HUBS), ("by", (STEPS, STRENGTH))):
            given = params.get(name, "").strip()
            if given in allowed:
                chosen[name] = given
            elif given:
                problems.append(_("%(name)s: choose one of: %(these)s.") % {"name": name, "these": ", ".join(allowed)})
        given = params.get("most", "").strip()
        if given:
            number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
            if 1 <= number <= MAX_PATHS:
                chosen["most"] = number
            else:
                problems.append(_("most: ask for 1 to %(most)s ways.") % {"most": MAX_PATHS})
        names = {name: params.get(name, "") for name in ("from_name", "to_name")}
        return cls(view=view, problems=tuple(problems), **names, **chosen)

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.view.source or self.view.target or self.from_name.strip() or self.to_name.strip())

    def params(self) -> dict[str, Any]:
        """The parameters of this question, without defaults and without typed names."""
        own = {"hubs": self.hubs, "by": self.by, "most": str(self.most)}
        defaults = {"hubs": "avoid", "by": STEPS, "most": str(SHOWN)}
        return {**self.view.params(), **{name: it for name, it in own.items() if it != defaults[name]}}

    def url(self, path: str) -> str:
        return f"{path}?{urlencode(self.params(), doseq=True)}"

    def replace(self, **changes: Any) -> Question:
        """The same question with some things changed: of the view, or of its own."""
        own = {it.name for it in dataclasses.fields(self)}
        of_view = {name: it for name, it in changes.items() if name not in own}
        kept = {name: it for name, it in changes.items() if name in own}
        return dataclasses.replace(self, view=self.view.replace(**of_view), **kept)

    def choice(self, snapshot: Snapshot) -> Choice:
        """The same for the engine."""
        avoided = [snapshot.by_uuid.get(it.bytes, -1) for it in self.view.without]
        return Choice(
            types=self.view.types,
            without_types=self.view.hide,
            stated=self.view.is_stated,
            least=self.view.least,
            day=self.view.day_number,
            avoiding=tuple(it for it in avoided if it >= 0),
            avoiding_hubs=self.hubs == "avoid",
            by=self.by,
            longer=LONGER,
        )


@dataclass(frozen=True)
class Offer:
    """Another question that has an answer: what it would allow, and the way there would be."""

    text: str
    question: Question


@dataclass
class Answer:
    """What there is to say. `ways` are those of the question, or, when `instead`, of the first of `offers`."""

    question: Question
    snapshot: Snapshot
    names: NodeLookup
    source: Match = field(default_factory=Match)
    target: Match = field(default_factory=Match)
    ways: list[Way] = field(default_factory=list)
    message: str = ""
    offers: list[Offer] = field(default_factory=list)
    instead: bool = False

    @property
    def is_found(self) -> bool:
        return bool(self.ways) and not self.instead

    @property
    def shown(self) -> Question:
        """The question that `ways` answer."""
        return self.offers[0].question if self.instead else self.question

    @cached_property
    def hubs(self) -> list[str]:
        """The names of those that a fifth of all are joined with."""
        return [self.snapshot.names[it] for it in Paths.of(self.snapshot).hubs]

    @property
    def types(self) -> list[dict[str, Any]]:
        """The types of connection that there are, and whether each is left out."""
        hidden = set(self.question.view.hide)
        return [
            {"slug": it["slug"], "label": it["forward"], "hidden": it["slug"] in hidden}
            for it in self.snapshot.tables["types"]
        ]


def answer(place: Place, viewer: Viewer, params: QueryDict) -> Answer:
    """Find how two are connected, as `viewer` may know it."""
    question = Question.from_params(params)
    snapshot = snapshots.load(place, viewer)
    names = NodeLookup(place, snapshot, viewer)
    found = Answer(question, snapshot, names)
    if not question.is_asked:
        return found
    found.source = names.find(question.view.source, question.from_name)
    found.target = names.find(question.view.target, question.to_name)
    # From here on the question is about nodes: that is what links and the picture carry.
    found.question = question = question.replace(
        source=found.source.node.uuid if found.source.node else None,
        target=found.target.node.uuid if found.target.node else None,
        problems=question.problems,
    )
    finder = Paths.of(snapshot)
    paths = _to_the_nearest(found, finder) if _is_one_to_many(found) else []
    if not paths:
        found.message = _wanting(found)
        if found.message:
            return found
        ends = found.source.index, found.target.index
        paths = finder.between(*ends, question.choice(snapshot), question.most) or _otherwise(found, finder, ends)
    found.ways = description.tell(snapshot, paths, viewer)
    if not found.message:
        found.message = _found(found)
    return found


def _is_one_to_many(found: Answer) -> bool:
    """Whether one end is known and the other may be one of several: a way to the nearest of them is an answer."""
    ends = (found.source, found.target)
    return sum(bool(it.choices) for it in ends) == 1 and sum(it.index >= 0 for it in ends) == 1


def _to_the_nearest(found: Answer, finder: Paths) -> list[Path]:
    """The ways to the one of the choices that is the fewest steps away; its end is then that node."""
    end = "source" if found.source.choices else "target"
    many = getattr(found, end)
    places = found.snapshot.index_of([it.pk for it in many.choices]).tolist()
    known = [(node, place) for node, place in zip(many.choices, places, strict=True) if place >= 0]
    for question, _allowed in [(found.question, ""), *_wider(found)]:
        choice = question.choice(found.snapshot)
        best: tuple[int, int] | None = None
        for number, (_node, place) in enumerate(known):
            ends = (place, found.target.index) if end == "source" else (found.source.index, place)
            if paths := finder.between(*ends, choice):
                best = min(best or (paths[0].cost, number), (paths[0].cost, number))
        if best is None:
            continue
        node, place = known[best[1]]
        setattr(found, end, dataclasses.replace(many, node=node, index=place))
        found.question = found.question.replace(**{end: node.uuid}, problems=found.question.problems)
        words = {"typed": many.typed, "name": node.name}
        found.message = (
            _("More than one is called something like “%(typed)s”. The fewest steps away is %(name)s.") % words
        )
        ends = found.source.index, found.target.index
        paths = finder.between(*ends, found.question.choice(found.snapshot), question.most)
        if paths:
            return paths
        first = found.message
        paths = _otherwise(found, finder, ends)
        found.message = f"{first} {found.message}"
        return paths
    return []


def _wanting(found: Answer) -> str:
    """What keeps us from looking, in a sentence; empty when nothing does."""
    source, target = found.source, found.target
    problems = [it.problem for it in (source, target) if it.problem]
    if problems:
        return " ".join(dict.fromkeys(problems))
    if source.choices or target.choices:
        return _("More than one is called something like that. Choose which you mean.")
    if source.node is None or target.node is None:
        return _("Name two of them to see how they are connected.")
    if source.node.pk == target.node.pk:
        return _("Those are one and the same. Name two that are different.")
    lonely = [it.node.name for it in (source, target) if it.index < 0]
    if len(lonely) == 2:
        return _("Nobody has said yet what %(one)s and %(other)s are connected to.") % {
            "one": lonely[0],
            "other": lonely[1],
        }
    if lonely:
        return _("Nobody has said yet what %(name)s is connected to.") % {"name": lonely[0]}
    return ""


def _otherwise(found: Answer, finder: Paths, ends: tuple[int, int]) -> list[Path]:
    """Say what would have to be allowed, as there is no way as it was asked. Returns the paths of the first."""
    first: list[Path] = []
    names = {"one": found.source.name, "other": found.target.name}
    for question, allowed in _wider(found):
        paths = finder.between(*ends, question.choice(found.snapshot), question.most if not first else 1)
        # What allows more is worth telling only when it leads there in fewer steps.
        if paths and (not first or paths[0].cost < first[0].cost):
            first = first or paths
            found.offers.append(Offer(_offered(found, allowed, paths[0]), question))
    if found.offers:
        found.instead = True
        found.message = _no_way(found, names)
        return first
    if finder.pieces[ends[0]] == finder.pieces[ends[1]]:
        words = {**names, "most": counted(LONGEST)}
        told = _("%(one)s and %(other)s are connected, but over more than %(most)s steps; we follow no way that far.")
        found.message = told % words
        return []
    found.message = _("There is no way from %(one)s to %(other)s: nothing that we know joins them.") % names
    if gap := _gap(found, finder, ends):
        found.message += " " + gap
    return []


def _no_way(found: Answer, names: dict[str, str]) -> str:
    """That there is none as it was asked, though there are `offers`; and what kept us from it, if that is one thing."""
    asked, first = found.question, found.offers[0].question
    plain = asked == asked.replace(hide=(), types=(), day=None, least=0, without=())
    stated = asked.view.stated == "stated"
    words = {**names, "hubs": description.plain_list(found.hubs)}
    if first == asked.replace(hubs="use"):
        return (
            _("Nobody has stated a way from %(one)s to %(other)s that does not lead through %(hubs)s.")
            if stated and plain
            else _("There is no way from %(one)s to %(other)s that does not lead through %(hubs)s.")
        ) % words
    if stated and plain:
        return (
            _("Nobody has stated a way from %(one)s to %(other)s, not even through %(hubs)s.")
            if found.hubs
            else _("Nobody has stated a way from %(one)s to %(other)s.")
        ) % words
    return _("There is no way from %(one)s to %(other)s as you asked.") % words


def _wider(found: Answer) -> Iterable[tuple[Question, str]]:
    """What else to try, what asks least first, each with what it would allow."""
    question = found.question
    hubs = description.plain_list(found.hubs)
    over = _("Over %(hubs)s") % {"hubs": hubs}
    derived_too = _("Counting what is worked out, not stated")
    both = _("Over %(hubs)s, and counting what is worked out") % {"hubs": hubs}
    may_hubs = question.hubs == "avoid" and bool(found.hubs)
    may_all = question.view.stated != "all"
    if may_hubs:
        yield question.replace(hubs="use"), over
    if may_all:
        yield question.replace(stated="all"), derived_too
    if may_hubs and may_all:
        yield question.replace(hubs="use", stated="all"), both
    if question.view.day:
        yield question.replace(day=None), _("At any time")
    plain = question.replace(hide=(), types=(), least=0, without=())
    if plain != question:
        yield plain, _("All connection types, nobody excluded")
        yield plain.replace(hubs="use", stated="all", day=None), _("With everything allowed")


def _offered(found: Answer, allowed: str, path: Path) -> str:
    count = len(path.hops)
    steps = ngettext("%(n)s step", "%(n)s steps", count) % {"n": counted(count)}
    return _("%(allowed)s, there is one: %(steps)s.") % {"allowed": allowed, "steps": steps}


def _found(found: Answer) -> str:
    """What was found, before the ways themselves."""
    names = {"one": found.source.name, "other": found.target.name, "n": counted(len(found.ways))}
    if found.question.by == STRENGTH:
        return (
            ngettext(
                "The way with the strongest ties from %(one)s to %(other)s:",
                "The %(n)s ways with the strongest ties from %(one)s to %(other)s:",
                len(found.ways),
            )
            % names
        )
    return (
        ngettext(
            "The shortest way from %(one)s to %(other)s:",
            "The %(n)s shortest ways from %(one)s to %(other)s:",
            len(found.ways),
        )
        % names
    )


def _gap(found: Answer, finder: Paths, ends: tuple[int, int]) -> str:
    """Where the two come nearest to each other on the ground: the members of their parts that are closest."""
    nearest = finder.nearest(*ends)
    if nearest is None:
        return ""
    one, other, metres = nearest
    return _("Where they come nearest: %(one)s and %(other)s are %(far)s apart.") % {
        "one": found.snapshot.names[one],
        "other": found.snapshot.names[other],
        "far": far(metres, units_of(found.snapshot)),
    }
