from __future__ import annotations

from cms.commands import ensure_pages, ensure_steward
from listings.commands.details import Where
from mapping.models import Actor
from tests.factories import CategoryFactory, NodeFactory
from tests.listings.commands.test_listings import post

ACTOR = Actor.command("test")


def text(response) -> str:
    # No line ends inside a time.
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_approved_is_in_list_search_map_and_on_its_page_at_once(client, place):
    ensure_pages(place, ACTOR)
    hall = NodeFactory(place=place, name="Sale Hall", category=CategoryFactory(slug="hall"))
    listing = post(place, name="Pickleball social", where=Where.at(hall), cost="Free")
    urls = ["/trafford/list/", "/trafford/list/?q=pickleball", "/trafford/list/?q=pickelball"]
    for url in urls:
        assert "Pickleball social" not in text(client.get(url)), url
    assert client.get(listing.get_absolute_url()).status_code == 404
    etag = client.get("/trafford/map/").headers.get("ETag")
    token = place.revision_token

    client.force_login(ensure_steward("ann@example.org", place))
    client.post(f"/admin/waiting/{listing.uuid}/approve/")
    client.logout()

    for url in urls:
        assert "Pickleball social" in text(client.get(url)), url
    page = text(client.get(listing.get_absolute_url()))
    for words in ("Every ", "10 am to 11.30 am", "Free", "Sale Hall"):
        assert words in page
    assert "Pickleball social" in text(client.get(hall.get_absolute_url()))
    assert place.revision_token != token
    answer = client.get("/trafford/map/", headers={"If-None-Match": etag or ""})
    assert answer.status_code == 200
    assert place.revision_token in text(answer)
    assert client.get("/api/v1/nodes?place=trafford&q=pickleball").json()["numberMatched"] == 1
