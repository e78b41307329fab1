"""The web process has limits that commands do not have, and remembers words."""

import copy

from django.conf import settings
from django.db import connection
from django.utils.translation import trans_real

from config import language


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


def test_each_language_remembers_its_words(monkeypatch):
    """Whatever it is asked for, and never with the words of another."""
    catalogues = [trans_real.translation(code) for code, _name in settings.LANGUAGES]
    plain = [(it, it.gettext("January")) for it in catalogues]
    for it in catalogues:
        monkeypatch.setattr(it, "gettext", it.gettext)
    language.remember_words()
    for it, word in plain:
        assert it.gettext("January") == it.gettext("January") == word
        assert it.gettext.cache_info().hits == 1
    assert len({word for _it, word in plain}) == len(plain)
