"""What there is, is written down: settings, commands, addresses. And what is written down, is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import load_command_class

from config.env import SETTINGS
from tests.test_access import OURS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
APPS = ("mapping", "listings", "cms", "config")
GUIDES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]
# Made by Wagtail and Django; docs/urls.md tells of them as /admin/, pages, and signing in.
NOT_OURS = ("documents/", "_util/", "^", "accounts/")


def commands() -> list[tuple[str, str]]:
    """App and name of every management command of ours."""
    return [
        (app, path.stem)
        for app in APPS
        for path in sorted(Path(apps.get_app_config(app).path).glob("management/commands/*.py"))
        if not path.stem.startswith("_")
    ]


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda it: it.name)
def test_every_setting_is_last_sent_operators(setting):
    told = text("operator.md")
    assert f"`{setting.name}`" in told, f"Say in docs/operator.md what {setting.name} means: {setting.meaning}"


def test_operators_are_told_of_no_setting_that_is_not_there():
    known = {it.name for it in SETTINGS} | {f"{it.name}_FILE" for it in SETTINGS}
    table = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", text("operator.md"), re.MULTILINE)
    assert not set(table) - known


@pytest.mark.parametrize(("app", "name"), commands())
def test_every_command_is_told_of_and_has_an_example(app, name):
    assert f"`{name}" in text("commands.md"), f"Tell of {name} in docs/commands.md."
    command = load_command_class(app, name)
    shown = command.create_parser("manage.py", name).format_help()
    # Once in its usage, and once in an example.
    assert shown.count(f"manage.py {name}") >= 2, f"Give an example in the help of {name}."
    assert len(command.help) > 20


def test_no_command_is_told_of_that_is_not_there():
    told = set(re.findall(r"^\| `([a-z_]+)", text("commands.md"), re.MULTILINE))
    assert not told - {name for _, name in commands()}


@pytest.mark.parametrize("route", [it for it in OURS if not it.startswith(NOT_OURS)])
def test_every_address_is_told_of(route):
    if route.startswith("api/"):
        name = re.sub(r"<[^:>]*:([^>]*)>", r"{\1}", route.removeprefix("api/v1/"))
        known = "`/api/v1/`" if name in ("", "api/^(?P<rest>.*)$") else f"`{name}`"
        assert known in text("urls.md"), f"Tell of /{route} in docs/urls.md."
    else:
        plain = re.sub(r"<[^:>]*:([^>]*)>", r"<\1>", route)
        assert f"`/{plain}`" in text("urls.md"), f"Tell of /{plain} in docs/urls.md."


@pytest.mark.parametrize("guide", GUIDES, ids=lambda it: str(it.relative_to(ROOT)))
def test_links_between_guides_lead_somewhere(guide):
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", guide.read_text(encoding="utf-8")):
        assert (guide.parent / link).exists(), f"{guide.relative_to(ROOT)} links to {link}, which is not there."


@pytest.mark.parametrize("guide", GUIDES, ids=lambda it: str(it.relative_to(ROOT)))
def test_files_that_guides_name_are_there(guide):
    folders = "mapping|listings|cms|config|tests|fixtures|bench|docs"
    named = rf"`((?:{folders})/[\w./-]+\.(?:py|toml|md|css|js|html))`"
    for name in re.findall(named, guide.read_text(encoding="utf-8")):
        # Or as pages name it: mapping/js/map/points.js lies under mapping/static.
        known = (ROOT / name).exists() or (ROOT / name.split("/")[0] / "static" / name).exists()
        assert known, f"{guide.relative_to(ROOT)} names {name}, which is not there."


DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))
SUPERSEDED = r"superseded by \[\d{4}\]\(\S+\)"
STATUS = rf"(?:accepted|{SUPERSEDED}|accepted, [^\n]*{SUPERSEDED})"
HEAD = re.compile(rf"# (\d{{4}})\. ([A-Z][^\n]*)\n\nDate: \d{{4}}-\d\d-\d\d · Status: {STATUS}\n\n")


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda it: it.stem)
def test_a_decision_has_a_number_a_title_a_date_and_a_status(decision):
    written = decision.read_text(encoding="utf-8")
    head = HEAD.match(written)
    assert head, f"{decision.name} begins: # 0007. Title, an empty line, Date: 2026-11-30 · Status: accepted"
    assert head[1] == decision.name[:4]
    assert f"- [{head[1]}. {head[2]}]({decision.name})" in text("adr/README.md").splitlines()


def test_a_number_is_one_decision():
    numbers = [it.name[:4] for it in DECISIONS]
    assert len(numbers) > 20
    assert len(numbers) == len(set(numbers))


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module of ours, a name that one binds, or a model as Django writes it."""
    path = ROOT.joinpath(*dotted.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module, name = dotted.rsplit(".", 1)
    if module in APPS and name.lower() in apps.get_app_config(module).models:
        return True
    path = ROOT.joinpath(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return source.is_file() and bool(re.search(rf"\b{name}\b", source.read_text(encoding="utf-8")))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda it: str(it.relative_to(ROOT)))
def test_modules_that_guides_name_are_there(guide):
    written = guide.read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{'|'.join(APPS)})(?:\.\w+)+)[`(]", written))
    for module, names in re.findall(rf"^from ((?:{'|'.join(APPS)})[\w.]*) import (.+)$", written, re.MULTILINE):
        named |= {f"{module}.{name}" for name in re.findall(r"(\w+)(?: as \w+)?,?", names.strip("()"))}
    assert sorted(it for it in named if not exists(it)) == []
