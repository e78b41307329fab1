"""`python -m config.migration_lint`: would any migration of ours hurt a site that is in use?

A migration that a first installation runs on empty tables is harmless whatever it does. Those that belong to a
version which nobody had installed before are therefore left out: they end where `FIRST_INSTALLED` says.
"""

from __future__ import annotations

import os
import sys

from config.env import ROOT

FIRST_INSTALLED = {"mapping": 5, "listings": 2, "cms": 1}
"""App -> number of its last migration in the first version that anyone could install (0.1.0)."""


LOOKED_AT = {
    # Unique constraints on new, empty tables, and on kept snapshots: three rows a place, which are worked out anew.
    "0006_underneath",
    # A longer text column (no rewrite in PostgreSQL) and indexes on a new, empty table.
    "0012_opening_hours",
    # The table of ordinary weeks, emptied of its meaning by 0013. Its foreign key would forbid deleting nodes.
    "0014_no_ordinary_week",
    # Mostly new, empty tables. Of occurrences, which only posting and a job write: an index (reading goes on while it
    # is made), and columns that a post to the version before, in the moment of the change, cannot fill: that post is
    # refused and its draft stays, the job is done again.
    "0007_schedules",
    # The same columns, filled by 0008, and a unique constraint that they then keep. Columns of listings stay.
    "0009_dates_in_schedules",
    # Columns that may not be empty, and an index, of two tables that it makes itself.
    "0035_page_copies",
    # A number with a default, and a constraint on it, of a table of some hundred rows that only load_vocabulary writes.
    "0036_category_rank",
    # A generated column in place of itself, in one statement: PostgreSQL writes the table anew, and nobody reads nodes
    # meanwhile. The version before finds the same column. Two indexes of 0038 are made while everybody goes on.
    "0037_plain_names",
}
"""Migrations that the linter refuses and that are safe all the same, each with the reason."""


def left_out() -> list[str]:
    """Return the names of the migrations that only ever run on empty tables."""
    return sorted(
        path.stem
        for app, last in FIRST_INSTALLED.items()
        for path in (ROOT / app / "migrations").glob("[0-9]*.py")
        if int(path.stem.split("_")[0]) <= last
    )


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(ROOT),
        include_apps=list(FIRST_INSTALLED),
        ignore_name=[*left_out(), *LOOKED_AT],
        analyser_string="postgresql",  # the linter does not know PostGIS by its name
        no_cache=True,
        quiet=["ignore", "ok"],
    )
    linter.lint_all_migrations()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
