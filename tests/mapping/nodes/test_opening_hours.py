"""Open now, on a day, at a moment: looked up among the intervals, or evaluated; three answers."""

import datetime
import zoneinfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import TimestamptzRange

from mapping.commands import opening_hours
from mapping.models import PUBLIC, Node, OpeningHours, OpeningInterval
from mapping.models.hours import DAYS, DAYS_AHEAD
from mapping.nodes import occasions
from mapping.nodes import opening_hours as nodes_opening_hours
from mapping.nodes.window import NAMED, window
from mapping.opening_hours import State
from mapping.search.query import Query
from tests.factories import NodeFactory, PlaceFactory, opens

pytestmark = pytest.mark.django_db

LONDON = zoneinfo.ZoneInfo("Europe/London")
UTC = datetime.UTC
# A Tuesday; that week's Friday is Christmas Day, the Monday after has the bank holiday of Boxing Day.
NOW = datetime.datetime(2026, 12, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def ask(**fields):
    return {node.name for node in Query(**fields).restrict(Node.objects.visible_to(PUBLIC))}


def both(**fields):
    return ask(**fields), ask(**fields, perhaps=True)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2026-12-23T09:59", set()),  # a Wednesday
        ("2026-12-23T10:00", {"day"}),
        ("2026-12-23T15:59", {"day"}),
        ("2026-12-23T16:00", set()),
        ("2027-01-08T23:30", {"late"}),
        ("2027-01-09T01:59", {"late"}),
        ("2027-01-09T02:00", set()),
        ("2027-01-04T00:30", {"sunday"}),  # a Monday: Sunday's spell goes on
        ("2026-12-28T00:30", set()),  # but not into a bank holiday that is off
        ("wed", {"day"}),
        ("2026-12-23", {"day"}),
        ("tue", set()),  # today
        ("sat", set()),
        ("2027-01-09", set()),  # Friday night's hours after midnight are not Saturday's
        ("sun", {"sunday"}),
    ],
)
def test_moments_and_days(value, found):
    for name, expression in [
        ("day", "We 10:00-16:00; PH off"),
        ("late", "Fr 20:00-02:00; PH off"),
        ("sunday", "Su 23:00-25:00; PH off"),
    ]:
        opens(NodeFactory(name=name), expression)
    NodeFactory(name="without hours")
    assert ask(when=value) == found


def test_three_answers():
    opens(NodeFactory(name="open"), "Mo-Su 10:00-16:00; PH open")
    opens(NodeFactory(name="shut"), "Mo-Su 14:00-16:00")
    opens(NodeFactory(name="asks"), 'Mo-Su 10:00-16:00 "by appointment"')
    opens(NodeFactory(name="half understood"), "Mo-Su 10:00-16:00", not_understood=["but not every week"])
    opens(NodeFactory(name="not understood"), "", text="Now and then", not_understood=["Now and then"])
    assert both(when="now") == ({"open"}, {"open", "asks", "half understood", "not understood"})


def test_a_bank_holiday_is_perhaps_unless_something_is_said_of_it():
    for name, expression in [
        ("silent", "Mo-Su 10:00-16:00"),
        ("off", "Mo-Su 10:00-16:00; PH off"),
        ("on", "Mo-Su 10:00-16:00; PH 12:00-14:00"),
    ]:
        opens(NodeFactory(name=name), expression)
    assert both(when="2026-12-25T13:00") == ({"on"}, {"on", "silent"})
    assert both(when="2026-12-28T11:00") == (set(), {"silent"})
    assert both(when="2026-12-29T11:00") == ({"silent", "off", "on"},) * 2


def test_each_nation_has_its_own_holidays():
    for nation in ("england", "scotland"):
        place = PlaceFactory(slug=nation, code="", nation=nation)
        opens(NodeFactory(name=nation, place=place), "Mo-Su 10:00-16:00; PH off")
    # The second of January is a holiday in Scotland only; in 2027 it falls on a Saturday, and Monday stands for it.
    assert ask(when="2027-01-04T11:00") == {"england"}


def test_where_a_place_lies_in_several_nations_the_point_decides():
    border = PlaceFactory(slug="border", code="", nation="")
    wide = PlaceFactory(slug="wide", code="S12000033", nation="scotland", is_home=False)
    node = opens(NodeFactory(place=border), "Mo-Su 10:00-16:00; PH off")
    assert wide.boundary.covers(node.location)
    assert node.opening_hours.nation == "scotland"
    narrow = MultiPolygon(Polygon.from_bbox((node.location.x - 0.1, 53.4, node.location.x + 0.1, 53.5)), srid=4326)
    PlaceFactory(slug="narrow", code="E05000001", nation="england", is_home=False, boundary=narrow)
    opening_hours.fill([node.pk])
    assert OpeningHours.objects.get().nation == "england"


def test_now_is_the_time_of_the_place(monkeypatch):
    # Half past nine in London's summer is half past eight in UTC, and half past four in New York.
    moment = datetime.datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    away = PlaceFactory(slug="away", code="", timezone="America/New_York")
    for name, place in (("here", PlaceFactory()), ("there", away)):
        opens(NodeFactory(name=name, place=place), "We 09:00-10:00; PH off")
    assert ask(when="now") == {"here"}
    assert ask(when="2026-07-01T09:30", place=away) == {"there"}


def test_the_clocks_go_back(monkeypatch):
    """On 25 October 2026 the hour from one to two comes twice."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.datetime(2026, 10, 24, 12, tzinfo=UTC))
    opens(NodeFactory(name="night"), "Su 00:30-02:30; PH off")
    [interval] = OpeningInterval.objects.order_by("period")[:1]
    assert interval.period.upper - interval.period.lower == datetime.timedelta(hours=3)
    # Both quarters past one, summer time and winter time.
    for hour in (0, 1):
        minute = datetime.datetime(2026, 10, 25, hour, 15, tzinfo=UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda minute=minute: minute)
        assert ask(when="now") == {"night"}


@pytest.mark.parametrize("value", ["2027-08-03T11:00", "2027-08-03", "2026-12-01T11:00", "2026-12-01"])
def test_what_is_far_off_or_gone_by_is_evaluated(value, django_assert_num_queries):
    opens(NodeFactory(name="open"), "Tu 10:00-16:00; PH off")
    opens(NodeFactory(name="asks"), 'Tu 10:00-16:00 "by appointment"')
    opens(NodeFactory(name="shut"), "We 10:00-16:00")
    OpeningInterval.objects.all().delete()
    assert both(when=value) == ({"open"}, {"open", "asks"})


def test_a_far_bank_holiday_is_one_too():
    opens(NodeFactory(name="silent"), "Mo 10:00-16:00")
    assert both(when="2027-08-30T11:00") == (set(), {"silent"})  # the summer bank holiday
    assert both(when="2027-08-23T11:00") == ({"silent"}, {"silent"})


def test_what_is_evaluated_is_bounded(monkeypatch):
    monkeypatch.setattr(nodes_opening_hours, "MAX_EVALUATED", 3)
    for _n in range(5):
        opens(NodeFactory(), "Mo-Su 10:00-16:00; PH off")
    nodes = Node.objects.all()
    far, near = (window(value, "", LONDON) for value in ("2027-08-03T11:00", "2027-01-03T11:00"))
    assert len(nodes_opening_hours.evaluated(nodes, far, False)) == 3
    assert nodes_opening_hours.is_bounded(nodes, far)
    assert not nodes_opening_hours.is_bounded(nodes, near)
    assert not nodes_opening_hours.is_bounded(Node.objects.none(), far)


def test_looked_up_and_evaluated_answers_are_the_same():
    """Every hour of five weeks, of hours with all that is difficult."""
    expressions = [
        "Mo-Fr 09:00-17:30; Sa 10:00-12:00; PH off",
        "Mo-Sa 10:00-18:00; Tu off; Dec 24 10:00-12:00",
        "Fr,Sa 20:00-03:00",
        "Mo 10:00-12:00, Sa[1] 09:00-11:00; PH 11:00-12:00",
        'We 13:00-15:00 "term time"',
        "24/7",
    ]
    nodes = {expression: opens(NodeFactory(name=expression), expression) for expression in expressions}
    for hours in range(0, (DAYS_AHEAD - 2) * 24, 5):
        moment = NOW.astimezone(LONDON).replace(tzinfo=None) + datetime.timedelta(hours=hours)
        value = f"{moment:%Y-%m-%dT%H:%M}"
        asked = window(value, "", LONDON)
        sure, maybe = both(when=value)
        for expression, node in nodes.items():
            expected = nodes_opening_hours.state_when(node.opening_hours, asked)
            found = State.OPEN if expression in sure else State.PERHAPS if expression in maybe else State.CLOSED
            assert found == expected, (expression, value)


def test_counts_are_those_of_asking_one_by_one():
    opens(NodeFactory(), "Mo-Fr 09:00-17:00; PH off")
    opens(NodeFactory(), "Sa 10:00-12:00; PH off")
    opens(NodeFactory(), "Fr 20:00-02:00; PH off")
    opens(NodeFactory(), "24/7")
    nodes = Node.objects.all()
    asked = {value: window(value, "", LONDON) for value in (*NAMED, *DAYS)}
    counted = occasions.counts(nodes, asked)
    assert counted == {value: occasions.within(nodes, it).count() for value, it in asked.items()}
    assert occasions.counts(Node.objects.none(), asked) == {}


def plan(queryset) -> str:
    sql, params = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.fixture
def many(place):
    """2,000 nodes that are open five days a week, for five weeks."""
    Node.objects.bulk_create([Node(name=f"N{n}", kind="asset", state="live", place=place) for n in range(2000)])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mapping_openinginterval (node_id, period, state) "
            "SELECT n.id, tstzrange(day + interval '10 hours', day + interval '16 hours'), 'open' "
            "FROM mapping_node n, generate_series(timestamptz '2026-12-22', '2027-01-25', '1 day') day"
        )
        cursor.execute("ANALYZE mapping_node, mapping_openinginterval")


def test_a_moment_and_a_day_are_looked_up_by_index(many):
    nodes = Node.objects.order_by()
    for value in ("now", "sat", "2027-01-05", "2027-01-05T11:00"):
        # Of few nodes, one after another; among all, by time.
        few = plan(
            occasions.within(
                nodes.filter(pk__in=list(nodes.values_list("pk", flat=True)[:20])), window(value, "", LONDON)
            )
        )
        assert "opening_of_node" in few and "Seq Scan on mapping_openinginterval" not in few, few
    everything = plan(nodes_opening_hours.stretches(window("now", "", LONDON)).order_by())
    assert "opening_period" in everything or "opening_of_node" in everything
    assert "Seq Scan" not in everything, everything


@pytest.mark.parametrize(
    ("period", "state"),
    [
        (TimestamptzRange(NOW, NOW), "open"),  # empty
        (TimestamptzRange(NOW, None), "open"),
        (TimestamptzRange(None, NOW), "open"),
        (TimestamptzRange(NOW, NOW + datetime.timedelta(hours=1)), "shut"),
    ],
)
def test_the_database_refuses_broken_intervals(period, state):
    node = NodeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningInterval.objects.create(node=node, period=period, state=state)
