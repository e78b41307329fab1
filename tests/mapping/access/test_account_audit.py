"""Whatever is changed of an account leaves an audit row, whoever changes it and however."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client

from cms.commands import ensure_steward
from mapping.models import Actor, AuditEntry, PlaceRole
from tests.factories import MembershipFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, dict]]:
    return [(it.action, it.target, it.data) for it in AuditEntry.objects.order_by("pk")]


@pytest.fixture
def person():
    user = UserFactory()
    AuditEntry.objects.all().delete()
    return user


def test_a_new_account_is_told_of_by_number(db):
    user = UserFactory(username="ann@example.org", email="ann@example.org")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("add user", f"user {user.pk}")
    assert "ann" not in f"{entry.target}{entry.data}"


def test_what_changes_is_told_by_the_names_of_fields(person):
    person.email, person.is_staff = "new@example.org", True
    person.save()
    assert told() == [("change user", f"user {person.pk}", {"fields": ["email", "is_staff"]})]


def test_signing_in_and_saving_the_same_are_no_change(person):
    Client().force_login(person)
    get_user_model().objects.get(pk=person.pk).save()
    assert told() == []


def test_groups_and_permissions_are_told_of_from_both_ends(person):
    group = Group.objects.create(name="Typists")
    person.groups.add(group)
    group.user_set.remove(person)
    permission = Permission.objects.get(content_type__app_label="auth", codename="add_user")
    person.user_permissions.set([permission])
    group.permissions.add(permission)
    person.groups.clear()
    named = f"user {person.pk}"
    assert told() == [
        ("add group", "Typists", {}),
        ("change user", named, {"fields": ["groups"], "added": ["Typists"]}),
        ("change user", named, {"fields": ["groups"], "removed": ["Typists"]}),
        ("change user", named, {"fields": ["user_permissions"], "added": ["auth.add_user"]}),
        ("change group", "Typists", {"fields": ["permissions"], "added": ["auth.add_user"]}),
        ("change user", named, {"fields": ["groups"], "cleared": []}),
    ]


def test_roles_and_memberships_are_told_of(place, person):
    role = PlaceRoleFactory(place=place, user=person, role="member")
    role.role = "steward"
    role.save()
    membership = MembershipFactory(user=person)
    role.delete()
    membership.organisation.delete()
    assert [it[:2] for it in told()] == [
        ("add place role", f"user {person.pk}: member"),
        ("change place role", f"user {person.pk}: steward"),
        ("add membership", f"user {person.pk} in node {membership.organisation_id}: owner"),
        ("delete place role", f"user {person.pk}: steward"),
        ("delete membership", f"user {person.pk} in node {membership.organisation_id}: owner"),
    ]


def test_who_did_it_is_told_through_both_admins(place, person):
    boss = UserFactory(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    AuditEntry.objects.all().delete()
    form = {"username": person.username, "email": "other@example.org", "first_name": "A", "last_name": "B"}
    answer = client.post(f"/admin/users/edit/{person.pk}/", {**form, "is_active": "on"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.filter(action="change user").latest("pk")
    assert (entry.user, entry.target) == (boss, f"user {person.pk}")
    assert "email" in entry.data["fields"]
    client.post("/django-admin/auth/group/add/", {"name": "Readers"})
    assert AuditEntry.objects.get(action="add group").user == boss


def test_a_command_is_named(place, monkeypatch):
    monkeypatch.setattr("sys.argv", ["manage.py", "make_steward"])
    ensure_steward("new@example.org", place, Actor.command("make_steward"))
    assert PlaceRole.objects.exists()
    assert set(AuditEntry.objects.filter(action="add place role").values_list("actor", flat=True)) == {
        "command make_steward"
    }


def test_an_account_that_is_deleted_leaves_a_row(person):
    number = person.pk
    person.delete()
    assert told() == [("delete user", f"user {number}", {})]
