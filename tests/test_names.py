"""Names are data: arithmetic and unfinished braces in them come out as they went in, wherever a name can be shown."""

from __future__ import annotations

import ast
import datetime
import html
import json
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from branca.element import Element
from django.contrib.gis.geos import Point
from django.core import mail
from django.core.management import call_command
from django.test import RequestFactory

from cms.commands import ensure_pages
from cms.models import Widget
from cms.tour_draft import draft_tour
from listings.models import Listing, ListingKind
from listings.posting import mail as letters
from mapping.maps import elements
from mapping.maps.builder import build_map, build_node_map
from mapping.maps.elements import Text, Verbatim, javascript
from mapping.maps.figure import parts
from mapping.models import (
    PUBLIC,
    Actor,
    Connection,
    ConnectionType,
    Document,
    NodeKind,
    NodeState,
    Revision,
    SavedView,
)
from mapping.network import export
from tests import factories
from tests.test_access import RULES

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent

# Arithmetic in the notations of the template languages at hand, and braces that are never closed. Each starts with a
# word of its own, so that it can be found again in whatever it is shown in.
ARITHMETIC = "Qaria {{6*7}} {%if 1%}42{%endif%} ${6*7} #{6*7} dance"
UNFINISHED = "Qbrac {{ open {% if {# never"
PERCENT = "Qperc 100% %(name)s %s %d {name} {0} {0.x} {}"
NAMES = (ARITHMETIC, UNFINISHED, PERCENT)
MARKS = re.compile("|".join(it.split()[0] for it in NAMES))
BY_MARK = {it.split()[0]: it for it in NAMES}


def shown(text: str) -> str:
    """Text as a reader sees it: entities, escapes of JSON and of addresses read."""
    # A name on a picture stands there in lines.
    text = re.sub(r"</text>\s*<text [^>]*>", " ", text)
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda it: chr(int(it[1], 16)), text)
    for _ in range(3):
        text = html.unescape(text)
    return text


def wrong_in(text: str) -> list[str]:
    """Where a name is shown that is none of ours any more (cut short with an ellipsis is well)."""
    found: list[str] = []
    for reading in (shown(text), unquote(shown(text)).replace("+", " ")):
        found = []
        for mark in MARKS.finditer(reading):
            name = BY_MARK[mark[0]]
            there = reading[mark.start() : mark.start() + len(name)]
            same = next((n for n, (a, b) in enumerate(zip(there, name, strict=False)) if a != b), len(there))
            rest = there[same:]
            if there != name and not rest.startswith(("…", "...")):
                found.append(f"{there!r} for {name!r}")
        if not found:
            return []
    return found


@pytest.fixture
def site(place):
    """A place where everything that has a name has one of NAMES."""
    place.name = ARITHMETIC
    place.save()
    ensure_pages(place, Actor.command("test"))
    source = factories.SourceFactory(title=UNFINISHED, publisher=ARITHMETIC, licence="OGL-UK-3.0", attribution=PERCENT)
    categories = [factories.CategoryFactory(slug=f"kind-{n}", name=name, icon="town") for n, name in enumerate(NAMES)]
    kind = ConnectionType.objects.create(
        slug="place-says", forward=f"{ARITHMETIC}"[:60], reverse=f"{UNFINISHED}"[:60], meaning=PERCENT, place=place
    )
    made = []
    for n in range(9):
        name = NAMES[n % 3]
        factory = factories.OrganisationFactory if n % 2 else factories.NodeFactory
        node = factory(
            place=place,
            name=f"{name}",
            category=categories[n % 3],
            summary=NAMES[(n + 1) % 3],
            address=NAMES[(n + 2) % 3],
            hours_text=NAMES[n % 3],
            location=Point(-2.32 + n / 1000, 53.42, srid=4326),
        )
        node.tags.add(*NAMES)
        made.append(node)
    document = Document.objects.create(address="https://example.org/q", key="example.org/q", title=UNFINISHED)
    for n, node in enumerate(made[1:]):
        connection = factories.ConnectionFactory(source=made[0], target=node, type=kind)
        factories.StatementFactory(
            connection=connection, by_source=source, note=NAMES[n % 3], document=document, evidence_url=document.address
        )
    grant = factories.ConnectionFactory(source=made[1], target=made[3])
    factories.StatementFactory(
        connection=grant, by_source=source, amount=500, currency="GBP", said_on=datetime.date(2024, 5, 1)
    )
    for it in NAMES:
        SavedView.objects.create(place=place, slug=f"v-{it[1:5].lower()}", name=it, text=it, state={})
    poster = factories.UserFactory(username="poster", email="poster@example.org", first_name=UNFINISHED)
    listings = [
        Listing.objects.create(
            name=name,
            summary=name,
            place=place,
            kind=NodeKind.ACTIVITY,
            listing_kind=ListingKind.EVENT,
            organiser=made[1],
            venue=made[0],
            category=categories[0],
            state=state,
            posted_by=poster,
        )
        for name, state in zip(NAMES * 2, [NodeState.LIVE] * 3 + [NodeState.PENDING] * 3, strict=True)
    ]
    date = factories.dates_for(listings[0])
    widget = Widget.objects.create(name=UNFINISHED, place=place)
    Revision.objects.raise_for({place.pk})
    tour = draft_tour(actor=Actor.command("test"), place=place, publish=True)
    place.refresh_from_db()
    return {
        "place": place,
        "node": str(made[0].uuid),
        "connection": str(Connection.objects.first().uuid),
        "statement": str(Connection.objects.first().statements.first().uuid),
        "listing": str(listings[0].uuid),
        "date": date,
        "listings": listings,
        "widget": widget.token,
        "tour": tour,
        "revision": place.revision_token,
    }


READABLE = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/xml",
    "application/problem+json",
    "image/svg",
)


def read(response) -> str | None:
    """The text of an answer; None for what is no text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if kind.startswith("text/calendar"):
        # Long lines are folded, and some signs escaped (RFC 5545, sections 3.1 and 3.3.11).
        return re.sub(r"\\([\\,;])", r"\1", body.decode("utf-8").replace("\r\n ", ""))
    if not (kind.startswith(READABLE) or "xml" in kind or "json" in kind):
        # A tile or an array: the names in it are text all the same.
        return body.decode("utf-8", "ignore")
    return body.decode("utf-8")


def links(text: str, base: str) -> list[str]:
    """Addresses on our own site that a page leads to or loads."""
    found = re.findall(r"""(?<![-\w])(?:href|src|data-scripts|data-url|action)=["']([^"']+)["']""", text)
    addresses = []
    for it in found:
        for one in html.unescape(it).split() if " " in it else [html.unescape(it)]:
            parted = urlsplit(urljoin(base, one))
            if parted.scheme in ("", "http") and parted.netloc in ("", "testserver") and parted.path:
                addresses.append(parted.path + (f"?{parted.query}" if parted.query else ""))
    return addresses


LEFT_OUT = re.compile(
    r"^/(static|media|basemap|accounts/logout|admin/logout|django-admin/logout|django-admin/jsi18n|admin/jsi18n|admin/sprite)"
)


def crawl(client, start: list[str], most: int) -> tuple[list[str], int]:
    """Follow links from `start`; what was wrong, and how many addresses had a name of ours."""
    seen, queue, wrong, named = set(), list(start), [], 0
    patterns: dict[str, int] = {}
    while queue and len(seen) < most:
        address = queue.pop(0)
        # Of addresses that differ in numbers only, a few are enough.
        alike = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", address.partition("?")[0]) + str(
            sorted(re.findall(r"(\w+)=", address.partition("?")[2]))
        )
        patterns[alike] = patterns.get(alike, 0) + 1
        if address in seen or LEFT_OUT.match(address) or patterns[alike] > 2:
            continue
        seen.add(address)
        response = client.get(address)
        if response.status_code >= 500:
            wrong.append(f"{address}: {response.status_code}")
            continue
        if response.status_code in (301, 302, 303, 307, 308):
            queue.append(urljoin(address, response["Location"]))
            continue
        text = read(response)
        named += bool(MARKS.search(text))
        wrong += [f"{address}: {it}" for it in wrong_in(text)]
        if "html" in response.get("Content-Type", ""):
            queue += links(text, address)
    return wrong, named


@pytest.mark.parametrize("viewer", ["anonymous", "superuser"])
def test_every_address_shows_names_as_they_are(client, site, viewer):
    if viewer == "superuser":
        client.force_login(
            factories.UserFactory(is_staff=True, is_superuser=True, first_name=UNFINISHED, last_name=UNFINISHED),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        site["revision"] = site["place"].revision_token
    # A public page may be kept; each viewer starts anew.
    words = {key: value for key, value in site.items() if isinstance(value, str)}
    # What the tests of access name besides, and these do not have.
    node = words["node"]
    words = defaultdict(lambda: node, words)
    start = [address.format_map(words) for address, _ in RULES.values()]
    start += ["/trafford/calendar/", "/trafford/calendar/?show=month", "/trafford/calendar/sheet/"]
    start += [f"/maps/{words['revision']}/{name}.js?node={words['node']}" for name in ("explore", "node", "embed")]
    start += [f"/trafford/{it}" for it in ("", "map/", "list/", "network/", "network/words/", "tour/")]
    start += ["/search/?q=dance", "/api/v1/nodes?place=trafford&limit=100", "/sitemap.xml", "/demo/mail/"]
    start += [f"/trafford/network/export/{it.file}" for it in export.FORMATS.values()]
    if viewer == "superuser":
        start += ["/admin/", "/django-admin/", "/admin/queue/", "/admin/widgets/", "/admin/tours/", "/admin/reports/"]
    wrong, named = crawl(client, start, most=700)
    assert not wrong, "\n".join(wrong[:40])
    assert named > (40 if viewer == "anonymous" else 60)


def test_maps_hand_names_over_as_data(site):
    for made in (
        build_map(site["place"], viewer=PUBLIC, offline=True),
        *(build_node_map(node) for node in site["place"].nodes.located()[:3]),
    ):
        script = parts(made).script
        assert not wrong_in(script)
        assert "{{" not in script and "{%" not in script and "{#" not in script
        assert MARKS.search(script)


@pytest.mark.parametrize("value", [*NAMES, {"{{a": ["{%", {"#}": "%}"}]}, "</script><!--", 'quote " \\ back', "\u2028"])
def test_what_goes_into_a_script_reads_back_the_same_and_opens_nothing(value):
    text = javascript(value)
    assert json.loads(text) == value
    assert not re.search(r"\{\{|\{%|\{#|%\}|#\}|<|>|&", text)


def element_classes() -> set[type]:
    """Every class that our code makes of branca's, wherever it stands."""
    found, waiting = set(), [Element]
    while waiting:
        for it in waiting.pop().__subclasses__():
            waiting.append(it)
            if it.__module__.partition(".")[0] in ("mapping", "listings", "cms", "config"):
                found.add(it)
    return found


def test_every_element_writes_its_own_text():
    ours = element_classes()
    assert {getattr(elements, it) for it in elements.__all__ if it[0].isupper()} <= ours
    for it in ours - {Text, Verbatim}:
        assert issubclass(it, Verbatim) and it.render is Verbatim.render, f"{it} goes through branca's templates."


def test_nothing_but_our_elements_stands_on_a_map(site, settings):
    def standing(element) -> list[type]:
        return [type(element), *(kind for child in element._children.values() for kind in standing(child))]

    settings.RASTER_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.RASTER_TILES_ATTRIBUTION = UNFINISHED
    node = site["place"].nodes.located().first()
    for made in (
        build_map(site["place"], viewer=PUBLIC),
        build_map(site["place"], viewer=PUBLIC, offline=True),
        build_node_map(node),
    ):
        assert all(issubclass(it, Verbatim) for it in standing(made)), standing(made)
        assert not wrong_in(parts(made).script)


def test_no_module_makes_a_template_of_text():
    """Templates are files of ours: nothing is compiled from a string that could hold a value."""
    for path in [it for app in ("mapping", "listings", "cms", "config") for it in (ROOT / app).rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (it for it in ast.walk(tree) if isinstance(it, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            assert name not in ("Template", "from_string", "MacroElement"), f"{path}:{call.lineno}"


def test_letters_and_files_show_names_as_they_are(site, tmp_path):
    request = RequestFactory().get("/")
    for listing in site["listings"]:
        for write in (letters.received, letters.approved, letters.sent_back):
            assert write(listing, request)
    assert len(mail.outbox) == 18
    for it in mail.outbox:
        assert MARKS.search(it.subject) or MARKS.search(it.body)
        assert not wrong_in(it.subject) and not wrong_in(it.body)
    call_command("export_map", place="trafford", html=str(tmp_path / "map.html"), stdout=open(tmp_path / "said", "w"))
    for name in export.FORMATS:
        file = tmp_path / f"{name}.out"
        call_command(
            "export_connections", str(file), place="trafford", format=name, stdout=open(tmp_path / "said", "w")
        )
    for path in tmp_path.iterdir():
        if path.name != "said":
            text = path.read_text(encoding="utf-8")
            assert MARKS.search(text), path
            assert not wrong_in(text), f"{path.name}: {wrong_in(text)[:5]}"
