"""What several modules need is defined in one of them."""

from __future__ import annotations

import ast
import datetime
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mapping.graph.analysis import MEASURES
from mapping.graph.snapshot import EPOCH, day_number
from mapping.network.view import looks
from mapping.network.view.state import COLOURS, SIZES, NetworkView

ROOT = Path(__file__).resolve().parents[3]


@cache
def sources() -> dict[str, ast.Module]:
    paths = [path for room in ("mapping", "cms", "listings") for path in (ROOT / room).rglob("*.py")]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths if "migrations" not in path.parts
    }


def modules_with(is_one) -> list[str]:
    """The modules that hold such a piece of code, each as often as it does."""
    return [name for name, tree in sources().items() for node in ast.walk(tree) if is_one(node)]


def is_epoch(node: ast.AST) -> bool:
    """A date of 1970-01-01, or its ordinal."""
    if isinstance(node, ast.Call):
        return ast.unparse(node) in ("datetime.date(1970, 1, 1)", "date(1970, 1, 1)")
    return isinstance(node, ast.Constant) and node.value == EPOCH.toordinal()


def is_stated_map(node: ast.AST) -> bool:
    """A table from "stated" and "derived" to what a snapshot is asked for."""
    if not isinstance(node, ast.Dict):
        return False
    keys = {it.value for it in node.keys if isinstance(it, ast.Constant)}
    values = {it.value for it in node.values if isinstance(it, ast.Constant)}
    return {"stated", "derived"} <= keys and {True, False} <= values


def test_days_are_counted_from_one_epoch():
    assert modules_with(is_epoch) == ["mapping/graph/snapshot.py"]
    assert day_number(datetime.date(1970, 1, 1)) == 0
    assert day_number(datetime.date(2020, 3, 1)) == datetime.date(2020, 3, 1).toordinal() - 719_163


def test_stated_and_derived_are_read_by_one_table():
    assert modules_with(is_stated_map) == ["mapping/network/view/state.py"]


@pytest.mark.parametrize(("stated", "asked"), [("stated", True), ("derived", False), ("all", None)])
def test_a_view_says_what_a_snapshot_is_asked_for(stated, asked):
    assert NetworkView.from_params({"stated": stated}).is_stated is asked


def test_measures_and_colours_have_one_table_of_labels():
    assert tuple(looks.SIZES) == SIZES
    assert tuple(looks.COLOURS) == COLOURS
    assert set(looks.COLUMNS) - {"name", "kind", "group"} <= set(MEASURES)
    assert set(SIZES) - {"same"} <= set(looks.COLUMNS)


def test_no_label_of_a_measure_is_written_twice():
    shown = [*looks.SIZES.values(), *looks.COLOURS.values()]
    labels = {str(text) for it in shown for text in (it.name, it.explained, it.phrase)}
    labels |= {str(text) for it in looks.COLUMNS.values() for text in (it.heading, it.explained)}
    texts = Counter(
        node.value
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    # A single word such as "Kind" heads other tables too.
    assert {it: texts[it] for it in labels if " " in it and texts[it] != 1} == {}
