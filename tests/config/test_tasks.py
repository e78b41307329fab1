"""What the site lets go of: the log of sign-ins, and sessions that have ended."""

from __future__ import annotations

import datetime

import pytest
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone

from config.tasks import purge
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MODELS = (AccessLog, AccessFailureLog, AccessAttempt)


def test_sign_ins_are_kept_for_thirty_days():
    for model in MODELS:
        more = {"failures_since_start": 1} if model is AccessAttempt else {}
        model.objects.create(username="ann", ip_address="192.0.2.1", user_agent="x", path_info="/", **more)
    now = timezone.now()
    assert set(purge(now + datetime.timedelta(days=29)).values()) == {0}
    assert set(purge(now + datetime.timedelta(days=31)).values()) == {1}
    assert not any(model.objects.exists() for model in MODELS)


def test_sessions_that_have_ended_go_and_others_stay():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - datetime.timedelta(days=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + datetime.timedelta(days=1))
    purge(now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


@pytest.mark.parametrize(
    ("behind", "forwarded", "seen"),
    [
        (False, "198.51.100.9", "192.0.2.1"),
        (True, "198.51.100.9", "198.51.100.9"),
        # What a reader claims stands before what the proxy saw.
        (True, "203.0.113.7, 198.51.100.9", "198.51.100.9"),
        (True, "", "192.0.2.1"),
    ],
)
def test_axes_counts_by_the_reader_and_not_by_the_proxy(settings, behind, forwarded, seen):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert get_client_ip_address(request) == seen


def test_one_reader_s_guesses_do_not_lock_another_out(settings):
    settings.AXES_ENABLED, settings.BEHIND_PROXY, settings.AXES_FAILURE_LIMIT = True, True, 3
    boss = UserFactory(is_staff=True, is_superuser=True)
    boss.set_password("right")
    boss.save()

    def sign_in(reader: str, password: str) -> int:
        form = {"username": boss.username, "password": password}
        where = {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": reader}
        return Client(**where).post("/django-admin/login/", form).status_code

    assert [sign_in("203.0.113.7", "wrong") for _ in range(4)][-1] == 429
    assert sign_in("198.51.100.9", "right") == 302


def test_there_is_no_page_that_asks_for_a_password_in_front(client):
    assert client.get("/_util/login/").status_code == 404
