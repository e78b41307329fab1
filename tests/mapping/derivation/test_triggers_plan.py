"""The triggers that notice changes find their rows by index, whatever the statistics of the tables say."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

TRIGGERS = (
    "mapping_statement_touched",
    "mapping_connection_touched",
    "mapping_node_touched",
    "mapping_tag_touched",
)


@pytest.mark.parametrize("function", TRIGGERS)
def test_they_start_from_what_changed_and_look_the_rest_up_by_index(function):
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [function])
        [(settings,)] = cursor.fetchall()
    assert set(settings) == {"join_collapse_limit=1", "enable_seqscan=off"}
