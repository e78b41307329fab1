"""Saved views: kept, renamed, deleted, by whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from mapping.commands import views
from mapping.models import Actor, AuditEntry, PlaceRoleKind, SavedView, Visibility
from mapping.network.view.state import NetworkView
from tests.factories import PlaceFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(place):
    return PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER).user


def keep(place, user, name="Who funds whom", **more):
    state = more.pop("state", NetworkView(types=("funds",)))
    return views.save(actor=Actor.of(user), place=place, state=state, name=name, **more)


def test_the_state_that_is_kept_opens_again_as_it_was(place, member):
    state = NetworkView(types=("funds", "owns"), colour="community", steps=2, least=3)
    kept = SavedView.objects.get(pk=keep(place, member, state=state).pk)
    assert NetworkView.from_params(kept.state) == state


def test_names_that_collide_get_numbers(place, member):
    assert [keep(place, member).slug for _ in range(3)] == ["who-funds-whom", "who-funds-whom-2", "who-funds-whom-3"]


def test_a_name_without_letters_gets_an_address_too(place, member):
    assert keep(place, member, name="???").slug == "view"
    assert keep(place, member, name="Ω").slug == "view-2"


def test_the_same_name_elsewhere_keeps_its_address(place, member):
    other = PlaceFactory(slug="salford", code="E2")
    assert keep(place, member).slug == keep(other, member).slug


def test_two_of_one_address_cannot_be_written(place, member):
    view = keep(place, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(place=place, slug=view.slug, name="Another")


@pytest.mark.parametrize(("name", "field"), [("  ", "name"), ("x" * 121, "name"), ("a\x00b", "name")])
def test_a_name_that_cannot_be_is_refused(place, member, name, field):
    with pytest.raises(views.ViewRefused) as refused:
        keep(place, member, name=name)
    assert refused.value.field == field
    assert not SavedView.objects.exists()


def test_a_state_that_is_not_understood_is_refused(place, member):
    with pytest.raises(views.ViewRefused, match="colour"):
        keep(place, member, state=NetworkView.from_params({"colour": "rainbow"}))


def test_it_leaves_an_audit_row_and_what_is_published_alone(place, member):
    before = place.revision_number
    keep(place, member)
    entry = AuditEntry.objects.get(action="save view")
    assert (entry.user, entry.data["slug"]) == (member, "who-funds-whom")
    assert place.revision_number == before


def test_too_many_are_refused(place, member, monkeypatch):
    monkeypatch.setattr(views, "MAX_VIEWS", 1)
    keep(place, member)
    with pytest.raises(views.ViewRefused, match="Delete some"):
        keep(place, member)


def test_renaming_keeps_the_address(place, member):
    view = keep(place, member)
    views.rename(actor=Actor.of(member), view=view, name="Money", text="All of it.", visibility=Visibility.MEMBERS)
    view.refresh_from_db()
    assert (view.slug, view.name, view.text, view.visibility) == ("who-funds-whom", "Money", "All of it.", "members")
    assert AuditEntry.objects.get(action="rename view").data["before"]["name"] == "Who funds whom"


def test_renaming_to_the_same_leaves_no_trace(place, member):
    view = keep(place, member)
    views.rename(actor=Actor.of(member), view=view, name=view.name, text="", visibility=Visibility.PUBLIC)
    assert not AuditEntry.objects.filter(action="rename view").exists()


def test_deleting_keeps_what_it_showed_in_the_audit(place, member):
    views.delete(actor=Actor.of(member), view=keep(place, member))
    assert not SavedView.objects.exists()
    assert AuditEntry.objects.get(action="delete view").data["state"] == {"type": ["funds"]}


def test_who_may(place, member):
    view = keep(place, member)
    other = PlaceRoleFactory(place=place, role=PlaceRoleKind.WEAVER).user
    steward = PlaceRoleFactory(place=place, role=PlaceRoleKind.STEWARD).user
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2"), role=PlaceRoleKind.STEWARD).user
    root = UserFactory(is_superuser=True)
    people = [AnonymousUser(), UserFactory(), elsewhere, other, member, steward, root]
    assert [views.may_save(it, place) for it in people] == [False, False, False, True, True, True, True]
    assert [views.may_change(it, view) for it in people] == [False, False, False, False, True, True, True]
