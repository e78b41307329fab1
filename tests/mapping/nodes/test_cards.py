"""Distances and times as cards say them."""

import datetime
import zoneinfo

import pytest
from django.utils import timezone
from django.utils.text import Truncator

from mapping.models import Node, Units
from mapping.nodes import cards
from mapping.nodes.window import day
from tests.factories import NodeFactory, opens

NOW = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)


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
    assert cards.distance_of(node, Units.KM) == "about 350 m, 5 min walk"
    assert cards.distance_of(node, Units.MILES) == "about 400 yards, 5 min walk"
    node.distance = 3.0
    assert cards.distance_of(node, Units.MILES) == "very near"


@pytest.mark.parametrize("length", [0, 1, cards.SUMMARY - 1, cards.SUMMARY, cards.SUMMARY + 1, 3 * cards.SUMMARY])
@pytest.mark.parametrize("letter", ["a", "é", "e\u0301"])
def test_summary_is_shortened_as_django_shortens_it(length, letter):
    text = (letter * length)[:length]
    assert cards._short(text) == Truncator(text).chars(cards.SUMMARY)
