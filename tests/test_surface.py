"""What others rely on stays as it is: addresses, parameters of the API, commands and their options, settings, formats.

`tests/surface.txt` lists it. What is added is added there; what is taken away or renamed breaks somebody's link,
script or file, so it stays, or leads on.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import load_command_class
from django.test import Client
from django.urls import URLPattern, get_resolver

from cms.models import PlacePage
from config.env import SETTINGS

LIST = Path(__file__).parent / "surface.txt"
APPS = ("mapping", "listings", "cms", "config")
OF_DJANGO = {"-h", "--help", "--version", "-v", "--verbosity", "--settings", "--pythonpath", "--traceback",
             "--no-color", "--force-color", "--skip-checks"}  # fmt: skip


def addresses() -> list[str]:
    found = []

    def walk(patterns, before: str) -> None:
        for it in patterns:
            whole = before + str(it.pattern)
            if isinstance(it, URLPattern):
                found.append(f"address /{whole} {it.name or ''}".rstrip())
            else:
                walk(it.url_patterns, whole)

    walk(get_resolver().url_patterns, "")
    own = [
        it for it in found if not it.startswith(("address /admin/", "address /django-admin/", "address /documents/"))
    ]
    # The first is the front page of a place, which is there as every page of Wagtail is.
    places = [f"address /<place>/{it.pattern} {it.name or ''}".rstrip() for it in PlacePage.get_subpage_urls()]
    return own + places[1:]


def commands() -> list[str]:
    found = []
    for app in APPS:
        for path in sorted(Path(apps.get_app_config(app).path).glob("management/commands/*.py")):
            if path.stem.startswith("_"):
                continue
            parser = load_command_class(app, path.stem).create_parser("manage.py", path.stem)
            for it in parser._actions:
                for name in it.option_strings or [it.dest]:
                    if name not in OF_DJANGO:
                        found.append(f"command {path.stem} {name}")
            found.append(f"command {path.stem}")
    return found


def api() -> list[str]:
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    found = []
    for address, methods in document["paths"].items():
        for method, it in methods.items():
            found.append(f"api {method} {address}")
            found += [f"api {method} {address} ?{p['name']}" for p in it.get("parameters", []) if p["in"] == "query"]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        found += [f"api schema {name}.{field}" for field in schema.get("properties", {})]
    return found


def settings() -> list[str]:
    return [f"setting {it.name}" for it in SETTINGS]


@pytest.mark.django_db
def test_nothing_that_others_rely_on_is_gone(place):
    known = set(LIST.read_text(encoding="utf-8").splitlines())
    now = {*addresses(), *commands(), *api(), *settings()}
    assert len(now) > 300
    assert known - now == set(), "Others rely on these: keep them, or let them lead on."
    assert now - known == set(), "New: add these lines to tests/surface.txt."
