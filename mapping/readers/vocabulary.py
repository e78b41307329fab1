"""The vocabularies that come with Hereabouts: categories, connection types, OpenStreetMap tags."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ReadError, did_you_mean, readable

FOLDER = Path(__file__).resolve().parent.parent / "vocabulary"
CAPITALS = ("physical", "human", "intellectual", "financial", "social", "natural")
INFRASTRUCTURES = ("buildings", "services", "communities")
TIES = ("bonding", "bridging", "linking")
# As `mapping.models.Rank` has them, the first at 1.
RANKS = ("first", "ordinary", "background")
NODE_KINDS = ("organisation", "asset", "activity", "project", "purpose", "person")


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category; `group` is the slug at the top of its branch, `rank` 1 to 3 as in `RANKS`."""

    slug: str
    name: str
    plural: str
    parent: str
    group: str
    icon: str
    capital: str
    infrastructure: str
    osm_tags: tuple[str, ...]
    position: int
    rank: int = 2


@dataclass(frozen=True, slots=True)
class ConnectionTypeEntry:
    """A verb with both readings."""

    slug: str
    forward: str
    reverse: str
    directed: bool
    tie: str
    source_kinds: tuple[str, ...]
    target_kinds: tuple[str, ...]
    position: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class TagTable:
    """Rules (tags that must all be there, category slug), those with the most tags first."""

    rules: tuple[tuple[frozenset[tuple[str, str]], str], ...]
    unnamed: frozenset[str]
    keys: tuple[str, ...]

    def category(self, tags: dict[str, str]) -> str | None:
        """The category that an object with `tags` is in; a value may be a list (`a;b`)."""
        pairs = {(key, part.strip()) for key in self.keys if key in tags for part in tags[key].split(";")}
        return next((slug for wanted, slug in self.rules if wanted <= pairs), None)


def read_categories(folder: Path = FOLDER) -> list[CategoryEntry]:
    """Parents come before their children. Raises ReadError."""
    path = folder / "categories.toml"
    by_category: dict[str, list[str]] = {}
    for tags, slug in read_osm_tags(folder).rules:
        by_category.setdefault(slug, []).append(" ".join(sorted(f"{k}={v}" for k, v in tags)))
    groups: dict[str, str] = {}
    ranks: dict[str, str] = {}
    entries: list[CategoryEntry] = []
    known = ("name", "plural", "parent", "icon", "rank", "capital", "infrastructure")
    for position, (slug, table) in enumerate(_tables(path, known).items()):
        parent = table.get("parent", "")
        if parent and parent not in groups:
            hint = did_you_mean(parent, groups) or "A parent must come before its children."
            raise ReadError(f"[{slug}] has the parent '{parent}', which is not above it", path, hint)
        groups[slug] = groups.get(parent, slug)
        ranks[slug] = _one_of(path, slug, table, "rank", RANKS) or ranks.get(parent, "ordinary")
        entries.append(
            CategoryEntry(
                slug=slug,
                name=_needed(path, slug, table, "name"),
                plural=table.get("plural", table["name"]),
                parent=parent,
                group=groups[slug],
                icon=table.get("icon", "marker"),
                capital=_one_of(path, slug, table, "capital", CAPITALS),
                infrastructure=_one_of(path, slug, table, "infrastructure", INFRASTRUCTURES),
                osm_tags=tuple(sorted(by_category.pop(slug, ()))),
                position=position,
                rank=RANKS.index(ranks[slug]) + 1,
            )
        )
    if by_category:
        slug = next(iter(by_category))
        hint = did_you_mean(slug, groups)
        raise ReadError(f"there is no category '{slug}'", folder / "osm_tags.toml", hint)
    return entries


def read_connection_types(folder: Path = FOLDER) -> list[ConnectionTypeEntry]:
    """Raises ReadError."""
    path = folder / "connection_types.toml"
    known = ("forward", "reverse", "meaning", "directed", "tie", "source_kinds", "target_kinds")
    return [
        ConnectionTypeEntry(
            slug=slug,
            forward=_needed(path, slug, table, "forward"),
            reverse=_needed(path, slug, table, "reverse"),
            meaning=str(table.get("meaning", "")),
            directed=bool(table.get("directed", True)),
            tie=_one_of(path, slug, table, "tie", TIES),
            source_kinds=_kinds(path, slug, table, "source_kinds"),
            target_kinds=_kinds(path, slug, table, "target_kinds"),
            position=position,
        )
        for position, (slug, table) in enumerate(_tables(path, known).items())
    ]


def read_osm_tags(folder: Path = FOLDER) -> TagTable:
    """Raises ReadError."""
    path = folder / "osm_tags.toml"
    raw = _toml(path)
    rules = []
    for slug, lines in raw.get("categories", {}).items():
        for line in lines:
            pairs = [tuple(tag.split("=", 1)) for tag in line.split()]
            if not pairs or any(len(pair) != 2 or not all(pair) for pair in pairs):
                raise ReadError(f"'{line}' in {slug} is not a tag", path, "Write key=value.")
            rules.append((frozenset(pairs), slug))
    rules.sort(key=lambda rule: -len(rule[0]))  # stable: the order of the file within a length
    keys = tuple(sorted({key for tags, _ in rules for key, _ in tags}))
    return TagTable(tuple(rules), frozenset(raw.get("unnamed", ())), keys)


def _toml(path: Path) -> dict[str, Any]:
    try:
        with readable(path):
            return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReadError("there is no such file", path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ReadError(f"this is not valid TOML: {error}", path) from None


def _tables(path: Path, known: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    tables = _toml(path)
    for slug, table in tables.items():
        if not isinstance(table, dict):
            raise ReadError(f"'{slug}' must be a table: [{slug}]", path)
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known)
                raise ReadError(f"[{slug}] has the unknown key '{key}'", path, hint)
    return tables


def _needed(path: Path, slug: str, table: dict[str, Any], key: str) -> str:
    if not table.get(key):
        raise ReadError(f"[{slug}] needs '{key}'", path)
    return str(table[key])


def _one_of(path: Path, slug: str, table: dict[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = table.get(key, "")
    if value and value not in known:
        hint = did_you_mean(value, known) or f"Known: {', '.join(known)}."
        raise ReadError(f"[{slug}] has the {key} '{value}'", path, hint)
    return value


def _kinds(path: Path, slug: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
    kinds = tuple(table.get(key, ()))
    for kind in kinds:
        _one_of(path, slug, {key: kind}, key, NODE_KINDS)
    return kinds
