"""The test database is between two tests what migrations left, for the planner too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection

from mapping.models import Node
from tests import databases
from tests.factories import NodeFactory


def rows_known(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
class TestInTurn:
    def test_one_that_commits(self):
        NodeFactory()
        Permission.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE mapping_node, auth_permission")
        assert rows_known("mapping_node") == 1

    def test_finds_nothing_of_it_and_what_migrations_left(self):
        assert not Node.objects.exists()
        assert Permission.objects.filter(content_type__app_label="mapping").exists()

    def test_counts_are_forgotten(self):
        left = Permission.objects.count()
        NodeFactory()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE mapping_node, auth_permission")
        Node.objects.all().delete()
        databases.forget_counts()
        assert (rows_known("mapping_node"), rows_known("auth_permission")) == (-1, -1)
        assert Permission.objects.count() == left


@pytest.mark.django_db(transaction=True)
class TestKept:
    def test_what_a_fixture_made_is_brought_again_whole(self):
        assert databases.is_pristine()
        node = NodeFactory(name="The hall")
        Permission.objects.filter(codename="add_node").delete()
        assert not databases.is_pristine()
        kept, rows = databases.keep(), [node.place.slug, *Node.objects.values_list()]
        # As between two tests, which two workers may share.
        databases.put_back()
        assert not Node.objects.exists()
        databases.bring(kept)
        node = Node.objects.get()
        assert rows == [node.place.slug, *Node.objects.values_list()]
        assert not Permission.objects.filter(codename="add_node").exists()
        # What is made after it has another id.
        assert NodeFactory(name="The library").pk > node.pk

    def test_and_taken_back(self):
        assert databases.is_pristine()
        assert Permission.objects.filter(codename="add_node").exists()
