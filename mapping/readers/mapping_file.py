"""The mapping file: which column of somebody's file means what (TOML, see docs/importing.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import ReadError, did_you_mean, readable
from .value_from import ValueFrom

KINDS = ("organisation", "asset", "activity", "project", "purpose")
# What a word of the file may mean: a kind that can be made, or a person, who cannot.
MEANINGS = (*KINDS, "person")
VISIBILITIES = ("public", "members")
PRECISIONS = ("exact", "street", "postcode", "area")
DEFAULT_NULLS = ("", "NA", "N/A", "n/a", "NULL", "null", "nan", "#N/A")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WGS84 = "EPSG:4326"

# A column the GeoJSON reader adds: the feature's own `id`, which is not a property.
FEATURE_ID = "@id"

TEXT_FIELDS = (
    "name", "summary", "address", "postcode", "phone", "email", "website", "hours", "step_free"
)  # fmt: skip
SOURCE_LENGTHS = {"title": 300, "publisher": 200, "licence": 100, "attribution": 500, "url": 500}

# A mapping says what columns mean: more than this is something else, and long keys cost the parser much.
MAX_BYTES, MAX_LINE = 256_000, 10_000


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Where the file came from; `slug` is what later runs recognise it by."""

    slug: str
    title: str
    publisher: str = ""
    licence: str = ""
    attribution: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CategoryFrom:
    """Categories read from a cell: split at `separator`, looked up in `values`, else `default`."""

    columns: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    default: tuple[str, ...] = ()
    separator: str | None = None

    def read(self, row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """(category slugs in order, without repeats; the (column, text) not in the table)."""
        found: list[str] = []
        unknown: list[tuple[str, str]] = []
        for column in self.columns:
            cell = row.get(column)
            if cell is None:
                continue
            for part in split_cell(str(cell), self.separator):
                slugs = self.values.get(part.casefold())
                if slugs is None:
                    unknown.append((column, part))
                else:
                    found += slugs
        return tuple(dict.fromkeys(found or self.default)), tuple(unknown)


@dataclass(frozen=True, slots=True)
class LocationFrom:
    """Where on the earth a row is: `x`/`y` columns or a WKT `geometry` column, in `crs`."""

    crs: str = WGS84
    x: str | None = None
    y: str | None = None
    geometry: str | None = None


@dataclass(frozen=True, slots=True)
class NodeMapping:
    """A checked mapping file. Column names are as the data file spells them."""

    path: str
    kind: str
    source: SourceFacts
    columns: Mapping[str, ValueFrom]
    key: tuple[str, ...] = ()
    place: str = ""
    categories: tuple[str, ...] = ()
    category_from: CategoryFrom | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    location: LocationFrom = field(default_factory=LocationFrom)
    hours_by_day: Mapping[int, str] = field(default_factory=dict)
    tag_columns: tuple[str, ...] = ()
    tag_separator: str | None = None
    tags: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, ValueFrom] = field(default_factory=dict)
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    nulls: frozenset[str] = frozenset(DEFAULT_NULLS)
    encoding: str | None = None
    delimiter: str | None = None
    format: str | None = None
    visibility: str = "public"
    precision: str = "exact"

    def columns_used(self) -> tuple[str, ...]:
        """Every column of the data file that this mapping names, once, in reading order."""
        names: list[str] = list(self.key)
        for value in (*self.columns.values(), *self.facts.values()):
            names += value.columns
        if self.category_from:
            names += self.category_from.columns
        names += [c for c in (self.location.x, self.location.y, self.location.geometry) if c]
        names += [*self.hours_by_day.values(), *self.tag_columns, *self.identifiers.values()]
        names += self.only
        return tuple(dict.fromkeys(names))

    def category_slugs(self) -> tuple[str, ...]:
        """Every category this mapping can give to a node."""
        slugs = list(self.categories)
        if self.category_from:
            slugs += self.category_from.default
            for values in self.category_from.values.values():
                slugs += values
        return tuple(dict.fromkeys(slugs))


def split_cell(text: str, separator: str | None) -> list[str]:
    """The trimmed, non-empty parts of a cell; the whole cell when there is no separator."""
    parts = text.split(separator) if separator else [text]
    return [p.strip() for p in parts if p.strip()]


def slugify(text: str) -> str:
    """A lower-case ASCII slug of `text` (accents dropped)."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def load_mapping(path: str | Path) -> NodeMapping:
    """Read and check a mapping file. Raises ReadError naming the first few things wrong."""
    return check_mapping(load_toml(path), path)


def load_toml(path: str | Path) -> dict[str, Any]:
    """The tables of a mapping file. Raises ReadError."""
    path = Path(path)
    if path.is_dir():
        raise ReadError("this is a folder, not a mapping file", path, "Name a .toml file.")
    try:
        with path.open("rb") as handle, readable(path):
            text = handle.read(MAX_BYTES + 1)
            if len(text) > MAX_BYTES or max(map(len, text.split(b"\n"))) > MAX_LINE:
                raise ReadError("the mapping file is too long, or a line of it is", path, "Is it the right file?")
            return tomllib.loads(text.decode("utf-8"))
    except FileNotFoundError:
        raise ReadError("there is no such mapping file", path, "Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"the mapping file cannot be read ({error})", path) from None
    except tomllib.TOMLDecodeError as error:
        remedy = "See docs/importing.md for the format."
        raise ReadError(f"this is not valid TOML: {error}", path, remedy) from None


def check_mapping(raw: Mapping[str, Any], path: str | Path = "") -> NodeMapping:
    """The mapping in `raw` (as TOML gives it), checked. Raises ReadError."""
    return Checker(raw, path).mapping()


class Checker:
    """Goes once through the tables and collects what is wrong, so that people fix it in one go."""

    def __init__(self, raw: Mapping[str, Any], path: str | Path) -> None:
        self.raw = raw
        self.path = path
        self.wrong: list[str] = []

    def mapping(self) -> NodeMapping:
        self._known(
            "",
            self.raw,
            "kind category place visibility precision source file columns category_from "
            "location tags identifiers facts only kinds".split(),
        )
        file = self._table("file", "encoding delimiter format null separator".split())
        separator = self._text("file.separator", file.get("separator"))
        location = self._location()
        columns, key, hours_by_day = self._columns()
        tag_columns, tag_separator, tags = self._tags(separator)
        mapping = NodeMapping(
            path=str(self.path),
            kind=self._choice("kind", self.raw.get("kind"), KINDS, required=True),
            source=self._source(),
            columns=columns,
            key=key,
            place=self._text("place", self.raw.get("place")) or "",
            categories=self._texts("category", self.raw.get("category")),
            category_from=self._category_from(separator),
            kinds=self._kinds(),
            location=location,
            hours_by_day=hours_by_day,
            tag_columns=tag_columns,
            tag_separator=tag_separator,
            tags=tags,
            identifiers=self._identifiers(),
            facts={n: self._value(f"facts.{n}", v) for n, v in self._table("facts").items()},
            only=self._only(),
            nulls=self._nulls(file),
            encoding=self._text("file.encoding", file.get("encoding")),
            delimiter=self._delimiter(file.get("delimiter")),
            format=self._choice("file.format", file.get("format"), ("csv", "geojson")) or None,
            visibility=self._choice("visibility", self.raw.get("visibility"), VISIBILITIES) or "public",
            precision=self._choice("precision", self.raw.get("precision"), PRECISIONS) or "exact",
        )
        if "category" not in self.raw and "category_from" not in self.raw:
            self.wrong.append("'category' or a [category_from] table is needed")
        self.refuse()
        return mapping

    def refuse(self) -> None:
        """Raises ReadError when something was wrong."""
        if self.wrong:
            shown = "; ".join(self.wrong[:5])
            more = f" (and {len(self.wrong) - 5} more)" if len(self.wrong) > 5 else ""
            raise ReadError(shown + more, self.path, "See docs/importing.md for the format.")

    # One method for each table.

    def _source(self) -> SourceFacts:
        names = "title slug publisher licence attribution url".split()
        table = self._table("source", names, required=True)
        text = {n: self._text(f"source.{n}", table.get(n)) or "" for n in names}
        if not text["title"] and "source" in self.raw:
            self.wrong.append("source.title is needed")
        for name, limit in SOURCE_LENGTHS.items():
            if len(text[name]) > limit:
                self.wrong.append(f"source.{name} is longer than {limit} characters")
        text["slug"] = slugify(text["slug"] or text["title"])[:100].strip("-")
        return SourceFacts(**text)

    def _columns(self) -> tuple[dict[str, ValueFrom], tuple[str, ...], dict[int, str]]:
        table = self._table("columns", (*TEXT_FIELDS, "key"), required=True)
        if "name" not in table and "columns" in self.raw:
            self.wrong.append("columns.name is needed")
        key = self._texts("columns.key", table.get("key"))
        by_day: dict[int, str] = {}
        columns: dict[str, ValueFrom] = {}
        for name, value in table.items():
            if name == "hours" and isinstance(value, Mapping) and set(value) & set(WEEKDAYS):
                self._known("columns.hours", value, WEEKDAYS)
                for day, column in value.items():
                    if day in WEEKDAYS and (text := self._text(f"columns.hours.{day}", column)):
                        by_day[WEEKDAYS.index(day)] = text
            elif name in TEXT_FIELDS:
                columns[name] = self._value(f"columns.{name}", value)
        return columns, key, by_day

    def _category_from(self, separator: str | None) -> CategoryFrom | None:
        if "category_from" not in self.raw:
            return None
        table = self._table("category_from", "column values default separator".split())
        columns = self._texts("category_from.column", table.get("column"))
        if not columns:
            self.wrong.append("category_from.column is needed")
        values = table.get("values", {})
        if not isinstance(values, Mapping):
            self.wrong.append("category_from.values must be a table of text = category")
            values = {}
        return CategoryFrom(
            columns=columns,
            values={str(k).casefold(): self._texts(f"category_from.values.{k}", v) for k, v in values.items()},
            default=self._texts("category_from.default", table.get("default")),
            separator=self._text("category_from.separator", table.get("separator")) or separator,
        )

    def _kinds(self) -> dict[str, str]:
        """What the words of a type column mean here, in lower case."""
        table = {str(text).casefold(): kind for text, kind in self._table("kinds").items()}
        for text, kind in table.items():
            self._choice(f"kinds.{text}", kind, MEANINGS)
        return table

    def _location(self) -> LocationFrom:
        table = self._table("location", "crs x y geometry".split())
        x, y = (self._text(f"location.{n}", table.get(n)) for n in "xy")
        geometry = self._text("location.geometry", table.get("geometry"))
        if bool(x) != bool(y):
            self.wrong.append("location.x and location.y are needed together")
        if geometry and x:
            self.wrong.append("give location.geometry or location.x and .y, not both")
        crs = self._text("location.crs", table.get("crs")) or WGS84
        return LocationFrom(crs=crs, x=x, y=y, geometry=geometry)

    def _tags(self, separator: str | None) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
        table = self._table("tags", "columns separator always".split())
        own = self._text("tags.separator", table.get("separator"))
        return (
            self._texts("tags.columns", table.get("columns")),
            own or separator,
            self._texts("tags.always", table.get("always")),
        )

    def _identifiers(self) -> dict[str, str]:
        table = self._table("identifiers")
        return {
            scheme: text for scheme, column in table.items() if (text := self._text(f"identifiers.{scheme}", column))
        }

    def _only(self) -> dict[str, frozenset[str]]:
        return {
            column: frozenset(t.casefold() for t in self._texts(f"only.{column}", values))
            for column, values in self._table("only").items()
        }

    def _nulls(self, file: Mapping[str, Any]) -> frozenset[str]:
        if "null" not in file:
            return frozenset(DEFAULT_NULLS)
        return frozenset({"", *self._texts("file.null", file["null"])})

    def _delimiter(self, value: object) -> str | None:
        text = {"tab": "\t", "comma": ",", "semicolon": ";"}.get(str(value), value)
        if text is None or (isinstance(text, str) and len(text) == 1):
            return text
        self.wrong.append('file.delimiter must be one character, or "tab"')
        return None

    # The small checks.

    def _known(self, where: str, table: Mapping[str, Any], names: Iterable[str]) -> None:
        names = tuple(names)
        for key in table:
            if key not in names:
                dotted = f"{where}.{key}" if where else key
                hint = did_you_mean(key, names) or f"Known: {', '.join(names)}"
                self.wrong.append(f"unknown key '{dotted}'. {hint}".rstrip("."))

    def _table(self, name: str, names: Iterable[str] | None = None, required: bool = False) -> Mapping[str, Any]:
        if name not in self.raw:
            if required:
                self.wrong.append(f"a [{name}] table is needed")
            return {}
        table = self.raw[name]
        if not isinstance(table, Mapping):
            self.wrong.append(f"'{name}' must be a table: [{name}]")
            return {}
        if names is not None:
            self._known(name, table, names)
        return table

    def _text(self, where: str, value: object) -> str | None:
        if value is None or isinstance(value, str):
            return value
        self.wrong.append(f"{where} must be text in quotes, not {value!r}")
        return None

    def _texts(self, where: str, value: object) -> tuple[str, ...]:
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        if all(isinstance(v, str) for v in values):
            return tuple(values)
        self.wrong.append(f"{where} must be text or a list of texts, not {value!r}")
        return ()

    def _choice(self, where: str, value: object, known: tuple[str, ...], required: bool = False) -> str:
        if value is None and not required:
            return ""
        if isinstance(value, str) and value in known:
            return value
        said = "is needed" if value is None else f"cannot be {value!r}"
        hint = did_you_mean(str(value), known) if value is not None else ""
        self.wrong.append(f"{where} {said}. {hint or 'Known: ' + ', '.join(known)}".rstrip("."))
        return ""

    def _value(self, where: str, value: object) -> ValueFrom:
        try:
            return ValueFrom.parse(value)
        except ValueError as error:
            self.wrong.append(f"{where} {error}")
            return ValueFrom()
