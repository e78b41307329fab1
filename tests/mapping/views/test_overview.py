"""The front page of a place."""

import datetime
import io
import re

import pytest
from django.utils import timezone
from PIL import Image

from cms.commands import ensure_pages
from cms.models import PlacePage
from config.palette import palette
from mapping.models import Actor, NodeState, Revision, SourceRecord, Visibility
from mapping.nodes.providers import Upcoming
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    SourceFactory,
    StatementFactory,
    opens,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(place):
    ensure_pages(place, Actor.command("test"))
    return place


def page_of(client):
    response = client.get("/trafford/")
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_place_says_so(client, site):
    page = page_of(client)
    assert "Nothing is on the map of Trafford yet." in page
    assert 'id="underneath"' not in page


def test_it_counts_what_the_reader_may_see(client, site):
    bank = CategoryFactory(slug="food-bank", plural="Food banks", parent=CategoryFactory(slug="food-help"))
    NodeFactory.create_batch(3, category=bank)
    NodeFactory(category=bank, state=NodeState.DRAFT)
    NodeFactory(category=bank, visibility=Visibility.MEMBERS)
    a, b = OrganisationFactory.create_batch(2, category=None)
    StatementFactory(connection=ConnectionFactory(source=a, target=b))
    ConnectionFactory(source=b, target=a)
    page = page_of(client)
    numbers = re.findall(r"<strong>([\d,]+)</strong> ([^<]+)<", page)
    assert numbers == [("3", "places to go"), ("2", "groups and organisations"), ("1", "connection between them")]
    assert "5 places, groups and things to do in Trafford" in page
    assert "/trafford/list/?category=food-bank" in page


def test_it_shows_what_lies_underneath(client, site):
    a, b = OrganisationFactory(name="The Hub"), OrganisationFactory(name="The Spoke")
    StatementFactory(connection=ConnectionFactory(source=a, target=b))
    Revision.objects.all().raise_for([site])
    page = page_of(client)
    assert "<svg" in page.split('id="underneath"')[1] and "The Hub" in page


def test_what_is_open_today_is_shown_when_nothing_is_on(client, site):
    node = NodeFactory(name="Late Shop")
    opens(node, "Mo-Su 23:58-25:00; PH open")
    assert "Late Shop" in page_of(client).split('id="help"')[0]


def test_the_next_three_stand_in_the_order_of_time_and_what_is_open_apart(client, site, monkeypatch):
    now = timezone.now()
    nodes = {name: NodeFactory(name=name) for name in ("Soon", "Later", "Last", "Too late")}
    shop = NodeFactory(name="Late Shop")
    opens(shop, "Mo-Su 23:58-25:00; PH open")
    hours = {"Soon": 2, "Later": 40, "Last": 200, "Too late": 300}
    coming = [
        Upcoming(node.pk, now + datetime.timedelta(hours=hours[name]), f"When: {name}") for name, node in nodes.items()
    ]
    monkeypatch.setattr("mapping.nodes.providers._upcoming", [lambda *args: reversed(coming)])
    page = page_of(client)
    following = page.split('id="next"')[1].split('id="help"')[0]
    assert re.findall(r"When: ([A-Z][a-z ]+)", following) == ["Soon", "Later", "Last"]
    assert "Late Shop" not in following and 'id="open-today"' not in page
    # With fewer of them what is open has room, under a heading of its own.
    monkeypatch.setattr("mapping.nodes.providers._upcoming", [lambda *args: coming[:1]])
    Revision.objects.all().raise_for([site])
    following, opened = page_of(client).split('id="next"')[1].split('id="open-today"')
    assert "When: Soon" in following and "Late Shop" not in following
    assert "Late Shop" in opened.split('id="help"')[0]


def test_the_name_of_the_place_stands_once(client, site):
    body = page_of(client).split("<body")[1]
    assert body.split("<main")[0].count("Trafford") == 0
    assert body.count("<h1") == 1


def test_the_map_is_seen_as_a_still_picture_of_what_everybody_may_see(client, site):
    open_, hidden = CategoryFactory(slug="library", group="learning"), CategoryFactory(slug="shelter", group="health")
    NodeFactory(category=open_)
    NodeFactory(category=hidden, visibility=Visibility.MEMBERS)
    figure = page_of(client).split('<figure class="place-map">')[1].split("</figure>")[0]
    width, height = re.search(
        r'<img src="/trafford/picture.svg" width="(\d+)" height="(\d+)" loading="lazy"', figure
    ).groups()
    for address, dark in (("/trafford/picture.svg", False), ("/trafford/picture.svg?look=dark", True)):
        response, colours = client.get(address), palette(dark=dark)
        picture = response.content.decode()
        assert response["Content-Type"] == "image/svg+xml"
        assert f'width="{width}" height="{height}">' in picture
        assert re.search(
            rf'fill="{colours["map-built"]}" stroke="{colours["map-boundary"]}" stroke-width="1.5" d="M\d+ \d+L',
            picture,
        )
        dots = re.findall(r'<path d="m\d+ \d+h0(?:m-?\d+ -?\d+h0)*" stroke="(#\w{6})"/>', picture)
        assert dots == [colours["kind-learning"]]
        # Nothing that our policy, or a browser that shows it as a picture, would not allow.
        assert "style" not in picture and "script" not in picture
        assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert client.get("/nowhere/picture.svg").status_code == 404


def test_what_is_shared_of_it_names_whole_addresses(client, site):
    page = page_of(client)
    for name, value in {
        "og:title": "Trafford",
        "og:url": "http://testserver/trafford/",
        "og:image": "http://testserver/trafford/picture.png",
    }.items():
        assert f'<meta property="{name}" content="{value}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert 'href="mailto:?subject=Trafford&amp;body=http%3A%2F%2Ftestserver%2Ftrafford%2F"' in page


def test_the_picture_of_a_place_is_a_png_of_what_everybody_sees(client, site):
    empty = client.get("/trafford/picture.png")
    assert empty["Content-Type"] == "image/png" and "max-age=600" in empty["Cache-Control"]
    with Image.open(io.BytesIO(empty.content)) as image:
        assert image.size == (1200, 630)
    assert client.get("/trafford/picture.png", headers={"If-None-Match": empty["ETag"]}).status_code == 304
    NodeFactory(visibility=Visibility.MEMBERS)
    Revision.objects.all().raise_for([site])
    assert client.get("/trafford/picture.png").content == empty.content
    NodeFactory()
    Revision.objects.all().raise_for([site])
    assert client.get("/trafford/picture.png").content != empty.content
    assert client.get("/nowhere/picture.png").status_code == 404


def test_an_introduction_of_the_stewards_comes_first(client, site):
    page = PlacePage.objects.get()
    page.introduction = "<p>Welcome to <b>us</b>.</p>"
    page.save()
    Revision.objects.all().raise_for([site])
    assert "Welcome to <b>us</b>" in page_of(client)


def test_a_source_of_hidden_records_alone_is_not_named(client, site):
    for title, visibility in (("Libraries", Visibility.PUBLIC), ("Refuges", Visibility.MEMBERS)):
        source = SourceFactory(slug=title.lower(), title=title)
        node = NodeFactory(source=source, visibility=visibility)
        SourceRecord.objects.create(source=source, key="1", node=node, digest="-")
    text = client.get("/trafford/").content.decode()
    assert "Libraries" in text and "Refuges" not in text


def test_connections_that_only_rules_know_of_are_not_counted_where_nobody_has_said_any(client, site):
    StatementFactory(connection=ConnectionFactory(), by_rule="same-address", by_source=None)
    page = page_of(client)
    assert "connection between them" not in page
