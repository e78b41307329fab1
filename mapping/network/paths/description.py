"""Paths in words: each step a sentence with who says so and when, and one sentence for the whole way.

Only what the viewer may see is told: a path is found in their snapshot, its statements are read for them alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.connections import evidence
from mapping.connections.evidence import Evidence
from mapping.graph.paths import Path, Paths
from mapping.graph.snapshot import Snapshot
from mapping.models import SUPPORTING_KINDS, Connection, NodeKind, Statement, Units, Viewer
from mapping.network.findings.phrases import counted, far, units_of

# Told of one step; what more there is between the two is counted. Who says so: likewise.
MAX_TIES = 5
MAX_AUTHORS = 2
# Names in the sentence for the whole way.
MAX_NAMED = 4


@dataclass(frozen=True)
class Stop:
    """A node on the way."""

    number: int
    uuid: str
    name: str
    kind: str
    colour: str

    @property
    def url(self) -> str:
        return reverse("node", args=[self.uuid])


@dataclass(frozen=True)
class Tie:
    """One connection of a step, read in the direction of the way: "is funded by", and who says so."""

    uuid: str
    source: str
    verb: str
    target: str
    detail: str
    said_by: str
    mutual: bool
    derived: bool
    disputed: bool
    how: list[Evidence]

    @property
    def url(self) -> str:
        """The page of the connection: every statement, and where to agree or disagree."""
        return reverse("connection", args=[self.uuid])

    @property
    def text(self) -> str:
        """The whole sentence, to be read alone."""
        first = f"{self.source} {self.verb} {self.target}"
        if self.detail:
            first += f" ({self.detail})"
        said = [first + (f" — {self.said_by}." if self.said_by else "."), *self.marks]
        return " ".join(said)

    @property
    def marks(self) -> list[str]:
        """What else there is to know, in sentences."""
        told = []
        if self.mutual:
            told.append(_("Both say so."))
        if self.disputed:
            told.append(_("Somebody says that this does not hold."))
        return told


@dataclass(frozen=True)
class Step:
    """From one stop to the next: all connections between them that the path may follow."""

    source: Stop
    target: Stop
    ties: list[Tie]
    more: int
    metres: float | None
    units: str = Units.MILES.value

    @property
    def derived(self) -> bool:
        return all(tie.derived for tie in self.ties)

    @property
    def mutual(self) -> bool:
        return any(tie.mutual for tie in self.ties)

    @property
    def far(self) -> str:
        """How far apart on the ground, in words; empty when not known."""
        return far(self.metres, self.units) if self.metres is not None else ""

    @property
    def more_text(self) -> str:
        """That there is more between the two; empty when there is not."""
        if not self.more:
            return ""
        words = ngettext("and %(n)s more connection", "and %(n)s more connections", self.more)
        return words % {"n": counted(self.more)}


@dataclass(frozen=True)
class Way:
    """A path, to be read."""

    path: Path
    stops: list[Stop]
    steps: list[Step]
    units: str = Units.MILES.value

    @cached_property
    def summary(self) -> str:
        """ "4 steps, through A, B and C; about 3.2 km on the ground." """
        return f"{self.length}{_ground(self.path, self.units)}."

    @property
    def length(self) -> str:
        """How many steps, and through whom: "2 steps, through A"."""
        count = len(self.steps)
        if count == 0:
            return _("No step at all: it is the same one")
        if count == 1:
            return _("1 step: they are connected directly")
        between = [stop.name for stop in self.stops[1:-1]]
        steps = ngettext("%(n)s step", "%(n)s steps", count) % {"n": counted(count)}
        names = between
        if len(between) > MAX_NAMED:
            rest = len(between) - MAX_NAMED + 1
            others = ngettext("%(n)s other", "%(n)s others", rest) % {"n": counted(rest)}
            names = [*between[: MAX_NAMED - 1], others]
        return _("%(steps)s, through %(names)s") % {"steps": steps, "names": plain_list(names)}

    @property
    def sentences(self) -> list[str]:
        """One sentence for each connection, in the order of the way."""
        return [tie.text for step in self.steps for tie in step.ties]


def plain_list(names: Sequence[str]) -> str:
    """ "A, B and C", not escaped: for texts, which templates escape."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def _ground(path: Path, units: str) -> str:
    if not path.hops:
        return ""
    unknown = path.unlocated
    if unknown == len(path.hops):
        return _("; how far on the ground is not known")
    about = _("; about %(far)s on the ground") % {"far": far(path.metres, units)}
    if not unknown:
        return about
    rest = ngettext(
        ", not counting %(n)s step with an end that is not on the map",
        ", not counting %(n)s steps with an end that is not on the map",
        unknown,
    )
    return about + rest % {"n": counted(unknown)}


def stop_of(snapshot: Snapshot, index: int) -> Stop:
    """A node of a snapshot as a stop on a way."""
    category = snapshot.category[index]
    kind = snapshot.tables["kinds"][snapshot.kind[index]]
    other = "organisation" if kind == NodeKind.ORGANISATION else "other"
    return Stop(
        number=int(index),
        uuid=str(uuid.UUID(bytes=snapshot.uuids[index].tobytes())),
        name=snapshot.names[index],
        kind=kind,
        colour=snapshot.tables["categories"][category]["group"] if category >= 0 else other,
    )


def tell(snapshot: Snapshot, paths: Iterable[Path], viewer: Viewer) -> list[Way]:
    """Put paths into words. Three queries at most, however many paths."""
    paths = list(paths)
    preference = Paths.of(snapshot).adjacency.preference
    told = {
        hop.connections: sorted(hop.connections, key=lambda it: (preference[it], it))[:MAX_TIES]
        for path in paths
        for hop in path.hops
    }
    numbers = sorted({it for some in told.values() for it in some})
    known = _read(snapshot, numbers, viewer)
    units, ways = units_of(snapshot), []
    for path in paths:
        stops = [stop_of(snapshot, node) for node in path.nodes]
        steps = []
        for place, hop in enumerate(path.hops):
            one, other = stops[place], stops[place + 1]
            ties = [
                _tie(known[it], one, other, int(snapshot.source[it]) == hop.source, bool(snapshot.disputed[it]))
                for it in told[hop.connections]
                if it in known
            ]
            steps.append(Step(one, other, ties, len(hop.connections) - len(ties), hop.metres, units))
        ways.append(Way(path, stops, steps, units))
    return ways


@dataclass(frozen=True)
class _Known:
    connection: Connection
    statements: list[Statement]
    named: set[int]


def _read(snapshot: Snapshot, numbers: list[int], viewer: Viewer) -> dict[int, _Known]:
    """What the database says now of these connections, by their place in the snapshot."""
    if not numbers:
        return {}
    place_of = {int(snapshot.connections[it]): it for it in numbers}
    statements = (
        Statement.objects.visible_to(viewer).select_related(*evidence.DESCRIBED_WITH).order_by("-said_on", "pk")
    )
    found = list(
        Connection.objects.visible_to(viewer)
        .filter(pk__in=list(place_of))
        .select_related("type")
        .prefetch_related(Prefetch("statements", statements, to_attr="said"))
    )
    named = evidence.authors((it for connection in found for it in connection.said), viewer)
    return {place_of[it.pk]: _Known(it, it.said, named) for it in found}


def _tie(known: _Known, one: Stop, other: Stop, forward: bool, disputed: bool) -> Tie:
    connection, said = known.connection, known.statements
    supporting = [it for it in said if it.kind in SUPPORTING_KINDS]
    derived = bool(supporting) and all(it.is_derived for it in supporting)
    speakers = {it.by_node_id for it in supporting}
    return Tie(
        uuid=str(connection.uuid),
        source=one.name,
        verb=connection.type.forward if forward or not connection.type.directed else connection.type.reverse,
        target=other.name,
        detail="" if derived else evidence.describe(supporting),
        said_by=_reasons(supporting) if derived else _said_by(supporting, known.named),
        mutual={connection.source_id, connection.target_id} <= speakers,
        derived=derived,
        disputed=disputed,
        how=evidence.how_we_know(said, known.named),
    )


def _reasons(supporting: list[Statement]) -> str:
    """Why a rule joined the two: its own sentence for them, or what it looks for."""
    notes = (it.note or str(evidence.RULES.get(it.by_rule, it.by_rule)) for it in supporting)
    reasons = [it.rstrip(".") for it in dict.fromkeys(notes)]
    return _("worked out: %(reasons)s") % {"reasons": "; ".join(reasons[:MAX_AUTHORS])}


def _said_by(supporting: list[Statement], named: set[int]) -> str:
    """ "stated by the council's grants and 2 others". Persons stay unnamed (`evidence.who`)."""
    names = list(dict.fromkeys(evidence.who(it, named) for it in supporting if not it.by_rule))
    if not names:
        return ""
    if len(names) > MAX_AUTHORS + 1:
        rest = len(names) - MAX_AUTHORS
        others = ngettext("%(n)s other", "%(n)s others", rest) % {"n": counted(rest)}
        names = [*names[:MAX_AUTHORS], others]
    # In the middle of a sentence.
    names = [
        it[:1].lower() + it[1:] if it in (_("A group"), _("Someone who lives or works here")) else it for it in names
    ]
    return _("stated by %(who)s") % {"who": plain_list(names)}
