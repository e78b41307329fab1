"""Taking something off the map with a reason, and putting it back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import listings
from listings.models import MembershipRole
from listings.moderation import waiting_letters
from mapping.commands import consents, publication
from mapping.commands.publication import PublicationRefused
from mapping.models import Actor, AuditEntry, Node, NodeKind, NodeState, Visibility
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    ListingFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)
from tests.listings.commands.test_listings import post

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def hall(place):
    CategoryFactory(slug="dance")
    return NodeFactory(place=place, name="Sale Hall")


@pytest.fixture
def live(place, hall):
    return listings.approve(actor=ACTOR, listing=post(place))


@pytest.fixture
def steward(place):
    return ensure_steward("steward@example.org", place)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(node) -> str:
    return f"/node/{node.uuid}/publication/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_its_poster_takes_it_off_from_its_page_and_puts_it_back(live, place):
    client = signed_in(live.posted_by)
    assert f'href="{address(live)}"' in text(client.get(live.get_absolute_url()))
    before = place.revision_token
    assert "Why?" in text(client.get(address(live)))
    assert client.post(address(live), {"reason": "The hall is flooded."}, follow=True).status_code == 200
    assert Client().get(live.get_absolute_url()).status_code == 404
    assert place.revision_token != before
    page = text(client.get(address(live)))
    assert "The hall is flooded." in page and "Put it back" in page
    assert "Off the map" in text(client.get("/post/"))
    answer = client.post(address(live), {"put_back": "1"})
    assert answer["Location"] == live.get_absolute_url()
    assert "is on the map again" in text(client.get(answer["Location"]))
    assert Client().get(live.get_absolute_url()).status_code == 200
    actions = list(AuditEntry.objects.filter(target_uuid=live.uuid).values_list("action", "user")[:2])
    assert actions == [("put back", live.posted_by.pk), ("unpublish", live.posted_by.pk)]


def test_what_a_steward_takes_off_its_poster_cannot_put_back(live, steward, mailoutbox, settings):
    signed_in(steward).post(address(live), {"reason": "It was never agreed with the hall."})
    # The job sends it.
    assert mailoutbox == []
    waiting_letters.send_due()
    letter = mailoutbox[-1]
    assert (letter.subject, letter.to) == ("“Tea dance” is off the map", [live.posted_by.email])
    assert "It was never agreed with the hall." in letter.body
    assert f"{settings.WAGTAILADMIN_BASE_URL}{address(live)}" in letter.body
    client = signed_in(live.posted_by)
    page = text(client.get(address(live)))
    assert "A steward says why:" in page and "Put it back" not in page
    refused = client.post(address(live), {"put_back": "1"})
    assert refused.status_code == 403 and "a steward puts it back" in text(refused)
    live.refresh_from_db()
    assert live.state == NodeState.ARCHIVED
    assert live.name in text(signed_in(steward).get("/admin/live/?state=off"))
    assert signed_in(steward).post(address(live), {"put_back": "1"}).status_code == 302
    live.refresh_from_db()
    assert live.state == NodeState.LIVE


def test_a_steward_takes_any_node_of_their_place_off(hall, steward):
    group = OrganisationFactory(place=hall.place)
    StatementFactory(connection=ConnectionFactory(source=group, target=hall))
    assert hall.name in text(Client().get(group.get_absolute_url()))
    signed_in(steward).post(address(hall), {"reason": "Pulled down."})
    for path in (hall.get_absolute_url(), f"/api/v1/nodes/{hall.uuid}"):
        assert Client().get(path).status_code == 404
    assert hall.name not in text(Client().get(group.get_absolute_url()))
    assert hall.name not in text(Client().get("/api/v1/nodes?place=trafford"))
    signed_in(steward).post(address(hall), {"put_back": "1"})
    assert hall.name in text(Client().get(group.get_absolute_url()))


def test_who_may(live, hall, place, steward):
    group = OrganisationFactory(place=place)
    live.organiser = group
    live.save()
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    people = {
        "stranger": UserFactory(),
        "viewer": MembershipFactory(organisation=group, role=MembershipRole.VIEWER).user,
        "editor": MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user,
        "poster": live.posted_by,
        "member": PlaceRoleFactory(place=place, role="member").user,
        "steward": steward,
        "steward of another": PlaceRoleFactory(place=elsewhere).user,
        "superuser": UserFactory(is_superuser=True),
    }
    may = {"editor", "poster", "steward", "superuser"}
    for name, user in people.items():
        client = signed_in(user)
        assert client.get(address(live)).status_code == (200 if name in may else 404), name
        assert (address(live) in text(client.get(live.get_absolute_url()))) == (name in may), name
        if name not in {"steward", "superuser"}:
            assert client.post(address(hall), {"reason": "x"}).status_code == 404, name
    assert Client().get(address(live))["Location"].startswith("/accounts/login/")
    hall.refresh_from_db()
    assert hall.state == NodeState.LIVE


def test_a_reason_is_needed_and_what_was_typed_stays(live):
    client = signed_in(live.posted_by)
    answer = client.post(address(live), {"reason": "  "})
    assert answer.status_code == 422
    assert "Say why" in text(answer) and "error-summary" in text(answer)
    assert Client().get(live.get_absolute_url()).status_code == 200


def test_what_was_archived_otherwise_is_not_there_to_put_back(place, steward):
    old = NodeFactory(place=place, state=NodeState.ARCHIVED)
    assert signed_in(steward).get(address(old)).status_code == 404
    with pytest.raises(PublicationRefused, match="was not taken off"):
        publication.put_back(actor=ACTOR, node=old)


def test_taking_off_twice_is_told(live):
    publication.unpublish(actor=ACTOR, node=live, reason="One", by_steward=True)
    with pytest.raises(PublicationRefused, match="not on the map any more"):
        publication.unpublish(actor=ACTOR, node=live, reason="Two", by_steward=True)


def test_a_person_comes_back_only_with_consent(place):
    person = NodeFactory(place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
    consent = consents.record(actor=ACTOR, node=person, wording="I agree")
    publication.unpublish(actor=ACTOR, node=person, reason="For now", by_steward=True)
    consents.withdraw(actor=ACTOR, consent=consent)
    Node.objects.filter(pk=person.pk).update(state=NodeState.ARCHIVED)
    with pytest.raises(PublicationRefused, match="only with their consent"):
        publication.put_back(actor=ACTOR, node=person)


def test_the_dates_of_a_weekly_listing_are_up_to_date_when_it_comes_back(live):
    live.occurrences.all().delete()
    publication.unpublish(actor=ACTOR, node=live, reason="A rest", by_steward=False)
    publication.put_back(actor=ACTOR, node=live)
    assert live.occurrences.filter(starts_at__gt=timezone.now()).exists()


def test_what_only_a_group_sees_is_told_to_nobody_outside_it_when_it_is_off(place, steward):
    group = OrganisationFactory(place=place)
    poster, editor = (MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user for _it in range(2))
    listing = ListingFactory(
        place=place, organiser=group, group=group, visibility=Visibility.GROUP, posted_by=poster, name="SECRET supper"
    )
    publication.unpublish(actor=ACTOR, node=listing, reason="It is off.", by_steward=False)
    assert "SECRET" in text(signed_in(poster).get(address(listing)))
    group.memberships.filter(user=poster).delete()
    for user in (poster, steward):
        assert signed_in(user).get(address(listing)).status_code == 404
        assert signed_in(user).post(address(listing), {"put_back": "1"}).status_code == 404
    listing.refresh_from_db()
    assert listing.state == NodeState.ARCHIVED
    # What readers flagged is a steward's to decide.
    publication.keep_off(actor=ACTOR, node=listing, reason="Flagged.")
    assert signed_in(steward).get(address(listing)).status_code == 200
    assert signed_in(poster).get(address(listing)).status_code == 404
    assert signed_in(editor).get(address(listing)).status_code == 200
