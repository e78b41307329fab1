from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from cms.commands import StewardError, ensure_pages, ensure_steward
from cms.models import HomePage, PlacePage
from mapping.models import Actor, AuditEntry, PlaceRole, PlaceRoleKind
from tests.factories import PlaceRoleFactory, UserFactory

ACTOR = Actor.command("test")


def test_it_makes_the_first_page_and_the_place_s_page(place):
    page = ensure_pages(place, ACTOR)
    assert page.get_url() == f"/{place.slug}/"
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get()
    assert not Page.objects.filter(title__startswith="Welcome").exists()


def test_running_it_again_changes_nothing(place):
    ensure_pages(place, ACTOR)
    PlacePage.objects.update(title="Written by hand")
    before = AuditEntry.objects.count(), place.revision_number
    ensure_pages(place, ACTOR)
    assert PlacePage.objects.get().title == "Written by hand"
    assert (AuditEntry.objects.count(), place.revision_number) == before


def test_a_steward_can_sign_in_and_reach_the_admin(place, client):
    ensure_pages(place, ACTOR)
    user = ensure_steward("Ann@Example.org", place)
    assert user.email == "ann@example.org"
    assert not user.has_usable_password()
    assert PlaceRole.objects.get(user=user).role == PlaceRoleKind.STEWARD
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    assert PlacePage.objects.get().permissions_for_user(user).can_edit()


def test_making_a_steward_twice_changes_nothing(place):
    ensure_pages(place, ACTOR)
    first = ensure_steward("ann@example.org", place)
    before = AuditEntry.objects.count()
    assert ensure_steward("ann@example.org", place) == first
    assert AuditEntry.objects.count() == before


def test_a_member_becomes_a_steward(place):
    role = PlaceRoleFactory(role=PlaceRoleKind.MEMBER, user=UserFactory(email="bo@example.org"))
    assert ensure_steward("bo@example.org", place) == role.user
    role.refresh_from_db()
    assert role.role == PlaceRoleKind.STEWARD


def test_it_refuses_what_is_not_an_address(place):
    with pytest.raises(StewardError, match="not an e-mail address"):
        ensure_steward("ann", place)


def test_the_command_names_the_places_there_are(place):
    with pytest.raises(CommandError, match="There is: trafford"):
        call_command("make_steward", "ann@example.org", "--place", "tarfford")
