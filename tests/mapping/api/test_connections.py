"""What the API tells of a connection beyond its ends: whether it holds, since when, how strongly, by whose word."""

from __future__ import annotations

import datetime

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/api/v1/connections"


@pytest.fixture
def funding(place):
    connection = factories.ConnectionFactory(
        source=factories.OrganisationFactory(name="Council", place=place),
        target=factories.OrganisationFactory(name="Choir", place=place),
    )
    for year, strength in ((2019, 2), (2021, 5)):
        factories.StatementFactory(
            connection=connection, strength=strength, held_from=datetime.date(year, 1, 1),
            held_to=datetime.date(year, 12, 31),
        )  # fmt: skip
    return connection


def told(client) -> dict:
    [one] = client.get(PATH).json()["connections"]
    return one


def test_strength_and_dates_are_those_of_all_that_is_said(client, funding):
    one = told(client)
    assert (one["strength"], one["held_from"], one["held_to"]) == (3.5, "2019-01-01", "2021-12-31")
    assert not one["disputed"] and not one["derived"]
    factories.StatementFactory(connection=funding)
    assert told(client)["held_to"] is None


def test_a_dispute_is_told_and_counts_for_nothing_else(client, funding):
    factories.StatementFactory(connection=funding, kind="disagrees", strength=1)
    one = told(client)
    assert (one["disputed"], one["weight"], one["strength"]) == (True, 2, 3.5)


def test_a_statement_tells_its_rule_or_its_licence(client, funding):
    factories.StatementFactory(connection=funding, by_source=None, by_rule="near", key="")
    said = {it["said_by"]: (it["rule"], it["licence"]) for it in told(client)["statements"]}
    assert said == {"rule": ("near", ""), "source": ("", "OGL-UK-3.0")}


def test_lines_tell_the_same_as_the_list(client, funding):
    [line] = client.get(f"{PATH}?format=geojson").json()["features"]
    one = told(client)
    del one["statements"]
    assert line["properties"] == one
