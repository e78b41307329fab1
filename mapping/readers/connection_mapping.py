"""The mapping file of `import_connections`: what the words of somebody's network mean here (TOML, docs/network.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import one_line
from .mapping_file import DEFAULT_NULLS, KINDS, MEANINGS, VISIBILITIES, Checker, SourceFacts, load_toml

# What may be read of a connection, and the names that are understood without saying so. The first that is there counts.
FIELDS: dict[str, tuple[str, ...]] = {
    # Not "key": NetworkX numbers parallel edges by it. Whose ids are there may say so.
    "key": ("id", "connection", "edge_id", "uuid"),
    "type": ("type_slug", "type", "kind", "relation", "relationship", "label", "reading"),
    "strength": ("strength",),
    "held_from": ("held_from", "since", "from_date", "start_date", "start", "begin"),
    "held_to": ("held_to", "until", "to_date", "end_date", "end"),
    "said_on": ("said_on", "date"),
    "note": ("note", "description", "notes", "comment"),
    "evidence": ("evidence", "evidence_url", "url", "reference"),
    "amount": ("amount",),
    "currency": ("currency",),
    "origin": ("origin",),
}
# The same for nodes.
NODE_FIELDS: dict[str, tuple[str, ...]] = {
    "uuid": ("uuid",),
    "name": ("name", "label", "title"),
    "identifiers": ("identifiers", "identifier", "org_id", "org-id"),
    "kind": ("kind", "type", "element type"),
    "category": ("category",),
    "lon": ("lon", "longitude", "lng"),
    "lat": ("lat", "latitude"),
    "postcode": ("postcode", "postal_code"),
    "summary": ("summary", "description"),
    "tags": ("tags",),
}
MISSING = ("reject", "create")
ALIKE = ("ask", "take")
UNDIRECTED = ("ask", "forward", "both")
PERSONS = ("refuse", "leave_out")
MAX_ALIASES = 100_000


@dataclass(frozen=True, slots=True)
class EndRules:
    """How the ends of a connection become nodes.

    missing : what is done when there is none: "reject", or "create" (with `kind` and `category`). alike : when just
    one name is alike: "ask" (reject, naming it) or "take" it. schemes : attribute of a node -> scheme of the register.
    persons : rows with a person who has not consented: "refuse", or "leave_out" (counted). names_are_ids : whether ids
    may be shown as names.
    """

    missing: str = "reject"
    alike: str = "ask"
    persons: str = "refuse"
    names_are_ids: bool = False
    kind: str = "organisation"
    category: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    schemes: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(NODE_FIELDS))


@dataclass(frozen=True, slots=True)
class ConnectionMapping:
    """A checked mapping file of connections. Texts that are looked up are in lower case (`casefold`)."""

    path: str
    source: SourceFacts
    place: str = ""
    visibility: str = "public"
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    nulls: frozenset[str] = frozenset(DEFAULT_NULLS)
    source_columns: tuple[str, ...] = ()
    target_columns: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(FIELDS))
    type: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    undirected: str = "ask"
    strengths: Mapping[str, int] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    ends: EndRules = field(default_factory=EndRules)

    def aliased(self, name: str) -> str:
        """What a name stands for, however many steps away."""
        while (other := self.aliases.get(name.casefold())) is not None:
            name = other
        return name


def load_connection_mapping(path: str | Path) -> ConnectionMapping:
    """Read and check a mapping file. Raises ReadError naming the first few things wrong."""
    return check_connection_mapping(load_toml(path), path)


def check_connection_mapping(raw: Mapping[str, Any], path: str | Path = "") -> ConnectionMapping:
    """The mapping in `raw` (as TOML gives it), checked. Raises ReadError."""
    return _ConnectionChecker(raw, path).connections()


class _ConnectionChecker(Checker):
    def connections(self) -> ConnectionMapping:
        self._known("", self.raw, "place visibility source file columns type strength ends aliases".split())
        file = self._table("file", "encoding delimiter format null".split())
        default, synonyms, undirected = self._types()
        columns = self._table("columns", ("source", "target", *FIELDS))
        ends = {name: self._texts(f"columns.{name}", columns.get(name)) for name in ("source", "target")}
        if bool(ends["source"]) != bool(ends["target"]):
            self.wrong.append("columns.source and columns.target are needed together")
        mapping = ConnectionMapping(
            path=str(self.path),
            source=self._source(),
            place=self._text("place", self.raw.get("place")) or "",
            visibility=self._choice("visibility", self.raw.get("visibility"), VISIBILITIES) or "public",
            format=self._text("file.format", file.get("format")),
            encoding=self._text("file.encoding", file.get("encoding")),
            delimiter=self._delimiter(file.get("delimiter")),
            nulls=self._nulls(file),
            source_columns=ends["source"],
            target_columns=ends["target"],
            columns=self._named("columns", columns, FIELDS),
            type=default,
            synonyms=synonyms,
            undirected=undirected,
            strengths=self._strengths(),
            aliases=self._aliases(),
            ends=self._ends(),
        )
        self.refuse()
        return mapping

    def _named(
        self, where: str, table: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """The attributes that each field is read from: what is said, else what is understood."""
        return {
            name: self._texts(f"{where}.{name}", table[name]) if name in table else known
            for name, known in fields.items()
        }

    def _types(self) -> tuple[str, dict[str, str], str]:
        table = self._table("type", "default undirected synonyms".split())
        return (
            self._text("type.default", table.get("default")) or "",
            {text.casefold(): meant for text, meant in self._pairs("type.synonyms", table.get("synonyms")).items()},
            self._choice("type.undirected", table.get("undirected"), UNDIRECTED) or "ask",
        )

    def _pairs(self, where: str, table: object) -> dict[str, str]:
        if table is None:
            return {}
        if not isinstance(table, Mapping) or not all(isinstance(value, str) for value in table.values()):
            self.wrong.append(f'{where} must be a table of "text" = "text"')
            return {}
        return dict(table)

    def _strengths(self) -> dict[str, int]:
        table = self._table("strength", ("values",)).get("values", {})
        if not isinstance(table, Mapping) or not all(
            isinstance(value, int) and 1 <= value <= 5 for value in table.values()
        ):
            self.wrong.append('strength.values must be a table of "text" = a whole number from 1 to 5')
            return {}
        return {str(text).casefold(): value for text, value in table.items()}

    def _aliases(self) -> dict[str, str]:
        table = {name.casefold(): to for name, to in self._pairs("aliases", self.raw.get("aliases")).items()}
        if len(table) > MAX_ALIASES:
            self.wrong.append(f"there are more than {MAX_ALIASES:,} aliases")
            return {}
        if circle := _circle(table):
            shown = one_line(" = ".join(f'"{name}"' for name in circle), 300)
            self.wrong.append(f"the aliases go round in a circle: {shown}. Take one of them out")
        return table

    def _ends(self) -> EndRules:
        names = "missing alike persons names_are_ids kind category kinds categories identifiers columns".split()
        table = self._table("ends", names)
        columns = table.get("columns", {})
        if isinstance(columns, Mapping):
            self._known("ends.columns", columns, NODE_FIELDS)
        else:
            self.wrong.append("'ends.columns' must be a table: [ends.columns]")
            columns = {}
        kinds = self._pairs("ends.kinds", table.get("kinds"))
        for text, kind in kinds.items():
            self._choice(f"ends.kinds.{text}", kind, MEANINGS)
        if not isinstance(table.get("names_are_ids", False), bool):
            self.wrong.append("ends.names_are_ids must be true or false")
        rules = EndRules(
            missing=self._choice("ends.missing", table.get("missing"), MISSING) or "reject",
            alike=self._choice("ends.alike", table.get("alike"), ALIKE) or "ask",
            persons=self._choice("ends.persons", table.get("persons"), PERSONS) or "refuse",
            names_are_ids=table.get("names_are_ids") is True,
            kind=self._choice("ends.kind", table.get("kind"), KINDS) or "organisation",
            category=self._text("ends.category", table.get("category")) or "",
            kinds={text.casefold(): kind for text, kind in kinds.items()},
            categories={t.casefold(): c for t, c in self._pairs("ends.categories", table.get("categories")).items()},
            schemes={c: scheme for scheme, c in self._pairs("ends.identifiers", table.get("identifiers")).items()},
            columns=self._named("ends.columns", columns, NODE_FIELDS),
        )
        if rules.missing == "create" and not rules.category:
            self.wrong.append('ends.category is needed to create nodes: category = "community-group", for instance')
        return rules


def _circle(aliases: Mapping[str, str]) -> list[str]:
    """The names of a circle of aliases, the first again at the end; empty when there is none."""
    done: set[str] = set()
    for start in aliases:
        way: list[str] = []
        seen: set[str] = set()
        name = start
        while name in aliases and name not in done:
            if name in seen:
                return [*way[way.index(name) :], name]
            way.append(name)
            seen.add(name)
            name = aliases[name].casefold()
        done |= seen
    return []
