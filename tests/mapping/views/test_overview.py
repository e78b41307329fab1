"""The front page of a place."""

import datetime
import re

import pytest
from django.utils import timezone

from cms.commands import ensure_pages
from cms.models import PlacePage
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


def test_what_is_on_soon_comes_before_what_is_open_and_later_after(client, site, monkeypatch):
    now = timezone.now()
    soon, later = NodeFactory(name="Soon"), NodeFactory(name="Later")
    shop = NodeFactory(name="Late Shop")
    opens(shop, "Mo-Su 23:58-25:00; PH open")
    coming = [
        Upcoming(soon.pk, now + datetime.timedelta(hours=2), "Tonight"),
        Upcoming(later.pk, now + datetime.timedelta(days=6), "Next week"),
    ]
    monkeypatch.setattr("mapping.nodes.providers._upcoming", [lambda *args: coming])
    today = page_of(client).split('id="help"')[0]
    assert today.index("Tonight") < today.index("Late Shop") < today.index("Next week")


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
