"""What allauth asks of us: our words for what can go wrong, where one lands, how a second step is made and kept."""

from __future__ import annotations

import base64
import hashlib
import io
import ipaddress
import logging
import secrets
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as context_of_allauth
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config import letters
from mapping.access.viewers import viewer_of

from .proof import has_second_step, proven_recently

logger = logging.getLogger(__name__)

CHANGES = {
    "totp_activated": _("An authenticator app was added."),
    "totp_deactivated": _("The authenticator app was taken away."),
    "webauthn_added": _("A passkey was added."),
    "webauthn_removed": _("A passkey was taken away."),
    "recovery_codes_generated": _("New recovery codes were made; the old ones hold no more."),
}


class Adapter(DefaultAccountAdapter):
    """Signing in: our words, and where one lands."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That is not the code we sent. Check the newest e-mail and type it again."),
        "too_many_login_attempts": _("Too many codes were asked for or tried. Wait a minute, then ask for a new one."),
        "rate_limited": _("Too many codes were asked for. Wait a minute, then ask for a new one."),
    }

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        # The page itself says where the code went.
        if message_template != "account/messages/login_code_sent.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Stewards begin with what waits for them, others with posting; unless one was on the way to somewhere."""
        viewer = viewer_of(request.user)
        if not (viewer.steward_of or viewer.sees_everything):
            return super().get_login_redirect_url(request)
        return reverse("queue")

    def is_reauthentication_required(self, app: str) -> bool:
        return not proven_recently(context_of_allauth.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        """By the second step where there is one, else by a code to the address; never by a password."""
        if not user.is_authenticated:
            return []
        if not has_second_step(user):
            return [
                {
                    "id": "reauthenticate",
                    "description": _now("A code by e-mail"),
                    "url": reverse("account_reauthenticate"),
                }
            ]
        return [it for it in super().get_reauthentication_methods(user) if it["id"] != "reauthenticate"]

    def send_notification_mail(self, template_prefix: str, user, *args, **kwargs) -> None:
        """Tell by letter that a second step was added or taken away: whoever did not do it learns of it."""
        words = CHANGES.get(template_prefix.rpartition("/")[2])
        if words:
            letters.send(
                "account/mail/changed.txt",
                to=user.email,
                context={"what": words},
                about=f"account {user.pk}",
                request=context_of_allauth.request,
            )


class SecondStep(DefaultMFAAdapter):
    """Second steps: authenticator apps and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_passkey": _("That is no passkey of this account. Try again, or take another way."),
        "incorrect_code": _("That did not fit. Codes change every half minute: type the one that shows now."),
    }

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        # On white, whatever the colours of the page: cameras read it in the dark too.
        drawn = io.BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _now("Passkey") if not number else _now("Passkey %(n)s") % {"n": number + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": host_of(context_of_allauth.request), "name": settings.WAGTAIL_SITE_NAME}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # SECRET_KEY is another one than when it was kept: no code fits any more. `reset_second_step` helps.
            logger.warning("A second step cannot be read with this SECRET_KEY; its owner has to set up another.")
            return base64.b32encode(secrets.token_bytes(20)).decode()


def host_of(request: HttpRequest) -> str:
    """The name that passkeys of this site belong to: that of SITE_URL, else the one that was asked for."""
    own = urlsplit(settings.SITE_URL).hostname if settings.SITE_URL else None
    return own or urlsplit(f"//{request.get_host()}").hostname or ""


def passkeys_work(request: HttpRequest) -> bool:
    """Whether a browser can make one here: they belong to a name and never to a number (127.0.0.1)."""
    try:
        ipaddress.ip_address(host_of(request))
    except ValueError:
        return True
    return False


def _cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"hereabouts second steps\0" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(it)) for it in digests])
