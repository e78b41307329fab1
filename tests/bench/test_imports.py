"""The benchmarks run programs that stand in them as text; what these import is there."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parent.parent.parent / "bench"
IMPORT = re.compile(r"^\s*from ((?:bench|cms|config|listings|mapping)[\w.]*) import ([\w, ]+)$", re.MULTILINE)
IMPORTED = [
    (path.name, module, name.split(" as ")[0].strip())
    for path in sorted(BENCH.glob("*.py"))
    for module, names in IMPORT.findall(path.read_text(encoding="utf-8"))
    for name in names.split(",")
]


def test_there_are_imports_inside_texts_too():
    assert ("measure_kinds.py", "mapping.network", "snapshots") in IMPORTED
    assert len(IMPORTED) > 60


@pytest.mark.parametrize(("file", "module", "name"), IMPORTED)
def test_what_a_benchmark_imports_is_there(file, module, name):
    assert hasattr(importlib.import_module(module), name) or importlib.util.find_spec(f"{module}.{name}") is not None
