"""Names as they are compared: the same in the database and in memory."""

from __future__ import annotations

import pytest
from django.db import connection

from mapping.models import Node
from mapping.models.plain_name import compared
from tests.factories import NodeFactory

NAMES = {
    "Café Siân": "cafe sian",
    "Cafe Sian": "cafe sian",
    "Cafe\u0301 Sia\u0302n": "cafe sian",
    "St Peters": "st peters",
    "St Peter’s": "st peters",
    "St Peter's": "st peters",
    "St. Peter`s": "st peters",
    "  Saint   Peterʼs ": "st peters",
    "Baker & Sons": "baker and sons",
    "Stoke-on-Trent (North)": "stoke on trent north",
    "100 % fun_ \\ *": "100 fun",
    "Saint": "st",
    "Saintly Saint Saints": "saintly st saints",
    "کتب خانہ": "کتب خانہ",
    "’": "",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "plain"), NAMES.items())
def test_the_database_and_we_compare_names_alike(name, plain):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mapping_plain_name(%s)", [name])
        assert cursor.fetchone()[0] == plain
    assert compared(name) == plain


@pytest.mark.django_db
def test_both_sides_of_a_question_are_compared_so():
    node = NodeFactory(name="Église St. Étienne’s")
    nodes = Node.objects.filter(pk=node.pk)
    assert nodes.filter(name__plain="eglise saint etiennes").exists()
    assert nodes.filter(name__plain__startswith="Église ST").exists()
    assert nodes.filter(name__plain__contains="étienne").exists()
    assert not nodes.filter(name__plain__startswith="_glise").exists()
    assert not nodes.filter(name__plain="etienne").exists()
