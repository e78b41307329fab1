"""Every reader of what rules said stops telling it with what it rests on."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_pages
from mapping.commands import connections
from mapping.models import Place

from .conftest import ACTOR

pytestmark = pytest.mark.django_db


def told(hall) -> set[str]:
    """The readers that say that the choir and the chess club share a space."""
    revision = Place.objects.get(slug="trafford").revision_token
    addresses = {
        "node": hall.choir.get_absolute_url(),
        "API": "/api/v1/connections?limit=1000",
        "API, lines": "/api/v1/connections?format=geojson&limit=1000",
        "map lines": f"/maps/{revision}/lines.json",
        "export": "/trafford/network/export/connections.csv?derived=yes",
        "export, graph": "/trafford/network/export/connections.graphml?derived=yes",
        "paths": f"/trafford/network/paths/?from={hall.choir.uuid}&to={hall.chess.uuid}&stated=all",
    }
    found = set()
    for reader, address in addresses.items():
        response = Client().get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = body.decode()
        if "shares a space with" in text or "shares_space" in text or "same-venue" in text:
            found.add(reader)
    return found


def test_it_is_gone_from_every_reader_with_the_statement_that_it_rests_on(town, hall):
    ensure_pages(town.place, ACTOR)
    town.derive()
    assert {"node", "API", "export"} <= told(hall)
    connections.withdraw(actor=ACTOR, statement=hall.first)
    assert told(hall) == set()


def test_it_is_told_apart_from_what_was_stated(town, hall):
    town.derive()
    page = Client().get(hall.choir.get_absolute_url()).content.decode()
    assert "Nobody has said the following. It was worked out" in " ".join(page.split())
    assert "Worked out: Both use St Alban&#x27;s Hall." in page
