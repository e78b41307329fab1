"""What is worked out of a network: in stages that are kept, resumed, shared, and the same from revision to revision."""

import numpy as np
import pytest
from django.db import OperationalError

from mapping import tasks
from mapping.graph import analysis
from mapping.models import PUBLIC, Actor, GraphSnapshot, Revision, Viewer, Visibility
from mapping.network import analysis_store, build, snapshots
from mapping.network.state import Failed, Pending
from tests.factories import ConnectionFactory, OrganisationFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    snapshots.forget()
    yield
    snapshots.forget()


def connect(source, target, **more):
    return StatementFactory(connection=ConnectionFactory(source=source, target=target), **more)


@pytest.fixture
def triangles(place):
    """Two triangles that one tie joins."""
    nodes = [OrganisationFactory(name=f"Group {n}") for n in range(6)]
    for one, other in ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)):
        connect(nodes[one], nodes[other])
    return nodes


def stages(place):
    row = GraphSnapshot.objects.filter(place=place).first()
    return analysis_store._unpacked(row.arrays).stages if row else []


class Killed(BaseException):
    """As when the process ends: nothing catches it."""


class TestStages:
    @pytest.mark.parametrize("stage", analysis_store.STAGES)
    def test_a_job_that_was_killed_goes_on_with_the_stage_it_was_at(self, place, triangles, monkeypatch, stage):
        done = analysis_store._stage

        def killed(name, *arguments):
            if name == stage:
                raise Killed
            return done(name, *arguments)

        monkeypatch.setattr(analysis_store, "_stage", killed)
        with pytest.raises(Killed):
            build.build(place)
        number = analysis_store.STAGES.index(stage)
        assert stages(place) == list(analysis_store.STAGES[:number])

        monkeypatch.setattr(analysis_store, "_stage", done)
        built = build.build(place)
        there = {it.name: it.there for it in built.stages if it.name in analysis_store.STAGES}
        assert there == {name: index < number for index, name in enumerate(analysis_store.STAGES)}
        assert not built.fresh and build.build(place).fresh

    def test_killed_before_the_picture_it_only_draws(self, place, triangles, monkeypatch):
        def killed(*_arguments):
            raise Killed

        draw = build.network_payload.payload
        monkeypatch.setattr(build.network_payload, "payload", killed)
        with pytest.raises(Killed):
            build.build(place)
        assert build.kept(place) is None
        monkeypatch.setattr(build.network_payload, "payload", draw)
        assert [it.there for it in build.build(place).stages] == [False, True, True, True, True, False]
        assert build.kept(place).payload["connected"] == 6

    def test_stages_of_an_earlier_revision_do_not_count(self, place, triangles):
        build.build(place)
        Revision.objects.raise_for([place])
        assert not any(it.there for it in build.build(place).stages)

    def test_force_does_everything_again(self, place, triangles):
        build.build(place)
        built = build.build(place, force=True)
        assert not built.fresh
        assert not any(it.there for it in built.stages)

    def test_a_change_elsewhere_to_a_node_inside_is_worked_out_anew(self, place, triangles):
        from tests.factories import PlaceFactory

        other = PlaceFactory(slug="salford", code="E2")
        Revision.objects.get_or_create(place=other)
        connect(triangles[0], OrganisationFactory(name="Outside", place=other))
        build.build(place)
        Revision.objects.raise_for([other])
        assert not build.build(place).fresh

    def test_each_stage_tells_its_time_and_memory(self, place, triangles):
        seen = []
        build.build(place, progress=seen.append)
        assert [it.name for it in seen] == ["snapshot", "measures", "communities", "layout", "islands", "picture"]
        assert all(it.seconds >= 0 and it.megabytes > 10 for it in seen)

    def test_the_job_derives_first(self, place, triangles, monkeypatch):
        seen = []
        built = tasks.rebuild(place, actor=Actor.command("test"), progress=lambda it: seen.append(it.name))
        assert tuple(seen) == build.STAGES
        assert built.snapshot.payload["revision"] == build.revision_of(place)


class TestLooking:
    def test_a_small_network_is_worked_out_at_once_and_kept(self, place, triangles, django_assert_num_queries):
        found = analysis_store.load(snapshots.load(place, PUBLIC)).get()
        assert found.analysis.measures["connections"].tolist() == [2, 2, 3, 3, 2, 2]
        assert found.positions.shape == (6, 2) and np.isfinite(found.positions).all()
        with django_assert_num_queries(1):
            assert analysis_store.load(snapshots.load(place, PUBLIC)).get() is found

    def test_another_process_reads_what_was_kept(self, place, triangles, monkeypatch):
        first = analysis_store.load(snapshots.load(place, PUBLIC)).get()
        snapshots.forget()
        monkeypatch.setattr(analysis, "measure", None)
        second = analysis_store.load(snapshots.load(place, PUBLIC)).get()
        assert second is not first
        assert second.positions.tolist() == first.positions.tolist()
        for name, values in first.analysis.measures.items():
            assert np.array_equal(values, second.analysis.measures[name], equal_nan=True)
        assert [it.members.tolist() for it in second.analysis.groups] == [[2, 0, 1], [3, 4, 5]]

    def test_a_large_one_is_waited_for(self, place, triangles, monkeypatch):
        monkeypatch.setattr(analysis_store, "MAX_AT_ONCE", 5)
        assert analysis_store.load(snapshots.load(place, PUBLIC)) == Pending()
        build.build(place)
        assert analysis_store.load(snapshots.load(place, PUBLIC)).get().analysis.whole.ties

    def test_what_a_job_could_not_work_out_is_failed_until_it_is_tried_again(self, place, triangles, monkeypatch):
        monkeypatch.setattr(analysis_store, "MAX_AT_ONCE", 5)
        done = analysis_store._stage

        def fail(stage, *rest):
            if stage == "layout":
                raise ValueError("no such layout")
            return done(stage, *rest)

        monkeypatch.setattr(analysis_store, "_stage", fail)
        with pytest.raises(ValueError, match="no such layout"):
            analysis_store.work_out(snapshots.load(place, PUBLIC))
        assert analysis_store.load(snapshots.load(place, PUBLIC)) == Failed("ValueError")
        assert stages(place) == ["measures", "communities"]
        monkeypatch.setattr(analysis_store, "_stage", done)
        analysis_store.work_out(snapshots.load(place, PUBLIC))
        assert analysis_store.load(snapshots.load(place, PUBLIC)).get().analysis.whole.ties

    def test_a_small_one_that_cannot_be_worked_out_is_failed(self, place, triangles, monkeypatch, caplog):
        def fail(*args):
            raise ValueError("no such layout")

        monkeypatch.setattr(analysis_store, "_stage", fail)
        assert analysis_store.load(snapshots.load(place, PUBLIC)) == Failed("ValueError")
        assert "no such layout" in caplog.text

    def test_what_the_database_does_not_let_us_do_is_no_failure_of_the_network(self, place, triangles, monkeypatch):
        def away(*args):
            raise OperationalError("the database is away")

        monkeypatch.setattr(analysis_store, "_stage", away)
        with pytest.raises(OperationalError):
            analysis_store.load(snapshots.load(place, PUBLIC))

    def test_damaged_results_are_worked_out_anew(self, place, triangles):
        build.build(place)
        row = GraphSnapshot.objects.get()
        row.arrays = bytes(row.arrays)[:-4] + b"????"
        row.save()
        snapshots.forget()
        assert analysis_store.load(snapshots.load(place, PUBLIC)).get().analysis.whole.ties == 7

    def test_two_viewers_get_the_measures_of_what_they_see(self, place, triangles):
        connect(triangles[0], triangles[5], visibility=Visibility.MEMBERS)
        member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
        seen = {
            viewer: analysis_store.load(snapshots.load(place, viewer)).get().analysis for viewer in (PUBLIC, member)
        }
        assert seen[PUBLIC].measures["connections"].tolist() == [2, 2, 3, 3, 2, 2]
        assert seen[member].measures["connections"].tolist() == [3, 2, 3, 3, 2, 3]
        assert len(seen[PUBLIC].bridges) == 1 and len(seen[member].bridges) == 0
        assert seen[PUBLIC].measures["betweenness"][0] < seen[member].measures["betweenness"][0]
        assert GraphSnapshot.objects.filter(place=place).count() == 2

    def test_a_place_without_a_number_is_worked_out_and_not_kept(self, triangles, place):
        Revision.objects.all().delete()
        assert analysis_store.load(snapshots.load(place, PUBLIC)).get().analysis.whole.ties == 7
        assert not GraphSnapshot.objects.exists()


class TestFromRevisionToRevision:
    def test_groups_keep_their_numbers_and_nodes_their_places(self, place, triangles):
        first = analysis_store.load(snapshots.load(place, PUBLIC)).get()
        # The second triangle grows and is the largest now.
        new = OrganisationFactory(name="Group 6")
        for it in triangles[3:]:
            connect(new, it)
        Revision.objects.raise_for([place])
        second = analysis_store.load(snapshots.load(place, PUBLIC)).get()
        assert second.analysis.group.tolist() == [0, 0, 0, 1, 1, 1, 1]
        assert [it.number for it in second.analysis.groups] == [1, 0]
        moved = np.hypot(*(second.positions[:6] - first.positions).T)
        spread = np.ptp(first.positions, axis=0).max()
        assert moved.max() < 0.5 * spread

    def test_a_member_s_snapshot_of_long_ago_is_let_go(self, place, triangles):
        build.build(place, Viewer(user_id=1, place_ids=frozenset({place.pk})))
        for _ in range(build.KEPT):
            Revision.objects.raise_for([place])
            build.build(place)
        assert set(GraphSnapshot.objects.values_list("viewer", flat=True)) == {"public"}
