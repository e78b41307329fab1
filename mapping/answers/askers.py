"""Who asks: a digest that is another one tomorrow, so that nobody can fill the queue and nobody is remembered."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config import limits

# Questions that may wait at once.
MAX_OF_AN_ADDRESS = 6
MAX_OF_A_USER = 12


@dataclass(frozen=True)
class Asker:
    """digest : empty for us ourselves; most : how many of their questions may wait at once."""

    digest: str = ""
    most: int = 0


NOBODY = Asker()


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks: the user, or the address that the request came from."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Asker(_digest(f"user {user.pk}"), MAX_OF_A_USER)
    address = limits.household(limits.client_address(request.META, behind_proxy=settings.BEHIND_PROXY))
    return Asker(_digest(f"address {address}"), MAX_OF_AN_ADDRESS)


def _digest(text: str) -> str:
    day = timezone.now().date().isoformat()
    key = hmac.new(settings.SECRET_KEY.encode(), f"askers {day}".encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
