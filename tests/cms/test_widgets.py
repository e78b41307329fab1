from __future__ import annotations

import html

import pytest
from django.core.exceptions import ValidationError

from cms.commands import ensure_pages, ensure_steward
from cms.models import Widget
from cms.widget_form import canonical, origin_of
from mapping.models import Actor, AuditEntry
from tests.factories import CategoryFactory, PlaceFactory, UserFactory

ACTOR = Actor.command("test")


@pytest.fixture
def admin(client, place):
    ensure_pages(place, ACTOR)
    CategoryFactory(slug="library")
    client.force_login(ensure_steward("ann@example.org", place))
    return client


def answers(place, **more):
    given = {
        "name": "Libraries",
        "place": place.pk,
        "view": "list",
        "query": "http://testserver/trafford/list/?category=library&page=3",
        "allowed_origins": "https://www.example.gov.uk/libraries\nexample.org",
        "height": "500",
    }
    return {**given, **more}


def test_a_steward_makes_one_and_copies_its_frame(admin, place):
    before = place.revision_number
    answer = admin.post("/admin/widgets/new/", answers(place), follow=True)
    widget = Widget.objects.get()
    assert widget.query == "category=library"
    assert widget.allowed_origins == ["https://www.example.gov.uk", "https://example.org"]
    page = html.unescape(answer.content.decode())
    assert f'<iframe src="http://testserver/embed/{widget.token}/" title="Libraries"' in page
    assert f'<a href="http://testserver/embed/{widget.token}/">Libraries</a>' in page
    assert AuditEntry.objects.get(action="make widget").data["token"] == widget.token
    assert place.revision_number == before


def test_the_title_cannot_break_out_of_the_snippet(admin, place):
    answer = admin.post("/admin/widgets/new/", answers(place, name='"><script>x'), follow=True)
    shown = html.unescape(answer.content.decode())
    assert 'title="&quot;&gt;&lt;script&gt;x"' in shown


def test_its_address_stays_when_it_is_changed(admin, place):
    admin.post("/admin/widgets/new/", answers(place))
    token = Widget.objects.get().token
    url = f"/admin/widgets/{Widget.objects.get().pk}/"
    assert 'value="category=library"' in admin.get(url).content.decode()
    admin.post(url, answers(place, name="All libraries"))
    widget = Widget.objects.get()
    assert (widget.name, widget.token) == ("All libraries", token)


def test_it_can_be_taken_away(admin, place):
    admin.post("/admin/widgets/new/", answers(place))
    widget = Widget.objects.get()
    admin.post(f"/admin/widgets/{widget.pk}/delete/")
    assert not Widget.objects.exists()
    assert AuditEntry.objects.filter(action="delete widget").exists()
    assert admin.get(widget.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"query": "category=nope"}, "no category “nope”"),
        ({"query": "near=nowhere at all"}, "where “nowhere at all” is"),
        ({"allowed_origins": "not an address"}, "is not the address of a site"),
        ({"allowed_origins": "https://*.example.org"}, "is not the address of a site"),
        ({"height": "20"}, "from 200 to 4,000"),
        ({"name": ""}, "required"),
    ],
)
def test_a_mistake_is_explained(admin, place, given, said):
    answer = admin.post("/admin/widgets/new/", answers(place, **given))
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert not Widget.objects.exists()


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.Example.gov.uk/", "https://www.example.gov.uk"),
        ("example.org", "https://example.org"),
        ("http://localhost:8080/x?y", "http://localhost:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_the_site_is_taken_out_of_an_address(text, origin):
    assert origin_of(text) == origin


@pytest.mark.parametrize("text", ["", "https://", "ftp://x.org", "https://a b", "https://a;b", "https://x:99999"])
def test_what_is_no_site_is_refused(text):
    with pytest.raises(ValidationError):
        origin_of(text)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", ""),
        ("http://testserver/trafford/list/", ""),
        ("https://testserver/trafford/list/?q=tea&page=2#main", "q=tea"),
        ("www.testserver/trafford/map/?q=tea&underneath=lines&utm_source=letter&fbclid=1", "q=tea"),
        ("trafford/calendar/?q=tea&from=2026-12-05", "q=tea"),
        ("q=tea", "q=tea"),
        ("?q=24/7", "q=24%2F7"),
        ("q=24/7", "q=24%2F7"),
    ],
)
def test_an_address_of_a_list_may_be_pasted(place, text, query):
    assert canonical(text, place, "testserver") == query


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://example.org/trafford/list/?q=tea", "“example.org” is another site. Paste the address of the list of"),
        ("example.org", "“example.org” is another site"),
        ("http://testserver/salford/list/?q=tea", "“/salford/list/” is not the list of Trafford"),
        ("/trafford/network/?q=tea", "“/trafford/network/” is not the list of Trafford"),
        ("tea", "“tea” is not the list of Trafford"),
        ("categry=library", "do not know “categry”, so nothing was searched with it. Did you mean “category”?"),
        (
            "q=tea&colour=red",
            "do not know “colour”, so nothing was searched with it. Leave it out, or choose from: age",
        ),
    ],
)
def test_what_is_no_list_of_ours_is_refused(admin, place, text, said):
    answer = admin.post("/admin/widgets/new/", answers(place, query=text))
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert not Widget.objects.exists()


def test_who_may_make_widgets(client, place):
    ensure_pages(place, ACTOR)
    other = PlaceFactory(slug="other", name="Other", code="")
    widget = Widget.objects.create(name="One", place=place)
    people = {
        "anonymous": (None, 302, 302),
        "stranger": (UserFactory(), 302, 302),
        "steward of another": (ensure_steward("cy@example.org", other), 200, 404),
        "steward": (ensure_steward("ann@example.org", place), 200, 200),
        "superuser": (UserFactory(is_superuser=True, is_staff=True), 200, 200),
    }
    for name, (user, index, one) in people.items():
        client.logout()
        if user:
            client.force_login(user)
        assert client.get("/admin/widgets/").status_code == index, name
        assert client.get(f"/admin/widgets/{widget.pk}/").status_code == one, name
    client.force_login(people["steward of another"][0])
    answer = client.post("/admin/widgets/new/", answers(place))
    assert answer.status_code == 422, "a place that is not theirs cannot be chosen"
