"""The forms that take what a browser says of a passkey. What is no passkey at all is refused in words as well.

allauth expects a few errors of what is malformed; a JSON that lacks a part of a passkey raises others, which would
be an error of the site.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as of_allauth
from django import forms
from django.utils.translation import gettext_lazy as _

NO_PASSKEY = _("No passkey came from your browser. Try again, or take an authenticator app.")
MALFORMED = (KeyError, AttributeError, TypeError, IndexError, ValueError, struct.error)


@contextmanager
def refused() -> Iterator[None]:
    """Refuse what is malformed. (`ValidationError` is none of these.)"""
    try:
        yield
    except MALFORMED as error:
        raise get_adapter().validation_error("incorrect_passkey") from error


class Shown:
    """A passkey that is shown."""

    def clean_credential(self):
        with refused():
            return super().clean_credential()


class AuthenticateForm(Shown, of_allauth.AuthenticateWebAuthnForm):
    """As the second step of signing in."""


class ReauthenticateForm(Shown, of_allauth.ReauthenticateWebAuthnForm):
    """To confirm that it is they."""


class LoginForm(Shown, of_allauth.LoginWebAuthnForm):
    """To sign in with it alone."""


class AddForm(of_allauth.AddWebAuthnForm):
    """What a new passkey is called. `credential` is filled by the browser."""

    name = forms.CharField(
        label=_("What to call it"),
        help_text=_("So that you know it again, such as “my phone”."),
        max_length=80,
        required=False,
    )
    credential = forms.JSONField(widget=forms.HiddenInput, error_messages={"required": NO_PASSKEY})
    # One passkey both signs in alone and is a second step: nothing to choose.
    passwordless = None

    def clean(self) -> dict:
        with refused():
            return super().clean()
