"""The pages of saved views."""

from __future__ import annotations

import pytest

from mapping.models import NodeState, PlaceRoleKind, Revision, SavedView, Visibility
from tests.factories import OrganisationFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/trafford/network/views/"


@pytest.fixture
def member(place):
    return PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER).user


def view(place, **more):
    return SavedView.objects.create(
        place=place, **{"slug": "money", "name": "Money", "state": {"type": ["funds"]}, **more}
    )


def test_a_member_keeps_the_state_of_the_page_they_came_from(client, records, place, member):
    client.force_login(member)
    page = client.get(f"{LIST}?type=funds&colour=community").content.decode()
    assert "Only “funds”, coloured by group." in page
    assert "/trafford/network/?colour=community&amp;type=funds" in page
    address = "https://example.org/trafford/network/?type=funds&colour=community#table"
    response = client.post(LIST, {"name": "Money", "text": "Who pays", "visibility": "public", "address": address})
    assert response.status_code == 302
    kept = SavedView.objects.get()
    assert (kept.created_by, kept.state) == (member, {"colour": "community", "type": ["funds"]})
    page = client.get(response["Location"]).content.decode()
    assert "Only “funds”, coloured by group." in page and "Who pays" in page
    assert 'href="/trafford/network/?colour=community&amp;type=funds"' in page


def test_nothing_that_was_typed_is_lost_on_an_error(client, records, member):
    client.force_login(member)
    typed = {"name": "", "text": "A long <text> that took a while", "visibility": "members", "address": "?colour=pink"}
    response = client.post(LIST, typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "A long &lt;text&gt; that took a while" in page and "colour=pink" in page
    assert "Give the view a name" in page and "Choose one of: kind, community" in page
    assert 'value="members" id="id_visibility_1" checked' in page.replace("required ", "") or "checked" in page
    assert not SavedView.objects.exists()


def test_an_address_of_something_else_is_refused(client, records, member):
    client.force_login(member)
    response = client.post(LIST, {"name": "X", "visibility": "public", "address": "my favourite view"})
    assert "is no address of a network page" in response.content.decode()


def test_strangers_are_not_offered_the_form_and_may_not_send_it(client, records):
    assert "Sign in" in client.get(LIST).content.decode()
    assert client.post(LIST, {"name": "X", "visibility": "public"}).status_code == 403
    client.force_login(UserFactory())
    assert "A steward can make you one" in client.get(LIST).content.decode()
    assert client.post(LIST, {"name": "X", "visibility": "public"}).status_code == 403
    assert not SavedView.objects.exists()


def test_a_view_for_members_is_not_there_for_others(client, records, place, member):
    view(place, visibility=Visibility.MEMBERS)
    assert "Money" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}money/").status_code == 404
    client.force_login(member)
    assert "Money" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}money/").status_code == 200


def test_its_maker_renames_and_deletes_it_and_others_do_not(client, records, place, member):
    view(place, created_by=member)
    other = PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER).user
    client.force_login(other)
    assert client.post(f"{LIST}money/", {"name": "Mine", "visibility": "public"}).status_code == 403
    assert client.post(f"{LIST}money/", {"do": "delete"}).status_code == 403
    client.force_login(member)
    assert client.post(f"{LIST}money/", {"name": "", "text": "Kept", "visibility": "public"}).status_code == 422
    assert client.post(f"{LIST}money/", {"name": "Funding", "visibility": "public"}).status_code == 302
    assert SavedView.objects.get().name == "Funding"
    assert client.post(f"{LIST}money/", {"do": "delete"}).status_code == 302
    assert not SavedView.objects.exists()


def test_a_view_names_nobody_that_its_reader_does_not_see(client, records, place):
    hidden = OrganisationFactory(name="Hidden club", state=NodeState.DRAFT)
    view(place, state={"focus": str(hidden.uuid)})
    Revision.objects.raise_for([place])
    page = client.get(f"{LIST}money/").content.decode()
    assert "Hidden club" not in page and str(hidden.uuid) not in page


def test_many_views_are_paged(client, records, place):
    for n in range(25):
        view(place, slug=f"v{n:02d}", name=f"View {n:02d}")
    page = client.get(LIST).content.decode()
    assert page.count("saved-views__entry") == 20 and "Page 1 of 2" in page
    assert client.get(f"{LIST}?page=2").content.decode().count("saved-views__entry") == 5


def test_the_pages_ask_few_queries(client, records, place, django_assert_max_num_queries):
    view(place)
    client.get(f"{LIST}money/")
    with django_assert_max_num_queries(12):
        client.get(LIST)
    with django_assert_max_num_queries(25):
        client.get(f"{LIST}money/")
