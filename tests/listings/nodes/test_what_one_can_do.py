"""The foot of a page: what anybody can do there, and what whoever looks after it can, under two headings."""

from __future__ import annotations

import re

from django.test import Client

from listings.models import MembershipRole, Organisation
from tests import factories


def words_of(answer, heading: str) -> str:
    """What stands under a heading of the page; nothing where there is no such heading."""
    found = re.search(rf'aria-labelledby="{heading}">(.*?)</section>', answer.content.decode(), re.DOTALL)
    return found.group(1) if found else ""


def test_a_reader_is_told_which_way_is_the_right_one(group):
    hall = factories.NodeFactory(place=group.place, name="The hall")
    answer = Client().get(hall.get_absolute_url())
    foot = words_of(answer, "doing")
    ways = ("Suggest a change", "Report a problem here", "Something is wrong here", "This is mine")
    places = [foot.index(way) for way in ways if way in foot]
    assert places == sorted(places) and foot.count('class="soft"') == len(places) >= 3
    assert not words_of(answer, "yours")


def test_who_looks_after_it_has_a_list_of_their_own(group):
    user = factories.UserFactory()
    factories.MembershipFactory(organisation=group, user=user, role=MembershipRole.OWNER)
    client = Client()
    client.force_login(user)
    answer = client.get(group.get_absolute_url())
    own, others = words_of(answer, "yours"), words_of(answer, "doing")
    assert "Its calendars" in own and "Its members and their space" in own
    assert "Its calendars" not in others and "Something is wrong here" in others


def test_bookings_are_the_groups_own_and_links_wait_for_trust(group):
    """A group whose changes wait keeps its bookings, as it cancels dates; what readers follow is for trusted ones."""
    user = factories.UserFactory()
    factories.MembershipFactory(organisation=group, user=user, role=MembershipRole.EDITOR)
    listing = factories.ListingFactory(place=group.place, organiser=group)
    client = Client()
    client.force_login(user)
    for trusted, status in ((False, 404), (True, 200)):
        Organisation.objects.filter(pk=group.pk).update(trusted=trusted)
        own = words_of(client.get(listing.get_absolute_url()), "yours")
        assert "Bookings, shifts, who comes" in own
        assert ("Livestream and other links" in own) is trusted
        assert client.get(f"/post/{listing.uuid}/bookings/").status_code == 200
        assert client.get(f"/post/{listing.uuid}/links/").status_code == status
    stranger = Client()
    stranger.force_login(factories.UserFactory())
    assert stranger.get(f"/post/{listing.uuid}/bookings/").status_code == 404
