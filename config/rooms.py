"""The table of rooms in docs/developer.md, from the packages' docstrings: `python -m config.rooms` writes it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "developer.md"
APPS = ("mapping", "listings", "cms", "config")
BEGIN, END = "<!-- rooms, written by: python -m config.rooms -->\n", "<!-- end of rooms -->\n"
# Folders that Django names: a file for each migration, and for each command of manage.py (docs/commands.md).
NOT_ROOMS = {("migrations",), ("management", "commands")}


def rooms() -> list[Path]:
    """Every package of ours, as a path from the root: `mapping` with all in it first, `config` last."""
    found = [path.parent.relative_to(ROOT) for app in APPS for path in sorted((ROOT / app).rglob("__init__.py"))]
    return [it for it in found if not {it.parts[-1:], it.parts[-2:]} & NOT_ROOMS]


def holds(room: Path) -> str:
    """The first line of a package's docstring."""
    docstring = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8")))
    return (docstring or "").partition("\n")[0]


def table() -> str:
    """The rooms as a table in Markdown, a line each."""
    lines = ["| room | holds |", "|---|---|"]
    lines += [f"| `{room}/` | {holds(room)} |" for room in rooms()]
    return "\n".join(lines) + "\n"


def written(guide: str) -> str:
    """The text of the guide with the table as it is now between the two marks. ValueError without the marks."""
    before, begin, rest = guide.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{GUIDE.name} needs a line {BEGIN.strip()} and, below it, a line {END.strip()}.")
    return f"{before}{begin}\n{table()}\n{end}{after}"


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
