"""What an import changes is noted by triggers, so that it can be put back."""

from __future__ import annotations

import pytest
from django.db import connection

from mapping.commands import import_rows

pytestmark = pytest.mark.django_db


def test_the_triggers_watch_the_columns_that_are_put_back():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgargs FROM pg_trigger WHERE tgname LIKE 'import\\_%%'")
        rows = [bytes(args).split(b"\x00") for (args,) in cursor.fetchall()]
    watched = {row[0].decode(): set(row[2].decode().split(",")) for row in rows}
    assert watched == {model: set(import_rows.columns(model)) for model in import_rows.MODELS}
    assert len(rows) == 3 * len(watched)
