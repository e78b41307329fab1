"""WSGI entry point: everything but live updates (see docs/operator.md)."""

import datetime
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from mapping.views.tiles import TilesFirst  # noqa: E402  the applications first

application = TilesFirst(application)


def warm() -> None:
    """Load what the first request would load, before the processes are forked: it is then loaded once for all."""
    from mapping.opening_hours.holidays import bank_holidays

    # The package of calendars has those of all countries, which takes half a second.
    bank_holidays("england", datetime.date.today().year)
    from django.template.loader import get_template
    from django.urls import get_resolver

    from config.build_stamp import stamp
    from config.language import remember_words

    stamp()
    _ = get_resolver().url_patterns
    get_template("base.html")
    remember_words()


def take_back() -> None:
    """Take back again what people took back since the back-up that the database was restored from, if it was."""
    from mapping.commands.restored_withdrawals import at_start

    at_start()


def limit_statements() -> None:
    """Let no web request keep PostgreSQL busy for longer than STATEMENT_TIMEOUT_MS, or wait for LOCK_TIMEOUT_MS.

    Nor let it start workers: for statements of a few milliseconds, as those of a page are, starting them costs more
    than they save, and they take the cores from whoever else asks.

    Here and not in the settings, because imports and other commands may take as long as they need.
    """
    from django.conf import settings
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    for name, limit in (
        ("statement_timeout", settings.STATEMENT_TIMEOUT_MS),
        ("lock_timeout", settings.LOCK_TIMEOUT_MS),
        ("max_parallel_workers_per_gather", "0"),
    ):
        if limit:
            options["options"] = f"{options.get('options', '')} -c {name}={limit}".strip()


limit_statements()
