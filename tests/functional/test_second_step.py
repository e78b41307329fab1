"""Passkeys and authenticator apps in a real browser, with an authenticator that Chromium plays (WebAuthn, CDP)."""

from __future__ import annotations

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache

from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("neighbourhood")
CODE = re.compile(r"^\s{4}([A-Z]{4}-[A-Z]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _strict(settings):
    settings.REQUIRE_SUPERUSER_MFA = True
    cache.clear()


@pytest.fixture
def boss(neighbourhood):
    user = UserFactory(email="boss@example.org", is_superuser=True, is_staff=True)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def with_authenticator(reader):
    """Give the browser an authenticator that knows its owner by finger; returns how to let them be somebody else."""
    session = reader.context.new_cdp_session(reader.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    number = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda known: session.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": known})


def sign_in(reader, email: str, following: str = "") -> None:
    page = reader.go(f"/accounts/login/?next={following}" if following else "/accounts/login/")
    before = len(mail.outbox)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/code/confirm/**")
    assert len(mail.outbox) == before + 1
    page.get_by_label("code", exact=False).first.fill(CODE.search(mail.outbox[-1].body)[1])
    page.get_by_role("button", name="Sign in").click()


def sign_out(reader) -> None:
    reader.go("/accounts/logout/").get_by_role("button", name="Sign out").click()
    reader.page.wait_for_url(reader.base + "/")


def test_a_superuser_is_led_to_a_passkey_and_signs_in_with_it_alone(visit, boss):
    reader = visit(width=375)
    with_authenticator(reader)
    sign_in(reader, boss.email, "/admin/")
    reader.page.wait_for_url("**/accounts/second-step/**")
    assert "You need one before you go on." in reader.page.locator("main").inner_text()
    reader.page.get_by_role("link", name="Add a passkey").click()
    reader.page.get_by_label("What to call it").fill("my phone")
    reader.page.get_by_role("button", name="Make the passkey").click()
    reader.page.wait_for_url("**/second-step/codes/")
    assert Authenticator.objects.get(user=boss, type="webauthn").wrap().name == "my phone"
    assert "A passkey was added." in mail.outbox[-1].body
    reader.page.get_by_role("link", name="I have kept them").click()
    reader.page.get_by_role("link", name="Go on to where you were going").click()
    reader.page.wait_for_url("**/admin/")

    sign_out(reader)
    letters = len(mail.outbox)
    page = reader.go("/accounts/login/?next=/django-admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/django-admin/")
    assert len(mail.outbox) == letters
    assert not [it for it in reader.errors if "favicon" not in it]
    assert reader.foreign_requests == []


def test_a_passkey_is_the_second_step_after_the_code(visit, boss):
    reader = visit()
    with_authenticator(reader)
    sign_in(reader, boss.email, "/accounts/second-step/passkeys/add/")
    reader.page.wait_for_url("**/passkeys/add/")
    reader.page.get_by_role("button", name="Make the passkey").click()
    reader.page.wait_for_url("**/second-step/codes/")
    sign_out(reader)
    sign_in(reader, boss.email, "/accounts/")
    reader.page.wait_for_url("**/second-step/sign-in/")
    reader.page.get_by_role("button", name="Sign in with a passkey").click()
    reader.page.wait_for_url("**/accounts/")
    # And what matters may be done: it is taken away again.
    reader.go("/accounts/second-step/").get_by_role("link", name="Take “Passkey” away").click()
    reader.page.get_by_role("button", name="Take it away").click()
    reader.page.wait_for_url("**/accounts/second-step/")
    assert not Authenticator.objects.filter(user=boss).exists()


def test_a_device_that_does_not_know_its_owner_lets_nobody_in(visit, boss):
    reader = visit()
    known = with_authenticator(reader)
    sign_in(reader, boss.email, "/accounts/second-step/passkeys/add/")
    reader.page.wait_for_url("**/passkeys/add/")
    reader.page.get_by_role("button", name="Make the passkey").click()
    reader.page.wait_for_url("**/second-step/codes/")
    sign_out(reader)
    known(False)
    page = reader.go("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    reader.wait("document.querySelector('[data-passkey-status]').textContent.includes('No passkey came')", timeout=90)
    assert page.get_by_role("button", name="Sign in with a passkey").is_enabled()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_an_app_does_without_javascript(visit, boss, javascript):
    reader = visit(width=320, javascript=javascript)
    sign_in(reader, boss.email, "/accounts/second-step/app/")
    reader.page.wait_for_url("**/second-step/app/")
    secret = reader.page.locator("code.key").inner_text()
    reader.page.get_by_label("The code", exact=True).fill(now(secret))
    reader.page.get_by_role("button", name="Set it up").click()
    reader.page.wait_for_url("**/second-step/codes/")
    sign_out(reader)
    sign_in(reader, boss.email, "/admin/")
    reader.page.wait_for_url("**/second-step/sign-in/")
    reader.page.get_by_label("The code", exact=True).fill(now(secret, 1))
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/admin/")
    assert "Wagtail" in reader.page.title()
    assert not reader.foreign_requests


def now(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


PAGES = (
    "/accounts/", "/accounts/data/", "/accounts/delete/", "/accounts/confirm/", "/accounts/second-step/",
    "/accounts/second-step/app/", "/accounts/second-step/passkeys/add/",
)  # fmt: skip
AFTER = (
    "/accounts/second-step/", "/accounts/second-step/codes/", "/accounts/second-step/codes/new/",
    "/accounts/second-step/app/remove/", "/accounts/second-step/confirm/",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everyone(visit, boss, scheme):
    reader = visit(width=320, scheme=scheme)
    sign_in(reader, boss.email, "/accounts/")
    reader.page.wait_for_url("**/accounts/")
    found = {}

    def look(path):
        reader.go(path)
        wide = reader.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[path] = [*reader.axe(), *(["wider than the screen"] if wide else [])]

    for path in PAGES:
        look(path)
    secret = reader.go("/accounts/second-step/app/").locator("code.key").inner_text()
    reader.page.get_by_label("The code", exact=True).fill(now(secret))
    reader.page.get_by_role("button", name="Set it up").click()
    reader.page.wait_for_url("**/second-step/codes/")
    for path in AFTER:
        look(path)
    sign_out(reader)
    look("/accounts/login/")
    sign_in(reader, boss.email)
    reader.page.wait_for_url("**/second-step/sign-in/")
    look("/accounts/second-step/sign-in/")
    assert not {path: it for path, it in found.items() if it}
