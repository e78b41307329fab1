"""Who may ask what: every URL pattern of the URLconf, asked by everybody. A new URL without a rule fails."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone

from cms.commands import ensure_pages, ensure_steward
from cms.models import Widget
from listings.models import Listing, ListingKind, MembershipRole
from mapping.commands.change import Actor
from mapping.models import (
    Connection,
    LocationSource,
    Node,
    NodeKind,
    NodeState,
    Revision,
    Statement,
    Visibility,
)
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

VIEWERS = ("anonymous", "stranger", "teammate", "owner", "steward", "superuser")
LOGIN, DENIED, GONE = 302, 403, 404


def everybody(status: int) -> tuple[int, ...]:
    return (status,) * len(VIEWERS)


# Every pattern that is not the admin's: the address it is asked at, and the status for each of VIEWERS.
# What is {braced} is filled in from `records`.
RULES: dict[str, tuple[str, tuple[int, ...]]] = {
    "healthz": ("/healthz", everybody(200)),
    "readyz": ("/readyz", everybody(200)),
    "accent/<slug:colour>.css": ("/accent/0b6e5b.css", everybody(200)),
    "node/<uuid:uuid>": ("/node/{node}", everybody(200)),
    "search/": ("/search/?q=hall", everybody(302)),
    "api/v1/": ("/api/v1/", everybody(200)),
    "api/v1/openapi.json": ("/api/v1/openapi.json", everybody(200)),
    "api/v1/nodes": ("/api/v1/nodes", everybody(200)),
    "api/v1/nodes/<uuidstr:uuid>": ("/api/v1/nodes/{node}", everybody(200)),
    "api/v1/places": ("/api/v1/places", everybody(200)),
    "api/v1/places/<slug:slug>": ("/api/v1/places/trafford", everybody(200)),
    "api/v1/connections": ("/api/v1/connections", everybody(200)),
    "api/v1/categories": ("/api/v1/categories", everybody(200)),
    "api/^(?P<rest>.*)$": ("/api/v9", everybody(404)),
    "basemap/<str:name>": ("/basemap/trafford.1.pmtiles", everybody(404)),
    "maps/<str:revision>/lines.json": ("/maps/{revision}/lines.json", everybody(200)),
    "maps/<str:revision>/<str:name>.js": ("/maps/{revision}/explore.js", everybody(200)),
    "tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt": (
        "/tiles/{revision}/nodes/0/0/0.mvt",
        everybody(200),
    ),
    "post/": ("/post/", everybody(200)),
    "post/new/": ("/post/new/", everybody(200)),
    # These take what a form sends: asked by address alone, one leads back to the form, one refuses.
    "post/check/": ("/post/check/", everybody(302)),
    "post/send/": ("/post/send/", everybody(405)),
    "post/suggest/": ("/post/suggest/?what=venue&place=trafford&q=hall", everybody(200)),
    # For the one who posted it, who is none of these.
    "post/sent/<uuid:uuid>/": ("/post/sent/{listing}/", everybody(404)),
    "post/<uuid:uuid>/edit/": ("/post/{listing}/edit/", (LOGIN, GONE, 200, 200, 200, 200)),
    "embed/<str:token>/": ("/embed/{widget}/", everybody(200)),
    "accounts/login/": ("/accounts/login/", (200, 302, 302, 302, 302, 302)),
    "accounts/login/code/": ("/accounts/login/code/", everybody(302)),
    "accounts/login/code/confirm/": ("/accounts/login/code/confirm/", everybody(302)),
    "accounts/signup/": ("/accounts/signup/", everybody(302)),
    "accounts/logout/": ("/accounts/logout/", (302, 200, 200, 200, 200, 200)),
    "accounts/inactive/": ("/accounts/inactive/", everybody(200)),
    "accounts/confirm-email/": ("/accounts/confirm-email/", everybody(302)),
    # The tests run as the demo does; elsewhere the letter box is not there (config/tests).
    "demo/mail/": ("/demo/mail/", everybody(200)),
    r"documents/^(\d+)/(.*)$": ("/documents/1/a.pdf", everybody(404)),
    "documents/authenticate_with_password/<int:restriction_id>/": (
        "/documents/authenticate_with_password/1/",
        everybody(404),
    ),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (
        "/_util/authenticate_with_password/1/1/",
        everybody(404),
    ),
    "_util/login/": ("/_util/login/", everybody(200)),
    r"^((?:[\w\-]+/)*)$": ("/trafford/network/", everybody(200)),
}
# Open to people who are not signed in, under the admins: their own doors.
ADMIN_DOORS = {
    "admin/login/",
    "admin/logout/",
    "admin/jsi18n/",
    "admin/sprite/",
    "admin/password_reset/",
    "admin/password_reset/done/",
    "admin/password_reset/complete/",
    "admin/password_reset/confirm/<uidb64>/<token>/",
    "django-admin/login/",
}
# What signed-in people may have of the admin though they are no stewards: nothing of anybody's.
ADMIN_NEUTRAL = {"django-admin/logout/"}


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[str]:
    """Every route of the URLconf."""
    found: list[str] = []
    for it in (resolver or get_resolver()).url_patterns:
        route = prefix + str(it.pattern)
        found += patterns(it, route) if isinstance(it, URLResolver) else [route]
    return list(dict.fromkeys(found))


ALL = patterns()
ADMIN = [it for it in ALL if it.startswith(("admin/", "django-admin/"))]
OURS = [it for it in ALL if it not in ADMIN]


@pytest.fixture
def group(place):
    return OrganisationFactory(name="The group", place=place)


@pytest.fixture
def records(place, group) -> dict[str, str]:
    """Something at every address."""
    ensure_pages(place, Actor.command("test"))
    hall = NodeFactory(name="The hall", place=place)
    StatementFactory(connection=ConnectionFactory(source=group, target=hall))
    listing = Listing.objects.create(
        name="Tea dance",
        place=place,
        kind=NodeKind.ACTIVITY,
        listing_kind=ListingKind.EVENT,
        organiser=group,
        category=CategoryFactory(slug="event"),
        state=NodeState.PENDING,
        starts_at=timezone.now(),
    )
    widget = Widget.objects.create(name="A widget", place=place)
    place.refresh_from_db()
    return {
        "node": str(hall.uuid),
        "listing": str(listing.uuid),
        "widget": widget.token,
        "revision": place.revision_token,
    }


@pytest.fixture
def client_of(place, group):
    """The client of one of VIEWERS."""

    def make(viewer: str) -> Client:
        client = Client()
        if viewer == "anonymous":
            return client
        if viewer == "steward":
            user = ensure_steward("steward@example.org", place)
        else:
            user = UserFactory(is_staff=viewer == "superuser", is_superuser=viewer == "superuser")
        roles = {"teammate": MembershipRole.EDITOR, "owner": MembershipRole.OWNER}
        if viewer in roles:
            MembershipFactory(organisation=group, user=user, role=roles[viewer])
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


# Regular expressions, of which no address can be made by putting something in.
AN_ADDRESS = {
    r"admin/pages/^(?P<pk>\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)"
    r"\.\.\.(?P<revision_id_b>live|latest|\d+)/$": "/admin/pages/1/revisions/compare/earliest...latest/",
    r"admin/^.*/$": "/admin/anything/",
    r"django-admin/(?P<url>.*)$": "/django-admin/anything/",
}


def filled(route: str) -> str:
    """An address that a pattern answers."""
    if route in AN_ADDRESS:
        return AN_ADDRESS[route]
    if route.startswith("django-admin/^(?P<app_label>"):
        return "/django-admin/mapping/"
    path = re.sub(r"<int:[^>]*>", "1", route.replace("/^", "/"))
    path = re.sub(r"<uuid:[^>]*>", str(uuid.UUID(int=1)), path)
    path = re.sub(r"<slug:app_label>|<app_label>", "mapping", path)
    path = re.sub(r"<slug:model_name>|<model_name>", "node", path)
    path = re.sub(r"<[^>]*>", "x", path)
    assert not re.search(r"[\^$\\(]", path), f"Give an address for {route} in AN_ADDRESS."
    return "/" + path


def test_every_url_has_a_rule():
    unruled = [it for it in OURS if it not in RULES]
    assert not unruled, f"Say in tests/test_access.py who may ask: {unruled}"
    assert not [it for it in RULES if it not in OURS], "Rules of URLs that are no more."


@pytest.mark.parametrize("route", [it for it in OURS if it in RULES])
def test_everybody_gets_what_the_rule_says(route, records, client_of):
    address, expected = RULES[route]
    got = tuple(client_of(viewer).get(address.format(**records)).status_code for viewer in VIEWERS)
    assert dict(zip(VIEWERS, got, strict=True)) == dict(zip(VIEWERS, expected, strict=True))


@pytest.mark.parametrize("viewer", ["anonymous", "stranger"])
def test_whoever_may_not_write_changes_nothing(viewer, records, client_of):
    def everything():
        models = (Node, Connection, Statement, Listing, Widget, Revision)
        return [sorted(model.objects.values_list(), key=repr) for model in models]

    client, before = client_of(viewer), everything()
    for route in (it for it in OURS if not it.startswith("accounts/")):
        response = client.post(RULES[route][0].format(**records), {"name": "Changed"})
        assert response.status_code in (200, 302, 400, 403, 404, 405, 409, 422), f"{route} {response.status_code}"
    assert everything() == before


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "teammate", "owner"])
def test_the_admins_are_closed(viewer, records, client_of):
    client = client_of(viewer)
    client.raise_request_exception = False
    for route in ADMIN:
        if route in ADMIN_DOORS or (viewer != "anonymous" and route in ADMIN_NEUTRAL):
            continue
        for method in (client.get, client.post):
            response = method(filled(route))
            # Sent to sign in, refused, not there, or not that way: never a page.
            assert response.status_code in (302, 403, 404, 405), f"{viewer} {route} {response.status_code}"
            if response.status_code == 302:
                assert "login" in response["Location"] or response["Location"].startswith(("/admin/", "/django-admin/"))


def test_the_queue_and_the_widgets_are_the_stewards(records, client_of):
    for path in ("/admin/waiting/", "/admin/widgets/"):
        assert client_of("steward").get(path).status_code == 200
        assert client_of("superuser").get(path).status_code == 200
        assert client_of("owner").get(path).status_code in (302, 403)


def test_a_steward_decides_in_their_own_place_only(records, client_of):
    other = PlaceFactory(slug="salford", code="E2", name="Salford")
    listing = Listing.objects.create(
        name="Elsewhere", place=other, kind=NodeKind.ACTIVITY, listing_kind=ListingKind.EVENT, state=NodeState.PENDING
    )
    response = client_of("steward").post(f"/admin/waiting/{listing.uuid}/approve/")
    assert response.status_code in (302, 403, 404)
    listing.refresh_from_db()
    assert listing.state == NodeState.PENDING


# Everything that reads nodes or connections. Each gives what it says of the place to one who is not signed in.
READERS: dict[str, str] = {
    "place page": "/trafford/",
    "map page": "/trafford/map/",
    "list page": "/trafford/list/",
    "list page, text": "/trafford/list/?q=SECRET",
    "list page, connected": "/trafford/list/?connected={hall}",
    "network page": "/trafford/network/",
    "network table": "/trafford/network/?sort=name",
    "node page": "/node/{node}",
    "page of a neighbour": "/node/{hall}",
    "search": "/search/?q=SECRET",
    "tile": "/tiles/{revision}/nodes/14/8082/5299.mvt",
    "tile, far out": "/tiles/{revision}/nodes/6/31/20.mvt",
    "tile of all places": "/tiles/all.{number}/nodes/14/8082/5299.mvt",
    "map script": "/maps/{revision}/explore.js",
    "map lines": "/maps/{revision}/lines.json",
    "map lines of a node": "/maps/{revision}/lines.json?node={hall}",
    "map script of a node": "/maps/{revision}/node.js?node={node}",
    "API, nodes": "/api/v1/nodes?limit=1000",
    "API, text": "/api/v1/nodes?q=SECRET",
    "API, connected": "/api/v1/nodes?connected={hall}",
    "API, one node": "/api/v1/nodes/{node}",
    "API, connections": "/api/v1/connections?limit=1000",
    "API, connections of a node": "/api/v1/connections?node={hall}",
    "API, lines": "/api/v1/connections?format=geojson&limit=1000",
    "widget": "/embed/{widget}/",
    "posting, venues": "/post/suggest/?what=venue&place=trafford&q=SECRET",
    "posting, groups": "/post/suggest/?what=organisation&place=trafford&q=SECRET",
}


def said(response) -> str:
    """All that an answer gives away, its address apart."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + response.get("Location", "")


@pytest.fixture
def town(place, records):
    """A node called SECRET SOCIETY, tied to the hall, which is tied to the group."""
    hall = Node.objects.get(uuid=records["node"])
    # Far from the hall: what is nearby is told without any connection.
    somewhere = Point(-2.40, 53.50, srid=4326)
    secret = OrganisationFactory(name="SECRET SOCIETY", place=place, location=somewhere, summary="SECRET thing")
    statement = StatementFactory(connection=ConnectionFactory(source=secret, target=hall), note="WHISPERED")
    return {"secret": secret, "hall": hall, "statement": statement, **records}


def ask(path: str, town, place) -> str:
    place = type(place).objects.get(pk=place.pk)
    number = sum(Revision.objects.values_list("number", flat=True))
    address = path.format(
        node=town["secret"].uuid,
        hall=town["hall"].uuid,
        widget=town["widget"],
        revision=place.revision_token,
        number=number,
    )
    text = said(Client().get(address))
    # What was asked is repeated on a page: that tells nothing.
    return re.sub(r"SECRET(?! (SOCIETY|thing))", "", text)


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": NodeState.DRAFT},
        {"state": NodeState.PENDING},
        {"state": NodeState.ARCHIVED},
        {"visibility": Visibility.MEMBERS},
        {"visibility": Visibility.GROUP},
    ],
    ids=["draft", "pending", "archived", "members", "group"],
)
def test_no_reader_gives_a_hidden_node_away(hidden, town, place):
    for name, value in hidden.items():
        setattr(town["secret"], name, value)
    if town["secret"].visibility == Visibility.GROUP:
        town["secret"].group = town["secret"]
    town["secret"].save()
    Revision.objects.raise_for([place])
    told = {}
    for reader, path in READERS.items():
        text = ask(path, town, place)
        marks = ["SECRET", "WHISPERED", *([] if "{node}" in path else [str(town["secret"].uuid)])]
        told[reader] = [mark for mark in marks if mark in text]
    assert not {reader: marks for reader, marks in told.items() if marks}


@pytest.mark.parametrize("how", ["withdrawn", "members", "group"])
def test_no_reader_gives_a_hidden_statement_away(how, town, place):
    statement = town["statement"]
    if how == "withdrawn":
        statement.withdrawn_at = timezone.now()
    elif how == "members":
        statement.visibility = Visibility.MEMBERS
    else:
        statement.visibility, statement.group = Visibility.GROUP, town["secret"]
    statement.save()
    Revision.objects.raise_for([place])
    told = {}
    for reader, path in READERS.items():
        text = ask(path, town, place)
        # Nearby on the ground, or on the map, it may still be told of: not as connected.
        connected = re.search(r"connection__sentence.*SECRET", text) or (
            "SECRET SOCIETY" in text and ("connect" in reader or "network" in reader or "lines" in reader)
        )
        told[reader] = bool(connected) or "WHISPERED" in text
    assert not [reader for reader, given_away in told.items() if given_away]


def test_the_readers_would_show_it_if_it_were_public(town, place):
    """The tests above would pass of pages that show nothing."""
    shows = {it for it in READERS if "SECRET SOCIETY" in ask(READERS[it], town, place)}
    assert shows >= {
        "list page, text",
        "list page, connected",
        "network page",
        "network table",
        "node page",
        "page of a neighbour",
        "tile",
        "API, nodes",
        "API, text",
        "API, connected",
        "API, one node",
        "API, connections",
        "API, connections of a node",
        "API, lines",
        "widget",
    }


def test_what_is_at_a_sensitive_place_is_never_given_exactly(town, place):
    secret = town["secret"]
    Node.objects.filter(pk=secret.pk).update(
        location="SRID=4326;POINT(-2.318765 53.428765)",
        location_source=LocationSource.EXACT,
        location_precision="area",
        address="7 Hidden Lane",
    )
    Revision.objects.raise_for([place])
    for path in READERS.values():
        text = ask(path, town, place)
        assert "2.318765" not in text and "2.31876" not in text and "7 Hidden Lane" not in text, path


def test_every_model_that_is_read_has_visible_to():
    for model in (Node, Connection, Statement):
        assert hasattr(model.objects.all(), "visible_to")
