"""A widget in a frame on another site, in a real browser."""

from __future__ import annotations

import datetime
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

import pytest

from cms.commands import ensure_pages
from cms.models import Widget
from cms.models.widget import WidgetView
from mapping.models import Actor, Revision
from tests import factories
from tests.listings.groups.people import member, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def council():
    """The port of another site on this machine; each of its pages shows the frame that `?` names, or the code there."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            source = unquote(urlsplit(self.path).query)
            code = source if source.startswith("<iframe") else f'<iframe src="{source}" title="x"></iframe>'
            body = f"<!doctype html><title>Council</title>{code}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def widget(council):
    """A widget that only http://127.0.0.1:<council> may show; http://localhost:<council> is another site."""
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, Actor.command("test"))
    for number in range(3):
        factories.NodeFactory(place=place, name=f"Library {number}", category=factories.CategoryFactory(slug="library"))
    return Widget.objects.create(
        name="Libraries",
        place=place,
        query="category=library",
        allowed_origins=[f"http://127.0.0.1:{council}"],
    )


def framed(seen, site: str, widget: Widget):
    """Open a page of `site` that shows the widget in a frame; returns the frame."""
    seen.page.goto(f"{site}/?{quote(seen.base + widget.get_absolute_url())}", wait_until="load")
    return seen.page.frames[1]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_named_site_shows_it_without_cookies(visit, widget, council, javascript):
    seen = visit(javascript=javascript)
    frame = framed(seen, f"http://127.0.0.1:{council}", widget)
    assert frame.inner_text("h1") == "Libraries"
    assert frame.locator(".card").count() == 3
    assert not seen.context.cookies()


def test_any_other_site_is_refused_by_the_browser(visit, widget, council):
    seen = visit()
    frame = framed(seen, f"http://localhost:{council}", widget)
    assert frame.locator(".card").count() == 0
    assert any("frame-ancestors" in error for error in seen.errors)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", [WidgetView.LIST, WidgetView.MAP])
def test_it_is_accessible_and_asks_only_this_site(visit, widget, width, view):
    Widget.objects.update(view=view)
    seen = visit(width=width)
    seen.go(widget.get_absolute_url())
    seen.page.wait_for_timeout(500)
    assert not seen.axe()
    assert not seen.foreign_requests
    assert not seen.context.cookies()
    assert seen.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_its_links_open_outside_the_frame(visit, widget, council):
    seen = visit()
    frame = framed(seen, f"http://127.0.0.1:{council}", widget)
    with seen.context.expect_page() as opened:
        frame.click("a:has-text('Library 1')")
    assert opened.value.url.startswith(f"{seen.base}/node/")
    assert opened.value.evaluate("window.opener") is None


# --- what a group has, by the code that its own page offers


@pytest.fixture
def choir():
    from django.utils import timezone

    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, Actor.command("test"))
    group = factories.OrganisationFactory(place=place, name="Sale Choir")
    other = factories.OrganisationFactory(place=place, name="Chess Club")
    for name, organiser in (("Singing together", group), ("Chess evening", other)):
        listing = factories.ListingFactory(place=place, name=name, organiser=organiser)
        factories.takes_place(listing, timezone.now() + datetime.timedelta(days=1))
    return group


def code_of(seen, group, view: str) -> str:
    """The code, copied from the page of the group as somebody of its team reads it."""
    seen.context.add_cookies(
        [{"name": "sessionid", "value": signed_in(member(group)).cookies["sessionid"].value, "url": seen.base}]
    )
    page = seen.go(f"/groups/{group.uuid}/")
    assert not seen.axe()
    return page.locator(f"#snippet-frame-{view}").input_value()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("view", ["list", "calendar", "map"])
def test_a_groups_own_site_shows_what_it_has(visit, choir, council, view, javascript):
    code = code_of(visit(), choir, view)
    seen = visit(width=375, javascript=javascript)
    assert f'src="{seen.base}/embed/group/{choir.uuid}/{view}/"' in code
    # A site of another origin, which nobody has named anywhere.
    seen.page.goto(f"http://127.0.0.1:{council}/?{quote(code)}", wait_until="load")
    words = seen.page.frame_locator("iframe").locator("main").inner_text()
    assert "Singing together" in words and "Chess evening" not in words
    assert seen.page.locator("iframe").get_attribute("title") == "What is on with Sale Choir"
    assert not seen.context.cookies()
    assert not [it for it in seen.errors if "favicon" not in it]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", ["list", "calendar", "map"])
def test_what_a_group_has_is_accessible_and_asks_only_this_site(visit, choir, width, view):
    seen = visit(width=width, scheme="dark" if width == 320 else "light")
    page = seen.go(f"/embed/group/{choir.uuid}/{view}/")
    page.wait_for_timeout(500)
    assert not seen.axe()
    assert not seen.foreign_requests and not seen.context.cookies()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
