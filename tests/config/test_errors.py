"""Every error of ours says what was wrong, what to do and with which status; one handler tells it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import path

from config import urls
from config.errors import HereaboutsError
from mapping.api.problems import guarded
from mapping.management.base import PlainCommand

PACKAGES = ("config", "mapping", "listings", "cms")
# Needs nothing installed; settings and programs do something when they are imported.
LEFT_OUT = ("config.machine", "config.settings", "config.docker", "config.wsgi", "config.serving.__main__")
EXCEPT = {
    "config.postgis.base.Away": "one of the database's, so that Django wraps it; config.unavailable tells it",
    "config.postgis.base.Busy": "the same",
    "config.postgis.readers.NoneFree": "tells the code around it to take the pool; nobody is shown it",
    "mapping.graph.refinement.OutOfSteps": "tells the code around it to stop counting; nobody is shown it",
}


def exceptions() -> dict[str, type[BaseException]]:
    """Every exception class of ours by its full name, but those that their own module alone knows (`_Name`)."""
    found: dict[str, type[BaseException]] = {}
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}.", onerror=lambda name: None):
            if module.name.startswith(LEFT_OUT) or ".migrations" in module.name:
                continue
            for name, it in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(it, BaseException) and it.__module__ == module.name and not name.startswith("_"):
                    found[f"{module.name}.{name}"] = it
    return found


def test_every_exception_is_one_of_ours():
    found = exceptions()
    assert len(found) > 40
    assert [name for name, it in found.items() if not issubclass(it, HereaboutsError) and name not in EXCEPT] == []
    assert set(EXCEPT) <= set(found)


def test_every_status_is_one_of_an_error():
    assert {
        name: it.status for name, it in exceptions().items() if name not in EXCEPT and not 400 <= it.status < 600
    } == {}


def test_it_prints_as_one():
    assert str(HereaboutsError("The name is too long.", "Shorten it.")) == "The name is too long. Shorten it."
    assert str(HereaboutsError("The name is too long.")) == "The name is too long."
    assert str(HereaboutsError(remedy="Shorten it.")) == "Shorten it."


class Hidden(HereaboutsError):
    status = 409


def refuse(request):
    raise Hidden("“The Hall” <b>was hidden</b>.", "Ask a steward.")


def fail(request):
    raise HereaboutsError("The network could not be measured.", status=500)


urlpatterns = [
    path("refused/", refuse),
    path("refused.json", refuse),
    path("failed/", fail),
    path("api/v1/refused", guarded(refuse)),
    path("api/v1/failed", guarded(fail)),
    *urls.urlpatterns,
]


@pytest.mark.urls(__name__)
class TestHandler:
    def test_a_page_says_it_without_a_traceback(self, client):
        answer = client.get("/refused/")
        text = answer.content.decode()
        assert answer.status_code == 409 and answer["Cache-Control"] == "no-store"
        assert "“The Hall” &lt;b&gt;was hidden&lt;/b&gt;." in text and "Ask a steward." in text
        assert "Traceback" not in text and "Try again" not in text

    def test_a_form_is_told_that_it_was_not_kept(self, client):
        text = client.post("/refused/", {"name": "The Hall"}).content.decode()
        assert "What you sent has not been saved." in text and "Ask a steward." in text

    def test_data_says_it_in_problem_details(self, client):
        answer = client.get("/refused.json")
        assert answer.status_code == 409 and answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "“The Hall” <b>was hidden</b>. Ask a steward.",
            "instance": "/refused.json",
        }

    def test_the_api_says_it_in_problem_details(self, client):
        answer = client.get("/api/v1/refused")
        assert answer.status_code == 409 and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"] == "“The Hall” <b>was hidden</b>. Ask a steward."
        assert answer["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("address", ["/failed/", "/api/v1/failed"])
    def test_a_fault_of_ours_is_told_and_logged_with_its_traceback(self, client, caplog, address):
        answer = client.get(address)
        assert answer.status_code == 500
        assert "The network could not be measured." in answer.content.decode()
        assert [it.levelname for it in caplog.records if it.exc_info] == ["ERROR"]


class Command(PlainCommand):
    def handle(self, *args, **options):
        refuse(None)


def test_a_command_prints_message_and_remedy_and_ends_with_1():
    with pytest.raises(CommandError) as caught:
        call_command(Command())
    assert str(caught.value) == "“The Hall” <b>was hidden</b>. Ask a steward."
    assert caught.value.returncode == 1


@pytest.mark.parametrize("app", ["mapping", "listings", "cms"])
def test_every_command_is_a_plain_one(app):
    folder = importlib.import_module(f"{app}.management.commands")
    found = [importlib.import_module(f"{folder.__name__}.{it.name}") for it in pkgutil.iter_modules(folder.__path__)]
    assert [it.__name__ for it in found if not issubclass(it.Command, PlainCommand)] == []
    assert found
