"""The single file in a browser: it draws its dots, asks for nothing, and reads without scripts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from playwright.sync_api import expect

from tests import browsers
from tests.factories import CategoryFactory, NodeFactory, StatementFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not browsers.EXECUTABLE, reason="Chromium is not installed (make setup installs it)"),
]

# How many pixels of the dots' canvases are painted.
PAINTED = """() => {
    let painted = 0;
    for (const canvas of document.querySelectorAll(".leaflet-hb-points-pane canvas")) {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
    }
    return painted;
}"""


@pytest.fixture
def file(place, tmp_path, settings):
    settings.BASEMAP_ROOT = tmp_path
    category = CategoryFactory(slug="hall", icon="town")
    halls = []
    for number in range(12):
        point = Point(-2.36 + number / 100, 53.40 + number / 150, srid=4326)
        halls.append(NodeFactory(name=f"Hall {number}", location=point, category=category))
    for one, other in pairwise(halls):
        StatementFactory(connection__source=one, connection__target=other)
    path = tmp_path / "trafford.html"
    call_command("export_map", place="trafford", html=str(path))
    return path


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.EXECUTABLE, args=browsers.FLAGS)
        yield browser
        browser.close()


def test_the_file_draws_its_dots_and_asks_for_nothing(file, browser):
    page = browser.new_page()
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector(".leaflet-hb-points-pane canvas", state="attached")
    for _ in range(50):
        if painted := page.evaluate(PAINTED):
            break
        page.wait_for_timeout(100)
    assert painted > 200
    page.get_by_role("button", name="Look underneath").click()
    expect(page.locator(".leaflet-hb-connections-pane canvas")).to_have_count(1)
    page.get_by_role("button", name="Look underneath").click()
    expect(page.locator(".leaflet-hb-connections-pane canvas")).to_have_count(0)
    assert wrong == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [file.as_uri()]


def test_the_file_is_a_list_without_scripts(file, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("listitem").filter(has_text="Hall")).to_have_count(12)
    expect(page.get_by_text("The map needs JavaScript")).to_be_visible()
