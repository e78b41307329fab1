"""The page of a node: what it says, what it hides, and how it is described to machines."""

import datetime
import json
import re
from urllib.parse import quote

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from cms.commands import ensure_pages
from mapping.models import Actor, LocationPrecision, LocationSource, NodeState, SourceRecord, Visibility
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    SourceFactory,
    StatementFactory,
    opens,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(place):
    ensure_pages(place, Actor.command("test"))
    node = NodeFactory(
        name="Stretford Public Hall",
        summary="A hall for everybody.",
        category=CategoryFactory(slug="community-centre", name="Community centre", plural="Community centres"),
        address="Chester Road, Stretford",
        postcode="M32 0LG",
        phone="0161 000 0000",
        email="hall@example.org",
        website="https://hall.example.org/",
        step_free="yes",
        facts={"Grade": "II", "Listed on": "1987-06-30", "seats": 1200, "kitchen": True},
        confirmed_at=timezone.now() - datetime.timedelta(days=22),
    )
    node.tags.add("warm space")
    opens(node, "We 10:00-17:00; PH off")
    SourceRecord.objects.create(source=SourceFactory(attribution="(c) Somebody"), key="1", node=node, digest="x")
    return node


def page_of(client, node):
    response = client.get(node.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_what_is_known(client, hall):
    page = page_of(client, hall)
    for said in [
        "<h1>Stretford Public Hall</h1>",
        "A hall for everybody.",
        "Chester Road<br>Stretford<br>M32 0LG",
        'href="tel:01610000000"',
        'href="mailto:hall@example.org"',
        'href="https://hall.example.org/"',
        "10 am to 5 pm",
        "Step-free",
        "30 June 1987",
        "1,200",
        "Confirmed 3 weeks ago",
        "A test source",
        "OGL-UK-3.0",
        "(c) Somebody",
        "/trafford/list/?tag=warm-space",
        "/trafford/list/?category=community-centre",
        'href="geo:',
        'href="https://www.openstreetmap.org/?mlat=',
        'href="https://www.openstreetmap.org/directions?to=',
    ]:
        assert said in page, said


def test_it_tells_who_it_is_connected_to_and_how_we_know(client, hall):
    council = OrganisationFactory(name="The Council")
    funded = ConnectionFactory(source=council, target=hall)
    StatementFactory(
        connection=funded,
        amount=12400,
        currency="GBP",
        said_on=datetime.date(2021, 5, 1),
        by_source=SourceFactory(slug="grants", title="Grants of the council"),
    )
    page = page_of(client, hall)
    assert "Is funded by" in page and "The Council" in page
    assert "Grants of the council" in page and "£12,400" in page and "1 May 2021" in page
    assert "Stretford Public Hall" in page_of(client, council)


def test_statements_that_the_reader_may_not_see_are_not_told(client, hall, django_user_model):
    secret = ConnectionFactory(source=OrganisationFactory(name="Quiet Friends"), target=hall)
    StatementFactory(connection=secret, visibility=Visibility.MEMBERS, note="between us")
    assert "Quiet Friends" not in page_of(client, hall).split("Nearby")[0]
    user = django_user_model.objects.create(username="member")
    PlaceRoleFactory(user=user, place=hall.place, role="member")
    client.force_login(user)
    assert "between us" in page_of(client, hall)


def test_what_is_near_is_listed_with_its_distance(client, hall):
    point = hall.location
    for n in range(1, 8):
        NodeFactory(name=f"Neighbour {n}", location=Point(point.x, point.y + n * 0.001, srid=4326))
    NodeFactory(name="Hidden neighbour", location=point, state=NodeState.DRAFT)
    nearby = page_of(client, hall).split('id="nearby"')[1]
    assert [f"Neighbour {n}" in nearby for n in range(1, 8)] == [True] * 5 + [False] * 2
    assert "100 yards, 2 min walk" in nearby
    assert "Hidden" not in nearby


@pytest.mark.parametrize(
    "fields",
    [
        {"state": NodeState.DRAFT},
        {"state": NodeState.PENDING},
        {"state": NodeState.ARCHIVED},
        {"visibility": Visibility.MEMBERS},
    ],
    ids=str,
)
def test_what_one_may_not_see_is_not_there(client, hall, fields):
    node = NodeFactory(**fields)
    assert client.get(node.get_absolute_url()).status_code == 404
    assert client.get(f"{node.get_absolute_url()}?card").status_code == 404


def test_an_identifier_of_nothing_is_not_there(client, db):
    assert client.get("/node/00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get("/node/nonsense", follow=True).status_code == 404


def linked_data(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


def test_machines_read_the_same(client, hall):
    told = linked_data(page_of(client, hall))
    assert told["@context"] == "https://schema.org" and told["@type"] == "Place"
    assert told["name"] == "Stretford Public Hall"
    assert told["address"]["postalCode"] == "M32 0LG"
    assert told["geo"]["latitude"] == pytest.approx(hall.location.y, abs=1e-5)
    assert told["openingHoursSpecification"][0]["opens"] == "10:00"
    assert told["@id"].endswith(hall.get_absolute_url())


def test_no_text_ends_the_linked_data(client, hall):
    hall.name = "</script><script>alert(1)</script>"
    hall.save()
    page = page_of(client, hall)
    assert "<script>alert" not in page
    assert linked_data(page)["name"] == hall.name


def test_a_coarsened_node_keeps_its_spot_to_itself(client, place):
    ensure_pages(place, Actor.command("test"))
    node = NodeFactory(
        location=Point(-2.32123, 53.42456, srid=4326),
        location_source=LocationSource.PIN,
        location_precision=LocationPrecision.AREA,
        address="7 Secret Street, Stretford",
        postcode="M32 0TH",
    )
    page = page_of(client, node)
    assert "Secret Street" not in page and "M32 0TH" not in page
    assert "53.4245" not in page and "-2.3212" not in page
    assert "The map shows the area, not the exact spot." in page


def test_a_node_without_a_place_or_a_point_has_its_page(client, db):
    node = OrganisationFactory(place=None, location=None, category=None)
    page = page_of(client, node)
    assert "Nobody has said yet where it is." in page


def test_a_script_in_a_website_is_no_link(client, hall):
    hall.website = "javascript:alert(1)"
    hall.save()
    assert "javascript:" not in re.sub(r"<script.*?</script>", "", page_of(client, hall), flags=re.S)


def test_its_card_alone_is_there_for_the_map(client, hall):
    response = client.get(f"{hall.get_absolute_url()}?card")
    assert response.status_code == 200
    assert "Stretford Public Hall" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_its_card_says_how_far_it_is_from_where_the_map_looks(client, hall):
    point = hall.public_point
    near = client.get(f"{hall.get_absolute_url()}?card&near={point.y + 0.002:.5f},{point.x:.5f}").content.decode()
    assert "250 yards, 3 min walk" in near
    for said in ("", "&near=nowhere+at+all"):
        assert "min walk" not in client.get(f"{hall.get_absolute_url()}?card{said}").content.decode()


def test_the_number_of_queries_does_not_grow_with_connections(client, hall):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask():
        with CaptureQueriesContext(connection) as queries:
            page_of(client, hall)
        return len(queries)

    StatementFactory(connection=ConnectionFactory(target=hall))
    ask()
    few = ask()
    for _n in range(12):
        StatementFactory(connection=ConnectionFactory(target=hall))
    assert ask() <= few <= 30


def test_readers_get_no_cookies_and_what_they_have_is_not_sent_again(client, hall, monkeypatch):
    # The page is another one each minute: here it stays the same.
    minute = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: minute)
    response = client.get(hall.get_absolute_url())
    assert not response.cookies
    again = client.get(hall.get_absolute_url(), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_where_and_contact_come_before_what_it_is_connected_to(client, hall):
    StatementFactory(connection=ConnectionFactory(source=OrganisationFactory(), target=hall))
    page = page_of(client, hall)
    found = [page.index(it) for it in ('id="hours"', 'id="facts"', 'id="where"', 'id="contact"', 'id="connected"')]
    assert found == sorted(found)


def test_a_type_is_said_once_and_long_lists_are_folded(client, hall):
    for n in range(10):
        StatementFactory(connection=ConnectionFactory(source=hall, target=OrganisationFactory(name=f"Group {n}")))
    said = page_of(client, hall).split('id="connected"')[1].split('id="nearby"')[0]
    assert said.count("Funds") == 1 and "connection__verb" not in said
    fold = said.split("<summary>")[1].split("</summary>")[0]
    assert "Group 0 · Group 1 · Group 2" in fold and "and 7 more" in " ".join(fold.split())
    few = page_of(client, OrganisationFactory.create(name="Small"))
    assert "connections__fold" not in few


def test_what_people_wrote_keeps_its_lines_and_links_and_nothing_else(client, place):
    node = NodeFactory(
        name="<b>Bold</b>",
        summary="One.\r\nTwo: https://example.org/a_(b)?x=1&y=2.\n\n\n\nThree <script>alert(1)</script> "
        'javascript:alert(1) http://"onmouseover="x https://evil.example/"><img src=x>',
    )
    page = page_of(client, node)
    lead = page.split('<p class="lead">')[1].split("</p>")[0]
    assert lead.startswith("One.<br>Two: ")
    link = '<a href="https://example.org/a_(b)?x=1&amp;y=2" rel="nofollow ugc noopener">'
    assert f"{link}https://example.org/a_(b)?x=1&amp;y=2</a>.<br><br>Three &lt;script&gt;" in lead
    assert re.findall("<[^b/][^>]*>", lead) == [link, '<a href="https://evil.example/" rel="nofollow ugc noopener">']
    assert "<b>" not in page and "<img src=x" not in page and "<script>alert" not in page


def test_call_directions_and_share_are_at_hand(client, hall):
    bar = page_of(client, hall).split('class="node__bar"')[1].split("</header>")[0]
    address = f"http://testserver{hall.get_absolute_url()}"
    assert 'href="tel:01610000000"' in bar and "directions?to=" in bar
    assert f'data-share="{address}"' in bar
    assert f"mailto:?subject=Stretford%20Public%20Hall&amp;body={quote(address, safe='')}" in bar
    assert "Edit" not in bar and "Unpublish" not in bar


def test_what_is_shared_of_it_names_whole_addresses(client, hall):
    page = page_of(client, hall)
    assert f'<meta property="og:url" content="http://testserver{hall.get_absolute_url()}">' in page
    assert '<meta property="og:title" content="Stretford Public Hall">' in page
    assert '<meta property="og:description" content="A hall for everybody.">' in page
    assert '<meta name="twitter:image" content="http://testserver/trafford/picture.png">' in page


def test_stewards_edit_and_unpublish_from_the_page(client, hall, django_user_model):
    user = django_user_model.objects.create(username="steward", email="steward@example.org")
    PlaceRoleFactory(user=user, place=hall.place, role="steward")
    client.force_login(user)
    bar = page_of(client, hall).split('class="node__bar"')[1].split("</header>")[0]
    assert f'href="{hall.get_absolute_url()}/publication/"' in bar
    edit = re.search(r'href="([^"]+)">Edit<', bar)[1]
    form = client.get(edit)
    assert "Save" in form.content.decode() and "Send the suggestion" not in form.content.decode()
    kept = {name: form.context["form"].initial[name] for name in form.context["form"].facts}
    answer = client.post(edit, {**kept, "phone": "0161 496 0000"}, follow=True)
    assert answer.redirect_chain[-1][0] == hall.get_absolute_url()
    assert 'href="tel:01614960000"' in answer.content.decode()
    hall.refresh_from_db()
    assert hall.phone == "0161 496 0000"
