"""Settings come from the environment, and say in plain words what is wrong with them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_every_default_can_be_used():
    values = {setting.name: env.get(setting.name, {}) for setting in env.SETTINGS}
    assert values["PORT"] == 8000
    assert values["DEMO"] is False


def test_a_secret_may_be_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("hidden\n")
    assert env.get("SECRET_KEY", {"SECRET_KEY_FILE": str(path)}) == "hidden"


def test_a_secret_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE names"):
        env.get("SECRET_KEY", {"SECRET_KEY_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "PORT is 'eighty'"),
        ("PORT", "70000", "a number from 1 to 65535"),
        ("DEMO", "perhaps", "yes or no"),
        ("TILE_MAX_FEATURES", "-1", "a whole number"),
    ],
)
def test_a_setting_that_cannot_be_read_says_what_it_should_be(name, value, says):
    with pytest.raises(ImproperlyConfigured, match=says):
        env.get(name, {name: value})


def test_a_database_address_is_taken_apart():
    found = env.database({"DATABASE_URL": "postgresql://me:p%40ss@db.local:5433/town?sslmode=require"})
    assert found["NAME"] == "town"
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db.local", 5433)
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_socket_may_stand_in_the_query():
    found = env.database({"DATABASE_URL": "postgresql:///town?host=/run/here&user=me"})
    assert (found["HOST"], found["USER"], found["NAME"]) == ("/run/here", "me", "town")


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite:///file", "nonsense"])
def test_a_database_that_is_not_postgis_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="needs PostGIS"):
        env.database({"DATABASE_URL": url})


def test_a_port_that_is_no_number_is_refused_without_showing_the_password():
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database({"DATABASE_URL": "postgresql://me:secret@host:port/name"})
    assert "secret" not in str(caught.value)


def test_processes_remember_together_how_often_a_code_was_asked_for():
    """allauth counts in the cache: in the memory of each process, two would allow twice as much."""
    from config.settings import base

    assert "locmem" not in base.CACHES["default"]["BACKEND"]
    assert "dummy" not in base.CACHES["default"]["BACKEND"]


def test_every_thread_can_have_a_connection():
    from config.serving.__main__ import COSTLY, ordinary
    from config.settings import base

    assert base.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
    # The test settings share this very dictionary and take the pool away: so the number is asked where it is made.
    assert ordinary().threads + COSTLY.threads <= env.get("WEB_THREADS") + 4
