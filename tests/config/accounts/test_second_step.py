"""A second step of signing in: who may, who must, what it takes to change it, how one gets back in."""

from __future__ import annotations

import io
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, RequestFactory

from cms.commands import ensure_steward
from config.accounts.adapter import SecondStep, host_of, passkeys_work
from mapping.models import AuditEntry
from tests.config.test_accounts import ask, code_in, enter
from tests.factories import UserFactory

APP = "/accounts/second-step/app/"
MUST = "/accounts/second-step/"


@pytest.fixture(autouse=True)
def _strict(settings, db, monkeypatch):
    settings.REQUIRE_SUPERUSER_MFA = True
    # What allauth does once it is committed belongs to the same request; inside a test nothing is committed.
    monkeypatch.setattr(transaction, "on_commit", lambda after, **more: after())
    cache.clear()


def somebody(**more):
    user = UserFactory(email="ann@example.org", **more)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def sign_in(mailoutbox, email="ann@example.org", client=None, **data):
    client = client or Client()
    ask(client, email, **data)
    return client, enter(client, code_in(mailoutbox), **data)


def now(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client) -> str:
    """Set up an app; returns its secret."""
    page = client.get(APP).content.decode()
    secret = re.search(r'<code class="key">([A-Z2-7]+)</code>', page)[1]
    answer = client.post(APP, {"code": now(secret)})
    assert answer["Location"] == "/accounts/second-step/codes/"
    return secret


def with_app(user) -> str:
    """Give an account an app without its pages."""
    secret = totp.generate_totp_secret()
    Authenticator.objects.create(user=user, type="totp", data={"secret": SecondStep().encrypt(secret)})
    return secret


def test_an_app_is_set_up_and_asked_for_when_signing_in(mailoutbox):
    user = somebody()
    client, _answer = sign_in(mailoutbox)
    secret = set_up(client)
    assert Authenticator.objects.filter(user=user).count() == 2  # with recovery codes
    assert "An authenticator app was added." in mailoutbox[-1].body

    other, answer = sign_in(mailoutbox, next="/post/feeds/")
    assert answer["Location"] == "/accounts/second-step/sign-in/"
    assert "_auth_user_id" not in other.session
    page = other.get(answer["Location"])
    assert "Sign in with a passkey" not in page.content.decode()
    wrong = other.post(answer["Location"], {"code": "000000"})
    assert wrong.status_code == 422 and "did not fit" in wrong.content.decode()
    right = other.post(answer["Location"], {"code": now(secret, 1)})
    assert right["Location"] == "/post/feeds/"
    assert other.session["_auth_user_id"] == str(user.pk)


def test_a_code_of_the_app_holds_once(mailoutbox):
    secret = with_app(somebody())
    code = now(secret)
    statuses = []
    for _ in range(2):
        client, _answer = sign_in(mailoutbox)
        statuses.append(client.post("/accounts/second-step/sign-in/", {"code": code}).status_code)
    assert statuses == [302, 422]


def test_a_recovery_code_lets_in_once(mailoutbox):
    user = somebody()
    client, _answer = sign_in(mailoutbox)
    set_up(client)
    codes = client.get("/accounts/second-step/codes/file/").content.decode().split()
    one = [it for it in codes if it.isdigit() and len(it) == 8][0]
    for expected in (302, 422):
        other, _answer = sign_in(mailoutbox)
        assert other.post("/accounts/second-step/sign-in/", {"code": one}).status_code == expected
    assert Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes() != codes


def test_guesses_of_the_second_step_are_limited(mailoutbox):
    secret = with_app(somebody())
    client, _answer = sign_in(mailoutbox)
    for _ in range(12):
        client.post("/accounts/second-step/sign-in/", {"code": "000000"})
    assert client.post("/accounts/second-step/sign-in/", {"code": now(secret)}).status_code == 422


@pytest.mark.parametrize("code", ["", "\0", "1" * 5000, "１２３４５６", "ab cdef", "<b>"])
def test_nonsense_for_a_code_is_refused_in_words(mailoutbox, code):
    with_app(somebody())
    client, _answer = sign_in(mailoutbox)
    assert client.post("/accounts/second-step/sign-in/", {"code": code}).status_code == 422


@pytest.mark.parametrize("credential", ["", "{", "null", "[]", "{}", '"x"', '{"id": 1}', "\0", "{" * 9000,
                                        '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}'])  # fmt: skip
def test_nonsense_for_a_passkey_is_refused_in_words(mailoutbox, credential):
    user = somebody()
    with_app(user)
    client, _answer = sign_in(mailoutbox)
    assert client.post("/accounts/second-step/sign-in/", {"credential": credential}).status_code == 422
    assert Client().post("/accounts/login/passkey/", {"credential": credential})["Location"] == "/accounts/login/"


def test_the_secret_is_not_kept_as_it_is(mailoutbox):
    user = somebody()
    client, _answer = sign_in(mailoutbox)
    secret = set_up(client)
    assert secret not in str(Authenticator.objects.get(user=user, type="totp").data)


def test_with_another_key_of_the_site_no_code_fits_and_nothing_breaks(mailoutbox, settings):
    secret = with_app(somebody())
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    client, _answer = sign_in(mailoutbox)
    assert client.post("/accounts/second-step/sign-in/", {"code": now(secret)}).status_code == 422
    settings.SECRET_KEY_FALLBACKS = [kept]
    assert client.post("/accounts/second-step/sign-in/", {"code": now(secret)}).status_code == 302


# Who must


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/pages/", "/django-admin/", "/django-admin/auth/user/", "/admin/x/"]
)
def test_a_superuser_without_a_second_step_is_led_to_set_one_up(mailoutbox, path):
    somebody(is_superuser=True, is_staff=True)
    client, _answer = sign_in(mailoutbox)
    answer = client.get(path)
    assert answer.status_code == 302 and answer["Location"].startswith(f"{MUST}?next=")
    assert "You need one before you go on." in client.get(answer["Location"]).content.decode()
    set_up(client)
    page = client.get(MUST).content.decode()
    assert f'href="{path}"' in page
    assert client.get(path, follow=True).status_code in (200, 404)


def test_a_password_alone_does_not_do(mailoutbox):
    user = somebody(is_superuser=True, is_staff=True)
    user.set_password("right")
    user.save()
    secret = with_app(user)
    client = Client()
    client.post("/django-admin/login/", {"username": user.username, "password": "right"})
    assert client.session["_auth_user_id"] == str(user.pk)
    answer = client.get("/django-admin/")
    assert answer["Location"] == "/accounts/second-step/confirm/?next=%2Fdjango-admin%2F"
    assert client.post(answer["Location"], {"code": now(secret), "next": "/django-admin/"})["Location"] == (
        "/django-admin/"
    )
    assert client.get("/django-admin/").status_code == 200


def test_after_a_password_alone_no_second_step_can_be_added_or_taken_away():
    user = somebody(is_superuser=True, is_staff=True)
    user.set_password("right")
    user.save()
    client = Client()
    client.post("/django-admin/login/", {"username": user.username, "password": "right"})
    assert client.get(APP)["Location"].startswith("/accounts/confirm/")
    with_app(user)
    assert client.get(f"{APP}remove/")["Location"].startswith("/accounts/second-step/confirm/")
    # Nor by a code to the address, now that there is more than that.
    assert client.post("/accounts/confirm/", {"send": "1"})["Location"].startswith("/accounts/second-step/confirm/")


def test_whoever_came_by_a_password_proves_their_address_first(mailoutbox):
    user = UserFactory(email="ann@example.org", is_superuser=True, is_staff=True)
    user.set_password("right")
    user.save()
    client = Client()
    client.post("/django-admin/login/", {"username": user.username, "password": "right"})
    client.post("/accounts/confirm/", {"send": "1", "next": APP})
    assert client.post("/accounts/confirm/", {"code": code_in(mailoutbox), "next": APP})["Location"] == APP
    # Else a passkey made now would lead to a page that asks for that proof, and not in.
    assert EmailAddress.objects.get(user=user).verified
    set_up(client)
    assert client.get("/django-admin/").status_code == 200


def test_what_a_superuser_sends_to_the_admin_is_not_done_before_the_second_step(mailoutbox):
    somebody(is_superuser=True, is_staff=True)
    client, _answer = sign_in(mailoutbox)
    answer = client.post("/django-admin/auth/user/add/", {"username": "x"})
    assert answer["Location"] == f"{MUST}?next=%2Fdjango-admin%2Fauth%2Fuser%2Fadd%2F"


def test_a_superuser_may_always_sign_out(mailoutbox):
    somebody(is_superuser=True, is_staff=True)
    client, _answer = sign_in(mailoutbox)
    assert client.post("/django-admin/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_stewards_are_asked_for_it_where_the_operator_says_so(mailoutbox, settings, place):
    ensure_steward("ann@example.org", place)
    client, _answer = sign_in(mailoutbox)
    assert client.get("/admin/").status_code == 200
    assert "recommend" in client.get("/accounts/").content.decode()
    settings.REQUIRE_STEWARD_MFA = True
    assert client.get("/admin/")["Location"] == f"{MUST}?next=%2Fadmin%2F"
    assert client.get("/trafford/map/").status_code in (200, 404)


def test_the_first_superuser_of_a_site_gets_in(mailoutbox, monkeypatch):
    """As docs/operator.md tells: createsuperuser, a code by e-mail, an app, the admin."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "not-used-by-anybody")
    call_command("createsuperuser", interactive=False, username="boss", email="boss@example.org", stdout=io.StringIO())
    client, answer = sign_in(mailoutbox, "boss@example.org", next="/django-admin/")
    assert answer["Location"] == "/django-admin/"
    assert client.get("/django-admin/")["Location"].startswith(MUST)
    set_up(client)
    assert client.get("/django-admin/").status_code == 200


# What it takes to change it


def long_ago(client) -> None:
    session = client.session
    for it in session["account_authentication_methods"]:
        it["at"] -= 3600
    session.save()


@pytest.mark.parametrize("path", [APP, "/accounts/second-step/passkeys/add/", "/accounts/data/", "/accounts/delete/"])
def test_after_a_while_one_shows_again_who_one_is_by_e_mail(mailoutbox, path):
    somebody()
    client, _answer = sign_in(mailoutbox)
    assert client.get(path).status_code == 200
    long_ago(client)
    answer = client.get(path)
    assert answer["Location"].startswith("/accounts/confirm/?next=")
    assert "Send me a code" in client.get(answer["Location"]).content.decode()
    sent = client.post("/accounts/confirm/", {"send": "1", "next": path})
    assert f'value="{path}"' in sent.content.decode()
    assert client.post("/accounts/confirm/", {"code": "BBBB-BBBB", "next": path}).status_code == 422
    right = client.post("/accounts/confirm/", {"code": code_in(mailoutbox).lower(), "next": path})
    assert right["Location"] == path
    assert client.get(path).status_code == 200


def test_a_code_to_confirm_holds_three_tries_and_not_for_another_account(mailoutbox):
    somebody()
    client, _answer = sign_in(mailoutbox)
    client.post("/accounts/confirm/", {"send": "1"})
    code = code_in(mailoutbox)
    for _ in range(3):
        client.post("/accounts/confirm/", {"code": "BBBB-BBBB"})
    assert "Send me a code" in client.post("/accounts/confirm/", {"code": code}).content.decode()


def test_codes_to_confirm_are_limited(mailoutbox):
    somebody()
    client, _answer = sign_in(mailoutbox)
    for _ in range(6):
        client.post("/accounts/confirm/", {"send": "1"})
    assert len(mailoutbox) <= 4


def test_confirming_leads_to_pages_of_this_site_only(mailoutbox):
    somebody()
    client, _answer = sign_in(mailoutbox)
    page = client.get("/accounts/confirm/?next=https://evil.example/").content.decode()
    assert "evil.example" not in page


def test_somebody_else_s_passkey_cannot_be_taken_away(mailoutbox):
    other = Authenticator.objects.create(user=UserFactory(), type="webauthn", data={"name": "x", "credential": {}})
    somebody()
    client, _answer = sign_in(mailoutbox)
    assert client.post(f"/accounts/second-step/passkeys/{other.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_the_picture_is_of_no_other_site_and_inline_in_no_script(mailoutbox):
    somebody()
    client, _answer = sign_in(mailoutbox)
    page = client.get(APP)
    assert '<img src="data:image/svg+xml;base64,' in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


# Getting back in


def test_reset_second_step_takes_it_away_and_says_so(mailoutbox, settings):
    user = somebody(is_superuser=True, is_staff=True)
    client, _answer = sign_in(mailoutbox)
    set_up(client)
    out = io.StringIO()
    call_command("reset_second_step", "ann@example.org", stdout=out)
    assert not Authenticator.objects.filter(user=user).exists()
    entry = AuditEntry.objects.get(action="reset second step")
    assert entry.data == {"account": user.pk, "taken": 2}
    assert "ann@example.org" not in f"{entry.target}{entry.data}"
    assert client.get("/accounts/")["Location"].startswith("/accounts/login/")  # signed out everywhere
    assert "taken away" in mailoutbox[-1].body
    call_command("reset_second_step", "ann@example.org", stdout=out)
    assert "has no second step" in out.getvalue()
    assert AuditEntry.objects.filter(action="reset second step").count() == 1


def test_reset_second_step_of_nobody():
    with pytest.raises(CommandError, match="No account has this address"):
        call_command("reset_second_step", "nobody@example.org")


# Behind a proxy


@pytest.mark.parametrize(
    ("site", "asked", "name"),
    [
        ("https://map.example.org", "web:8000", "map.example.org"),
        ("", "localhost:8123", "localhost"),
        ("", "[::1]:8000", "::1"),
    ],
)
def test_passkeys_belong_to_the_public_name(settings, site, asked, name):
    settings.SITE_URL = site
    assert host_of(RequestFactory().get("/", HTTP_HOST=asked)) == name


@pytest.mark.parametrize(("asked", "work"), [("127.0.0.1:8000", False), ("[::1]:8000", False), ("localhost", True)])
def test_passkeys_are_offered_where_they_can_be_made(client, settings, asked, work):
    settings.SITE_URL = ""
    assert passkeys_work(RequestFactory().get("/", HTTP_HOST=asked)) is work
    page = client.get("/accounts/login/", HTTP_HOST=asked).content.decode()
    assert ("Sign in with a passkey" in page) is work


def test_the_page_for_signing_in_begins_nothing(client):
    client.get("/accounts/login/")
    assert "sessionid" not in client.cookies
