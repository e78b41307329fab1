"""A real browser (Debian's Chromium) against a real server with a small neighbourhood in it."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point

from tests import browsers, databases, factories

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items):
    for item in items:
        if "functional" in str(item.fspath):
            item.add_marker(pytest.mark.functional)


@pytest.fixture(scope="session")
def browser():
    """Chromium without a GPU; a missing browser fails, so that it cannot go unnoticed."""
    from playwright.sync_api import sync_playwright

    assert browsers.EXECUTABLE, "Chromium is missing: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.EXECUTABLE, args=browsers.FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page of the site, with what it asked of the network and what went wrong in it."""

    def __init__(self, context, base: str) -> None:
        self.base = base
        self.page = context.new_page()
        self.context = context
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )

    def go(self, path: str):
        """Open `path` of the site; returns Playwright's page."""
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def back(self) -> None:
        """The browser's own Back. Chromium may be exchanging the page for the next: then it is asked once more."""
        from playwright.sync_api import Error

        self.page.wait_for_load_state("load")
        try:
            self.page.go_back()
        except Error as error:
            if "Not attached to an active page" not in str(error):
                raise
            self.page.wait_for_timeout(200)
            self.page.go_back()

    @property
    def foreign_requests(self) -> list[str]:
        """Requests that left this machine."""
        return [url for url in self.requests if not url.startswith((self.base, "data:", "blob:", "about:"))]

    def axe(self) -> list[str]:
        """What axe-core finds on the page as it is, one line a violation."""
        # Only now: half a megabyte of script is not to be read again on every page that is opened.
        for frame in self.page.frames:
            if not frame.evaluate("'axe' in window"):
                frame.evaluate(AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate("async () => await axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{found['id']}: {node['target']} {node['failureSummary']}"
            for found in result["violations"]
            for node in found["nodes"]
        ]

    def wait(self, script: str, timeout: float = 10) -> object:
        """Ask `script` (an expression) until it is true. The page's policy forbids Playwright's own way."""
        from playwright.sync_api import Error

        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                value = self.page.evaluate(f"() => ({script})")
            except Error:  # between two pages
                value = None
            if value:
                return value
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never became true: {script}")


@pytest.fixture
def visit(browser, live_server):
    """Make a `Visit`: `visit(width=375, scheme="dark", javascript=False)`."""
    contexts = []

    def make(
        width: int = 1280,
        height: int = 800,
        scheme: str = "light",
        javascript: bool = True,
        **options,
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        contexts.append(context)
        return Visit(context, live_server.url)

    yield make
    for context in contexts:
        context.close()
    quiet()


def quiet(timeout: float = 10) -> None:
    """Wait until the live server answers nobody any more.

    A request that a closed page left behind would hold locks on tables that are emptied after the test.
    """
    end = time.monotonic() + timeout
    for thread in threading.enumerate():
        # What socketserver.ThreadingMixIn calls the thread of one connection.
        if "process_request_thread" in thread.name:
            thread.join(max(end - time.monotonic(), 0))


_kept: tuple[databases.Kept, int] | None = None
"""The rows of the neighbourhood, and the id of its place, once a test of this process has made them."""


@pytest.fixture
def neighbourhood(transactional_db):
    """Sale on a small scale: a council, three groups it funds, food banks, libraries, parks; pages to see them.

    Made once, which takes a second, and put there again for each test; nothing of the test before is remembered.
    """
    from django.core.cache import cache

    from mapping.models import Place
    from mapping.network import snapshots

    global _kept
    cache.clear()
    snapshots.forget()
    if not databases.is_pristine():
        # Another fixture was first: its rows stay, and are no part of the neighbourhood.
        return make_neighbourhood()
    if _kept is None:
        pk = make_neighbourhood().pk
        _kept = databases.keep(), pk
    else:
        databases.bring(_kept[0])
    return Place.objects.get(pk=_kept[1])


def make_neighbourhood():
    from django.core.management import call_command

    from cms.commands import ensure_pages
    from mapping.commands.change import change
    from mapping.models import Actor, Category, ConnectionType, Postcode
    from mapping.network import build
    from mapping.search import spelling

    place = factories.PlaceFactory()
    call_command("load_vocabulary", verbosity=0, stdout=io.StringIO())

    def node(name, category, x, y, factory=factories.NodeFactory, **more):
        return factory(
            place=place,
            name=name,
            category=Category.objects.get(slug=category),
            location=Point(x, y, srid=4326),
            search_extra=f"{category.replace('-', ' ')} {more.get('address', '')}",
            **more,
        )

    bank = node("Sale Food Bank", "food-bank", -2.3190, 53.4245, address="School Road, Sale")
    pantry = node("Stretford Pantry", "food-bank", -2.3080, 53.4460, address="Poplar Road, Stretford")
    factories.opens(bank, "We 10:00-16:00; Fr 10:00-12:00; PH off")
    factories.opens(pantry, "Mo 09:00-17:00; PH off")
    node("Sale Library", "library", -2.3185, 53.4250, address="Waterside, Sale")
    node("Walkden Gardens", "park", -2.3290, 53.4200)
    for n in range(30):
        node(f"Park number {n}", "park", -2.40 + n / 250, 53.39 + n / 500)
    council = node("Trafford Council", "council", -2.2840, 53.4580, factory=factories.OrganisationFactory)
    funds = ConnectionType.objects.get(slug="funds")
    for n, name in enumerate(("Sale Moor Community Group", "Stretford Hall Friends", "Urmston Singers")):
        group = node(name, "charity", -2.31 + n / 100, 53.43, factory=factories.OrganisationFactory)
        connection = factories.ConnectionFactory(source=council, target=group, type=funds)
        factories.StatementFactory(connection=connection, amount=500 * (n + 1), currency="GBP")
    Postcode.objects.create(code="M320TH", point=Point(-2.3080, 53.4450, srid=4326))
    Postcode.objects.create(code="M337ZF", point=Point(-2.3190, 53.4240, srid=4326))
    with change(actor=Actor.command("test"), action="load", place=place):
        pass
    spelling.rebuild()
    ensure_pages(place=place, actor=Actor.command("test"))
    build.build(place)
    return place
