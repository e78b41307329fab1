"""Take an import back: what only that run said goes, what others said stays.

forget_import.forget(actor=actor, run=run)                    # all of it, or nothing
forget_import.forget(actor=actor, run=run, dry_run=True)      # counts it, and keeps everything
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils import timezone

from mapping.access.disclosure import keep_strict
from mapping.models import (
    Actor,
    Category,
    Connection,
    Document,
    Identifier,
    ImportEntry,
    ImportRun,
    ImportState,
    Node,
    NodeTag,
    OpeningHours,
    Source,
    SourceRecord,
    Statement,
    Tag,
)
from mapping.readers.hours import ReadHours
from mapping.search import spelling

from . import import_rows, node_rows, opening_hours
from .change import Change, change
from .forgetting import ForgetRefused, Plan
from .import_rows import hand_on, noted, put_back, restore
from .journal import decoded
from .merges import searched_of
from .outcome import batches, whole

__all__ = ["ForgetRefused", "Forgotten", "forget"]
BATCH = 1000


@dataclass
class Forgotten:
    """What went: nodes, statements, connections; `handed_over` and `put_back` nodes; `kept`: reason -> nodes."""

    nodes: int = 0
    statements: int = 0
    connections: int = 0
    put_back: int = 0
    handed_over: int = 0
    changed_since: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        names = ("nodes", "statements", "connections", "put_back", "handed_over", "changed_since")
        return {name: getattr(self, name) for name in names}


def forget(*, actor: Actor, run: ImportRun, dry_run: bool = False) -> Forgotten:
    """Forget what only `run` said. Raises ForgetRefused when it was forgotten before, or cannot be."""
    with whole(dry_run):
        run = ImportRun.objects.select_for_update(of=("self",)).select_related("place").get(pk=run.pk)
        with change(actor=actor, action="forget import", place=run.place_id, target=run.source) as it:
            plan = Plan.of(run)
            done = Forgotten(
                kept={reason: len(nodes) for reason, nodes in plan.kept.items() if nodes},
                first=plan.names(plan.nodes_go),
            )
            _touch(it, plan)
            import_rows.carry_with_nodes(run.pk, plan.nodes_again)
            import_rows.carry(run.pk, "statement", plan.statements_again)
            _statements(plan, done)
            _changed_nodes(plan, done)
            _hand_over(plan, done)
            SourceRecord.objects.filter(pk__in=plan.records_go).delete()
            _remove_nodes(plan, done)
            for model, rows in plan.again.items():
                hand_on(plan.runs, model, rows)
            import_rows.carry_with_nodes(run.pk, plan.again["node"])
            import_rows.close_gaps(run.pk)
            _unused(plan)
            _close(actor, plan)
            it.data.update(run=run.pk, file=run.file, **done.counts(), kept=done.kept)
    return done


def _touch(it: Change, plan: Plan) -> None:
    """Whatever place something goes from or changes in."""
    nodes = plan.nodes_go | plan.nodes_over.keys() | plan.nodes_changed
    ends = Connection.objects.filter(statements__in=plan.statements_go | plan.again["statement"].keys())
    it.places.update(ends.places_at_ends())
    it.places.update(Node.objects.filter(pk__in=nodes).values_list("place_id", flat=True).distinct())
    it.places.discard(None)
    if Node.objects.filter(pk__in=nodes, place=None).exists():
        it.touch_everywhere()
    it.touch_around(nodes)


def _statements(plan: Plan, done: Forgotten) -> None:
    run = plan.run.pk
    changed = noted([run], "statement", "changed")
    around = set(
        Statement.objects.filter(pk__in=plan.statements_go | changed).values_list("connection_id", flat=True)
    ) | noted(plan.runs, "connection", "made")
    # A row that led elsewhere before: where it led may have gone, when nobody else spoke of it.
    ends = (
        "(SELECT count(*) FROM mapping_node n "
        "WHERE n.id IN ((e.before->>'source_id')::bigint, (e.before->>'target_id')::bigint)) = 2"
    )
    put_back(run, "connection", ends)
    around |= noted([run], "connection", "gone")
    moved = ImportEntry.objects.filter(run=run, model="statement", what="changed", before__has_key="connection_id")
    led = {pk: int(before) for pk, before in moved.values_list("pk_of_row", "before__connection_id")}
    found = set(Connection.objects.filter(pk__in=led.values()).values_list("pk", flat=True))
    lost = {pk for pk, before in led.items() if before not in found}
    restore(run, "statement", changed - lost - plan.statements_go)
    before = Connection.objects.filter(pk__in=around).count()
    done.statements = Statement.objects.filter(pk__in=plan.statements_go).delete()[0]
    # Some went with their last statement, by a trigger.
    Connection.objects.filter(pk__in=around).unstated().delete()
    done.connections = before - Connection.objects.filter(pk__in=around).count()


def _changed_nodes(plan: Plan, done: Forgotten) -> None:
    """Nodes of others: what the run filled in or replaced, unless somebody changed it since."""
    run = plan.run.pk
    nodes = plan.nodes_changed - plan.nodes_go - plan.nodes_over.keys()
    since = restore(run, "node", nodes)
    done.changed_since = len(since)
    done.put_back = len(nodes - since)
    restore(run, "record")
    restore(run, "source")
    # Only what hangs on nodes that are not this run's own: those go whole, or stay whole.
    own = plan.nodes_made - plan.nodes_over.keys()
    through = Node.more_categories.through
    Identifier.objects.filter(pk__in=noted(plan.runs, "identifier", "made")).exclude(node__in=own).delete()
    NodeTag.objects.filter(pk__in=noted([run], "tagged", "made")).exclude(content_object__in=own).delete()
    through.objects.filter(pk__in=noted([run], "category", "made")).exclude(node__in=own).delete()
    there = (
        "EXISTS (SELECT 1 FROM mapping_node n WHERE n.id = (e.before->>'{0}')::bigint) "
        "AND (e.before->>'{0}')::bigint <> ALL (%s)"
    )
    leave = sorted(own | since)
    tag = " AND EXISTS (SELECT 1 FROM mapping_tag g WHERE g.id = (e.before->>'tag_id')::bigint)"
    put_back(run, "tagged", there.format("content_object_id") + tag, leave)
    put_back(run, "category", there.format("node_id"), leave)
    hours = OpeningHours.objects.filter(pk__in=noted([run], "hours", "made"), by_hand=False).exclude(pk__in=own | since)
    hours.delete()
    changed = noted([run], "hours", "changed") - own
    by_hand = OpeningHours.objects.filter(pk__in=changed, by_hand=True)
    restore(run, "hours", changed - set(by_hand.values_list("pk", flat=True)))
    there = "EXISTS (SELECT 1 FROM mapping_node n WHERE n.id = e.pk_of_row) AND e.pk_of_row <> ALL (%s)"
    put_back(run, "hours", there, leave)
    for node in Node.objects.filter(pk__in=since).iterator(BATCH):
        Node.objects.filter(pk=node.pk).update(search_extra=searched_of(node))
    opening_hours.fill(nodes)


def _hand_over(plan: Plan, done: Forgotten) -> None:
    """Nodes that this run made and another source speaks of: they say what that source says, and are its own."""
    tags = node_rows.Tags()
    entries = ImportEntry.objects.filter(pk__in=plan.nodes_over.values()).select_related("run")
    said = {it.pk_of_row: it for it in entries}
    nodes = list(Node.objects.filter(pk__in=said))
    known = set(Category.objects.values_list("pk", flat=True))
    values = {pk: it.after for pk, it in said.items()}
    for node in nodes:
        said_of_it = {name: decoded(Node, name, it) for name, it in values[node.pk]["columns"].items()}
        keep_strict(node, said_of_it.pop("visibility"), said_of_it.pop("location_precision"))
        for name, value in said_of_it.items():
            setattr(node, name, value)
        if node.category_id not in known:
            node.category_id = None
    node_rows.update(nodes)
    for node in nodes:
        Node.objects.filter(pk=node.pk).update(source=said[node.pk].run.source_id)
        ImportEntry.objects.update_or_create(
            run=said[node.pk].run, model="node", pk_of_row=node.pk,
            defaults={"what": "made", "before": None, "after": {"updated_at": node.updated_at.isoformat()}},
        )  # fmt: skip
    node_rows.replace_tags({pk: it["tags"] for pk, it in values.items()}, tags)
    node_rows.replace_categories({pk: [c for c in it["categories"] if c in known] for pk, it in values.items()})
    node_rows.add_identifiers(
        [
            Identifier(scheme=scheme, value=value, node_id=pk)
            for pk, it in values.items()
            for scheme, value in it["identifiers"]
        ]
    )
    opening_hours.keep(
        {
            pk: ReadHours(
                it["hours"]["source"], it["hours"]["expression"],
                tuple(it["hours"]["not_understood"]), tuple(it["hours"]["questions"]),
            )
            for pk, it in values.items()
        }
    )  # fmt: skip
    ImportEntry.objects.filter(run__in=plan.runs, model="node", pk_of_row__in=list(values)).delete()
    done.handed_over = len(nodes)


def _remove_nodes(plan: Plan, done: Forgotten) -> None:
    done.nodes = len(plan.nodes_go)
    public = Node.objects.filter(pk__in=plan.nodes_go)
    many = done.nodes > BATCH
    for some in batches(sorted(plan.nodes_go), BATCH):
        rows = list(public.filter(pk__in=some))
        # Derived connections go with them, and nobody else's: the plan has looked.
        Connection.objects.filter(source__in=some).delete()
        Connection.objects.filter(target__in=some).delete()
        Node.objects.filter(pk__in=some).delete()
        if not many:
            for node in rows:
                spelling.forget(node)
    if many:
        spelling.rebuild()


def _unused(plan: Plan) -> None:
    """Tags, documents and the source itself, where nothing leads to them any more."""
    # Those of runs that were forgotten before, too: what used them then may be gone by now.
    runs = {*plan.runs, *ImportRun.objects.filter(state=ImportState.FORGOTTEN).values_list("pk", flat=True)}
    Tag.objects.filter(pk__in=noted(runs, "tag", "made")).exclude(
        Exists(NodeTag.objects.filter(tag=OuterRef("pk")))
    ).delete()
    Document.objects.filter(pk__in=noted(runs, "document", "made")).exclude(
        Exists(Statement.objects.filter(document=OuterRef("pk")))
    ).delete()
    source = Source.objects.filter(pk__in=noted(plan.runs, "source", "made"))
    for model, name in ((SourceRecord, "source"), (Statement, "by_source"), (Node, "source"), (Document, "source")):
        source = source.exclude(Exists(model.objects.filter(**{name: OuterRef("pk")})))
    others = ImportRun.objects.done().filter(source=OuterRef("pk")).exclude(pk__in=plan.runs)
    source.exclude(Exists(others)).delete()


def _close(actor: Actor, plan: Plan) -> None:
    """The run's row stays, and so do the nodes that it made and that others hold: they may go later."""
    run = plan.run
    stays = plan.nodes_made - plan.nodes_go - plan.nodes_over.keys()
    entries = ImportEntry.objects.filter(run__in=plan.runs)
    held = entries.filter(model="node", what="made", pk_of_row__in=stays)
    records = SourceRecord.objects.filter(node__in=stays).values("pk")
    held |= entries.filter(model="record", what="made", pk_of_row__in=records)
    identifiers = Identifier.objects.filter(node__in=stays).values("pk")
    held |= entries.filter(model="identifier", what="made", pk_of_row__in=identifiers)
    for model in (Tag, Document, Source):
        there = model.objects.values("pk")
        held |= entries.filter(model=model.__name__.lower(), what="made", pk_of_row__in=there)
    entries.exclude(pk__in=held.values("pk")).delete()
    run.said.all().delete()
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportState.FORGOTTEN, forgotten_at=timezone.now(), forgotten_by=actor.user
    )
