"""A state of the network view in a sentence."""

from __future__ import annotations

import datetime
import uuid

import pytest

from mapping.models import PUBLIC, NodeState
from mapping.network.view import description
from mapping.network.view.state import COLOURS, SIZES, NetworkView
from tests.factories import CategoryFactory, ConnectionTypeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def say(place, **state) -> str:
    return description.sentence(NetworkView(**state), place, PUBLIC)


def test_the_plain_view_is_the_whole(place):
    assert say(place) == "The whole network."


def test_what_is_chosen_how_it_is_coloured_and_when(place):
    ConnectionTypeFactory(slug="funds", forward="funds")
    text = say(place, types=("funds",), colour="community", day=datetime.date(2020, 3, 1))
    assert text == "Only “funds”, as it was on 1 March 2020, coloured by group."


@pytest.mark.parametrize(
    ("types", "text"),
    [
        ((), "The whole network."),
        (("aa",), "Only “aa”."),
        (("aa", "bb"), "Only “aa” and “bb”."),
        (("aa", "bb", "cc", "dd"), "Only “aa”, “bb”, “cc” and “dd”."),
        (("aa", "bb", "cc", "dd", "ee"), "Only “aa”, “bb”, “cc” and 2 more."),
    ],
)
def test_none_one_and_many_types(place, types, text):
    assert say(place, types=types) == text


def test_a_focus_and_its_steps(place):
    node = OrganisationFactory(name="Sale {Choir} <html>")
    assert say(place, focus=node.uuid) == "Sale {Choir} <html> and everyone it is connected to."
    assert say(place, focus=node.uuid, steps=2) == "Sale {Choir} <html> and everyone within 2 steps."


def test_a_way_between_two(place):
    one, other = OrganisationFactory(name="One"), OrganisationFactory(name="Other")
    assert say(place, source=one.uuid, target=other.uuid) == "How One and Other are connected."


def test_what_is_taken_away(place):
    gone = [OrganisationFactory(name=f"Group {n}") for n in range(6)]
    assert say(place, without=(gone[0].uuid,)) == "The whole network, as if Group 0 were not there."
    text = say(place, without=tuple(it.uuid for it in gone))
    assert text.endswith("Group 2 and 3 more were not there.")


def test_everything_at_once_is_still_a_sentence(place):
    CategoryFactory(slug="food-help", name="Food help")
    text = say(
        place,
        hide=("owns",),
        kinds=("organisation", "asset"),
        groups=("food-help",),
        stated="all",
        least=3,
        since=datetime.date(2021, 1, 2),
        layout="ground",
        size="same",
        area="1,2;3,4",
        scenario="five-most-central",
    )
    assert text == (
        "Leaving out “owns”, only groups and places, only food help, with what was worked out by rules, of strength 3 "
        "or more, within the area that was drawn, with what has changed since 2 January 2021, with the question “what "
        "if” asked: five most central, all of one size, each where it is on the map."
    )


@pytest.mark.parametrize("colour", COLOURS[1:])
def test_every_colour_has_its_words(place, colour):
    assert say(place, colour=colour) != "The whole network."


@pytest.mark.parametrize("size", SIZES[1:])
def test_every_size_has_its_words(place, size):
    assert say(place, size=size) != "The whole network."


def test_nobody_is_named_to_one_who_does_not_see_them(place):
    hidden = OrganisationFactory(name="Hidden", state=NodeState.DRAFT)
    for state in ({"focus": hidden.uuid}, {"without": (hidden.uuid,)}, {"source": hidden.uuid, "target": hidden.uuid}):
        assert say(place, **state) == "The whole network."


def test_what_is_not_seen_is_not_in_the_address_either(place):
    hidden, known = OrganisationFactory(state=NodeState.DRAFT), OrganisationFactory()
    view = NetworkView(focus=hidden.uuid, source=known.uuid, target=hidden.uuid, without=(known.uuid, uuid.uuid4()))
    seen = description.seen(view, PUBLIC)
    assert seen == NetworkView(without=(known.uuid,))


def test_it_asks_little(place, django_assert_max_num_queries):
    node = OrganisationFactory()
    with django_assert_max_num_queries(3):
        say(place, focus=node.uuid, types=("funds",), groups=("food-help",))
