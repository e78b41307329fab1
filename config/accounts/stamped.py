"""Signing an account out everywhere, without reading a session.

Django keeps in each session a hash of what stands in the account's `password`, and a session with another is none. So
what stands there is changed: where there is no password (most accounts) it is random anyway; a password is given a
stamp in front, holds as before, and loses the stamp when it is next used.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import BasePasswordHasher, identify_hasher, is_password_usable, make_password
from django.db import transaction
from django.utils.crypto import get_random_string

STAMP = 8


class StampedHasher(BasePasswordHasher):
    """Knows `stamped$<stamp>$<what another hasher wrote>`. It makes no hashes of its own."""

    algorithm = "stamped"

    def verify(self, password: str, encoded: str) -> bool:
        inner = _inner(encoded)
        return identify_hasher(inner).verify(password, inner)

    def decode(self, encoded: str) -> dict[str, Any]:
        inner = _inner(encoded)
        return identify_hasher(inner).decode(inner)

    def safe_summary(self, encoded: str) -> dict[str, Any]:
        inner = _inner(encoded)
        return identify_hasher(inner).safe_summary(inner)

    def harden_runtime(self, password: str, encoded: str) -> None:
        inner = _inner(encoded)
        identify_hasher(inner).harden_runtime(password, inner)


@transaction.atomic
def sign_out_everywhere(user: Any) -> None:
    """End every session of this account, whatever reads or writes it just now. Its password, if any, holds."""
    accounts = get_user_model()._default_manager
    kept = accounts.select_for_update().values_list("password", flat=True).get(pk=user.pk)
    # Past the signals: the audit would say that the password was changed.
    accounts.filter(pk=user.pk).update(password=stamped(kept))


def stamped(encoded: str) -> str:
    """What is to stand in place of this: another unusable password, or the same hash with a new stamp."""
    if not encoded or not is_password_usable(encoded):
        return make_password(None)
    return f"{StampedHasher.algorithm}${get_random_string(STAMP)}${_inner(encoded)}"


def _inner(encoded: str) -> str:
    return encoded.split("$", 2)[2] if encoded.startswith(f"{StampedHasher.algorithm}$") else encoded
