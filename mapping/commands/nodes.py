"""Import nodes: reader -> matcher -> here. One transaction, one audit row, one new revision.

A row is known again by its source and key; a new row by an identifier that a register gave (a charity number):
then it is the same thing, and what is missing is added. Two rows of one source are two things, whatever number they
share. A new row that only looks like something (alike name, near; one number, but another name far away) makes a node
of its own and a MatchCandidate for a person. Nothing that another source said is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from mapping.models import Actor, Category, Identifier, Node, NodeKind, NodeState, Place, Postcode, Source, SourceRecord
from mapping.nodes.matching import Pair, alike, far_and_unlike, keep_candidates
from mapping.readers.errors import ReadError, Reject, did_you_mean
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.nodes import NodeRow, not_a_person
from mapping.readers.persons import is_person

from . import corrections, import_runs, merges, node_rows, opening_hours, sources
from .change import Change, change
from .node_values import Categories, Placed, fill_all, fill_blanks, may_tell, values_said
from .outcome import Outcome, Sieve, batches, kept_strict, whole

BATCH = 2000
# Several things may share one of these: it makes a candidate, not a match.
SHARED_SCHEMES = frozenset({"UPRN"})

Identity = tuple[str, str]


def import_nodes(
    *,
    actor: Actor,
    rows: Iterable[NodeRow | Reject],
    source: SourceFacts,
    place: Place | None = None,
    category_slugs: Iterable[str] = (),
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
    action: str = "import nodes",
    shared: frozenset[Identity] = frozenset(),
) -> Outcome:
    """Bring the nodes of `source` to what `rows` say. `shared`: identifiers that several rows have.

    Raises ReadError when a category is not known, RowsRefused when a row is bad and not `keep_good`.
    """
    tree = Categories()
    check_categories(category_slugs, tree)
    sieve = Sieve(keep_good, on_reject)
    outcome = Outcome()
    with whole(dry_run):
        kept_source = sources.keep(source)
        with change(actor=actor, action=action, place=place, target=kept_source) as it:
            writer = NodeWriter(kept_source, place, tree, outcome, it, shared=shared)
            for batch in batches(sieve.good(without_persons(rows, tree)), BATCH):
                writer.write(batch)
            sieve.finish()
            outcome.rejected = sieve.count
            it.data.update(outcome.counts(), candidates=writer.candidates, kept_strict=writer.kept_strict)
            if place is None:
                it.touch_everywhere()
            if not outcome.changed:
                it.nothing_changed()
        sources.was_read(kept_source, outcome.rejected)
    if writer.unlocated:
        outcome.notes.append(
            f"{writer.unlocated:,} without a place on the map: no coordinates, and no postcode that is known."
        )
    if writer.persons:
        outcome.notes.append(f"Persons kept as drafts: {writer.persons:,}. Record the consent of each to show them.")
    if writer.candidates:
        outcome.notes.append(
            f"{writer.candidates:,} may be the same as something here: kept apart, for a person to decide."
        )
    outcome.notes += kept_strict(writer.kept_strict)
    return outcome


def check_categories(slugs: Iterable[str], tree: Categories) -> None:
    """Raises ReadError for a slug that is not a category."""
    for slug in slugs:
        if slug not in tree.by_slug:
            hint = did_you_mean(slug, tree.by_slug)
            if not tree.by_slug:
                hint = "Run load_vocabulary first."
            raise ReadError(f"there is no category '{slug}'", "", hint or "See load_vocabulary.")


def without_persons(rows: Iterable[NodeRow | Reject], tree: Categories) -> Iterator[NodeRow | Reject]:
    """The rows, with those as Rejects whose category is that of persons though they are to be something else."""
    of_persons = person_categories(tree)
    for row in rows:
        if isinstance(row, NodeRow) and row.kind != NodeKind.PERSON and (said := of_persons & {*row.categories}):
            slug = min(said)
            yield Reject.of(row.row, "category", slug, not_a_person(row.name, slug))
        else:
            yield row


def person_categories(tree: Categories) -> frozenset[str]:
    """The categories (slugs) whose name is a word for persons."""
    return frozenset(
        slug for slug, it in tree.by_slug.items() if is_person(slug, roles=False) or is_person(it.name, roles=False)
    )


class NodeWriter:
    """Writes batches of rows of one source, and counts into `outcome`."""

    def __init__(
        self,
        source: Source,
        place: Place | None,
        tree: Categories,
        outcome: Outcome,
        change: Change,
        match_within_source: bool = False,
        *,
        shared: frozenset[Identity] = frozenset(),
        rows_are_things: bool = True,
    ) -> None:
        """shared : identifiers that several rows have. rows_are_things : two rows of the source are never one node."""
        self.source = source
        self.place = place
        self.tree = tree
        self.outcome = outcome
        self.candidates = 0
        self.unlocated = 0
        self.persons = 0
        # Rows that would have shown something to more people, or more exactly, than somebody has decided.
        self.kept_strict = 0
        self._change = change
        self._tags = node_rows.Tags()
        self._within = match_within_source
        self._shared = shared
        self._apart = rows_are_things
        # Nodes that a row of this source has become.
        self._ours: set[int] = set()
        self._hours_chosen: set[int] = set()

    def write(self, rows: list[NodeRow]) -> dict[str, int]:
        """Write one batch. Returns the node's id for each key."""
        codes = {r.postcode.replace(" ", "") for r in rows if r.point is None and r.postcode}
        middles = {it.pk: (it.point.x, it.point.y) for it in Postcode.objects.filter(pk__in=codes)}
        placed = [Placed.of(row, middles) for row in rows]
        self.unlocated += sum(it.location is None for it in placed)
        digests = {it.row.key: it.digest(self.place) for it in placed}
        records = {
            record.key: record for record in SourceRecord.objects.filter(source=self.source, key__in=list(digests))
        }
        nodes = {key: record.node_id for key, record in records.items()}
        fresh: list[Placed] = []
        changed: list[tuple[Placed, SourceRecord]] = []
        for it in placed:
            record = records.get(it.row.key)
            if record is None:
                fresh.append(it)
            elif record.digest == digests[it.row.key]:
                self.outcome.unchanged += 1
            else:
                changed.append((it, record))
        import_runs.said("record", (record.pk for record in records.values()))
        if changed:
            self._update(changed, digests)
        if fresh:
            nodes |= self._add(fresh, digests)
        return nodes

    def _update(self, changed: list[tuple[Placed, SourceRecord]], digests: dict[str, str]) -> None:
        """Rows that say something else than last time."""
        there = Node.objects.in_bulk([record.node_id for _, record in changed])
        chosen = merges.chosen_in(there)
        for pk, names in corrections.corrected_in(there).items():
            chosen.setdefault(pk, set()).update(names)
        self._hours_chosen = {pk for pk, names in chosen.items() if "hours_text" in names}
        own: dict[int, Placed] = {}
        texts = {pk: node.hours_text for pk, node in there.items()}
        other: list[tuple[Node, Placed]] = []
        for it, record in changed:
            node = there[record.node_id]
            if node.source_id == self.source.pk and node.pk not in own and not record.merged:
                own[node.pk] = it
                # Its own place, which may not be the one that is asked for now.
                self._change.touch(node.place_id)
                # What a steward took from another node that was merged into this one stays, and what was put right.
                said = {name: getattr(node, name) for name in chosen.get(node.pk, ())}
                self.kept_strict += fill_all(node, it, self.tree)
                for name, value in said.items():
                    setattr(node, name, value)
            else:
                other.append((node, it))
            record.digest = digests[it.row.key]
        node_rows.update([there[pk] for pk in own])
        self._change.touch_around(own)
        self._hang(own, replace=True, texts=texts)
        self._add_identifiers([(there[pk], it) for pk, it in own.items()])
        if other:
            self._fill(other)
        node_rows.keep_digests([record for _, record in changed])
        self.outcome.updated += len(changed)

    def _add(self, fresh: list[Placed], digests: dict[str, str]) -> dict[str, int]:
        """Rows that were never read: things that are here by their identifier, and new ones."""
        by_identifier = self._known_identifiers(fresh)
        known = {node.pk for node in by_identifier.values()}
        self._ours |= set(
            SourceRecord.objects.filter(source=self.source, node__in=known).values_list("node_id", flat=True)
            if known and self._apart
            else ()
        )
        made: list[tuple[Node, Placed]] = []
        same: list[tuple[Node, Placed]] = []
        doubts: list[tuple[int | Node, Node, str]] = []
        for it in fresh:
            owners = self._owners(it, by_identifier)
            match = next((node for node, sure in owners if sure), None)
            if match is not None:
                same.append((match, it))
                node = match
                if match.pk is not None:
                    self._ours.add(match.pk)
            else:
                node = self._new(it)
                made.append((node, it))
            doubts += [
                (other, node, f"the same {_number_of(it, other, by_identifier)}")
                for other, _ in owners
                if other is not node
            ]
            for pair in it.row.identifiers:
                by_identifier.setdefault(pair, node)
        node_rows.create([node for node, _ in made])
        self._hang({node.pk: it for node, it in made}, replace=False)
        self._add_identifiers(made)
        # A match may itself have been made just above: what it lacks is added after it was written.
        if same:
            self._fill(same)
        kept = SourceRecord.objects.bulk_create(
            [
                SourceRecord(
                    source=self.source,
                    key=it.row.key,
                    node_id=node.pk,
                    digest=digests[it.row.key],
                )
                for node, it in (*made, *same)
            ],
            batch_size=BATCH,
        )
        import_runs.said("record", (record.pk for record in kept))
        self.outcome.created += len(made)
        self.outcome.updated += len(same)
        pairs = [Pair(older.pk, node.pk, 0.9, why) for older, node, why in doubts]
        pairs += alike([node.pk for node, _ in made], within_source=self._within)
        self.candidates += keep_candidates(pairs)
        return {it.row.key: node.pk for node, it in (*made, *same)}

    def _new(self, it: Placed) -> Node:
        # Nobody is shown without their own consent: a row of a file is none.
        person = it.row.kind == NodeKind.PERSON
        self.persons += person
        node = Node(
            place=self.place,
            kind=it.row.kind,
            source=self.source,
            state=NodeState.DRAFT if person else NodeState.LIVE,
        )
        fill_all(node, it, self.tree)
        return node

    def _known_identifiers(self, fresh: list[Placed]) -> dict[tuple[str, str], Node]:
        """The nodes that the identifiers of these rows already name."""
        pairs = {pair for it in fresh for pair in it.row.identifiers}
        if not pairs:
            return {}
        rows = Identifier.objects.filter(
            scheme__in={scheme for scheme, _ in pairs}, value__in={value for _, value in pairs}
        ).select_related("node")
        nodes: dict[int, Node] = {}
        return {(row.scheme, row.value): nodes.setdefault(row.node_id, row.node) for row in rows}

    def _owners(self, it: Placed, by_identifier: dict[tuple[str, str], Node]) -> list[tuple[Node, bool]]:
        """The nodes that this row's identifiers name, and whether each surely is the same thing."""
        owners: dict[int, tuple[Node, bool]] = {}
        for pair in it.row.identifiers:
            node = by_identifier.get(pair)
            if node is not None:
                sure = self._is_sure(pair, node, it)
                before = owners.get(id(node))
                owners[id(node)] = (node, sure or (before is not None and before[1]))
        return list(owners.values())

    def _is_sure(self, pair: Identity, node: Node, it: Placed) -> bool:
        """Whether a row with an identifier of `node` surely is that node."""
        if pair[0] in SHARED_SCHEMES or pair in self._shared or node.kind != it.row.kind:
            return False
        if not self._apart:
            return True
        made_of_a_row = node.pk is None and node.source_id == self.source.pk
        return not (made_of_a_row or node.pk in self._ours or far_and_unlike(node, it.row.name, it.location))

    def _fill(self, same: list[tuple[Node, Placed]]) -> None:
        """Add to nodes that are not this source's own what they lack."""
        same = [(node, it) for node, it in same if may_tell(node, it.row)]
        changed: dict[int, Node] = {}
        if import_runs.active():
            import_runs.also_said({n.pk: values_said(it, self.tree) for n, it in same if n.source_id != self.source.pk})
        for node, it in same:
            if fill_blanks(node, it, self.tree):
                changed[node.pk] = node
            self._change.touch(node.place_id)
        node_rows.update(list(changed.values()))
        self._change.touch_around(changed)
        ids = {node.pk for node, _ in same}
        without = opening_hours.without_hours(ids)
        opening_hours.keep({n.pk: it.row.hours for n, it in same if n.pk in without and it.row.hours_text})
        node_rows.add_tags({n.pk: it.row.tags for n, it in same if it.row.tags}, self._tags)
        node_rows.add_categories(
            {n.pk: [c.pk for c in self._categories(it) if c.pk != n.category_id] for n, it in same}
        )
        self._add_identifiers(same)

    def _categories(self, it: Placed) -> list[Category]:
        return [self.tree.by_slug[slug] for slug in it.row.categories]

    def _hang(self, rows: dict[int, Placed], replace: bool, texts: Mapping[int, str] | None = None) -> None:
        """Opening hours (`texts`: what they said before), tags and further categories of this source's own nodes."""
        hours = {
            pk: it.row.hours
            for pk, it in rows.items()
            if pk not in self._hours_chosen and (replace or it.row.hours_text)
        }
        opening_hours.keep(hours, texts)
        tags = {pk: it.row.tags for pk, it in rows.items() if replace or it.row.tags}
        more = {
            pk: [c.pk for c in self._categories(it)[1:]]
            for pk, it in rows.items()
            if replace or len(it.row.categories) > 1
        }
        if replace:
            node_rows.replace_tags(tags, self._tags)
            node_rows.replace_categories(more)
        else:
            node_rows.add_tags(tags, self._tags)
            node_rows.add_categories(more)

    def _add_identifiers(self, rows: list[tuple[Node, Placed]]) -> None:
        node_rows.add_identifiers(
            [
                Identifier(scheme=scheme[:40], value=value, node_id=node.pk)
                for node, it in rows
                for scheme, value in it.row.identifiers
            ]
        )


def _number_of(it: Placed, node: Node, by_identifier: dict[Identity, Node]) -> str:
    """The identifier that a row and a node have in common."""
    return next("-".join(pair) for pair in it.row.identifiers if by_identifier.get(pair) is node)
