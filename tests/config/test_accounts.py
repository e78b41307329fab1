from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from config.accounts import codes
from tests.factories import UserFactory

CODE = re.compile(r"^\s{4}([A-Z]{4}-[A-Z]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


def ask(client, email, **data):
    return client.post("/accounts/login/", {"email": email, **data})


def code_in(mailoutbox) -> str:
    return CODE.search(mailoutbox[-1].body)[1]


def enter(client, code, **data):
    return client.post("/accounts/login/code/confirm/", {"code": code, **data})


def known_user():
    user = UserFactory(email="ann@example.org")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def test_a_known_address_signs_in_with_the_code(client, db, mailoutbox):
    user = known_user()
    ask(client, "ann@example.org")
    answer = enter(client, code_in(mailoutbox).lower())
    assert answer["Location"] == "/post/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_unknown_address_has_an_account_only_once_the_code_is_entered(client, db, mailoutbox):
    ask(client, "New@Example.org")
    assert not get_user_model().objects.exists()
    enter(client, code_in(mailoutbox))
    user = get_user_model().objects.get()
    assert user.email == "new@example.org"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert client.session["_auth_user_id"] == str(user.pk)


def test_two_windows_at_the_same_moment_have_one_account(client, db, mailoutbox, monkeypatch):
    """The other window made it after this one had looked, and before this one could."""
    ask(client, "ann@example.org")
    user = known_user()
    looks, real = [], codes.filter_users_by_email

    def too_early(*args, **more):
        looks.append(args)
        return [] if len(looks) == 1 else real(*args, **more)

    monkeypatch.setattr(codes, "filter_users_by_email", too_early)
    assert enter(client, code_in(mailoutbox)).status_code == 302
    assert len(looks) == 2
    assert client.session["_auth_user_id"] == str(user.pk)
    assert get_user_model().objects.count() == EmailAddress.objects.count() == 1


def test_nothing_tells_a_known_address_from_an_unknown_one(db, mailoutbox):
    known_user()
    seen = []
    for email in ("ann@example.org", "who@example.org"):
        client = Client()
        answer = ask(client, email)
        page = client.get(answer["Location"]).content.decode().replace(email, "")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        wrong = enter(client, "BBBB-BBBB").status_code
        seen.append((answer.status_code, answer["Location"], page, wrong, mailoutbox[-1].subject[9:]))
    assert seen[0] == seen[1]


def test_two_windows_of_one_stranger_make_one_account(db, mailoutbox):
    first, second = Client(), Client()
    ask(first, "new@example.org")
    code = code_in(mailoutbox)
    ask(second, "new@example.org")
    enter(first, code)
    enter(second, code_in(mailoutbox))
    assert get_user_model().objects.count() == 1


def test_a_closed_account_stays_closed(client, db, mailoutbox):
    user = known_user()
    user.is_active = False
    user.save()
    ask(client, "ann@example.org")
    assert enter(client, code_in(mailoutbox))["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_three_wrong_codes_end_it(client, db, mailoutbox):
    known_user()
    ask(client, "ann@example.org")
    code = code_in(mailoutbox)
    for _ in range(3):
        enter(client, "BBBB-BBBB")
    enter(client, code)
    assert "_auth_user_id" not in client.session


def test_codes_for_one_address_are_limited(db, mailoutbox):
    for _ in range(5):
        ask(Client(), "ann@example.org")
    assert len(mailoutbox) == 3


@pytest.mark.parametrize(
    ("following", "arrived"),
    [("/post/check/", "/post/check/"), ("https://evil.example/", "/post/"), ("//evil.example", "/post/")],
)
def test_it_goes_on_to_pages_of_this_site_only(client, db, mailoutbox, following, arrived):
    ask(client, "ann@example.org", next=following)
    assert enter(client, code_in(mailoutbox), next=following)["Location"] == arrived


def test_a_mistyped_address_can_be_corrected(client, db, mailoutbox):
    ask(client, "anm@example.org")
    assert client.get("/accounts/login/").status_code == 302
    assert client.get("/accounts/login/?again=1").status_code == 200
    ask(client, "ann@example.org")
    assert mailoutbox[-1].to == ["ann@example.org"]


def test_an_error_has_a_summary_that_leads_to_the_field(client, db):
    page = ask(client, "ann").content.decode()
    assert 'href="#id_email"' in page
    assert "autofocus" in page


def test_what_was_begun_before_signing_in_is_kept(client, db, mailoutbox):
    session = client.session
    session["post_draft"] = {"name": "Tea dance"}
    session.save()
    ask(client, "ann@example.org")
    enter(client, code_in(mailoutbox))
    assert client.session["post_draft"] == {"name": "Tea dance"}


def test_when_mail_cannot_be_sent_the_page_says_so(client, db, settings):
    settings.EMAIL_BACKEND = "tests.config.test_accounts.BrokenBackend"
    answer = ask(client, "ann@example.org")
    assert answer.status_code == 503
    assert b"mail server does not answer" in answer.content


class BrokenBackend:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_passwords_are_not_asked_for_anywhere(client, db):
    assert client.get("/accounts/password/reset/").status_code == 404
    assert client.get("/admin/password_reset/").status_code == 404
    assert client.get("/admin/login/", {"next": "/admin/"})["Location"] == ("/accounts/login/?next=%2Fadmin%2F")


def test_somebody_who_is_no_steward_is_told_so_without_going_round_in_circles(client, db):
    client.force_login(UserFactory())
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403


def test_signing_out_needs_a_button(client, db):
    client.force_login(UserFactory())
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
