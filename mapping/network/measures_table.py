"""Every node of a network in a table: what it is, every measure, its group; sorted, filtered, a page at a time.

table = measures_table.tabulate(snapshot, analysis, Asked.from_params(request.GET))
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import numpy as np
from django.utils import formats
from django.utils.http import urlencode
from django.utils.text import Truncator

from mapping.graph.analysis import Analysis
from mapping.graph.snapshot import Snapshot
from mapping.models import NodeKind
from mapping.models.plain_name import compared
from mapping.network.findings.central import exactness
from mapping.network.findings.communities import name_of
from mapping.network.findings.facts import Group, measure, named, sorts_of
from mapping.network.findings.phrases import counted, url_of
from mapping.network.view.looks import COLUMNS

ROWS = 50
# Groups to choose from, the largest first; the others are reached from the rows of their members.
MAX_GROUPS = 100
TEXTS = ("name", "kind", "group")
COUNTS = ("connections", "linked", "core")
SHARES = ("betweenness", "pagerank", "harmonic", "clustering", "constraint")


@dataclass(frozen=True)
class Asked:
    """What is asked of the table. sort : one of `COLUMNS`; turned : the other way round than usual; name : part of a
    name; kind : a `NodeKind`; group : number of a group, -1 for all; page : from 1."""

    sort: str = "connections"
    turned: bool = False
    name: str = ""
    kind: str = ""
    group: int = -1
    page: int = 1

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Asked:
        """Read a URL's parameters; what is not understood keeps its default."""
        sort, kind = params.get("sort", ""), params.get("kind", "")
        return cls(
            sort=sort if sort in COLUMNS else "connections",
            turned=params.get("turned", "") == "1",
            name=" ".join(params.get("name", "").replace("\x00", " ").split())[:100],
            kind=kind if kind in NodeKind.values else "",
            group=_whole(params.get("community", ""), -1),
            page=max(_whole(params.get("page", ""), 1), 1),
        )

    def params(self) -> dict[str, str]:
        """The parameters of this, without defaults."""
        plain = Asked()
        values = {
            "sort": self.sort if self.sort != plain.sort else "",
            "turned": "1" if self.turned else "",
            "name": self.name,
            "kind": self.kind,
            "community": str(self.group) if self.group >= 0 else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in values.items() if value}

    def url(self, path: str = "./", **changes: Any) -> str:
        """`path` with this, and some things changed."""
        words = urlencode(replace(self, **changes).params())
        return f"{path}?{words}" if words else path


@dataclass(frozen=True)
class Table:
    """One page. rows : dicts `name, url, walk_url, kind, cells` (texts of the numbers, in order), `group`, `group_url`;
    columns : dicts `slug, label, means, url, sorted` ("ascending", "descending" or empty), `numeric`."""

    rows: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    kinds: list[tuple[str, str, bool]]
    groups: list[tuple[int, str, bool]]
    asked: Asked
    pages: int
    total: int

    @property
    def prev_url(self) -> str:
        return self.asked.url(page=self.asked.page - 1) + "#table" if self.asked.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.asked.url(page=self.asked.page + 1) + "#table" if self.asked.page < self.pages else ""


def tabulate(snapshot: Snapshot, analysis: Analysis, asked: Asked) -> Table:
    """One page of the table; a page too far is the last."""
    order = _ordered(snapshot, analysis, asked)
    pages = max(math.ceil(len(order) / ROWS), 1)
    asked = replace(asked, page=min(asked.page, pages))
    names, measures = group_names(snapshot, analysis), _measures(analysis)
    return Table(
        rows=[
            _row(snapshot, analysis, int(node), names, measures, asked)
            for node in order[(asked.page - 1) * ROWS : asked.page * ROWS]
        ],
        columns=[
            {
                "slug": slug,
                "label": str(COLUMNS[slug].heading),
                "means": str(COLUMNS[slug].explained) + accuracy(analysis, slug),
                "url": asked.url(sort=slug, turned=slug == asked.sort and not asked.turned, page=1) + "#table",
                "sorted": _direction(asked) if slug == asked.sort else "",
                "numeric": slug not in TEXTS,
            }
            for slug in COLUMNS
        ],
        kinds=[(it.value, str(it.label), it.value == asked.kind) for it in _kinds(snapshot)],
        groups=[
            (number, name, number == asked.group)
            for place, (number, name) in enumerate(names.items())
            if place < MAX_GROUPS or number == asked.group
        ],
        asked=asked,
        pages=pages,
        total=len(order),
    )


def plain_rows(snapshot: Snapshot, analysis: Analysis, asked: Asked) -> Iterator[list[Any]]:
    """Every row for a file: a header, then texts and numbers as they are; empty where there is no value."""
    names, measures = group_names(snapshot, analysis), _measures(analysis)
    yield ["uuid", *COLUMNS]
    for node in _ordered(snapshot, analysis, asked).tolist():
        it = named(snapshot, node)
        values = {
            "name": it.name,
            "kind": what(snapshot, node),
            "group": names.get(int(analysis.group[node]), ""),
            **{slug: int(measures[slug][node]) for slug in COUNTS},
            **{slug: _number(measures[slug][node]) for slug in SHARES},
        }
        yield [str(it.uuid), *(values[slug] for slug in COLUMNS)]


def accuracy(analysis: Analysis, slug: str) -> str:
    """ " Exact." or how far a sampled measure may be off; empty for what is no measure."""
    if slug in TEXTS:
        return ""
    return " " + exactness(measure(analysis, slug)[1])


def group_names(snapshot: Snapshot, analysis: Analysis) -> dict[int, str]:
    """The name of each group in plain text, the largest first."""
    return {
        it.number: Truncator(
            # What escaped is for a page; here it is a text, which the page escapes itself.
            unescape(name_of(Group(named(snapshot, it.centre), len(it.members), sorts_of(snapshot, it.words))))
        ).chars(90)
        for it in analysis.groups
    }


def what(snapshot: Snapshot, node: int) -> str:
    """What a node is: its category, or its kind."""
    category = int(snapshot.category[node])
    if category >= 0:
        return snapshot.tables["categories"][category]["name"]
    return str(NodeKind(snapshot.tables["kinds"][snapshot.kind[node]]).label)


def _ordered(snapshot: Snapshot, analysis: Analysis, asked: Asked) -> np.ndarray:
    """The nodes that were asked for, in the order that was asked for."""
    counts = analysis.measures["connections"]
    keep = counts > 0
    if asked.kind:
        keep = keep & (snapshot.kind == snapshot.tables["kinds"].index(asked.kind))
    if asked.group >= 0:
        keep = keep & (analysis.group == asked.group)
    if asked.name:
        part = compared(asked.name)
        keep = keep & np.array([part in compared(it) for it in snapshot.names], dtype=bool)
    nodes = np.flatnonzero(keep)
    if asked.sort in TEXTS:
        names = group_names(snapshot, analysis) if asked.sort == "group" else {}
        texts = {
            "name": lambda node: snapshot.names[node],
            "kind": lambda node: what(snapshot, node),
            # Those of no group come last.
            "group": lambda node: names.get(int(analysis.group[node]), "\U0010ffff"),
        }[asked.sort]
        keys = [(texts(node).casefold(), snapshot.names[node].casefold(), node) for node in nodes.tolist()]
        order = np.array([node for *_key, node in sorted(keys, reverse=asked.turned)], dtype=np.int64)
        return order
    values = np.nan_to_num(np.asarray(analysis.measures[asked.sort], dtype=np.float64)[nodes], nan=-1.0)
    return nodes[np.lexsort((nodes, -counts[nodes], values if asked.turned else -values))]


def _row(
    snapshot: Snapshot,
    analysis: Analysis,
    node: int,
    names: dict[int, str],
    measures: dict[str, np.ndarray],
    asked: Asked,
) -> dict[str, Any]:
    it = named(snapshot, node)
    group = int(analysis.group[node])
    return {
        "name": it.name,
        "url": url_of(it),
        "walk_url": f"?{urlencode({'focus': str(it.uuid)})}#walk",
        "kind": what(snapshot, node),
        "cells": [_cell(measures, slug, node) for slug in COLUMNS if slug not in TEXTS],
        "group": names.get(group, ""),
        "group_url": asked.url(group=group, page=1) + "#table" if group in names else "",
    }


def _measures(analysis: Analysis) -> dict[str, np.ndarray]:
    return {slug: measure(analysis, slug)[0] for slug in (*COUNTS, *SHARES)}


def _cell(measures: dict[str, np.ndarray], slug: str, node: int) -> str:
    value = float(measures[slug][node])
    if math.isnan(value):
        return "–"
    if slug in COUNTS:
        return counted(int(value))
    if slug == "constraint":
        return formats.number_format(round(value, 2), 2)
    percent = 100 * value
    # Small shares are told as small, not as nothing. (`number_format` cuts off: it does not round.)
    digits = 1 if percent >= 0.05 or not percent else 3
    return formats.number_format(round(percent, digits), digits) + "%"


def _number(value: float) -> float | str:
    number = float(value)
    return "" if math.isnan(number) else round(number, 9)


def _direction(asked: Asked) -> str:
    return "ascending" if (asked.sort in TEXTS) != asked.turned else "descending"


def _kinds(snapshot: Snapshot) -> list[NodeKind]:
    there = {snapshot.tables["kinds"][it] for it in np.unique(snapshot.kind).tolist()}
    return [it for it in NodeKind if it.value in there]


def _whole(text: str, other: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else other
