"""Import connections: reader -> matcher -> statements of one source. One transaction, one audit row.

A row is known again by its key (the file's, or else made of its ends, type and dates), so reading a file twice
changes nothing; a statement that was withdrawn stays withdrawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from shapely.geometry import Point

from mapping.models import Actor, ConnectionType, Node, Place, Source
from mapping.nodes.matching import Pair, keep_candidates
from mapping.readers.connection_mapping import ConnectionMapping
from mapping.readers.connections import ConnectionFile, ConnectionRow
from mapping.readers.end_rows import EndRow
from mapping.readers.errors import ReadError, Reject, did_you_mean
from mapping.readers.locate import normalise_postcode
from mapping.readers.mapping_file import KINDS
from mapping.readers.node_names import is_named
from mapping.readers.nodes import NodeRow
from mapping.readers.persons import named

from . import connections, sources
from .change import change
from .connection_ends import EndMatcher, Found
from .connections import Claim, ConnectionRefused
from .node_values import Categories
from .nodes import NodeWriter, check_categories, person_categories
from .outcome import Outcome, Sieve, batches, kept_strict, whole
from .statement_keys import MADE, made_key

BATCH = 2000
# What a claim needs of a node: not its shape, nor its words.
_HEAVY = ("shape", "summary", "facts", "search_extra", "search_vector", "cells", "hours_text", "other_names")


def import_connections(
    *,
    actor: Actor,
    file: ConnectionFile,
    place: Place,
    progress: Callable[[Iterable], Iterable] = lambda rows: rows,
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Bring the statements of the file's source to what its rows say; counts statements.

    Raises ReadError when a type or category of the mapping is not known, RowsRefused when a row is bad and not
    `keep_good`.
    """
    mapping = file.mapping
    readings = Readings(place)
    readings.check(mapping)
    tree = Categories()
    if mapping.ends.missing == "create":
        check_categories({mapping.ends.category, *mapping.ends.categories.values()}, tree)
        if mapping.ends.category in person_categories(tree):
            what = f"'{mapping.ends.category}' is a category of persons"
            raise ReadError(what, mapping.path, "Nobody is shown without their own consent: choose another category.")
    sieve = Sieve(keep_good, on_reject)
    with whole(dry_run):
        source = sources.keep(mapping.source)
        with change(actor=actor, action="import connections", place=place, target=source) as it:
            nodes = NodeWriter(source, place, tree, Outcome(), it, shared=file.shared, rows_are_things=False)
            writer = _Writer(file, place, source, readings, sieve, nodes)
            done = connections.Counts()
            for batch in batches(sieve.good(progress(file.rows())), BATCH):
                writer.write(it, batch, done)
            sieve.finish()
            outcome = Outcome(done.created, done.updated, done.unchanged, sieve.count)
            it.data.update(outcome.counts(), nodes=writer.nodes.outcome.counts())
            if not (outcome.changed or writer.nodes.outcome.changed):
                it.nothing_changed()
        sources.was_read(source, outcome.rejected)
    outcome.notes += writer.notes()
    outcome.notes += kept_strict(writer.nodes.kept_strict + done.kept_strict)
    return outcome


@dataclass
class _Writer:
    """Writes batches of rows of one file."""

    file: ConnectionFile
    place: Place
    source: Source
    readings: Readings
    sieve: Sieve
    nodes: NodeWriter
    again: int = 0
    left_out: int = 0
    _rows: dict[bytes, int] = field(default_factory=dict)
    _alike: set[str] = field(default_factory=set)
    _ends: dict[str, EndRow] = field(default_factory=dict)
    _persons: dict[str, None] = field(default_factory=dict)
    _first_of_name: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = self.file.mapping.ends
        self._create = rules.missing == "create"
        self._of_persons = person_categories(self.nodes.tree)
        self._leave_out = rules.persons == "leave_out"
        self._matcher = EndMatcher(self.place, take_alike=rules.alike == "take")

    def write(self, it, batch: list[ConnectionRow], done: connections.Counts) -> None:
        """Keep one batch; count into `done`. Rows that cannot be kept go to the sieve."""
        references = dict.fromkeys(ref for row in batch for ref in (row.source, row.target))
        for reference in references:
            if reference not in self._ends:
                self._ends[reference] = self._end(reference)
        found = self._matcher.find(self._ends[reference] for reference in references)
        if self._create:
            self._make([self._ends[ref] for ref in references if found[ref].node is None and found[ref].missing])
        pks = {found[ref].node for ref in references} - {None}
        nodes = Node.objects.defer(*_HEAVY).in_bulk(pks)
        claims: list[tuple[ConnectionRow, Claim]] = []
        for row in batch:
            persons = [self._ends[ref].name for ref in (row.source, row.target) if found[ref].person]
            self._persons.update(dict.fromkeys(persons))
            if persons and self._leave_out:
                self.left_out += 1
                continue
            for made in self._claims(row, found, nodes):
                if isinstance(made, Reject):
                    self.sieve.reject(made)
                else:
                    claims.append((row, made))
        if self._persons and not self._leave_out:
            self.sieve.more = f"People in it: {named(self._persons)}."
        if self.sieve.count and not self.sieve.keep_good:
            return  # all of it will be undone: the rest is only read to be counted
        for outcome in self._state(it, claims):
            for name in ("created", "updated", "unchanged", "kept_strict"):
                setattr(done, name, getattr(done, name) + getattr(outcome, name))

    def _end(self, reference: str) -> EndRow:
        end = self.file.end(reference)
        if not end.person and end.category in self._of_persons:
            return replace(end, person=("category", end.category))
        return end

    def notes(self) -> list[str]:
        notes = []
        made = self.nodes.outcome
        if made.created or made.updated:
            notes.append(f"{made.created:,} nodes created, {made.updated:,} found by an identifier.")
        if self.nodes.candidates:
            notes.append(
                f"{self.nodes.candidates:,} of them may be the same as something here: kept apart, "
                "for a person to decide."
            )
        if self._alike:
            shown = ", ".join(f"'{name}'" for name in sorted(self._alike)[:5])
            notes.append(f"{len(self._alike):,} names are spelled a little differently here, and were taken: {shown}.")
        if self.again:
            notes.append(f"Said again by another row, and counted once: {self.again:,}.")
        if self.left_out:
            who = f"{named(self._persons)}: nobody is shown without their own consent"
            notes.append(f"Left out, because somebody in it is a person: {self.left_out:,} ({who}).")
        elif self._persons:
            notes.append(f"People were refused: {named(self._persons)}. Nobody is shown without their own consent.")
        repeated = self.file.keys.repeated
        if repeated:
            what = "numbers of parallel connections" if self.file.keys.counters else "ids of more than one connection"
            notes.append(f"{named(sorted(repeated))} are {what}: such rows are known by what they say.")
        notes += self.file.graph.left_out
        if self.file.left_out:
            notes.append(f"{self.file.left_out:,} derived connections left out: those are worked out here.")
        return notes

    def _make(self, ends: list[EndRow]) -> None:
        """Nodes for ends that nothing here is. The same name is one node, unless the file has several of that name."""
        if not ends or (self.sieve.count and not self.sieve.keep_good):
            return
        by_key: dict[str, list[EndRow]] = {}
        for end in ends:
            by_key.setdefault(self._key(end), []).append(end)
        # Neither an identifier nor an id is a name: a node that is called so would tell nobody anything.
        ids_are_names = self.file.mapping.ends.names_are_ids or "@id" in self.file.mapping.ends.columns["name"]
        rows = [self._node(key, same[0]) for key, same in by_key.items() if is_named(same[0].name, ids_are_names)]
        if not rows:
            return
        ids = self.nodes.write(rows)
        for row in rows:
            for end in by_key[row.key]:
                self._matcher.learn(ids[row.key], end)
        self._doubt([(by_key[row.key][0], ids[row.key]) for row in rows])

    def _doubt(self, made: list[tuple[EndRow, int]]) -> None:
        """Several nodes of one name in one file are a question for a person, each beside the first."""
        first: dict[str, int] = self._first_of_name
        pairs = []
        for end, pk in made:
            if end.twins > 1 and first.setdefault(end.name.casefold(), pk) != pk:
                pairs.append(Pair(first[end.name.casefold()], pk, 0.9, "the same name, twice in one file"))
        self.nodes.candidates += keep_candidates(pairs)

    @staticmethod
    def _key(end: EndRow) -> str:
        sure = [pair for pair in end.identifiers if pair not in end.shared]
        said = "-".join(sure[0]) if sure else end.name.casefold()
        if end.own_id and not sure and (end.twins > 1 or end.shared):
            said = f"{said} #{end.own_id}"
        key = f"end {said}"
        return key if len(key) <= 200 else f"end {hashlib.blake2b(said.encode(), digest_size=16).hexdigest()}"

    def _node(self, key: str, end: EndRow) -> NodeRow:
        rules = self.file.mapping.ends
        known = end.category in self.nodes.tree.by_slug
        return NodeRow(
            row=end.row,
            key=key,
            name=end.name,
            kind=end.kind if end.kind in KINDS else rules.kind,
            categories=(end.category if known else rules.category,),
            tags=end.tags,
            summary=end.summary,
            point=Point(end.point) if end.point else None,
            postcode=normalise_postcode(end.postcode) or "",
            identifiers=end.identifiers,
            visibility=self.file.mapping.visibility,
        )

    def _claims(self, row: ConnectionRow, found: dict[str, Found], nodes: dict[int, Node]) -> Iterator[Claim | Reject]:
        """The claims of a row: one, two when it holds both ways, none when another row said the same; or a Reject."""
        ends: list[Node] = []
        for field_, reference in (("source", row.source), ("target", row.target)):
            it = found[reference]
            if it.node is None:
                yield Reject.of(row.row, field_, reference, it.problem)
                return
            if it.how == "alike":
                self._alike.add(reference)
            ends.append(nodes[it.node])
        if ends[0].pk == ends[1].pk:
            yield Reject.of(row.row, "target", row.target, "Both ends are the same: a connection needs two.")
            return
        kind, turned = self.readings.find(row.type)
        if kind is None:
            yield Reject.of(row.row, "type", row.type, self.readings.remedy(row.type))
            return
        ways = self._ways(row, kind, turned)
        if isinstance(ways, Reject):
            yield ways
            return
        for back in ways:
            first, second = (ends[1], ends[0]) if back else (ends[0], ends[1])
            if not kind.allows(first.kind, second.kind):
                verb = f"“{first} {kind.forward} {second}”"
                why = f"{verb} joins {first.kind} to {second.kind}, which this type does not."
                yield Reject.of(row.row, "type", row.type, f"{why} Turn it round, or choose another type.")
                return
            key = self._statement_key(row, kind, first, second, several=len(ways) > 1)
            if key is not None:
                yield self._claim(row, kind, first, second, key)

    def _ways(self, row: ConnectionRow, kind: ConnectionType, turned: bool) -> list[bool] | Reject:
        """Whether each claim of a row goes from target to source."""
        if not kind.directed:
            return [False]
        rule = self.file.mapping.undirected
        if row.direction == "mutual" or (row.direction == "undirected" and rule == "both"):
            return [False, True]
        if row.direction == "undirected" and rule == "ask":
            why = f"The file gives no direction, and “{kind.forward}” needs one."
            remedy = 'Say undirected = "forward" (as written) or "both" under [type] in the mapping file.'
            return Reject.of(row.row, "direction", row.direction, f"{why} {remedy}")
        return [turned]

    def _statement_key(
        self, row: ConnectionRow, kind: ConnectionType, first: Node, second: Node, several: bool
    ) -> str | None:
        """What the row is known again by; None when an earlier row of this file said the same."""
        if row.key:
            return f"{row.key[:190]} {'back' if first.pk > second.pk else 'forth'}" if several else row.key
        key = made_key(first, second, kind, row.held_from, row.held_to, row.said_on, row.amount)
        if self._rows.setdefault(bytes.fromhex(key.removeprefix(MADE)), row.row) != row.row:
            self.again += 1
            return None
        return key

    def _claim(self, row: ConnectionRow, kind: ConnectionType, first: Node, second: Node, key: str) -> Claim:
        said = {"strength": row.strength} if row.strength is not None else {}
        return Claim(
            source=first,
            target=second,
            type=kind.slug,
            by_source=self.source,
            key=key,
            held_from=row.held_from,
            held_to=row.held_to,
            said_on=row.said_on,
            amount=row.amount,
            currency=row.currency,
            note=row.note,
            evidence_url=row.evidence_url,
            visibility=self.file.mapping.visibility,
            **said,
        )

    def _state(self, it, claims: list[tuple[ConnectionRow, Claim]]) -> Iterator[connections.Counts]:
        """State them together; when one of them is refused, one at a time, so that it alone is."""
        try:
            yield connections.state_within(it, [claim for _, claim in claims])
            return
        except ConnectionRefused:
            pass  # nothing of the batch was kept: claims are checked before anything is written
        for row, claim in claims:
            try:
                yield connections.state_within(it, [claim])
            except ConnectionRefused as error:
                self.sieve.reject(Reject.of(row.row, "(whole row)", error.message, error.remedy))


class Readings:
    """The types of connection that a place has, by slug and by either reading."""

    def __init__(self, place: Place) -> None:
        self._by_words: dict[str, tuple[ConnectionType, bool]] = {}
        # A place's own come last, so that they win.
        types = list(ConnectionType.objects.filter(place=None).exclude(hidden_in=place))
        types += ConnectionType.objects.filter(place=place)
        for it in types:
            if it.directed:
                self._by_words[_words(it.reverse)] = (it, True)
        for it in types:
            self._by_words[_words(it.forward)] = (it, False)
        for it in types:
            self._by_words[_words(it.slug)] = (it, False)

    def find(self, text: str) -> tuple[ConnectionType | None, bool]:
        """The type that a text names, and whether it is read from target to source."""
        return self._by_words.get(_words(text), (None, False))

    def remedy(self, text: str) -> str:
        hint = did_you_mean(_words(text), self._by_words)
        remedy = "Use a type of the vocabulary, or say what it means under [type.synonyms] in the mapping file."
        return f"There is no such type of connection. {hint} {remedy}".replace("  ", " ")

    def check(self, mapping: ConnectionMapping) -> None:
        """Raises ReadError when the mapping file names a type that there is not."""
        for text in (mapping.type, *mapping.synonyms.values()):
            if text and self.find(text)[0] is None:
                hint = did_you_mean(_words(text), self._by_words) or "See load_vocabulary."
                raise ReadError(f"there is no type of connection '{text}'", mapping.path, hint)


def _words(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
