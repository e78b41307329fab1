"""Rows of somebody's table or GeoJSON, read by a mapping file -> nodes in waiting."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from .errors import Reject
from .geojson import Features, open_geojson
from .hours import ReadHours, read_hours, read_hours_by_day
from .identifiers import normalise_identifier, split_org_id
from .locate import BadLocation, Located, Locator, find_postcode, normalise_postcode
from .mapping_file import FEATURE_ID, WGS84, NodeMapping, split_cell
from .persons import kind_said, person_said
from .tabular import Table, open_table
from .text import check_file, open_bytes

Row = Mapping[str, str | None]

NAME_LENGTH = 300
SUMMARY_LENGTH = 5000
ADDRESS_LENGTH = 300
PHONE_LENGTH = 60
HOURS_LENGTH = 2000
DAY_LENGTH = 200
URL_LENGTH = 500
KEY_LENGTH = 200
TAG_LENGTH = 100
IDENTIFIER_LENGTH = 100
FACT_LENGTH = 1000
NO_HOURS = ReadHours("", "", (), ())
ORG_ID = "org-id"  # a column of whole org-ids (GB-CHC-1130343), whatever their scheme

_EMAIL = re.compile(r"[^@\s<>\"',;:]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
_STEP_FREE = {
    "yes": "yes", "y": "yes", "true": "yes", "1": "yes", "full": "yes", "designated": "yes",
    "partly": "partly", "partial": "partly", "limited": "partly",
    "no": "no", "n": "no", "false": "no", "0": "no", "none": "no",
}  # fmt: skip
_UNSEEN = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2060\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One row, cleaned and checked. Empty texts are empty strings, never None.

    `point` and `shape` are WGS84; `point` is None when only a postcode or an address is known, and
    `location_source` then is empty. `row` is the number that a Reject would carry.
    """

    row: int
    key: str
    name: str
    kind: str
    categories: tuple[str, ...]
    tags: tuple[str, ...] = ()
    summary: str = ""
    point: Point | None = None
    shape: BaseGeometry | None = None
    location_source: str = ""
    precision: str = "exact"
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    hours: ReadHours = NO_HOURS
    step_free: str = ""  # "yes", "partly", "no", or "" when not known
    identifiers: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    visibility: str = "public"
    other_names: tuple[str, ...] = ()

    @property
    def hours_text(self) -> str:
        """The opening hours as they were written."""
        return self.hours.source[:HOURS_LENGTH]


def clean(text: str | None, limit: int) -> str:
    """`text` on one line, composed (NFC), without characters that cannot be seen, cut to `limit`."""
    if not text:
        return ""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())[:limit].strip()


def clean_paragraphs(text: str | None, limit: int) -> str:
    """Like `clean`, but line breaks stay."""
    lines = (clean(line, limit) for line in (text or "").splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit]


def clean_email(text: str) -> str:
    """An e-mail address, or an empty string when it is not one."""
    text = clean(text, 254).removeprefix("mailto:")
    return text if _EMAIL.fullmatch(text) else ""


def clean_website(text: str) -> str:
    """A web address with its scheme, or an empty string when it is not one."""
    text = clean(text, URL_LENGTH)
    if not text or " " in text:
        return ""
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w-]+(\.[\w-]+)+", host):
        return ""
    return text[:URL_LENGTH]


def clean_step_free(text: str) -> str:
    """ "yes", "partly", "no" or, when the text says none of them, an empty string."""
    return _STEP_FREE.get(text.strip().casefold(), "")


def not_a_person(name: str, word: str) -> str:
    """Why a row about a person is not taken, and what to do."""
    return (
        f"'{name}' is a person, and nobody is shown without their own consent. Record the consent first, leave the row "
        f'out (--rejects or [only]), or say what else the word means (under [kinds]: "{word}" = "organisation").'
    )


def open_nodes(path: str | Path, mapping: NodeMapping, encoding: str | None = None) -> NodeFile:
    """Open a data file by its mapping: the table or GeoJSON is recognised by its content.

    `encoding` wins over the mapping's. Raises ReadError when the file or the mapping cannot be used.
    """
    path = check_file(path)
    columns = mapping.columns_used()
    is_geojson = mapping.format == "geojson" or (mapping.format is None and _is_json(path))
    if not is_geojson:
        table = open_table(
            path,
            encoding=encoding or mapping.encoding,
            delimiter=mapping.delimiter,
            columns=columns,
            nulls=mapping.nulls,
        )
        return NodeFile(table, mapping, Locator(mapping.location.crs, where=mapping.path))
    features = open_geojson(
        path,
        encoding=encoding or mapping.encoding,
        columns=tuple(c for c in columns if c != FEATURE_ID),
        nulls=mapping.nulls,
    )
    crs = mapping.location.crs
    if crs == WGS84 and not mapping.location.x and features.crs:
        crs = features.crs
    return NodeFile(features, mapping, Locator(crs, where=mapping.path))


def _is_json(path: Path) -> bool:
    if path.suffixes and path.suffixes[-1].lower() in (".geojson", ".json"):
        return True
    with open_bytes(path) as handle:
        return handle.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


class NodeFile:
    """A data file and its mapping, ready to be read (again and again, from the beginning)."""

    def __init__(self, data: Table | Features, mapping: NodeMapping, locator: Locator) -> None:
        self.data = data
        self.mapping = mapping
        self.locator = locator
        self.left_out = 0

    def rows(self) -> Iterator[NodeRow | Reject]:
        """Each row as a NodeRow or a Reject; those that [only] leaves out are counted, not given.

        Raises ReadError when the file breaks off.
        """
        self.left_out = 0
        seen: dict[bytes, int] = {}
        for item in self.data.rows():
            if isinstance(item, Reject):
                yield item
                continue
            number, row = item[0], item[1]
            if not self._wanted(row):
                self.left_out += 1
                continue
            made = self._node(number, row, item[2] if len(item) == 3 else None)
            if isinstance(made, NodeRow):
                # 16 bytes a key, so that a million rows fit.
                mark = hashlib.blake2b(made.key.encode(), digest_size=16).digest()
                if mark in seen:
                    remedy = f"Row {seen[mark]} has the same key: give each row its own."
                    made = Reject.of(number, " + ".join(self.mapping.key) or "(key)", made.key, remedy)
                else:
                    seen[mark] = number
            yield made

    def shared_identifiers(self) -> frozenset[tuple[str, str]]:
        """Identifiers that several rows have: they name no single thing. Reads the file once, when it has any."""
        if not self.mapping.identifiers:
            return frozenset()
        times: Counter[tuple[str, str]] = Counter()
        for item in self.data.rows():
            if not isinstance(item, Reject) and self._wanted(item[1]):
                times.update(self._identifiers(item[1]))
        return frozenset(pair for pair, many in times.items() if many > 1)

    def _wanted(self, row: Row) -> bool:
        return all((row.get(column) or "").casefold() in values for column, values in self.mapping.only.items())

    def _node(self, number: int, row: Row, geometry: object) -> NodeRow | Reject:
        mapping = self.mapping
        name = clean(self._text("name", row), NAME_LENGTH)
        if not name:
            column = ", ".join(mapping.columns["name"].columns)
            return Reject.of(number, column, "", "A name is needed.")
        if person := person_said(row, mapping.kinds, name=name):
            return Reject.of(number, person[0], row.get(person[0]), not_a_person(name, person[1]))
        try:
            located = self._located(row, geometry)
        except BadLocation as error:
            return Reject.of(number, self._field(error.field), error.value, error.remedy)
        said_postcode = clean(self._text("postcode", row), 40)
        address = clean(self._text("address", row), ADDRESS_LENGTH)
        postcode = normalise_postcode(said_postcode) or ("" if said_postcode else find_postcode(address))
        if said_postcode and not postcode and located is None:
            column = ", ".join(mapping.columns["postcode"].columns)
            remedy = "This is not a postcode, and there are no coordinates."
            return Reject.of(number, column, said_postcode, remedy)
        categories = mapping.categories
        if mapping.category_from:
            more, unknown = mapping.category_from.read(row)
            categories = tuple(dict.fromkeys((*categories, *more)))
            if unknown and not (more or mapping.category_from.default):
                remedy = "Add this text to [category_from.values] in the mapping file."
                return Reject.of(number, *unknown[0], remedy)
        key = self._key(row, name, categories, address, postcode, located)
        if not key:
            return Reject.of(number, " + ".join(mapping.key), "", "The key is empty.")
        return NodeRow(
            row=number,
            key=key,
            name=name,
            kind=kind_said(row, mapping.kinds) or mapping.kind,
            categories=categories,
            tags=self._tags(row),
            summary=clean_paragraphs(self._text("summary", row), SUMMARY_LENGTH),
            point=located.point if located else None,
            shape=located.shape if located else None,
            location_source="exact" if located else "",
            precision=mapping.precision,
            address=address,
            postcode=postcode,
            phone=clean(self._text("phone", row), PHONE_LENGTH),
            email=clean_email(self._text("email", row)),
            website=clean_website(self._text("website", row)),
            hours=self._hours(row),
            step_free=clean_step_free(self._text("step_free", row)),
            identifiers=self._identifiers(row),
            facts=self._facts(row),
            visibility=mapping.visibility,
        )

    def _text(self, field_name: str, row: Row) -> str:
        value = self.mapping.columns.get(field_name)
        return value.read(row) if value else ""

    def _field(self, axis: str) -> str:
        location = self.mapping.location
        return {"x": location.x, "y": location.y}.get(axis) or location.geometry or "geometry"

    def _located(self, row: Row, geometry: object) -> Located | None:
        location = self.mapping.location
        if location.x and location.y:
            x, y = row.get(location.x), row.get(location.y)
            if x is None and y is None:
                return None
            if x is None or y is None:
                raise BadLocation("x" if x is None else "y", "", "Both coordinates are needed.")
            return self.locator.point(x, y)
        if location.geometry:
            text = row.get(location.geometry)
            return self.locator.wkt(text) if text else None
        if geometry is None:
            return None
        return self.locator.geojson(geometry)

    def _hours(self, row: Row) -> ReadHours:
        if self.mapping.hours_by_day:
            cells = {day: row.get(column) for day, column in self.mapping.hours_by_day.items()}
            return read_hours_by_day({d: clean(c, DAY_LENGTH) for d, c in cells.items()})
        text = clean(self._text("hours", row), HOURS_LENGTH)
        return read_hours(text) if text else NO_HOURS

    def _tags(self, row: Row) -> tuple[str, ...]:
        mapping = self.mapping
        tags = [clean(tag, TAG_LENGTH) for tag in mapping.tags]
        for column in mapping.tag_columns:
            cell = row.get(column)
            if cell:
                tags += [clean(t, TAG_LENGTH) for t in split_cell(cell, mapping.tag_separator)]
        return tuple(dict.fromkeys(tag for tag in tags if tag))

    def _identifiers(self, row: Row) -> tuple[tuple[str, str], ...]:
        found = []
        for scheme, column in self.mapping.identifiers.items():
            text = clean(row.get(column), IDENTIFIER_LENGTH)
            pair = split_org_id(text) if scheme == ORG_ID else normalise_identifier(scheme, text)
            if pair and pair[1]:
                found.append(pair)
        return tuple(dict.fromkeys(found))

    def _facts(self, row: Row) -> dict[str, str]:
        facts = {n: clean(v.read(row), FACT_LENGTH) for n, v in self.mapping.facts.items()}
        return {name: text for name, text in facts.items() if text}

    def _key(
        self,
        row: Row,
        name: str,
        categories: tuple[str, ...],
        address: str,
        postcode: str,
        located: Located | None,
    ) -> str:
        """The row's own key, or one made of what tells it from others."""
        if self.mapping.key:
            parts = [clean(row.get(column), KEY_LENGTH) for column in self.mapping.key]
            key = "|".join(parts) if any(parts) else ""
            if len(key) <= KEY_LENGTH:
                return key
            return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        where = f"{located.point.x:.5f},{located.point.y:.5f}" if located else ""
        text = "\n".join((name.casefold(), *categories, address.casefold(), postcode, where))
        return "made-" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
