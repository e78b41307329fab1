"""How sure we are who is asking: what they have proven in this session, how long ago, and what needs more.

    @proven                     # not before they have shown again that it is they
    def delete(request): ...

Whoever looks after the whole site has a second step (an app or a passkey) before either admin answers anything;
with REQUIRE_STEWARD_MFA all who may enter the admin do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.middleware import ADMIN_PREFIXES

# Recovery codes alone are none: they stand in for one.
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What they need to get out again, and what a page of the admin asks for itself.
OPEN = frozenset({"/admin/login/", "/admin/logout/", "/django-admin/login/", "/django-admin/logout/"})


def has_second_step(user) -> bool:
    """Whether this account has an authenticator app or a passkey. One query for each object."""
    if not user.is_authenticated:
        return False
    found = getattr(user, "_has_second_step", None)
    if found is None:
        found = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_STEPS).exists()
        user._has_second_step = found
    return found


def took_second_step(request: HttpRequest) -> bool:
    """Whether this session has shown more than the address: an app's code, a recovery code, a passkey."""
    return any(it.get("method") == "mfa" for it in get_authentication_records(request, request.user))


def proven_recently(request: HttpRequest) -> bool:
    """Whether they have shown who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT, by the best that they have."""
    if not request.user.is_authenticated:
        return False
    methods = {"mfa"} if has_second_step(request.user) else {"mfa", "code"}
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(it.get("method") in methods and it.get("at", 0) > since for it in records)


def to_proof(request: HttpRequest, following: str = "") -> HttpResponse:
    """Lead to where they show again who they are, and then on to `following` (this page)."""
    query = urlencode({"next": following or request.get_full_path()})
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
    return HttpResponseRedirect(f"{_door(request)}?{query}")


def _door(request: HttpRequest) -> str:
    if not has_second_step(request.user):
        return reverse("account_reauthenticate")
    app = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if app else "mfa_reauthenticate_webauthn")


def proven(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that answers nobody who has not shown lately who they are. What a form sent is not kept over that."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if proven_recently(request) else to_proof(request)

    return asked


def needs_second_step(user) -> bool:
    """Whether this account may enter the admins with a second step only."""
    if not user.is_authenticated:
        return False
    if user.is_superuser:
        return settings.REQUIRE_SUPERUSER_MFA
    return settings.REQUIRE_STEWARD_MFA and user.has_perm("wagtailadmin.access_admin")


class SecondStepMiddleware:
    """Leads whoever needs a second step to it (or to setting one up) before either admin answers anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inside = request.path.startswith(ADMIN_PREFIXES) and request.path not in OPEN
        if inside and needs_second_step(request.user) and not took_second_step(request):
            # What was sent is not done; they come back to the page.
            following = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            if has_second_step(request.user):
                return to_proof(request, following)
            return HttpResponseRedirect(f"{reverse('mfa_index')}?{urlencode({'next': following})}")
        return self.get_response(request)


def _added(sender, request, user, authenticator, **more) -> None:
    """Whoever has just set one up has shown that they hold it."""
    if request is not None and authenticator.type in SECOND_STEPS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
        user._has_second_step = True


def connect() -> None:
    """Listen to allauth (called once, from `ConfigConfig.ready`)."""
    authenticator_added.connect(_added, dispatch_uid="second_step_added")
