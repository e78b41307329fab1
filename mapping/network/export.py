"""The network of a place as files: what a viewer may see, read a thousand connections at a time.

export = export.prepare(place, PUBLIC, address="https://...")
for piece in export.written("graphml"): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mapping.models import (
    SUPPORTING_KINDS,
    Connection,
    Identifier,
    Node,
    NodeQuerySet,
    Place,
    Revision,
    Source,
    SourceRecord,
    Statement,
    Viewer,
)
from mapping.writers import json_files, tables, xml
from mapping.writers.records import ConnectionRecord, GrantRecord, NetworkRecords, NodeRecord, Terms

STATED, DERIVED, ALL = "no", "only", "yes"
"""What is told: stated connections, derived ones, both."""
CHUNK = 1000
# Said of one connection: more statements than this are counted, not named.
MAX_NAMED = 20
MAX_EVIDENCE = 10
FUNDS = "funds"
# Of a node: never its place's boundary, nor its own shape.
NODE_COLUMNS = ("uuid", "name", "kind", "public_point", "category__slug", "category__name", "place__slug")
# Registers whose numbers 360Giving wants first.
_REGISTERS = ("GB-CHC", "GB-COH", "GB-SC", "GB-NIC", "GB-LAE", "GB-EDU")


@dataclass(frozen=True)
class Format:
    """A format that a network is written in. `file`: what its download is called; `about`: for whom it is."""

    slug: str
    file: str
    content_type: str
    writer: json_files.Writer
    title: Promise
    about: Promise


CSV_TYPE = "text/csv; charset=utf-8"
FORMATS: dict[str, Format] = {
    it.slug: it
    for it in (
        Format(
            "csv", "connections.csv", CSV_TYPE, tables.connections_csv, _("Table of connections (CSV)"),
            _("One row a connection, with both ends. Opens in any spreadsheet."),
        ),
        Format(
            "nodes", "nodes.csv", CSV_TYPE, tables.nodes_csv, _("Table of nodes (CSV)"),
            _("One row for each group, place or activity that is connected."),
        ),
        Format(
            "graphml", "connections.graphml", "application/graphml+xml", xml.graphml, _("GraphML"),
            _("For Gephi, yEd, Cytoscape, NetworkX and igraph."),
        ),
        Format(
            "gexf", "connections.gexf", "application/gexf+xml", xml.gexf, _("GEXF"),
            _("For Gephi and Gephi Lite, with the days between which connections hold."),
        ),
        Format(
            "kumu-json", "kumu.json", "application/json", json_files.kumu_json, _("Kumu (JSON blueprint)"),
            _("Elements and connections in one file, for Kumu."),
        ),
        Format(
            "kumu-csv", "kumu-connections.csv", CSV_TYPE, tables.kumu_connections_csv, _("Kumu, connections (CSV)"),
            _("For Kumu’s spreadsheet import: bring in the elements first."),
        ),
        Format(
            "kumu-elements", "kumu-elements.csv", CSV_TYPE, tables.kumu_elements_csv, _("Kumu, elements (CSV)"),
            _("The elements that belong to the table above."),
        ),
        Format(
            "geojson", "connections.geojson", "application/geo+json", json_files.geojson, _("Lines (GeoJSON)"),
            _("Straight lines on the ground, for QGIS and web maps. What has no point on the map is left out."),
        ),
        Format(
            "360giving", "grants.csv", CSV_TYPE, tables.grants_csv, _("Grants (360Giving, CSV)"),
            _("Who funded whom, one row a grant, under the headings of the 360Giving standard."),
        ),
        Format(
            "360giving-json", "grants.json", "application/json", json_files.grants_json,
            _("Grants (360Giving, JSON)"), _("The same as JSON."),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Export:
    """What is to be written: the connections of a place that a viewer may see."""

    place: Place
    viewer: Viewer
    derived: str
    address: str

    @property
    def connections(self):
        """The connections, as a QuerySet."""
        found = Connection.objects.visible_to(self.viewer).of_place(self.place)
        stated = self._support().filter(connection=OuterRef("pk"), by_rule="")
        if self.derived == STATED:
            return found.filter(Exists(stated))
        return found.filter(~Exists(stated)) if self.derived == DERIVED else found

    def types(self) -> list[dict[str, Any]]:
        """The types of these connections, each with how many there are (`count`), the most common first."""
        rows = self.connections.order_by().values("type__slug", "type__forward").annotate(count=Count("pk"))
        found = [{"slug": it["type__slug"], "forward": it["type__forward"], "count": it["count"]} for it in rows]
        return sorted(found, key=lambda it: (-it["count"], it["slug"]))

    def size(self) -> int:
        return self.connections.count()

    def written(self, slug: str) -> Iterator[str]:
        """The file, a piece at a time, all of one moment."""
        with transaction.atomic():
            self._one_moment()
            yield from FORMATS[slug].writer(self.records())

    def records(self) -> NetworkRecords:
        """What writers take."""
        number = Revision.objects.filter(place=self.place).values_list("number", flat=True).first() or 0
        what = {STATED: "Stated connections", DERIVED: "Connections worked out by rules", ALL: "Connections"}
        return NetworkRecords(
            title=f"{what[self.derived]} of {self.place.name}",
            place=self.place.name,
            address=f"{self.address}{self.place.get_absolute_url()}network/",
            day=timezone.localdate(),
            revision=number,
            terms=self.terms(),
            nodes=self._nodes,
            connections=self._connections,
            grants=self._grants,
        )

    def terms(self) -> tuple[Terms, ...]:
        """The sources of these connections and of the nodes that they connect, by title."""
        told = self._support().filter(connection__in=self.connections.values("pk"))
        of_nodes = SourceRecord.objects.filter(source=OuterRef("pk"), node__in=self._ends().values("pk"))
        rows = Source.objects.filter(Q(pk__in=told.values("by_source")) | Exists(of_nodes)).order_by("title")
        return tuple(Terms(it.title, it.publisher, it.licence, it.attribution, it.url) for it in rows)

    @staticmethod
    def _one_moment() -> None:
        """Nodes and connections as they are now, whatever is written meanwhile."""
        if not connection.savepoint_ids:  # within somebody's transaction it is theirs to say
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def _support(self):
        return Statement.objects.visible_to(self.viewer).filter(kind__in=SUPPORTING_KINDS)

    def _ends(self) -> NodeQuerySet:
        """The nodes that these connections connect."""
        found = self.connections.order_by()
        ends = Q(pk__in=found.values("source_id")) | Q(pk__in=found.values("target_id"))
        return Node.objects.visible_to(self.viewer).filter(ends)

    def _nodes(self) -> Iterator[NodeRecord]:
        nodes = self._ends().select_related("category", "place")
        for chunk in _chunks(nodes.only(*NODE_COLUMNS, "category", "place")):
            yield from map(self._node, chunk)

    def _node(self, it: Node) -> NodeRecord:
        point = it.public_point
        return NodeRecord(
            uuid=str(it.uuid),
            name=it.name,
            kind=it.kind,
            category=it.category.slug if it.category else "",
            category_name=it.category.name if it.category else "",
            lon=round(point.x, 6) if point else None,
            lat=round(point.y, 6) if point else None,
            place=it.place.slug if it.place else "",
            url=f"{self.address}{it.get_absolute_url()}",
        )

    def _read(self) -> Iterator[tuple[Connection, list[Statement], set[int]]]:
        """Each connection with its visible statements, and the groups that may be named."""
        statements = (
            Statement.objects.visible_to(self.viewer)
            .select_related("by_source", "by_node")
            .order_by(F("said_on").desc(nulls_last=True), "pk")
        )
        ends = [f"{end}__{name}" for end in ("source", "target") for name in (*NODE_COLUMNS, "category", "place")]
        joined = [name.rpartition("__")[0] for name in ends if name.count("__") == 2]
        found = (
            self.connections.select_related("type", "source", "target", *dict.fromkeys(joined))
            .only("uuid", "type", *(f"type__{it}" for it in ("slug", "forward", "reverse", "directed")), *ends)
            .prefetch_related(Prefetch("statements", statements, to_attr="said"))
        )
        for chunk in _chunks(found):
            authors = {said.by_node_id for it in chunk for said in it.said} - {None}
            named: set[int] = set()
            if authors:
                visible = Node.objects.visible_to(self.viewer).filter(pk__in=authors)
                named = set(visible.values_list("pk", flat=True))
            for it in chunk:
                yield it, it.said, named

    def _connections(self) -> Iterator[ConnectionRecord]:
        for it, said, named in self._read():
            yield self._connection(it, said, named)

    def _connection(self, it: Connection, said: list[Statement], named: set[int]) -> ConnectionRecord:
        supporting = [one for one in said if one.kind in SUPPORTING_KINDS]
        amounts = [one for one in supporting if one.amount is not None]
        one_currency = len({one.currency for one in amounts}) == 1
        begun = [one.held_from for one in supporting if one.held_from]
        ended = [one.held_to for one in supporting]
        sources = [one.by_source for one in supporting if one.by_source]
        return ConnectionRecord(
            uuid=str(it.uuid),
            type=it.type.slug,
            forward=it.type.forward,
            reverse=it.type.reverse,
            directed=it.type.directed,
            source=self._node(it.source),
            target=self._node(it.target),
            origin="derived" if all(one.is_derived for one in supporting) else "stated",
            mutual={it.source_id, it.target_id} <= {one.by_node_id for one in supporting},
            disputed=len(supporting) < len(said),
            strength=round(sum(one.strength for one in supporting) / max(len(supporting), 1), 1),
            supports=len(supporting),
            held_from=min(begun, default=None),
            held_to=max(ended) if ended and all(ended) else None,
            said_on=max((one.said_on for one in supporting if one.said_on), default=None),
            amount=sum(one.amount for one in amounts) if one_currency else None,
            currency=amounts[0].currency if one_currency else "",
            said_by=_once((_contributor(one, named) for one in supporting), MAX_NAMED),
            licence=_once((source.licence for source in sources), MAX_NAMED),
            evidence=_once((one.evidence_url for one in supporting), MAX_EVIDENCE),
            url=f"{self.address}{it.get_absolute_url()}",
        )

    def _grants(self) -> Iterator[GrantRecord]:
        """Each visible statement of an amount on "funds"."""
        statements = (
            self._support()
            .filter(amount__isnull=False, connection__type__slug=FUNDS, connection__in=self.connections.values("pk"))
            .select_related("by_source", "connection__source", "connection__target")
            .only(
                "uuid",
                "key",
                "note",
                "amount",
                "currency",
                "said_on",
                "held_from",
                "held_to",
                "evidence_url",
                "by_source",
                "by_source__url",
                "by_source__licence",
                "connection",
                *(f"connection__{end}__{name}" for end in ("source", "target") for name in ("uuid", "name")),
            )  # fmt: skip
        )
        for chunk in _chunks(statements):
            ends = {node for it in chunk for node in (it.connection.source_id, it.connection.target_id)}
            ids = _org_ids(ends)
            for it in chunk:
                yield self._grant(it, ids)

    def _grant(self, it: Statement, ids: dict[int, str]) -> GrantRecord:
        def org(node: Node) -> tuple[str, str]:
            # 360Giving asks for an identifier of ours where no register gave one.
            return ids.get(node.pk) or f"360G-hereabouts-{node.uuid}", node.name

        source = it.by_source
        return GrantRecord(
            identifier=it.key if source and it.key else f"360G-hereabouts-{it.uuid}",
            title=it.note or f"Grant to {it.connection.target.name}",
            currency=it.currency,
            amount=it.amount,
            awarded=it.said_on or it.held_from,
            begins=it.held_from,
            ends=it.held_to,
            funder=org(it.connection.source),
            recipient=org(it.connection.target),
            url=it.evidence_url,
            source=source.url if source else "",
            licence=source.licence if source else "",
        )


def prepare(place: Place, viewer: Viewer, *, derived: str = STATED, address: str = "") -> Export:
    """The export of a place. `address`: of the site, before paths, without a slash at its end."""
    return Export(place, viewer, derived, address)


def _chunks(rows) -> Iterator[list[Any]]:
    """Lists of rows in the order of their numbers: the next is asked for where the last one ended."""
    last = 0
    while True:
        chunk = list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1].pk


def _org_ids(nodes: set[int]) -> dict[int, str]:
    """One identifier of each node, as org-id.guide writes it: a register's before a funder's own."""
    best: dict[int, tuple[int, str]] = {}
    for node, scheme, value in Identifier.objects.filter(node__in=nodes).values_list("node_id", "scheme", "value"):
        rank = _REGISTERS.index(scheme) if scheme in _REGISTERS else len(_REGISTERS)
        if scheme.startswith(("GB-", "360G", "XI-")):
            best[node] = min(best.get(node, (99, "")), (rank, f"{scheme}-{value}"))
    return {node: text for node, (_, text) in best.items()}


def _contributor(statement: Statement, named: set[int]) -> str:
    """Who says it: never a person, a group only where it may be seen."""
    if statement.by_source:
        return statement.by_source.title
    if statement.by_rule:
        return f"rule {statement.by_rule}"
    return statement.by_node.name if statement.by_node_id in named else ""


def _once(texts: Iterator[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:most]
