"""WSGI entry point: everything but live updates (see docs/operator.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()


def limit_statements() -> None:
    """Let no web request keep PostgreSQL busy for longer than STATEMENT_TIMEOUT_MS.

    Here and not in the settings, because imports and other commands may take as long as they need.
    """
    from django.conf import settings
    from django.db import connection

    if settings.STATEMENT_TIMEOUT_MS:
        options = connection.settings_dict["OPTIONS"]
        limit = f"-c statement_timeout={settings.STATEMENT_TIMEOUT_MS}"
        options["options"] = f"{options.get('options', '')} {limit}".strip()


limit_statements()
