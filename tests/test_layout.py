"""The floor plan: no circles of imports, nouns at the root, and a docstring for every room."""

from __future__ import annotations

import ast
from pathlib import Path

import grimp
import networkx
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "mapping", "listings", "cms")
AT_THE_ROOT = {"__init__.py", "apps.py", "signals.py", "tasks.py", "urls.py"}


@pytest.fixture(scope="module")
def imports() -> networkx.DiGraph:
    """Every import of one module of ours by another, also those inside functions and for types only."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found = networkx.DiGraph()
    for module in graph.modules:
        found.add_edges_from((module, it) for it in graph.find_modules_directly_imported_by(module))
    return found


def test_no_circle_of_imports(imports):
    assert len(imports) > 300
    assert [sorted(it) for it in networkx.strongly_connected_components(imports) if len(it) > 1] == []


def test_mapping_holds_rooms():
    assert {it.name for it in (ROOT / "mapping").glob("*.py")} == AT_THE_ROOT


def rooms() -> list[Path]:
    """Every package with modules of its own, but migrations and the names that Django gives."""
    found = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    return sorted(it for it in found if not {"migrations", "management", "settings", "docker"} & set(it.parts))


@pytest.mark.parametrize("room", rooms(), ids=lambda it: str(it.relative_to(ROOT)))
def test_a_room_says_what_it_holds(room):
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert docstring and docstring.splitlines()[0].endswith("."), f"{room}/__init__.py says in one line what is here."
