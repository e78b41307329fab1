"""`python -m config.migration_lint`: would any migration of ours hurt a site that is in use?

A migration that a first installation runs on empty tables is harmless whatever it does. Those that belong to a
version which nobody had installed before are therefore left out: they end where `FIRST_INSTALLED` says.
"""

from __future__ import annotations

import os
import sys

FIRST_INSTALLED = {"mapping": 1, "listings": 1, "cms": 1}
"""App -> number of its last migration in the first version that anyone could install (0.1.0)."""


def left_out() -> list[str]:
    """Return the names of the migrations that only ever run on empty tables."""
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None, ignore_no_initial=True).disk_migrations
    return sorted({name for app, name in known if int(name.split("_")[0]) <= FIRST_INSTALLED.get(app, 0)})


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django
    from django.conf import settings

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(settings.ROOT),
        include_apps=list(FIRST_INSTALLED),
        ignore_name=left_out(),
        analyser_string="postgresql",  # the linter does not know PostGIS by its name
        no_cache=True,
        quiet=["ignore", "ok"],
    )
    linter.lint_all_migrations()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    sys.exit(main())
