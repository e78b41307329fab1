"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


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
