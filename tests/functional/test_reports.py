"""Somebody reports what needs care, in a real browser: with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import os
import re

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.core.cache import cache

from cms.commands import ensure_pages
from listings.models import Report, ReportCategory
from mapping.models import Actor, Postcode, Revision
from tests import factories
from tests.listings.reports.conftest import a_photo, make_report

pytestmark = pytest.mark.django_db(transaction=True)
# Kept for whoever wants to look: PICTURES=/a/folder.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def sale(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, Actor.command("test"))
    Postcode.objects.create(code="M337ZF", point=Point(-2.3190, 53.4240, srid=4326))
    return place


def link() -> str:
    return re.search(r"/reports/yours/[0-9a-f-]{36}/", mail.outbox[-1].body)[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_place_to_the_public_page_on_a_phone(visit, sale, javascript, tmp_path):
    it = visit(width=375, javascript=javascript)
    page = it.go("/trafford/reports/")
    page.click("main >> text=Something needs care")
    page.fill("#id_where", "m33 7zf")
    page.click("text=Next")
    page.check("label:has-text('Playground') input")
    page.click("button:visible:has-text('Next')")
    assert page.inner_text("h1") == "What is wrong?" and "question 3 of 5" in page.inner_text("main").lower()
    page.fill("#id_title", "The swing has lost a chain")
    page.fill("#id_words", "Left one of three.")
    page.click("main button:has-text('Go on')")
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(a_photo().getvalue())
    page.set_input_files("#id_photo", photo)
    # What is to be seen on it is forgotten; back by our button, and by the browser's: all of it stays.
    page.click("main button:has-text('Go on')")
    assert "for those who cannot see it" in page.inner_text(".error-summary")
    page.fill("#id_alt", "A swing that hangs on one chain")
    page.click("main button:has-text('Back')")
    assert page.input_value("#id_title") == "The swing has lost a chain"
    page.click("main button:has-text('Go on')")
    assert "Your photo arrived" in page.inner_text("main")
    assert page.input_value("#id_alt") == "A swing that hangs on one chain"
    page.click("main button:has-text('Go on')")
    it.back()
    assert "Your photo arrived" in page.inner_text("main")
    page.click("main button:has-text('Go on')")
    assert "One is kept" in page.inner_text("main") and "The swing has lost a chain" in page.inner_text("main")
    page.click("text=Send it")
    assert "Write the address that we may write to" in page.inner_text(".error-summary")
    page.fill("#id_email", "rita@example.org")
    if javascript:
        it.wait("document.querySelector('[name=guard_answer]').value.length > 0")
        assert not it.axe()
    page.click("text=Send it")
    assert "Look into your mail" in page.inner_text("h1")
    page = it.go(link())
    page.click("text=Yes, show it")
    report = Report.objects.get()
    assert report.photo.alt == "A swing that hangs on one chain" and report.confirmed_at
    if javascript:
        page.click("text=The page that everybody sees")
        assert "The swing has lost a chain" in page.inner_text("h1")
        # It is fetched when it comes into view.
        page.locator(".hb-map").scroll_into_view_if_needed()
        it.wait("document.querySelector('.hb-map[data-loaded]')")
        assert not it.axe()
        it.go("/trafford/reports/")
        # It is fetched when it comes into view.
        page.locator(".hb-map").scroll_into_view_if_needed()
        it.wait("document.querySelector('.hb-map[data-loaded]')")
        assert not it.axe()
        # The browser notes the answer to the form that was sent without its words.
        assert not [error for error in it.errors if "422" not in error]
    else:
        # No work was done for it, so a steward looks first; nobody is refused.
        assert "A steward looks at it first" in page.inner_text("main")
    assert not it.foreign_requests and not it.context.cookies()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_every_screen_is_for_everyone(visit, sale, width, scheme, tmp_path):
    it = visit(width=width, height=667 if width == 375 else 800, scheme=scheme)
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(a_photo().getvalue())
    page = it.go("/reports/new/?place=trafford&point=53.42,-2.32&category=play-sport&new=1&step=words")

    def look(name: str) -> None:
        assert it.axe() == [] and page.evaluate("document.documentElement.scrollWidth") <= width
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)

    page.click("main button:visible:has-text('Go on')")
    look("words-wrong")
    page.fill("#id_title", "The swing has lost a chain")
    page.fill("#id_words", "Left one of three.")
    look("words")
    page.click("main button:visible:has-text('Go on')")
    look("photo")
    page.set_input_files("#id_photo", photo)
    page.fill("#id_alt", "A swing")
    page.click("main button:visible:has-text('Go on')")
    look("you")
    page.click("main button:has-text('Back')")
    look("photo-kept")
    if width > 768:
        page.click("text=All on one page")
        assert page.input_value("#id_title") == "The swing has lost a chain" and page.is_visible("#id_email")
        look("one-page")
        page.click("button:visible:has-text('One question at a time')")
    else:
        assert not page.is_visible("text=All on one page")
        page.click("main button:has-text('Back')")
    assert page.input_value("#id_words") == "Left one of three."
    # From the wide page of what sort of thing it is, all the rest is on one page; from the narrow one it is asked.
    page = it.go("/reports/new/?place=trafford&point=53.42,-2.32")
    page.check("label:has-text('Playground') input")
    look("kind")
    page.click("button:visible:has-text('Next')")
    assert page.is_visible("#id_title") and page.is_visible("#id_email") == (width > 768)
    assert not it.foreign_requests and not it.context.cookies()


def test_by_keyboard_alone_with_a_pin_on_the_map(visit, sale):
    category = ReportCategory.objects.get(place=sale, slug="play-sport")
    make_report(category, point=Point(-2.3450, 53.4400, srid=4326))
    it = visit()
    page = it.go("/reports/new/?place=trafford")
    it.wait("document.querySelector('.hb-map[data-loaded]')")
    # The middle of the map is the middle of the place; a key moves it.
    page.focus(".hb-map .leaflet-container, .hb-map.leaflet-container, #map_explore")
    for key in ("+", "+", "ArrowRight"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    page.wait_for_timeout(600)
    page.focus("[data-pin-middle]")
    page.keyboard.press("Enter")
    lat, lon = (float(part) for part in page.input_value("#id_point").split(","))
    assert 53.36 < lat < 53.52 and -2.45 < lon < -2.24
    # What is near there was reported before.
    Report.objects.update(point=Point(lon, lat, srid=4326))
    page.focus("#id_point")
    page.keyboard.press("Enter")
    page.focus("label:has-text('Playground') input")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    # A key returns before the page that it asks for has come.
    page.wait_for_selector("h1:has-text('Is it one of these?')")
    page.focus("main a:has-text('Me too')")
    page.keyboard.press("Enter")
    assert page.is_checked("#id_me_too")
    page.focus("#id_email")
    page.keyboard.type("fay@example.org")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Look into your mail')")
    assert mail.outbox[-1].to == ["fay@example.org"]
