"""Rows as arrays: what a query says, in its order, with something that stands for nothing."""

import numpy as np
import pytest

from mapping.models import Node
from mapping.network.copy_binary import copied, copied_sql
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


def test_rows_come_in_the_order_and_kinds_that_were_asked_for(place):
    nodes = [NodeFactory(name=name) for name in "ABC"]
    rows = Node.objects.order_by("-pk").values_list("pk", "uuid", "place_id")
    found = copied(rows, pk="int8", uuid="uuid", at="int8")
    assert found["pk"].tolist() == sorted((it.pk for it in nodes), reverse=True)
    assert found["uuid"][0].tobytes() == nodes[-1].uuid.bytes
    assert found["pk"].dtype == np.dtype("=i8")


def test_nothing_is_minus_one_not_a_number_and_false():
    [row] = copied_sql("SELECT NULL, NULL, NULL, %s", [2.5], a="int8", b="float8", c="bool", d="float8")
    assert (row["a"], bool(np.isnan(row["b"])), bool(row["c"]), row["d"]) == (-1, True, False, 2.5)


def test_no_rows_have_their_columns_too(place):
    rows = Node.objects.values_list("pk", "place_id")
    assert copied(rows, pk="int8", at="int8")["at"].tolist() == []
    # Django knows that there are none without asking.
    assert copied(rows.filter(pk__in=[]), pk="int8", at="int8")["pk"].tolist() == []


def test_values_of_people_stay_values():
    [row] = copied_sql("SELECT %s = 'it''s; DROP TABLE x'", ["it's; DROP TABLE x"], same="bool")
    assert bool(row["same"])
