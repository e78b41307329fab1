"""Distances and times as cards say them."""

import datetime
import zoneinfo

import pytest
from django.utils import timezone

from mapping.models import Node
from mapping.nodes import cards
from mapping.nodes.window import day
from tests.factories import NodeFactory, opens

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (30, "50 m, 1 min walk"),
        (350, "350 m, 5 min walk"),
        (974, "950 m, 13 min walk"),
        (975, "1.0 km, 13 min walk"),
        (1234, "1.2 km, 16 min walk"),
        (3500, "3.5 km"),
        (12_345, "12 km"),
    ],
)
def test_distances(metres, words):
    assert cards.distance(metres) == words


@pytest.mark.parametrize(
    ("metres", "words"), [(500, "500 m"), (1600, "1 mile"), (3000, "3 km"), (1500, "1.5 km"), (50_000, "50 km")]
)
def test_reaches(metres, words):
    assert cards.reach(metres) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (5, "5 days ago"),
        (21, "3 weeks ago"),
        (90, "3 months ago"),
        (400, "in October 2025"),
    ],
)
def test_how_long_ago(days, words):
    assert cards.ago(NOW - datetime.timedelta(days=days), NOW) == words


@pytest.mark.django_db
def test_a_card_says_at_most_five_facts(django_assert_num_queries):
    node = NodeFactory(confirmed_at=timezone.now(), step_free="yes", summary="Words " * 100)
    opens(node, "Mo 10:00-11:00; PH off")
    node = Node.objects.for_cards().get(pk=node.pk)
    node.distance = 350.0
    [card] = cards.cards([node], timezone.localtime())
    facts = [card[name] for name in ("when", "distance", "cost", "step_free", "confirmed")]
    assert sum(bool(fact) for fact in facts) == 4
    assert len(card["summary"]) <= cards.SUMMARY
    monday = day(datetime.date(2026, 11, 23), zoneinfo.ZoneInfo("Europe/London"))
    assert cards.cards([node], timezone.localtime(), asked=monday)[0]["when"] == "Monday 10 am to 11 am"


@pytest.mark.django_db
def test_a_coarsened_node_is_about_so_far_away():
    node = NodeFactory(location_precision="area")
    node.distance = 350.0
    assert cards.distance_of(node) == "about 350 m, 5 min walk"
    node.distance = 3.0
    assert cards.distance_of(node) == "very near"
