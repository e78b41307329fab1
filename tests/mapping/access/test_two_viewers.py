"""Two viewers may rightly see different networks: weights, dates, sums and counts are of what each may see."""

import datetime
import json
from decimal import Decimal

import pytest
from django.test import Client

from mapping.access.viewers import viewer_of
from mapping.connections import sentences
from mapping.maps import connection_lines
from mapping.models import PUBLIC, NodeState, Revision, Visibility
from mapping.network import snapshots
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)
from tests.mapping.views.test_connect import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place, records):
    """The fund gives to the hall: one grant is public, one is for members, one for the fund alone; another tie is the
    members' only."""
    fund = OrganisationFactory(name="The fund")
    hall, barn = NodeFactory(name="Town barn hall"), NodeFactory(name="Members' barn")
    funds = ConnectionTypeFactory()
    tie = ConnectionFactory(source=fund, target=hall, type=funds)
    money = {"amount": Decimal(1000), "currency": "GBP"}
    StatementFactory(connection=tie, **money, held_from=datetime.date(2020, 1, 1), held_to=datetime.date(2020, 12, 31),
                     said_on=datetime.date(2020, 1, 1), strength=1)  # fmt: skip
    StatementFactory(connection=tie, **money, visibility=Visibility.MEMBERS, held_from=datetime.date(2022, 1, 1),
                     said_on=datetime.date(2022, 1, 1), strength=5)  # fmt: skip
    last = datetime.date(2024, 1, 1)
    StatementFactory(connection=tie, **money, visibility=Visibility.GROUP, group=fund, said_on=last)
    other = StatementFactory(
        connection=ConnectionFactory(source=fund, target=barn, type=funds), visibility=Visibility.MEMBERS
    ).connection
    Revision.objects.raise_for([place])
    return {"fund": fund, "hall": hall, "barn": barn, "tie": tie, "other": other}


@pytest.fixture
def viewers(place, town):
    """client and Viewer of: everybody, a member, an editor of the fund."""
    member, editor = UserFactory(), UserFactory()
    PlaceRoleFactory(place=place, user=member, role="member")
    MembershipFactory(organisation=town["fund"], user=editor, role="editor")
    return {
        "public": (Client(), PUBLIC),
        "member": (signed_in(member), viewer_of(member)),
        "editor": (signed_in(editor), viewer_of(editor)),
    }


def told(viewers, ask) -> dict:
    return {name: ask(*who) for name, who in viewers.items()}


def test_on_the_page_of_a_node(viewers, town):
    sums = {"public": "£1,000, 2020", "member": "2 grants, £2,000 in all, 2020–2022",
            "editor": "2 grants, £2,000 in all, 2020–2024"}  # fmt: skip

    def detail(client, viewer):
        [group] = sentences.connections_of(town["hall"], viewer).groups
        assert group.sentences[0].detail in text_of(client.get(town["hall"].get_absolute_url()))
        return group.sentences[0].detail

    assert told(viewers, detail) == sums


def test_on_the_page_of_the_connection(viewers, town):
    def shown(client, _):
        return text_of(client.get(town["tie"].get_absolute_url())).count('class="said__one"')

    assert told(viewers, shown) == {"public": 1, "member": 2, "editor": 2}

    def other(client, _):
        return client.get(town["other"].get_absolute_url()).status_code

    assert told(viewers, other) == {"public": 404, "member": 200, "editor": 404}


def test_in_the_lines_of_a_map(viewers, town, place):
    def weights(_client, viewer):
        return sorted(
            it["properties"]["weight"] for it in connection_lines.strongest(place, viewer, node=str(town["fund"].uuid))
        )

    assert told(viewers, weights) == {"public": [1], "member": [1, 2], "editor": [2]}

    def file(client, _):
        revision = type(place).objects.get(pk=place.pk).revision_token
        answer = client.get(f"/maps/{revision}/lines.json?node={town['fund'].uuid}")
        return sorted(it["properties"]["weight"] for it in json.loads(answer.content)["features"])

    assert told(viewers, file) == {"public": [1], "member": [1, 2], "editor": [2]}


def test_in_the_api(viewers, town):
    def weights(client, _):
        body = client.get(f"/api/v1/connections?node={town['fund'].uuid}").json()
        return body["numberMatched"], sorted((it["weight"], str(it["amount"])) for it in body["connections"])

    one, two = (1, "1000.0"), (2, "2000.0")
    found = told(viewers, weights)
    assert {name: (count, [weight for weight, _ in pairs]) for name, (count, pairs) in found.items()} == {
        "public": (1, [one[0]]),
        "member": (2, [1, two[0]]),
        "editor": (1, [two[0]]),
    }
    assert float(found["public"][1][0][1]) == 1000 and float(found["editor"][1][0][1]) == 2000


def test_in_the_list_of_what_is_connected(viewers, town):
    def names(client, _):
        text = text_of(client.get(f"/trafford/list/?connected={town['fund'].uuid}"))
        return "Town barn hall" in text, "Members&#x27; barn" in text

    assert told(viewers, names) == {"public": (True, False), "member": (True, True), "editor": (True, False)}


def test_in_the_snapshot(viewers, town, place):
    def numbers(_client, viewer):
        found = snapshots.load(place, viewer)
        at = found.connections.tolist()
        index = at.index(town["tie"].pk)
        spans = found.spans[found.span_starts[index] : found.span_starts[index + 1]].tolist()
        return int(found.support[index]), float(found.strength[index]), len(spans), town["other"].pk in at

    assert told(viewers, numbers) == {
        "public": (1, 1.0, 1, False),
        "member": (2, 3.0, 2, True),
        "editor": (2, 2.0, 1, False),
    }


def test_what_has_a_hidden_end_is_nobodys_but_of_those_who_see_it(viewers, town):
    town["hall"].state = NodeState.DRAFT
    town["hall"].save()
    Revision.objects.raise_for([town["hall"].place])
    assert told(viewers, lambda client, _: client.get(town["tie"].get_absolute_url()).status_code) == {
        "public": 404, "member": 404, "editor": 404,
    }  # fmt: skip
