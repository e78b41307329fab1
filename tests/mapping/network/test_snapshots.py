"""The network that a viewer may see: kept, shared, never an older one, never somebody else's."""

import datetime
import os

import pytest
from django.utils import timezone

from mapping.commands import connections
from mapping.commands.change import change
from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO
from mapping.models import PUBLIC, Actor, NodeState, Revision, Statement, Viewer, Visibility
from mapping.network import snapshots
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    snapshots.forget()
    yield settings.SNAPSHOT_ROOT
    snapshots.forget()


@pytest.fixture
def pair(place):
    return OrganisationFactory(name="A"), OrganisationFactory(name="B")


def connect(source, target, **more):
    return StatementFactory(connection=ConnectionFactory(source=source, target=target), **more)


def names(place, viewer=PUBLIC):
    return list(snapshots.load(place, viewer).names)


class TestReading:
    def test_it_says_what_statements_say(self, place, pair):
        a, b = pair
        first = connect(a, b, strength=2, held_from=datetime.date(2020, 1, 1), held_to=datetime.date(2020, 1, 31))
        more = {"connection": first.connection, "by_source": None, "key": ""}
        StatementFactory(**more, by_node=a, strength=5, held_from=datetime.date(2020, 2, 1))
        StatementFactory(**more, by_node=b, kind="disagrees")
        found = snapshots.read(place, PUBLIC)
        assert (found.support.tolist(), found.strength.tolist()) == ([2], [3.5])
        assert (found.mutual.tolist(), found.disputed.tolist(), found.derived.tolist()) == ([False], [True], [False])
        # January and what follows February's first day adjoin.
        assert found.spans.tolist() == [[18262, ALWAYS_TO]]

    def test_undated_statements_hold_always_and_dated_ones_apart_are_two_spans(self, place, pair):
        first = connect(*pair, held_from=datetime.date(2020, 1, 1), held_to=datetime.date(2020, 1, 2))
        StatementFactory(connection=first.connection, held_from=datetime.date(2021, 1, 1), held_to=None)
        connect(pair[0], OrganisationFactory(name="C"))
        found = snapshots.read(place, PUBLIC)
        assert found.spans.tolist() == [[18262, 18263], [18628, ALWAYS_TO], [ALWAYS_FROM, ALWAYS_TO]]
        assert found.span_starts.tolist() == [0, 2, 3]

    def test_both_ends_stating_it_is_mutual_and_rules_alone_are_derived(self, place, pair):
        a, b = pair
        first = connect(a, b, by_source=None, key="", by_node=a)
        StatementFactory(connection=first.connection, by_source=None, key="", by_node=b)
        connect(b, OrganisationFactory(name="C"), by_source=None, key="", by_rule="near")
        found = snapshots.read(place, PUBLIC)
        assert found.mutual.tolist() == [True, False]
        assert found.derived.tolist() == [False, True]

    def test_nodes_have_points_tags_and_categories_or_none(self, place, pair):
        a, b = pair
        a.tags.add("food", "warm space")
        bare = NodeFactory(name="C", location=None, category=None)
        connect(a, b)
        connect(a, bare)
        found = snapshots.read(place, PUBLIC)
        assert list(found.names) == ["A", "B", "C"]
        assert sorted(found.tables["tags"][it] for it in found.tags) == ["food", "warm space"]
        assert found.tag_starts.tolist() == [0, 2, 2, 2]
        assert found.category.tolist() == [0, 0, -1]
        assert bool((found.point[2] != found.point[2]).all())
        assert found.point[0].tolist() == pytest.approx([a.public_point.x, a.public_point.y])
        assert found.uuids[0].tobytes() == a.uuid.bytes

    def test_a_type_that_the_place_hides_is_left_out(self, place, pair):
        connect(*pair)
        ConnectionTypeFactory().hidden_in.add(place)
        assert snapshots.read(place, PUBLIC).size == 0

    def test_it_asks_a_fixed_number_of_queries(self, place, pair, django_assert_num_queries):
        for _ in range(5):
            connect(pair[0], OrganisationFactory())
        with django_assert_num_queries(9):
            snapshots.read(place, PUBLIC)

    def test_a_place_without_connections_is_empty(self, place):
        assert (snapshots.load(place, PUBLIC).size, len(snapshots.load(place, PUBLIC).source)) == (0, 0)


class TestKeeping:
    def test_a_second_look_costs_one_query(self, place, pair, django_assert_num_queries):
        connect(*pair)
        first = snapshots.load(place, PUBLIC)
        with django_assert_num_queries(1):
            assert snapshots.load(place, PUBLIC) is first

    def test_another_process_finds_the_file(self, place, pair, folder, django_assert_num_queries):
        connect(*pair)
        snapshots.load(place, PUBLIC)
        snapshots.forget()
        with django_assert_num_queries(1):
            assert names(place) == ["A", "B"]
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_what_is_withdrawn_is_gone_at_the_next_look(self, place, pair):
        statement = connect(*pair)
        connect(pair[0], OrganisationFactory(name="C"))
        assert names(place) == ["A", "B", "C"]
        connections.withdraw(actor=Actor.command("test"), statement=statement)
        assert names(place) == ["A", "C"]

    def test_what_another_place_hides_is_gone_at_the_next_look(self, place, pair):
        other = PlaceFactory(slug="salford", code="E2")
        Revision.objects.get_or_create(place=other)
        outside = OrganisationFactory(name="Outside", place=other)
        connect(pair[0], outside)
        assert names(place) == ["A", "Outside"]
        # A steward of the other place archives it: our own number stays as it is.
        with change(actor=Actor.command("test"), action="archive", place=other, target=outside):
            outside.state = NodeState.ARCHIVED
            outside.save()
        assert names(place) == []

    def test_what_belongs_to_a_place_that_had_no_number_is_looked_at_again(self, place, pair):
        other = PlaceFactory(slug="salford", code="E2")
        outside = OrganisationFactory(name="Outside", place=other)
        connect(pair[0], outside)
        assert names(place) == ["A", "Outside"]
        with change(actor=Actor.command("test"), action="archive", place=other, target=outside):
            outside.state = NodeState.ARCHIVED
            outside.save()
        assert names(place) == []

    def test_a_number_that_comes_again_after_a_restore_is_not_taken_for_the_same(self, place, pair):
        connect(*pair)
        assert names(place) == ["A", "B"]
        Statement.objects.update(withdrawn_at=timezone.now())
        Revision.objects.filter(place=place).update(raised_at=timezone.now() + datetime.timedelta(seconds=1))
        assert names(place) == []

    def test_a_damaged_file_is_made_anew(self, place, pair, folder, caplog):
        connect(*pair)
        snapshots.load(place, PUBLIC)
        snapshots.forget()
        [path] = folder.glob("*.graph")
        path.write_bytes(path.read_bytes()[:-3] + b"???")
        assert names(place) == ["A", "B"]
        assert "check sum" in caplog.text
        snapshots.forget()
        assert names(place) == ["A", "B"]

    def test_a_file_that_shrinks_while_it_is_in_use_is_made_anew(self, place, pair, folder, caplog):
        connect(*pair)
        snapshots.load(place, PUBLIC)
        snapshots.forget()
        kept = snapshots.load(place, PUBLIC)
        [path] = folder.glob("*.graph")
        os.truncate(path, 100)
        assert list(kept.names) == ["A", "B"]
        snapshots.forget()
        assert names(place) == ["A", "B"]
        assert "made anew" in caplog.text

    def test_no_process_remembers_more_than_fits(self, place, pair, monkeypatch):
        connect(*pair)
        monkeypatch.setattr(snapshots, "REMEMBERED_BYTES", 1)
        for number in range(3):
            snapshots.load(place, Viewer(user_id=1, place_ids=frozenset({place.pk}), group_ids=frozenset({number})))
        assert len(snapshots._remembered) == 1

    def test_a_folder_that_cannot_be_written_to_costs_only_time(self, place, pair, folder, settings, caplog):
        connect(*pair)
        settings.SNAPSHOT_ROOT = folder.parent / "a file" / "below"
        (folder.parent / "a file").write_text("")
        assert names(place) == ["A", "B"]
        assert "cannot be kept" in caplog.text

    def test_files_of_earlier_revisions_go_whoever_they_were_for(self, place, pair, folder):
        connect(*pair)
        member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
        snapshots.load(place, member)
        snapshots.load(place, PUBLIC)
        assert len(list(folder.glob("*.graph"))) == 2
        Revision.objects.raise_for([place])
        snapshots.load(place, PUBLIC)
        assert [it.name.split("-")[0] for it in folder.glob("*.graph")] == [f"{place.pk}.2"]


class TestViewers:
    def test_two_viewers_get_different_networks(self, place, pair):
        a, b = pair
        connect(a, b)
        connect(a, OrganisationFactory(name="Member's"), visibility=Visibility.MEMBERS)
        hidden = OrganisationFactory(name="Members only", visibility=Visibility.MEMBERS)
        connect(b, hidden)
        member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
        assert names(place) == ["A", "B"]
        assert names(place, member) == ["A", "B", "Member's", "Members only"]
        assert names(place) == ["A", "B"]

    def test_support_is_counted_from_what_the_viewer_sees(self, place, pair):
        first = connect(*pair)
        StatementFactory(connection=first.connection, visibility=Visibility.MEMBERS, strength=5)
        member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
        assert snapshots.load(place, PUBLIC).support.tolist() == [1]
        assert snapshots.load(place, PUBLIC).strength.tolist() == [3]
        assert snapshots.load(place, member).support.tolist() == [2]
        assert snapshots.load(place, member).strength.tolist() == [4]

    def test_who_sees_the_same_shares_one(self, place, pair):
        connect(*pair)
        first = snapshots.load(place, Viewer(user_id=1, place_ids=frozenset({place.pk})))
        assert snapshots.load(place, Viewer(user_id=2, place_ids=frozenset({place.pk}))) is first
        assert snapshots.load(place, Viewer(user_id=3)) is snapshots.load(place, PUBLIC)

    def test_a_class_depends_on_places_and_groups_alone(self):
        def key(viewer: Viewer) -> str:
            return viewer.key

        assert key(Viewer(user_id=1)) == key(PUBLIC) == "public"
        one = Viewer(user_id=1, place_ids=frozenset({1, 2}), group_ids=frozenset({3}))
        assert key(one) == key(Viewer(user_id=9, place_ids=frozenset({2, 1}), group_ids=frozenset({3})))
        assert len({key(one), key(Viewer(place_ids=frozenset({1, 2, 3}))), key(Viewer(sees_everything=True))}) == 3
