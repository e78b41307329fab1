"""How two are connected: the page without JavaScript and its data."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from django.test import Client

from mapping.models import NodeKind, NodeState, PlaceRoleKind, Revision, StatementKind, Visibility
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = "/trafford/network/paths/"


@pytest.fixture
def town(place, records):
    """Hall – Club – Bank, and nobody else; a lonely group beside them. `records` has made the pages."""

    def tie(source, target, slug="funds", forward="funds", reverse="is funded by", **statement):
        kind = ConnectionTypeFactory(slug=slug, forward=forward, reverse=reverse)
        connection = ConnectionFactory(source=source, target=target, type=kind)
        return StatementFactory(connection=connection, **statement)

    hall = OrganisationFactory(name="Public Hall", place=place)
    club = OrganisationFactory(name="Chess Club", place=place)
    bank = NodeFactory(name="Food bank, St Mary", place=place, kind=NodeKind.ACTIVITY, location=None)
    lonely = OrganisationFactory(name="Lonely Society", place=place)
    first = tie(club, hall, note="minutes of 2019", held_from=datetime.date(2019, 1, 1))
    second = tie(club, bank, "runs", "runs", "is run by")
    Revision.objects.raise_for([place])
    return {"hall": hall, "club": club, "bank": bank, "lonely": lonely, "tie": tie, "first": first, "second": second}


def page(client=None, **params):
    response = (client or Client()).get(PAGE, params)
    assert response.status_code == 200
    return response


def text(response) -> str:
    return " ".join(response.content.decode().split())


def asked(town, **params):
    return {"from": str(town["hall"].uuid), "to": str(town["bank"].uuid), **params}


def test_two_names_are_answered_in_sentences_that_read_in_the_direction_of_the_way(town):
    said = text(page(from_name="public hall", to_name="Food bank, St Mary"))
    assert "2 steps, through Chess Club" in said
    assert 'Public Hall <span class="connection__verb">is funded by</span> Chess Club' in said
    assert 'Chess Club <span class="connection__verb">runs</span> Food bank, St Mary' in said
    assert "stated by A test source" in said and "since 2019" in said and "minutes of 2019" in said
    assert "not counting 1 step with an end that is not on the map" in said


def test_the_ways_are_drawn_and_lead_to_the_picture(town):
    said = text(page(**asked(town)))
    assert said.count('class="path-chain__dot"') == 3
    assert f"/trafford/network/?from={town['hall'].uuid}&amp;to={town['bank'].uuid}" in said
    assert "style=" not in said


def test_it_asks_when_nothing_is_asked(place, town):
    assert "Name two groups or places." in text(page())


def test_one_name_alone_is_not_enough(town):
    assert "Name two of them" in text(page(from_name="Public Hall"))


def test_the_same_twice(town):
    assert "one and the same" in text(page(from_name="Public Hall", to_name="Public Hall"))


def test_an_unknown_name(town):
    assert "Nothing here is called “Zeppelin”" in text(page(from_name="Public Hall", to_name="Zeppelin"))


def test_a_name_that_several_have_is_to_be_chosen_from_them(town, place):
    OrganisationFactory(name="Public Hall", place=place)
    OrganisationFactory(name="Public Hall", place=place)
    said = text(page(from_name="Public Hall", to_name="Public Hall"))
    assert "Choose which you mean." in said and said.count("?from=") >= 2


def test_one_of_several_is_the_nearest_of_them(town, place):
    far = NodeFactory(name="Food bank, St Peter", place=place, kind=NodeKind.ACTIVITY)
    NodeFactory(name="Food bank, St Paul", place=place, kind=NodeKind.ACTIVITY)
    town["tie"](town["bank"], far, "supports", "supports", "is supported by")
    Revision.objects.raise_for([place])
    said = text(page(from_name="Public Hall", to_name="food bank"))
    assert "The fewest steps away is Food bank, St Mary." in said
    assert "Or another one?" in said and "Food bank, St Paul" in said


def test_who_is_not_connected_is_told_so(town):
    said = text(page(from_name="Public Hall", to_name="Lonely Society"))
    assert "Nobody has said yet what Lonely Society is connected to." in said


def test_no_way_at_all_says_where_they_come_nearest(town, place):
    other = NodeFactory(name="Elsewhere", place=place)
    town["tie"](town["lonely"], other)
    Revision.objects.raise_for([place])
    said = text(page(from_name="Public Hall", to_name="Lonely Society"))
    assert "nothing that we know joins them" in said and "Where they come nearest" in said


@pytest.fixture
def with_council(town, place):
    """Everybody is funded by the council; the club and the bank know each other no longer."""
    council = OrganisationFactory(name="The Council", place=place)
    for number in range(24):
        town["tie"](council, OrganisationFactory(name=f"Group {number}", place=place))
    for name in ("hall", "bank"):
        town["tie"](council, town[name])
    town["second"].delete()
    Revision.objects.raise_for([place])
    return council


def test_without_a_way_around_the_council_the_way_over_it_is_offered(with_council, town):
    said = text(page(**asked(town)))
    assert "does not lead through The Council" in said
    assert "Over The Council, there is one: 2 steps." in said and "hubs=use" in said
    assert "The shortest way" in text(page(**asked(town, hubs="use")))
    said = text(page(**asked(town, stated="all")))
    assert "There is no way from Public Hall to Food bank, St Mary that does not lead through The Council." in said


def test_what_is_worked_out_is_offered_and_told_apart(town, place):
    town["second"].delete()
    kind = ConnectionTypeFactory(slug="near", forward="is near", reverse="is near", directed=False)
    near = ConnectionFactory(source=town["bank"], target=town["hall"], type=kind)
    StatementFactory(connection=near, by_source=None, by_rule="near", key="", note="About 90 metres apart")
    town["tie"](town["bank"], OrganisationFactory(name="Helper", place=place))
    Revision.objects.raise_for([place])
    said = text(page(**asked(town)))
    assert "Nobody has stated a way from Public Hall to Food bank, St Mary." in said
    assert "Counting what is worked out, not stated, there is one: 1 step." in said
    assert "worked out: About 90 metres apart" in said and "data-derived" in said


def test_a_type_a_day_and_a_node_can_be_left_out(town):
    assert "There is no way" in text(page(**asked(town, hide="runs")))
    assert "There is no way" in text(page(**asked(town, day="2018-01-01")))
    assert "There is no way" in text(page(**asked(town, without=str(town["club"].uuid))))
    assert "2 steps" in text(page(**asked(town, day="2020-01-01")))


def test_who_stands_between_can_be_gone_around_and_allowed_again(town, place):
    detour = [OrganisationFactory(name=f"Detour {number}", place=place) for number in range(2)]
    for one, other in ((town["hall"], detour[0]), (detour[0], detour[1]), (detour[1], town["bank"])):
        town["tie"](one, other)
    Revision.objects.raise_for([place])
    club = town["club"].uuid
    assert f"without={club}" in text(page(**asked(town)))
    said = text(page(**asked(town, without=str(club))))
    assert "3 steps, through Detour 0 and Detour 1" in said and "allow again" in said


def test_both_say_so_and_somebody_does_not(town):
    connection = town["first"].connection
    for node in (town["hall"], town["club"]):
        StatementFactory(connection=connection, by_source=None, by_node=node, key="")
    StatementFactory(connection=connection, by_source=None, by_user=UserFactory(), key="", kind=StatementKind.DISAGREES)
    Revision.objects.raise_for([town["hall"].place])
    said = text(page(**asked(town)))
    assert "Both say so." in said and "Somebody says that this does not hold." in said


def test_persons_are_not_named_as_authors(town):
    user = UserFactory(first_name="Ada", last_name="Lovelace", username="ada")
    StatementFactory(connection=town["first"].connection, by_source=None, by_user=user, key="")
    Revision.objects.raise_for([town["hall"].place])
    said = text(page(**asked(town)))
    assert "someone who lives or works here" in said and "Ada" not in said and "ada" not in said.split()


def test_two_viewers_get_different_answers(town, place):
    town["second"].visibility = Visibility.MEMBERS
    town["second"].save()
    Revision.objects.raise_for([place])
    member = Client()
    user = UserFactory()
    PlaceRoleFactory(place=place, user=user, role=PlaceRoleKind.STEWARD)
    member.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "2 steps, through Chess Club" in text(page(member, **asked(town)))
    assert "2 steps" not in text(page(**asked(town)))


def test_a_hidden_node_is_as_if_it_were_not_there(town, place):
    town["bank"].state = NodeState.ARCHIVED
    town["bank"].save()
    Revision.objects.raise_for([place])
    said = text(page(**asked(town)))
    assert "is not here, or is not for everybody to see" in said and "St Mary" not in said


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"from": "not-a-uuid"}, "Choose a group or place from the list."),
        ({"from": str(uuid.UUID(int=5)), "to": str(uuid.UUID(int=6))}, "is not here, or is not for everybody"),
        ({"most": "99999"}, "most: ask for 1 to 10 ways."),
        ({"most": "many"}, "most: ask for 1 to 10 ways."),
        ({"by": "magic"}, "by: choose one of: steps, strength."),
        ({"hubs": "eat"}, "hubs: choose one of: avoid, use."),
        ({"day": "2024-02-31"}, "Give a day as year-month-day"),
        ({"from_name": "x" * 5000, "to_name": "hall"}, "That name is too long."),
        ({"from_name": "x", "to_name": "hall"}, "Type at least two letters"),
        ({"from_name": "\x00 \x07"}, "Name two of them"),
    ],
    ids=["uuid", "unknown", "most", "word", "by", "hubs", "day", "long", "short", "odd"],
)
def test_what_cannot_be_understood_is_told_plainly(params, words, town):
    assert words in text(page(**params))


def test_a_node_that_was_withdrawn_is_on_no_way(town, place):
    town["club"].state = NodeState.ARCHIVED
    town["club"].save()
    Revision.objects.raise_for([place])
    assert "Chess Club" not in text(page(**asked(town)))


def test_the_page_is_the_same_until_something_changes(town, place):
    first = page(**asked(town))
    again = Client().get(PAGE, asked(town), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Revision.objects.raise_for([place])
    assert Client().get(PAGE, asked(town), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_way(town, place, django_assert_max_num_queries):
    last = town["bank"]
    for number in range(12):
        other = OrganisationFactory(name=f"Link {number}", place=place)
        town["tie"](last, other)
        last = other
    Revision.objects.raise_for([place])
    page(**asked(town))
    with django_assert_max_num_queries(16):
        assert "14 steps" in text(page(**{"from": str(town["hall"].uuid), "to": str(last.uuid)}))


def data(town, place, number=None, **params):
    place.refresh_from_db()
    revision = f"trafford.{place.revision_number if number is None else number}"
    return Client().get(f"/network/{revision}/path.json", asked(town, **params))


def test_the_data_has_nodes_connections_sentences_and_metres(town, place):
    response = data(town, place)
    found = json.loads(response.content)
    (path,) = found["paths"]
    assert path["nodes"] == [str(town[it].uuid) for it in ("hall", "club", "bank")]
    assert path["connections"] == [str(town[it].connection.uuid) for it in ("first", "second")]
    assert len(path["sentences"]) == 2 and path["sentences"][1].startswith("Chess Club runs Food bank, St Mary")
    assert path["unlocated"] == 1 and path["metres"] == path["steps"][0]["metres"] and path["metres"] > 0
    assert found["message"] == "The shortest way from Public Hall to Food bank, St Mary:"
    assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "Cookie" in response["Vary"]


def test_an_older_revision_is_answered_and_not_kept(town, place):
    response = data(town, place, number=1)
    assert response.status_code == 200 and response["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("revision", ["trafford.999999", "nowhere.1", "rubbish", "trafford.x"])
def test_a_revision_that_is_not_is_not_found(revision, town):
    assert Client().get(f"/network/{revision}/path.json").status_code in (400, 404)


def test_the_data_of_a_member_is_theirs_alone(town, place):
    user = UserFactory()
    PlaceRoleFactory(place=place, user=user, role=PlaceRoleKind.STEWARD)
    member = Client()
    member.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    place.refresh_from_db()
    response = member.get(f"/network/{place.revision_token}/path.json", asked(town))
    assert response["Cache-Control"] == "private, no-store"
