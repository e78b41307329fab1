"""One's own account: who one is here, what is kept, getting it, going."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from django.conf import global_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from cms.commands import ensure_steward
from config.accounts import stamped
from listings.models import Alert, Member, Membership, MembershipRole
from mapping.access.personal_data import Person
from mapping.commands import persons
from mapping.models import Actor, AuditEntry, Node, PlaceRole, Withdrawal
from mapping.tasks import sweep_person
from tests import factories
from tests.config.test_accounts import ask, code_in, enter
from tests.factories import ListingFactory, MembershipFactory, NodeFactory, PlaceFactory, UserFactory

EMAIL = "zuleika@zq-example.org"


@pytest.fixture(autouse=True)
def _no_limits_left_over(db):
    cache.clear()


@pytest.fixture
def client(mailoutbox) -> Client:
    """Somebody who has just signed in."""
    user = UserFactory(email=EMAIL, username="zuleika-name")
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    client = Client()
    client.user = user
    ask(client, EMAIL)
    enter(client, code_in(mailoutbox))
    return client


def test_it_says_who_one_is(client, group):
    PlaceRole.objects.create(place=group.place, user=client.user, role="steward")
    MembershipFactory(organisation=group, user=client.user, role=MembershipRole.EDITOR)
    page = client.get("/accounts/").content.decode()
    assert f"<strong>{EMAIL}</strong>" in page
    assert group.place.name in page and group.name in page
    assert "groups that you belong to (1)" in client.get("/accounts/data/").content.decode()


def test_it_leads_to_what_is_ones_own(client, group):
    other = factories.OrganisationFactory(place=group.place, name="Sale Suppers")
    PlaceRole.objects.create(place=group.place, user=client.user, role="steward")
    factories.member_of(factories.open_space_of(group), client.user)
    asked = factories.open_space_of(other)
    Member.objects.create(space=asked, user=client.user, name="Z")
    page = client.get("/accounts/").content.decode()
    for url in ("/admin/queue/", "/post/", f"/groups/{group.uuid}/space/", f"/groups/{other.uuid}/join/"):
        assert f'href="{url}"' in page, url
    assert f"{group.place.get_absolute_url()}members/" in page
    assert f'href="/groups/{other.uuid}/space/"' not in page


def test_who_looks_after_nothing_is_not_sent_to_the_queue(client):
    page = client.get("/accounts/").content.decode()
    assert "/admin/" not in page and "What you have joined" not in page


def test_every_page_leads_there_and_sets_no_cookie(place):
    answer = Client().get("/post/")
    assert 'href="/accounts/"' in answer.content.decode() and not answer.cookies


def test_it_is_for_nobody_who_is_not_signed_in(db):
    for path in ("/accounts/", "/accounts/data/", "/accounts/delete/"):
        assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"
    assert Client().post("/accounts/sign-out-everywhere/")["Location"].startswith("/accounts/login/")


def test_one_gets_everything_as_a_file(client, place):
    Alert.objects.create(email=EMAIL, place=place, question="q=hall")
    answer = client.post("/accounts/data/")
    assert answer["Content-Disposition"].startswith('attachment; filename="about-you-')
    found = json.loads(answer.content)
    assert found["kept"]["listings.Alert"]["rows"][0]["question"] == "q=hall"
    assert found["kept"]["auth.User"]["rows"][0]["email"] == EMAIL


def test_deleting_tells_what_stays_and_what_others_notice(client, group):
    MembershipFactory(organisation=group, user=client.user)
    ListingFactory(place=group.place, posted_by=client.user)
    page = client.get("/accounts/delete/").content.decode()
    assert "will have no owner: it goes back to the steward" in page
    assert "What you posted, without your name or address." in page


@pytest.mark.parametrize("typed", ["", "other@zq-example.org", "\0", "x" * 3000])
def test_a_slip_deletes_nothing(client, typed):
    answer = client.post("/accounts/delete/", {"email": typed})
    assert answer.status_code == 422
    assert get_user_model().objects.filter(pk=client.user.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_deleting_takes_it_all_away(client, group):
    MembershipFactory(organisation=group, user=client.user)
    listing = ListingFactory(place=group.place, posted_by=client.user, email=EMAIL)
    noted = NodeFactory(place=group.place, summary=f"Ask {EMAIL}.")
    elsewhere = Client()
    elsewhere.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
    left = elsewhere.session.session_key
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/accounts/delete/", {"email": f" {EMAIL.upper()} "})
    assert answer["Location"] == "/" and not of_all_sessions(queries)
    assert "Your account is deleted." in client.get("/accounts/login/").content.decode()
    assert not get_user_model().objects.filter(pk=client.user.pk).exists()
    assert elsewhere.get("/accounts/").status_code == 302
    listing.refresh_from_db()
    assert (listing.posted_by, listing.email) == (None, "")
    assert not Membership.objects.exists()
    assert Withdrawal.objects.filter(kind="account", target=str(client.user.pk)).exists()
    entry = AuditEntry.objects.get(action="erase person")
    assert (entry.actor, entry.user_id) == ("the person themself", None)
    assert not AuditEntry.objects.filter(actor="zuleika-name").exists()
    # The job that follows takes the address out of texts, and out of its own row.
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = ProcrastinateJob.objects.get(task_name="sweep_person")
    assert Session.objects.filter(pk=left).exists()
    sweep_person(**job.args)
    assert not Session.objects.filter(pk=left).exists()
    assert Node.objects.get(pk=noted.pk).summary == "Ask (erased)."
    assert EMAIL not in str(ProcrastinateJob.objects.get(pk=job.pk).args)
    # Whoever begins anew with the same address is somebody new, and left alone by a job that comes late.
    fresh = UserFactory(email=EMAIL)
    ask(elsewhere, EMAIL)
    persons.sweep((EMAIL,), (client.user.pk,))
    fresh.refresh_from_db()
    assert fresh.email == EMAIL
    assert Session.objects.filter(pk=elsewhere.session.session_key).exists()


def test_deleting_twice_is_deleting_once(client):
    assert client.post("/accounts/delete/", {"email": EMAIL}).status_code == 302
    assert client.post("/accounts/delete/", {"email": EMAIL})["Location"].startswith("/accounts/login/")


def test_the_last_who_looks_after_the_site_stays(client):
    get_user_model().objects.filter(pk=client.user.pk).update(is_superuser=True)
    answer = client.post("/accounts/delete/", {"email": EMAIL})
    assert answer.status_code == 409
    assert "Make another superuser first" in answer.content.decode()


def test_signing_out_everywhere_ends_every_session_of_this_account_alone(client):
    second, other = Client(), Client()
    second.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
    other.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/accounts/sign-out-everywhere/")["Location"] == "/accounts/login/"
    assert [it.get("/accounts/").status_code for it in (client, second, other)] == [302, 302, 200]


def test_a_password_holds_after_signing_out_everywhere(client):
    """Superusers may have one, for the day that no mail goes out."""
    user = client.user
    user.set_password("a long one, for once")
    user.save()
    for _again in range(2):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/accounts/").status_code == 200
        stamped.sign_out_everywhere(user)
        assert client.get("/accounts/").status_code == 302
        user.refresh_from_db()
        assert user.password.count("stamped$") == 1
    assert not user.check_password("another")
    assert user.password.startswith("stamped$") and identify_hasher(user.password).safe_summary(user.password)
    assert user.check_password("a long one, for once")
    user.refresh_from_db()
    assert "stamped" not in user.password and user.check_password("a long one, for once")


def test_a_hash_has_room_for_the_stamp():
    """Of the hasher that makes them in production; tests have a quicker one."""
    hasher = import_string(global_settings.PASSWORD_HASHERS[0])()
    room = get_user_model()._meta.get_field("password").max_length
    assert len(stamped.stamped(hasher.encode("x", hasher.salt()))) <= room


def of_all_sessions(queries) -> list[str]:
    """Queries that read or write sessions other than by their keys."""
    return [it["sql"] for it in queries if '"django_session"' in it["sql"] and "session_key" not in it["sql"]
            or 'FROM "django_session"' in it["sql"] and "WHERE" not in it["sql"]]  # fmt: skip


def test_no_request_reads_the_sessions_of_others(client):
    for path, data in (("data/", {}), ("delete/", {"email": "no"}), ("sign-out-everywhere/", {})):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/accounts/{path}")
            client.post(f"/accounts/{path}", data)
        assert len(queries) and not of_all_sessions(queries), path


def test_the_file_says_what_only_the_command_writes(client):
    found = json.loads(client.post("/accounts/data/").content)
    assert found["left_out"] == ["browsers that you are signed in with"]
    assert "sessions.Session" not in found["kept"]
    whole = persons.export(Person.of_account(client.user))
    assert whole["left_out"] == [] and whole["kept"]["sessions.Session"]["rows"]


def test_somebody_with_a_longer_address_stays_signed_in():
    """Their address stands in a session until the code is typed; that of somebody who is erased ends inside it."""
    sessions = []
    for email in ("ann@example.org", "joann@example.org", "ann@example.org.uk"):
        client = Client()
        ask(client, email)
        sessions.append(client.session.session_key)
    persons.erase(actor=Actor.command("test"), person=Person(emails=("ann@example.org",)))
    left = set(Session.objects.values_list("pk", flat=True))
    assert [it in left for it in sessions] == [False, True, True]


def test_where_one_lands(place, mailoutbox):
    ensure_steward("steward@example.org", place)
    landed = []
    for email, data in (
        ("steward@example.org", {}),
        ("who@example.org", {}),
        ("steward@example.org", {"next": "/post/"}),
    ):
        client = Client()
        ask(client, email, **data)
        landed.append(enter(client, code_in(mailoutbox), **data)["Location"])
    assert landed == [reverse("queue"), "/post/", "/post/"]


def test_a_place_is_not_needed(client):
    PlaceFactory()
    assert client.get("/accounts/").status_code == 200
