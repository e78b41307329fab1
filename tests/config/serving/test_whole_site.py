"""The whole site as an operator starts it, with a database that is not there."""

from __future__ import annotations

import json
import sys

import pytest

from bench.servers import free_port
from tests.config.serving.conftest import end, run


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    nowhere = tmp_path_factory.mktemp("no-database")
    port, health_port = free_port(), free_port()
    command = [sys.executable, "-m", "config.serving", "--port", str(port), "--health-port", str(health_port)]
    site = run(
        command,
        port,
        health_port,
        DJANGO_SETTINGS_MODULE="config.settings.test",
        DATABASE_URL=f"postgresql:///nobody?host={nowhere}",
        WEB_PROCESSES="2",
    )
    yield site
    assert end(site) == 0


def test_the_health_listener_says_that_the_processes_answer(site):
    status, _, body = site.get("/healthz", port=site.health_port)
    assert status == 200 and json.loads(body) == {"status": "ok", "answering": 2, "of": 2}


def test_it_says_what_is_the_matter_to_the_operator_and_to_nobody_else(site):
    status, _, body = site.get("/readyz", port=site.health_port)
    assert status == 503 and json.loads(body)["checks"] == {"database": "does not answer"}
    assert site.get("/readyz")[0] in (404, 503)
    assert b"checks" not in site.get("/readyz")[2]
    assert site.get("/anything-else", port=site.health_port)[0] == 404


@pytest.mark.parametrize("path", ["/", "/trafford/", "/trafford/map/", "/trafford/network/"])
def test_pages_say_so(site, path):
    status, head, body = site.get(path)
    assert status == 503 and b"retry-after: 5" in head
    assert b"We cannot reach our records just now" in body


@pytest.mark.parametrize("path", ["/api/v1/nodes", "/tiles/trafford.1/nodes/0/0/0.mvt"])
def test_data_says_so(site, path):
    status, head, body = site.get(path)
    assert status == 503 and b"content-type: application/problem+json" in head
    assert json.loads(body)["status"] == 503


def test_what_needs_no_database_is_there(site):
    assert site.get("/static/favicon.svg")[0] == 200
    assert site.get("/healthz")[0] == 200
    assert site.get("/accent/0b6e5b.css")[0] == 200
