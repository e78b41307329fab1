"""Keeping opening hours, their intervals, and what people correct."""

import datetime
import importlib
import zoneinfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mapping import tasks
from mapping.commands import opening_hours
from mapping.models import Actor, AuditEntry, OpeningHours, OpeningInterval
from mapping.models.hours import DAYS_AHEAD, DAYS_AT_ONCE
from mapping.readers.hours import ReadHours
from tests.factories import NodeFactory, PlaceFactory, opens

LONDON = zoneinfo.ZoneInfo("Europe/London")
TODAY = datetime.date(2026, 11, 2)  # a Monday
ACTOR = Actor.command("test")


def ranges(node):
    return [
        (it.period.lower.astimezone(LONDON), it.period.upper.astimezone(LONDON), it.state)
        for it in OpeningInterval.objects.filter(node=node).order_by("period")
    ]


@pytest.mark.django_db
def test_intervals_reach_five_weeks_ahead():
    node = opens(NodeFactory(), "Mo-Su 10:00-16:00; PH open")
    opening_hours.fill([node.pk], TODAY)
    found = ranges(node)
    assert len(found) == DAYS_AHEAD + DAYS_AT_ONCE
    assert found[0][0].isoformat() == "2026-11-02T10:00:00+00:00"
    assert OpeningHours.objects.get().filled_until == TODAY + datetime.timedelta(days=DAYS_AHEAD + DAYS_AT_ONCE)


@pytest.mark.django_db
def test_night_by_night_is_the_same_as_all_at_once():
    """Whatever is added each night: no gap, nothing twice, and what is over goes."""
    expressions = [
        "Mo-Fr 09:00-17:00; PH off",
        "Fr,Sa 20:00-03:00; PH off",
        "24/7",
        "Sa[1] 10:00-12:00",
        "Mo-Su 22:00-26:00",
    ]
    nodes = [opens(NodeFactory(), expression) for expression in expressions]
    ids = [node.pk for node in nodes]
    opening_hours.fill(ids, TODAY)
    for night in range(1, 40):
        opening_hours.fill_due(TODAY + datetime.timedelta(days=night))
    last = TODAY + datetime.timedelta(days=39)
    assert not OpeningHours.objects.due(last).exists()
    start = datetime.datetime.combine(last, datetime.time(), LONDON)

    def minutes(node):
        """Open minutes from `last` on, where one stretch was cut at midnight and the other was not."""
        found = []
        for lower, upper, state in ranges(node):
            if upper > start:
                lower = max(lower, start)
                if found and found[-1][1] == lower:
                    found[-1] = (found[-1][0], upper, state)
                else:
                    found.append((lower, upper, state))
        return found

    grown = {node.pk: minutes(node) for node in nodes}
    for node in nodes:
        found = ranges(node)
        assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False)), "they do not overlap"
        assert all(upper >= start - datetime.timedelta(days=2) for _, upper, _ in found), "what is over is gone"
    OpeningHours.objects.update(filled_until=None)
    opening_hours.fill_due(last)
    until = min(it[-1][1] for it in grown.values() if it)
    for node in nodes:
        fresh = [(a, min(b, until), s) for a, b, s in minutes(node) if a < until]
        assert [(a, min(b, until), s) for a, b, s in grown[node.pk] if a < until] == fresh


@pytest.mark.django_db
def test_the_same_hours_are_evaluated_once(monkeypatch):
    asked = []
    opening_hours._ranges.cache_clear()
    real = opening_hours.intervals
    monkeypatch.setattr(opening_hours, "intervals", lambda *a, **k: asked.append(a) or real(*a, **k))
    nodes = NodeFactory.create_batch(20)
    opening_hours.keep({node.pk: ReadHours("Mo 10:00-12:00", "Mo 10:00-12:00") for node in nodes})
    assert len(asked) == 1 and OpeningInterval.objects.values("node").distinct().count() == 20


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    nodes = NodeFactory.create_batch(30)
    with django_assert_max_num_queries(12):
        opening_hours.keep({node.pk: ReadHours("", f"Mo 10:{n + 10}-12:00") for n, node in enumerate(nodes)})


@pytest.mark.django_db
def test_a_place_that_moves_takes_its_hours_along(django_capture_on_commit_callbacks, monkeypatch):
    place = PlaceFactory(code="", nation="england")
    node = opens(NodeFactory(place=place), "Mo-Su 10:00-16:00; PH off")
    place.nation, place.timezone = "scotland", "America/New_York"
    place.save()
    opening_hours.place_changed(place)
    hours = OpeningHours.objects.get()
    assert (hours.nation, hours.timezone) == ("scotland", "America/New_York")
    first = OpeningInterval.objects.filter(node=node).first().period.lower
    assert first.astimezone(zoneinfo.ZoneInfo("America/New_York")).hour == 10
    # Of a large place the job does it.
    monkeypatch.setattr(opening_hours, "FILLED_AT_ONCE", 0)
    queued = []
    monkeypatch.setattr(tasks, "fill_opening_hours_soon", lambda: queued.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        opening_hours.place_changed(place)
    assert queued and OpeningHours.objects.get().filled_until is None


@pytest.mark.django_db
def test_the_job_and_the_command_fill_what_is_missing(capsys):
    node = opens(NodeFactory(), "24/7")
    OpeningHours.objects.update(filled_until=None)
    OpeningInterval.objects.all().delete()
    tasks.fill_opening_hours(0)
    assert node.opening_intervals.exists()
    OpeningInterval.objects.all().delete()
    call_command("fill_opening_hours")
    assert not node.opening_intervals.exists(), "nothing is due"
    call_command("fill_opening_hours", "--all")
    assert node.opening_intervals.exists()
    assert "1 nodes have opening hours" in capsys.readouterr().out


@pytest.mark.django_db
class TestCorrecting:
    def test_an_expression_counts_as_it_is_and_answers_the_questions(self):
        node = opens(NodeFactory(), "Sa 12:00-15:00", text="Saturday 12am-3pm", questions=["Noon or midnight?"])
        hours = OpeningHours.objects.get()
        assert OpeningHours.objects.with_questions().get() == hours
        opening_hours.correct(actor=ACTOR, hours=hours, expression="Sa 00:00-03:00; PH off")
        hours.refresh_from_db()
        assert (hours.expression, hours.by_hand, hours.questions) == ("Sa 00:00-03:00; PH off", True, [])
        assert not OpeningHours.objects.with_questions().exists()
        assert {lower.hour for lower, _, _ in ranges(node)} == {0}
        entry = AuditEntry.objects.get(action="correct opening hours")
        assert entry.data["before"]["expression"] == "Sa 12:00-15:00"

    def test_a_text_is_read_anew(self):
        node = opens(NodeFactory(), "Mo 10:00-12:00", text="Mondays, mostly", not_understood=["mostly"])
        opening_hours.correct(actor=ACTOR, hours=OpeningHours.objects.get(), text="Tuesday 9am-5pm")
        node.refresh_from_db()
        assert node.hours_text == "Tuesday 9am-5pm" and node.opening_hours.expression == "Tu 09:00-17:00"
        assert not node.opening_hours.by_hand

    def test_saying_that_they_are_right_ends_the_questions(self):
        opens(NodeFactory(), "Mo 10:00-12:00", not_understood=["mostly"], questions=["Really?"])
        opening_hours.correct(actor=ACTOR, hours=OpeningHours.objects.get())
        hours = OpeningHours.objects.get()
        assert hours.by_hand and hours.not_understood == ["mostly"] and not hours.questions
        assert not OpeningHours.objects.with_questions().exists()

    def test_what_is_no_notation_is_refused_and_nothing_changes(self):
        opens(NodeFactory(), "Mo 10:00-12:00")
        for bad in ("whenever", "Mo ten", "Mo 10:00-", "25:00"):
            with pytest.raises(opening_hours.NotNotation, match="is not opening_hours notation"):
                opening_hours.correct(actor=ACTOR, hours=OpeningHours.objects.get(), expression=bad)
        assert OpeningHours.objects.get().expression == "Mo 10:00-12:00"

    def test_an_import_leaves_it_and_asks_when_the_text_has_changed(self):
        node = opens(NodeFactory(), "Mo 10:00-12:00", text="Mondays")
        opening_hours.correct(actor=ACTOR, hours=OpeningHours.objects.get(), expression="Mo 10:00-13:00")
        same = ReadHours("Mondays", "Mo 09:00-10:00")
        opening_hours.keep({node.pk: same}, {node.pk: "Mondays"})
        assert not OpeningHours.objects.with_questions().exists()
        opening_hours.keep({node.pk: ReadHours("Tuesdays", "Tu 09:00-10:00")}, {node.pk: "Mondays"})
        hours = OpeningHours.objects.get()
        assert hours.expression == "Mo 10:00-13:00" and hours.questions == [opening_hours.CHANGED]


@pytest.mark.django_db
def test_nothing_read_leaves_nothing_behind():
    node = opens(NodeFactory(), "Mo 10:00-12:00")
    opening_hours.keep({node.pk: ReadHours("", "")})
    assert not OpeningHours.objects.exists() and not OpeningInterval.objects.exists()


# --- the migration


@pytest.mark.parametrize(
    ("rows", "expression"),
    [
        ([(0, 540, 1020), (1, 540, 1020)], "Mo-Tu 09:00-17:00"),
        ([(0, 540, 720), (0, 780, 1020), (2, 540, 720), (2, 780, 1020)], "Mo,We 09:00-12:00,13:00-17:00"),
        ([(4, 1200, 1560)], "Fr 20:00-26:00"),
        ([(day, 0, 1440) for day in range(7)], "24/7"),
        ([(5, None, None)], 'Sa unknown "open that day, times not known"'),
        ([(5, None, None), (5, 600, 660)], "Sa 10:00-11:00"),
        ([(0, 60, 2880)], "Mo 01:00-48:00"),
        ([], ""),
    ],
)
def test_a_week_becomes_an_expression(rows, expression):
    module = importlib.import_module("mapping.migrations.0013_weeks_to_expressions")
    assert module.expression_of(rows) == expression


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_old_weeks_become_expressions_and_go_back():
    before, after = [("mapping", "0010_views")], [("mapping", "0014_no_ordinary_week")]
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        old = executor.migrate(before).apps
        Node, Week = old.get_model("mapping", "Node"), old.get_model("mapping", "OpeningHours")
        place = old.get_model("mapping", "Place").objects.create(
            name="W", slug="w", kind="ward", code="W05000001", release=TODAY
        )
        nodes = [Node.objects.create(name=f"N{n}", kind="asset", place=place) for n in range(4)]
        for day in range(5):
            Week.objects.create(node=nodes[0], weekday=day, opens=540, closes=1020)
        Week.objects.create(node=nodes[1], weekday=4, opens=1200, closes=1560)
        Week.objects.create(node=nodes[1], weekday=6)
        Node.objects.filter(pk=nodes[2].pk).update(hours_text="Now and then")
        rows = sorted(Week.objects.values_list("node_id", "weekday", "opens", "closes"), key=str)

        executor = MigrationExecutor(connection)
        new = executor.migrate(after).apps
        kept = {it.node_id: it for it in new.get_model("mapping", "OpeningHours").objects.all()}
        assert kept[nodes[0].pk].expression == "Mo-Fr 09:00-17:00"
        assert kept[nodes[1].pk].expression == 'Fr 20:00-26:00, Su unknown "open that day, times not known"'
        assert kept[nodes[2].pk].not_understood == ["Now and then"]
        assert nodes[3].pk not in kept and all(it.filled_until is None for it in kept.values())
        assert new.get_model("mapping", "Place").objects.get().nation == "wales"

        executor = MigrationExecutor(connection)
        old = executor.migrate(before).apps
        again = old.get_model("mapping", "OpeningHours").objects.values_list("node_id", "weekday", "opens", "closes")
        assert sorted(again, key=str) == rows
    finally:
        MigrationExecutor(connection).migrate(newest)
