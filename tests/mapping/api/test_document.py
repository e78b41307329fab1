"""The API does what its OpenAPI document says: asked by schemathesis, with requests made from the document."""

import json

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from mapping.api.document import api
from mapping.models import Node, Place
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
document = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


def ask(case) -> schemathesis.Response:
    """Send a made-up request to the test client, in the test's own transaction."""
    wanted = case.as_transport_kwargs(base_url="http://testserver")
    prepared = requests.Request(wanted["method"], wanted["url"], params=wanted.get("params")).prepare()
    answer = Client().generic(prepared.method, prepared.path_url)
    return schemathesis.Response(
        status_code=answer.status_code,
        headers={name: [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=prepared,
        elapsed=0.0,
        verify=True,
    )


@pytest.fixture
def records(db):
    """Something for every address, with the identifiers that the document's examples name."""
    place = PlaceFactory()
    council = OrganisationFactory(place=place, name="Council")
    hall = NodeFactory(place=place, name="Hall", category=CategoryFactory(slug="food-bank"))
    hall.tags.add("youth")
    StatementFactory(connection=ConnectionFactory(source=council, target=hall), said_on="2020-01-01")
    assert Node.objects.count() == 2 and Place.objects.count() == 1


@pytest.mark.filterwarnings("ignore")
@document.parametrize()
@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_the_document_says(case, records):
    response = ask(case)
    case.validate_response(response, checks=CHECKS)
    assert response.status_code < 500


def test_the_document_is_openapi_3_1_and_complete(client, db):
    body = client.get("/api/v1/openapi.json").json()
    assert body["openapi"].startswith("3.1")
    assert set(body["paths"]) == {
        "/api/v1/",
        "/api/v1/nodes",
        "/api/v1/nodes/{uuid}",
        "/api/v1/places",
        "/api/v1/places/{slug}",
        "/api/v1/connections",
        "/api/v1/categories",
    }
    for path in body["paths"].values():
        assert set(path) == {"get"}
        operation = path["get"]
        assert operation["summary"] and operation["description"]
        assert {"200", "304", "405", "500"} <= set(operation["responses"])
        for parameter in operation["parameters"]:
            assert parameter.get("description") or parameter["in"] == "path"
            assert "schema" in parameter


def test_every_reference_in_the_document_leads_somewhere(client, db):
    body = client.get("/api/v1/openapi.json").json()

    def references(part):
        if isinstance(part, dict):
            if "$ref" in part:
                yield part["$ref"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    def leads_somewhere(reference):
        found = body
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step, {})
        return bool(found)

    named = set(references(body))
    assert named
    assert [it for it in named if not leads_somewhere(it)] == []
