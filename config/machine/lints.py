"""The checks of `make lint`, which read the source only; config/lint/ sets up those of scripts and style sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from config.machine.checkout import PYTHON
from config.machine.libraries import NODE_MODULES

APPS = ("mapping", "listings", "cms", "config")
TEMPLATES = tuple(f"{app}/templates" for app in APPS)
SCRIPTS = ("mapping/static", "listings/static", "cms/static", "bench/opening_hours.mjs", "config/lint")
STYLES = tuple(f"{app}/static/**/*.css" for app in APPS if app != "listings")

LINTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("style (ruff)", ("python", "-m", "ruff", "check", ".")),
    ("format (ruff)", ("python", "-m", "ruff", "format", "--check", ".")),
    (
        "layers (import-linter)",
        ("python", "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    ),
    ("migrations are complete", ("python", "manage.py", "makemigrations", "--check", "--dry-run")),
    ("migrations are safe for a site in use", ("python", "-m", "config.migration_lint")),
    ("templates (djLint)", ("python", "-m", "djlint", "--lint", "--quiet", *TEMPLATES)),
    ("types of scripts (tsc)", ("node", "typescript/bin/tsc", "--project", "config/lint/tsconfig.json")),
    (
        "style of scripts (eslint)",
        ("node", "eslint/bin/eslint.js", "--config", "config/lint/eslint.config.mjs", "--max-warnings=0", *SCRIPTS),
    ),
    (
        "style sheets (stylelint)",
        (
            *("node", "stylelint/bin/stylelint.mjs", "--config", "config/lint/stylelint.config.mjs"),
            *("--max-warnings=0", "--report-needless-disables", *STYLES),
        ),
    ),
)
"""What each check is called, and how it is run: by `python`, or by `node` a program in `node_modules`."""


def command_line(command: Sequence[str], node: Path) -> list[str | Path]:
    """Return how to run `command` of `LINTS` with the project's own Python or Node.js."""
    if command[0] == "python":
        return [PYTHON, *command[1:]]
    return [node, NODE_MODULES / command[1], *command[2:]]
