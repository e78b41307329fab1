"""Whether everything is there: cheap to ask, told to the operator only."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.db.migrations.loader import MigrationLoader

from mapping.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    health.kept.forget()
    yield
    health.kept.forget()


@pytest.fixture
def public(settings):
    settings.READYZ_PUBLIC = True


def test_it_is_not_public_by_default(client):
    assert client.get("/readyz").status_code == 404


def test_it_says_that_everything_is_there(client, public):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    checks = answer.json()["checks"]
    assert {"database", "migrations", "queue"} <= checks.keys()
    # No worker runs beside the tests.
    assert {said for name, said in checks.items() if name != "workers"} == {"ok"}


def test_asking_again_at_once_costs_no_query(client, public, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def test_the_disk_is_read_for_migrations_once_only(monkeypatch):
    health.readiness()

    def again(*args):
        raise AssertionError("the migrations were read from the disk again")

    monkeypatch.setattr(MigrationLoader, "build_graph", again)
    assert health.readiness()["migrations"] == "ok"


def test_a_migration_that_has_not_been_run_is_told(client, public, monkeypatch):
    wanted = health._migrations_on_disk() | {("mapping", "9999_of_tomorrow")}
    monkeypatch.setattr(health, "_migrations_on_disk", lambda: wanted)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 waiting: run manage.py migrate"


def test_a_database_that_is_away_is_told_without_details(client, public, monkeypatch):
    def away():
        raise OperationalError("connection to 10.0.0.5 failed")

    monkeypatch.setitem(health.CHECKS, "queue", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": {"database": "does not answer"}}


def test_a_part_can_add_a_check_of_its_own(client, public, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", dict(health.CHECKS))

    @health.check("mail")
    def mail() -> str:
        return "none for 3 minutes"

    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["mail"] == "none for 3 minutes"
