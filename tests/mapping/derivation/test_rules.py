"""What each rule joins, and what it must not."""

from __future__ import annotations

import datetime

import pytest

from mapping.commands import connection_types
from mapping.models import Node, NodeKind, Rule, RuleSetting, Visibility
from tests.factories import PlaceFactory
from tests.mapping.derivation.conftest import ACTOR

pytestmark = pytest.mark.django_db
YESTERDAY = datetime.date(2020, 1, 1)


def test_those_who_meet_at_one_hall_share_a_space(town, hall):
    town.derive()
    assert town.derived() == {("Chess", "Choir"): "Both use St Alban's Hall."}


def test_one_is_hosted_and_the_other_meets_there(town, hall):
    town.say(hall.hall, "hosts", town.node("Yoga"))
    town.derive()
    assert set(town.derived("same-venue")) == {("Chess", "Choir"), ("Chess", "Yoga"), ("Choir", "Yoga")}


def test_one_group_runs_both(town):
    trust = town.node("The Trust")
    for name in ("North School", "South School"):
        town.say(trust, "runs", town.node(name, NodeKind.ASSET))
    town.derive()
    assert town.derived("same-organiser") == {("North School", "South School"): "Both are run by The Trust."}


def test_one_funder_funded_both_even_long_ago(town):
    fund = town.node("The Fund")
    for name in ("A", "B"):
        town.say(fund, "funds", town.node(name), held_to=YESTERDAY)
    town.derive()
    assert town.derived("same-funder") == {("A", "B"): "Both have been funded by The Fund."}


def test_what_has_ended_joins_nobody(town, hall):
    town.say(town.node("Old club"), "meets_at", hall.hall, held_to=YESTERDAY)
    town.derive()
    assert set(town.derived("same-venue")) == {("Chess", "Choir")}


def test_both_work_for_one_purpose(town):
    purpose = town.node("Nobody goes hungry", NodeKind.PURPOSE)
    town.say(town.node("Kitchen"), "shares_purpose", purpose)
    town.say(town.node("Pantry"), "shares_purpose", purpose)
    town.derive()
    assert town.derived("shared-purpose") == {("Kitchen", "Pantry"): "Both work for “Nobody goes hungry”."}


def test_both_take_part_in_one_activity(town):
    fair = town.node("Summer fair", NodeKind.ACTIVITY)
    town.say(town.node("School"), "runs", fair)
    town.say(town.node("Band"), "part_of", fair)
    town.derive()
    assert town.derived("same-activity") == {("Band", "School"): "Both take part in Summer fair."}


def test_a_rare_tag_joins_and_a_common_one_does_not(town):
    rare = [town.node(f"Rower {n}") for n in range(2)]
    town.tag("rowing", *rare)
    town.tag("sport", *rare, *[town.node(f"Club {n}") for n in range(12)])
    town.derive()
    assert town.derived("shared-tag") == {("Rower 0", "Rower 1"): "Both have the tag “rowing”, which few have."}


def test_two_things_shared_are_both_named(town, hall):
    barn = town.node("The Barn", NodeKind.ASSET)
    town.say(hall.choir, "meets_at", barn)
    town.say(hall.chess, "meets_at", barn)
    town.derive()
    assert town.derived("same-venue")["Chess", "Choir"] == "Both use St Alban's Hall and The Barn."


@pytest.mark.parametrize("who", ["member", "thing"])
def test_people_take_no_part(town, hall, who):
    from mapping.models import Node

    node = hall.choir if who == "member" else hall.hall
    Node.objects.filter(pk=node.pk).update(kind=NodeKind.PERSON, state="draft")
    town.derive()
    assert town.derived() == {}


@pytest.mark.parametrize("what", ["member", "thing", "statement", "withdrawn", "disagrees"])
def test_nothing_follows_from_what_is_not_public(town, hall, what):
    from django.utils import timezone

    if what == "statement":
        hall.first.visibility = Visibility.MEMBERS
    elif what == "withdrawn":
        hall.first.withdrawn_at = timezone.now()
    elif what == "disagrees":
        hall.first.kind = "disagrees"
    hall.first.save()
    if what in ("member", "thing"):
        node = hall.choir if what == "member" else hall.hall
        node.visibility = Visibility.MEMBERS
        node.save()
    town.derive()
    assert town.derived() == {}


def test_nothing_follows_from_a_type_that_the_place_hides(town, hall):
    town.derive()
    town.verbs["meets_at"].hidden_in.add(town.place)
    town.derive()
    assert town.derived() == {}


def test_what_followed_from_a_type_goes_when_the_place_hides_it(town, hall):
    town.derive()
    assert town.derived()
    connection_types.hide(actor=ACTOR, place=town.place, kind=town.verbs["meets_at"])
    assert town.derived() == {}
    connection_types.show(actor=ACTOR, place=town.place, kind=town.verbs["meets_at"])
    town.derive()
    assert town.derived()


def test_nothing_follows_from_a_type_that_the_place_of_what_is_shared_hides(town, hall):
    other = PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    Node.objects.filter(pk=hall.hall.pk).update(place=other)
    town.derive()
    assert town.derived()
    town.verbs["meets_at"].hidden_in.add(other)
    town.derive()
    assert town.derived() == {}


def test_a_place_switches_a_rule_off(town, hall):
    town.derive()
    RuleSetting.objects.create(place=town.place, rule=Rule.SAME_VENUE, enabled=False)
    town.derive()
    assert town.derived() == {}


def test_nobody_gets_more_than_the_cap_of_a_hub(town):
    council = town.node("Council")
    for n in range(60):
        town.say(council, "funds", town.node(f"Group {n:02}", at=(n % 8 * 90, n // 8 * 90)))
    RuleSetting.objects.create(place=town.place, rule=Rule.NEAR, enabled=False)
    town.derive()
    pairs = town.derived("same-funder")
    each = [sum(name in pair for pair in pairs) for name in {it for pair in pairs for it in pair}]
    assert 20 < len(pairs) <= 60 * 3 / 2
    assert max(each) <= 3


def test_a_place_sets_the_cap(town):
    council = town.node("Council")
    for n in range(8):
        town.say(council, "funds", town.node(f"Group {n}", at=(n * 1000, 0)))
    RuleSetting.objects.create(place=town.place, rule=Rule.SAME_FUNDER, cap=1)
    town.derive()
    names = [it for pair in town.derived("same-funder") for it in pair]
    assert names
    assert len(names) == len(set(names))


def test_a_hub_does_not_join_those_far_apart(town):
    council = town.node("Council")
    for n in range(45):
        town.say(council, "funds", town.node(f"Group {n}", at=(n * 1500, 0)))
    town.derive()
    assert town.derived("same-funder") == {}
