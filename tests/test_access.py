"""Who may ask what: every URL pattern of the URLconf, asked by everybody. A new URL without a rule fails."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from cms.commands import ensure_steward
from cms.models import Widget
from listings.models import Claim, Feed, Invitation, Listing, ListingKind, Membership, MembershipRole, Space
from mapping.models import Connection, Node, NodeKind, NodeState, Revision, Statement
from tests.factories import MembershipFactory, PlaceFactory, UserFactory, member_of, open_space_of

pytestmark = pytest.mark.django_db

# Who asks. A further one is added here and in `client_of`; rules speak of sets of them, so they stay as they are.
VIEWERS = ("anonymous", "stranger", "elsewhere", "member", "teammate", "owner", "steward", "superuser")
LOGIN, DENIED, GONE = 302, 403, 404

STEWARDS = ("steward", "superuser")
EDITORS = ("teammate", "owner", *STEWARDS)
TEAM = ("teammate", "owner")
# Who sees what only members of the group see. A steward of its place is none of them.
INSIDE = ("member", *TEAM, "superuser")


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(VIEWERS, status)


def only(allowed: tuple[str, ...], status: int = 200, *, others: int = GONE, anonymous: int = LOGIN) -> dict[str, int]:
    """`status` for some, `others` for the rest; who is not signed in is led to signing in, unless it is said."""
    unsigned = {} if "anonymous" in allowed else {"anonymous": anonymous}
    return everybody(others) | unsigned | dict.fromkeys(allowed, status)


def signed_in(status: int, *, anonymous: int = LOGIN) -> dict[str, int]:
    return everybody(status) | {"anonymous": anonymous}


# Every pattern that is not the admin's: the address it is asked at, and the status for each of VIEWERS.
# What is {braced} is filled in from `records`.
RULES: dict[str, tuple[str, dict[str, int]]] = {
    "healthz": ("/healthz", everybody(200)),
    # Answered by the health listener, and here only where READYZ_PUBLIC says so (tests/mapping/views/test_health.py).
    "readyz": ("/readyz", everybody(404)),
    "accent/<slug:colour>.css": ("/accent/0b6e5b.css", everybody(200)),
    # For whoever asked a question that a job answers: how it stands, by an address that nobody guesses.
    "answers/<slug:key>/": ("/answers/nobody-asked-this/", everybody(404)),
    "node/<uuid:uuid>": ("/node/{node}", everybody(200)),
    "node/<uuid:uuid>/calendar/": ("/node/{node}/calendar/", everybody(200)),
    # The listing of these tests waits for a steward: nobody is told of it.
    "node/<uuid:uuid>/calendar.ics": ("/node/{listing}/calendar.ics", everybody(404)),
    "node/<uuid:uuid>/qr.svg": ("/node/{node}/qr.svg", everybody(200)),
    "<slug:place>/calendar.ics": ("/trafford/calendar.ics", everybody(200)),
    "<slug:place>/picture.png": ("/trafford/picture.png", everybody(200)),
    "<slug:place>/picture.svg": ("/trafford/picture.svg", everybody(200)),
    "<slug:place>/calendar.svg": ("/trafford/calendar.svg", everybody(200)),
    "node/<uuid:uuid>/connect/": ("/node/{node}/connect/", only(EDITORS, others=DENIED)),
    # Anybody, of what they see; the rest is for whoever was sent the address.
    "node/<uuid:uuid>/flag/": ("/node/{node}/flag/", everybody(200)),
    "connections/<uuid:uuid>/flag/": ("/connections/{connection}/flag/", everybody(200)),
    "duty/<uuid:uuid>/": ("/duty/{node}/", everybody(404)),
    "flags/<uuid:uuid>/": ("/flags/{node}/", everybody(404)),
    "flags/case/<uuid:uuid>/": ("/flags/case/{node}/", everybody(404)),
    # Stewards, and those who posted it.
    "node/<uuid:uuid>/publication/": ("/node/{node}/publication/", only(STEWARDS)),
    "connections/<uuid:uuid>/": ("/connections/{connection}/", everybody(200)),
    "connections/suggest/": ("/connections/suggest/?place=trafford&q=hall", everybody(200)),
    # Taken back by those who said it, and by stewards; of others' statements nobody learns that they exist.
    "statements/<uuid:uuid>/withdraw/": ("/statements/{statement}/withdraw/", only(STEWARDS)),
    # For whoever has the address, which nobody guesses.
    "consents/<slug:token>/": ("/consents/nobody-was-given-this/", everybody(404)),
    # With two homes it asks both (with one it leads there).
    "search/": ("/search/?q=hall", everybody(200)),
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
    "<slug:place>/network/words/table.csv": ("/trafford/network/words/table.csv", everybody(200)),
    "<slug:place>/network/export/<str:name>": ("/trafford/network/export/connections.csv", everybody(200)),
    "maps/<str:revision>/lines.json": ("/maps/{revision}/lines.json", everybody(200)),
    # Only the present revision is there, and to make somebody a steward is a change: the last two ask too late.
    "network/<str:revision>/graph.bin": ("/network/{revision}/graph.bin", everybody(200)),
    "network/<str:revision>/ids.bin": ("/network/{revision}/ids.bin?part=0", everybody(200)),
    "maps/<str:revision>/<str:name>.js": ("/maps/{revision}/explore.js", everybody(200)),
    "tiles/<str:revision>/<str:layer>/<str:z>/<str:x>/<str:y>.mvt": (
        "/tiles/{revision}/nodes/0/0/0.mvt",
        everybody(200),
    ),
    # For whoever has the address, which a mail brings; what was ended is not there.
    "alerts/new/": ("/alerts/new/?place=trafford", everybody(200)),
    "alerts/<uuid:uuid>/": ("/alerts/{node}/", everybody(404)),
    # The listing of these tests waits for a steward, and takes no bookings.
    "node/<uuid:uuid>/book/": ("/node/{listing}/book/", everybody(404)),
    "bookings/<uuid:uuid>/": ("/bookings/{node}/", everybody(404)),
    "bookings/<uuid:uuid>/code.svg": ("/bookings/{node}/code.svg", everybody(404)),
    "post/<uuid:uuid>/bookings/": ("/post/{listing}/bookings/", only(EDITORS)),
    "post/<uuid:uuid>/bookings/door/": ("/post/{listing}/bookings/door/", only(EDITORS)),
    "post/<uuid:uuid>/bookings/<uuid:date>/": ("/post/{listing}/bookings/{node}/", signed_in(GONE)),
    "post/<uuid:uuid>/bookings/<uuid:date>/people.csv": (
        "/post/{listing}/bookings/{node}/people.csv",
        signed_in(GONE),
    ),
    "post/<uuid:uuid>/links/": ("/post/{listing}/links/", only(EDITORS)),
    "tell-us/": ("/tell-us/?place=trafford", everybody(200)),
    "stewards/missing/<uuid:uuid>/": ("/stewards/missing/{node}/", signed_in(GONE)),
    "still-true/<uuid:uuid>/": ("/still-true/{node}/", everybody(404)),
    "still-true/all/<uuid:letter>/": ("/still-true/all/{node}/", everybody(404)),
    "still-true/stop/<uuid:letter>/": ("/still-true/stop/{node}/", everybody(404)),
    "stewards/open-data/<slug:place>/": ("/stewards/open-data/trafford/", only(STEWARDS)),
    "stewards/stale/": ("/stewards/stale/", only(("elsewhere", "steward", "superuser"))),
    "alerts/<uuid:uuid>/stop/": ("/alerts/{node}/stop/", everybody(405)),
    # What members see and may do is read before anybody joins.
    "groups/<uuid:uuid>/join/": ("/groups/{group}/join/", everybody(200)),
    "<slug:place>/join/": ("/trafford/join/", everybody(200)),
    # Whoever is no member is led to the page on which one joins.
    "groups/<uuid:uuid>/space/": ("/groups/{group}/space/", only(INSIDE, others=302)),
    "groups/<uuid:uuid>/space/urgent/": ("/groups/{group}/space/urgent/", only(INSIDE)),
    "groups/<uuid:uuid>/space/new/": ("/groups/{group}/space/new/", only(TEAM)),
    "groups/<uuid:uuid>/space/members/": ("/groups/{group}/space/members/", only(TEAM)),
    "groups/<uuid:uuid>/space/members.csv": ("/groups/{group}/space/members.csv", everybody(405)),
    "groups/<uuid:uuid>/space/settings/": ("/groups/{group}/space/settings/", only(("owner",))),
    # Only what nobody but the group sees is shared; the hall is not.
    "groups/<uuid:uuid>/space/share/<uuid:listing>/": ("/groups/{group}/space/share/{node}/", only(())),
    "<slug:place>/members/": ("/trafford/members/", only(STEWARDS)),
    "<slug:place>/members/joining/": ("/trafford/members/joining/", everybody(405)),
    "<slug:place>/members.csv": ("/trafford/members.csv", everybody(405)),
    # For whoever was sent the address.
    "members/<uuid:uuid>/leave/": ("/members/{node}/leave/", everybody(404)),
    "spaces/contact/<uuid:uuid>/": ("/spaces/contact/{node}/", everybody(404)),
    "spaces/shared/<uuid:uuid>/": ("/spaces/shared/{node}/", everybody(405)),
    "spaces/urgent/<uuid:uuid>/": ("/spaces/urgent/{node}/", everybody(404)),
    "<slug:place>/reports/map.js": ("/trafford/reports/map.js", everybody(200)),
    "reports/new/": ("/reports/new/?place=trafford", everybody(200)),
    "reports/sent/": ("/reports/sent/?place=trafford", everybody(200)),
    "reports/<uuid:uuid>/": ("/reports/{report}/", everybody(200)),
    "reports/<uuid:uuid>/flag/": ("/reports/{report}/flag/", everybody(200)),
    "reports/<uuid:uuid>/follow/": ("/reports/{report}/follow/", everybody(200)),
    # The photo of these tests is the first of its person: stewards look at it first.
    "reports/photos/<uuid:uuid>/": ("/reports/photos/{photo}/", only(STEWARDS, anonymous=GONE)),
    # For whoever has the address, which a letter brings.
    "reports/yours/<uuid:uuid>/": ("/reports/yours/{node}/", everybody(404)),
    "reports/yours/<uuid:uuid>/stop/": ("/reports/yours/{node}/stop/", everybody(405)),
    "reports/reply/<uuid:uuid>/": ("/reports/reply/{node}/", everybody(404)),
    "reports/bodies/<uuid:uuid>/": ("/reports/bodies/{node}/", everybody(404)),
    # Anybody suggests; what became of it is for whoever has the link of a letter, which nobody guesses.
    "node/<uuid:uuid>/suggest/": ("/node/{node}/suggest/", everybody(200)),
    "suggestions/<uuid:token>/": ("/suggestions/{node}/", everybody(404)),
    # Whoever made it; stewards are led to the queue.
    "proposals/<uuid:uuid>/": ("/proposals/{proposal}/", only(STEWARDS, status=302)),
    # What claiming means is for everybody to read; the rest for who signs in. A hall has no team.
    "groups/claim/<uuid:uuid>/": ("/groups/claim/{node}/", everybody(200)),
    "groups/claims/<uuid:uuid>/": ("/groups/claims/{claim}/", only(("owner", *STEWARDS))),
    "groups/claims/<uuid:uuid>/letter/": ("/groups/claims/{claim}/letter/", everybody(405)),
    "groups/nominate/": ("/groups/nominate/?place=trafford", everybody(200)),
    "groups/nominations/<uuid:uuid>/": ("/groups/nominations/{nomination}/", only(STEWARDS)),
    # For whoever has the letter: what they can do with it is bound to the address that it went to.
    "groups/invitations/<uuid:uuid>/": ("/groups/invitations/{invitation}/", everybody(200)),
    "groups/<uuid:uuid>/": ("/groups/{group}/", only(EDITORS)),
    "groups/<uuid:uuid>/team/": ("/groups/{group}/team/", only(EDITORS)),
    "groups/<uuid:uuid>/export/": ("/groups/{group}/export/", only(EDITORS)),
    "post/": ("/post/", everybody(200)),
    # Without an id it leads to a draft of its own.
    "post/new/": ("/post/new/", everybody(302)),
    "post/draft/<uuid:uuid>/throw-away/": ("/post/draft/{node}/throw-away/", everybody(405)),
    # These take what a form sends: asked by address alone, one leads back to the form, one refuses.
    "post/check/": ("/post/check/", everybody(302)),
    "post/send/": ("/post/send/", everybody(405)),
    "post/feeds/": ("/post/feeds/", signed_in(200)),
    # Editors of the group, and the stewards of its place.
    "post/feeds/of/<uuid:uuid>/": ("/post/feeds/of/{group}/", only(EDITORS)),
    "post/feeds/<uuid:uuid>/": ("/post/feeds/{feed}/", only(EDITORS)),
    "post/feeds/<uuid:uuid>/venue/": ("/post/feeds/{feed}/venue/", everybody(405)),
    "post/suggest/": ("/post/suggest/?what=venue&place=trafford&q=hall", everybody(200)),
    # For the one who posted it, who is none of these.
    "post/sent/<uuid:uuid>/": ("/post/sent/{listing}/", everybody(404)),
    # The dates of what is being written, said back: of nobody's records.
    "post/when/": ("/post/when/?place=trafford&repeats=once", everybody(200)),
    # For whoever posted it, who is none of these.
    "post/<uuid:uuid>/": ("/post/{listing}/", everybody(404) | {"anonymous": LOGIN}),
    "post/<uuid:uuid>/dates/": ("/post/{listing}/dates/", only(EDITORS)),
    "post/<uuid:uuid>/dates/<str:original>/": ("/post/{listing}/dates/{date}/", only(EDITORS)),
    "post/<uuid:uuid>/dates/end/": ("/post/{listing}/dates/end/", everybody(405)),
    "post/<uuid:uuid>/edit/": ("/post/{listing}/edit/", only(EDITORS)),
    "embed/<str:token>/": ("/embed/{widget}/", everybody(200)),
    "embed/group/<uuid:uuid>/<slug:view>/": ("/embed/group/{group}/list/", everybody(200)),
    "accounts/": ("/accounts/", signed_in(200)),
    # These are for whoever has lately shown who they are: asked by address alone, all are led there.
    "accounts/data/": ("/accounts/data/", everybody(LOGIN)),
    "accounts/delete/": ("/accounts/delete/", everybody(LOGIN)),
    "accounts/second-step/app/": ("/accounts/second-step/app/", everybody(LOGIN)),
    "accounts/second-step/app/remove/": ("/accounts/second-step/app/remove/", everybody(LOGIN)),
    "accounts/second-step/codes/": ("/accounts/second-step/codes/", everybody(LOGIN)),
    "accounts/second-step/codes/new/": ("/accounts/second-step/codes/new/", everybody(LOGIN)),
    "accounts/second-step/codes/file/": ("/accounts/second-step/codes/file/", everybody(LOGIN)),
    "accounts/second-step/passkeys/add/": ("/accounts/second-step/passkeys/add/", everybody(LOGIN)),
    "accounts/second-step/passkeys/<int:pk>/remove/": ("/accounts/second-step/passkeys/1/remove/", everybody(LOGIN)),
    "accounts/sign-out-everywhere/": ("/accounts/sign-out-everywhere/", signed_in(405)),
    "accounts/confirm/": ("/accounts/confirm/", signed_in(200)),
    "accounts/second-step/": ("/accounts/second-step/", signed_in(200)),
    "accounts/second-step/passkeys/": ("/accounts/second-step/passkeys/", everybody(LOGIN)),
    # Nobody here has a second step to show, or is between the steps.
    "accounts/second-step/sign-in/": ("/accounts/second-step/sign-in/", everybody(LOGIN)),
    "accounts/second-step/confirm/": ("/accounts/second-step/confirm/", everybody(LOGIN)),
    "accounts/second-step/passkeys/confirm/": ("/accounts/second-step/passkeys/confirm/", everybody(LOGIN)),
    "accounts/login/passkey/": ("/accounts/login/passkey/", everybody(LOGIN)),
    "accounts/login/": ("/accounts/login/", signed_in(302, anonymous=200)),
    "accounts/login/code/": ("/accounts/login/code/", everybody(302)),
    "accounts/login/code/confirm/": ("/accounts/login/code/confirm/", everybody(302)),
    "accounts/signup/": ("/accounts/signup/", everybody(302)),
    "accounts/logout/": ("/accounts/logout/", signed_in(200, anonymous=302)),
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
    "network/<str:revision>/without.json": ("/network/{revision}/without.json?without={node}", everybody(200)),
    # Takes a drawn area and leads to the page that says what is in it; asked by address alone it leads there too.
    "<slug:place>/network/area/": ("/trafford/network/area/", everybody(302)),
    "<slug:place>/suggestions.html": ("/trafford/suggestions.html?q=caf", everybody(200)),
    "<slug:place>/revision.json": ("/trafford/revision.json", everybody(200)),
    "network/<str:revision>/path.json": ("/network/{revision}/path.json?from={node}&to={node}", everybody(200)),
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
def client_of(place, group):
    """The client of one of VIEWERS."""
    other = PlaceFactory(slug="salford", code="E2", name="Salford")

    def make(viewer: str) -> Client:
        client = Client()
        if viewer == "anonymous":
            return client
        if viewer == "steward":
            user = ensure_steward("steward@example.org", place)
        elif viewer == "elsewhere":
            # A steward, of another place: into the admin, and to nothing of this one's.
            user = ensure_steward("elsewhere@example.org", other)
        else:
            user = UserFactory(is_staff=viewer == "superuser", is_superuser=viewer == "superuser")
        roles = {"teammate": MembershipRole.EDITOR, "owner": MembershipRole.OWNER}
        if viewer == "member":
            member_of(Space.objects.filter(organisation=group).first() or open_space_of(group), user)
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
    got = {viewer: client_of(viewer).get(address.format(**records)).status_code for viewer in VIEWERS}
    assert got == expected


@pytest.mark.parametrize("viewer", ["anonymous", "stranger", "elsewhere"])
def test_whoever_may_not_write_changes_nothing(viewer, records, client_of):
    def everything():
        models = (Node, Connection, Statement, Listing, Feed, Widget, Revision, Membership, Invitation, Claim)
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
    for path in (
        "/admin/queue/",
        "/admin/live/",
        "/admin/widgets/",
        "/admin/tours/",
        "/admin/background/",
        "/admin/imports/",
    ):
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
