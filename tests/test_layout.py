"""The floor plan: no circles of imports, nouns at the root, and a docstring for every room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import grimp
import networkx
import pytest

from config import rooms as floor_plan

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


def test_the_guide_shows_every_room_as_its_docstring_says_it():
    guide = floor_plan.GUIDE.read_text(encoding="utf-8")
    assert floor_plan.written(guide) == guide, "Run: .venv/bin/python -m config.rooms"
    for room in rooms():
        assert f"| `{room.relative_to(ROOT)}/` | " in guide


def test_a_guide_without_marks_is_not_written_over():
    with pytest.raises(ValueError, match="needs a line"):
        floor_plan.written("# For developers")


def places_to_go() -> list[tuple[str, str]]:
    """What the guide says one may want to change, and each path that it leads to.

    A file without a folder lies in the folder that was named before it.
    """
    guide = floor_plan.GUIDE.read_text(encoding="utf-8")
    section = guide.partition("## To change something\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    found = []
    for change, where in rows:
        folder = ""
        for name in re.findall(r"`([\w./-]+/|[\w./-]+\.(?:py|js|mjs|css|html|toml|md))`", where):
            path = name if "/" in name or not folder else folder + name
            folder = path.rpartition("/")[0] + "/"
            found.append((change, path))
    return found


PLACES_TO_GO = places_to_go()


def test_the_guide_leads_to_the_twenty_likely_changes():
    assert len({change for change, _ in PLACES_TO_GO}) >= 20


@pytest.mark.parametrize(("change", "path"), PLACES_TO_GO)
def test_where_the_guide_leads_there_is_something(change, path):
    assert (ROOT / path).exists(), f"docs/developer.md sends whoever changes {change} to {path}, which is not there."
