"""Fixtures that every test may use."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases, factories

# No test may fail for slowness. Whatever profile is chosen (`--hypothesis-profile`), and whatever a test sets of its
# own, an example may take as long as it takes.
for name in ("default", "ci"):
    settings.register_profile(name, settings.get_profile(name), deadline=None)
settings.load_profile("default")

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """In place of pytest-django's: a copy of a database that was migrated before (tests/databases.py)."""
    from django.db import connection
    from django.test import TransactionTestCase

    name = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: databases.put_back())
        with databases.copied(name):
            yield


@pytest.fixture(scope="module", autouse=True)
def _no_counts_left(request):
    """What one module's tests counted is no plan for the next one's."""
    yield
    if databases.is_copied():
        with request.getfixturevalue("django_db_blocker").unblock():
            databases.forget_counts()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin, on the second of several processes, with what needs no database, while the first one makes the template.

    pytest-xdist gives each process a share of the first quarter of the tests. What pytest-django ordered stays so.
    """
    rest = [item for item in items if "_django_db_helper" in item.fixturenames or item.get_closest_marker("django_db")]
    needy = set(rest)
    without = [item for item in items if item not in needy]
    share = len(items) // 8
    items[:] = [*rest[:share], *without, *rest[share:]]


@pytest.fixture
def cases() -> Path:
    """The folder of small inputs that a build got wrong once; names and numbers in them are invented."""
    return Path(__file__).resolve().parent / "cases"


@pytest.fixture(autouse=True)
def ledger_of_withdrawals(settings, tmp_path_factory):
    """A ledger for each test: the rows that it tells of are taken back with the test."""
    settings.WITHDRAWALS_ROOT = tmp_path_factory.getbasetemp() / f"withdrawals-{uuid.uuid4()}"


@pytest.fixture
def data_folder() -> Path:
    """The folder of real data, when this checkout has it beside it."""
    if not DATA.is_dir():
        pytest.skip("no real data beside this checkout (../shared/data)")
    return DATA


@pytest.fixture
def place(db):
    """The home place of the tests, at revision 1."""
    from mapping.models import Revision

    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    return place


@pytest.fixture
def group(place):
    return factories.OrganisationFactory(name="The group", place=place)


@pytest.fixture
def records(place, group) -> dict[str, str]:
    """Something at every address of a place: what the tests of access and of readers ask for."""
    from tests.records import make

    return make(place, group)
