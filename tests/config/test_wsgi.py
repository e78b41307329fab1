"""The web process has a limit that commands do not have."""

import copy

from django.db import connection


def test_a_web_request_cannot_keep_the_database_busy(settings):
    before = copy.deepcopy(connection.settings_dict["OPTIONS"])
    try:
        import config.wsgi

        settings.STATEMENT_TIMEOUT_MS = 1234
        config.wsgi.limit_statements()
        assert "statement_timeout=1234" in connection.settings_dict["OPTIONS"]["options"]
    finally:
        connection.settings_dict["OPTIONS"].clear()
        connection.settings_dict["OPTIONS"].update(before)
