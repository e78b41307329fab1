"""What forgetting an import would take away, and what stays and why: read only.

plan = Plan.of(run)
plan.nodes_go, plan.statements_go      # ids
plan.kept                              # reason -> ids of nodes that stay
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import (
    AuditEntry,
    Connection,
    ImportEntry,
    ImportRun,
    ImportState,
    Node,
    NodeMerge,
    OpeningHours,
    SourceRecord,
    Statement,
    Visibility,
)
from mapping.nodes.merging import texts

from .import_rows import noted, pks

FORGETTABLE = ("import_nodes", "import_osm", "import_grants", "import_connections")
# Of how many other runs of the same source it is looked whether they repeat a row: the latest.
LATEST = 30
# What hangs on a node and goes with it.
_ITS_OWN = {"NodeTag", "OpeningHours", "OpeningInterval", "SourceRecord", "Identifier", "MatchCandidate", "Connection"}
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# Said of two nodes together, and of neither alone.
_NO_EDIT = ("keep nodes apart", "dismiss suggestion")


class ForgetRefused(HereaboutsError):
    """A run that cannot be forgotten: why, and what to do."""

    status = 409


def reasons() -> dict[str, str]:
    """Why nodes stay, in words, in the order in which it is looked."""
    return {
        "merged": _("merged with another by a steward"),
        "edited": _("changed by somebody since"),
        "used": _("used by a listing, a person's role, a saved view or a tour"),
        "again": _("said again by a later run of the same source"),
        "connected": _("connected by somebody else"),
        "other": _("said by another source too"),
    }


@dataclass
class Plan:
    """Ids of what goes and what stays. `nodes_over`: nodes that another source speaks of too, with its entry."""

    run: ImportRun
    runs: list[int] = field(default_factory=list)
    records_go: set[int] = field(default_factory=set)
    statements_go: set[int] = field(default_factory=set)
    statements_withdrawn: set[int] = field(default_factory=set)
    nodes_made: set[int] = field(default_factory=set)
    nodes_go: set[int] = field(default_factory=set)
    nodes_over: dict[int, int] = field(default_factory=dict)
    nodes_changed: set[int] = field(default_factory=set)
    kept: dict[str, set[int]] = field(default_factory=dict)
    again: dict[str, dict[int, int]] = field(default_factory=dict)
    nodes_again: dict[int, int] = field(default_factory=dict)
    statements_again: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, run: ImportRun) -> Plan:
        """Raises ForgetRefused."""
        check(run)
        it = cls(run, [run.pk])
        if run.source_id:
            # What an earlier forgetting left because this run said it too.
            left = ImportRun.objects.filter(source=run.source_id, state=ImportState.FORGOTTEN)
            it.runs += left.filter(entries__what="made").distinct().values_list("pk", flat=True)
        it._records_and_statements()
        it._nodes()
        return it

    def _records_and_statements(self) -> None:
        made = noted(self.runs, "record", "made")
        self.again["record"] = self._repeated("record", made)
        self.records_go = made - self.again["record"].keys()
        made = noted(self.runs, "statement", "made")
        self.again["statement"] = self._repeated("statement", made)
        there = Statement.objects.filter(pk__in=made - self.again["statement"].keys())
        for pk, withdrawn in there.values_list("pk", "withdrawn_at"):
            (self.statements_withdrawn if withdrawn else self.statements_go).add(pk)
        changed = noted([self.run.pk], "statement", "changed") - made
        self.statements_again = self._repeated("statement", changed, later=True)

    def _nodes(self) -> None:
        made = noted(self.runs, "node", "made")
        there = dict(Node.objects.filter(pk__in=made).values_list("pk", "uuid"))
        self.nodes_made = set(there)
        self.nodes_changed = noted([self.run.pk], "node", "changed") - self.nodes_made
        records = SourceRecord.objects.filter(node__in=there).exclude(pk__in=self.records_go)
        other, again = set(), {}
        for pk, node, source in records.values_list("pk", "node", "source"):
            if source == self.run.source_id and pk in self.again["record"]:
                again[node] = self.again["record"][pk]
            else:
                other.add(node)
        found = {
            "merged": set(NodeMerge.objects.standing().filter(kept__in=there).values_list("kept", flat=True))
            | set(NodeMerge.objects.standing().filter(dropped__in=there).values_list("dropped", flat=True)),
            "edited": self._edited(there),
            "used": self._used(there),
            "again": set(again),
            "connected": self._connected(there, other),
            "other": other,
        }
        left = set(there)
        for reason, nodes in found.items():
            self.kept[reason] = left & nodes
            left -= nodes
        self.nodes_go = left
        self.again["node"] = again
        of = SourceRecord.objects.filter(node__in=self.nodes_changed, source=self.run.source_id)
        nodes = dict(of.values_list("pk", "node"))
        later = self._repeated("record", set(nodes), later=True)
        self.nodes_again = {nodes[pk]: run for pk, run in later.items()}
        self.nodes_changed -= self.nodes_again.keys()
        said = ImportEntry.objects.filter(model="said", pk_of_row__in=self.kept["other"], run__state=ImportState.DONE)
        said = said.exclude(run__in=self.runs).exclude(run__source=self.run.source_id)
        # Of several the first: that would have made it.
        self.nodes_over = dict(said.order_by("-run").values_list("pk_of_row", "pk"))
        # A node that stays keeps its row, so that the file finds it again.
        staying = self.nodes_made - self.nodes_go - self.nodes_over.keys()
        kept = SourceRecord.objects.filter(pk__in=self.records_go)
        kept = kept.filter(Q(node__in=staying) | Q(merged=True))
        self.records_go -= set(kept.values_list("pk", flat=True))

    def _repeated(self, model: str, made: set[int], *, later: bool = False) -> dict[int, int]:
        """Which of these rows other runs of the source (or only `later` ones) say, and which run."""
        others = ImportRun.objects.done().filter(source=self.run.source_id).exclude(pk__in=self.runs)
        if later:
            others = others.filter(pk__gt=self.run.pk)
        found: dict[int, int] = {}
        if self.run.source_id and made:
            for run in others.order_by("-pk")[:LATEST]:
                for said in run.said.filter(model=model).values_list("ids", flat=True).iterator(50):
                    found.update(dict.fromkeys(made.intersection(said), run.pk))
        return found

    def _edited(self, there: dict) -> set[int]:
        """Those that are not as the last import left them, or of which the audit tells."""
        ids = list(there)
        found = pks(
            """SELECT n.id FROM mapping_node n WHERE n.id = ANY (%s) AND n.updated_at IS DISTINCT FROM (
                SELECT (e.after->>'updated_at')::timestamptz FROM mapping_importentry e
                WHERE e.model = 'node' AND e.pk_of_row = n.id AND e.after ? 'updated_at'
                ORDER BY e.run_id DESC LIMIT 1)""",
            ids,
        )
        by_uuid = {uuid: pk for pk, uuid in there.items()}
        audited = AuditEntry.objects.filter(target_uuid__in=list(there.values())).exclude(action__in=_NO_EDIT)
        found |= {by_uuid[uuid] for uuid in audited.values_list("target_uuid", flat=True)}
        found |= set(OpeningHours.objects.filter(pk__in=ids, by_hand=True).values_list("pk", flat=True))
        return found | set(Node.objects.filter(pk__in=ids, confirmed_at__isnull=False).values_list("pk", flat=True))

    def _used(self, there: dict) -> set[int]:
        """Those to which a record points that is no part of them: whatever foreign key there is, now or later."""
        found: set[int] = set()
        for model in (Node, *Node.__subclasses__()):
            for it in model._meta.get_fields(include_hidden=True):
                if not (it.auto_created and not it.concrete and (it.one_to_many or it.one_to_one)):
                    continue
                child, name = it.related_model, it.field.attname
                if issubclass(child, Node) and it.one_to_one and it.field.primary_key:
                    continue
                if child.__name__ in _ITS_OWN or child is Node.more_categories.through:
                    continue
                rows = child._base_manager.filter(**{f"{name}__in": list(there)})
                if child is Statement:
                    rows = rows.exclude(pk__in=self.statements_go)
                found |= set(rows.values_list(name, flat=True))
        by_uuid = {str(uuid): pk for pk, uuid in there.items()}
        for model, name in texts():
            if model.__name__ != "Dismissal":
                rows = model._base_manager.annotate(_said=Cast(name, TextField())).filter(_said__regex=_UUID.pattern)
                for text in rows.values_list("_said", flat=True).iterator(500):
                    found |= {by_uuid[it] for it in _UUID.findall(text) if it in by_uuid}
        return found

    def _connected(self, there: dict, other: set[int]) -> set[int]:
        """Those at an end of a connection of which somebody else has said something."""
        ours = self.statements_go | self.statements_withdrawn
        others = Statement.objects.filter(connection=OuterRef("pk"), by_rule="").exclude(pk__in=ours)
        rows = Connection.objects.filter(Q(source__in=there) | Q(target__in=there)).filter(Exists(others))
        ends = {pk for pair in rows.values_list("source", "target") for pk in pair}
        # One that another source has a row of is that source's: its connections are no reason of their own.
        return (ends & there.keys()) - other

    def names(self, nodes: Iterable[int], most: int = 10) -> list[str]:
        """The first names of nodes; of what a group keeps to itself none."""
        shown = Node.objects.filter(pk__in=list(nodes)).exclude(visibility=Visibility.GROUP)
        return list(shown.values_list("name", flat=True)[:most])


def check(run: ImportRun) -> None:
    """Raises ForgetRefused when a run cannot be forgotten."""
    if run.state == ImportState.FORGOTTEN:
        raise ForgetRefused(
            _("Import %(number)s was forgotten already, on %(day)s.")
            % {"number": run.pk, "day": run.forgotten_at.date() if run.forgotten_at else "?"}
        )
    if run.command not in FORGETTABLE:
        raise ForgetRefused(
            _(
                "What %(command)s reads (boundaries, postcodes, names of places, vocabulary) carries other records, "
                "so it is not forgotten."
            )
            % {"command": run.command},
            _("Read the right file instead: it replaces this one."),
        )
